"""Locality-sensitive hashing as sorted columns: candidates for pairs of near-duplicates, in batch and for one query.

Two rows that agree on a whole band (:mod:`sada.indexes.minhash.bands`) are candidates, never yet near-duplicates. Each
band is one sorted column of keys beside the rows they belong to, so that a batch join reads runs of equal keys and a
query is one binary search a band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sada.indexes.hashing import MIX
from sada.indexes.minhash.bands import Bands, band_keys
from sada.indexes.packing import LOW, SHIFT_32, pack, unpack
from sada.indexes.ragged import concatenated, places_of, spans
from sada.indexes.storage.arrays import StoredArray
from sada.indexes.threads import worker_pool

_EVERY_PAIR_UP_TO = 16
_REPRESENTATIVES = 8
_OTHER_BANDS = (1, 5)
_MIX = np.uint64(MIX)


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
            IndexDamagedError: if one of them is not what was written.
        """
        from sada.indexes.minhash import join_kernels, lookup_kernels

        keys = np.empty((self.bands.count, 1), np.uint64)
        join_kernels.band_keys(signature[None], 0, 1, self.bands.rows, keys)
        wanted = (keys[:, 0] >> SHIFT_32).astype(np.uint32)
        packed, checked, offset = self.stored.mapped, self.stored.checked, self.stored.offset
        starts, stops, missing = np.full((3, self.bands.count), -1)
        while named := lookup_kernels.find_runs(packed, wanted, checked, offset, starts, stops, missing):
            self.stored.check(missing[:named])
        out = np.empty((stops - starts).sum(), np.int64)
        lookup_kernels.gather_runs(packed, starts, stops, out)
        return np.unique(out) if len(out) else out


def packed_keys(signatures: np.ndarray, bands: Bands, rows: np.ndarray | None = None) -> np.ndarray:
    """uint64 (bands.count, n): ``key << 32 | row`` for each :func:`short key <short_keys>`, sorted within each band.

    ``rows`` (int64 (n,), below 2**32) names the rows, default 0 to n - 1. Leave out rows without shingles: their
    signatures are all alike and mean nothing.
    """
    names = np.arange(len(signatures)) if rows is None else rows
    packed = pack(short_keys(signatures, bands), names)
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
        keys, rows = unpack(packed)
        called = name[rows]
        living = called >= 0
        renamed.append(pack(keys[living], called[living]))
    merged = np.concatenate(renamed)
    merged.sort()
    return merged


def short_keys(signatures: np.ndarray, bands: Bands) -> np.ndarray:
    """The uint32 (bands.count, n) keys that :func:`candidate_pairs` joins: the upper half of each band key.

    Half is enough for a batch: among a million rows it makes about a hundred candidates a band more, which
    verification throws out, and for one query next to none.
    """
    return (band_keys(signatures, bands) >> SHIFT_32).astype(np.uint32)


def candidate_pairs(
    keys: np.ndarray, rows: np.ndarray, ties: np.ndarray, spent: np.ndarray | None = None
) -> CandidatePairs:
    """The candidate pairs of ``rows``: all that share a band, unless more than 16 rows share it.

    In a larger run, a *crowd*, every row is paired with the few that share one of two other bands, too, and with eight
    representatives and its neighbour in standing, instead of with every other, so that a text printed ten thousand
    times costs ten thousand pairs and not their square. Standing is by how many rows a row shares crowds with over all
    bands: the original of many edited copies agrees with each of them more often than they do with each other.

    Args:
        keys: uint32 (bands, n) of :func:`short_keys`.
        rows: int64 (n,) below 2**32, ascending, the row behind each column of ``keys``.
        ties: uint64 (n,), what decides between rows of equal standing; a function of their content, so that the order
            of rows decides nothing.
        spent: bool (n,), rows that were representatives before and come last now.
    """
    names = np.arange(len(rows), dtype=np.uint64)
    with worker_pool() as pool:
        bands = list(pool.map(lambda band: _join(band, names), keys))
        crowd, standing = _crowd([part for _, part, _ in bands], [sizes for _, _, sizes in bands], ties, spent)
        ordinals = np.empty(len(rows), np.uint64)
        ordinals[crowd] = standing
        by_standing = crowd[np.argsort(standing)]
        crowds = list(pool.map(lambda part: _pair_crowds(part, ordinals, by_standing), [part for _, part, _ in bands]))
        parted = list(pool.map(lambda band: _pair_parted(bands[band][1], keys, band), range(len(bands))))
    pairs = [*(codes for codes, _, _ in bands), *(codes for codes, _ in crowds), *parted]
    left, right = split_pairs(np.unique(concatenated(pairs, np.uint64)))
    led = np.unique(concatenated((leaders for _, leaders in crowds), np.int64))
    return CandidatePairs(rows[left], rows[right], crowd, standing, led)


