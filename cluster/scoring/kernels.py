"""Compiled loops of scoring: what pairs of rows share, and the nearest rows of each row.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import f32_rows, f32s, f64s, i32s, i64_rows, i64s, kernel


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


@kernel(types.int64(f32s, i64s, types.int64, types.float32, types.int64))
def _keep(scores, places, filled, score, place):
    """Push a score onto a heap of the largest (least on top; of equal ones the last place); return its size."""
    if filled == scores.size:
        if score < scores[0] or (score == scores[0] and place > places[0]):
            return filled
        at = 0
        while True:
            child = 2 * at + 1
            if child >= filled:
                break
            other = child + 1
            if other < filled and (
                scores[other] < scores[child] or (scores[other] == scores[child] and places[other] > places[child])
            ):
                child = other
            if scores[child] > score or (scores[child] == score and places[child] < place):
                break
            scores[at], places[at] = scores[child], places[child]
            at = child
        scores[at], places[at] = score, place
        return filled
    at = filled
    while at > 0:
        parent = (at - 1) // 2
        if scores[parent] < score or (scores[parent] == score and places[parent] > place):
            break
        scores[at], places[at] = scores[parent], places[parent]
        at = parent
    scores[at], places[at] = score, place
    return filled + 1


@kernel(types.void(i64s, i32s, f32s, i64s, i32s, f32s, i64s, i64s, i64s, types.int64, types.int64, i64_rows))
def nearest_products(bounds, terms, weights, lists, places, parts, queries, low, high, dated, common, found):
    """The places of the rows of a sparse matrix with the greatest products with each row of ``queries``.

    Row ``queries[i]`` may pair with rows ``low[i]`` to ``high[i]`` - 1 and with those from ``dated`` on. A term in more
    than ``common`` of these is skipped. ``lists`` bounds the rows (``places``, ascending) and weights (``parts``) of
    each term. The rows are written to ``found`` (queries, most), which must be filled with -1.
    """
    products = np.zeros(bounds.size - 1, np.float32)
    touched = np.empty(bounds.size - 1, np.int64)
    scores = np.empty(found.shape[1], np.float32)
    for query in range(queries.size):
        row, reached = queries[query], 0
        for at in range(bounds[row], bounds[row + 1]):
            start, stop = lists[terms[at]], lists[terms[at] + 1]
            of_term = places[start:stop]
            near = start + np.searchsorted(of_term, low[query])
            far = start + np.searchsorted(of_term, high[query])
            undated = max(far, start + np.searchsorted(of_term, dated))
            if far - near + stop - undated > common:
                continue
            for first, last in ((near, far), (undated, stop)):
                for entry in range(first, last):
                    place = places[entry]
                    if products[place] == 0:
                        touched[reached] = place
                        reached += 1
                    products[place] += weights[at] * parts[entry]
        filled = 0
        for at in range(reached):
            place = touched[at]
            if place != row:
                filled = _keep(scores, found[query], filled, products[place], place)
            products[place] = 0


@kernel(types.void(f32_rows, i64s, i64s, i64s, i64s, types.int64, i64s, i64_rows, i64_rows))
def nearest_vectors(similar, window, queries, low, high, dated, languages, found, found_other):
    """As :func:`nearest_products`, of products that are given: ``similar`` (queries, window).

    ``window`` is the row of each column. The nearest rows in other languages are written to ``found_other``.
    """
    scores, scores_other = np.empty(found.shape[1], np.float32), np.empty(found_other.shape[1], np.float32)
    for query in range(queries.size):
        row, filled, filled_other = queries[query], 0, 0
        for column in range(window.size):
            place, product = window[column], similar[query, column]
            if product <= 0 or place == row or place < low[query] or (place >= high[query] and place < dated):
                continue
            filled = _keep(scores, found[query], filled, product, place)
            if languages[place] != languages[row]:
                filled_other = _keep(scores_other, found_other[query], filled_other, product, place)
