"""Ragged arrays: rows of different sizes, one after the other in one column, with the bounds of each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from sada.indexes.threads import thread_count, worker_pool

_UNITS_AT_ONCE = 1 << 20


def column(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Texts as one uint16 column of UTF-16 with int64 (n + 1,) offsets, which the kernels read.

    Python encodes it in a third of the time of UTF-8, and one code unit is nearly always one letter.
    """
    return joined([text.encode("utf-16-le", "surrogatepass") for text in texts])


def joined(encoded: Sequence[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Texts in UTF-16 (little-endian) as one uint16 column with int64 (n + 1,) offsets."""
    offsets = bounds_of(np.fromiter(map(len, encoded), np.int64, len(encoded)) >> 1)
    return np.frombuffer(b"".join(encoded) or b"\0\0", "<u2"), offsets


def run_chunks(work: Callable[[int, int], Any], offsets: np.ndarray) -> list[Any]:
    """Call ``work(start, stop)`` in parallel for runs of rows of about a million units each; results in order."""
    rows = len(offsets) - 1
    if rows == 0:
        return []
    edges = np.searchsorted(offsets, np.arange(int(offsets[0]) + _UNITS_AT_ONCE, int(offsets[-1]), _UNITS_AT_ONCE))
    edges = unique(np.concatenate([[0], edges, [rows]])).tolist()
    runs = list(pairwise(edges))
    count = min(thread_count(), len(runs))
    if count == 1:
        return [work(*run) for run in runs]
    with worker_pool(count) as pool:
        return list(pool.map(lambda run: work(*run), runs))


def bounds_of(sizes: np.ndarray | Sequence[int]) -> np.ndarray:
    """int64 (n + 1,): where rows of those sizes begin and end in one column.

    >>> bounds_of([2, 0, 3])
    array([0, 2, 2, 5])
    """
    bounds = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=bounds[1:])
    return bounds


def unique(values: np.ndarray | Sequence[int]) -> np.ndarray:
    """The distinct values of a column in ascending order.

    NumPy's function of this name puts numbers into a hash table since version 2.3, which takes fifteen times as long
    for a million that differ.

    >>> unique([3, 1, 3])
    array([1, 3])
    """
    ordered = np.sort(values, axis=None)
    if len(ordered) < 2:
        return ordered
    first = np.empty(len(ordered), bool)
    first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def is_among(values: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Bool (n,): which values are among others, which are in ascending order.

    >>> is_among(np.array([3, 1, 2]), np.array([1, 3]))
    array([ True,  True, False])
    """
    if not len(ordered):
        return np.zeros(len(values), bool)
    return np.asarray(ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)] == values)


def owners_of(sizes: np.ndarray | Sequence[int]) -> np.ndarray:
    """int64 (m,): for each value of a column, the row that it belongs to.

    >>> owners_of([2, 0, 3])
    array([0, 0, 2, 2, 2])
    """
    return np.repeat(np.arange(len(sizes)), np.asarray(sizes, np.int64))


def places_of(sizes: np.ndarray | Sequence[int]) -> np.ndarray:
    """int64 (m,): for each value of a column, its position within its row.

    >>> places_of([2, 0, 3])
    array([0, 1, 0, 1, 2])
    """
    bounds = bounds_of(sizes)
    return np.arange(bounds[-1]) - np.repeat(bounds[:-1], np.asarray(sizes, np.int64))


def spans(starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """int64: the positions ``starts[i]`` to ``stops[i]`` of all spans, one span after the other.

    >>> spans(np.array([5, 0]), np.array([7, 3]))
    array([5, 6, 0, 1, 2])
    """
    sizes = stops - starts
    return places_of(sizes) + np.repeat(starts, sizes)


def concatenated(parts: Iterable[np.ndarray], dtype: type[np.generic], shape: tuple[int, ...] = (0,)) -> np.ndarray:
    """The parts one after the other; an empty array of that type and shape if there is no part."""
    return np.concatenate([np.zeros(shape, dtype), *parts])


def unrolled(starts: np.ndarray, stops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The positions of :func:`spans`, and for each of them which span it is of: two int64 arrays, the latter first.

    >>> unrolled(np.array([5, 0]), np.array([7, 3]))
    (array([0, 0, 1, 1, 1]), array([5, 6, 0, 1, 2]))
    """
    return owners_of(stops - starts), spans(starts, stops)
