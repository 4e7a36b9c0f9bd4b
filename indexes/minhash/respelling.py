"""Pairs of one text in two spellings, which share too few words to be copies by words.

Candidates share minima over the letters with which their bodies begin; they are then verified by the exact Jaccard of
their whole skeletons (:mod:`sada.indexes.minhash.skeletons`)::

    keys = blocking_keys(data, offsets)                   # of every text, cheap
    left, right = respelt_pairs(keys, rows, ties)         # candidates among the rows that are copies of no other
    sets = skeleton_sets(...)                             # of the texts of candidates only
    pairs = are_respelt(sets, left, right)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sada.indexes.minhash import skeleton_table
from sada.indexes.minhash.lsh import candidate_pairs
from sada.indexes.minhash.sketches import ShingleSets, shared_shingles
from sada.indexes.ragged import bounds_of, column, concatenated, run_chunks

MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xD1B54A32D192ED03, 0x8CB92BA72F3D8DD7, 0xABC98388FB8FAC03], np.uint64
)  # odd, with about as many ones as zeros; each gives one minimum
NO_LETTERS = np.uint32(0xFFFFFFFF)
"""The blocking keys of a text without any letter that they see."""
AGREEING = 2
"""Least number of equal blocking keys of a candidate pair."""
RESPELT = 0.9
"""Least Jaccard of the skeletons of one text in two spellings."""
FEWEST_GRAMS = 60
"""A shorter skeleton, of about twelve words, must be equal to the other."""
MOST_GRAMS = 1 << 15
"""A longer skeleton, of about 10,000 words, must be equal, too: it has most shingles anyway, whatever it says."""
FEWEST_LETTERS = 8
"""A skeleton of less may be that of two words: «Die Masse» and «Die Maße»."""


@dataclass(frozen=True, slots=True)
class SkeletonSets(ShingleSets):
    """The shingles of n skeletons, by which pairs of one text in two spellings are verified.

    Attributes:
        bounds, shingles: as in :class:`~sada.indexes.minhash.sketches.ShingleSets`, of five letters each. The skeleton
            is read as a ring, so that its first and last letters are in as many shingles as any other.
        keys: uint64 (n,), equal for equal skeletons; 0 for an empty one.
        figures: uint64 (n,), equal for texts with the same digits and signs in the same order; 0 for none.
        lengths: int64 (n,), how many letters the skeletons have.
    """

    figures: np.ndarray
    lengths: np.ndarray


class RespeltPairs(NamedTuple):
    """What :func:`are_respelt` found about m pairs.

    Attributes:
        jaccard: float64 (m,), the exact Jaccard of the shingles of the two skeletons.
        respelt: bool (m,), whether the two are one text in two spellings.
    """

    jaccard: np.ndarray
    respelt: np.ndarray


def blocking_keys(data: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """uint32 (4, n): minima over windows of the letters that begin n bodies, one row for each hash function.

    The letters are those of skeletons, but vowels, marks and spaces are left out, and of a Hangul syllable only its
    first letter is taken, so that one look-up a code unit is all it costs. Texts in two spellings agree in most of
    these letters. It is MinHash (Broder, 1997) over windows of twelve letters, hashed by shifts (Xia et al., "FastCDC",
    2016). The first 32 letters, about a title, are left out if enough others follow.

    >>> from sada.indexes.ragged import column
    >>> keys = blocking_keys(*column(["Die Häuser brauchen Wasser", "die haeuser brauchen wasser", "!"]))
    >>> bool((keys[:, 0] == keys[:, 1]).all()), bool((keys[:, 2] == NO_LETTERS).all())
    (True, True)

    Args:
        data: uint16, n texts as one :func:`~sada.indexes.ragged.column` of UTF-16. Letters outside of the Basic
            Multilingual Plane are not seen.
        offsets: int64 (n + 1,), where each text begins and ends.
    """
    from sada.indexes.minhash import respelling_kernels

    out = np.empty((len(MULTIPLIERS), len(offsets) - 1), np.uint32)
    respelling_kernels.blocking_keys(data, offsets, skeleton_table.load().classes, MULTIPLIERS, out)
    return out  # to start threads would cost more than the work


def stored_keys(texts: Sequence[str]) -> np.ndarray:
    """uint32 (n, 4): the :func:`blocking_keys` of n texts, one row for each."""
    return np.ascontiguousarray(blocking_keys(*column(texts)).T)


def respelt_pairs(keys: np.ndarray, rows: np.ndarray, ties: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Candidate pairs of ``rows``: two int64 arrays, left < right, distinct and sorted.

    They agree in two of their four keys or more. A large bucket is compared with a few of its rows only, see
    :func:`sada.indexes.minhash.lsh.candidate_pairs`.

    Args:
        keys: uint32 (4, n) of :func:`blocking_keys`, of all texts.
        rows: int64, ascending, the rows to compare: best those that are no copies by words of another.
        ties: uint64 (n,), by which rows of large buckets are ranked, as the ``keys`` of their word shingles.
    """
    rows = rows[keys[0, rows] != NO_LETTERS]
    pairs = candidate_pairs(keys[:, rows], rows, ties[rows])
    agree = (keys[:, pairs.left] == keys[:, pairs.right]).sum(axis=0) >= AGREEING
    return pairs.left[agree], pairs.right[agree]


