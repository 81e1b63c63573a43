"""The gradient-boosted model over features and the text model's logit."""

import lightgbm as lgb
import numpy as np

from data import Dataset, balanced_weights

TEXT_FEATURE = "text_logit"

# The wording counts with this slope whatever the trees learn; they only add to it. Chosen on held-out sources: the trees alone
# trusted it too little, because its scale differs from one collection to the next.
TEXT_SLOPE = 2.0

# Mail whose wording is unlike the training mail is judged with more caution: its score moves toward this one, near which mail is
# as likely unwanted as the prior says. Chosen on held-out sources.
UNFAMILIAR = {"from": 2.4, "slope": 0.05, "least": 0.5, "centre": 0.5}

# Features without a direction describe how mail looks (lengths, counts of pictures, capitals), which tells the collections apart.
# Without them the model is better on sources that it did not see. What mail speaks of is told by themes, and stays.
LOOKS = {"language_words", "language_capitals", "language_exclamations"}

# Groups that are often missing where Postern runs and are missing here for reasons of the collection, not of the mail.
OFTEN_MISSING = {"authentication": 0.5, "reputation": 0.5}
# Any other source of evidence may fail; what then comes in is NaN, and the trees must have seen it.
SELDOM_MISSING = 0.03
COPIES = 2

# Features of other groups that need authentication. The claims are missing only where the claim is made.
NEED_AUTHENTICATION = {"links_of_authenticated"}
CLAIMS = {"sender_brand_vouched", "sender_brand_forged", "sender_own_domain_forged"}

PARAMETERS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 16,
    "max_depth": 6,
    "min_data_in_leaf": 150,
    "min_sum_hessian_in_leaf": 5,
    "lambda_l2": 20.0,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "max_bin": 255,
    "monotone_constraints_method": "intermediate",
    "num_threads": 1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
ROUNDS = 100


def names(data: Dataset) -> list[str]:
    return [feature["name"] for feature in data.schema["features"]] + [TEXT_FEATURE]


def matrix(data: Dataset, text: np.ndarray) -> np.ndarray:
    """Rows for the trees: the features that may speak, and last the text model's logit."""
    rows = np.column_stack([data.features, text]).astype(np.float32)
    rows[:, [at for at, feature in enumerate(data.schema["features"]) if _is_mute(feature)]] = np.nan
    return rows


def _is_mute(feature: dict) -> bool:
    return feature["direction"] == "free" and (feature["group"] != "language" or feature["name"] in LOOKS)


def fit(data: Dataset, text: np.ndarray) -> lgb.Booster:
    """Trees for the data; `text` is the logit of a text model that did not see the message."""
    rows, labels, weights = _with_dropout(data, text)
    direction = {"up": 1, "down": -1, "free": 0}
    constraints = [direction[feature["direction"]] for feature in data.schema["features"]] + [1]
    train = lgb.Dataset(rows, label=labels, weight=weights, init_score=_from_text(rows), feature_name=names(data))
    return lgb.train({**PARAMETERS, "monotone_constraints": constraints}, train, num_boost_round=ROUNDS)


def scores(booster: lgb.Booster, rows: np.ndarray) -> np.ndarray:
    """The whole score: what the wording says and what the trees add."""
    return booster.predict(rows, raw_score=True) + _from_text(rows)


def cautious(raw: np.ndarray, strangeness: np.ndarray) -> np.ndarray:
    """The scores of mail with that mean rarity of its grams, nearer to the centre the stranger it is."""
    share = np.clip(1 - UNFAMILIAR["slope"] * (strangeness - UNFAMILIAR["from"]), UNFAMILIAR["least"], 1)
    return UNFAMILIAR["centre"] + share * (raw - UNFAMILIAR["centre"])


def contributions(booster: lgb.Booster, rows: np.ndarray) -> np.ndarray:
    """Per row and column, in parts of the score."""
    parts = booster.predict(rows, pred_contrib=True)[:, :-1]
    parts[:, -1] += _from_text(rows)
    return parts


def _from_text(rows: np.ndarray) -> np.ndarray:
    return TEXT_SLOPE * rows[:, -1].astype(np.float64)


def _with_dropout(data: Dataset, text: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Copies of the rows, each with groups of features missing at random."""
    generator = np.random.default_rng(3)
    groups = np.array([feature["group"] for feature in data.schema["features"]] + ["text"])
    copies, weights = [], []
    for _ in range(COPIES):
        rows = matrix(data, text)
        for group in np.unique(groups[:-1]):
            dropped = generator.random(len(rows)) < OFTEN_MISSING.get(group, SELDOM_MISSING)
            rows[np.ix_(dropped, groups == group)] = np.nan
            if group == "authentication":
                _drop_what_needs_it(rows, dropped, names(data))
        copies.append(rows)
        weights.append(_silent_about_missing(rows[:, groups == "authentication"], data))
    return np.vstack(copies), np.tile(data.unwanted, COPIES), np.concatenate(weights)


def _drop_what_needs_it(rows: np.ndarray, dropped: np.ndarray, columns: list[str]) -> None:
    claims = [at for at, name in enumerate(columns) if name in CLAIMS]
    claimed = dropped & (rows[:, claims] == 1).any(axis=1)
    rows[np.ix_(claimed, claims)] = np.nan
    rows[np.ix_(dropped, [at for at, name in enumerate(columns) if name in NEED_AUTHENTICATION])] = np.nan


def _silent_about_missing(authentication: np.ndarray, data: Dataset) -> np.ndarray:
    """Weights with which the mere presence of authentication results says nothing about the class.

    They are recorded for nearly all of phishing_pot and for next to none of the list mail, which is a fact of the collections.
    """
    weights = balanced_weights(data)
    present = ~np.isnan(authentication).all(axis=1)
    totals = [(stratum, weights[stratum].sum()) for stratum in (present, ~present)]
    for stratum, total in totals:
        for unwanted in (False, True):
            rows = stratum & (data.unwanted == unwanted)
            if rows.any():
                weights[rows] *= total / 2 / weights[rows].sum()
    return weights
