"""Locality-sensitive hashing (LSH) as sorted columns: candidate pairs in batch, and candidates for one query.

Two rows that agree on a whole band (:mod:`sada.indexes.minhash.bands`) are candidates for near-duplicates, which still
have to be verified. Each band is one sorted column of keys, each with its row. Rows of equal key form a bucket: a run
of the column. A batch join reads one run after the other, and a query is one binary search in each band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sada.indexes.disk.faults import REBUILD
from sada.indexes.errors import IndexDamagedError
from sada.indexes.hashing import MIX
from sada.indexes.minhash.bands import Bands, band_keys
from sada.indexes.packing import LOW, SHIFT_32, pack, unpack
from sada.indexes.ragged import concatenated, places_of, spans, unique
from sada.indexes.storage.arrays import StoredArray
from sada.indexes.threads import worker_pool

_LARGEST_SMALL_BUCKET = 16  # rows; up to so many every pair of a bucket is a candidate
_REPRESENTATIVES = 8  # of a large bucket
_OTHER_BANDS = (1, 5)  # how many bands further on are those that split large buckets
_MIX = np.uint64(MIX)


@dataclass(frozen=True, slots=True)
class LshRun:
    """The sorted keys of a fixed set of rows, for queries by one signature at a time.

    Attributes:
        bands: how signatures are cut.
        stored: uint64 (bands.count, n) of :func:`packed_keys`.
    """

    bands: Bands
    stored: StoredArray

    def query(self, signature: np.ndarray) -> np.ndarray:
        """Find the rows (int64, sorted, distinct) that share at least one band with a signature (uint32 (128,)).

        Only the blocks that the search needs are read and checked.

        Raises:
            IndexDamagedError: if one of them is not what was written.
        """
        from sada.indexes.minhash.join_kernels import band_keys as write_band_keys
        from sada.indexes.minhash.lookup_kernels import find_runs, gather_runs

        keys = np.empty((self.bands.count, 1), np.uint64)
        write_band_keys(signature[None], 0, 1, self.bands.rows, keys)
        wanted = (keys[:, 0] >> SHIFT_32).astype(np.uint32)
        self.stored.require_uncut()
        packed, checked, offset = self.stored.mapped, self.stored.checked, self.stored.offset
        starts, stops, missing = np.full((3, self.bands.count), -1)
        while named := find_runs(packed, wanted, checked, offset, starts, stops, missing):
            self.stored.check(missing[:named])
        out = np.empty((stops - starts).sum(), np.int64)
        gather_runs(packed, starts, stops, out)
        return unique(out)


def packed_keys(signatures: np.ndarray, bands: Bands, rows: np.ndarray | None = None) -> np.ndarray:
    """uint64 (bands.count, n): ``key << 32 | row`` for each :func:`short key <short_keys>`, sorted within each band.

    ``rows`` (int64 (n,), below 2**32) are the rows of the signatures, by default 0 to n - 1. Leave out rows without
    shingles: their signatures are all equal and say nothing.
    """
    names = np.arange(len(signatures)) if rows is None else rows
    packed = pack(short_keys(signatures, bands), names)
    packed.sort(axis=1)
    return packed


def merged_band(parts: Sequence[np.ndarray], names: Sequence[np.ndarray]) -> np.ndarray:
    """Merge one band of several LSH runs into one (uint64, sorted).

    Args:
        parts: the band of each run.
        names: for each run int64: the new row of each of its rows, -1 for those that are left out.

    Raises:
        IndexDamagedError: if a run names a row that has no name.
    """
    renamed = []
    for packed, name in zip(parts, names, strict=True):
        keys, rows = unpack(packed)
        if rows.max(initial=-1) >= len(name):
            raise IndexDamagedError(f"an LSH run names article {rows.max()} of {len(name)}; {REBUILD}")
        new = name[rows]
        living = new >= 0
        renamed.append(pack(keys[living], new[living]))
    merged = np.concatenate(renamed)
    merged.sort()
    return merged


def short_keys(signatures: np.ndarray, bands: Bands) -> np.ndarray:
    """uint32 (bands.count, n): the keys that :func:`candidate_pairs` joins, the upper half of each band key.

    Half a key is enough: among a million rows it adds about a hundred candidates in each band of a batch, which
    verification rejects, and almost none to one query.
    """
    return (band_keys(signatures, bands) >> SHIFT_32).astype(np.uint32)


def candidate_pairs(
    keys: np.ndarray, rows: np.ndarray, ties: np.ndarray, spent: np.ndarray | None = None
) -> CandidatePairs:
    """Find the candidate pairs of ``rows``: all that share a band key, if at most 16 rows share it.

    In a *large bucket*, of more than 16 rows, a row is not paired with every other. It is paired with eight
    representatives, with the next row by rank, and with the few rows that share one of two other bands with it, too.
    A text printed ten thousand times then costs about ten thousand pairs and not their square.

    The rank is by the summed sizes of the large buckets that a row is in, over all bands. The original of many edited
    copies ranks high, since it agrees with each copy more often than the copies agree with each other.

    Args:
        keys: uint32 (bands, n) of :func:`short_keys`.
        rows: int64 (n,) below 2**32, ascending, the row of each column of ``keys``.
        ties: uint64 (n,), by which rows of equal sum are ranked; a function of their content, so that the order of the
            rows has no influence.
        spent: bool (n,), rows that were representatives before and are ranked last now.
    """
    names = np.arange(len(rows), dtype=np.uint64)
    with worker_pool() as pool:
        bands = list(pool.map(lambda band: _join(band, names), keys))
        large, ranks = _ranked([part for _, part, _ in bands], [sizes for _, _, sizes in bands], ties, spent)
        rank_of = np.empty(len(rows), np.uint64)
        rank_of[large] = ranks
        by_rank = large[np.argsort(ranks)]
        led = list(pool.map(lambda part: _pair_large(part, rank_of, by_rank), [part for _, part, _ in bands]))
        split = list(pool.map(lambda band: _pair_split(bands[band][1], keys, band), range(len(bands))))
    pairs = [*(codes for codes, _, _ in bands), *(codes for codes, _ in led), *split]
    left, right = split_pairs(unique(concatenated(pairs, np.uint64)))
    representatives = unique(concatenated((places for _, places in led), np.int64))
    return CandidatePairs(rows[left], rows[right], large, ranks, representatives)


class CandidatePairs(NamedTuple):
    """The result of :func:`candidate_pairs`.

    Attributes:
        left, right: int64 (m,), the pairs: left < right, distinct, sorted.
        large: int64, ascending, the positions in ``rows`` of those that are in a large bucket of some band.
        ranks: int64, the ranks of these, 0 for the first.
        representatives: int64, ascending, the positions in ``rows`` of those that are representatives of a bucket.
    """

    left: np.ndarray
    right: np.ndarray
    large: np.ndarray
    ranks: np.ndarray
    representatives: np.ndarray


def _join(band: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Join one band: the coded pairs of its small buckets, the packed entries of its large ones, and their sizes.

    Sizes are one for each entry of a large bucket.
    """
    packed = pack(band, names)
    packed.sort()
    sizes = _runs(packed)
    in_large = np.repeat(sizes > _LARGEST_SMALL_BUCKET, sizes)
    codes = unique(coded_pairs(packed, _LARGEST_SMALL_BUCKET))
    return codes, packed[in_large], np.repeat(sizes, sizes)[in_large]


