"""Compiled loops of scoring: what pairs of rows share.

Pairs come by their first row, which has many. So its values are spread over the columns once, and the rows that it is
compared with are read through, without branches that no processor foresees.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import f32s, f64s, i32s, i64s, kernel, u64s


@kernel()
def _spread(bounds, columns, values, rows, pair, own):
    """Write the values of a pair's row to their columns of ``own``, where those of the pair before stand."""
    if pair > 0:
        for at in range(bounds[rows[pair - 1]], bounds[rows[pair - 1] + 1]):
            own[columns[at]] = 0
    for at in range(bounds[rows[pair]], bounds[rows[pair] + 1]):
        own[columns[at]] = values[at]


@kernel(types.void(i64s, i32s, f32s, f32s, i64s, i64s, f64s, f64s, f64s))
def overlaps(bounds, terms, weights, idf, left, right, cosine, mass, rarest):
    """Compute for pairs of rows of a sparse matrix their product, and sum and maximum of the idf of shared terms."""
    own = np.zeros(idf.size, np.float32)
    for pair in range(left.size):
        if pair == 0 or left[pair] != left[pair - 1]:
            _spread(bounds, terms, weights, left, pair, own)
        for at in range(bounds[right[pair]], bounds[right[pair] + 1]):
            term = np.uint32(terms[at])
            if own[term] != 0:
                cosine[pair] += own[term] * weights[at]
                mass[pair] += idf[term]
                rarest[pair] = max(rarest[pair], idf[term])


@kernel(types.void(i64s, i32s, f64s, i64s, i64s, types.int64, f64s))
def products_of_rows(bounds, others, values, left, right, count, product):
    """Compute for pairs of rows of a sparse matrix of ``count`` columns the sum of the products of their values."""
    own = np.zeros(count)
    for pair in range(left.size):
        if pair == 0 or left[pair] != left[pair - 1]:
            _spread(bounds, others, values, left, pair, own)
        for at in range(bounds[right[pair]], bounds[right[pair] + 1]):
            product[pair] += own[np.uint32(others[at])] * values[at]


@kernel(types.void(u64s, u64s, i32s))
def find_positions(known, terms, out):
    """Write the position of each term in ``known``, which holds all of them in ascending order.

    Terms are hashes, so their first bits lead to a run of about one.
    """
    bits = np.int64(1)
    while 1 << bits < known.size:
        bits += 1
    shift = np.uint64(64 - bits)
    starts = np.zeros((1 << bits) + 1, np.int64)
    for term in known:
        starts[np.int64(term >> shift) + 1] += 1
    for at in range(1, starts.size):
        starts[at] += starts[at - 1]
    for at in range(terms.size):
        run = np.int64(terms[at] >> shift)
        low, high = starts[run], starts[run + 1] - 1
        while low < high:
            middle = (low + high) // 2
            if known[middle] < terms[at]:
                low = middle + 1
            else:
                high = middle
        out[at] = low


@kernel(types.void(i64s, i32s, i32s, f32s, i64s, i64s, f64s, f64s))
def compare_figures(bounds, contexts, numbers, idf, left, right, same, other):
    """Sum up for pairs of rows the idf of contexts in both: with a common number, and without."""
    for pair in range(left.size):
        a, a_end = bounds[left[pair]], bounds[left[pair] + 1]
        b, b_end = bounds[right[pair]], bounds[right[pair] + 1]
        while a < a_end and b < b_end:
            context = contexts[a]
            if context < contexts[b]:
                a += 1
                continue
            if context > contexts[b]:
                b += 1
                continue
            common = False
            while a < a_end and b < b_end and contexts[a] == context and contexts[b] == context:
                common |= numbers[a] == numbers[b]
                if numbers[a] < numbers[b]:
                    a += 1
                else:
                    b += 1
            if common:
                same[pair] += idf[context]
            else:
                other[pair] += idf[context]
            while a < a_end and contexts[a] == context:
                a += 1
            while b < b_end and contexts[b] == context:
                b += 1


@kernel(types.void(i64s, i32s, i32s, i64s, i32s, i32s))
def copy_runs(bounds, first, second, rows, first_out, second_out):
    """Copy the values of some rows, one after the other, from two columns that both have these bounds."""
    filled = 0
    for row in rows:
        for at in range(bounds[row], bounds[row + 1]):
            first_out[filled], second_out[filled] = first[at], second[at]
            filled += 1


@kernel(types.void(i64s, i32s, f32s, f32s, f32s, f64s))
def weigh_rows(bounds, terms, values, factors, idf, masses):
    """Replace how often each row has its terms by weights, so that the row has length 1, and sum up their idf."""
    for row in range(masses.size):
        square = 0.0
        for at in range(bounds[row], bounds[row + 1]):
            rarity = idf[np.uint32(terms[at])]
            values[at] = factors[np.int64(values[at])] * rarity
            square += np.float64(values[at]) ** 2
            masses[row] += rarity
        length = np.sqrt(square)
        for at in range(bounds[row], bounds[row + 1]):
            values[at] = np.float32(values[at] / length)