def skeleton_sets(data: np.ndarray, offsets: np.ndarray) -> SkeletonSets:
    """The shingles of the skeletons of n texts.

    It costs about four times as much as the shingles of words, and so is for the texts of candidate pairs only.

    >>> from sada.indexes.ragged import column
    >>> sets = skeleton_sets(*column(["Die Häuser", "die haeuser", "Die Maeuse"]))
    >>> (sets.keys[0] == sets.keys[1:]).tolist(), sets.sizes.tolist()
    ([True, False], [9, 9, 8])

    Args:
        data: uint16, the texts as one :func:`~sada.indexes.ragged.column` of UTF-16; broken surrogates count as
            separators.
        offsets: int64 (n + 1,), where each text begins and ends.
    """
    from sada.indexes.minhash import skeleton_kernels

    table = skeleton_table.load()
    kinds = (np.int64, np.uint64, np.uint64, np.int64)
    sizes, keys, figures, lengths = (np.zeros(len(offsets) - 1, kind) for kind in kinds)

    def work(start: int, stop: int) -> np.ndarray:
        return skeleton_kernels.skeleton_sets(data, offsets, start, stop, table[:4], sizes, keys, figures, lengths)

    shingles = concatenated(run_chunks(work, offsets), np.uint32)
    return SkeletonSets(bounds_of(sizes), shingles, keys, figures, lengths)


def are_respelt(sets: SkeletonSets, left: np.ndarray, right: np.ndarray, least: float = RESPELT) -> RespeltPairs:
    """Decide which pairs of rows are one text in two spellings.

    Their skeletons have a Jaccard of at least ``least``, and the same digits and signs in the same order: of two texts
    that share few words, an equal spelling otherwise is no reason to overlook another figure. Skeletons of less than 60
    shingles, about twelve words, or of more than 32,768 must be equal, and those of less than 8 are one text with no
    other. Both skeletons have about the same number of letters: a long text has nearly all grams that a part of it has.

    >>> from sada.indexes.ragged import column
    >>> texts = ["Über 5 Häuser", "Ueber 5 Haeuser", "Ueber 6 Haeuser"]
    >>> are_respelt(skeleton_sets(*column(texts)), np.array([0, 0]), np.array([1, 2])).respelt.tolist()
    [True, False]

    Args:
        sets: of the texts of all candidates.
        left: int64 (m,), rows of ``sets``.
        right: int64 (m,), the other row of each pair.
        least: the least Jaccard of the skeletons.
    """
    shared = shared_shingles(sets, left, right)
    union = sets.sizes_of(left) + sets.sizes_of(right) - shared
    jaccard = shared / np.maximum(union, 1)
    smaller = np.minimum(sets.sizes_of(left), sets.sizes_of(right))
    telling = (smaller >= FEWEST_GRAMS) & (smaller <= MOST_GRAMS)
    equal = (sets.keys[left] == sets.keys[right]) & (smaller >= FEWEST_LETTERS)
    same_figures = sets.figures[left] == sets.figures[right]
    lengths = sets.lengths[left], sets.lengths[right]
    as_long = np.minimum(*lengths) >= least * np.maximum(*lengths)
    return RespeltPairs(jaccard, equal | telling & same_figures & as_long & (jaccard >= least))
