"""Copies among articles of one outlet that share only its boilerplate, as short articles under one long footer."""

from __future__ import annotations

import numpy as np

from sada.cluster.likeness.pairs import Pairs, measure
from sada.cluster.likeness.texts import Texts
from sada.indexes.boilerplate.repetition import LEAST
from sada.indexes.boilerplate.shared_runs import shared_runs
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.ragged import is_among, unique
from sada.indexes.storage.columns import Columns, runs_of

_ALIKE = 0.5  # the least Jaccard of two copies without boilerplate
_NEAR = 0.5  # the least Jaccard of two articles that may share a run of words that is most of each


class SharedBoilerplate:
    """The shingles that many unlike articles of an outlet share, found among near-duplicates.

    Args:
        columns: of n articles.
        sets: their shingles.
        texts: their texts.
    """

    def __init__(self, columns: Columns, sets: ShingleSets, texts: Texts) -> None:
        self._columns, self._sets, self._texts = columns, sets, texts
        self._runs: dict[str, np.ndarray] = {}  # by outlet, without letter case

    def learn(self, pairs: Pairs) -> None:
        """Find the boilerplate of each outlet in pairs that are measured by their words."""
        pairs = pairs.where(pairs.jaccard >= _NEAR)
        outlets = self._columns.source_codes.codes
        inside = outlets[pairs.left] == outlets[pairs.right]
        rows = unique(np.concatenate([pairs.left[inside], pairs.right[inside]]))
        for some in runs_of(rows[np.argsort(outlets[rows], kind="stable")], outlets):
            if len(some) < LEAST:
                continue
            titles = [article.title for article in self._texts.fetch(some)]
            runs = shared_runs(titles, self._sets.sets_of(some))
            if len(runs):
                self._runs[self._columns.sources[some[0]].casefold()] = runs

    def and_that_of(self, other: SharedBoilerplate) -> SharedBoilerplate:
        """The boilerplate found among these articles, and that found among others of the same outlets."""
        both = SharedBoilerplate(self._columns, self._sets, self._texts)
        both._runs = other._runs | self._runs
        for outlet in other._runs.keys() & self._runs.keys():
            both._runs[outlet] = np.union1d(other._runs[outlet], self._runs[outlet])
        return both

    def explains(self, pairs: Pairs) -> np.ndarray:
        """Whether the articles of each pair are alike only through the boilerplate of their outlet: bool (m,)."""
        explained = np.zeros(len(pairs), bool)
        outlets, numbers = self._columns.source_codes
        for outlet in self._runs.keys() & numbers.keys():
            inside = np.flatnonzero((outlets[[pairs.left, pairs.right]] == numbers[outlet]).all(axis=0))
            rows, places = np.unique(np.concatenate([pairs.left[inside], pairs.right[inside]]), return_inverse=True)
            own = _without(self._sets.sets_of(rows), self._runs[outlet])
            explained[inside] = measure(own, *np.split(places, 2)).jaccard < _ALIKE
        return explained


def _without(sets: ShingleSets, runs: np.ndarray) -> ShingleSets:
    """The sets without some shingles, which are in ascending order."""
    own = ~is_among(sets.shingles, runs)
    kept = np.concatenate([[0], np.cumsum(own)])
    return ShingleSets(kept[sets.bounds], sets.shingles[own], sets.keys)
