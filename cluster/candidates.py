"""Pairs of texts that may be copies of, or contained in, each other; every one is verified exactly afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sada.indexes.lsh import LshRun, every_pair, runs_of_equal, split_pairs
from sada.indexes.minhash import Sketches, shared_shingles

_SAMPLED = np.uint32(0xFFFFFFFF // 4)  # one shingle in four stands in the postings
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


def near_pairs(sketches: Sketches, rows: np.ndarray, threads: int = 0) -> Pairs:
    """Verified pairs among ``rows`` that share a band of their signatures."""
    filled = rows[sketches.sizes[rows] > 0]
    run = LshRun.build(sketches.signatures[filled], filled)
    return measure(sketches, *run.candidates(), threads)


def containment_pairs(sketches: Sketches, rows: np.ndarray, threads: int = 0) -> Pairs:
    """Verified pairs among ``rows`` that share many of a sample of their rarer shingles.

    The sample is a function of the shingle alone, so what is shared is sampled on both sides; a text contained in a
    longer one is found however much else the longer one holds, where their signatures have little in common.
    """
    rows = rows[sketches.sizes[rows] >= _LEAST_SHINGLES]
    part = sketches.take(rows)
    sampled = _mixed(part.shingles) < _SAMPLED
    owners = np.repeat(np.arange(len(part)), part.sizes)[sampled]
    hashes = part.shingles[sampled]
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    starts, stops = runs_of_equal(hashes)
    rare = stops - starts <= _LONGEST_POSTING
    codes, counts = np.unique(every_pair(owners, starts[rare], stops[rare]), return_counts=True)
    left, right = split_pairs(codes)
    samples = np.bincount(owners, minlength=len(part))
    enough = counts >= _LEAST_SHARE * np.minimum(samples[left], samples[right])
    left, right = rows[left[enough]], rows[right[enough]]
    return measure(sketches, np.minimum(left, right), np.maximum(left, right), threads)


def measure(sketches: Sketches, left: np.ndarray, right: np.ndarray, threads: int = 0) -> Pairs:
    """Exact Jaccard and containment of pairs of rows."""
    shared = shared_shingles(sketches, left, right, threads)
    sizes = sketches.sizes
    smaller = np.minimum(sizes[left], sizes[right])
    union = sizes[left] + sizes[right] - shared
    return Pairs(left, right, shared / np.maximum(union, 1), shared / np.maximum(smaller, 1))


def join(first: Pairs, second: Pairs) -> Pairs:
    """The pairs of both, each once, sorted."""
    codes = np.concatenate([first.left << 32 | first.right, second.left << 32 | second.right])
    _, kept = np.unique(codes, return_index=True)
    columns = ("left", "right", "jaccard", "containment")
    return Pairs(*(np.concatenate([getattr(first, name), getattr(second, name)])[kept] for name in columns))


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """A bijection of 32-bit hashes that is unlike the one inside MinHash."""
    mixed = hashes * np.uint32(0x9E3779B1)
    return (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x85EBCA77)
