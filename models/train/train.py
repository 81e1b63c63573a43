"""Trains, measures and writes a model: python train.py DATASET MODEL_FOLDER [--without non-commercial]."""

import argparse
import time
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
from folds import Fold, leave_one_source_out, random_split, time_split
from text import TextModels, fit_categories

VERSION = "1.0.0"
THRESHOLDS = [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995]
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
        booster = self.booster(fold.train)
        text = self.texts.of(fold.train).logits(self.data.grams[fold.test])
        return trees.scores(booster, trees.matrix(self.data.take(fold.test), text))

    def booster(self, rows: np.ndarray):
        return trees.fit(self.data.take(rows), self.texts.out_of_source(rows)[rows])


def judge_folds(trainer: Trainer) -> tuple[dict, list]:
    """Figures of every split, and the scores of the compass for calibration."""
    data, metrics, compass = trainer.data, {}, []
    for fold in leave_one_source_out(data):
        scores = trainer.scores(fold)
        name = f"leaveOneSourceOut/{fold.name}"
        metrics[name] = {"about": fold.about, **evaluate.metrics(scores, data.unwanted[fold.test])}
        say(table({name: metrics[name]}).splitlines()[1])
        if fold.compass or fold.name == "modern":
            compass.append((fold.name, scores, data.unwanted[fold.test], data.source[fold.test]))
        if fold.name == "synthetic":
            metrics[name]["byCategory"] = by_category(scores, data.category[fold.test], data.unwanted[fold.test])
    for fold in (time_split(data), random_split(data)):
        if data.unwanted[fold.test].any() and not data.unwanted[fold.test].all():
            metrics[fold.name] = {"about": fold.about, **evaluate.metrics(trainer.scores(fold), data.unwanted[fold.test])}
            say(table({fold.name: metrics[fold.name]}).splitlines()[1])
    return metrics, compass


def by_category(scores: np.ndarray, category: np.ndarray, unwanted: np.ndarray) -> dict:
    ham = scores[~unwanted]
    return {
        str(name): {"unwanted": int((category == name).sum()), "auc": round(evaluate.auc(ham, scores[unwanted & (category == name)]), 4)}
        for name in np.unique(category[unwanted])
    }


def thresholds(compass: list, calibration: calibrate.Calibration) -> dict:
    """What each threshold costs and catches, per fold: the shares that a person choosing thresholds needs."""
    return {
        name: evaluate.rates(calibration.probability(scores), unwanted, THRESHOLDS) for name, scores, unwanted, _ in compass
    }


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
    metrics, compass = judge_folds(trainer)
    calibration = calibrate.fit([(scores, unwanted) for _, scores, unwanted, _ in compass])
    probability = np.concatenate([calibration.probability(scores) for _, scores, _, _ in compass])
    results = {
        "name": options.model.name,
        "version": VERSION,
        "made": date.today().isoformat(),
        "duplicates": duplicates,
        "leftOut": left_out,
        "metrics": metrics,
        "calibration": calibration,
        "thresholds": thresholds(compass, calibration),
        "reliability": calibrate.reliability(probability, np.concatenate([unwanted for _, _, unwanted, _ in compass])),
    }
    write(options.model, trainer, results)
    print(table(metrics))
    say(f"written to {options.model}")


if __name__ == "__main__":
    main()
