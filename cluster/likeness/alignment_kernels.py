"""A compiled alignment of two sequences of tokens."""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import i32s, kernel, u64s

MOST_CHANGES = 400  # tokens deleted and inserted


@kernel()
def _follow(first, x, y, changes, trace, partner):
    """Follow the path that :func:`align` found back from its end ``x, y``, counted from ``first``."""
    for step in range(changes, 0, -1):
        slope, base = x - y, (step - 1) * step // 2
        above = (slope + step) // 2  # where the step before stored slope + 1; slope - 1 stands next to it
        down = slope == -step or (slope != step and trace[base + above - 1] < trace[base + above])
        start = np.int64(trace[base + above] if down else trace[base + above - 1] + 1)
        while x > start:
            x, y = x - 1, y - 1
            partner[first + x] = first + y
        if down:
            y -= 1
        else:
            x -= 1
    while x > 0:
        x -= 1
        partner[first + x] = first + x


@kernel(types.int64(u64s, u64s, i32s, i32s, i32s))
def align(left, right, partner, front, trace):
    """Align two sequences of token hashes with the fewest deletions and insertions; returns how many these are.

    Writes for each token of ``left`` its place in ``right``, or -1. Returns -1 if it takes more than ``MOST_CHANGES``.
    This is the greedy algorithm of Myers, "An O(ND) difference algorithm and its variations" (1986).

    ``front`` has 2 * MOST_CHANGES + 3 elements, ``trace`` (MOST_CHANGES + 1) * (MOST_CHANGES + 2) / 2.
    """
    partner[: left.size] = -1
    first, last, end = np.int64(0), np.int64(left.size), np.int64(right.size)
    while first < min(last, end) and left[first] == right[first]:
        partner[first] = first
        first += 1
    while last > first and end > first and left[last - 1] == right[end - 1]:
        last, end = last - 1, end - 1
        partner[last] = end
    wide, high, middle = last - first, end - first, MOST_CHANGES + 1
    front[middle + 1] = 0
    for changes in range(MOST_CHANGES + 1):
        base = changes * (changes + 1) // 2
        for place in range(changes + 1):
            slope = 2 * place - changes
            above, below = front[middle + slope + 1], front[middle + slope - 1]
            x = np.int64(above if slope == -changes or (slope != changes and below < above) else below + 1)
            y = x - slope
            while x < wide and y < high and left[first + x] == right[first + y]:
                x, y = x + 1, y + 1
            front[middle + slope] = x
            trace[base + place] = x
            if x >= wide and y >= high:
                _follow(first, wide, high, changes, trace, partner)
                return np.int64(changes)
    return np.int64(-1)