def _runs(packed: np.ndarray) -> np.ndarray:
    """The length of each run of equal keys in sorted entries."""
    starts = np.flatnonzero(np.diff(packed >> SHIFT_32, prepend=np.uint64(1 << 40)))
    return np.diff(starts, append=len(packed))


def _ranked(
    parts: list[np.ndarray], sizes: list[np.ndarray], ties: np.ndarray, spent: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """The positions of all rows in large buckets, ascending, and the rank of each."""
    _, places = unpack(concatenated(parts, np.uint64))
    large, which = np.unique(places, return_inverse=True)
    total = np.bincount(which, weights=concatenated(sizes, np.int64), minlength=len(large))
    late = np.zeros(len(large), bool) if spent is None else spent[large]
    ranks = np.empty(len(large), np.int64)
    ranks[np.lexsort((ties[large], -total, late))] = np.arange(len(large))
    return large, ranks


def _pair_large(part: np.ndarray, rank_of: np.ndarray, by_rank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coded pairs with representatives and neighbours in the large buckets of one band; the representatives."""
    if not len(part):
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    keys, places = unpack(part)
    packed = pack(keys, rank_of[places])
    packed.sort()
    ends = split_pairs(coded_pairs(packed, 0, _REPRESENTATIVES, chained=True))
    codes = code_pairs(*(by_rank[end] for end in ends))
    first = places_of(_runs(packed)) < _REPRESENTATIVES
    return unique(codes), unique(by_rank[unpack(packed[first])[1]])


def _pair_split(part: np.ndarray, keys: np.ndarray, band: int) -> np.ndarray:
    """Coded pairs of rows in one band's large buckets that share another band, too, if few rows share both."""
    codes = []
    for distance in _OTHER_BANDS:
        other = keys[(band + distance) % len(keys)][unpack(part)[1]].astype(np.uint64)
        both = ((part >> SHIFT_32) * _MIX ^ other) * _MIX >> SHIFT_32
        packed = pack(both, part & LOW)
        packed.sort()
        codes.append(coded_pairs(packed, _LARGEST_SMALL_BUCKET))
    return unique(concatenated(codes, np.uint64))


def coded_pairs(packed: np.ndarray, whole: int, representatives: int = 0, *, chained: bool = False) -> np.ndarray:
    """Pair rows of equal key: uint64, smaller << 32 | larger, with repeats.

    Args:
        packed: uint64, ``key << 32 | row``, sorted.
        whole: the longest run of which every pair is taken.
        representatives: in a longer run, each row is paired with so many of the first.
        chained: whether, in a longer run, each row is paired with its predecessor, too.
    """
    from sada.indexes.minhash import join_kernels

    out = np.empty(len(packed), np.uint64)
    count = join_kernels.run_pairs(packed, whole, representatives, chained, out)
    if count > len(out):
        out = np.empty(count, np.uint64)
        join_kernels.run_pairs(packed, whole, representatives, chained, out)
    return out[:count]


def split_pairs(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The int64 rows of coded pairs: left, right."""
    return unpack(codes)


def every_pair(rows: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """Code every pair of rows within one span ``rows[starts[i]:stops[i]]``, for all spans; with repeats."""
    codes = []
    for distance in range(1, int((stops - starts).max(initial=1))):
        longer = stops - starts > distance
        left = spans(starts[longer], stops[longer] - distance)
        codes.append(code_pairs(rows[left], rows[left + distance]))
    return concatenated(codes, np.uint64)


def code_pairs(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Code pairs of rows: uint64, smaller << 32 | larger, which :func:`split_pairs` splits."""
    return pack(np.minimum(left, right), np.maximum(left, right))
