"""Writes invented mail for training: `invent.py --out DIR --count N --seed S` makes DIR/invented/LABEL/NNNNN.eml and .json."""

import argparse
import json
from pathlib import Path

from chance import Chance
from compose import Maker
from kinds import ATTACKS, LANGUAGES, LEGITIMATE, Kind
from wording import speakers

# Of five messages three are legitimate: enough of both to learn what tells them apart.
LEGITIMATE_SHARE = 0.6


def languages_of(kind: Kind) -> dict[str, float]:
    """The languages that have words for a kind, by how often mail is written in them."""
    return {language: weight for language, weight in LANGUAGES.items() if any(language in speakers(word) for word in kind.words)}


def plan(chance: Chance, count: int) -> list[tuple[Kind, str]]:
    """Which kinds in which languages. Every kind comes at least once where the count allows."""
    legitimate = round(count * LEGITIMATE_SHARE)
    found = []
    for kinds, share in ((LEGITIMATE, legitimate), (ATTACKS, count - legitimate)):
        chosen = [*kinds[:share], *chance.choices(kinds, [kind.weight for kind in kinds], k=max(0, share - len(kinds)))]
        found += [(kind, chance.pick(languages_of(kind))) for kind in chosen]
    return found


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--out", type=Path, required=True)
    reader.add_argument("--count", type=int, default=4000)
    reader.add_argument("--seed", type=int, default=1)
    told = reader.parse_args()
    chance = Chance(told.seed)
    numbers: dict[str, int] = {}
    for kind, language in plan(chance, told.count):
        content, sidecar = Maker(chance, kind, language).make()
        folder = told.out / "invented" / kind.label
        folder.mkdir(parents=True, exist_ok=True)
        numbers[kind.label] = numbers.get(kind.label, 0) + 1
        file = folder / f"{numbers[kind.label]:05d}.eml"
        file.write_bytes(content)
        file.with_suffix(".json").write_text(json.dumps(sidecar, ensure_ascii=False), encoding="utf-8")
    print(" ".join(f"{label} {number}" for label, number in sorted(numbers.items())))


if __name__ == "__main__":
    main()
