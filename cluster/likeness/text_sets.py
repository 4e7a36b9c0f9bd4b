"""The shingle sets of texts without their titles."""

from __future__ import annotations

import numpy as np

from sada.cluster.likeness.pairs import measure
from sada.cluster.likeness.texts import Texts
from sada.indexes.minhash.sketches import ShingleSets, shingle
from sada.indexes.ragged import joined, unique

_LONG = 40  # shingles of a text that can be a copy without its title


class TextSets:
    """Compares texts without their titles; their shingles are made when they are first needed.

    Args:
        count: how many articles there are.
        texts: their texts.
    """

    def __init__(self, count: int, texts: Texts) -> None:
        self._texts = texts
        self._places = np.full(count, -1, np.int32)
        self._sets = shingle(*joined([]))

    def jaccard(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """The Jaccard of pairs of texts (int64 (m,) each), float64; 0 if one of the two is short."""
        rows = unique(np.concatenate([left, right]))
        new = rows[self._places[rows] < 0]
        if len(new):
            self._places[new] = len(self._sets) + np.arange(len(new))
            more = shingle(*joined([one.text_bytes for one in self._texts.fetch(new)]))
            self._sets = ShingleSets.concatenated([self._sets, more])
        left, right = self._places[left].astype(np.int64), self._places[right].astype(np.int64)
        long = np.minimum(self._sets.sizes_of(left), self._sets.sizes_of(right)) >= _LONG
        return np.where(long, measure(self._sets, left, right).jaccard, 0.0)
