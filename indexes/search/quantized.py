"""Search of a large segment by quantized vectors: FAISS picks candidates by short codes, stored vectors score them.

The codes are RaBitQ's (Gao and Long 2024, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound
for Approximate Nearest Neighbor Search"; several bits a dimension: Gao et al. 2025). Up to some size all codes are
compared ("scan"); beyond it, those in the lists nearest to the query ("lists", an inverted file). Segments never
change, so nothing is ever removed from a FAISS index: each search says which rows may be found.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from sada.indexes.search.plain_codes import PlainCodes
from sada.indexes.segments.flat_vectors import (
    Found,
    empty,
    limited_threads,
    load_faiss,
    one_by_one,
    require_finite,
    rescored,
    selector,
)
from sada.indexes.storage.arrays import StoredArray

EXACT_VALUES = 1 << 25  # rows times dimension up to which a segment is searched exactly
SCAN_ROWS = 1 << 18  # rows up to which all codes are compared
PROBES = 5  # lists that are searched: so many times the square root of their number, and as many more ...
_WIDER = 500  # ... for every so many results
_SCAN_BITS, _LISTS_BITS = 1, 2  # bits a dimension: with lists one bit is too few for a recall of .98 ...
_ENOUGH = 384  # ... at so many dimensions: a code's error falls with 2^bits and the square root of the dimension
_QUERY_BITS = 4  # bits a dimension of the query; 0, FAISS's own choice, is 300 times slower
_SPARE, _TIMES = 200, 5  # number of candidates: _SPARE + _TIMES * k
_TRAINED_ON = 64  # vectors a list that k-means is trained on
_ROUNDS = 8  # iterations of k-means
_SEED = 1234
_AT_ONCE = 1 << 14  # vectors that are in float32 at a time
_ALIKE, _SURE = 0.75, 0.99  # see are_codes_of
_TOGETHER = 16  # queries at a time: from 20 on FAISS finds the nearest lists by BLAS, which sums in another order


class Plan(NamedTuple):
    """How the FAISS index of a segment is built.

    Attributes:
        rows: number of vectors.
        dimension: of each vector.
        bits: of a code, for each dimension.
        lists: number of lists of the inverted file; 0 for none, so that all codes are compared.
    """

    rows: int
    dimension: int
    bits: int
    lists: int

    @property
    def name(self) -> str:
        """The kind of search, ``scan`` or ``lists``."""
        return "lists" if self.lists else "scan"


def plan(rows: int, dimension: int) -> Plan | None:
    """The plan for so many vectors; None where they are searched exactly."""
    if rows * dimension <= EXACT_VALUES:
        return None
    more = max(math.ceil(math.log2(_ENOUGH / dimension) / 2), 0)
    if rows <= SCAN_ROWS:
        return Plan(rows, dimension, _SCAN_BITS + more, 0)
    return Plan(rows, dimension, _LISTS_BITS + more, 1 << round(math.log2(math.sqrt(rows))))


def build(chosen: Plan, array: StoredArray) -> Any:
    """Build the FAISS index of a stored float16 (rows, dimension) array: the same bytes for any number of threads.

    Raises:
        IndexDamagedError: if a vector is not finite.
    """
    array.whole()
    index = empty_index(chosen)
    with limited_threads():
        index.train(_widened(array, _sample(chosen), 0))
        _add_all(index, array)
    return index


def _add_all(index: Any, array: StoredArray) -> None:
    for start in range(0, len(array.mapped), _AT_ONCE):
        index.add(_widened(array, slice(start, start + _AT_ONCE), start))


def are_codes_of(codes: PlainCodes, chosen: Plan, array: StoredArray) -> bool:
    """Whether codes are those that FAISS makes of the vectors with the same centres.

    Processors sum in different orders, so that a bit of a code may differ, and a vector between two centres may be in
    another list: one vector in a hundred may differ in more than a quarter of its code.
    """
    array.whole()
    index = empty_index(chosen)
    codes.fill_centres(index)
    with limited_threads():
        _add_all(index, array)
    lists, own = codes.by_row()
    other_lists, other = PlainCodes.of(index).by_row()
    alike = (lists == other_lists) & ((own == other).mean(axis=1) >= _ALIKE)
    return bool(alike.mean() >= _SURE)


def empty_index(chosen: Plan) -> Any:
    """A FAISS index of that plan that was not trained yet."""
    faiss = load_faiss()
    metric = faiss.METRIC_INNER_PRODUCT
    if not chosen.lists:
        return faiss.IndexRaBitQ(chosen.dimension, metric, chosen.bits)
    coarse = faiss.IndexFlatIP(chosen.dimension)
    index = faiss.IndexIVFRaBitQ(coarse, chosen.dimension, chosen.lists, metric, True, chosen.bits)
    index.cp.niter, index.cp.seed = _ROUNDS, _SEED
    return index


def _sample(chosen: Plan) -> np.ndarray:
    """int64, ascending: the rows that the index is trained on."""
    wanted = min(chosen.rows, _TRAINED_ON * chosen.lists or _AT_ONCE)
    return np.sort(np.random.default_rng(_SEED).choice(chosen.rows, wanted, replace=False))


def _widened(array: StoredArray, rows: np.ndarray | slice, start: int) -> np.ndarray:
    wide = array.mapped[rows].astype(np.float32)
    require_finite(array, wide, start)
    return wide


class QuantizedSearch:
    """Searches a stored float16 array by the FAISS index that :func:`build` made of it."""

    def __init__(self, array: StoredArray, chosen: Plan, index: Any) -> None:
        self.name = chosen.name
        self._array = array
        self._plan = chosen
        self._index = index

    def find(
        self, queries: np.ndarray, k: int, names: np.ndarray, allowed: np.ndarray | None, lowest: np.float32
    ) -> Found:
        """Find as :meth:`FlatSearch.find` does, among the candidates that the codes pick."""
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
        if len(short) and probes < self._plan.lists:  # the allowed rows are in lists far from the query
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
        """How many lists to search, so that they hold as many allowed rows as they would without a filter."""
        wanted = PROBES * math.sqrt(self._plan.lists) * (1 + k / _WIDER)
        return min(math.ceil(wanted * self._plan.rows / count), self._plan.lists)