class CandidatePairs(NamedTuple):
    """What :func:`candidate_pairs` finds.

    Attributes:
        left, right: int64 (m,), left < right, distinct, sorted.
        crowd: int64, ascending, the places in ``rows`` of those that stood in a crowd in some band.
        standing: int64, their ranks, 0 for the first.
        led: int64, the places in ``rows`` of those that were representatives.
    """

    left: np.ndarray
    right: np.ndarray
    crowd: np.ndarray
    standing: np.ndarray
    led: np.ndarray


def _join(band: np.ndarray, names: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coded pairs of the small runs of one band; the packed entries of its crowds, and the size of each one's crowd."""
    packed = pack(band, names)
    packed.sort()
    sizes = _runs(packed)
    crowded = np.repeat(sizes > _EVERY_PAIR_UP_TO, sizes)
    codes = np.unique(coded_pairs(packed, _EVERY_PAIR_UP_TO))
    return codes, packed[crowded], np.repeat(sizes, sizes)[crowded]


def _runs(packed: np.ndarray) -> np.ndarray:
    """How long each run of equal keys is in sorted entries."""
    starts = np.flatnonzero(np.diff(packed >> SHIFT_32, prepend=np.uint64(1 << 40)))
    return np.diff(starts, append=len(packed))


def _crowd(
    parts: list[np.ndarray], sizes: list[np.ndarray], ties: np.ndarray, spent: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """The places of all rows in crowds, ascending, and the rank of each by standing."""
    _, places = unpack(concatenated(parts, np.uint64))
    crowd, which = np.unique(places, return_inverse=True)
    met = np.bincount(which, weights=concatenated(sizes, np.int64), minlength=len(crowd))
    late = np.zeros(len(crowd), bool) if spent is None else spent[crowd]
    standing = np.empty(len(crowd), np.int64)
    standing[np.lexsort((ties[crowd], -met, late))] = np.arange(len(crowd))
    return crowd, standing


def _pair_crowds(part: np.ndarray, ordinals: np.ndarray, by_standing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coded pairs within the crowds of one band, and the places of their representatives."""
    if not len(part):
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    keys, places = unpack(part)
    packed = pack(keys, ordinals[places])
    packed.sort()
    ends = split_pairs(coded_pairs(packed, 0, _REPRESENTATIVES, chained=True))
    codes = code_pairs(*(by_standing[end] for end in ends))
    first = places_of(_runs(packed)) < _REPRESENTATIVES
    leaders = by_standing[unpack(packed[first])[1]]
    return np.unique(codes), np.unique(leaders)


def _pair_parted(part: np.ndarray, keys: np.ndarray, band: int) -> np.ndarray:
    """Coded pairs of the rows of one band's crowds that share another band, too, where these are few."""
    codes = []
    for distance in _OTHER_BANDS:
        other = keys[(band + distance) % len(keys)][unpack(part)[1]].astype(np.uint64)
        both = ((part >> SHIFT_32) * _MIX ^ other) * _MIX >> SHIFT_32
        packed = pack(both, part & LOW)
        packed.sort()
        codes.append(coded_pairs(packed, _EVERY_PAIR_UP_TO))
    return np.unique(concatenated(codes, np.uint64))


def coded_pairs(packed: np.ndarray, whole: int, representatives: int = 0, *, chained: bool = False) -> np.ndarray:
    """Pairs of rows of equal key, coded as smaller << 32 | larger, with repeats (uint64).

    Args:
        packed: uint64, ``key << 32 | row``, sorted.
        whole: in runs of up to so many rows, every pair is taken.
        representatives: in longer ones each row is paired with so many of the first.
        chained: in longer ones each row is paired with its predecessor, too.
    """
    from sada.indexes.minhash import join_kernels

    out = np.empty(len(packed), np.uint64)
    count = join_kernels.run_pairs(packed, whole, representatives, chained, out)
    if count > len(out):
        out = np.empty(count, np.uint64)
        join_kernels.run_pairs(packed, whole, representatives, chained, out)
    return out[:count]


def split_pairs(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two int64 row columns of pairs coded as left << 32 | right."""
    return unpack(codes)


def every_pair(rows: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """Coded pairs (smaller row << 32 | larger) of all rows that stand in one span, for every span; with repeats."""
    codes = []
    for distance in range(1, int((stops - starts).max(initial=1))):
        longer = stops - starts > distance
        left = spans(starts[longer], stops[longer] - distance)
        codes.append(code_pairs(rows[left], rows[left + distance]))
    return concatenated(codes, np.uint64)


def code_pairs(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """uint64: smaller row << 32 | larger, what :func:`split_pairs` splits."""
    return pack(np.minimum(left, right), np.maximum(left, right))
