"""The model card: what it was made of, how good it is where, and what it is not."""

import numpy as np

from calibrate import PRIOR, Calibration
from data import LICENCES, Dataset
from trees import TEXT_SLOPE, UNFAMILIAR

LIMITATIONS = [
    "Modern legitimate mail (newsletters, notices, invoices, shops) is nearly absent from the real training mail; invented mail"
    " stands in for it. Expect more false positives there than the figures on real mail say.",
    "Most of the real legitimate mail went through public technical mailing lists, or is from 2002.",
    "All unwanted mail of phishing_pot came to one honeypot address space; its kinds are mixed and mostly unlabelled.",
    "Leave-one-source-out figures chose the features, the weight of the wording and of invented mail, and how strange wording is"
    " trusted, among some thirty variants: they flatter a little.",
    "The legitimate mail of `synthetic` is always authenticated and links to its sender; the figure of the modern fold flatters for that.",
    "Invented attacks differ from invented legitimate mail mostly by what they ask for. Of those of another writer only a part is"
    " found at a low rate of false positives: see leaveOneSourceOut/synthetic.",
    "Sources that are left out (`data.leftOut`) taught the model nothing, but were judged, and so helped to choose calibration and thresholds.",
    "Figures of leaveOneSourceOut/invented are on mail that was invented for training; no claim rests on them.",
    "Categories were learnt from some hundred messages that a person read, invented attacks, and weak labels by collection."
    " Business e-mail compromise, invoice fraud, callback phishing and extortion are known nearly only from invented mail.",
    "No sender reputation and no live DNS were available in training; authentication only as recorded by the receivers.",
    "The collections were masked: recipients are not real, so nothing about the relation of sender and recipient was learnt.",
]


def card(data: Dataset, results: dict) -> dict:
    """The whole card; `results` are the parts that training measured."""
    calibration: Calibration = results["calibration"]
    return {
        "format": 1,
        "name": results["name"],
        "version": results["version"],
        "made": results["made"],
        "schemaHash": data.schema["schemaHash"],
        "grams": {"version": data.schema["gramsVersion"], "buckets": data.schema["buckets"]},
        "features": [feature["name"] for feature in data.schema["features"]],
        "files": results["files"],
        "textSlope": TEXT_SLOPE,
        "unfamiliar": UNFAMILIAR,
        "fusion": results["fusion"],
        "calibration": {"a": calibration.a, "b": calibration.b, "prior": PRIOR, "on": "out-of-source scores, every fold weighing the same"},
        "data": {"duplicates": results["duplicates"], "sources": _sources(data), "categories": results["categories"], "leftOut": results["leftOut"]},
        "metrics": results["metrics"],
        "thresholds": results["thresholds"],
        "reliability": results["reliability"],
        "withoutNonCommercial": results["withoutNonCommercial"],
        "importance": results["importance"],
        "limitations": LIMITATIONS,
    }


def _sources(data: Dataset) -> list[dict]:
    return [
        {
            "name": str(source),
            "licence": LICENCES.get(str(source), "unknown"),
            "ham": int((~data.unwanted & (data.source == source)).sum()),
            "unwanted": int((data.unwanted & (data.source == source)).sum()),
            "years": _years(data.year[data.source == source]),
        }
        for source in np.unique(data.source)
    ]


def _years(years: np.ndarray) -> str:
    known = years[years > 0]
    return f"{known.min()}–{known.max()}" if len(known) else "unknown"


def table(metrics: dict) -> str:
    """The figures as lines for people."""
    lines = [f"{'split':34} {'ham':>6} {'bad':>6}  {'AUC':22} {'recall at 1 %':22} recall at 0.1 %"]
    for name, figures in metrics.items():
        shown = [_shown(figures[key]) for key in ("auc", "recallAt1Percent", "recallAt01Percent")]
        lines.append(f"{name:34} {figures['ham']:6} {figures['unwanted']:6}  {shown[0]:22} {shown[1]:22} {shown[2]}")
    return "\n".join(lines)


def _shown(figure: list[float] | None) -> str:
    return "too few messages" if figure is None else f"{figure[0]:.4f} [{figure[1]:.3f}, {figure[2]:.3f}]"
