"""Compiled loops of a search by words: terms looked up, their postings added up, the best kept.

As in :mod:`sada.indexes.kernels`, each has one explicit signature, is cached on disk and releases the GIL. Postings and
directories are described in :mod:`sada.indexes.postings`.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types, uint64

from sada.indexes import arrays
from sada.indexes.kernels import i64s, jit, read_i64s
from sada.indexes.posting_kernels import position_of, read_postings

BLOCK_BITS = np.int64(arrays.BLOCK_BITS)
ENTRY = np.int64(16)  # bytes
_LEAST_SCORE = np.float32(1e-30)  # above that of an article that shares no term

f32s = types.float32[::1]
read_u64s, read_f32s = (types.Array(kind, 1, "C", readonly=True) for kind in (types.uint64, types.float32))
read_directory = types.Array(types.uint64, 2, "C", readonly=True)
read_bools = types.Array(types.boolean, 1, "C", readonly=True)


@njit(types.int64(read_directory, read_u64s, types.boolean[::1], types.int64, i64s, i64s), **jit)
def look_up(directory, wanted, checked, offset, found, missing):
    """Write where each wanted term stands among those of a directory, -1 for none, looking at checked blocks only.

    The directory begins ``offset`` bytes into the first block. A term that is not settled (``found`` is -2) and for
    which an unchecked block would have to be looked at has it named in ``missing``; returns how many are named.
    """
    named = np.int64(0)
    last = directory.shape[0] - 1
    for at in range(wanted.size):
        if found[at] != -2:
            continue
        low, high = np.int64(0), np.int64(last)
        block = np.int64(-1)
        while low <= high:  # the last row, which stands for no term, is looked at too
            middle = (low + high) >> 1
            block = (offset + ENTRY * middle) >> BLOCK_BITS
            if not checked[block]:
                break
            block = np.int64(-1)
            if directory[middle, 0] < wanted[at] and middle < last:
                low = middle + 1
            elif low == high:
                found[at] = low if low < last and directory[low, 0] == wanted[at] else -1
                break
            else:
                high = middle
        if block >= 0:
            missing[named] = block
            named += 1
    return named


@njit(types.void(read_postings, i64s, i64s, f32s, read_f32s, f32s), **jit)
def add_up(postings, starts, stops, weights, slack, scores):
    """Add ``weights[i] * times / (times + slack[position])`` of the postings ``starts[i]`` to ``stops[i]``."""
    for term in range(starts.size):
        weight = weights[term]
        for at in range(uint64(starts[term]), uint64(stops[term])):
            position = position_of(postings, at)
            times = np.float32(postings[at, 4])
            scores[position] += weight * (times / (times + slack[position]))


@njit(types.int64(f32s, read_i64s, read_bools, types.float32, f32s, i64s, types.int64), **jit)
def keep_best(scores, rows, mask, least, best, best_rows, filled):
    """Keep in a heap of pairs (score, row) the best yet: those of this segment, too; returns how many there are.

    The worst is the first: of equal scores that of the highest row. Rows that are negative or not in the mask (of no
    length for all) are left out, and scores of 0 or below ``least``.
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
