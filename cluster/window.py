"""Which articles near each other in time are worth scoring as a pair: exact nearest neighbours, block by block."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sada.cluster.lexical import Field

WINDOW_DAYS = 4.0
NEAREST = 30
NEAREST_OTHER_LANGUAGE = 15
_BLOCK = 512


def candidate_pairs(
    fields: list[Field],
    vectors: np.ndarray | None,
    times: np.ndarray,
    languages: np.ndarray,
    asked: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of rows worth scoring (two int64 (m,) arrays, left < right, distinct, sorted).

    For each row asked for: its 30 nearest by each lexical field, its 30 nearest by embedding, and its 15 nearest by
    embedding among other languages, all within four days. An article without a date may pair with any. Exact: no
    approximate index, so the result is a function of the set.

    Args:
        fields: lexical vectors of n rows.
        vectors: float32 (n, dimension) unit vectors, zero rows to be left out; None for none.
        times: float64 (n,), days, NaN if unknown.
        languages: int64 (n,), equal for articles of one language.
        asked: bool (n,); None for all.
    """
    codes = [np.zeros(0, np.int64)]
    for block, window in _blocks(times, np.ones(len(times), bool) if asked is None else asked):
        apart = np.abs(times[block][:, None] - times[window][None, :]) > WINDOW_DAYS
        apart |= block[:, None] == window[None, :]
        for field in fields:
            codes.append(_code(block, window, *_nearest_lexical(field, block, window, apart)))
        if vectors is not None:
            similar = vectors[block] @ vectors[window].T
            similar[apart] = 0.0
            codes.append(_code(block, window, *_nearest(similar, NEAREST)))
            similar[languages[block][:, None] == languages[window][None, :]] = 0.0
            codes.append(_code(block, window, *_nearest(similar, NEAREST_OTHER_LANGUAGE)))
    pairs = np.unique(np.concatenate(codes))
    return pairs >> 32, pairs & 0xFFFFFFFF


def _blocks(times: np.ndarray, asked: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of rows asked for, each with all rows that at least one of the block may pair with."""
    undated = np.flatnonzero(np.isnan(times))
    dated = np.argsort(times, kind="stable")[: len(times) - len(undated)]
    ordered, wanted = times[dated], dated[asked[dated]]
    for start in range(0, len(wanted), _BLOCK):
        block = wanted[start : start + _BLOCK]
        low = np.searchsorted(ordered, times[block[0]] - WINDOW_DAYS, "left")
        high = np.searchsorted(ordered, times[block[-1]] + WINDOW_DAYS, "right")
        yield block, np.concatenate([dated[low:high], undated])
    wanted = undated[asked[undated]]
    for start in range(0, len(wanted), _BLOCK):
        yield wanted[start : start + _BLOCK], np.arange(len(times))


def _nearest_lexical(
    field: Field, block: np.ndarray, window: np.ndarray, apart: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(place in block, place in window) of the nearest by cosine that are not ``apart``."""
    products = (field.matrix[block] @ field.matrix[window].T).tocsr()
    rows, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for row in range(len(block)):
        span = slice(products.indptr[row], products.indptr[row + 1])
        near = ~apart[row, products.indices[span]]
        scores, found = products.data[span][near], products.indices[span][near]
        if len(found) > NEAREST:
            found = found[np.argpartition(-scores, NEAREST - 1)[:NEAREST]]
        rows.append(np.full(len(found), row))
        places.append(found.astype(np.int64))
    return np.concatenate(rows), np.concatenate(places)


def _nearest(similar: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(row, column) of the ``count`` largest positive values of each row."""
    count = min(count, similar.shape[1])
    columns = np.argpartition(-similar, count - 1, axis=1)[:, :count]
    rows = np.repeat(np.arange(len(similar)), count)
    columns = columns.ravel()
    positive = similar[rows, columns] > 0
    return rows[positive], columns[positive]


def _code(block: np.ndarray, window: np.ndarray, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
    left, right = block[rows], window[places]
    return np.minimum(left, right) << 32 | np.maximum(left, right)
