"""Compiled loops of :mod:`sada.indexes.boilerplate.shared_runs`."""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.boilerplate.titles import ALIKE_FIFTHS
from sada.indexes.compiled import i64s, kernel, read_i64s, read_u32s, u32s, u64s
from sada.indexes.packing import LOW, SHIFT_32

LOOKED_AT = 1000  # articles that share a shingle: if no ten of these have unlike titles, they are one series


@kernel()
def titles_are_alike(stems, bounds, left, right):
    """True if two titles share two fifths of the words of the shorter one."""
    a, a_end, b, b_end = bounds[left], bounds[left + 1], bounds[right], bounds[right + 1]
    shorter, shared = min(a_end - a, b_end - b), 0
    while a < a_end and b < b_end:
        x, y = stems[a], stems[b]
        shared += x == y
        a += x <= y
        b += y <= x
    return 5 * shared >= ALIKE_FIFTHS * shorter


@kernel(types.boolean(read_i64s, types.int64, read_u32s, read_i64s, types.int64))
def have_unlike_titles(rows, count, stems, bounds, least):
    """True if ``least`` of ``rows[:count]`` have titles that are unlike each other."""
    chosen, found = np.empty(least, np.int64), 0
    for at in range(min(count, LOOKED_AT)):
        row = rows[at]
        if bounds[row] == bounds[row + 1]:
            continue
        alike = False
        for other in range(found):
            if titles_are_alike(stems, bounds, row, chosen[other]):
                alike = True
                break
        if not alike:
            chosen[found] = row
            found += 1
            if found == least:
                return True
    return False


@kernel()
def _mark(postings, counted, stems, bounds, least, good, rows, shared, out):
    """Clear ``good`` at the start of shingles that are none of a run; ``shared`` counts the others of each row."""
    start, found = 0, np.int64(0)
    while start < postings.size:
        shingle, stop, count = postings[start] >> SHIFT_32, start, 0
        while stop < postings.size and postings[stop] >> SHIFT_32 == shingle:
            row = np.int64(postings[stop] & LOW)
            rows[count] = row
            count += counted[row]
            stop += 1
        if good[start] and count >= least and have_unlike_titles(rows, count, stems, bounds, least):
            out[found] = shingle
            found += 1
            for at in range(count):
                shared[rows[at]] += 1
        else:
            good[start] = False
        start = stop
    return found


@kernel(types.int64(u64s, i64s, read_u32s, read_i64s, types.int64, u32s))
def boilerplate_shingles(postings, sizes, stems, bounds, least, out):
    """Write the shingles of runs that make up half of ``least`` articles with unlike titles; returns how many.

    Articles count while at least half of their shingles do, and shingles while enough of their articles do, so this
    repeats until nothing changes.

    Args:
        postings: ``shingle << 32 | row``, sorted.
        sizes: of the rows, how many shingles each has.
        stems: the words of the titles, see :class:`~sada.indexes.boilerplate.titles.TitleWords`.
        bounds: of these.
        least: how many articles.
        out: as long as there are distinct shingles.
    """
    good, counted = np.ones(postings.size, np.bool_), np.ones(sizes.size, np.bool_)
    rows, shared = np.empty(sizes.size, np.int64), np.empty(sizes.size, np.int64)
    found, changed = np.int64(0), True
    while changed:
        shared[:] = 0
        found = _mark(postings, counted, stems, bounds, least, good, rows, shared, out)
        changed = False
        for row in range(sizes.size):
            if counted[row] and 2 * shared[row] < sizes[row]:
                counted[row] = False
                changed = True
    return found
