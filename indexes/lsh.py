"""Locality-sensitive hashing as sorted columns: candidates for pairs of near-duplicates, in batch and for one query.

Two rows that agree on a whole band (:mod:`sada.indexes.bands`) are candidates, never yet near-duplicates. Each band is
one sorted column of keys beside the rows they belong to, so that a batch join reads runs of equal keys and a query is
one binary search a band.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from sada.indexes.arrays import StoredArray
from sada.indexes.bands import Bands, band_keys

_EVERY_PAIR_UP_TO = 12
_REPRESENTATIVES = 4
_KEY_BITS = np.uint64(32)
_ROW_MASK = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class LshRun:
    """Sorted keys of a fixed set of rows, to be asked one signature at a time.

    Attributes:
        bands: how signatures are cut.
        stored: uint64 (bands.count, n) of :func:`packed_keys`.
    """

    bands: Bands
    stored: StoredArray

    def query(self, signature: np.ndarray) -> np.ndarray:
        """The rows (sorted int64, distinct) that share at least one band with one uint32 (128,) signature.

        Only the blocks that the search comes by are read and checked.

        Raises:
            IndexDamaged: if one of them is not what was written.
        """
        from sada.indexes import join_kernels, lookup_kernels

        keys = np.empty((self.bands.count, 1), np.uint64)
        join_kernels.band_keys(signature[None], 0, 1, self.bands.rows, keys)
        wanted = (keys[:, 0] >> _KEY_BITS).astype(np.uint32)
        packed, checked, offset = self.stored.mapped, self.stored.checked, self.stored.offset
        starts, stops, missing = np.full((3, self.bands.count), -1)
        while named := lookup_kernels.find_runs(packed, wanted, checked, offset, starts, stops, missing):
            self.stored.check(missing[:named])
        out = np.empty((stops - starts).sum(), np.int64)
        lookup_kernels.gather_runs(packed, starts, stops, out)
        return np.unique(out) if len(out) else out


def packed_keys(signatures: np.ndarray, bands: Bands, rows: np.ndarray | None = None, threads: int = 0) -> np.ndarray:
    """uint64 (bands.count, n): ``key << 32 | row`` for each :func:`short key <short_keys>`, sorted within each band.

    ``rows`` (int64 (n,), below 2**32) names the rows, default 0 to n - 1. Leave out rows without shingles: their
    signatures are all alike and mean nothing.
    """
    names = np.arange(len(signatures)) if rows is None else rows
    packed = (short_keys(signatures, bands, threads).astype(np.uint64) << _KEY_BITS) | names.astype(np.uint64)
    packed.sort(axis=1)
    return packed


def merged_band(parts: Sequence[np.ndarray], names: Sequence[np.ndarray]) -> np.ndarray:
    """One band of several runs as one (uint64, sorted).

    Args:
        parts: that band of each run.
        names: int64, for each run what its rows are called in the new one, -1 for those that are gone.
    """
    renamed = []
    for packed, name in zip(parts, names, strict=True):
        called = name[packed & _ROW_MASK]
        living = called >= 0
        renamed.append((packed[living] & ~_ROW_MASK) | called[living].astype(np.uint64))
    merged = np.concatenate(renamed)
    merged.sort()
    return merged


def short_keys(signatures: np.ndarray, bands: Bands, threads: int = 0) -> np.ndarray:
    """The uint32 (bands.count, n) keys that :func:`candidates` joins: the upper half of each band key.

    Half is enough for a batch: among a million rows it makes about a hundred candidates a band more, which
    verification throws out, and for one query next to none.
    """
    return (band_keys(signatures, bands, threads) >> _KEY_BITS).astype(np.uint32)


def candidates(keys: np.ndarray, rows: np.ndarray, threads: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """All candidate pairs of ``rows`` (two int64 (m,) arrays, left < right, distinct, sorted).

    In a run of more than 12 equal keys every row is paired with the first four and with its predecessor instead of
    with every other, so that a text printed ten thousand times costs ten thousand pairs and not their square.

    Args:
        keys: uint32 (bands, n) of :func:`short_keys`.
        rows: int64 (n,) below 2**32, ascending, the row behind each column of ``keys``.
        threads: how many to use, 0 for one a core. The result is the same for any number.
    """
    names = rows.astype(np.uint64)

    def join(band: np.ndarray) -> np.ndarray:
        packed = (band.astype(np.uint64) << _KEY_BITS) | names
        packed.sort()
        return np.unique(coded_pairs(packed, _EVERY_PAIR_UP_TO, len(packed), _REPRESENTATIVES))

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        codes = list(pool.map(join, keys))
    return split_pairs(np.unique(np.concatenate([*codes, np.zeros(0, np.uint64)])))


def coded_pairs(packed: np.ndarray, whole: int, longest: int, representatives: int = 0) -> np.ndarray:
    """Pairs of rows of equal key, coded as smaller << 32 | larger, with repeats (uint64).

    Args:
        packed: uint64, ``key << 32 | row``, sorted.
        whole: in runs of up to so many rows, every pair is taken.
        longest: in longer ones up to this, each row with the first ``representatives`` and with its predecessor; in
            runs longer still, none.
        representatives: see above.
    """
    from sada.indexes import join_kernels

    out = np.empty(len(packed), np.uint64)
    count = join_kernels.run_pairs(packed, whole, longest, representatives, out)
    if count > len(out):
        out = np.empty(count, np.uint64)
        join_kernels.run_pairs(packed, whole, longest, representatives, out)
    return out[:count]


def split_pairs(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two int64 row columns of pairs coded as left << 32 | right."""
    return (codes >> np.uint64(32)).astype(np.int64), (codes & np.uint64(0xFFFFFFFF)).astype(np.int64)


def every_pair(rows: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """Coded pairs (smaller row << 32 | larger) of all rows that stand in one span, for every span; with repeats."""
    codes = [np.zeros(0, np.uint64)]
    for distance in range(1, int((stops - starts).max(initial=1))):
        longer = stops - starts > distance
        left = _spans(starts[longer], stops[longer] - distance)
        codes.append(_code(rows[left], rows[left + distance]))
    return np.concatenate(codes)


def _spans(starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """The positions of all spans ``starts[i]`` to ``stops[i]``, one after the other."""
    sizes = stops - starts
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - sizes), sizes)


def _code(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
    return (low << np.uint64(32)) | high
