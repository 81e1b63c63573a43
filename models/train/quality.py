"""What is wrong with a dataset before anything is learnt from it: python quality.py DATASET. Writes DATASET/quality.json.

Exact and near duplicates and what they would have done to each split; clusters with both labels; whether a small model can tell the
collection from features alone, and by which; how classes, years, languages and kinds of mail are spread.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

import trees
from data import INVENTED, Dataset, load
from dedupe import clusters, conflicts, kept_rows
from folds import all_folds
from judge import digest, say

# Duplicates that removal missed are looked for with other hashes than those that removed them.
SECOND_SEED = 11
SEED = 12
# A class of a probe with fewer messages is left out; of larger ones a sample is taken, so that no collection is guessed for its size.
PROBE_LEAST, PROBE_MOST = 40, 600
PROBE_FOLDS = 3
SHOWN = 20


def duplicates(data: Dataset) -> dict:
    """How many there are, and by collection."""
    cluster = clusters(data.grams)
    same = _same_text(data)
    first = _first_of(cluster)
    conflict = conflicts(cluster, data.unwanted)
    return {
        "messages": len(data),
        "exact": int((~_first_of(same)).sum()),
        "near": int((~first).sum()),
        "largestCluster": int(np.bincount(cluster).max()),
        "conflicts": int(conflict.sum()),
        "conflictsBySource": _counts(data.source[conflict]),
        "bySource": [
            {
                "source": str(source),
                "messages": int((data.source == source).sum()),
                "exact": int((~_first_of(same) & (data.source == source)).sum()),
                "near": int((~first & (data.source == source)).sum()),
            }
            for source in np.unique(data.source)
        ],
    }


def _same_text(data: Dataset) -> np.ndarray:
    """Messages with the same set of grams have the same subject and visible text, but for what grams do not see."""
    numbers: dict[bytes, int] = {}
    grams = data.grams
    keys = (grams.indices[start:end].tobytes() or f"alone {row}".encode() for row, (start, end) in enumerate(zip(grams.indptr, grams.indptr[1:])))
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys])


def _first_of(cluster: np.ndarray) -> np.ndarray:
    first = np.zeros(len(cluster), dtype=bool)
    first[np.unique(cluster, return_index=True)[1]] = True
    return first


def straddling(data: Dataset, seed: int) -> dict[str, dict]:
    """Per split: judged messages with a near duplicate among the messages learnt."""
    cluster = clusters(data.grams, seed)
    result = {}
    for fold in all_folds(data):
        learnt = np.zeros(cluster.max() + 1, dtype=bool)
        learnt[cluster[fold.train]] = True
        result[fold.name] = {"judged": int(fold.test.sum()), "straddling": int(learnt[cluster[fold.test]].sum())}
    return result


def splits(data: Dataset, kept: Dataset) -> list[dict]:
    before, after = straddling(data, 1), straddling(kept, SECOND_SEED)
    return [
        {"fold": name, "judgedBefore": one["judged"], "before": one["straddling"], "judged": after[name]["judged"], "after": after[name]["straddling"]}
        for name, one in before.items()
        if name in after
    ]


def probes(data: Dataset) -> list[dict]:
    """Can a small model tell the collection, among legitimate and among unwanted mail, by all features and by those that may speak?"""
    mute = np.isnan(trees.matrix(data, np.zeros(len(data)))[:, :-1]).all(axis=0)
    speaking = np.flatnonzero(~mute)
    every = np.arange(data.features.shape[1])
    real = ~np.isin(data.source, INVENTED)
    result = []
    for about, rows in (("legitimate", real & ~data.unwanted), ("unwanted", real & data.unwanted)):
        chosen = _sample(data.source, rows)
        classes = _counts(data.source[chosen])
        if len(classes) < 2:
            continue
        say(f"probe of {len(chosen)} {about} messages of {len(classes)} collections")
        result.append(
            {
                "among": about,
                "classes": classes,
                "chance": 1 / len(classes),
                "allFeatures": _accuracy(data, chosen, every),
                "speakingFeatures": _accuracy(data, chosen, speaking),
                "onlyWhatIsMissing": _accuracy(data, chosen, every, missing=True),
                "givingAway": _giving_away(data, chosen, set(speaking.tolist())),
            }
        )
    return result


def _sample(source: np.ndarray, rows: np.ndarray) -> np.ndarray:
    generator = np.random.default_rng(SEED)
    chosen = []
    for name in np.unique(source[rows]):
        of_source = np.flatnonzero(rows & (source == name))
        if len(of_source) >= PROBE_LEAST:
            chosen.append(generator.permutation(of_source)[:PROBE_MOST])
    return np.sort(np.concatenate(chosen)) if chosen else np.array([], dtype=int)


def _accuracy(data: Dataset, rows: np.ndarray, columns: np.ndarray, missing: bool = False) -> float:
    model = RandomForestClassifier(n_estimators=60, max_depth=10, class_weight="balanced", random_state=SEED, n_jobs=2)
    features = data.features[np.ix_(rows, columns)]
    return _held_out(model, np.isnan(features).astype(np.float32) if missing else features, data.source[rows])


def _giving_away(data: Dataset, rows: np.ndarray, speaking: set[int]) -> list[dict]:
    """Balanced accuracy of a small tree on one feature alone, the most telling first."""
    found = []
    for column, feature in enumerate(data.schema["features"]):
        values = data.features[rows, column]
        if np.isnan(values).all() or np.nanmin(values) == np.nanmax(values) and not np.isnan(values).any():
            continue
        model = DecisionTreeClassifier(max_depth=4, class_weight="balanced", random_state=SEED)
        accuracy = _held_out(model, values.reshape(-1, 1), data.source[rows])
        found.append({"feature": feature["name"], "accuracy": accuracy, "missing": round(float(np.isnan(values).mean()), 3), "speaks": column in speaking})
    return sorted(found, key=lambda one: (-one["accuracy"], one["feature"]))[:SHOWN]


def _held_out(model, features: np.ndarray, source: np.ndarray) -> float:
    folds = StratifiedKFold(PROBE_FOLDS, shuffle=True, random_state=SEED)
    return round(float(balanced_accuracy_score(source, cross_val_predict(model, features, source, cv=folds))), 3)


def balance(data: Dataset) -> dict:
    """Messages by source, year and language; what is not known is '' or 0."""
    return {
        "source": _pairs(data.source, data.unwanted),
        "year": _pairs(np.where(data.year > 0, data.year, 0).astype(int), data.unwanted),
        "language": _pairs(data.language, data.unwanted),
    }


def _pairs(column: np.ndarray, unwanted: np.ndarray) -> list[dict]:
    return [
        {"value": str(value), "ham": int((~unwanted & (column == value)).sum()), "unwanted": int((unwanted & (column == value)).sum())}
        for value in np.unique(column)
    ]


def _counts(values: np.ndarray) -> dict[str, int]:
    return {str(name): count for name, count in sorted(Counter(values.tolist()).items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dataset", type=Path)
    options = parser.parse_args()
    data = load(options.dataset)
    kept = data.take(kept_rows(data)[0])
    say(f"{len(data)} messages, {len(kept)} without near duplicates and label conflicts")
    report = {
        "format": 1,
        "dataset": digest(options.dataset),
        "kept": len(kept),
        "duplicates": duplicates(data),
        "splits": splits(data, kept),
        "probes": probes(kept),
        "balance": balance(kept),
    }
    (options.dataset / "quality.json").write_text(json.dumps(report, indent=1) + "\n")
    say(f"written to {options.dataset / 'quality.json'}")


if __name__ == "__main__":
    main()
