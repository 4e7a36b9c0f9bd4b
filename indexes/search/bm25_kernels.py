"""The compiled loop of a search by words that keeps the best scores.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import types, uint64

from sada.indexes.compiled import f32s, i64s, kernel, read_bools, read_i64s

_LEAST_SCORE = np.float32(1e-30)  # above that of an article that shares no term


@kernel(types.int64(f32s, read_i64s, read_bools, types.float32, f32s, i64s, types.int64))
def keep_best(scores, rows, mask, least, best, best_rows, filled):
    """Add the best of a segment to a heap of (score, row) pairs; returns how many pairs it holds then.

    The first pair is the worst: lowest score, of equal ones the highest row. Left out are rows that are negative or not
    in the mask (an empty mask lets all through), and scores of 0 or below ``least``.
    """
    size = best.size
    bar = max(least, _LEAST_SCORE)
    if filled == size:
        bar = max(bar, best[0])
    for position in range(uint64(scores.size)):
        score = scores[position]
        if score < bar:
            continue
        row = rows[position]
        if row < 0 or (mask.size and not mask[row]):
            continue
        if filled < size:
            at = filled
            filled += 1
            while at > 0:
                parent = (at - 1) >> 1
                if best[parent] < score or (best[parent] == score and best_rows[parent] > row):
                    break
                best[at], best_rows[at] = best[parent], best_rows[parent]
                at = parent
            best[at], best_rows[at] = score, row
            if filled == size:
                bar = max(bar, best[0])
            continue
        if score == best[0] and row > best_rows[0]:
            continue
        at = 0
        while True:
            child = 2 * at + 1
            if child >= size:
                break
            other = child + 1
            if other < size and (
                best[other] < best[child] or (best[other] == best[child] and best_rows[other] > best_rows[child])
            ):
                child = other
            if best[child] > score or (best[child] == score and best_rows[child] < row):
                break
            best[at], best_rows[at] = best[child], best_rows[child]
            at = child
        best[at], best_rows[at] = score, row
        bar = max(bar, best[0])
    return filled
