"""Blocking: find the candidate pairs to score, the nearest neighbours of each article within a time window."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sada.cluster.scoring.lexical import Field
from sada.cluster.scoring.nearest_kernels import nearest_products, nearest_vectors
from sada.indexes.minhash.lsh import code_pairs, split_pairs
from sada.indexes.ragged import bounds_of, spans, unique
from sada.indexes.threads import worker_pool

if TYPE_CHECKING:
    from scipy.sparse import csc_array, csr_array

WINDOW_DAYS = 4.0
"""Articles further apart in time are never a candidate pair."""
NEAREST = 30
NEAREST_OTHER_LANGUAGE = 15
"""Nearest neighbours of an article in each field, and by embedding among articles in other languages."""
COMMON = 5000
"""A term in more articles of the window is skipped: it says little, and its posting list is long."""
_BLOCK = 128  # rows whose nearest are searched at a time
_SPAN = 1 << 16  # rows that they are compared with at a time, whose products fit in a core's cache
_NO_PAIRS = np.zeros(0, np.uint64)


def blocked_pairs(
    fields: list[Field],
    vectors: np.ndarray | None,
    times: np.ndarray,
    languages: np.ndarray,
    asked: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the candidate pairs of rows: two int64 (m,) arrays, left < right, distinct, sorted.

    The candidates of a row are its 30 nearest neighbours in each lexical field, its 30 nearest by embedding, and its 15
    nearest by embedding in other languages, all within four days. Terms in more than :data:`COMMON` of these articles
    are skipped. An article without a date may pair with any other. The search is exact, so the result depends on the
    set of articles alone.

    Args:
        fields: lexical vectors of n rows.
        vectors: float32 (n, dimension) unit vectors; a zero row has no neighbours. None without encoder.
        times: float64 (n,), days, NaN if unknown.
        languages: int64 (n,), equal for articles in one language.
        asked: bool (n,), the rows whose neighbours are searched; None for all.
    """
    order = _Order.of(times)
    wanted = np.arange(len(times)) if asked is None else np.flatnonzero(asked[order.rows])
    lists = [_Lists.of(field.take(order.rows), wanted) for field in fields]
    ordered = None if vectors is None else (vectors[order.rows], languages[order.rows].astype(np.int64))

    def nearest(start: int) -> np.ndarray:
        block = wanted[start : start + _BLOCK]
        found = [one.nearest(order, block) for one in lists]
        if ordered is not None:
            found += _nearest_vectors(order, block, *ordered)
        return np.concatenate([_NO_PAIRS, *(_codes(order.rows, block, places) for places in found)])

    starts = range(0, len(wanted), _BLOCK)
    if len(starts) == 1:  # threads take longer to begin than one block
        return split_pairs(unique(nearest(0)))
    with worker_pool() as pool:
        codes = [_NO_PAIRS, *pool.map(nearest, starts)]
    return split_pairs(unique(np.concatenate(codes)))


class _Order(NamedTuple):
    """The rows sorted by time, undated ones last; a place is a position in this order.

    Attributes:
        rows: int64 (n,), the row at each place.
        dated: how many rows have a date.
        low: int64 (n,), for each place the first place in its time window.
        high: int64 (n,), the end of its time window. Undated places, from ``dated`` on, may pair with it, too.
    """

    rows: np.ndarray
    dated: int
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, times: np.ndarray) -> _Order:
        rows = np.argsort(times, kind="stable")
        dated = int(np.count_nonzero(~np.isnan(times)))
        known = times[rows[:dated]]
        low, high = np.zeros(len(rows), np.int64), np.full(len(rows), dated)
        low[:dated] = np.searchsorted(known, known - WINDOW_DAYS, "left")
        high[:dated] = np.searchsorted(known, known + WINDOW_DAYS, "right")
        return cls(rows, dated, low, high)


class _Lists(NamedTuple):
    """A field in time order as a sparse matrix, by rows and by terms: bounds, indices and values each."""

    by_row: tuple[np.ndarray, np.ndarray, np.ndarray]
    by_term: tuple[np.ndarray, np.ndarray, np.ndarray]

    @classmethod
    def of(cls, field: Field, wanted: np.ndarray) -> _Lists:
        """Take a field whose rows are places; by term are only those terms that ``wanted`` places have."""
        by_row = bounds, terms, weights = _parts(field.matrix)
        is_wanted = np.zeros(field.matrix.shape[1], bool)
        is_wanted[terms[spans(bounds[wanted], bounds[wanted + 1])]] = True
        kept = is_wanted[terms]
        rest = field.matrix if kept.all() else _matrix(bounds, terms, weights, kept, field.matrix.shape)
        return cls(by_row, _parts(rest.tocsc()))

    def nearest(self, order: _Order, block: np.ndarray) -> np.ndarray:
        """Return the nearest places of each place of a block: int64 (block, NEAREST), -1 if there are fewer."""
        found = np.full((len(block), NEAREST), -1)
        limits = order.low[block], order.high[block], order.dated
        nearest_products(*self.by_row, *self.by_term, block, *limits, COMMON, _SPAN, found)
        return found


def _matrix(
    bounds: np.ndarray, terms: np.ndarray, weights: np.ndarray, kept: np.ndarray, shape: tuple[int, int]
) -> csr_array:
    """Return a sparse matrix of some values (bool) alone."""
    from scipy.sparse import csr_array

    return csr_array((weights[kept], terms[kept], bounds_of(kept)[bounds]), shape=shape)


def _parts(matrix: csr_array | csc_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data


def _nearest_vectors(
    order: _Order, block: np.ndarray, vectors: np.ndarray, languages: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest places by embedding: int64 (block, NEAREST), and in other languages (block, fewer)."""
    span = np.arange(order.low[block].min(), order.high[block].max())
    window = np.concatenate([span, np.arange(max(order.dated, len(span) and span[-1] + 1), len(order.rows))])
    found = np.full((len(block), NEAREST), -1)
    others = np.full((len(block), NEAREST_OTHER_LANGUAGE), -1)
    similar = vectors[block] @ vectors[window].T
    nearest_vectors(similar, window, block, order.low[block], order.high[block], order.dated, languages, found, others)
    return found, others


def _codes(rows: np.ndarray, block: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return coded pairs (uint64) of the rows at places ``block`` with those at the places found, -1 for none."""
    return code_pairs(rows[np.repeat(block, (places >= 0).sum(axis=1))], rows[places[places >= 0]])
