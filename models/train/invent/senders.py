"""Who legitimate mail comes from: companies, brands at their own domains, colleagues, partners, people with free mail."""

from dataclasses import dataclass, field

import auth
import names
from chance import Chance
from lists import Brand, brands, entries

# Providers that send for others: their domain in the envelope, in links and in Message-IDs.
PROVIDERS = [f"{name}.example" for name in "mailvoy sendlark postbridge campaignly brevix klavio mandrix sparkrelay elastipost inboxly cmail-nine mktdns".split()]
SUBDOMAINS = {"": 45, "mail": 9, "email": 8, "e": 7, "news": 6, "info": 6, "notify": 4, "m": 3, "t": 3, "service": 3, "mailing": 3, "accounts": 2, "secure": 2}
MAILBOXES = {"noreply": 10, "no-reply": 12, "info": 9, "service": 6, "hello": 6, "news": 5, "newsletter": 5, "notifications": 5, "support": 5,
             "orders": 3, "team": 3, "billing": 3, "accounts": 2, "security": 2, "donotreply": 2, "kontakt": 2, "alerts": 2, "mailer": 1}
OWN_DOMAINS = ["company.example"] * 6 + ["ridgeholm.example", "vantor-group.example", "ashby-metals.example", "oakfield-school.example"]
NETWORKS = ["192.0.2", "198.51.100", "203.0.113"]


