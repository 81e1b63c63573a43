"""Writes the page about thresholds from a model's card: python tuning.py MODEL_FOLDER > docs/tuning.md."""

import json
import sys
from pathlib import Path

SHOWN = ("lists", "phishing_pot", "modern", "synthetic", "spamassassin", "time")
TITLES = {
    "lists": "public lists, 2019–26",
    "phishing_pot": "phishing against list mail",
    "modern": "phishing against invented modern mail",
    "synthetic": "invented business mail and fraud",
    "spamassassin": "mail of 2002",
    "time": "2025 on, learnt from before",
}


def page(card: dict) -> str:
    folds = {name: rows for name in SHOWN if (rows := card["thresholds"]["folds"].get(name))}
    return "\n".join([*_head(card), *_table(folds), "", *_choice(card), *_cost(card)]) + "\n"


def _head(card: dict) -> list[str]:
    return [
        "# Tuning",
        "",
        "<!-- Written by models/train/tuning.py from the model's card; do not edit. -->",
        "",
        "`policy.default` says from which score on mail is tagged, held or refused. The score is a probability: of mail with a score of",
        f"0.7, seven in ten are unwanted where {card['calibration']['prior']:.0%} of all mail is. Where you get more unwanted mail than that,",
        "scores are too low; lower the thresholds, and look at the ledger first: `postern explain` tells of each decision why.",
        "",
        f"What each threshold of {card['name']} {card['version']} costs and catches, on mail of sources that training never saw: **share of",
        "the legitimate mail above it · share of the unwanted mail above it**, model and rules together, in per cent.",
        "",
    ]


def _table(folds: dict[str, list[dict]]) -> list[str]:
    lines = ["| score from | " + " | ".join(TITLES[name] for name in folds) + " |", "|---|" + "---|" * len(folds)]
    for number, row in enumerate(next(iter(folds.values()))):
        cells = [f"{100 * rows[number]['falsePositives']:.2f} · {100 * rows[number]['recall']:.1f}" for rows in folds.values()]
        lines.append(f"| {row['threshold']:g} | " + " | ".join(cells) + " |")
    return lines


def _choice(card: dict) -> list[str]:
    chosen = card["thresholds"]["chosen"]
    words = [
        f"- **{action}** from {one['threshold']:g}: the lowest, from 0.5 on, at which no fold of modern mail ({', '.join(one['in'])}) has more than"
        f" {100 * one['falsePositivesAtMost']:g} % of its legitimate mail above."
        for action, one in chosen.items()
    ]
    return ["The shipped thresholds are", "", *words, "- **reject**: never. Refusing cannot be taken back; set it when you know your mail.", ""]


def _cost(card: dict) -> list[str]:
    return [
        "Mail that you allow (`policy.allow`, authenticated senders only), block or send back as wrongly held works beside the",
        "thresholds; prefer it to a threshold that one sender dictates. Recipients' domains can have thresholds of their own",
        "(`policy.domains`).",
    ]


def main() -> None:
    card = json.loads((Path(sys.argv[1]) / "card.json").read_text(encoding="utf8"))
    sys.stdout.write(page(card))


if __name__ == "__main__":
    main()
