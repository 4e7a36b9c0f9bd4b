"""Exact nearest neighbours by cosine: FAISS behind a small face."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

# FAISS adds up in float32 and in an order that depends on the batch, so its scores are only good to about this much.
_TOLERANCE = np.float32(1e-5)
_SPARE = 16  # candidates fetched beyond k, so that a tie at the k-th place is seen
_RESULTS_AT_ONCE = 1 << 22  # (query, candidate) cells held at a time
_PAIRS_AT_ONCE = 4096  # vectors gathered at a time


@dataclass(frozen=True)
class _Wanted:
    """What a search may return: a FAISS selector (``None`` for all), how many numbers pass it, the lowest score."""

    selector: Any
    count: int
    lowest: np.float32


class VectorIndex:
    """Unit vectors under integer numbers, searched exactly by inner product.

    FAISS (``IndexIDMap2`` over ``IndexFlatIP``) finds the candidates; their scores are then summed again in float64, so
    a pair's score never depends on the batch, the number of threads or the order of insertion.

    Args:
        dimension: columns of every vector.
        threads: OpenMP threads for a search; 0 leaves FAISS's own choice.

    Raises:
        ValueError: if ``dimension`` is below 1.
    """

    def __init__(self, dimension: int, *, threads: int = 0) -> None:
        import faiss

        if dimension < 1:
            raise ValueError(f"dimension must be at least 1, not {dimension}")
        self.dimension = dimension
        self.threads = threads
        self._faiss: Any = faiss
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._numbers = np.empty(0, dtype=np.int64)  # sorted; FAISS itself would take a number twice

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int | np.integer) and bool(_within(np.array([number], np.int64), self._numbers)[0])

    def add(self, numbers: np.ndarray, vectors: np.ndarray) -> None:
        """Adds one vector under each number; on an error nothing is added.

        Args:
            numbers: int64 ``(n,)``, none negative, none repeated, none already present.
            vectors: float32 ``(n, dimension)``, rows of length 1.

        Raises:
            ValueError: if the numbers break that rule, the shapes do not fit, or a row is not finite.
        """
        numbers = _as_numbers(numbers, "numbers")
        vectors = self._as_vectors(vectors, "vectors")
        if len(numbers) != len(vectors):
            raise ValueError(f"{len(numbers)} numbers for {len(vectors)} vectors: give one number a vector")
        ordered = np.sort(numbers)
        if len(ordered) and ordered[0] < 0:
            raise ValueError(f"number {ordered[0]} is negative: numbers start at 0")
        repeated = ordered[1:][ordered[1:] == ordered[:-1]]
        if len(repeated):
            raise ValueError(f"number {repeated[0]} is given twice in one call")
        present = ordered[_within(ordered, self._numbers)]
        if len(present):
            raise ValueError(f"number {present[0]} is already in the index: remove it first")
        self._index.add_with_ids(vectors, numbers)
        self._numbers = np.insert(self._numbers, np.searchsorted(self._numbers, ordered), ordered)

    def remove(self, numbers: np.ndarray) -> int:
        """Removes the vectors under ``numbers`` (int64 ``(n,)``), ignores absent ones and returns how many went."""
        gone = np.intersect1d(_as_numbers(numbers, "numbers"), self._numbers)
        if len(gone):
            self._index.remove_ids(self._faiss.IDSelectorBatch(gone))
            self._numbers = np.setdiff1d(self._numbers, gone, assume_unique=True)
        return len(gone)

    def reconstruct(self, number: int) -> np.ndarray:
        """The vector under ``number``, float32 ``(dimension,)``; raises KeyError if there is none."""
        if number not in self:
            raise KeyError(f"number {number} is not in the index")
        return self._index.reconstruct(int(number))

    def search(
        self,
        queries: np.ndarray,
        k: int,
        *,
        threshold: float | None = None,
        allowed: np.ndarray | None = None,
        exclude: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """The ``k`` nearest vectors of each query, nearest first, equal scores by number ascending.

        Args:
            queries: float32 ``(m, dimension)``, rows of length 1; a row of zeros finds nothing.
            k: results a query, at least 1.
            threshold: lowest score kept, included.
            allowed: int64 numbers, the only ones to consider; ``None`` for all.
            exclude: int64 numbers never to return.

        Returns:
            Numbers, int64 ``(m, k)``, short rows filled with -1, and scores, float32 ``(m, k)``, cosines in [-1, 1],
            filled with -inf.

        Raises:
            ValueError: if ``k`` is below 1, the shape does not fit, or a query is not finite.
        """
        queries = self._as_vectors(queries, "queries")
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        numbers = np.full((len(queries), k), -1, dtype=np.int64)
        scores = np.full((len(queries), k), -np.inf, dtype=np.float32)
        wanted = _Wanted(*self._selector(allowed, exclude), np.float32(-np.inf if threshold is None else threshold))
        rows = np.flatnonzero(queries.any(axis=1))
        width = min(k + _SPARE, wanted.count)
        with self._limited_threads():
            while len(rows) and width:
                rows = self._fill(numbers, scores, queries, rows, width, wanted)
                width = min(4 * width, wanted.count)
        dropped = scores < wanted.lowest
        numbers[dropped], scores[dropped] = -1, -np.inf
        return numbers, scores

    def _fill(
        self,
        numbers: np.ndarray,
        scores: np.ndarray,
        queries: np.ndarray,
        rows: np.ndarray,
        width: int,
        wanted: _Wanted,
    ) -> np.ndarray:
        """Writes the results of those ``rows`` that ``width`` candidates settle; returns the rows that need more."""
        k = min(numbers.shape[1], width)
        parameters = None if wanted.selector is None else self._faiss.SearchParameters(sel=wanted.selector)
        unsettled = []
        for part in np.array_split(rows, -(-len(rows) * width // _RESULTS_AT_ONCE)):
            rough, found = self._index.search(queries[part], width, params=parameters)
            last = rough[:, -1]
            tied = (last >= rough[:, k - 1] - 2 * _TOLERANCE) & (last >= wanted.lowest - _TOLERANCE)
            tied &= width < wanted.count
            unsettled.append(part[tied])
            part, found = part[~tied], found[~tied]
            exact = self._scores(queries, part, found)
            order = np.lexsort((found, -exact), axis=-1)[:, :k]
            numbers[part, :k] = np.take_along_axis(found, order, axis=1)
            scores[part, :k] = np.take_along_axis(exact, order, axis=1)
        return np.concatenate(unsettled)

    def _scores(self, queries: np.ndarray, rows: np.ndarray, found: np.ndarray) -> np.ndarray:
        """Cosines of each query row with its found numbers, float32, the same whatever else is in the batch."""
        width = found.shape[1]
        flat = found.ravel()
        result = np.empty(len(flat), dtype=np.float32)
        for start in range(0, len(flat), _PAIRS_AT_ONCE):
            cells = np.arange(start, min(start + _PAIRS_AT_ONCE, len(flat)))
            product = self._index.reconstruct_batch(flat[cells]).astype(np.float64)
            product *= queries[rows[cells // width]]
            result[cells] = product.sum(axis=1)
        return np.clip(result, -1.0, 1.0).reshape(found.shape)

    def _selector(self, allowed: np.ndarray | None, exclude: np.ndarray | None) -> tuple[Any, int]:
        """A FAISS selector of the numbers to consider (``None`` for all) and how many they are."""
        if allowed is None and exclude is None:
            return None, len(self)
        barred = np.empty(0, np.int64) if exclude is None else _as_numbers(exclude, "exclude")
        if allowed is None:
            barred = np.intersect1d(barred, self._numbers)
            return self._faiss.IDSelectorNot(self._faiss.IDSelectorBatch(barred)), len(self) - len(barred)
        wanted = np.setdiff1d(np.intersect1d(_as_numbers(allowed, "allowed"), self._numbers), barred)
        return self._faiss.IDSelectorBatch(wanted), len(wanted)

    def _as_vectors(self, vectors: np.ndarray, what: str) -> np.ndarray:
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ValueError(f"{what} of shape {vectors.shape} for an index of dimension {self.dimension}")
        bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
        if len(bad):
            raise ValueError(
                f"row {bad[0]} of {what} holds a value that is not finite: encode it again or leave it out"
            )
        return vectors

    @contextmanager
    def _limited_threads(self) -> Iterator[None]:
        before = self._faiss.omp_get_max_threads()
        self._faiss.omp_set_num_threads(self.threads or before)
        try:
            yield
        finally:
            self._faiss.omp_set_num_threads(before)


def _as_numbers(numbers: np.ndarray, what: str) -> np.ndarray:
    values = np.asarray(numbers)
    if values.ndim != 1 or (len(values) and values.dtype.kind not in "iu"):
        raise ValueError(f"{what} must be a flat array of integers, not {values.dtype} of shape {values.shape}")
    return np.ascontiguousarray(values, dtype=np.int64)


def _within(values: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Which ``values`` occur in the sorted array ``ordered``, bool."""
    places = np.searchsorted(ordered, values)
    held = places < len(ordered)
    held[held] = ordered[places[held]] == values[held]
    return held
