"""Exact search by meaning for hundreds of queries at once: the matrix product of all vectors and all queries.

For a few queries FAISS is quicker (:mod:`~sada.indexes.search.dense`). For hundreds, each vector that is read serves
all queries: among a hundred thousand vectors that takes half the time, and no neighbour is missed.
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
"""The least number of queries for which this search is the quicker one ..."""
UP_TO_ROWS = 1 << 18
"""... in an index of at most so many articles."""
_ROWS_AT_ONCE = 1 << 13
_KEPT = 4  # times k candidates are kept for each query until all vectors were seen
_MARGIN = np.float32(1e-4)  # the largest error of a product in single precision


def nearest_of_all(segments: Segments, queries: np.ndarray, k: int, mask: np.ndarray | None = None) -> Found:
    """Find the k nearest articles of each query, as an exact :class:`~sada.indexes.search.dense.VectorSearch` does.

    Args:
        segments: of the snapshot.
        queries: float32 (m, dimension), rows of length 1; a row of zeros finds nothing.
        k: results a query.
        mask: bool, one for each row of the snapshot: whether it may be returned; None for all.
    """
    filled = np.flatnonzero(queries.any(axis=1))
    found, scores = empty(len(queries), k)
    parts = [_Part(queries[some], k) for some in np.array_split(filled, thread_count()) if len(some)]
    with worker_pool(max(len(parts), 1)) as pool, _one_thread_each():
        for block in _blocks(segments.parts, mask):
            list(pool.map(lambda part, block=block: part.add_block(*block), parts))
        answers = list(pool.map(lambda part: part.nearest(segments), parts))
    if parts:
        found[filled], scores[filled] = (np.concatenate(column) for column in zip(*answers, strict=True))
    return found, scores


class _Part:
    """Some of the queries, and the candidates of each so far."""

    def __init__(self, queries: np.ndarray, k: int) -> None:
        shape = (len(queries), _KEPT * k)
        self._queries, self._k = np.ascontiguousarray(queries, np.float32), k
        self._best, self._names = np.empty(shape, np.float32), np.empty(shape, np.int64)
        self._filled, self._bars = np.zeros(len(queries), np.int64), np.full(len(queries), -np.inf, np.float32)

    def add_block(self, rows: np.ndarray, scales: np.ndarray, block: np.ndarray) -> None:
        """Compare the queries with a block of vectors, given as :func:`_blocks` yields it."""
        from sada.indexes.segments import vector_kernels

        kept = (self._best, self._names, self._filled, self._bars)
        vector_kernels.keep_near(self._queries @ block.T, scales, rows, self._k, _MARGIN, *kept)

    def nearest(self, segments: Segments) -> Found:
        """The nearest of all candidates, by their exact cosines."""
        from sada.indexes.segments import vector_kernels

        vector_kernels.drop_far(self._k, _MARGIN, self._best, self._names, self._filled, self._bars)
        kept = np.arange(self._names.shape[1]) < self._filled[:, None]
        exact = np.full(kept.shape, -np.inf, np.float32)
        exact[kept] = segments.cosines(self._names[kept], self._queries, np.nonzero(kept)[0])
        return nearest(self._names, exact, self._k)


def _blocks(parts: Sequence[Part], mask: np.ndarray | None) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield all vectors in blocks: their rows, the factors that scale them to length 1, and the vectors.

    Rows are int64 (n,), -1 for a vector that may not be found or is all zeros; factors are float32 (n,), vectors
    float32 (n, dimension).
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
    """Limit matrix products to the calling thread, in the whole process, while any call is inside."""
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
