"""Compiled loops over vectors in half precision.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
Halves are given as the uint16 of their bits, with a table of the float32 of each. Sums are in float64 and in a fixed
order, so that a result depends on its own vectors only.
"""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import (
    f32_rows,
    f32s,
    i64_rows,
    i64s,
    kernel,
    read_f32_rows,
    read_f32s,
    read_i64s,
    read_u16_rows,
)


@kernel()
def _dot(left, right):
    """The dot product of two float32 rows."""
    first = second = third = fourth = np.float64(0)  # four sums, so that none waits for the one before
    even = left.size - left.size % 4
    for column in range(0, even, 4):
        first += np.float64(left[column]) * np.float64(right[column])
        second += np.float64(left[column + 1]) * np.float64(right[column + 1])
        third += np.float64(left[column + 2]) * np.float64(right[column + 2])
        fourth += np.float64(left[column + 3]) * np.float64(right[column + 3])
    for column in range(even, left.size):
        first += np.float64(left[column]) * np.float64(right[column])
    return (first + second) + (third + fourth)


@kernel()
def _length(halves, row, table, wide):
    """The length of one row; its float32 values are written to ``wide``."""
    for column in range(wide.size):
        wide[column] = table[halves[row, column]]
    return np.sqrt(_dot(wide, wide))


@kernel(types.void(read_u16_rows, read_f32s, f32s))
def lengths(halves, table, out):
    """Write the length of every row."""
    wide = np.empty(halves.shape[1], np.float32)
    for row in range(halves.shape[0]):
        out[row] = _length(halves, row, table, wide)


@kernel(types.void(read_u16_rows, read_f32s, read_i64s, read_f32_rows, read_i64s, f32s))
def cosines(halves, table, positions, queries, which, out):
    """Write the cosine of row ``positions[i]`` with unit row ``queries[which[i]]``, for each i; -inf for a zero row."""
    wide = np.empty(halves.shape[1], np.float32)
    for pair in range(positions.size):
        length = _length(halves, positions[pair], table, wide)
        if length == 0:
            out[pair] = -np.inf
            continue
        for column in range(wide.size):
            wide[column] = np.float32(wide[column] / length)
        out[pair] = min(max(_dot(wide, queries[which[pair]]), -1.0), 1.0)


@kernel()
def _drop_far_of(query, k, margin, best, names, filled, bars):
    """Drop the candidates of one query whose score is below its k-th best by more than a margin, in their order."""
    count = filled[query]
    if count <= k:
        return
    bars[query] = np.sort(best[query, :count])[count - k] - margin
    kept = 0
    for at in range(count):
        if best[query, at] >= bars[query]:
            best[query, kept], names[query, kept] = best[query, at], names[query, at]
            kept += 1
    filled[query] = kept


@kernel(types.void(read_f32_rows, read_f32s, read_i64s, types.int64, types.float32, f32_rows, i64_rows, i64s, f32s))
def keep_near(products, scales, rows, k, margin, best, names, filled, bars):
    """Keep the products of each query with some vectors that may be among its k largest.

    Each vector has a scale, which its products are multiplied by, and a row, negative if it may not be found. For each
    query, ``best`` holds the kept products and ``names`` their rows, ``filled`` their number, and ``bars`` the least
    product that is kept. If more of equal products are to be kept than fit, the first ones are.
    """
    for query in range(products.shape[0]):
        bar = bars[query]
        for at in range(products.shape[1]):
            product = products[query, at] * scales[at]
            if product < bar or rows[at] < 0:
                continue
            if filled[query] == best.shape[1]:
                _drop_far_of(query, k, margin, best, names, filled, bars)
                bar = bars[query]
            place = filled[query]
            if place == best.shape[1]:
                place = place - 1 - np.argmin(best[query, ::-1])
                if product <= best[query, place]:
                    continue
            else:
                filled[query] += 1
            best[query, place], names[query, place] = product, rows[at]


@kernel(types.void(types.int64, types.float32, f32_rows, i64_rows, i64s, f32s))
def drop_far(k, margin, best, names, filled, bars):
    """Drop each query's candidates that are below its k-th best by more than the margin; see :func:`keep_near`."""
    for query in range(filled.size):
        _drop_far_of(query, k, margin, best, names, filled, bars)
