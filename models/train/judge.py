"""Judges every message of a dataset by models that never saw its fold: python judge.py DATASET [--without non-commercial].

Writes DATASET/folds: folds.json (which folds there are, how scores became probabilities, what was removed) and FOLD.ndjson, a line
per judged message with its row in rows.ndjson, the calibrated logit of the model and the share of each category. What the rules say
is added where serving adds it, by `postern evaluate`.
"""

import argparse
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import calibrate
from data import CATEGORIES, NON_COMMERCIAL, Dataset, load
from dedupe import kept_rows
from folds import Fold, all_folds
from text import fit_categories, scaled
from train import Trainer, learning_without

STARTED = time.monotonic()
# Digits after the point: what is beyond moves no figure, and the file stays small.
DIGITS = 5


@dataclass(frozen=True)
class Subset:
    """The messages that models may see, and which rows of the dataset they are."""

    data: Dataset
    rows: np.ndarray
    unlearnt: np.ndarray  # which of them are judged and not learnt from
    duplicates: dict
    left_out: list[str]
    without: list[str]  # as it was asked for


def say(words: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.0f} s] {words}", flush=True)


def subset(folder: Path, without: list[str]) -> Subset:
    """The dataset as training takes it, without near duplicates and label conflicts. Sources left out are judged all the same."""
    data = load(folder)
    left_out = sorted(set().union(*(NON_COMMERCIAL if one == "non-commercial" else {one} for one in without)))
    kept, counts = kept_rows(data)
    rows = np.flatnonzero(kept)
    data = data.take(rows)
    return Subset(data, rows, np.isin(data.source, left_out), counts, left_out, sorted(set(without)))


def learnt_folds(chosen: Subset, folds: list[Fold]) -> list[Fold]:
    """The folds, learnt as the shipped model is."""
    return [learning_without(fold, chosen.unlearnt) for fold in folds]


def category_shares(trainer: Trainer, fold: Fold) -> np.ndarray:
    """[messages, categories]: what the wording says of the kind of attack, given that it is one."""
    train = trainer.data.take(fold.train)
    rarity = trainer.texts.of(fold.train).rarity
    categories = fit_categories(train, rarity)
    logits = scaled(trainer.data.grams[fold.test], rarity) @ (categories.weights / rarity).T + categories.bias
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def calibration_of(judged: list[tuple[Fold, np.ndarray]], data: Dataset) -> calibrate.Calibration:
    """The line that the shipped model uses, too: fitted on the held-out sources of the compass and the modern fold."""
    anchors = [(fold.test, scores) for fold, scores in judged if fold.compass or fold.name == "modern"]
    return calibrate.fit([(scores, data.unwanted[test], data.rules[test]) for test, scores in anchors])


def write(folder: Path, chosen: Subset, judged: list[tuple[Fold, np.ndarray]], shares: list[np.ndarray], fit: calibrate.Calibration) -> None:
    folder.mkdir(exist_ok=True)
    for (fold, scores), share in zip(judged, shares):
        logits = np.round(fit.a * scores + fit.b, DIGITS)
        rows = chosen.rows[np.flatnonzero(fold.test)]
        with open(folder / f"{fold.name}.ndjson", "w", encoding="utf8") as file:
            for row, logit, one in zip(rows, logits, np.round(share, DIGITS)):
                file.write(json.dumps({"row": int(row), "logit": float(logit), "categories": [float(value) for value in one]}) + "\n")
    about = {
        "format": 1,
        "dataset": digest(folder.parent),
        "without": chosen.without,
        "leftOut": chosen.left_out,
        "duplicates": chosen.duplicates,
        "calibration": {"a": fit.a, "b": fit.b, "prior": calibrate.PRIOR},
        "fusion": fit.fusion,
        "categories": CATEGORIES,
        "folds": [{"name": fold.name, "kind": fold.kind, "about": fold.about} for fold, _ in judged],
    }
    (folder / "folds.json").write_text(json.dumps(about, indent=1) + "\n")


def digest(dataset: Path) -> str:
    """Names the dataset, so that folds of another one are not taken for its own."""
    sha = hashlib.sha256()
    for name in ("dataset.json", "rows.ndjson", "features.npy"):
        sha.update((dataset / name).read_bytes())
    return sha.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--without", action="append", default=[], help="learn nothing from a source, or from non-commercial")
    options = parser.parse_args()
    chosen = subset(options.dataset, options.without)
    say(f"{chosen.duplicates['messages']} messages, {len(chosen.data)} without near duplicates and label conflicts")
    trainer = Trainer(chosen.data)
    judged, shares = [], []
    for fold in learnt_folds(chosen, all_folds(chosen.data)):
        judged.append((fold, trainer.scores(fold)))
        shares.append(category_shares(trainer, fold))
        say(f"{fold.name}: {int(fold.train.sum())} messages learnt, {int(fold.test.sum())} judged")
    write(options.dataset / "folds", chosen, judged, shares, calibration_of(judged, chosen.data))


if __name__ == "__main__":
    main()
