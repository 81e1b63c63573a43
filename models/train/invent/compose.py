"""Makes one message of a kind: sender, words, links, layout, files, header, and the sidecar that goes with it."""

from datetime import UTC, datetime, timedelta

import attachments
import headers
import impostors
import mime
import names
import senders
import values as slots
from chance import Chance, fill
from kinds import Kind
from letter import Letter, plain_text
from links import Honest, Hostile, path, social
from lists import Brand, entries
from shells import Shell, letter_page
from wording import Section, sections, shared

# The months that the mail pretends to be of; no feature looks at absolute dates.
FIRST_DAY = datetime(2025, 3, 1, tzinfo=UTC)
DAYS = 480
ATTACK_QUOTES = ["x_boss", "x_gift", "x_account", "x_mailbox", "x_parcel", "x_bank", "x_callback", "x_extort", "x_payroll"]


class Maker:
    """One message in the making. Every draw comes from `chance`, so the order of calls is part of the seed."""

    def __init__(self, chance: Chance, kind: Kind, language: str):
        self.chance, self.kind, self.language = chance, kind, language
        self.hostile = kind.label != "ham"
        self.known = [word for word in kind.words if word in sections(language)]
        # A kind with words of its own mostly uses them; what it borrows comes second.
        self.words = chance.choice(self.known) if len(self.known) < 2 or chance.maybe(0.5) else self.known[0]
        self.moment = FIRST_DAY + timedelta(days=chance.randrange(DAYS), seconds=chance.randrange(86400))
        self.to = senders.recipient(chance, language)
        self.sender, self.claims = self._sender()
        self.values = slots.values(chance, language, self.sender, self.to, self.moment, self.hostile)
        brand = self.claims or Brand(self.sender.brand, self.sender.site)
        self.links = Hostile(chance, self.sender, brand, kind.register, language) if self.hostile else Honest(chance, self.sender, kind.register, language)

    def _sender(self) -> tuple[senders.Sender, Brand | None]:
        chance, who = self.chance, self.kind.who
        if who == "organisation":
            return senders.organisation(chance, senders.listed_or_invented(chance, self.kind.brands), self.kind.register), None
        if who in ("colleague", "partner", "private"):
            if who == "partner" and chance.maybe(0.12):
                who = "private"
            return senders.somebody(chance, self.language, who, self.to), None
        if who == "imitator":
            # Who borrows the words of real notices also borrows a name that is known; else nothing would tell them apart.
            brand = impostors.claimed(chance, self.kind.brands, 0.6 if self.words.startswith("x_") else 1.0)
            return impostors.imitator(chance, brand, self.kind.register), brand
        role = {"boss": "boss", "staff": "colleague", "vendor": "partner", "stranger": "stranger"}[who]
        return impostors.pretender(chance, self.language, self.to, role, self.kind.label == "extortion"), None

    def say(self, template: str) -> str:
        return fill(self.chance.spin(template), self.values).replace("\\n", "\n")

    def afresh(self, template: str) -> str:
        """The template with values of its own, for what stands many times in one message."""
        values = slots.values(self.chance, self.language, self.sender, self.to, self.moment, self.hostile)
        return fill(self.chance.spin(template), values)

    def phrase(self, name: str) -> str:
        return self.say(self.chance.choice(shared(self.language, name)))

    def body_of(self, section: Section) -> list[str]:
        """The paragraphs of a section, without some of those that may be left out; short ones sometimes joined."""
        told = [self.say(self.chance.choice(texts)) for optional, texts in section.paragraphs if not optional or self.chance.maybe(0.55)]
        told = [text for text in told if text]
        if len(told) > 2 and self.chance.maybe(0.25):
            at = self.chance.randrange(len(told) - 1)
            told[at : at + 2] = [f"{told[at]} {told[at + 1]}"]
        return told

    def letter(self) -> Letter:
        chance, register = self.chance, self.kind.register
        section = chance.choice(sections(self.language)[self.words])
        letter = Letter(self.say(chance.choice(section.subjects)), self.language, self.greeting(), self.body_of(section), "", brand=self.sender.brand)
        self.pad(letter.paragraphs)
        letter.rows = [tuple(self.say(row).split(": ", 1)) for row in section.rows if chance.maybe(0.7)]
        if chance.maybe(self.kind.link):
            label = self.say(chance.choice(section.buttons)) if section.buttons else self.phrase("open")
            target = self.links.call() if register != "person" or self.hostile else self.person_link()
            if register != "person" and "?" not in target and chance.maybe(0.2 if self.hostile else 0.07):
                target += f"{chance.choice(['#', '?email=', '?u='])}{self.to.address}"
            letter.button = (label, target)
        letter.shown_host = self.links.shown()
        if register == "person":
            self.add_person(letter)
        else:
            self.add_house(letter)
        return letter

    def pad(self, paragraphs: list[str]) -> None:
        """Puts between the paragraphs what anybody writes, so that harmless words tell nothing of the label."""
        chance = self.chance
        if self.kind.name in ("business", "inside", "wire", "bank", "invoice", "purchase", "payroll", "colleague_share") and chance.maybe(0.3):
            small_talk = chance.choice(sections(self.language)["business"]).paragraphs
            paragraphs.insert(0, self.say(chance.choice(small_talk[0][1])))
        if chance.maybe(0.5):
            said = chance.some(shared(self.language, "chat" if self.kind.register == "person" else "service"), 1, 3)
            for sentence in said:
                where = chance.choice([0, len(paragraphs), len(paragraphs)])
                paragraphs.insert(where, self.afresh(sentence))

    def greeting(self) -> str:
        personal = {"bulk": 0.35, "notice": 0.62, "person": 0.8}[self.kind.register] - (0.2 if self.hostile else 0.0)
        if self.chance.maybe(personal):
            return self.phrase("hello")
        generic = {"bulk": 0.12, "notice": 0.3, "person": 0.3}[self.kind.register] + (0.3 if self.hostile else 0.0)
        return self.phrase("dear") if self.chance.maybe(generic) else ""

    def person_link(self) -> str:
        chance = self.chance
        how = chance.pick({"own": 5, "elsewhere": 3, "sharing": 2, "form": 1, "short": 0.3})
        if how == "sharing":
            return f"https://{chance.choice(entries('file-sharing'))}/{chance.choice(['file', 's', 'd', 'view'])}/{chance.opaque(18, 40)}"
        if how == "elsewhere":
            return f"https://www.{names.reserved(chance, names.company(chance, names.TRADES)[1])}{path(chance)}"
        if how == "form":
            return f"https://{names.syllables(chance, 3)}.{chance.choice(entries('free-hosting'))}/{chance.opaque(5, 12)}"
        return f"https://{chance.choice(entries('shorteners'))}/{chance.opaque(5, 8)}" if how == "short" else self.links.call()

    def add_house(self, letter: Letter) -> None:
        """What firms put around their mail."""
        chance, bulk = self.chance, self.kind.register == "bulk"
        if bulk and letter.button and chance.maybe(0.07):
            # All of the text in one picture, as shops and junk both do.
            letter.paragraphs, letter.rows, letter.greeting, letter.closing = [], [], "", ""
            letter.picture = True
        letter.closing = "" if letter.picture else self.phrase("regards") if chance.maybe(0.3 if bulk else 0.6) else ""
        if chance.maybe(0.6):
            letter.preheader = self.say(chance.choice(shared(self.language, "pre"))) if chance.maybe(0.4) else (letter.paragraphs or [letter.subject])[0][:90]
        full = chance.maybe(0.8 if bulk else 0.55)
        parts = ["auto", "why", "unsub", "privacy", "legal"] if full else ["legal"]
        for part in parts:
            if chance.maybe({"auto": 0.35, "why": 0.7 if bulk else 0.25, "unsub": 0.95 if bulk else 0.3, "privacy": 0.5, "legal": 0.8}[part]):
                letter.footer.append((self.phrase(part), self.links.minor() if part in ("unsub", "privacy") else None))
        if bulk and not letter.picture and chance.maybe(0.42 if self.hostile else 0.6):
            # Junk pads itself with harmless text too.
            letter.paragraphs += [self.afresh(story) for story in chance.some(shared(self.language, "story"), 1, 8)]
        if chance.maybe(0.45):
            letter.footer += [(self.afresh(line), None) for line in chance.some(shared(self.language, "fine"), 1, 6)]
        if chance.maybe(0.35 if bulk else 0.15):
            letter.footer += [(url.split("/")[2].split(".")[1].capitalize(), url) for url in social(chance)]
        if chance.maybe(0.5 if bulk else 0.1):
            letter.view_online = (self.phrase("view"), self.links.minor())
        labels = shared(self.language, "menu")
        if chance.maybe(0.4 if bulk else 0.15):
            letter.menu = [(self.say(label), self.links.minor()) for label in chance.some(labels, 2, 4)]
        if bulk and not letter.picture and chance.maybe(0.55) and self.words in ("newsletter", "paper", "event", "survey", "social", "x_offer", "x_pharma", "x_prize", "x_crypto"):
            tiles = sections(self.language).get("_tile_" + self.words.removeprefix("x_")) or sections(self.language)["_tile"]
            texts = [text for section in tiles for _, alternatives in section.paragraphs for text in alternatives]
            for _ in range(chance.randint(2, 8)):
                title, _, text = self.afresh(chance.choice(texts)).partition(" / ")
                letter.tiles.append((title, text, self.links.minor()))
        letter.images = self.links.images if letter.picture or chance.maybe(0.75) else ""
        host = self.links.click if isinstance(self.links, Honest) and self.links.click else self.links.call().split("/")[2]
        letter.pixel = f"https://{host}/{chance.choice(['o', 'open', 'wf/open', 'px.gif'])}?{chance.opaque(20, 80)}" if chance.maybe(0.5 if bulk else 0.3) else ""

    def add_person(self, letter: Letter) -> None:
        """What people put around theirs: a closing, a signature, what they answer to."""
        chance, sender = self.chance, self.sender
        letter.closing = self.phrase("bye") if chance.maybe(0.8) else ""
        name = sender.person or sender.brand
        letter.signature = [name if chance.maybe(0.6) else names.given(name)] if chance.maybe(0.9) else []
        if sender.brand and chance.maybe(0.45):
            letter.signature += [self.values["role"], sender.brand]
            if chance.maybe(0.6):
                letter.signature.append(chance.choice(["T ", "Tel. ", "M: ", ""]) + self.values["phone2"])
            if chance.maybe(0.35):
                letter.signature.append(f"www.{sender.site}")
            letter.inline_image = chance.maybe(0.15)
        if chance.maybe(0.12):
            letter.signature.append(self.phrase("sent"))
        if sender.brand and chance.maybe(0.2):
            letter.footer.append((self.phrase("disclaimer"), None))

    def add_thread(self, letter: Letter) -> bool:
        """Makes it an answer in the share of its kind; true where the header says so too."""
        chance, quote = self.chance, self.kind.quote
        if quote == "*attack":
            found = [name for name in ATTACK_QUOTES if name in sections(self.language)]
            if found and chance.maybe(0.6):
                letter.quoted = self.body_of(chance.choice(sections(self.language)[chance.choice(found)]))
                letter.quoted_intro = self.phrase("wrote")
            return False
        if not chance.maybe(self.kind.reply):
            return False
        letter.subject = headers.reply_subject(chance, self.language, letter.subject)
        if chance.maybe(0.75):
            section = quote if quote and quote in sections(self.language) else "business"
            letter.quoted = [self.phrase("hello"), *self.body_of(chance.choice(sections(self.language)[section]))]
            letter.quoted_intro = self.phrase("wrote")
        return chance.maybe(0.72 if self.hostile else 0.95)

    def files(self, letter: Letter) -> list[attachments.File]:
        chance, found = self.chance, []
        stem = chance.choice([f"{chance.choice(['Invoice', 'Doc', 'scan', 'Order', 'PO', 'Rechnung', 'factura', 'Document'])}_{self.values['num'].strip('#')}", self.values["invoice"], self.values["doc"].split(".")[0].replace(" ", "_")])
        for what, share in self.kind.files.items():
            if not chance.maybe(share):
                continue
            if what == "invoice":
                lines = [letter.subject, *[line[:90] for line in letter.paragraphs], f"{self.values['invoice']}  {self.values['amount']}", self.values["iban"]]
                found.append(attachments.pdf(chance, f"{stem}.pdf", lines, letter.button[1] if letter.button and chance.maybe(0.3) else ""))
            elif what == "office":
                found.append(attachments.office(f"{stem}.docx", self.values["doc"]))
            elif what == "image":
                found.append(attachments.png(chance, f"{stem}.png"))
            elif what == "archive":
                found.append(attachments.archive(f"{stem}.zip", {f"{stem}.pdf": attachments.pdf(chance, stem, [letter.subject]).content}))
            elif what == "calendar":
                found.append(attachments.calendar(chance, letter, self.sender.address))
            elif what == "login":
                found.append(attachments.login_page(chance, f"{stem}{chance.choice(['.html', '.htm', '.shtml'])}", self.sender.brand, self.links.call()))
            elif what == "dropper":
                found.append(attachments.dropper(chance, stem))
        if letter.inline_image:
            found.append(attachments.png(chance, "logo.png", "logo@sig"))
        return found

    def make(self) -> tuple[bytes, dict]:
        """The message and its sidecar."""
        chance, register = self.chance, self.kind.register
        letter = self.letter()
        replied = self.add_thread(letter)
        files = self.files(letter)
        shape = chance.pick({"bulk": {"both": 6, "html": 3.6, "text": 0.4}, "notice": {"both": 5, "html": 3.5, "text": 1.5}, "person": {"both": 4, "html": 1.4, "text": 4.6}}[register])
        html = None
        if letter.picture:
            shape = "html"
        if shape != "text":
            html = letter_page(chance, letter) if register == "person" else Shell(chance, letter).page()
        else:
            files = [file for file in files if not file.inline_id]
        text = None if shape == "html" else plain_text(letter, chance.choice([0, 0, 72, 76]))
        content = mime.body(chance, text, html, files, self.language)
        fields = headers.header(chance, letter, self.sender, self.to, self.moment, register, self.hostile, replied)
        sidecar = {
            "source": "invented", "label": self.kind.label, "category": "none" if not self.hostile else self.kind.label, "list": None,
            "date": self.moment.isoformat(), "envelope": {"clientIp": self.sender.ip, "helo": self.sender.helo, "mailFrom": self.sender.envelope, "rcptTo": [self.to.address]},
            "auth": self.sender.auth, "lang": self.language, "html": html is not None, "group": f"{self.kind.label}.{self.kind.name}.{self.words}.{self.language}", "notes": ["invented"],
        }
        return mime.message(fields, content), sidecar
