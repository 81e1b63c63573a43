"""What goes into the slots of the texts: names, amounts, dates, numbers."""

from datetime import datetime, timedelta

import names
from chance import Chance
from senders import Recipient, Sender

DATE_FORMATS = {"en": ["%d %B %Y", "%B %d, %Y", "%m/%d/%Y", "%d/%m/%Y", "%A, %d %B"], "ja": ["%Y年%m月%d日", "%Y/%m/%d"], "sv": ["%Y-%m-%d"], "fr": ["%d/%m/%Y"], "es": ["%d/%m/%Y"], "it": ["%d/%m/%Y"], "pt": ["%d/%m/%Y"], "nl": ["%d-%m-%Y"]}
CURRENCIES = {"en": ["$", "£", "€", "USD "], "ja": ["¥"], "pl": [" zł", " PLN"], "sv": [" kr", " SEK"], "tr": [" TL"], "pt": [" €", "R$ "]}
DEVICES = ["Windows", "Chrome, Windows 11", "iPhone", "Android", "macOS, Safari", "Firefox, Linux", "iPad"]
ROLES = {
    "en": "Account Manager; Finance Director; Operations; Accounts Payable; Head of Sales; Project Manager; CEO; Office Manager; Controller",
    "de": "Vertrieb; Buchhaltung; Geschäftsführer; Projektleitung; Einkauf; Leitung Finanzen; Assistenz",
    "fr": "Responsable commercial; Comptabilité; Directeur général; Chef de projet; Achats",
    "es": "Dirección comercial; Contabilidad; Director general; Jefa de proyecto; Compras",
    "it": "Ufficio vendite; Contabilità; Amministratore delegato; Responsabile progetto; Acquisti",
    "pt": "Comercial; Contabilidade; Diretor-geral; Gestor de projeto; Compras",
    "nl": "Verkoop; Boekhouding; Directeur; Projectleider; Inkoop", "pl": "Sprzedaż; Księgowość; Prezes zarządu; Kierownik projektu",
    "ja": "営業部; 経理部; 代表取締役; 総務部", "sv": "Försäljning; Ekonomi; VD; Projektledare", "tr": "Satış; Muhasebe; Genel Müdür; Proje Yöneticisi",
}


def amount(chance: Chance, language: str, low: float, high: float) -> str:
    """A sum of money as the language writes it, small sums more often than large ones."""
    value = low * (high / low) ** chance.random()
    unit = chance.choice(CURRENCIES.get(language, [" €", " EUR"]))
    if language == "ja":
        return f"{int(value * 100):,}円" if chance.maybe(0.5) else f"¥{int(value * 100):,}"
    text = f"{value:,.2f}" if chance.maybe(0.8) else f"{int(value):,}"
    if language != "en":
        text = text.replace(",", "_").replace(".", ",").replace("_", ".")
    return unit + text if unit[0] != " " else text + unit


def date(chance: Chance, language: str, day: datetime) -> str:
    return day.strftime(chance.choice(DATE_FORMATS.get(language, ["%d.%m.%Y"])))


def phone(chance: Chance, language: str) -> str:
    """A number of a range for fiction where there is one, else one of plausible form."""
    if language == "en":
        return chance.choice(["+1 (8{0}) 555-01{1}", "1-8{0}-555-01{1}", "(8{0}) 555 01{1}", "+44 20 7946 0{0}{1}"]).format(chance.digits(2), chance.digits(2))
    code = {"de": "49", "fr": "33", "es": "34", "it": "39", "pt": "351", "nl": "31", "pl": "48", "ja": "81", "sv": "46", "tr": "90"}[language]
    return chance.choice([f"+{code} {chance.digits(2)} {chance.digits(3)} {chance.digits(4)}", f"0{chance.digits(2)} {chance.digits(3)} {chance.digits(2)} {chance.digits(2)}"])


def iban(chance: Chance) -> str:
    digits = chance.choice(names.COUNTRIES) + chance.digits(2) + chance.digits(16)
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4)) if chance.maybe(0.7) else digits


def values(chance: Chance, language: str, sender: Sender, to: Recipient, moment: datetime, hostile: bool) -> dict[str, str]:
    """All slots for one message."""
    products = names.PRODUCTS[language].split("; ")
    cities = names.CITIES[language].split()
    brand = sender.brand or chance.choice(cities)
    shared = {
        "name": to.name, "first": names.given(to.name), "email": to.address, "recipient_domain": to.domain,
        "me": sender.person or brand, "mefirst": names.given(sender.person) if sender.person else brand,
        "brand": brand, "company": names.company(chance, names.PEOPLE_TRADES)[0], "domain": sender.domain, "site": sender.site,
        "other": names.given(names.person(chance, language)), "otherfull": names.person(chance, language),
        "product": chance.choice(products), "product2": chance.choice(products), "city": chance.choice(cities), "city2": chance.choice(cities),
        "amount": amount(chance, language, 8, 900), "big": amount(chance, language, 900, 90000), "small": amount(chance, language, 1, 40),
        "millions": amount(chance, language, 900000, 40000000), "pct": str(chance.choice([5, 10, 15, 20, 25, 30, 40, 50, 60, 70])),
        "date": date(chance, language, moment - timedelta(days=chance.randint(0, 20))), "date2": date(chance, language, moment + timedelta(days=chance.randint(1, 30))),
        "time": f"{chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}", "time2": f"{chance.randint(8, 18)}:{chance.choice(['00', '15', '30', '45'])}",
        "num": chance.choice([chance.digits(6), chance.digits(8), f"{chance.digits(3)}-{chance.digits(7)}", f"{chance.choice('ABCDEFR')}{chance.digits(6)}", f"#{chance.digits(5)}"]),
        "invoice": chance.choice([f"INV-{chance.digits(5)}", f"2026-{chance.digits(4)}", f"RE{chance.digits(7)}", chance.digits(6), f"F{chance.digits(5)}"]),
        "tracking": chance.choice([chance.digits(12), f"JD{chance.digits(16)}", f"1Z{chance.hexes(6).upper()}{chance.digits(8)}", f"RR{chance.digits(9)}XX"]),
        "code": chance.digits(6), "phone": phone(chance, language), "phone2": phone(chance, language), "iban": iban(chance), "last4": chance.digits(4),
        "btc": chance.choice(["bc1q" + "".join(chance.choice("023456789acdefghjklmnpqrstuvwxyz") for _ in range(38)), "1" + "".join(chance.choice("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz") for _ in range(33))]),
        "year": str(moment.year), "days": str(chance.randint(2, 14)), "hours": chance.choice(["24", "48", "72"]), "n": str(chance.randint(2, 48)), "device": chance.choice(DEVICES),
        "doc": chance.choice(["Q3 report", "Budget 2026", "contract", "Invoice", "Project plan", "minutes", "PO", "Proposal"]) + chance.choice([".pdf", ".docx", ".xlsx", "", f" {chance.digits(4)}"]),
        "role": chance.choice(ROLES[language].split("; ")),
    }
    if hostile and chance.maybe(0.35):
        # Attacks often know no more than the address.
        shared["first"] = shared["name"] = to.address.split("@")[0]
    return shared
