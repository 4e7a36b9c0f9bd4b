"""Tell titles of unrelated articles from titles of a series: the evidence that articles are unlike each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sada.indexes.hashing import MIX
from sada.indexes.packing import LOW, pack, unpack
from sada.indexes.ragged import bounds_of, owners_of, unique
from sada.indexes.text.folding import DIGIT, SPACELESS
from sada.indexes.text.terms import words

_ALPHABETIC = re.compile("[\u0e00-\u1aaf]")  # scripts without spaces in which a letter is no word
ALIKE_FIFTHS = 2
"""Titles are alike if they share this many fifths of the words of the shorter one; a title without words tells nothing.

"Prayer times in Riyadh" and "Prayer times in Jeddah" are alike. Of two headlines about two events, a preposition or a
name is in both.
"""


class TitleWords(NamedTuple):
    """The distinct stems of n titles, figures left out: title i has ``stems[bounds[i]:bounds[i + 1]]``.

    Attributes:
        bounds: int64 (n + 1,).
        stems: uint32 hashes, sorted within each title.
    """

    bounds: np.ndarray
    stems: np.ndarray

    @property
    def keys(self) -> np.ndarray:
        """uint64 (n,): hashes of the sets of stems."""
        sums = np.zeros(len(self.stems) + 1, np.uint64)
        np.cumsum(self.stems * np.uint64(MIX), out=sums[1:])
        return np.diff(sums[self.bounds]) * np.uint64(MIX)

    def of(self, row: int) -> list[int]:
        """The stems of one title."""
        return self.stems[self.bounds[row] : self.bounds[row + 1]].tolist()

    def take(self, rows: np.ndarray) -> TitleWords:
        """The given rows, in the given order."""
        starts, stops = self.bounds[rows], self.bounds[rows + 1]
        parts = [self.stems[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
        return TitleWords(bounds_of(stops - starts), np.concatenate([np.zeros(0, np.uint32), *parts]))


def title_words(titles: Sequence[str], threes: bool = False) -> TitleWords:
    """The distinct stems of each title.

    >>> title_words(["12 dead", "dead: 13!"]).bounds.tolist()
    [0, 1, 2]

    Args:
        titles: n titles, or longer texts.
        threes: in Thai, Lao, Khmer and Myanmar three letters in a row are a stem, and not two, which a long text has
            by chance.
    """
    found = words(titles)
    owners = owners_of(np.diff(found.bounds))
    named, terms = found.kinds != DIGIT, found.terms
    if threes:
        alphabetic = np.array([_ALPHABETIC.search(title) is not None for title in titles], bool)
        single = (found.kinds == SPACELESS) & alphabetic[owners]
        goes_on = single[:-1] & single[1:] & (owners[:-1] == owners[1:])
        terms = terms + np.append(np.where(goes_on, terms[1:] * np.uint64(MIX), 0), np.uint64(0))[: len(terms)]
        named[1:] &= ~goes_on | np.append(goes_on[1:], False)[: len(goes_on)]
    rows, stems = unpack(unique(pack(owners[named], terms[named] & LOW)))
    return TitleWords(bounds_of(np.bincount(rows, minlength=len(titles))), stems.astype(np.uint32))


def at_least_are_unlike(titles: Sequence[str], least: int, certain: int = 0) -> bool:
    """True if ``least`` of some titles are unlike each other; the first ``certain`` are known to be."""
    named = title_words(titles)
    kept: list[set[int]] = []
    for row in range(len(titles)):
        own = set(named.of(row))
        if row < certain or (own and not any(_are_alike(own, other) for other in kept)):
            kept.append(own)
        if len(kept) >= least:
            return True
    return False


def _are_alike(left: set[int], right: set[int]) -> bool:
    return 5 * len(left & right) >= ALIKE_FIFTHS * min(len(left), len(right))
