"""Figures in their context: whether two articles have the same numbers beside the same words.

"5 people" and "50 people" are of two events, though the words are alike; so are "3 March" and "4 March" in two weather
reports. A number beside a word that the other article has no number beside says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sada.cluster.scoring.kernels import compare_figures
from sada.cluster.scoring.rarity import inverse_frequencies
from sada.indexes.ragged import bounds_of
from sada.indexes.text.folding import DIGIT
from sada.indexes.text.terms import Occurrences

_AFTER = np.uint64(0x9E3779B97F4A7C15)  # tells the word after a number from that before it


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of n articles, each with a word beside it as its context; one with two such words is there twice.

    Attributes:
        bounds: int64 (n + 1,), where the rows begin and end in the other columns.
        contexts: int32 (m,), the number of the context; ascending in each row.
        numbers: int32 (m,), the number of the figure; ascending in each context, no pair twice.
        idf: float32 (contexts,).
        rarest: the idf of a context that one row has.
    """

    bounds: np.ndarray
    contexts: np.ndarray
    numbers: np.ndarray
    idf: np.ndarray
    rarest: float

    @classmethod
    def build(cls, parts: Sequence[Occurrences], count: int) -> Figures:
        """Take the numbers of ``count`` rows out of words in order; a context does not reach from part to part."""
        rows, words, numbers = (np.concatenate(columns) for columns in zip(*map(_beside, parts), strict=True))
        contexts, numbers = (np.unique(some, return_inverse=True)[1].astype(np.int64) for some in (words, numbers))
        order = np.lexsort((numbers, contexts, rows))
        rows, contexts, numbers = rows[order], contexts[order], numbers[order]
        fresh = (np.diff(rows, prepend=-1) != 0) | (np.diff(contexts, prepend=-1) != 0)
        kept = fresh | (np.diff(numbers, prepend=-1) != 0)
        return cls(
            bounds_of(np.bincount(rows[kept], minlength=count)),
            contexts[kept].astype(np.int32),
            numbers[kept].astype(np.int32),
            inverse_frequencies(np.bincount(contexts[fresh]), count),
            float(inverse_frequencies(np.ones(1), count)[0]),
        )

    def compare(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sum up the idf of the contexts that pairs of rows (int64 (m,) each) share.

        Returns:
            float64 (m,) of contexts with a number in common, and float64 (m,) of those with other numbers alone.
        """
        same, other = np.zeros(len(left)), np.zeros(len(left))
        compare_figures(self.bounds, self.contexts, self.numbers, self.idf, left, right, same, other)
        return same, other


def _beside(part: Occurrences) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row (int64), context and number (uint64) of each number and each word beside it."""
    rows = np.repeat(np.arange(len(part.bounds) - 1), np.diff(part.bounds))
    is_number = part.kinds == DIGIT
    adjacent = (rows[1:] == rows[:-1]) & (is_number[1:] != is_number[:-1])
    before = np.flatnonzero(adjacent & is_number[1:])
    after = np.flatnonzero(adjacent & is_number[:-1])
    return (
        np.concatenate([rows[before], rows[after]]),
        np.concatenate([part.terms[before], part.terms[after + 1] ^ _AFTER]),
        np.concatenate([part.terms[before + 1], part.terms[after]]),
    )
