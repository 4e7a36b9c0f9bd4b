"""What a collection is like, and how far the log-odds of pairs of full texts are shifted for it.

A doubtful pair is likelier true where many articles have a mate, and the more articles are published around the same
time, the more of them are alike by chance. Both show without labels: in how many of the articles that have no sure mate
have a likely one, and in how many articles each is compared with. How much each counts was found on collections made of
the training sets, of 60 to 3,000 articles, with none to all of their events thinned to one article
(``benchmarks/collection_fits.py``). Titles alone show too little of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sada.cluster.scoring.blocking import WINDOW_DAYS

LIKELY, SURE = 0.5, 0.9
"""The probabilities from which an article has a likely mate, and a sure one."""
MATES = 2.0
"""What is added to the log-odds if e times as many of the articles without a sure mate have a likely one."""
CROWD = -0.6
"""What is added if e times as many articles are in the time window."""
USUAL_MATES, USUAL_CROWD = 0.3, 1000.0
"""With this share, and so many articles in the window of each, nothing is added."""
USUAL_UNSURE = 0.6
"""With a smaller share of articles without a sure mate less is added: doubtful pairs are then between events."""
FURTHEST = 1.5
"""At most this is added or subtracted."""
_RARE = 0.05  # added to the share of mates, which may be none
_FEW = 20  # articles of which half of it is believed


class Mates(NamedTuple):
    """Which articles of a collection have a mate.

    Attributes:
        unsure: the share of articles without a sure mate.
        likely: of these, the share with a likely one; the usual share if there are none.
    """

    unsure: float
    likely: float

    @classmethod
    def of(cls, rows: np.ndarray, left: np.ndarray, right: np.ndarray, probability: np.ndarray) -> Mates:
        """Count mates.

        Args:
            rows: int64 (n,), the articles, n > 0.
            left: int64 (m,), the first row of each pair.
            right: int64 (m,), the second.
            probability: float64 (m,), of each pair.
        """
        likely, sure = (
            np.isin(rows, np.concatenate([left[probability >= least], right[probability >= least]]))
            for least in (LIKELY, SURE)
        )
        return cls(float((~sure).mean()), USUAL_MATES if sure.all() else float(likely[~sure].mean()))


def shift(mates: Mates, crowd: float, count: float, of_mates: float = MATES, of_crowd: float = CROWD) -> float:
    """Return what to add to the log-odds of pairs of full texts, in [-1.5, 1.5].

    It is less where most mates are sure, and of few articles.

    Args:
        mates: which articles have one.
        crowd: how many articles are in the time window of an article, with itself.
        count: how many articles there are.
        of_mates: what is added if the share of likely mates is e times as large.
        of_crowd: what is added if the crowd is.
    """
    found = of_mates * np.log((mates.likely + _RARE) / (USUAL_MATES + _RARE)) + of_crowd * np.log(crowd / USUAL_CROWD)
    believed = min(1.0, mates.unsure / USUAL_UNSURE) * count / (count + _FEW)
    return float(np.clip(found, -FURTHEST, FURTHEST) * believed)


def crowd(times: np.ndarray) -> float:
    """Return how many articles are within four days of an article, with itself, on average; undated ones are of all.

    Args:
        times: float64 (n,), days, NaN if unknown; n > 0.
    """
    known = np.sort(times[~np.isnan(times)])
    undated = len(times) - len(known)
    near = np.searchsorted(known, known + WINDOW_DAYS, "right") - np.searchsorted(known, known - WINDOW_DAYS, "left")
    return float((near.sum() + undated * len(known) + undated * len(times)) / len(times))
