"""The fragments that labelled sets fall into, and weights for putting them together again."""

from __future__ import annotations

import numpy as np
from logistic import AGAINST, ANY, FOR, Bounds, fit
from scipy.sparse import coo_array

from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.stories import merge_fragments
from sada.cluster.stories.average_link import average_link
from sada.cluster.stories.merge_fragments import Fragments, measures, neighbours, put_together

SIGNS: dict[str, Bounds] = {"odds": FOR, "strongest": FOR, "meaning": FOR, "gap": AGAINST}
Scored = tuple[np.ndarray, np.ndarray, np.ndarray]


def scored(prepared: StorySet) -> Scored:
    """Candidate pairs of a set, and their probability at the second look."""
    left, right = prepared.blocked_pairs()
    return left, right, prepared.looked_at(np.arange(len(prepared)), left, right)[2]


def cut(pairs_of: Scored, count: int, resolution: float) -> np.ndarray:
    """int64 (count,): the fragments that rows fall into."""
    return average_link(count, *pairs_of, np.full(count, resolution))


class Judged:
    """The fragments that a set falls into by its scored pairs, and those that may be put together again."""

    def __init__(self, prepared: StorySet, pairs_of: Scored, resolution: float) -> None:
        self._prepared, self._scored, self._rows = prepared, pairs_of, np.arange(len(prepared))
        self.fragments = Fragments.of(self._rows, cut(pairs_of, len(prepared), resolution), *pairs_of)
        self.one, self.other = neighbours(prepared, self.fragments, *pairs_of)

    def measures(self) -> np.ndarray:
        """float64 (pairs, features) of the fragments that may be put together."""
        return measures(self._prepared, self.fragments, self.one, self.other)

    def shares(self, labels: list[str]) -> np.ndarray:
        """float64 (pairs,): which share of the pairs of articles of two fragments are of one event."""
        events = np.unique(labels, return_inverse=True)[1]
        table = coo_array((np.ones(len(events)), (self.fragments.numbers, events))).tocsr()
        together = np.asarray(table[self.one].multiply(table[self.other]).sum(axis=1)).ravel()
        return together / (self.fragments.sizes[self.one] * self.fragments.sizes[self.other])

    def joined(self, weights: dict[str, float], resolution: float) -> list[int]:
        """The stories."""
        numbers = self.fragments.numbers
        return put_together(self._prepared, self._rows, numbers, *self._scored, weights, resolution).tolist()


def fit_fragments(judged: list[Judged], labels: list[str]) -> dict[str, float]:
    """Weights for :mod:`sada.cluster.stories.merge_fragments`, from sets that all have these labels."""
    signs = {name: SIGNS.get(name, ANY) for name in merge_fragments.FEATURES}
    shares = [one.shares(labels) for one in judged]
    return fit(np.concatenate([one.measures() for one in judged]), np.concatenate(shares), signs)
