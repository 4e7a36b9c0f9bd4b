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
from sada.indexes.ragged import bounds_of, owners_of
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
        rows, words, numbers = beside(parts)
        contexts, numbers = (np.unique(some, return_inverse=True)[1] for some in (words, numbers))
        return cls.weighted(*distinct(rows, contexts, numbers, count))

    @classmethod
    def weighted(cls, bounds: np.ndarray, contexts: np.ndarray, numbers: np.ndarray) -> Figures:
        """Weight the contexts of n rows, which are given as the attributes are."""
        rows, count = owners_of(np.diff(bounds)), len(bounds) - 1
        fresh = (np.diff(rows, prepend=-1) != 0) | (np.diff(contexts, prepend=-1) != 0)
        frequencies = np.bincount(contexts[fresh])
        rarest = float(inverse_frequencies(np.ones(1), count)[0])
        return cls(bounds, contexts, numbers, inverse_frequencies(frequencies, count), rarest)

    def compare(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sum up the idf of the contexts that pairs of rows (int64 (m,) each) share.

        Returns:
            float64 (m,) of contexts with a number in common, and float64 (m,) of those with other numbers alone.
        """
        same, other = np.zeros(len(left)), np.zeros(len(left))
        compare_figures(self.bounds, self.contexts, self.numbers, self.idf, left, right, same, other)
        return same, other


def beside(parts: Sequence[Occurrences]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row (int64), context and number (uint64) of each number and each word beside it, in several parts."""
    rows, contexts, numbers = (np.concatenate(columns) for columns in zip(*map(_beside, parts), strict=True))
    return rows, contexts, numbers


def distinct(
    rows: np.ndarray, contexts: np.ndarray, numbers: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sort the figures of ``count`` rows, each once: the first three attributes of :class:`Figures`."""
    order = np.lexsort((numbers, contexts, rows))
    found = np.stack([rows[order], contexts[order], numbers[order]])
    kept = (np.diff(found, axis=1, prepend=-1) != 0).any(axis=0)
    rows, contexts, numbers = found[:, kept]
    return bounds_of(np.bincount(rows, minlength=count)), contexts.astype(np.int32), numbers.astype(np.int32)


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
