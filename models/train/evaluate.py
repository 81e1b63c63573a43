"""How well scores separate, with the uncertainty that the size of the sample leaves."""

import numpy as np
from scipy.stats import rankdata

RESAMPLES = 300
# Fewer legitimate messages than this cannot tell a rate of 1 or 0.1 % from luck; no figure is given then.
HAM_FOR_RATE = {0.01: 200, 0.001: 2000}


def auc(ham: np.ndarray, bad: np.ndarray) -> float:
    """Share of pairs in which the unwanted message has the higher score; ties count half."""
    ranks = rankdata(np.concatenate([ham, bad]))
    return float((ranks[len(ham) :].sum() - len(bad) * (len(bad) + 1) / 2) / (len(ham) * len(bad)))


def threshold_at(ham: np.ndarray, rate: float) -> float:
    """The score that at most `rate` of the legitimate messages exceed."""
    allowed = int(np.floor(rate * len(ham)))
    return float(np.sort(ham)[::-1][allowed]) if len(ham) > allowed else float("-inf")


def recall_at(ham: np.ndarray, bad: np.ndarray, rate: float) -> float:
    return float((bad > threshold_at(ham, rate)).mean())


def metrics(scores: np.ndarray, unwanted: np.ndarray) -> dict:
    """ROC AUC and recall at 1 % and 0.1 % false positives, each [value, low, high] with 95 % bootstrap limits, or null."""
    ham, bad = scores[~unwanted], scores[unwanted]
    result: dict = {"ham": len(ham), "unwanted": len(bad)}
    result["auc"] = _with_limits(ham, bad, auc)
    for rate, name in ((0.01, "recallAt1Percent"), (0.001, "recallAt01Percent")):
        enough = len(ham) >= HAM_FOR_RATE[rate]
        result[name] = _with_limits(ham, bad, lambda h, b, rate=rate: recall_at(h, b, rate)) if enough else None
    return result


def _with_limits(ham: np.ndarray, bad: np.ndarray, figure) -> list[float]:
    generator = np.random.default_rng(6)
    drawn = [figure(generator.choice(ham, len(ham)), generator.choice(bad, len(bad))) for _ in range(RESAMPLES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return [round(float(value), 4) for value in (figure(ham, bad), low, high)]


def rates(probability: np.ndarray, unwanted: np.ndarray, thresholds: list[float]) -> list[dict]:
    """For each threshold, the share of legitimate and of unwanted messages above it."""
    return [
        {
            "threshold": threshold,
            "falsePositives": round(float((probability[~unwanted] >= threshold).mean()), 5),
            "recall": round(float((probability[unwanted] >= threshold).mean()), 4),
        }
        for threshold in thresholds
    ]
