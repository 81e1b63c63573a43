"""From scores to the logit of a probability, and how much rules add: sums throughout, so that contributions keep adding up."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

# Of mail that reaches the filter, this share is taken to be unwanted. What comes before Postern takes the crude part away.
PRIOR = 0.2

# Rules together count up to this weight, before it is scaled: what several of them say is often one thing said several times.
RULES_MOST = 2.5


@dataclass(frozen=True)
class Calibration:
    a: float
    b: float
    rules: float = 0.0  # what the weights of rules are multiplied with

    @property
    def fusion(self) -> dict:
        return {"rules": self.rules, "most": self.rules * RULES_MOST}

    def logits(self, scores: np.ndarray, rules: np.ndarray | None = None) -> np.ndarray:
        said = 0 if rules is None else self.rules * np.clip(rules, -RULES_MOST, RULES_MOST)
        return self.a * scores + self.b + said

    def probability(self, scores: np.ndarray, rules: np.ndarray | None = None) -> np.ndarray:
        return 1 / (1 + np.exp(-self.logits(scores, rules)))


def fit(judged: list[tuple[np.ndarray, ...]]) -> Calibration:
    """Logistic regression on out-of-source (scores, unwanted) or (scores, unwanted, weight of rules).

    Every fold weighs the same, and in it the classes stand in the prior's ratio. Rules may count up to their whole weight.
    """
    scores = np.concatenate([one[0] for one in judged]).astype(np.float64)
    unwanted = np.concatenate([one[1] for one in judged])
    weights = np.concatenate([_weights(one[1]) for one in judged]) / len(judged) / 1000
    with_rules = len(judged[0]) > 2
    rules = np.concatenate([np.clip(one[2], -RULES_MOST, RULES_MOST) for one in judged]) if with_rules else np.zeros(len(scores))
    sign = np.where(unwanted, 1.0, -1.0)

    def loss(numbers: np.ndarray) -> tuple[float, np.ndarray]:
        a, b, c = numbers
        margin = sign * (a * scores + b + c * rules)
        slope = -weights * sign / (1 + np.exp(margin))
        return float((weights * np.logaddexp(0, -margin)).sum()), np.array([(slope * scores).sum(), slope.sum(), (slope * rules).sum()])

    limits = [(None, None), (None, None), (0.0, 1.0 if with_rules else 0.0)]
    a, b, c = minimize(loss, [1.0, 0.0, 0.0], jac=True, method="L-BFGS-B", bounds=limits, options={"ftol": 1e-12, "gtol": 1e-8}).x
    if a <= 0:
        raise ValueError(f"the scores rank held-out mail backwards (slope {a:.3f}): nothing to calibrate")
    return Calibration(float(a), float(b), round(float(c), 4))


def _weights(unwanted: np.ndarray) -> np.ndarray:
    return np.where(unwanted, PRIOR / max(unwanted.sum(), 1), (1 - PRIOR) / max((~unwanted).sum(), 1)) * 1000


def reliability(probability: np.ndarray, folds: list[np.ndarray]) -> list[dict]:
    """Mean prediction and share that was unwanted, in ten bins of prediction; `folds` are their labels, one array per fold.

    The classes are in the prior's ratio in each fold, and folds weigh the same, as when the line was fitted.
    """
    weights = np.concatenate([_weights(one) for one in folds])
    unwanted = np.concatenate(folds)
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
