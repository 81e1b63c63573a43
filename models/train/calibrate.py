"""From the trees' score to the logit of a probability: a straight line, so that contributions keep adding up."""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

# Of mail that reaches the filter, this share is taken to be unwanted. What comes before Postern takes the crude part away.
PRIOR = 0.2


@dataclass(frozen=True)
class Calibration:
    a: float
    b: float

    def probability(self, scores: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(self.a * scores + self.b)))


def fit(judged: list[tuple[np.ndarray, np.ndarray]]) -> Calibration:
    """Platt scaling on out-of-source scores: every fold weighs the same, and in it the classes stand in the prior's ratio."""
    scores = np.concatenate([one for one, _ in judged])
    unwanted = np.concatenate([one for _, one in judged])
    weights = np.concatenate([_weights(one) for _, one in judged])
    model = LogisticRegression(C=np.inf, max_iter=1000)
    model.fit(scores.reshape(-1, 1), unwanted, sample_weight=weights)
    a, b = float(model.coef_[0, 0]), float(model.intercept_[0])
    if a <= 0:
        raise ValueError(f"the scores rank held-out mail backwards (slope {a:.3f}): nothing to calibrate")
    return Calibration(a, b)


def _weights(unwanted: np.ndarray) -> np.ndarray:
    return np.where(unwanted, PRIOR / max(unwanted.sum(), 1), (1 - PRIOR) / max((~unwanted).sum(), 1)) * 1000


def reliability(probability: np.ndarray, unwanted: np.ndarray) -> list[dict]:
    """Mean prediction and share that was unwanted, in ten bins of prediction, the classes in the prior's ratio."""
    weights = _weights(unwanted)
    bins = np.minimum((probability * 10).astype(int), 9)
    table = []
    for number in range(10):
        rows = bins == number
        if rows.any():
            table.append(
                {
                    "messages": int(rows.sum()),
                    "predicted": round(float(np.average(probability[rows], weights=weights[rows])), 3),
                    "unwanted": round(float(np.average(unwanted[rows], weights=weights[rows])), 3),
                }
            )
    return table
