"""Copies in another spelling, which share few words and nearly all letters."""

from __future__ import annotations

import numpy as np

from sada.cluster.likeness.pairs import Pairs, measure
from sada.cluster.likeness.texts import Texts
from sada.indexes.minhash.lsh import code_pairs
from sada.indexes.minhash.respelling import are_respelt, respelt_pairs, skeleton_sets
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.ragged import joined

_COPIES = 0.8  # the Jaccard of words from which on they decide, whatever threshold is asked for
_WORD = 1.8  # an edited word costs so many times as much of the Jaccard of words as of that of letters
_BEGINNING, _LEAST_AT_BEGINNING = (
    300,
    0.55,
)  # code units that are compared first, since most candidates only begin alike


class Spellings:
    """Finds pairs of one text in two spellings, and remembers them.

    Args:
        sets: the shingles of n articles.
        texts: their texts.
        keys: uint32 (4, n) of :func:`~sada.indexes.minhash.respelling.blocking_keys`.
    """

    def __init__(self, sets: ShingleSets, texts: Texts, keys: np.ndarray) -> None:
        self.keys = keys
        self._sets, self._texts = sets, texts
        self._codes, self._alike = np.zeros(0, np.uint64), np.zeros(0)

    def find(self, rows: np.ndarray) -> Pairs:
        """Find pairs of rows (int64, ascending) that are copies by their letters alone, measured by their words."""
        left, right = respelt_pairs(self.keys, rows, self._sets.keys)
        other = measure(self._sets, left, right).jaccard < _COPIES
        return self.verify(left[other], right[other])

    def verify(self, left: np.ndarray, right: np.ndarray) -> Pairs:
        """Find which candidates (int64 (m,) each, left < right, sorted) are copies by their letters."""
        left, right, _ = self._alike_in(left, right, _BEGINNING, _LEAST_AT_BEGINNING)
        left, right, alike = self._alike_in(left, right, None, None)
        self._codes, self._alike = code_pairs(left, right), alike
        return measure(self._sets, left, right)

    def _alike_in(
        self, left: np.ndarray, right: np.ndarray, units: int | None, least: float | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The pairs whose first ``units`` code units have a Jaccard of ``least`` by letters; None for whole texts.

        Returns their rows, and their Jaccard.
        """
        rows, places = np.unique(np.concatenate([left, right]), return_inverse=True)
        end = None if units is None else 2 * units
        skeletons = skeleton_sets(*joined([one.body[:end] for one in self._texts.fetch(rows)]))
        found = are_respelt(skeletons, places[: len(left)], places[len(left) :])
        enough = found.respelt if least is None else found.jaccard >= least
        return left[enough], right[enough], found.jaccard[enough]

    def jaccard(self, left: np.ndarray, right: np.ndarray, least: float) -> np.ndarray:
        """The Jaccard of letters of each pair (int64 (m,) each) that was found, float64.

        It is 0 for all others, and for pairs that are less alike than ``least`` is strict for words.
        """
        if not len(self._codes):
            return np.zeros(len(left))
        codes = code_pairs(left, right)
        places = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        alike = np.where(self._codes[places] == codes, self._alike[places], 0.0)
        return np.where(alike >= _as_strict(least), alike, 0.0)


def _as_strict(least: float) -> float:
    """The Jaccard of letters that as many edited words lower to it as lower that of words to ``least``."""
    apart = (1 - least) / (1 + least) / _WORD
    return (1 - apart) / (1 + apart)
