"""Thresholds for the actions, chosen on held-out mail for a stated share of legitimate mail above them."""

import evaluate
import numpy as np

GRID = [round(float(one), 3) for one in [*np.arange(0.05, 0.95, 0.05), 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995]]

# Of legitimate mail at most this share may be above, in each of the folds below. Half and a third of what we promise to operators,
# since the legitimate mail of these folds is tamer than a mailbox of shops and newsletters.
ALLOWED = {"tag": 0.01, "quarantine": 0.001}

# A verdict names a category only from here on; mail is not tagged as "none".
LEAST = 0.5

# Folds with legitimate mail of our years; that of 2002 asks for thresholds at which nothing of today would be caught.
MODERN = ("lists", "phishing_pot", "modern", "synthetic")


def rates_of(probability: np.ndarray, unwanted: np.ndarray) -> list[dict]:
    return evaluate.rates(probability, unwanted, GRID)


def choose(rates: dict[str, list[dict]]) -> dict:
    """For each action the lowest threshold that keeps what is allowed in every modern fold."""
    chosen = {}
    for action, allowed in ALLOWED.items():
        fits = [
            threshold
            for number, threshold in enumerate(GRID)
            if threshold >= LEAST
            and all(rates[fold][number]["falsePositives"] <= allowed for fold in MODERN if fold in rates)
        ]
        chosen[action] = {"threshold": fits[0] if fits else GRID[-1], "falsePositivesAtMost": allowed, "in": [one for one in MODERN if one in rates]}
    return chosen
