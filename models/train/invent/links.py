"""Where links lead. Honest ones: the sender's own site, or the tracker of whoever sends for it. Hostile ones: anywhere else."""

import names
from chance import Chance
from impostors import lookalike, plain, throwaway_domain
from lists import Brand, brands, entries
from senders import PROVIDERS, Sender

WORDS = "account order orders shop view offer sale article news status track invoice details help login document home settings survey ticket booking portal secure update review confirm download events".split()


def path(chance: Chance) -> str:
    """A path as sites have them, in both classes alike."""
    parts = chance.some(WORDS, 1, 3)
    if chance.maybe(0.3):
        parts.append(chance.choice([chance.digits(7), chance.opaque(10, 30), chance.hexes(16)]))
    return "/" + "/".join(parts) + chance.choice(["", "", "/", ".html", ".php", ".aspx"] if chance.maybe(0.2) else [""])


def query(chance: Chance, language: str) -> str:
    """Campaign marks and tokens behind an address."""
    shape = chance.randrange(5)
    if shape == 0:
        return f"?utm_source={chance.choice(['newsletter', 'email', 'crm', 'transactional'])}&utm_medium=email&utm_campaign={chance.choice(WORDS)}_{chance.digits(4)}"
    if shape == 1:
        return f"?{chance.choice(['token', 'id', 'uid', 't', 'ref', 'k'])}={chance.opaque(12, 60)}"
    if shape == 2:
        return f"?lang={language}&{chance.choice(['cid', 'mid'])}={chance.digits(8)}"
    return ""


def tracker(chance: Chance, domain: str) -> str:
    """An opaque click address."""
    host = f"{chance.choice(['click', 'links', 'trk', 'email', 'u' + chance.digits(7) + '.ct', 'l', 'go', 'r', 'ea', 'url' + chance.digits(4)])}.{domain}"
    tail = chance.choice([f"/ls/click?upn={chance.opaque(80, 320)}", f"/c/{chance.opaque(20, 60)}/{chance.opaque(20, 90)}", f"/CL0/{chance.opaque(60, 200)}", f"/?qs={chance.hexes(96)}", f"/f/a/{chance.opaque(22, 22)}~~/{chance.opaque(60, 160)}"])
    return f"https://{host}{tail}"


class Honest:
    """Links of a legitimate sender: all through a tracker, or all straight to its site."""

    def __init__(self, chance: Chance, sender: Sender, register: str, language: str):
        self.chance, self.sender, self.language = chance, sender, language
        tracked = chance.maybe({"bulk": 0.72, "notice": 0.34, "person": 0.02}[register])
        own = f"{chance.choice(['', 'm.', 'e.'])}{sender.site}"
        # Trackers are often of a house that no header names.
        unnamed = chance.maybe(0.22)
        self.click = (chance.choice(PROVIDERS) if unnamed else own if chance.maybe(0.45) else sender.provider or own) if tracked else None
        self.host = f"{chance.choice(['www.', 'www.', '', 'my.', 'account.', 'shop.', 'secure.', 'app.'])}{sender.site}"
        if register != "person" and chance.maybe(0.07):
            # A group, a shop system or a survey house answers for the sender.
            self.host = f"{chance.choice(['www', 'app', 'portal'])}.{names.reserved(chance, names.company(chance, names.TRADES)[1])}"
        self.images = chance.choice([f"{chance.choice(['img', 'static', 'cdn', 'images', 'assets'])}.{sender.site}", sender.site, sender.provider or sender.site, f"cdn.{chance.choice(PROVIDERS)}"])

    def call(self) -> str:
        return self.minor()

    def minor(self) -> str:
        if self.click:
            return tracker(self.chance, self.click)
        return f"https://{self.host}{path(self.chance)}{query(self.chance, self.language)}"

    def shown(self) -> str:
        """An address that the text shows."""
        return self.host


