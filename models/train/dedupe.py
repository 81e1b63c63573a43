"""Near duplicates: one message stays for each cluster, so that no split has the same text on both sides."""

import numpy as np
from scipy.sparse import csr_matrix

from data import Dataset

HASHES = 32
BAND = 4  # hashes per band: texts that share 80 % of their grams meet in one of the 8 bands in 98 of 100 cases
ALIKE = 0.75  # share of equal hashes (an estimate of the Jaccard index of the grams) from which on texts are the same


def without_duplicates(data: Dataset) -> tuple[Dataset, dict]:
    """The first message of each cluster; clusters with both labels are left out whole. Also counts for the card."""
    kept, counts = kept_rows(data)
    return data.take(kept), counts


def kept_rows(data: Dataset) -> tuple[np.ndarray, dict]:
    """The mask of the messages that stay, and the counts."""
    cluster = clusters(data.grams)
    first = np.zeros(len(data), dtype=bool)
    first[np.unique(cluster, return_index=True)[1]] = True
    conflict = conflicts(cluster, data.unwanted)
    kept = first & ~conflict
    return kept, {"messages": len(data), "kept": int(kept.sum()), "nearDuplicates": int((~first).sum()), "labelConflicts": int(conflict.sum())}


def conflicts(cluster: np.ndarray, unwanted: np.ndarray) -> np.ndarray:
    """The messages in whose cluster there are both labels."""
    bad = np.bincount(cluster, weights=unwanted)
    return ((bad > 0) & (bad < np.bincount(cluster)))[cluster]


def clusters(grams: csr_matrix, seed: int = 1) -> np.ndarray:
    """Number of the cluster of each row. Rows without grams are alone."""
    signatures = _signatures(grams, seed)
    parent = np.arange(len(signatures))
    empty = np.diff(grams.indptr) == 0
    for start in range(0, HASHES, BAND):
        _join_alike(signatures, np.ascontiguousarray(signatures[:, start : start + BAND]), empty, parent)
    return np.unique([_root(parent, row) for row in range(len(parent))], return_inverse=True)[1]


def _signatures(grams: csr_matrix, seed: int) -> np.ndarray:
    """MinHash: for each of some random orders of the buckets, the first bucket that the row has."""
    generator = np.random.default_rng(seed)
    signatures = np.zeros((grams.shape[0], HASHES), dtype=np.int32)
    filled = np.flatnonzero(np.diff(grams.indptr))
    for number in range(HASHES):
        order = generator.permutation(grams.shape[1]).astype(np.int32)
        signatures[filled, number] = np.minimum.reduceat(order[grams.indices], grams.indptr[filled])
    return signatures


def _join_alike(signatures: np.ndarray, band: np.ndarray, empty: np.ndarray, parent: np.ndarray) -> None:
    keys = band.view(np.dtype((np.void, band.dtype.itemsize * band.shape[1]))).ravel()
    order = np.argsort(keys, kind="stable")
    leader = -1
    for row in order:
        if empty[row]:
            continue
        if leader < 0 or keys[row] != keys[leader]:
            leader = row
        elif (signatures[row] == signatures[leader]).mean() >= ALIKE:
            a, b = _root(parent, row), _root(parent, leader)
            parent[max(a, b)] = min(a, b)


def _root(parent: np.ndarray, row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row
