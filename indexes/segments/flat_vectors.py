"""Exact search of a stored array: every vector is compared with the query.

FAISS (``IndexScalarQuantizer``, half precision: the stored bytes themselves) finds more candidates than are wanted, and
these are scored again in float64. FAISS sums in float32, and takes stored rows to be of length 1, which is only nearly
true after rounding to half precision. Candidates that it may have misjudged for these reasons are fetched, too, so that
the k nearest are exact, and so is the order of equal scores.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from sada.indexes.storage.arrays import StoredArray
from sada.indexes.threads import asked_threads

Found = tuple[np.ndarray, np.ndarray]
_SUMMING = 1e-5  # the largest error of FAISS's sums
_SPARE = 16  # candidates fetched beyond k, so that a tie at rank k is noticed
_RESULTS_AT_ONCE = 1 << 20  # (query, candidate) pairs in memory at a time
_FEW = 256  # up to so many rows are scored one by one, which is quicker than FAISS with a selector


class FlatSearch:
    """Searches the rows ``start`` to ``stop`` of a stored float16 (n, dimension) array; FAISS keeps a copy of them.

    Raises:
        IndexDamagedError: if a row is not finite.
    """

    name = "exact"

    def __init__(self, array: StoredArray, start: int, stop: int) -> None:
        array.check_spans(np.array([start]), np.array([stop]))
        rows = array.mapped[start:stop]
        lengths = _row_lengths(array, start, stop)
        self._array = array
        self._start = start
        self._tolerance = np.float32(np.abs(lengths[lengths > 0] - 1).max(initial=0) + _SUMMING)
        self._nonzero = lengths > 0
        faiss = load_faiss()
        halves, metric = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        self._index = faiss.IndexScalarQuantizer(rows.shape[1], halves, metric)
        self._index.add_sa_codes(rows.view(np.uint8))

    def find(
        self, queries: np.ndarray, k: int, names: np.ndarray, allowed: np.ndarray | None, lowest: np.float32
    ) -> Found:
        """Find the k nearest of each query among the allowed rows, nearest first, equal scores by name ascending.

        Args:
            queries: float32 (m, dimension) unit rows.
            k: results a query.
            names: int64 (n,), the name of each row of the array in the results.
            allowed: bool (n,), which rows of the array may be found; None for all.
            lowest: scores below it are not needed.

        Returns:
            Names, int64 (m, k), filled up with -1, and float32 cosines, filled up with -inf.
        """
        mine = self._nonzero
        if allowed is not None:
            mine = mine & allowed[self._start : self._start + len(mine)]
        count = int(np.count_nonzero(mine))
        if count <= _FEW:
            return one_by_one(self._array, queries, k, names, np.flatnonzero(mine) + self._start)
        picked = None if count == len(mine) else selector(mine)
        found, scores = empty(len(queries), k)
        rest, width = np.arange(len(queries)), min(k + _SPARE, count)
        while len(rest):
            tied = []
            for part in np.array_split(rest, -(-len(rest) * width // _RESULTS_AT_ONCE)):
                positions, settled = self._fetch(queries[part], k, width, picked, lowest)
                settled |= width == count
                tied.append(part[~settled])
                part, positions = part[settled], positions[settled]
                found[part], scores[part] = rescored(self._array, queries[part], k, names, positions)
            rest, width = np.concatenate(tied), min(4 * width, count)
        return found, scores

    def _fetch(
        self, queries: np.ndarray, k: int, width: int, picked: Any, lowest: np.float32
    ) -> tuple[np.ndarray, np.ndarray]:
        """FAISS's candidates, int64 (m, width), and for each query whether no other row can be among the k nearest."""
        parameters = None if picked is None else load_faiss().SearchParameters(sel=picked)
        rough, positions = self._index.search(queries, width, params=parameters)
        needed = np.maximum(rough[:, min(k, width) - 1] - 2 * self._tolerance, lowest - self._tolerance)
        return positions + self._start, rough[:, -1] < needed


def one_by_one(array: StoredArray, queries: np.ndarray, k: int, names: np.ndarray, positions: np.ndarray) -> Found:
    """Find as :meth:`FlatSearch.find` does, among a few positions (int64) and without FAISS."""
    found, scores = empty(len(queries), k)
    for row in range(len(queries)):
        found[row], scores[row] = rescored(array, queries[row : row + 1], k, names, positions[None])
    return found, scores


