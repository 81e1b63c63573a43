"""Header fields as common mailers write them, in both classes from the same stock."""

from datetime import datetime, timedelta
from email.utils import format_datetime

import names
import senders
from chance import Chance
from letter import Letter
from mime import address, encoded_words
from senders import Recipient, Sender

MAILERS = {
    "bulk": {"": 7, "PHPMailer 6.9": 1, "mailvoy": 1, "MIME-tools 5.509": 1, "Sendlark Mailer": 1, "XMailer": 0.5},
    "notice": {"": 8, "PHPMailer 6.8.1 (https://github.com/PHPMailer/PHPMailer)": 1, "nodemailer": 0.5, "ZohoMail": 0.3},
    "person": {"": 5, "Microsoft Outlook 16.0": 3, "Apple Mail (2.3826)": 1.5, "iPhone Mail (22F76)": 1, "Roundcube Webmail/1.6": 0.7, "Mozilla Thunderbird": 1},
}
REPLY_MARKS = {"de": ["AW:", "Re:"], "sv": ["SV:", "Re:"], "nl": ["RE:", "Re:"], "pl": ["Odp:", "Re:"], "tr": ["YNT:", "Re:"], "it": ["R:", "Re:"], "fr": ["RE:", "Re:"], "pt": ["RES:", "Re:"]}


def hops(chance: Chance, sender: Sender, moment: datetime) -> list[tuple[str, str]]:
    """The hops before our receiver, newest first: none, one or two inside the sender's system."""
    found = []
    host, domain = sender.helo, sender.helo.split(".", 1)[-1]
    for step in range(chance.pick({0: 3, 1: 5, 2: 3})):
        before = chance.choice([f"[10.{chance.randint(0, 255)}.{chance.randint(0, 255)}.{chance.randint(1, 254)}]", f"app-{chance.randint(1, 60)}.{domain}", "localhost", senders.host_of(chance, domain)])
        when = format_datetime(moment - timedelta(seconds=step + chance.randint(1, 4)))
        found.append(("Received", f"from {before} by {host}\r\n with {chance.choice(['ESMTPS', 'ESMTP', 'ESMTPSA', 'HTTP'])} id {chance.opaque(10, 16)};\r\n {when}"))
        host = before if "." in before and not before.startswith("[") else f"relay.{domain}"
    return found


def unsubscribe(chance: Chance, sender: Sender, share: float) -> list[tuple[str, str]]:
    """List-Unsubscribe, mostly with one click (RFC 8058), in this share of the messages."""
    if not chance.maybe(share):
        return []
    domain = sender.provider or sender.site
    target = f"<https://{chance.choice(['u', 'unsub', 'list', 'email'])}.{domain}/{chance.opaque(20, 60)}>"
    mail = f"<mailto:{chance.choice(['unsubscribe', 'leave', 'u'])}-{chance.hexes(10)}@{domain}>"
    fields = [("List-Unsubscribe", chance.choice([target, f"{target},\r\n {mail}", mail]))]
    if "https" in fields[0][1] and chance.maybe(0.75):
        fields.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    if chance.maybe(0.3):
        fields.append(("List-ID", f"<{chance.digits(6)}.{domain}>"))
    if chance.maybe(0.25):
        fields.append(("Precedence", "bulk"))
    return fields


def header(chance: Chance, letter: Letter, sender: Sender, to: Recipient, moment: datetime, register: str, hostile: bool, replied: bool) -> list[tuple[str, str]]:
    """All fields but those of the body."""
    own = sender.provider if sender.provider and chance.maybe(0.6) else sender.domain
    if register == "person" and chance.maybe(0.25):
        own = chance.choice(["eur05.prod.outlook.com", "mail.gmail.com", own])
    if hostile and chance.maybe(0.12):
        own = chance.choice([names.reserved(chance, names.syllables(chance, 3)), "localhost.localdomain", chance.hexes(12)])
    late = timedelta(seconds=chance.randint(1, 40)) if chance.maybe(0.95) else timedelta(hours=chance.randint(1, 30))
    shown = chance.choice([to.name, to.name, "", to.address]) if not hostile or chance.maybe(0.4) else ""
    fields = hops(chance, sender, moment)
    fields.append(("From", address(sender.display, sender.address)))
    if chance.maybe(0.05 if hostile else 0.015):
        fields.append(("To", "undisclosed-recipients:;"))
    else:
        fields.append(("To", address(shown, to.address)))
    if sender.reply_to:
        fields.append(("Reply-To", address(chance.choice([sender.display, ""]), sender.reply_to)))
    fields.append(("Subject", encoded_words(letter.subject)))
    fields.append(("Date", format_datetime(moment - late)))
    if not (hostile and chance.maybe(0.03)):
        fields.append(("Message-ID", f"<{chance.choice([chance.hexes(24), chance.opaque(18, 40), chance.digits(9) + '.' + chance.digits(5)])}@{own}>"))
    if replied:
        earlier = f"<{chance.opaque(18, 30)}@{to.domain}>"
        fields += [("In-Reply-To", earlier), ("References", earlier)]
    share = {"bulk": 0.6 if hostile else 0.85, "notice": 0.12 if hostile else 0.22, "person": 0.0}[register]
    fields += unsubscribe(chance, sender, share)
    mailer = chance.pick(MAILERS[register])
    if mailer:
        fields.append(("X-Mailer", mailer))
    if chance.maybe(0.06):
        fields += [("X-Priority", "1"), ("Importance", "high")]
    fields.append(("MIME-Version", "1.0"))
    return fields


def reply_subject(chance: Chance, language: str, subject: str) -> str:
    mark = chance.choice(REPLY_MARKS.get(language, ["Re:", "RE:", "Re:", "Fwd:"]))
    return subject if subject.lower().startswith("re:") else f"{mark} {subject}"
