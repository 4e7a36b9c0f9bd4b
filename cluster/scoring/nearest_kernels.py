"""Compiled loops of blocking: the nearest rows of each row.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
Most rows are far away. So products are compared with the least of the nearest in blocks, by vector instructions, and
one by one only in a block that has one to keep. For that their bits are compared as integers, which are in the order of
the numbers above zero. Rows come in ascending order, so of equal products the first stay.
"""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import f32_rows, f32s, i32s, i64_rows, i64s, kernel

BLOCK = 64  # products that are compared at a time
_BLOCK_BITS = np.uint64(BLOCK.bit_length() - 1)


@kernel()
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


@kernel()
def _lists_of(row, bounds, terms, weights, lists, places, low, high, dated, common, near, undated, factors):
    """Write the first and last entry of each list of a row, among dated and undated rows; return how many there are."""
    known = 0
    for at in range(bounds[row], bounds[row + 1]):
        start, stop = lists[terms[at]], lists[terms[at] + 1]
        of_term = places[start:stop]
        first, last = start + np.searchsorted(of_term, low), start + np.searchsorted(of_term, high)
        rest = max(last, start + np.searchsorted(of_term, dated))
        if last - first + stop - rest <= common:
            near[0, known], near[1, known] = first, last
            undated[0, known], undated[1, known] = rest, stop
            factors[known] = weights[at]
            known += 1
    return known


@kernel()
def _sum_up(entries, factors, known, places, parts, start, limit, products, marks):
    """Add up the products with rows ``start`` to ``limit`` - 1, and move each list on behind them."""
    for term in range(known):
        entry, stop, factor = entries[0, term], entries[1, term], factors[term]
        while entry < stop and places[entry] < limit:
            at = np.uint64(places[entry] - start)
            products[at] += factor * parts[entry]
            marks[at >> _BLOCK_BITS] = 1
            entry += 1
        entries[0, term] = entry


@kernel()
def _keep_best(products, marks, start, row, scores, found, filled):
    """Keep the best of the products with the rows from ``start`` on, and set them to zero; return how many are kept."""
    bits, least_bits = products.view(np.int32), scores.view(np.int32)
    groups = marks.view(np.uint64)  # eight marks at once, since few rows share the words of a short title
    for group in range(groups.size):
        if not groups[group]:
            continue
        for block in range(8 * group, 8 * group + 8):
            if not marks[block]:
                continue
            marks[block] = 0
            first, stop = block * BLOCK, (block + 1) * BLOCK
            least, largest = least_bits[0] if filled == scores.size else np.int32(0), np.int32(0)
            for at in range(first, stop):
                largest = max(largest, bits[at])
            if largest > least:
                for at in range(first, stop):
                    if bits[at] > least and start + at != row:
                        filled = _keep(scores, found, filled, products[at], start + at)
            for at in range(first, stop):
                products[at] = 0
    return filled


@kernel(
    types.void(i64s, i32s, f32s, i64s, i32s, f32s, i64s, i64s, i64s, types.int64, types.int64, types.int64, i64_rows)
)
def nearest_products(bounds, terms, weights, lists, places, parts, queries, low, high, dated, common, span, found):
    """Find the rows of a sparse matrix with the greatest products with each row of ``queries``.

    Row ``queries[i]`` may pair with rows ``low[i]`` to ``high[i]`` - 1 and with those from ``dated`` on. A term in more
    than ``common`` of these is skipped. ``lists`` bounds the rows (``places``, ascending) and weights (``parts``) of
    each term. The products with ``span`` rows, a multiple of 64, are summed up at a time and stay in a core's cache.
    The rows are written to ``found`` (queries, most), which must be filled with -1.
    """
    count, longest = bounds.size - 1, 0
    for row in queries:
        longest = max(longest, bounds[row + 1] - bounds[row])
    span = min(span, (count + BLOCK - 1) // BLOCK * BLOCK)
    products, marks = np.zeros(span, np.float32), np.zeros((span // BLOCK + 7) // 8 * 8, np.uint8)
    near, undated = np.empty((2, longest), np.int64), np.empty((2, longest), np.int64)
    factors, scores = np.empty(longest, np.float32), np.empty(found.shape[1], np.float32)
    for query in range(queries.size):
        row, begin, end, filled = queries[query], low[query], high[query], 0
        known = _lists_of(row, bounds, terms, weights, lists, places, begin, end, dated, common, near, undated, factors)
        for first, last, entries in ((begin, end, near), (max(end, dated), count, undated)):
            for start in range(first, last, span):
                _sum_up(entries, factors, known, places, parts, start, min(start + span, last), products, marks)
                filled = _keep_best(products, marks, start, row, scores, found[query], filled)


@kernel(types.void(f32_rows, i64s, i64s, i64s, i64s, types.int64, i64s, i64_rows, i64_rows))
def nearest_vectors(similar, window, queries, low, high, dated, languages, found, found_other):
    """Do the same as :func:`nearest_products` with products that are given: ``similar`` (queries, window).

    ``window`` is the row of each column. The nearest rows in other languages are written to ``found_other``.
    """
    scores, scores_other = np.empty(found.shape[1], np.float32), np.empty(found_other.shape[1], np.float32)
    spoken, least_bits, other_bits = languages[window], scores.view(np.int32), scores_other.view(np.int32)
    for query in range(queries.size):
        row, language, filled, filled_other = queries[query], languages[queries[query]], 0, 0
        products, bits = similar[query], similar[query].view(np.int32)
        for first in range(0, window.size, BLOCK):
            stop = min(first + BLOCK, window.size)
            least = least_bits[0] if filled == scores.size else np.int32(0)
            least_other = other_bits[0] if filled_other == scores_other.size else np.int32(0)
            largest, largest_other = np.int32(0), np.int32(0)
            for column in range(first, stop):
                largest = max(largest, bits[column])
                largest_other = max(largest_other, bits[column] if spoken[column] != language else np.int32(0))
            if largest <= least and largest_other <= least_other:
                continue
            for column in range(first, stop):
                place, product = window[column], products[column]
                if product <= 0 or place == row or place < low[query] or (place >= high[query] and place < dated):
                    continue
                filled = _keep(scores, found[query], filled, product, place)
                if spoken[column] != language:
                    filled_other = _keep(scores_other, found_other[query], filled_other, product, place)