@dataclass
class Recipient:
    """Whose mailbox it is."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.split("@")[1]


@dataclass
class Sender:
    """A sender as the message shows it, and what stands behind it."""

    display: str
    address: str
    brand: str
    person: str
    site: str
    envelope: str
    helo: str
    ip: str
    provider: str | None = None
    reply_to: str | None = None
    auth: dict | None = None
    hops: list[str] = field(default_factory=list)

    @property
    def domain(self) -> str:
        return self.address.split("@")[1]


def recipient(chance: Chance, language: str) -> Recipient:
    name = names.person(chance, language)
    domain = chance.choice(OWN_DOMAINS)
    if domain == "company.example" and chance.maybe(0.4):
        return Recipient(name, "recipient@company.example")
    return Recipient(name, f"{names.mailbox(chance, name)}@{domain}")


def address_of_client(chance: Chance) -> str:
    return f"{chance.choice(NETWORKS)}.{chance.randint(2, 250)}"


def host_of(chance: Chance, domain: str) -> str:
    """A sending host as its owner names it."""
    first = chance.choice(["mail", "smtp", "mx", "out", "mta", "relay", "o1", "mail-out"])
    return f"{first}{chance.choice(['', str(chance.randint(1, 40)), f'-{chance.randint(1, 90)}'])}.{domain}"


def finish(chance: Chance, sender: Sender, style: str) -> Sender:
    """Adds envelope, host and authentication results that fit the style of sending."""
    outside = sender.provider or sender.domain
    if style in ("provider", "provider_only"):
        outside = sender.provider = sender.provider or chance.choice(PROVIDERS)
        sender.envelope = f"bounce{chance.choice(['s', '+', '-', '.'])}{chance.hexes(10)}@{chance.choice(['', 'em.', 'rp.', 'b.'])}{outside}"
    elif not sender.envelope:
        bounces = f"bounce-{chance.hexes(8)}@{sender.domain}"
        sender.envelope = sender.address if sender.person or chance.maybe(0.5) else bounces
    sender.ip = address_of_client(chance)
    if chance.maybe(0.12):
        outside = names.reserved(chance, names.company(chance, ["hosting", "server", "cloud", "net"])[1])
    sender.helo = host_of(chance, chance.choice(PROVIDERS) if style in ("spf_only", "nothing") and chance.maybe(0.5) else outside)
    if style in ("nothing", "forged", "softfail") and chance.maybe(0.15):
        sender.helo = chance.choice(["localhost", f"[{sender.ip}]", names.syllables(chance, 2), f"win-{chance.hexes(8)}"])
    if style in ("forwarded", "broken"):
        sender.helo = host_of(chance, names.reserved(chance, names.syllables(chance, 2)))
    sender.auth = auth.record(chance, style, sender.domain, sender.envelope.split("@")[1], sender.provider)
    return sender


def organisation(chance: Chance, brand: Brand, register: str) -> Sender:
    """A company that writes as itself, from its own domain or a name under it."""
    site = brand.domain
    sub = chance.pick(SUBDOMAINS)
    domain = f"{sub}.{site}" if sub else site
    box = chance.pick(MAILBOXES)
    display = chance.choice([brand.name] * 5 + [f"{brand.name} Team", f"{brand.name} Service", f"{brand.name} Support", box.capitalize(), ""])
    sender = Sender(display, f"{box}@{domain}", brand.name, "", site, "", "", "")
    if site.endswith((".example", ".test")) and chance.maybe(0.14):
        label, top = site.split(".", 1)
        elsewhere = [f"{label}-mail.{top}", f"{label}mail.{top}", chance.choice(PROVIDERS), chance.choice(PROVIDERS), names.reserved(chance, names.company(chance, names.TRADES)[1])]
        sender.address = f"{box}@{chance.choice(elsewhere)}"
        sender.display = chance.choice([f"{brand.name} via {sender.domain.split('.')[0].title()}", brand.name, brand.name])
    if register == "bulk" and chance.maybe(0.1):
        first = chance.choice(names.FIRST["en"].split())
        sender.display = f"{first} {chance.choice(['from', '@', '|', 'at'])} {brand.name}"
    if chance.maybe(0.12):
        sender.reply_to = f"{chance.choice(['support', 'reply', 'hello', 'service', 'kundenservice'])}@{site}"
    elif chance.maybe(0.09) and site.endswith((".example", ".test")):
        other = [f"reply-{chance.hexes(12)}@{chance.choice(PROVIDERS)}", f"{names.syllables(chance, 3)}@{chance.choice(entries('freemail'))}", f"info@{names.reserved(chance, names.company(chance, names.TRADES)[1])}"]
        sender.reply_to = chance.choice(other)
    return finish(chance, sender, chance.pick(auth.LEGITIMATE[register]))


def invented_brand(chance: Chance) -> Brand:
    name, label = names.company(chance, names.TRADES)
    return Brand(name, names.reserved(chance, label))


def listed_or_invented(chance: Chance, section: str | None, share: float = 0.22) -> Brand:
    """A brand of the list in this share where the kind has a section of the list, else an invented company."""
    if section and chance.maybe(share):
        return chance.choice(brands(section))
    return invented_brand(chance)


def somebody(chance: Chance, language: str, where: str, to: Recipient) -> Sender:
    """A person who writes: a `colleague` of the recipient, a `partner` in another company, or a `private` mailbox."""
    name = names.person(chance, language)
    if where == "colleague":
        domain, brand = to.domain, to.domain.split(".")[0].replace("-", " ").title()
    elif where == "private":
        domain, brand = chance.choice(entries("freemail")), ""
    else:
        brand, label = names.company(chance, names.PEOPLE_TRADES)
        domain = names.reserved(chance, label)
    box = names.mailbox(chance, name)
    if where == "private":
        box += chance.choice(["", "", str(chance.randint(1, 99)), str(chance.randint(1960, 2004))])
    display = chance.choice([name] * 8 + [f"{name} ({brand})" if brand else name, given_last(name), ""])
    sender = Sender(display, f"{box}@{domain}", brand, name, domain, "", "", "")
    if where != "colleague" and chance.maybe(0.07):
        sender.reply_to = f"{box}@{chance.choice([f'office.{domain}', chance.choice(entries('freemail')), names.reserved(chance, names.company(chance, names.PEOPLE_TRADES)[1])])}"
    return finish(chance, sender, "aligned" if where == "private" and chance.maybe(0.9) else chance.pick(auth.LEGITIMATE["person"]))



def given_last(name: str) -> str:
    parts = name.split()
    return f"{parts[-1]}, {parts[0]}" if len(parts) > 1 else name
