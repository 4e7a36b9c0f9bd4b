"""Compiled loops of scoring: what pairs of rows share.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

from numba import types

from sada.indexes.compiled import f32s, f64s, i32s, i64s, kernel


@kernel(types.void(i64s, i32s, f32s, f32s, i64s, i64s, f64s, f64s, f64s))
def overlaps(bounds, terms, weights, idf, left, right, cosine, mass, rarest):
    """Compute for pairs of rows of a sparse matrix their product, and sum and maximum of the idf of shared terms."""
    for pair in range(left.size):
        a, a_end = bounds[left[pair]], bounds[left[pair] + 1]
        b, b_end = bounds[right[pair]], bounds[right[pair] + 1]
        while a < a_end and b < b_end:
            if terms[a] == terms[b]:
                cosine[pair] += weights[a] * weights[b]
                mass[pair] += idf[terms[a]]
                rarest[pair] = max(rarest[pair], idf[terms[a]])
                a += 1
                b += 1
            elif terms[a] < terms[b]:
                a += 1
            else:
                b += 1


@kernel(types.void(i64s, i32s, f64s, i64s, i64s, f64s))
def products_of_rows(bounds, others, values, left, right, product):
    """Compute for pairs of rows of a sparse matrix the sum of the products of their values."""
    for pair in range(left.size):
        a, a_end = bounds[left[pair]], bounds[left[pair] + 1]
        b, b_end = bounds[right[pair]], bounds[right[pair] + 1]
        while a < a_end and b < b_end:
            if others[a] == others[b]:
                product[pair] += values[a] * values[b]
                a += 1
                b += 1
            elif others[a] < others[b]:
                a += 1
            else:
                b += 1


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
