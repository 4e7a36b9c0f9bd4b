"""Pairs of texts that may be copies of, or contained in, each other; every one is verified exactly afterwards."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sada.indexes.lsh import candidates, coded_pairs, split_pairs
from sada.indexes.minhash import ShingleSets, bounds_of, run_chunks, shared_shingles

_SAMPLED = 0.25  # one shingle in four stands in the postings
_AT_ONCE = 24_000_000  # of which so many are sorted at a time, 8 bytes each
_LONGEST_POSTING = 40  # a shingle in more texts than this is a phrase, not a trace of one article
_LEAST_SHINGLES = 10  # shorter texts are contained in others by chance
_LEAST_SHARE = 0.25  # of the smaller text's sampled shingles, to be worth verifying


@dataclass(frozen=True, slots=True)
class Pairs:
    """m verified pairs of rows.

    Attributes:
        left, right: int64 (m,), ``left < right``.
        jaccard: float64 (m,), |A and B| / |A or B|, exact.
        containment: float64 (m,), |A and B| / min(|A|, |B|), exact.
    """

    left: np.ndarray
    right: np.ndarray
    jaccard: np.ndarray
    containment: np.ndarray

    def __len__(self) -> int:
        return len(self.left)

    def where(self, mask: np.ndarray) -> Pairs:
        """The pairs for which the mask is True."""
        return Pairs(self.left[mask], self.right[mask], self.jaccard[mask], self.containment[mask])


def near_pairs(sets: ShingleSets, keys: np.ndarray, rows: np.ndarray, threads: int = 0) -> Pairs:
    """Verified pairs among ``rows`` (int64, ascending) that share a band.

    ``keys`` are the uint32 (bands, n) :func:`~sada.indexes.lsh.short_keys` of all n rows.
    """
    filled = rows[sets.sizes[rows] > 0]
    return measure(sets, *candidates(keys[:, filled], filled, threads), threads)


def containment_pairs(sets: ShingleSets, rows: np.ndarray, threads: int = 0) -> Pairs:
    """Verified pairs among ``rows`` that share many of a sample of their rarer shingles.

    The sample is a function of the shingle alone, so what is shared is sampled on both sides; a text contained in a
    longer one is found however much else the longer one holds, where their signatures have little in common.
    """
    sizes = sets.sizes
    rows = rows[sizes[rows] >= _LEAST_SHINGLES]
    workers = threads or os.cpu_count() or 1
    slices = (int(sizes[rows].sum() * _SAMPLED // _AT_ONCE) + 1) * workers
    edges = np.linspace(0, _SAMPLED * (1 << 32), slices + 1).astype(np.uint32)
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(lambda edge: _sharing(sets, rows, *edge), pairwise(edges)))
    samples = np.sum([counted for _, counted in parts], axis=0)
    left, right = split_pairs(_common(np.concatenate([codes for codes, _ in parts]), samples))
    return measure(sets, rows[left], rows[right], threads)


def _sharing(sets: ShingleSets, rows: np.ndarray, low: np.uint32, high: np.uint32) -> tuple[np.ndarray, np.ndarray]:
    """Coded pairs of positions in ``rows``, once for each shingle they share of those placed from low up to high.

    And int64 (len(rows),): how many of these shingles each has.
    """
    samples = np.zeros(len(rows), np.int64)
    packed = _postings(sets, rows, low, high, samples)
    packed.sort()
    return coded_pairs(packed, whole=_LONGEST_POSTING, longest=_LONGEST_POSTING), samples


def _common(codes: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Of coded pairs with repeats, which are sorted in place, those that share enough of their samples, once."""
    from sada.indexes import join_kernels

    codes.sort()
    out = np.empty_like(codes)
    return out[: join_kernels.common_pairs(codes, samples, _LEAST_SHARE, out)]


def _postings(sets: ShingleSets, rows: np.ndarray, low: np.uint32, high: np.uint32, samples: np.ndarray) -> np.ndarray:
    """``hash << 32 | position in rows`` (uint64) of the shingles placed from low up to high; counted in ``samples``."""
    from sada.indexes import join_kernels

    bounds = bounds_of(sets.sizes[rows])

    def work(start: int, stop: int) -> np.ndarray:
        room = np.empty(bounds[stop] - bounds[start] + 1, np.uint64)
        filled = join_kernels.sample_postings(sets.shingles, sets.bounds, rows, start, stop, low, high, room, samples)
        sets.release()
        return room[:filled].copy()

    return np.concatenate([*run_chunks(work, bounds, 1), np.zeros(0, np.uint64)])


def measure(sets: ShingleSets, left: np.ndarray, right: np.ndarray, threads: int = 0) -> Pairs:
    """Exact Jaccard and containment of pairs of rows."""
    shared = shared_shingles(sets, left, right, threads)
    sizes = sets.sizes
    smaller = np.minimum(sizes[left], sizes[right])
    union = sizes[left] + sizes[right] - shared
    return Pairs(left, right, shared / np.maximum(union, 1), shared / np.maximum(smaller, 1))


def join(first: Pairs, second: Pairs) -> Pairs:
    """The pairs of both, each once, sorted."""
    codes = np.concatenate([first.left << 32 | first.right, second.left << 32 | second.right])
    _, kept = np.unique(codes, return_index=True)
    columns = ("left", "right", "jaccard", "containment")
    return Pairs(*(np.concatenate([getattr(first, name), getattr(second, name)])[kept] for name in columns))
