"""Who attacks come from: throw-away domains, lookalikes, captured accounts, free mail, forged addresses, providers abused."""

import names
import senders
from chance import Chance
from lists import Brand, brands, entries
from senders import Recipient, Sender

CONFUSED = {"o": "0", "l": "1", "i": "l", "m": "rn", "e": "3", "a": "4", "w": "vv", "u": "v"}

IMITATION = {
    "notice": {"throwaway": 36, "lookalike": 12, "captured": 20, "forged": 13, "provider": 9, "free": 6, "nobody": 4},
    "bulk": {"throwaway": 52, "lookalike": 4, "captured": 12, "forged": 5, "provider": 18, "free": 4, "nobody": 5},
}


def throwaway_domain(chance: Chance, brand: Brand | None = None) -> str:
    """A domain bought for the attack: like any small company, of security words, of random signs, or with a brand in it."""
    shape = chance.pick({"company": 5, "words": 3, "random": 2, "brand": 2 if brand else 0})
    if shape == "company":
        label = names.company(chance, names.TRADES)[1]
    elif shape == "words":
        label = chance.choice(["-", ""]).join(chance.some(names.THROWAWAY, 2, 3))
    elif shape == "random":
        label = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(chance.randint(6, 14)))
    else:
        label = f"{plain(brand.name)}-{chance.choice(names.THROWAWAY)}"
    if chance.maybe(0.16):
        return f"{label}.{chance.choice(entries('suspicious-tlds'))}"
    return names.reserved(chance, label)


def plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isascii() and char.isalnum()) or "service"


def lookalike(chance: Chance, domain: str) -> str:
    """A domain that a hurried reader takes for the other."""
    label = domain.split(".")[0]
    shape = chance.randrange(5)
    if shape == 0:
        at = [index for index, char in enumerate(label) if char in CONFUSED]
        if at:
            where = chance.choice(at)
            label = label[:where] + CONFUSED[label[where]] + label[where + 1 :]
    elif shape == 1 and len(label) > 3:
        where = chance.randrange(1, len(label) - 1)
        label = label[:where] + label[where + 1] + label[where] + label[where + 2 :]
    elif shape == 2 and len(label) > 3:
        where = chance.randrange(1, len(label))
        label = label[:where] + label[where - 1] + label[where:]
    else:
        label = chance.choice([f"{label}-{chance.choice(names.THROWAWAY)}", f"{chance.choice(names.THROWAWAY)}-{label}", f"{label}s", f"{label}-online", f"{label}group"])
    return names.reserved(chance, label)


def imitator(chance: Chance, brand: Brand, register: str) -> Sender:
    """Somebody who writes as the brand."""
    how = chance.pick(IMITATION[register])
    box = chance.pick(senders.MAILBOXES)
    display = chance.choice([brand.name] * 5 + [f"{brand.name} Team", f"{brand.name} Service", f"{brand.name} Support", box.capitalize(), ""])
    site = throwaway_domain(chance, brand)
    style = "aligned"
    if how == "throwaway":
        sub = chance.pick(senders.SUBDOMAINS)
        domain = f"{sub}.{site}" if sub else site
        style = chance.pick({"aligned": 7, "spf_only": 2, "nothing": 1})
    elif how == "lookalike":
        domain = site = lookalike(chance, brand.domain)
    elif how == "captured":
        domain = names.reserved(chance, names.company(chance, names.PEOPLE_TRADES)[1])
        style = chance.pick({"aligned": 6, "spf_only": 2, "softfail": 1, "nothing": 1})
        box = chance.choice([box, names.mailbox(chance, names.person(chance, "en")), "admin", "contact", "wordpress"])
    elif how == "forged":
        domain, style = brand.domain, chance.pick({"forged": 3, "unrelated": 1})
    elif how == "free":
        domain, box = chance.choice(entries("freemail")), f"{plain(brand.name)}.{chance.choice(names.THROWAWAY)}{chance.randint(1, 999)}"
    else:
        domain, style = site, {"provider": "provider", "nobody": "softfail"}[how]
    if how == "provider" and chance.maybe(0.3):
        domain = chance.choice(senders.PROVIDERS)
    sender = Sender(display, f"{box}@{domain}", brand.name, "", site, "", "", "")
    if style in ("forged", "unrelated"):
        sender.envelope = f"{names.syllables(chance, 2)}@{throwaway_domain(chance)}" if style == "unrelated" else sender.address
    if chance.maybe(0.14):
        sender.reply_to = f"{names.syllables(chance, 2)}{chance.randint(1, 99)}@{chance.choice([throwaway_domain(chance), chance.choice(entries('freemail'))])}"
    return senders.finish(chance, sender, style)