def rescored(array: StoredArray, queries: np.ndarray, k: int, names: np.ndarray, candidates: np.ndarray) -> Found:
    """Score each query's own candidates exactly and return the k nearest.

    Args:
        array: float16 (n, dimension).
        queries: float32 (m, dimension) unit rows.
        k: results a query.
        names: int64 (n,), the name of each row of the array in the results.
        candidates: int64 (m, c), distinct positions for each query, filled up with -1.

    Returns:
        As :meth:`FlatSearch.find`. Each stored row is scaled to length 1 and summed in float64, so that a cosine
        depends on the two vectors only. A row of zeros is never found.
    """
    scores = np.full(candidates.shape, -np.inf, np.float32)
    present = np.flatnonzero(candidates >= 0)
    scores.ravel()[present] = cosines(array, candidates.ravel()[present], queries, present // candidates.shape[1])
    return nearest(names[candidates], scores, k)  # the name of a candidate -1 is ignored, as its score is -inf


def cosines(array: StoredArray, positions: np.ndarray, queries: np.ndarray, which: np.ndarray) -> np.ndarray:
    """float32 (m,): the cosine of the row ``positions[i]`` with the query ``which[i]``; -inf for a row of zeros."""
    from sada.indexes.segments import vector_kernels

    array.check_spans(positions, positions + 1)
    out = np.empty(len(positions), np.float32)
    vector_kernels.cosines(array.mapped.view(np.uint16), _wide(), positions, queries, which, out)
    bad = np.flatnonzero(np.isnan(out))
    if len(bad):
        raise array.impossible(f"vector {positions[bad[0]]} holds a value that is not finite")
    return out


def nearest(labels: np.ndarray, scores: np.ndarray, k: int) -> Found:
    """The k best labels (int64 (m, c)) of each line by score (float32), ties by label; a score of -inf is no result."""
    found, best = empty(len(labels), k)
    width = min(k, labels.shape[1])
    order = np.lexsort((labels, -scores), axis=-1)[:, :width]
    best[:, :width] = np.take_along_axis(scores, order, axis=1)
    found[:, :width] = np.take_along_axis(labels, order, axis=1)
    found[np.isneginf(best)] = -1
    return found, best


def empty(count: int, k: int) -> Found:
    """Empty results: int64 (count, k) of -1 and float32 (count, k) of -inf."""
    return np.full((count, k), -1, np.int64), np.full((count, k), -np.inf, np.float32)


def _row_lengths(array: StoredArray, start: int, stop: int) -> np.ndarray:
    """float32: the lengths of the float16 rows ``start`` to ``stop``, which must be finite."""
    from sada.indexes.segments import vector_kernels

    out = np.empty(stop - start, np.float32)
    vector_kernels.lengths(array.mapped[start:stop].view(np.uint16), _wide(), out)
    require_finite(array, out, start)
    return out


def require_finite(array: StoredArray, values: np.ndarray, start: int = 0) -> None:
    """Raise :class:`IndexDamagedError` unless every value, or row of values, of rows from ``start`` on is finite."""
    bad = np.flatnonzero(~np.isfinite(values).reshape(len(values), -1).all(axis=1))
    if len(bad):
        raise array.impossible(f"vector {start + bad[0]} holds a value that is not finite")


def load_faiss() -> Any:
    """Import FAISS when it is first needed. Its type stubs lack what its Python layer adds, hence ``Any``."""
    import faiss

    _loading_process()
    return faiss


@cache
def _loading_process() -> int:
    """The process that first loaded FAISS."""
    return os.getpid()


def selector(allowed: np.ndarray) -> Any:
    """A FAISS selector of the rows where ``allowed`` (bool) is true."""
    return load_faiss().IDSelectorBitmap(np.packbits(allowed, bitorder="little"))


@contextmanager
def limited_threads(count: int = 0) -> Iterator[None]:
    """Let FAISS use ``count`` OpenMP threads for the calls inside; 0 for the number requested from Sada.

    If no number was requested, FAISS chooses. A process that was forked from one that had loaded FAISS uses one: OpenMP
    would wait for the threads of the other process, for ever.
    """
    faiss = load_faiss()
    before = faiss.omp_get_max_threads()
    is_forked = os.getpid() != _loading_process()
    faiss.omp_set_num_threads(1 if is_forked else count or asked_threads() or before)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


@cache
def _wide() -> np.ndarray:
    """float32 (65536,): the value of every float16, by its bits."""
    return np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
