"""The compiled loop that finds the blocks that are still to be checked."""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import bools, i64s, kernel, read_i64s
from sada.indexes.storage import blocks

BLOCK_BITS = np.int64(blocks.BLOCK_BITS)


@kernel(types.int64(read_i64s, read_i64s, types.int64, types.int64, types.int64, bools, i64s))
def unchecked(starts, stops, rows, width, offset, checked, missing):
    """Write the unchecked blocks of the rows ``starts[i]`` to ``stops[i]`` to ``missing``; returns how many there are.

    There are ``rows`` of ``width`` bytes, and they begin ``offset`` bytes into the first block. If ``missing`` is full,
    there may be more. Returns -1 if a span is not within the rows or ends before it begins.
    """
    named = np.int64(0)
    for span in range(starts.size):
        if starts[span] < 0 or stops[span] < starts[span] or stops[span] > rows:
            return np.int64(-1)
        first, end = offset + starts[span] * width, offset + stops[span] * width
        if end > first:
            for block in range(first >> BLOCK_BITS, ((end - 1) >> BLOCK_BITS) + 1):
                if not checked[block]:
                    if named == missing.size:
                        return named
                    missing[named] = block
                    named += 1
    return named
