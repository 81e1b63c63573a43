"""Groups messages that were judged wrong: python gaps.py FOLDER. Reads FOLDER/messages.ndjson and writes FOLDER/groups.json.

A line is {"text", "features", "kind": "miss" | "falsePositive" | "background", "unwanted", "said"}. Words (TF-IDF, reduced) and features
(standardised over all messages) make one vector a message; HDBSCAN groups those of a kind. Nothing is random but by a fixed seed.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.cluster import HDBSCAN
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

SEED = 17
# Three reports of one campaign are a group; two may be chance.
LEAST_GROUP = 3
# Mean cosine similarity within a group: below it is a remainder that no campaign holds together.
LEAST_COHESION = 0.4
# Distance (on the unit sphere, 2 - 2 cos) up to which messages hang together where only one group is found.
ONE_GROUP_DISTANCE = 0.9
DIMENSIONS = 60
VOCABULARY = 20_000
# Words tell campaigns apart better than features do.
WORDS_WEIGHT, FEATURES_WEIGHT = 1.0, 0.6
# Features beyond so many standard deviations say nothing more.
MOST_DEVIATIONS = 3.0
NEIGHBOURS = 7
NEAREST_SHOWN = 5
SHOWN_WORDS = 8
LEAST_WORD_SHARE = 0.5
# Cosine of standardised features with the centre of a group, from which on a message that passed looks like one more of it: on invented
# mail unreported messages of a campaign have 0.95 or more, everything else, the same kind of mail from partners too, less than 0.2.
LEAST_ALIKE = 0.8


def vectors(texts: list[str], features: np.ndarray) -> tuple[np.ndarray, object, np.ndarray]:
    """Unit vectors, the counted words (binary) and their names."""
    vectoriser = TfidfVectorizer(
        lowercase=True, token_pattern=r"(?u)\b[^\W\d_]\w{2,29}\b", sublinear_tf=True, max_features=VOCABULARY
    )
    try:
        words = vectoriser.fit_transform(texts)
        names = vectoriser.get_feature_names_out()
    except ValueError:
        # No message has a word.
        words, names = None, np.array([])
    blocks = [FEATURES_WEIGHT * normalize(_standardised(features))]
    if words is not None:
        rank = min(DIMENSIONS, words.shape[0] - 1, words.shape[1] - 1)
        small = TruncatedSVD(rank, random_state=SEED).fit_transform(words) if rank >= 2 else words.toarray()
        blocks.append(WORDS_WEIGHT * normalize(small))
    return normalize(np.hstack(blocks)), words, names


def _standardised(features: np.ndarray) -> np.ndarray:
    known = ~np.isnan(features)
    mean = np.where(known, features, 0).sum(axis=0) / np.maximum(1, known.sum(axis=0))
    away = np.where(known, features - mean, 0)
    spread = away.std(axis=0)
    spread[spread == 0] = 1
    return np.clip(away / spread, -MOST_DEVIATIONS, MOST_DEVIATIONS)


def groups_of(points: np.ndarray) -> list[np.ndarray]:
    """Places of the members of each group, largest first; those that belong to none are in none."""
    if len(points) < LEAST_GROUP:
        return []
    found = _held_together(points, HDBSCAN(min_cluster_size=LEAST_GROUP, min_samples=2, copy=True))
    if not found:
        alone = HDBSCAN(
            min_cluster_size=LEAST_GROUP,
            min_samples=2,
            allow_single_cluster=True,
            cluster_selection_epsilon=ONE_GROUP_DISTANCE,
            copy=True,
        )
        found = _held_together(points, alone)
    return sorted(found, key=lambda one: (-len(one), int(one[0])))


def _held_together(points: np.ndarray, clusterer: HDBSCAN) -> list[np.ndarray]:
    """Groups without members that are unlike the rest of theirs: density alone lets in what is only near to one of them."""
    labels = clusterer.fit_predict(points)
    found = []
    for label in range(labels.max(initial=-1) + 1):
        members = np.flatnonzero(labels == label)
        centre = normalize(points[members].mean(axis=0, keepdims=True))[0]
        members = members[points[members] @ centre >= LEAST_COHESION]
        if len(members) >= LEAST_GROUP and _cohesion(points[members]) >= LEAST_COHESION:
            found.append(members)
    return found


def _cohesion(points: np.ndarray) -> float:
    """Mean cosine of two different members."""
    count = len(points)
    if count < 2:
        return 1.0
    total = np.square(points.sum(axis=0)).sum()
    return float((total - count) / (count * (count - 1)))


def alike(standing: np.ndarray, members: np.ndarray, among: np.ndarray) -> list[int]:
    """Places of messages whose features are those of the group: who reports is few of those who got it."""
    centre = normalize(standing[members].mean(axis=0, keepdims=True))[0]
    return [int(place) for place in among if standing[place] @ centre >= LEAST_ALIKE]


def telling_words(words, names: np.ndarray, members: np.ndarray) -> list[dict]:
    """Words of at least half of the group that are rare elsewhere, most telling first."""
    if words is None:
        return []
    has = words > 0
    inside = np.asarray(has[members].mean(axis=0)).ravel()
    rest = np.setdiff1d(np.arange(words.shape[0]), members)
    outside = np.asarray(has[rest].mean(axis=0)).ravel() if len(rest) else np.zeros(len(names))
    lift = inside / (outside + 1 / (words.shape[0] + 1))
    order = [i for i in np.lexsort((np.arange(len(names)), -lift)) if inside[i] >= LEAST_WORD_SHARE]
    return [
        {"word": str(names[i]), "share": float(inside[i]), "elsewhere": float(outside[i])}
        for i in order[:SHOWN_WORDS]
        if lift[i] > 2
    ]


def neighbours(points: np.ndarray, place: int, among: np.ndarray, count: int) -> list[dict]:
    among = among[among != place]
    if len(among) == 0:
        return []
    likeness = points[among] @ points[place]
    order = np.lexsort((among, -likeness))[:count]
    return [{"at": int(among[i]), "likeness": float(likeness[i])} for i in order]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    lines = (folder / "messages.ndjson").read_text(encoding="utf8").split("\n")
    messages = [json.loads(line) for line in lines if line]
    kinds = np.array([message["kind"] for message in messages])
    unwanted = np.array([message["unwanted"] for message in messages], dtype=bool)
    features = np.array(
        [[np.nan if value is None else value for value in message["features"]] for message in messages], dtype=float
    )
    points, words, names = vectors([message["text"] for message in messages], features)
    gaps = np.flatnonzero(kinds != "background")
    right = kinds == "background"
    everything = np.arange(len(messages))
    standing = normalize(_standardised(features))
    # What was judged right and is of the same kind: caught attacks for a miss, delivered mail for a false positive.
    like = {"miss": np.flatnonzero(right & unwanted), "falsePositive": np.flatnonzero(right & ~unwanted)}
    groups = []
    for kind in like:
        own = np.flatnonzero(kinds == kind)
        for members in groups_of(points[own]):
            at = own[members]
            groups.append(
                {
                    "kind": kind,
                    "members": at.tolist(),
                    "cohesion": _cohesion(points[at]),
                    # Of missed mail alone: what passed and nobody spoke of may be missed, too.
                    "alike": alike(standing, at, like["falsePositive"]) if kind == "miss" else [],
                    "words": telling_words(words, names, at),
                }
            )
    flat = PCA(2, random_state=SEED).fit_transform(points[gaps]) if len(gaps) > 2 else np.zeros((len(gaps), 2))
    result = {
        "groups": groups,
        "messages": [
            {
                "at": int(place),
                "x": float(flat[i, 0]),
                "y": float(flat[i, 1]),
                "near": neighbours(points, place, everything, NEIGHBOURS),
                "nearestRight": neighbours(points, place, like[str(kinds[place])], NEAREST_SHOWN),
            }
            for i, place in enumerate(gaps)
        ],
    }
    (folder / "groups.json").write_text(json.dumps(result), encoding="utf8")


if __name__ == "__main__":
    main()
