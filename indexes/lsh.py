"""Locality-sensitive hashing as sorted columns: candidates for pairs of near-duplicates, in batch and for one query.

A signature is cut into bands; two rows that agree on a whole band are candidates, never yet near-duplicates. Each
band is one sorted column of 64-bit keys beside the rows they belong to, so that a batch join reads runs of equal keys
and a query is one binary search a band (Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BANDS = 32
ROWS = 4
_EVERY_PAIR_UP_TO = 12
_REPRESENTATIVES = 4
_MIX = np.uint64(0x9E3779B97F4A7C15)


def stamp() -> dict[str, int]:
    """What stored runs depend on."""
    return {"bands": BANDS, "rows": ROWS}


def miss_probability(jaccard: float, bands: int = BANDS, rows: int = ROWS) -> float:
    """How likely a pair of that Jaccard is no candidate: (1 - J^rows)^bands."""
    return float((1.0 - jaccard**rows) ** bands)


def band_keys(signatures: np.ndarray) -> np.ndarray:
    """The uint64 (32, n) band keys of uint32 (n, 128) signatures, one row of the result a band."""
    values = np.ascontiguousarray(signatures.T, dtype=np.uint64).reshape(BANDS, ROWS, -1)
    keys = np.zeros((BANDS, values.shape[2]), np.uint64)
    for row in range(ROWS):
        keys = (keys ^ values[:, row]) * _MIX
        keys ^= keys >> np.uint64(29)
    return keys


@dataclass(frozen=True, slots=True)
class LshRun:
    """Sorted band keys of a fixed set of rows.

    Attributes:
        keys: uint64 (32, n), sorted within each band.
        rows: int32 (32, n), the row behind each key; rows of equal key stand in order.
    """

    keys: np.ndarray
    rows: np.ndarray

    @classmethod
    def build(cls, signatures: np.ndarray, rows: np.ndarray | None = None) -> LshRun:
        """Sort the band keys of uint32 (n, 128) signatures; ``rows`` (n,) names them, default 0 to n - 1.

        Leave out rows without shingles: their signatures are all alike and mean nothing.
        """
        names = np.arange(len(signatures), dtype=np.int32) if rows is None else rows.astype(np.int32)
        keys = band_keys(signatures)
        order = np.argsort(keys, axis=1, kind="stable")
        return cls(np.take_along_axis(keys, order, axis=1), names[order])

    def query(self, signature: np.ndarray) -> np.ndarray:
        """The rows (sorted int64, distinct) that share at least one band with one uint32 (128,) signature."""
        wanted = band_keys(signature[None])[:, 0]
        found = []
        for keys, rows, key in zip(self.keys, self.rows, wanted, strict=True):
            start, stop = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
            found.append(rows[start:stop])
        return np.unique(np.concatenate(found)).astype(np.int64)

    def candidates(self) -> tuple[np.ndarray, np.ndarray]:
        """All candidate pairs (two int64 (m,) arrays, left < right, distinct, sorted).

        In a run of more than 12 equal keys every row is paired with the first four and with its predecessor instead
        of with every other, so that a text printed ten thousand times costs ten thousand pairs and not their square.
        """
        codes = [_run_pairs(*band) for band in zip(self.keys, self.rows, strict=True)]
        return split_pairs(np.unique(np.concatenate(codes)))


def runs_of_equal(sorted_keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Start and stop (int64) of each run of two or more equal values in a sorted array."""
    if len(sorted_keys) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    edges = np.flatnonzero(sorted_keys[1:] != sorted_keys[:-1]) + 1
    starts = np.concatenate([[0], edges])
    stops = np.concatenate([edges, [len(sorted_keys)]])
    several = stops - starts > 1
    return starts[several], stops[several]


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


def _run_pairs(keys: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Coded pairs of one band, with repeats."""
    starts, stops = runs_of_equal(keys)
    small = stops - starts <= _EVERY_PAIR_UP_TO
    codes = [every_pair(rows, starts[small], stops[small])]
    left = _spans(starts[~small], stops[~small] - 1)
    codes.append(_code(rows[left], rows[left + 1]))
    for representative in range(_REPRESENTATIVES):
        members = _spans(starts[~small] + representative + 1, stops[~small])
        sizes = stops[~small] - starts[~small] - representative - 1
        codes.append(_code(rows[np.repeat(starts[~small] + representative, sizes)], rows[members]))
    return np.concatenate(codes)


def _spans(starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """The positions of all spans ``starts[i]`` to ``stops[i]``, one after the other."""
    sizes = stops - starts
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - sizes), sizes)


def _code(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
    return (low << np.uint64(32)) | high
