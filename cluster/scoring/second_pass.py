"""The second pass over pairs of titles: what other articles say of two.

Two titles on one event are likely with the same other articles, whatever words they use. So each pair is scored again
by its own log-odds and by the cosine of the rows of both in the graph of the probabilities of the first pass. Full
texts say enough by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sada.cluster.scoring.kernels import products_of_rows
from sada.indexes.ragged import bounds_of

NEIGHBOURS = "shared_neighbours"
"""The feature of a pair that comes from other articles: the cosine of both rows of the graph, in [0, 1]."""
SECOND_PASS = "{}, second pass"
"""The key of its weights in the shipped ones, for each regime: ``bias``, ``odds`` and :data:`NEIGHBOURS`."""
_MOST_ODDS = 20.0
_WEAKEST = 0.02
_PRIOR = 0.25  # the square of half a certain neighbour


class Look(NamedTuple):
    """The weights of the second pass for m pairs, float64 (m,) each.

    A pair that has none keeps its log-odds: weights (0, 1, 0).
    """

    bias: np.ndarray
    odds: np.ndarray
    shared: np.ndarray

    @classmethod
    def of(cls, weights: Mapping[str, Mapping[str, float]], regimes: tuple[str, ...], numbers: np.ndarray) -> Look:
        """Choose the weights of each pair by the number of its regime."""
        plain = {"bias": 0.0, "odds": 1.0}
        rows = [weights.get(SECOND_PASS.format(regime), plain) for regime in regimes]
        table = np.array([[row.get(name, 0.0) for name in ("bias", "odds", NEIGHBOURS)] for row in rows])
        return cls(*table[numbers].T)

    def where(self, which: np.ndarray) -> Look:
        """Return the weights of some pairs (bool (m,)); the others have none."""
        return Look(*(np.where(which, own, plain) for own, plain in zip(self, (0.0, 1.0, 0.0), strict=True)))

    @property
    def changes(self) -> np.ndarray:
        """Whether a pair has weights: bool (m,)."""
        return (self.bias != 0) | (self.odds != 1) | (self.shared != 0)

    def again(self, odds: np.ndarray, shared: np.ndarray) -> np.ndarray:
        """Return the log-odds of the second pass from those of the first: float64 (m,); the same if shared is NaN."""
        return np.where(np.isnan(shared), odds, self.bias + self.odds * odds + self.shared * shared)


def log_odds(probability: np.ndarray) -> np.ndarray:
    """Return ln(p / (1 - p)), between -20 and 20: float64 of the same shape."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log(probability) - np.log1p(-probability), -_MOST_ODDS, _MOST_ODDS)


def logistic(odds: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-odds)): float64 of the same shape."""
    return 1 / (1 + np.exp(-odds))


def neighbourhoods(
    count: int, left: np.ndarray, right: np.ndarray, probability: np.ndarray, asked: np.ndarray | None = None
) -> np.ndarray:
    """Return for each scored pair the cosine of its two rows in the graph of probabilities: float64 (m,) in [0, 1].

    It is NaN where neither row has another neighbour, which says nothing, and for pairs not asked for. The pair itself
    is left out of both rows. To the square of the length of each 0.25 is added, so that few and unlikely neighbours say
    little. Pairs below 0.02 are no edges of the graph.

    Args:
        count: number of rows.
        left: int64 (m,), the first row of each pair; no pair occurs twice.
        right: int64 (m,), the second.
        probability: float64 (m,), of each pair.
        asked: bool (m,), the pairs whose cosine is wanted; None for all.
    """
    wanted = np.arange(len(left)) if asked is None else np.flatnonzero(asked)
    cosines = np.full(len(left), np.nan)
    if not len(wanted):
        return cosines
    strong = probability >= _WEAKEST
    one, other = left[strong], right[strong]
    ends, others = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.lexsort((others, ends))
    bounds = bounds_of(np.bincount(ends, minlength=count))
    values = np.tile(probability[strong], 2)[order]
    squares = np.bincount(ends[order], values**2, minlength=count)
    left, right, strong = left[wanted], right[wanted], strong[wanted]
    product = np.zeros(len(wanted))
    products_of_rows(bounds, others[order].astype(np.int32), values, left, right, count, product)
    own = np.where(strong, probability[wanted], 0.0) ** 2
    cosine = product / np.sqrt((squares[left] - own + _PRIOR) * (squares[right] - own + _PRIOR))
    degrees = np.diff(bounds)
    cosines[wanted] = np.where(degrees[left] + degrees[right] > 2 * strong, cosine, np.nan)
    return cosines
