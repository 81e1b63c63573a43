"""The texts, read from wording/LANGUAGE.txt: what a kind of message says in one language.

A section starts with `# kind`. Its lines: `s` subject, `p` paragraph, `o` paragraph that may be left out, `c` words of the
button, `t` row of a table of details (`label: value`). Alternatives stand apart by ` || `, smaller ones as `[this|that]`,
values as `{slot}`. Sections that start with `_` hold what many kinds share (greetings, closings, footers).
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "wording"


@dataclass
class Section:
    """What one kind of message says in one language: for every line its alternatives."""

    subjects: list[str] = field(default_factory=list)
    paragraphs: list[tuple[bool, list[str]]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


@cache
def sections(language: str) -> dict[str, list[Section]]:
    """All sections of a language; a kind may have several (families of wording)."""
    found: dict[str, list[Section]] = {}
    current = Section()
    for number, line in enumerate((FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        mark, _, rest = line.partition(" ")
        if mark == "#":
            current = Section()
            found.setdefault(rest.strip(), []).append(current)
            continue
        alternatives = [one.strip() for one in rest.split(" || ")]
        if mark == "s":
            current.subjects += alternatives
        elif mark == "c":
            current.buttons += alternatives
        elif mark == "t":
            current.rows += alternatives
        elif mark in ("p", "o"):
            current.paragraphs.append((mark == "o", alternatives))
        else:
            raise ValueError(f"wording/{language}.txt:{number}: a line starts with #, s, p, o, c or t")
    return found


@cache
def languages() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


@cache
def speakers(kind: str) -> list[str]:
    """The languages that have words for a kind."""
    return [language for language in languages() if kind in sections(language)]


def shared(language: str, name: str) -> list[str]:
    """The alternatives of a shared section (`_greeting` and the like), all its paragraphs together."""
    return [text for section in sections(language)["_" + name] for _, texts in section.paragraphs for text in texts]
