"""Trains, measures and writes a model: python train.py DATASET MODEL_FOLDER [--without non-commercial | --everything]."""

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


def learning_without(fold: Fold, out: np.ndarray) -> Fold:
    """The fold with the same mail to judge, learnt without the rows of `out`."""
    return replace(fold, train=fold.train & ~out)


def cost_of(names: set[str], trainer: Trainer, folds: list[Fold], judged: list[Judged]) -> dict:
    """What leaving these sources out of training costs on the folds that could learn from them, [with, without]: the model alone."""
    out = np.isin(trainer.data.source, list(names))
    result, real = {}, []
    for fold, one in zip(folds, judged):
        if not (fold.train & out).any() or fold.name == "random":
            continue
        left_out = not (one.fold.train & out).any()
        other = trainer.scores(fold if left_out else learning_without(fold, out))
        pair = (other, one.scores) if left_out else (one.scores, other)
        result[one.name] = {
            name: [round(measure(each[~one.unwanted], each[one.unwanted]), 4) for each in pair]
            for name, measure in (("auc", evaluate.auc), ("recallAt1Percent", lambda ham, bad: evaluate.recall_at(ham, bad, 0.01)))
        }
        real += [one.name] if fold.compass else []
        say(f"{one.name} with and without {', '.join(names)}: {result[one.name]}")
    lost = [result[name]["recallAt1Percent"][0] - result[name]["recallAt1Percent"][1] for name in real]
    return {"sources": sorted(names), "folds": result, "meanLossOfRecallAt1Percent": round(float(np.mean(lost)), 4) if lost else None}


def importance(booster, data: Dataset, text: np.ndarray) -> list[dict]:
    """Mean absolute contribution of each feature in logits, over a sample of the training rows."""
    sample = np.random.default_rng(8).permutation(len(data))[:3000]
    parts = trees.contributions(booster, trees.matrix(data, text)[sample])
    mean = np.abs(parts).mean(axis=0)
    order = np.argsort(-mean)
    return [{"feature": trees.names(data)[one], "meanContribution": round(float(mean[one]), 4)} for one in order if mean[one] > 0]


def write(folder: Path, trainer: Trainer, learnt: np.ndarray, results: dict) -> None:
    """The model of the rows of a mask, and its card."""
    data = trainer.data.take(learnt)
    text = trainer.texts.out_of_source(learnt)[learnt]
    booster = trees.fit(data, text)
    linear = trainer.texts.of(learnt)
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
    parser.add_argument("--without", action="append", help="a source, or non-commercial, which is the default: see the card for its cost")
    parser.add_argument("--everything", action="store_true", help="learn from sources that are not for commercial use, too")
    options = parser.parse_args()
    without = options.without or ([] if options.everything else ["non-commercial"])
    data, duplicates = without_duplicates(load(options.dataset))
    left_out = sorted(set().union(*(NON_COMMERCIAL if one == "non-commercial" else {one} for one in without)))
    out = np.isin(data.source, left_out)
    say(f"{duplicates['messages']} messages, {len(data)} without near duplicates and label conflicts, {out.sum()} of them left out")
    trainer = Trainer(data)
    folds = all_folds(data)
    # What is left out teaches nothing, but is judged like any other mail.
    judged = judge(trainer, [learning_without(fold, out) for fold in folds])
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
        "withoutNonCommercial": cost_of(NON_COMMERCIAL, trainer, folds, judged),
    }
    write(options.model, trainer, ~out, results)
    print(table(results["metrics"]))
    say(f"written to {options.model}")


if __name__ == "__main__":
    main()
