"""The text model: linear over hashed n-grams, for unwanted or not and for the category."""

from dataclasses import dataclass
from multiprocessing.pool import ThreadPool

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression, SGDClassifier

from data import CATEGORIES, Dataset, balanced_weights

MOST = 4.0  # the wording alone never says more than 55 to 1
ALPHA = 1e-4
EPOCHS = 3
MODELS_AT_ONCE = 2

# Of wording unlike the training mail the model knows less: from this mean rarity of its grams on, its opinion shrinks.
# Chosen on held-out sources.
STRANGE_FROM = 2.4
STRANGE_SLOPE = 0.15
STRANGE_LEAST = 0.3


@dataclass(frozen=True)
class Linear:
    weights: np.ndarray  # [buckets], times the rarity
    bias: float
    rarity: np.ndarray  # [buckets]; its square is the inverse document frequency

    def logits(self, grams: csr_matrix) -> np.ndarray:
        """Held within ±MOST, smoothly, so that the order stays."""
        linear = grams @ self.weights / _lengths(grams, self.rarity) + self.bias
        linear *= np.clip(1 - STRANGE_SLOPE * (self.strangeness(grams) - STRANGE_FROM), STRANGE_LEAST, 1)
        return (MOST * np.tanh(linear / MOST)).astype(np.float32)

    def strangeness(self, grams: csr_matrix) -> np.ndarray:
        """Mean inverse document frequency of the grams of each row: how unlike the training mail its wording is."""
        return (grams @ self.rarity**2 / np.maximum(np.diff(grams.indptr), 1)).astype(np.float32)


def fit(data: Dataset) -> Linear:
    rarity = _rarity(data.grams)
    model = SGDClassifier(loss="log_loss", alpha=ALPHA, max_iter=EPOCHS, tol=None, average=True, random_state=1)
    model.fit(scaled(data.grams, rarity), data.unwanted, sample_weight=balanced_weights(data))
    return Linear(model.coef_[0] * rarity, float(model.intercept_[0]), rarity)


def _rarity(grams: csr_matrix) -> np.ndarray:
    """Root of the inverse document frequency: grams that nearly every message has say little.

    The root, because with the whole of it what is rare only in training shouts in mail from elsewhere.
    """
    messages = np.bincount(grams.indices, minlength=grams.shape[1])
    return np.sqrt(np.log((grams.shape[0] + 1) / (messages + 1)) + 0.01)


def scaled(grams: csr_matrix, rarity: np.ndarray) -> csr_matrix:
    """Each gram by its rarity, each row to length 1 (at most): long mail is not louder than short mail."""
    lengths = np.repeat(_lengths(grams, rarity), np.diff(grams.indptr))
    values = (rarity[grams.indices] / lengths).astype(np.float32)
    return csr_matrix((values, grams.indices, grams.indptr), shape=grams.shape)


def _lengths(grams: csr_matrix, rarity: np.ndarray) -> np.ndarray:
    """Never under 1, so that a message of nothing but common grams does not shout."""
    return np.sqrt(np.maximum(grams @ rarity**2, 1))


class TextModels:
    """Text models by the rows they were trained on, each fitted once: folds share most of them."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.fitted: dict[bytes, Linear] = {}

    def of(self, rows: np.ndarray) -> Linear:
        return self.fit_all([rows])[0]

    def fit_all(self, masks: list[np.ndarray]) -> list[Linear]:
        keys = [np.packbits(mask).tobytes() for mask in masks]
        new = {key: mask for key, mask in zip(keys, masks) if key not in self.fitted}
        with ThreadPool(MODELS_AT_ONCE) as pool:
            models = pool.map(lambda mask: fit(self.data.take(mask)), new.values())
        self.fitted.update(zip(new, models))
        return [self.fitted[key] for key in keys]

    def out_of_source(self, rows: np.ndarray) -> np.ndarray:
        """Logits for the rows of a mask, each from a model that never saw its group of sources; NaN elsewhere.

        So the trees learn how much the wording is worth on mail from elsewhere, not on mail like what was learnt.
        """
        group = self.data.group
        names = np.unique(group[rows])
        models = self.fit_all([rows & (group != name) for name in names])
        logits = np.full(len(self.data), np.nan, dtype=np.float32)
        for name, model in zip(names, models):
            held = rows & (group == name)
            logits[held] = model.logits(self.data.grams[held])
        return logits


# Where nobody read the message, the kind of its collection says something: a weak label with a small weight.
WEAK = {
    ("nazario", "phish"): "credential_phishing",
    ("listspam", "phish"): "credential_phishing",
    ("listspam", "scam"): "scam",
    ("listspam", "malware"): "malware",
    ("spamassassin", "spam"): "spam",
}
WEAK_WEIGHT = 0.2
WEAK_MOST = 400  # messages of one weak label at most


@dataclass(frozen=True)
class Categories:
    weights: np.ndarray  # [8, buckets]
    bias: np.ndarray  # [8]
    counts: dict


def fit_categories(data: Dataset, rarity: np.ndarray) -> Categories:
    """Which attack it is, given that it is one. Classes are balanced by the root of their size."""
    wanted, weights = _category_labels(data)
    rows = np.flatnonzero(wanted != "")
    grams, labels, weights = scaled(data.grams[rows], rarity), wanted[rows], weights[rows]
    for name in np.unique(labels):
        weights[labels == name] /= np.sqrt(weights[labels == name].sum())
    columns = np.flatnonzero(np.bincount(grams.indices, minlength=grams.shape[1]) >= 2)
    model = LogisticRegression(C=30, max_iter=80, tol=1e-3)
    model.fit(grams[:, columns], labels, sample_weight=weights / weights.mean())
    full = Categories(np.zeros((len(CATEGORIES), grams.shape[1])), np.full(len(CATEGORIES), -8.0), _counts(wanted, data))
    for coefficients, bias, name in zip(model.coef_, model.intercept_, model.classes_):
        full.weights[CATEGORIES.index(name), columns] = coefficients * rarity[columns]
        full.bias[CATEGORIES.index(name)] = bias
    return full


def _category_labels(data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    wanted = np.where(np.isin(data.category, CATEGORIES), data.category, "").astype("<U24")
    weights = np.ones(len(data))
    generator = np.random.default_rng(2)
    for (source, label), category in WEAK.items():
        rows = np.flatnonzero((data.source == source) & (data.label == label) & (wanted == ""))
        rows = generator.permutation(rows)[:WEAK_MOST]
        wanted[rows] = category
        weights[rows] = WEAK_WEIGHT
    return wanted, weights


def _counts(wanted: np.ndarray, data: Dataset) -> dict:
    read = np.isin(data.category, CATEGORIES)
    return {
        name: {"read": int((wanted[read] == name).sum()), "byCollection": int((wanted[~read] == name).sum())} for name in CATEGORIES
    }
