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
_AT_ONCE = 12_000_000  # of which so many are sorted at a time in each thread, 8 bytes each
_ROWS_AT_ONCE = 1 << 16
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
    rows = rows[sets.sizes[rows] >= _LEAST_SHINGLES]
    left, right = split_pairs(_alike(sets, rows, threads or os.cpu_count() or 1))
    return measure(sets, rows[left], rows[right], threads)


def _alike(sets: ShingleSets, rows: np.ndarray, threads: int) -> np.ndarray:
    """Coded pairs of positions in ``rows`` that share enough of their samples, sorted."""
    slices = max(int(sets.sizes[rows].sum() * _SAMPLED // _AT_ONCE) + 1, threads)
    edges = np.linspace(0, _SAMPLED * (1 << 32), slices + 1).astype(np.uint32)
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(lambda edge: _sharing(sets, rows, *edge), pairwise(edges)))
    return _common([codes for codes, _ in parts], np.sum([counted for _, counted in parts], axis=0))


def _sharing(sets: ShingleSets, rows: np.ndarray, low: np.uint32, high: np.uint32) -> tuple[np.ndarray, np.ndarray]:
    """Sorted coded pairs of positions in ``rows``, once for each shared shingle of those placed from low up to high.

    And int64 (len(rows),): how many of these shingles each has.
    """
    samples = np.zeros(len(rows), np.int64)
    packed = _postings(sets, rows, low, high, samples)
    packed.sort()
    codes = coded_pairs(packed, whole=_LONGEST_POSTING, longest=_LONGEST_POSTING).copy()
    codes.sort()
    return codes, samples


def _common(parts: list[np.ndarray], samples: np.ndarray) -> np.ndarray:
    """Of coded pairs with repeats, in sorted parts, those that share enough of their samples, once each, sorted.

    It is done for some thousand left rows at a time, so that the parts are never in memory twice.
    """
    from sada.indexes import join_kernels

    found = [np.zeros(0, np.uint64)]
    edges = np.arange(0, len(samples) + _ROWS_AT_ONCE, _ROWS_AT_ONCE).astype(np.uint64) << np.uint64(32)
    cuts = [np.searchsorted(codes, edges) for codes in parts]
    for place in range(len(edges) - 1):
        codes = np.concatenate([part[cut[place] : cut[place + 1]] for part, cut in zip(parts, cuts, strict=True)])
        codes.sort()
        out = np.empty_like(codes)
        found.append(out[: join_kernels.common_pairs(codes, samples, _LEAST_SHARE, out)].copy())
    return np.concatenate(found)


def _postings(sets: ShingleSets, rows: np.ndarray, low: np.uint32, high: np.uint32, samples: np.ndarray) -> np.ndarray:
    """``hash << 32 | position in rows`` (uint64) of the shingles placed from low up to high; counted in ``samples``."""
    from sada.indexes import join_kernels

    bounds = bounds_of(sets.sizes[rows])

    def work(start: int, stop: int) -> np.ndarray:
        held = sets.span(int(rows[start]), int(rows[stop - 1]) + 1)
        room = np.empty(bounds[stop] - bounds[start] + 1, np.uint64)
        filled = join_kernels.sample_postings(
            held.shingles, held.bounds, rows[start:stop] - rows[start], start, low, high, room, samples
        )
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
