"""What each group of features adds: python ablate.py DATASET [--without non-commercial].

The trees are fitted again without each group, on held-out sources; the text models stay. To be done in minutes, every fit takes a
sample of the training messages, the one with all groups too, so that the figures compare with each other and not with the card.
Writes DATASET/ablation: ablation.json and FOLD.ndjson, a line per judged message: its calibrated logit with all groups and without each,
what each group adds to it, and whether the group had anything to say.
"""

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np

import calibrate
import trees
from data import Dataset
from folds import Fold, leave_one_source_out
from judge import Subset, digest, learnt_folds, say, subset
from train import Trainer

LEARN_AT_MOST = 8000
SEED = 9
TEXT = "text"
DIGITS = 4


def groups_of(data: Dataset) -> np.ndarray:
    return np.array([feature["group"] for feature in data.schema["features"]])


def without(data: Dataset, group: str | None) -> Dataset:
    """The data with every feature of the group missing."""
    features = data.features.copy()
    features[:, groups_of(data) == group] = np.nan
    return dataclasses.replace(data, features=features)


class Variants:
    """The trees of one fold with all groups and without each."""

    def __init__(self, trainer: Trainer, fold: Fold) -> None:
        learnt = np.random.default_rng(SEED).permutation(np.flatnonzero(fold.train))[:LEARN_AT_MOST]
        self.learn = trainer.data.take(learnt)
        self.learn_text = trainer.texts.out_of_source(fold.train)[learnt]
        self.test = trainer.data.take(fold.test)
        linear, grams = trainer.texts.of(fold.train), trainer.data.grams[fold.test]
        self.test_text, self.strangeness = linear.logits(grams), linear.strangeness(grams)

    def booster(self, group: str | None):
        return trees.fit(without(self.learn, group), self.learn_text)

    def rows(self, group: str | None) -> np.ndarray:
        return trees.matrix(without(self.test, group), self.test_text)

    def scores(self, group: str | None) -> np.ndarray:
        return self.cautious(trees.scores(self.booster(group), self.rows(group)))

    def cautious(self, raw: np.ndarray) -> np.ndarray:
        return trees.cautious(raw, self.strangeness)


def contributions(variants: Variants, groups: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Scores with all groups, and per message and group (the text last) its part of the score."""
    booster, rows = variants.booster(None), variants.rows(None)
    parts = trees.contributions(booster, rows)
    of_column = np.append(groups_of(variants.test), TEXT)
    raw = trees.scores(booster, rows)
    share = variants.cautious(raw + 1) - variants.cautious(raw)
    return variants.cautious(raw), np.column_stack([share * parts[:, of_column == group].sum(axis=1) for group in [*groups, TEXT]])


def states(data: Dataset, groups: list[str]) -> list[str]:
    """A letter per group: m missing (no feature has a value), e empty (all are zero: there was nothing to look at), v has values."""
    of_column = groups_of(data)
    letters = []
    for group in groups:
        values = data.features[:, of_column == group]
        missing = np.isnan(values).all(axis=1)
        empty = (np.nan_to_num(values) == 0).all(axis=1)
        letters.append(np.where(missing, "m", np.where(empty, "e", "v")))
    return ["".join(row) for row in np.column_stack(letters)]


def judge(trainer: Trainer, fold: Fold, groups: list[str]) -> dict:
    variants = Variants(trainer, fold)
    full, parts = contributions(variants, groups)
    scores = np.column_stack([full, *(variants.scores(group) for group in groups)])
    say(f"{fold.name}: {len(groups)} groups taken away in turn")
    return {"fold": fold, "scores": scores, "parts": parts, "states": states(variants.test, groups)}


def write(folder: Path, chosen: Subset, groups: list[str], judged: list[dict]) -> None:
    folder.mkdir(exist_ok=True)
    anchors = [one for one in judged if one["fold"].compass or one["fold"].name == "modern"]
    labels = [(chosen.data.unwanted[one["fold"].test], chosen.data.rules[one["fold"].test]) for one in anchors]
    fits = [
        calibrate.fit([(one["scores"][:, number], *label) for one, label in zip(anchors, labels)]) for number in range(len(groups) + 1)
    ]
    for one in judged:
        logits = np.column_stack([fit.a * one["scores"][:, number] + fit.b for number, fit in enumerate(fits)])
        rows = chosen.rows[np.flatnonzero(one["fold"].test)]
        with open(folder / f"{one['fold'].name}.ndjson", "w", encoding="utf8") as file:
            for row, logit, parts, state in zip(rows, logits, fits[0].a * one["parts"], one["states"]):
                line = {"row": int(row), "logits": numbers(logit), "parts": numbers(parts), "states": state}
                file.write(json.dumps(line) + "\n")
    about = {
        "format": 1,
        "dataset": digest(folder.parent),
        "without": chosen.without,
        "learnAtMost": LEARN_AT_MOST,
        "groups": groups,
        "fusions": [fit.fusion for fit in fits],
        "folds": [{"name": one["fold"].name, "kind": one["fold"].kind, "about": one["fold"].about} for one in judged],
    }
    (folder / "ablation.json").write_text(json.dumps(about, indent=1) + "\n")


def numbers(values: np.ndarray) -> list[float]:
    return [round(float(value), DIGITS) for value in values]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--without", action="append", default=[], help="learn nothing from a source, or from non-commercial")
    options = parser.parse_args()
    chosen = subset(options.dataset, options.without)
    trainer = Trainer(chosen.data)
    groups = list(dict.fromkeys(feature["group"] for feature in chosen.data.schema["features"]))
    judged = [judge(trainer, fold, groups) for fold in learnt_folds(chosen, leave_one_source_out(chosen.data))]
    write(options.dataset / "ablation", chosen, groups, judged)


if __name__ == "__main__":
    main()