class Hostile:
    """Links of an attack on behalf of a brand. Small links often lead to the real brand, as copied footers do."""

    def __init__(self, chance: Chance, sender: Sender, brand: Brand, register: str, language: str):
        self.chance, self.sender, self.brand, self.language = chance, sender, brand, language
        self.target = self._target()
        self.copied = chance.maybe(0.4)
        own = f"{chance.choice(['img', 'static', 'cdn', 'images', 'assets'])}.{brand.domain}"
        self.images = chance.choice([own, self.target.split("/")[2], self.target.split("/")[2], f"cdn.{chance.choice(PROVIDERS)}", sender.domain, f"img.{sender.site}"])

    def _target(self) -> str:
        chance, tail = self.chance, path(self.chance) + query(self.chance, self.language)
        aligned = self.sender.domain.endswith(self.sender.site)
        own = self.sender.site if aligned else throwaway_domain(chance, self.brand)
        # Who buys a domain for an attack mostly uses it for sender and link alike, and all of it is in order.
        how = chance.pick({"own": 110 if aligned else 20, "other": 22, "free": 15, "captured": 9, "lookalike": 8, "sharing": 6, "short": 6, "redirect": 6, "tracker": 9, "ip": 2, "named": 5})
        if how == "own":
            return f"https://{chance.choice(['', 'www.', 'login.', 'secure.', 'my.'])}{own}{tail}"
        if how == "other":
            return f"{chance.choice(['https', 'https', 'http'])}://{chance.choice(['', 'www.', 'app.'])}{throwaway_domain(chance, self.brand)}{tail}"
        if how == "free":
            return f"https://{chance.choice([plain(self.brand.name) + '-', ''])}{names.syllables(chance, 2)}-{chance.digits(3)}.{chance.choice(entries('free-hosting'))}{chance.choice(['/', tail])}"
        if how == "captured":
            return f"https://{names.reserved(chance, names.company(chance, names.PEOPLE_TRADES)[1])}/{chance.choice(['wp-content', 'wp-includes', 'images', '.well-known', 'js'])}/{plain(self.brand.name)}/{chance.hexes(6)}"
        if how == "lookalike":
            return f"https://{lookalike(chance, self.brand.domain)}{tail}"
        if how == "sharing":
            return f"https://{chance.choice(entries('file-sharing'))}/{chance.choice(['file', 's', 'd', 'view'])}/{chance.opaque(18, 40)}"
        if how == "short":
            return f"https://{chance.choice(entries('shorteners'))}/{chance.opaque(5, 8)}"
        if how == "redirect":
            host, prefix, parameter, _ = chance.choice(redirectors())
            return f"https://{host}{prefix}?{parameter.split(',')[0]}=https%3A%2F%2F{throwaway_domain(chance)}%2F{chance.hexes(8)}"
        if how == "tracker":
            return tracker(chance, self.sender.provider or chance.choice(PROVIDERS))
        if how == "ip":
            return f"http://{chance.choice(['192.0.2', '198.51.100', '203.0.113'])}.{chance.randint(2, 250)}{tail}"
        return f"https://{self.brand.domain}.{throwaway_domain(chance)}{tail}"

    def call(self) -> str:
        return self.target

    def minor(self) -> str:
        if self.copied:
            return f"https://www.{self.brand.domain}{path(self.chance)}"
        return self.target if self.chance.maybe(0.8) else self._target()

    def shown(self) -> str:
        return f"www.{self.brand.domain}"


def redirectors() -> list[tuple[str, str, str, str]]:
    """Entries of the list of redirectors that show where they lead: host, path, parameters, kind."""
    from lists import LISTS

    rows = [line.split() for line in (LISTS / "redirectors.txt").read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(row) for row in rows if len(row) == 4 and row[2] != "-"]


def social(chance: Chance) -> list[str]:
    """Links to a sender's pages in the networks, as footers have them."""
    return [f"https://www.{brand.domain}/{names.syllables(chance, 3)}" for brand in chance.some(brands("social"), 2, 4)]
