"""Nearest neighbours of hundreds of queries at once: products of matrices of all vectors and all queries.

For a few queries FAISS is quicker (:mod:`~sada.indexes.search.dense`). Where there are hundreds, each vector that is
read serves them all: among a hundred thousand that takes half the time, and it misses none.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from sada.indexes.segments.flat_vectors import Found, empty, nearest
from sada.indexes.segments.segment import VECTORS, Part
from sada.indexes.segments.segments import Segments
from sada.indexes.threads import thread_count, worker_pool

FROM_QUERIES = 128
"""So many queries are worth it ..."""
UP_TO_ROWS = 1 << 18
"""... in an index of up to so many articles."""
_ROWS_AT_ONCE = 1 << 13
_ROOM = 4  # times as many candidates as are wanted are kept while blocks come
_MARGIN = np.float32(1e-4)  # by which a product in single precision may be wrong


def nearest_of_all(segments: Segments, queries: np.ndarray, k: int, mask: np.ndarray | None = None) -> Found:
    """The k nearest articles of each query, as an exact :class:`~sada.indexes.search.dense.VectorSearch` has them.

    Args:
        segments: of the snapshot.
        queries: float32 (m, dimension), rows of length 1; a row of zeros finds nothing.
        k: results a query.
        mask: bool, one for each row of the snapshot: whether it may be returned; None for all.
    """
    told = np.flatnonzero(queries.any(axis=1))
    found, scores = empty(len(queries), k)
    parts = [_Part(queries[some], k) for some in np.array_split(told, thread_count()) if len(some)]
    with worker_pool(max(len(parts), 1)) as pool, _one_thread_each():
        for block in _blocks(segments.parts, mask):
            list(pool.map(lambda part, block=block: part.meet(*block), parts))
        answers = list(pool.map(lambda part: part.nearest(segments), parts))
    if parts:
        found[told], scores[told] = (np.concatenate(column) for column in zip(*answers, strict=True))
    return found, scores


class _Part:
    """Some of the queries, and what may be nearest to each so far."""

    def __init__(self, queries: np.ndarray, k: int) -> None:
        room = (len(queries), _ROOM * k)
        self._queries, self._k = np.ascontiguousarray(queries, np.float32), k
        self._best, self._names = np.empty(room, np.float32), np.empty(room, np.int64)
        self._filled, self._bars = np.zeros(len(queries), np.int64), np.full(len(queries), -np.inf, np.float32)

    def meet(self, rows: np.ndarray, scales: np.ndarray, block: np.ndarray) -> None:
        """Look at some more vectors."""
        from sada.indexes.segments import vector_kernels

        kept = (self._best, self._names, self._filled, self._bars)
        vector_kernels.keep_near(self._queries @ block.T, scales, rows, self._k, _MARGIN, *kept)

    def nearest(self, segments: Segments) -> Found:
        """The nearest of all by their exact cosines."""
        from sada.indexes.segments import vector_kernels

        vector_kernels.drop_far(self._k, _MARGIN, self._best, self._names, self._filled, self._bars)
        kept = np.arange(self._names.shape[1]) < self._filled[:, None]
        exact = np.full(kept.shape, -np.inf, np.float32)
        exact[kept] = segments.cosines(self._names[kept], self._queries, np.nonzero(kept)[0])
        return nearest(self._names, exact, self._k)


def _blocks(parts: Sequence[Part], mask: np.ndarray | None) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Vectors block by block: float32 (n, dimension), what makes them of length 1, and their rows.

    The row (int64) is -1 of what may not be found, or is a row of zeros.
    """
    for stored, rows in parts:
        if not stored.has(VECTORS):
            continue
        array = stored.array(VECTORS)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            names = rows[start : start + _ROWS_AT_ONCE]
            array.check_spans(np.array([start]), np.array([start + len(names)]))
            block = array.mapped[start : start + len(names)].astype(np.float32)
            lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
            allowed = (names >= 0) & (lengths > 0)
            if mask is not None:
                allowed &= mask[names]
            yield np.where(allowed, names, -1), (1 / np.where(lengths > 0, lengths, 1)).astype(np.float32), block


_lock = threading.Lock()
_inside: list[Any] = []


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Have products of matrices take the thread that asks for them alone, in this process, until nobody needs that."""
    with _lock:
        _inside.append(None if _inside else _libraries().limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _lock:
            limit = _inside.pop()
            if limit is not None:
                limit.restore_original_limits()


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
