"""Trains, measures and writes a model: python train.py DATASET MODEL_FOLDER [--without non-commercial]."""

import argparse
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

import calibrate
import evaluate
import export
import trees
from card import card, table
from data import NON_COMMERCIAL, Dataset, load
from dedupe import without_duplicates
from folds import Fold, all_folds
from text import TextModels, fit_categories
from thresholds import choose, rates_of

VERSION = "1.0.0"
STARTED = time.monotonic()


def say(words: str) -> None:
    print(f"[{time.monotonic() - STARTED:5.0f} s] {words}", flush=True)


class Trainer:
    """Fits the two stages for any choice of rows, sharing the text models."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.texts = TextModels(data)

    def scores(self, fold: Fold) -> np.ndarray:
        """Raw scores for the fold's test rows from a model of its training rows."""
        booster, linear, grams = self.booster(fold.train), self.texts.of(fold.train), self.data.grams[fold.test]
        raw = trees.scores(booster, trees.matrix(self.data.take(fold.test), linear.logits(grams)))
        return trees.cautious(raw, linear.strangeness(grams))

    def booster(self, rows: np.ndarray):
        return trees.fit(self.data.take(rows), self.texts.out_of_source(rows)[rows])


@dataclass(frozen=True)
class Judged:
    """What a model that never saw it says of the mail of a fold."""

    fold: Fold
    scores: np.ndarray
    unwanted: np.ndarray
    rules: np.ndarray

    @property
    def calibrates(self) -> bool:
        """Sources that training never saw, the hardest among them."""
        return self.fold.compass or self.fold.name == "modern"

    @property
    def name(self) -> str:
        return self.fold.name if self.fold.kind in ("time", "random") else f"leaveOneSourceOut/{self.fold.name}"


def judge(trainer: Trainer, folds: list[Fold]) -> list[Judged]:
    judged = []
    for fold in folds:
        one = Judged(fold, trainer.scores(fold), trainer.data.unwanted[fold.test], trainer.data.rules[fold.test])
        judged.append(one)
        say(table({one.name: evaluate.metrics(one.scores, one.unwanted)}).splitlines()[1])
    return judged


def figures(trainer: Trainer, judged: list[Judged], calibration: calibrate.Calibration) -> dict:
    """Of the model with the rules beside it, as it serves; and of the model alone."""
    metrics = {}
    for one in judged:
        whole = calibration.logits(one.scores, one.rules)
        alone = evaluate.metrics(one.scores, one.unwanted)
        metrics[one.name] = {
            "about": one.fold.about,
            **evaluate.metrics(whole, one.unwanted),
            "modelAlone": {key: alone[key] for key in ("auc", "recallAt1Percent", "recallAt01Percent")},
        }
        if one.fold.kind == "invented":
            metrics[one.name]["byCategory"] = by_category(whole, trainer.data.category[one.fold.test], one.unwanted)
    return metrics


def by_category(scores: np.ndarray, category: np.ndarray, unwanted: np.ndarray) -> dict:
    ham = scores[~unwanted]
    return {
        str(name): {"unwanted": int((category == name).sum()), "auc": round(evaluate.auc(ham, scores[unwanted & (category == name)]), 4)}
        for name in np.unique(category[unwanted])
    }


def cost_of(names: set[str], trainer: Trainer, judged: list[Judged]) -> dict:
    """What leaving these sources out of training costs on the folds that otherwise learn from them: the model alone, recall at 1 %."""
    out = np.isin(trainer.data.source, list(names))
    folds = [one for one in judged if (one.fold.train & out).any() and one.fold.name != "random"]
    result = {}
    for one in folds:
        scores = trainer.scores(replace(one.fold, train=one.fold.train & ~out))
        result[one.name] = {
            name: [round(measure(each[~one.unwanted], each[one.unwanted]), 4) for each in (one.scores, scores)]
            for name, measure in (("auc", evaluate.auc), ("recallAt1Percent", lambda ham, bad: evaluate.recall_at(ham, bad, 0.01)))
        }
        say(f"{one.name} with and without {', '.join(names)}: {result[one.name]}")
    real = [one.name for one in folds if one.fold.compass]
    lost = [result[name]["recallAt1Percent"][0] - result[name]["recallAt1Percent"][1] for name in real]
    return {"sources": sorted(names), "folds": result, "meanLossOfRecallAt1Percent": round(float(np.mean(lost)), 4) if lost else None}