def pretender(chance: Chance, language: str, to: Recipient, role: str, blackmail: bool) -> Sender:
    """Somebody who writes as a person whom the recipient knows or might: a `boss` or `colleague`, a `partner`, or a `stranger`."""
    name = names.person(chance, language)
    known = to.domain if role in ("boss", "colleague") else names.reserved(chance, names.company(chance, names.PEOPLE_TRADES)[1])
    brand = known.split(".")[0].replace("-", " ").title()
    weights = {
        "boss": {"free": 44, "lookalike": 17, "throwaway": 15, "reply": 10, "forged": 10, "captured": 4},
        "partner": {"captured": 40, "lookalike": 26, "reply": 14, "free": 12, "throwaway": 8},
        "stranger": {"free": 46, "throwaway": 26, "captured": 20, "forged": 8},
    }
    how = chance.pick(weights["boss" if role == "colleague" else role])
    box, style, reply = names.mailbox(chance, name), "aligned", None
    if how == "free":
        domain = chance.choice(entries("freemail"))
        box = chance.choice([box + str(chance.randint(1, 999)), f"{chance.choice(['office', 'ceo', 'exec', 'private', 'desk', 'mail'])}{chance.randint(1, 99)}.{box}", box])
    elif how == "lookalike":
        domain = lookalike(chance, known)
    elif how == "throwaway":
        domain, style = throwaway_domain(chance), chance.pick({"aligned": 6, "spf_only": 2, "nothing": 1})
    elif how == "captured":
        domain, style = known, chance.pick({"aligned": 8, "spf_only": 2, "nothing": 1})
    elif how == "reply":
        domain, style = known, chance.pick({"forged": 3, "unrelated": 2, "softfail": 1})
        reply = f"{box}@{chance.choice([lookalike(chance, known), chance.choice(entries('freemail')), throwaway_domain(chance)])}"
    else:
        domain, style = known, chance.pick({"forged": 3, "unrelated": 1})
    if how == "captured" and chance.maybe(0.3):
        reply = f"{box}@{chance.choice([lookalike(chance, known), chance.choice(entries('freemail'))])}"
    if role == "stranger" and chance.maybe(0.3):
        reply = f"{box}{chance.randint(1, 99)}@{chance.choice(entries('freemail'))}"
    display = chance.choice([name] * 8 + [f"{name} ({brand})", senders.given_last(name), ""])
    if role in ("boss", "colleague") and how == "free" and chance.maybe(0.12):
        display = chance.choice([f"{name} <{box}@{known}>", f"{box}@{known}"])
    address = f"{box}@{domain}"
    if blackmail and chance.maybe(0.3):
        # "I write to you from your own account."
        address, display, reply, style = to.address, to.name if chance.maybe(0.4) else "", None, chance.pick({"forged": 4, "unrelated": 1})
    sender = Sender(display, address, brand, name, known, "", "", "", reply_to=reply)
    if style == "unrelated":
        sender.envelope = f"{names.syllables(chance, 2)}@{throwaway_domain(chance)}"
    return senders.finish(chance, sender, style)


def claimed(chance: Chance, section: str | None, share: float) -> Brand:
    """Whom an attack imitates: in this share a brand of the list, else a company that only the recipient would know."""
    if section and chance.maybe(share):
        return chance.choice(brands(section))
    return senders.invented_brand(chance)
