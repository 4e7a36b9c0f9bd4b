"""Copies among articles of one outlet that share only its boilerplate, as short articles under one long footer."""

from __future__ import annotations

import numpy as np

from sada.cluster.likeness.pairs import Pairs, measure
from sada.cluster.likeness.texts import Texts
from sada.indexes.boilerplate.repetition import LEAST
from sada.indexes.boilerplate.shared_runs import shared_runs
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.storage.columns import Columns, runs_of

_ALIKE = 0.5  # the least Jaccard of two copies without boilerplate


class SharedBoilerplate:
    """The shingles that many unlike articles of an outlet share, found among near-duplicates.

    Args:
        columns: of n articles.
        sets: their shingles.
        texts: their texts.
    """

    def __init__(self, columns: Columns, sets: ShingleSets, texts: Texts) -> None:
        self._columns, self._sets, self._texts = columns, sets, texts
        self._runs: dict[int, np.ndarray] = {}

    def learn(self, pairs: Pairs) -> None:
        """Find the boilerplate of each outlet in these pairs."""
        outlets = self._columns.source_codes.codes
        inside = outlets[pairs.left] == outlets[pairs.right]
        rows = np.unique(np.concatenate([pairs.left[inside], pairs.right[inside]]))
        for some in runs_of(rows[np.argsort(outlets[rows], kind="stable")], outlets):
            if len(some) < LEAST:
                continue
            titles = [article.title for article in self._texts.fetch(some)]
            runs = shared_runs(titles, self._sets.sets_of(some))
            if len(runs):
                self._runs[int(outlets[some[0]])] = runs

    def explains(self, pairs: Pairs) -> np.ndarray:
        """Whether the articles of each pair are alike only through the boilerplate of their outlet: bool (m,)."""
        explained = np.zeros(len(pairs), bool)
        outlets = self._columns.source_codes.codes
        for outlet, runs in self._runs.items():
            inside = np.flatnonzero((outlets[pairs.left] == outlet) & (outlets[pairs.right] == outlet))
            rows, places = np.unique(np.concatenate([pairs.left[inside], pairs.right[inside]]), return_inverse=True)
            own = _without(self._sets.sets_of(rows), runs)
            explained[inside] = measure(own, *np.split(places, 2)).jaccard < _ALIKE
        return explained


def _without(sets: ShingleSets, runs: np.ndarray) -> ShingleSets:
    """The sets without some shingles."""
    own = ~np.isin(sets.shingles, runs)
    kept = np.concatenate([[0], np.cumsum(own)])
    return ShingleSets(kept[sets.bounds], sets.shingles[own], sets.keys)