def importance(booster, data: Dataset, text: np.ndarray) -> list[dict]:
    """Mean absolute contribution of each feature in logits, over a sample of the training rows."""
    sample = np.random.default_rng(8).permutation(len(data))[:3000]
    parts = trees.contributions(booster, trees.matrix(data, text)[sample])
    mean = np.abs(parts).mean(axis=0)
    order = np.argsort(-mean)
    return [{"feature": trees.names(data)[one], "meanContribution": round(float(mean[one]), 4)} for one in order if mean[one] > 0]


def write(folder: Path, trainer: Trainer, results: dict) -> None:
    data = trainer.data
    everything = np.ones(len(data), dtype=bool)
    text = trainer.texts.out_of_source(everything)
    booster = trees.fit(data, text)
    linear = trainer.texts.of(everything)
    categories = fit_categories(data, linear.rarity)
    flat = export.flat_trees(booster)
    text_onnx = export.text_model(linear, categories).SerializeToString()
    trees_onnx = export.trees_model(flat, len(trees.names(data))).SerializeToString()
    rows = trees.matrix(data, text)
    say(f"exported trees differ from LightGBM by at most {export.check_same(booster, trees_onnx, rows):.1e}")
    files = {
        "text.onnx": text_onnx,
        "trees.onnx": trees_onnx,
        "trees.json": export.as_json(flat),
        "parity.json": export.as_json(export.parity(booster, text_onnx, rows, data.schema["buckets"])),
    }
    results["files"] = export.write(folder, files)
    results["categories"] = categories.counts
    results["importance"] = importance(booster, data, text)
    export.write(folder, {"card.json": export.as_json(card(data, results), indent=1)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--without", action="append", default=[], help="a source, or non-commercial")
    options = parser.parse_args()
    data = load(options.dataset)
    left_out = sorted(set().union(*(NON_COMMERCIAL if one == "non-commercial" else {one} for one in options.without)))
    data = data.take(~np.isin(data.source, left_out))
    data, duplicates = without_duplicates(data)
    say(f"{duplicates['messages']} messages, {len(data)} without near duplicates and label conflicts")
    trainer = Trainer(data)
    judged = judge(trainer, all_folds(data))
    anchors = [one for one in judged if one.calibrates]
    calibration = calibrate.fit([(one.scores, one.unwanted, one.rules) for one in anchors])
    say(f"calibrated: {calibration}")
    probability = np.concatenate([calibration.probability(one.scores, one.rules) for one in anchors])
    rates = {one.fold.name: rates_of(calibration.probability(one.scores, one.rules), one.unwanted) for one in judged if one.fold.name != "random"}
    results = {
        "name": options.model.name,
        "version": VERSION,
        "made": date.today().isoformat(),
        "duplicates": duplicates,
        "leftOut": left_out,
        "metrics": figures(trainer, judged, calibration),
        "calibration": calibration,
        "fusion": calibration.fusion,
        "thresholds": {"folds": rates, "chosen": choose(rates)},
        "reliability": calibrate.reliability(probability, [one.unwanted for one in anchors]),
        "withoutNonCommercial": cost_of(NON_COMMERCIAL - set(left_out), trainer, judged),
    }
    write(options.model, trainer, results)
    print(table(results["metrics"]))
    say(f"written to {options.model}")


if __name__ == "__main__":
    main()
