"""The kinds of message: what each is, who sends it, how often, and what it carries."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """One kind. `words` are sections of the wording files; an attack may borrow the words of legitimate kinds.

    `who`: organisation, colleague, partner, private (legitimate); imitator, boss, staff, vendor, stranger (attacks).
    `files`: what may be attached, as a share of the messages. `reply`: share that answers an earlier message.
    """

    name: str
    label: str
    register: str
    weight: float
    words: tuple[str, ...]
    who: str
    brands: str | None = None
    link: float = 1.0
    files: dict[str, float] = field(default_factory=dict)
    reply: float = 0.0
    quote: str | None = None


def ham(name: str, register: str, weight: float, who: str, **more) -> Kind:
    words = more.pop("words", (name,))
    return Kind(name, "ham", register, weight, words, who, **more)


def attack(name: str, category: str, register: str, weight: float, who: str, **more) -> Kind:
    words = more.pop("words", (f"x_{name}",))
    return Kind(name, category, register, weight, words, who, **more)


LEGITIMATE = [
    ham("order", "notice", 5, "organisation", brands="shop", files={"invoice": 0.15}),
    ham("shipping", "notice", 4, "organisation", brands="parcel"),
    ham("newsletter", "bulk", 13, "organisation", brands="shop"),
    ham("statement", "notice", 4, "organisation", brands="bank", files={"invoice": 0.12}),
    ham("payreminder", "notice", 3, "organisation", brands="telephone", files={"invoice": 0.3}),
    ham("code", "notice", 3, "organisation", brands="software", link=0.35),
    ham("signin", "notice", 4, "organisation", brands="software"),
    ham("shared", "notice", 4, "organisation", brands="software"),
    ham("renewal", "notice", 3, "organisation", brands="software"),
    ham("travel", "notice", 3, "organisation", brands="shop", files={"invoice": 0.2, "calendar": 0.1}),
    ham("survey", "bulk", 2.5, "organisation", brands="telephone"),
    ham("social", "bulk", 3, "organisation", brands="social"),
    ham("authority", "notice", 2.5, "organisation", brands="authority", link=0.7, files={"invoice": 0.2}),
    ham("hr", "notice", 2, "organisation", link=0.8),
    ham("ticket", "notice", 3, "organisation", brands="software"),
    ham("event", "bulk", 3, "organisation", files={"invoice": 0.1, "calendar": 0.1}),
    ham("paper", "bulk", 4, "organisation"),
    ham("school", "person", 2, "partner", link=0.3, files={"invoice": 0.25, "office": 0.15}),
    ham("application", "person", 2, "private", link=0.1, files={"invoice": 0.6}),
    ham("invoice", "person", 4, "partner", link=0.15, files={"invoice": 0.75, "archive": 0.05}, reply=0.2),
    ham("purchase", "person", 2.5, "partner", link=0.05, files={"invoice": 0.45, "office": 0.1}, reply=0.25),
    ham("business", "person", 10, "partner", link=0.15, files={"invoice": 0.1, "office": 0.1, "image": 0.05}, reply=0.6, quote="business"),
    ham("inside", "person", 6, "colleague", words=("business",), link=0.12, files={"office": 0.1}, reply=0.5, quote="business"),
    ham("boss", "person", 4, "colleague", link=0.05, files={"office": 0.08}, reply=0.2),
    ham("bankdata", "person", 3, "partner", link=0.05, files={"invoice": 0.35}, reply=0.5, quote="business"),
    ham("it", "person", 3.5, "colleague", link=0.6),
    ham("personal", "person", 5, "private", link=0.1, files={"image": 0.15}, reply=0.35, quote="personal"),
    ham("awareness", "person", 2, "colleague", link=0.3, quote="*attack"),
    ham("meeting", "person", 2.5, "partner", link=0.4, files={"calendar": 0.6}),
    ham("autoreply", "person", 1.5, "partner", link=0.0),
    ham("outreach", "person", 2, "partner", link=0.4),
]

NOTICES = ("order", "shipping", "statement", "signin", "shared", "renewal", "payreminder", "code", "survey", "travel", "authority", "hr", "ticket")
ATTACKS = [
    attack("account", "credential_phishing", "notice", 9, "imitator", brands="bank"),
    attack("access", "credential_phishing", "notice", 5, "imitator", words=("x_account",), brands="software"),
    attack("mailbox", "credential_phishing", "notice", 5, "imitator", brands="software"),
    attack("document", "credential_phishing", "notice", 6, "imitator", words=("x_document",), brands="software", files={"login": 0.12}),
    attack("voicemail", "credential_phishing", "notice", 3, "imitator", brands="software", files={"login": 0.25}),
    attack("parcel", "credential_phishing", "notice", 6, "imitator", brands="parcel"),
    attack("tax", "credential_phishing", "notice", 3, "imitator", brands="authority"),
    attack("payment", "credential_phishing", "notice", 4, "imitator", brands="telephone"),
    attack("copied", "credential_phishing", "notice", 9, "imitator", words=NOTICES, brands="software"),
    attack("colleague_share", "credential_phishing", "person", 4, "vendor", words=("x_colleague", "shared"), files={"login": 0.15}, reply=0.4, quote="business"),
    attack("helpdesk", "credential_phishing", "person", 3, "staff", words=("x_helpdesk", "it"), files={"login": 0.1}),
    attack("boss", "bec", "person", 9, "boss", link=0, reply=0.15),
    attack("gift", "bec", "person", 4, "boss", link=0, reply=0.2),
    attack("payroll", "bec", "person", 5, "staff", link=0),
    attack("wire", "bec", "person", 5, "boss", link=0, files={"invoice": 0.25}, reply=0.3, quote="business"),
    attack("aging", "bec", "person", 3, "boss", link=0),
    attack("bank", "invoice_fraud", "person", 10, "vendor", link=0.02, files={"invoice": 0.45}, reply=0.6, quote="business"),
    attack("invoice", "invoice_fraud", "person", 5, "vendor", link=0.1, files={"invoice": 0.7}, reply=0.3),
    attack("callback", "callback_phishing", "notice", 8, "imitator", brands="software", link=0.12, files={"invoice": 0.35, "image": 0.1}),
    attack("extort", "extortion", "person", 7, "stranger", link=0),
    attack("leak", "extortion", "person", 3, "stranger", link=0.05),
    attack("inherit", "scam", "person", 6, "stranger", link=0.03),
    attack("job", "scam", "person", 4, "stranger", link=0.35),
    attack("crypto", "scam", "bulk", 4, "imitator", brands="bank"),
    attack("romance", "scam", "person", 2.5, "stranger", link=0.15),
    attack("prize", "scam", "bulk", 6, "imitator", brands="shop"),
    attack("loan", "scam", "person", 2.5, "stranger", link=0.1),
    attack("seo", "spam", "person", 6, "stranger", link=0.12, reply=0.1),
    attack("pharma", "spam", "bulk", 5, "imitator"),
    attack("offer", "spam", "bulk", 9, "imitator"),
    attack("malware", "malware", "person", 6, "vendor", words=("x_malware", "invoice", "purchase"), link=0, files={"dropper": 1.0}, reply=0.3),
    attack("malware_notice", "malware", "notice", 3, "imitator", words=("x_malware", "shipping"), brands="parcel", link=0.3, files={"dropper": 1.0}),
]

# Languages of all mail; a kind without words in a language is not written in it.
LANGUAGES = {"en": 36, "de": 14, "fr": 9, "es": 8, "it": 7, "pt": 7, "nl": 6, "pl": 4, "ja": 3.5, "sv": 3, "tr": 2.5}
