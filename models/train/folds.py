"""Which mail is held out, and which of it is then judged."""

from dataclasses import dataclass

import numpy as np

from data import INVENTED, Dataset

TIME_SPLIT_YEAR = 2025


@dataclass(frozen=True)
class Fold:
    name: str
    about: str
    train: np.ndarray
    test: np.ndarray
    # Folds in the compass: real mail on both sides, from sources that training never saw.
    compass: bool = True

    @property
    def kind(self) -> str:
        """How it is to be read: `compass`, `time`, `random`, or `invented` where the mail of a side is."""
        return "compass" if self.compass else self.name if self.name in ("time", "random") else "invented"


def all_folds(data: Dataset) -> list[Fold]:
    """Those that count first, the flattering one last."""
    splits = [fold for fold in (time_split(data), random_split(data)) if _has_both(data, fold.test)]
    return leave_one_source_out(data) + splits


def is_real(data: Dataset) -> np.ndarray:
    """Figures on invented mail are never mixed with those on real mail."""
    return ~np.isin(data.source, INVENTED)


def leave_one_source_out(data: Dataset) -> list[Fold]:
    """Sources with mail of both kinds alone; a source of one kind with held-out mail of another."""
    source, unwanted = data.source, data.unwanted
    synthetic_ham = (source == "synthetic") & ~unwanted
    half = _half_of_the_lists(data)
    pot = source == "phishing_pot"
    lists = np.isin(source, ["list_ham", "listspam"])
    small = np.isin(source, ["nazario", "notmuch_corpora", "sisimai_bounces"])

    def alone(name: str, rows: np.ndarray, about: str, compass: bool = True) -> Fold:
        return Fold(name, about, ~rows, rows, compass)

    folds = [
        alone("lists", lists, "list_ham against listspam: both went through the same lists"),
        alone("spamassassin", source == "spamassassin", "its own ham and spam"),
        alone("csdmc2010", source == "csdmc2010", "its own ham and spam; they come from different places, so this is easy"),
        alone("small", small, "nazario against notmuch_corpora and sisimai_bounces, small sources of one kind each"),
        alone("phishing_pot", pot | half, "phishing_pot, which has no ham, against half of list_ham (whole lists), both held out"),
        Fold(
            "modern",
            "phishing_pot against the invented ham of synthetic, all of both held out: the hardest",
            ~(pot | (source == "synthetic")),
            pot | synthetic_ham,
            False,
        ),
        alone("synthetic", source == "synthetic", "invented ham and attacks, with phishing_pot in training", False),
        alone("invented", source == "invented", "our own invented ham and attacks, with those of another writer in training", False),
    ]
    return [fold for fold in folds if _has_both(data, fold.test) and _has_both(data, fold.train)]


def _half_of_the_lists(data: Dataset) -> np.ndarray:
    lists = np.unique(data.list_name[data.source == "list_ham"])
    chosen = np.random.default_rng(4).permutation(lists)[: len(lists) // 2]
    return (data.source == "list_ham") & np.isin(data.list_name, chosen)


def _has_both(data: Dataset, rows: np.ndarray) -> bool:
    return bool(data.unwanted[rows].any() and (~data.unwanted[rows]).any())


def time_split(data: Dataset) -> Fold:
    later = data.year >= TIME_SPLIT_YEAR
    real = is_real(data)
    about = f"real mail from {TIME_SPLIT_YEAR} on, judged by a model of the mail before"
    return Fold("time", about, ~later, later & real, False)


def random_split(data: Dataset) -> Fold:
    test = np.random.default_rng(5).random(len(data)) < 0.2
    real = is_real(data)
    return Fold("random", "a fifth of all real mail at random, after removal of near duplicates: flatters", ~test, test & real, False)
