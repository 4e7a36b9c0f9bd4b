"""Nearest vectors of a large segment: FAISS picks candidates by short codes, and the stored vectors score them.

The codes are RaBitQ's (Gao and Long 2024, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound
for Approximate Nearest Neighbor Search"; several bits a dimension: Gao et al. 2025). Up to some size all of them are
compared ("scan"); beyond, those of the lists nearest to the query ("lists", an inverted file). Segments never change,
so nothing is ever taken out of a FAISS structure: which rows may be found is told with each search.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from sada.indexes.segments.flat_vectors import Found, empty, limited_threads, load_faiss, one_by_one, rescored, selector
from sada.indexes.storage.arrays import StoredArray

EXACT_VALUES = 1 << 25  # rows times dimension up to which a segment is searched exactly
SCAN_ROWS = 1 << 18  # rows up to which all codes are compared
PROBES = 5  # lists that are searched: so many times the root of how many there are, and as many more ...
_WIDER = 500  # ... for every so many results
_SCAN_BITS, _LISTS_BITS = 1, 2  # bits a dimension: within lists one bit is too rough for .98 ...
_ENOUGH = 384  # ... of so many dimensions: the error of a code falls with 2^bits and with the root of the dimension
_QUERY_BITS = 4  # bits a dimension of the query; 0, FAISS's own choice, is 300 times slower
_SPARE, _TIMES = 200, 5  # candidates: _SPARE + _TIMES * k
_TRAINED_ON = 64  # vectors a list that k-means sees
_ROUNDS = 8  # of k-means
_SEED = 1234
_AT_ONCE = 1 << 14  # vectors that are widened at a time
_TOGETHER = 16  # queries at a time: from 20 on FAISS finds the nearest lists by BLAS, which sums in another order


class Plan(NamedTuple):
    """What FAISS structure stands for the vectors of a segment.

    Attributes:
        rows: how many vectors.
        dimension: of each.
        bits: of the code, a dimension.
        lists: of the inverted file; 0 if there are none, and all codes are compared.
    """

    rows: int
    dimension: int
    bits: int
    lists: int

    @property
    def name(self) -> str:
        """What kind of search it is."""
        return "lists" if self.lists else "scan"


def plan(rows: int, dimension: int) -> Plan | None:
    """The structure for so many vectors; None where they are searched exactly."""
    if rows * dimension <= EXACT_VALUES:
        return None
    more = max(math.ceil(math.log2(_ENOUGH / dimension) / 2), 0)
    if rows <= SCAN_ROWS:
        return Plan(rows, dimension, _SCAN_BITS + more, 0)
    return Plan(rows, dimension, _LISTS_BITS + more, 1 << round(math.log2(math.sqrt(rows))))


def build(made: Plan, array: StoredArray) -> Any:
    """The FAISS index of a stored float16 (rows, dimension) array: the same bytes for any number of threads.

    Raises:
        ValueError: if a vector is not finite.
    """
    faiss, vectors = load_faiss(), array.whole()
    metric = faiss.METRIC_INNER_PRODUCT
    if made.lists:
        centres = faiss.IndexFlatIP(made.dimension)
        index = faiss.IndexIVFRaBitQ(centres, made.dimension, made.lists, metric, True, made.bits)
        index.cp.niter, index.cp.seed = _ROUNDS, _SEED
    else:
        index = faiss.IndexRaBitQ(made.dimension, metric, made.bits)
    with limited_threads():
        index.train(_widened(vectors, _sample(made), 0))
        for start in range(0, made.rows, _AT_ONCE):
            index.add(_widened(vectors, slice(start, start + _AT_ONCE), start))
    return index


def _sample(made: Plan) -> np.ndarray:
    """int64, ascending: the rows to train on."""
    wanted = min(made.rows, _TRAINED_ON * made.lists or _AT_ONCE)
    return np.sort(np.random.default_rng(_SEED).choice(made.rows, wanted, replace=False))


def _widened(vectors: np.ndarray, rows: np.ndarray | slice, start: int) -> np.ndarray:
    wide = vectors[rows].astype(np.float32)
    bad = np.flatnonzero(~np.isfinite(wide).all(axis=1))
    if len(bad):
        raise ValueError(f"vector {start + bad[0]} holds a value that is not finite: build the index anew")
    return wide


class QuantizedSearch:
    """A stored float16 array with the FAISS index that :func:`build` made of it."""

    def __init__(self, array: StoredArray, made: Plan, index: Any) -> None:
        self.name = made.name
        self._array = array
        self._plan = made
        self._index = index

    def find(
        self, queries: np.ndarray, k: int, names: np.ndarray, allowed: np.ndarray | None, lowest: np.float32
    ) -> Found:
        """As :meth:`FlatSearch.find`, of the candidates that the codes let through."""
        count = self._plan.rows if allowed is None else int(np.count_nonzero(allowed))
        width = _SPARE + _TIMES * k
        if count <= 2 * width:
            positions = np.arange(self._plan.rows) if allowed is None else np.flatnonzero(allowed)
            return one_by_one(self._array, queries, k, names, positions)
        probes = self._probes(k, count)
        picked = None if allowed is None else selector(allowed)
        found, scores = empty(len(queries), k)
        for start in range(0, len(queries), _TOGETHER):
            part = slice(start, start + _TOGETHER)
            found[part], scores[part] = self._search(queries[part], k, names, width, picked, probes)
        short = np.flatnonzero(found[:, -1] < 0)
        if len(short) and probes < self._plan.lists:  # what is allowed stands in lists far away
            found[short], scores[short] = self._search(queries[short], k, names, width, picked, self._plan.lists)
        return found, scores

    def _search(self, queries: np.ndarray, k: int, names: np.ndarray, width: int, picked: Any, probes: int) -> Found:
        faiss = load_faiss()
        if self._plan.lists:
            parameters = faiss.IVFRaBitQSearchParameters(nprobe=probes, qb=_QUERY_BITS, sel=picked)
        else:
            parameters = faiss.RaBitQSearchParameters(qb=_QUERY_BITS, sel=picked)
        return rescored(self._array, queries, k, names, self._index.search(queries, width, params=parameters)[1])

    def _probes(self, k: int, count: int) -> int:
        """How many lists are searched, so that they hold as many rows that may be found as without a filter."""
        wanted = PROBES * math.sqrt(self._plan.lists) * (1 + k / _WIDER)
        return min(math.ceil(wanted * self._plan.rows / count), self._plan.lists)
