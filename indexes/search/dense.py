"""Search by meaning: the nearest vectors by cosine, found by FAISS segment by segment.

The size of a segment decides how it is searched: ``exact`` while that is quick, then ``scan`` and ``lists``
(:mod:`~sada.indexes.search.quantized`), whose scores are exact too, but which may miss a neighbour. Segments never
change and are merged as an index grows, so that an index that changes often and one that is mostly read need no
different structures. Removed articles, and those that a filter excludes, are skipped inside the search.

A process that is forked from one that has searched uses one thread
(:func:`~sada.indexes.segments.flat_vectors.limited_threads`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.errors import IndexDamagedError
from sada.indexes.ragged import bounds_of, concatenated
from sada.indexes.search.faiss_cache import cached_bytes, open_cache, planned
from sada.indexes.search.quantized import QuantizedSearch
from sada.indexes.segments.flat_vectors import FlatSearch, Found, empty, limited_threads, nearest
from sada.indexes.segments.segment import VECTORS, Part

_SEED = 1234
_VALUES_AT_ONCE = 1 << 25  # rows times dimension of what is searched exactly together

Search = FlatSearch | QuantizedSearch


class VectorSearch:
    """Searches the vectors of all articles of a snapshot.

    Segments are opened by the first search. Several threads may search at once.

    Args:
        parts: the segments, with the rows of their articles.
        dimension: of every vector.
        cache: the folder of FAISS files. Without it large segments are searched exactly, too, in a copy of their
            vectors in memory.

    Raises:
        ValueError: if ``dimension`` is below 1.
        IndexDamagedError: if a segment's vectors have another dimension.
    """

    def __init__(self, parts: Sequence[Part], dimension: int, cache: Path | None = None) -> None:
        if dimension < 1:
            raise ValueError(f"dimension must be at least 1, not {dimension}")
        self.dimension = dimension
        self._cache = cache
        self._parts = [part for part in parts if part.stored.has(VECTORS)]
        for part in self._parts:
            found = part.stored.array(VECTORS).mapped.shape[1]
            if found != dimension:
                raise IndexDamagedError(
                    f"segment {part.stored.segment}: vectors of dimension {found} where the index has {dimension};"
                    " build it anew"
                )
        self._living = [part.rows >= 0 for part in self._parts]
        self._opened: list[list[Search] | None] = [None] * len(self._parts)
        self._lock = threading.Lock()

    def search(
        self,
        queries: np.ndarray,
        k: int,
        *,
        threshold: float | None = None,
        mask: np.ndarray | None = None,
        exact: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the k nearest articles of each query, nearest first, equal scores by row ascending.

        Args:
            queries: float32 (m, dimension), rows of length 1; a row of zeros finds nothing.
            k: results a query, at least 1.
            threshold: lowest score kept, included.
            mask: bool, one for each row of the snapshot: whether it may be returned; None for all.
            exact: whether to compare all vectors, however many there are.

        Returns:
            Rows, int64 (m, k), filled up with -1, and scores, float32 (m, k), filled up with -inf: cosines in
            [-1, 1] of the stored vectors, summed in float64, so that they depend on nothing but the two vectors.

        Raises:
            ValueError: if ``k`` is below 1, the shape does not fit, or a value is not finite.
            IndexDamagedError: if the bytes of a vector are not what was written.
        """
        queries = self._checked(queries)
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        rows, scores = empty(len(queries), k)
        filled = np.flatnonzero(queries.any(axis=1))
        lowest = np.float32(-np.inf if threshold is None else threshold)
        if len(filled):
            with limited_threads(1 if len(filled) == 1 else 0):  # more would only wait for each other
                rows[filled], scores[filled] = self._merged(queries[filled], k, lowest, mask, exact)
        dropped = scores < lowest
        rows[dropped], scores[dropped] = -1, -np.inf
        return rows, scores

    def _merged(self, queries: np.ndarray, k: int, lowest: np.float32, mask: np.ndarray | None, exact: bool) -> Found:
        best = empty(len(queries), k)
        for at, part in enumerate(self._parts):
            allowed = self._living[at] if mask is None else self._living[at] & mask[part.rows]
            if not allowed.any():
                continue
            for search in self._exact(part) if exact else self._searches(at):
                rows, scores = search.find(queries, k, part.rows, None if allowed.all() else allowed, lowest)
                best = nearest(np.hstack([best[0], rows]), np.hstack([best[1], scores]), k)
        return best

    def _searches(self, at: int) -> list[Search]:
        """What searches a segment; it is opened at the first call."""
        with self._lock:
            opened = self._opened[at]
            if opened is None:
                part = self._parts[at]
                quantized = None if self._cache is None else open_cache(self._cache, part.stored)
                opened = self._opened[at] = list(self._exact(part)) if quantized is None else [quantized]
            return opened

    def _exact(self, part: Part) -> Iterator[FlatSearch]:
        array, step = part.stored.array(VECTORS), max(_VALUES_AT_ONCE // self.dimension, 1)
        for start in range(0, len(array.mapped), step):
            yield FlatSearch(array, start, min(start + step, len(array.mapped)))

    def describe(self) -> list[dict[str, Any]]:
        """How each segment is searched: ``segment``, ``vectors``, ``search`` (its kind), ``bytes`` (of its file)."""
        described = []
        for part, opened in zip(self._parts, self._opened, strict=True):
            chosen = None if self._cache is None else planned(part.stored)
            name = opened[0].name if opened else "exact" if chosen is None else chosen.name
            taken = cached_bytes(self._cache, part.stored)
            described.append(
                {"segment": part.stored.segment, "vectors": len(part.rows), "search": name, "bytes": taken}
            )
        return described

    def recall(self, k: int = 10, sample: int = 200) -> float:
        """Measure the recall: the share of the k nearest neighbours that a search finds, over a sample of articles.

        The sample is the same at every call. An article is not its own neighbour. The recall is 1 if there are no
        neighbours to find.
        """
        queries = self._sample(sample)
        found, best = self.search(queries, k + 1)[1], self.search(queries, k + 1, exact=True)[1]
        right = np.count_nonzero(np.isfinite(found) & (found >= best[:, -1:]), axis=1) - 1  # one is the article itself
        wanted = np.count_nonzero(np.isfinite(best), axis=1) - 1
        return float(right.clip(0).sum() / wanted.clip(0).sum()) if (wanted > 0).any() else 1.0

    def _sample(self, size: int) -> np.ndarray:
        """float32 (m, dimension): the vectors of living articles, drawn uniformly from all segments."""
        places = list(map(np.flatnonzero, self._living))
        bounds = bounds_of(list(map(len, places)))
        drawn = np.sort(np.random.default_rng(_SEED).choice(bounds[-1], min(size, bounds[-1]), replace=False))
        vectors = []
        for part, living, first, last in zip(self._parts, places, bounds, bounds[1:], strict=False):
            mine = living[drawn[(drawn >= first) & (drawn < last)] - first]
            vectors.append(unit_rows(part.stored.array(VECTORS).at(mine)))
        return concatenated(vectors, np.float32, (0, self.dimension))

    def _checked(self, queries: np.ndarray) -> np.ndarray:
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise ValueError(f"queries of shape {queries.shape} for vectors of dimension {self.dimension}")
        bad = np.flatnonzero(~np.isfinite(queries).all(axis=1))
        if len(bad):
            raise ValueError(f"query {bad[0]} holds a value that is not finite: encode it again or leave it out")
        return queries
