"""A dataset as `postern dataset build` wrote it: features, hashed n-grams and what is known of each message."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

CATEGORIES = [
    "credential_phishing",
    "bec",
    "invoice_fraud",
    "callback_phishing",
    "extortion",
    "scam",
    "malware",
    "spam",
]

# Licence of each collection as its makers state it; it does not cover the texts of the senders.
LICENCES = {
    "phishing_pot": "CC BY-NC 4.0",
    "listspam": "none stated (public archives)",
    "list_ham": "none stated (public archives)",
    "spamassassin": "PDDL, CC0",
    "csdmc2010": "none stated",
    "nazario": "CC BY 4.0 (reported)",
    "sisimai_bounces": "BSD-2-Clause",
    "notmuch_corpora": "mixed",
    "synthetic": "invented for this project",
    "invented": "invented for this project",
}
NON_COMMERCIAL = {"phishing_pot"}

# Sources that know of each other (same lists, same collectors) are held out together, never one to test the other.
GROUPS = {
    "list_ham": "lists",
    "listspam": "lists",
    "nazario": "small",
    "sisimai_bounces": "small",
    "notmuch_corpora": "small",
}


@dataclass(frozen=True)
class Dataset:
    features: np.ndarray  # float32 [n, f], NaN is missing
    grams: csr_matrix  # float32 [n, buckets], 1 where the message has the gram
    unwanted: np.ndarray  # bool [n]
    source: np.ndarray
    label: np.ndarray
    category: np.ndarray  # '' where nobody read it
    year: np.ndarray  # int, 0 where unknown
    list_name: np.ndarray
    language: np.ndarray
    family: np.ndarray  # messages of one sender, thread or shell; '' where unknown
    rules: np.ndarray  # float32 [n], sum of the weights of active rules
    schema: dict  # schemaHash, gramsVersion, buckets, features [{name, group, direction}]

    def __len__(self) -> int:
        return len(self.source)

    def take(self, rows: np.ndarray) -> "Dataset":
        """The rows of a boolean mask or index array."""
        per_row = ("features", "unwanted", "source", "label", "category", "year", "list_name", "language", "family", "rules")
        return Dataset(**{name: getattr(self, name)[rows] for name in per_row}, grams=self.grams[rows], schema=self.schema)

    @property
    def group(self) -> np.ndarray:
        return np.array([GROUPS.get(source, source) for source in self.source])


def load(folder: Path) -> Dataset:
    schema = json.loads((folder / "dataset.json").read_text())
    with open(folder / "rows.ndjson", encoding="utf8") as file:
        rows = [json.loads(line) for line in file]

    def column(name: str, missing: object) -> np.ndarray:
        return np.array([missing if row[name] is None else row[name] for row in rows])

    label = column("label", "")
    return Dataset(
        features=np.load(folder / "features.npy"),
        grams=_presence(np.load(folder / "gram_ids.npy"), np.load(folder / "gram_offsets.npy"), schema["buckets"]),
        unwanted=label != "ham",
        source=column("source", ""),
        label=label,
        category=column("category", ""),
        year=column("year", 0),
        list_name=column("list", ""),
        language=column("language", ""),
        family=column("group", ""),
        rules=_rules(folder / "rules.ndjson"),
        schema=schema,
    )


def _rules(path: Path) -> np.ndarray:
    with open(path, encoding="utf8") as file:
        return np.array([json.loads(line)["weight"] for line in file], dtype=np.float32)


def _presence(ids: np.ndarray, offsets: np.ndarray, buckets: int) -> csr_matrix:
    grams = csr_matrix((np.ones(len(ids), dtype=np.float32), ids, offsets), shape=(len(offsets) - 1, buckets))
    grams.sort_indices()
    return grams


# Between these years nothing was collected. Before: no DKIM, little HTML, other charsets.
MODERN_FROM = 2015


# Sources that somebody wrote for training and tests.
INVENTED = ("synthetic", "invented")
# Invented mail counts so much more: it alone has business mail and fraud by wording, in many languages. Chosen on held-out sources.
INVENTED_WEIGHT = 2.0


def balanced_weights(data: Dataset) -> np.ndarray:
    """One weight per message, 1 on average. A source weighs the root of its size; within an era both classes weigh the same.

    A collection of 7,000 messages says less than ten times what one of 70 says: its messages are alike. And were one class
    mostly old mail and the other mostly new, whatever tells the years apart would pass for a sign of attacks.
    """
    weights = np.zeros(len(data))
    era = data.year >= MODERN_FROM
    for rows in _cells(data.source, data.unwanted):
        weights[rows] = 1 / np.sqrt(rows.sum())
    for modern in (False, True):
        of_era = era == modern
        total = weights[of_era].sum()
        for rows in _cells(of_era, data.unwanted):
            if rows[of_era].any():
                weights[rows] *= total / 2 / weights[rows].sum()
    weights[np.isin(data.source, INVENTED)] *= INVENTED_WEIGHT
    return weights / weights.mean()


def _cells(*columns: np.ndarray) -> list[np.ndarray]:
    """The rows of each combination of values that occurs."""
    names, cell = np.unique(np.array([column.astype(str) for column in columns]), axis=1, return_inverse=True)
    return [cell == number for number in range(names.shape[1])]
