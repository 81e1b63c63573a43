"""Names out of config/lists, read at run time: brands, free mail, free hosting and the like. None is written down here."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

LISTS = Path(__file__).parents[3] / "config" / "lists"
SECTIONS = {
    "Software, clouds, mail": "software",
    "Social and media": "social",
    "Shops, travel, services": "shop",
    "Payment, banks, money": "bank",
    "Post and parcels": "parcel",
    "Telephone and net": "telephone",
    "Authorities": "authority",
}


@dataclass(frozen=True)
class Brand:
    """A brand as people call it and the domain that it sends from."""

    name: str
    domain: str


@cache
def entries(name: str) -> list[str]:
    """The entries of a list with one on a line."""
    lines = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


@cache
def brands(section: str) -> list[Brand]:
    """Brands under a heading of the list whose first name and first domain are no ordinary words."""
    found: list[Brand] = []
    here = ""
    for line in (LISTS / "brands.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            here = SECTIONS.get(line[1:].strip(), here)
        elif line.strip() and here == section:
            names, _, domains = line.partition(": ")
            found.append(Brand(names.split(",")[0].strip(" ~"), domains.split()[0].strip("~")))
    return found
