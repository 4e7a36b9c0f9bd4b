"""Compiled loops of one query: search in sorted bands, and the overlap of one set with a few others.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import types, uint64

from sada.indexes.compiled import ONE, bools, i64s, kernel, read_i64s, read_u32s, read_u64_rows, u32s
from sada.indexes.packing import LOW, SHIFT_32
from sada.indexes.storage.block_kernels import BLOCK_BITS

ITEM = np.int64(8)


@kernel(types.int64(read_u64_rows, u32s, bools, types.int64, i64s, i64s, i64s))
def find_runs(packed, wanted, checked, offset, starts, stops, missing):
    """Find the run of ``wanted[band]`` in each sorted band of ``packed``, and read checked blocks only.

    ``packed`` holds ``key << 32 | row`` and begins ``offset`` bytes into the first block. Bands whose ``stops`` is
    below 0 are searched. If that needs an unchecked block, the block is written to ``missing`` instead; returns how
    many are.
    """
    count = packed.shape[1]
    named = np.int64(0)
    for band in range(packed.shape[0]):
        if stops[band] >= 0:
            continue
        least = uint64(wanted[band]) << SHIFT_32
        low, high = np.int64(0), np.int64(count)
        block = np.int64(-1)
        while low < high:
            middle = (low + high) >> 1
            at = (offset + ITEM * (band * count + middle)) >> BLOCK_BITS
            if not checked[at]:
                block = at
                break
            if packed[band, middle] < least:
                low = middle + 1
            else:
                high = middle
        stop = low
        while block < 0 and stop < count:
            at = (offset + ITEM * (band * count + stop)) >> BLOCK_BITS
            if not checked[at]:
                block = at
            elif packed[band, stop] >> SHIFT_32 == wanted[band]:
                stop += 1
            else:
                break
        if block < 0:
            starts[band], stops[band] = low, stop
        else:
            missing[named] = block
            named += 1
    return named


@kernel(types.void(read_u64_rows, i64s, i64s, i64s))
def gather_runs(packed, starts, stops, out):
    """Write the rows of the entries ``starts[band]`` to ``stops[band]`` of each band."""
    filled = 0
    for band in range(packed.shape[0]):
        for at in range(starts[band], stops[band]):
            out[filled] = np.int64(packed[band, at] & LOW)
            filled += 1


@kernel(types.void(read_u32s, read_u32s, i64s, i64s, i64s))
def shared_with(own, shingles, starts, stops, out):
    """Count the elements that one sorted set shares with each sorted span ``starts[i]`` to ``stops[i]``."""
    for row in range(starts.size):
        a, b, end = uint64(0), uint64(starts[row]), uint64(stops[row])
        shared = uint64(0)
        while a < uint64(own.size) and b < end:
            x, y = own[a], shingles[b]
            shared += uint64(x == y)
            a += uint64(x <= y)
            b += uint64(y <= x)
        out[row] = np.int64(shared)


@kernel(types.boolean(read_u32s, read_i64s))
def are_sets(shingles, bounds):
    """Whether the bounds part all shingles into sets, of which each ascends."""
    if bounds.size == 0 or bounds[0] != 0 or bounds[bounds.size - 1] != shingles.size:
        return False
    for row in range(bounds.size - 1):
        start, stop = bounds[row], bounds[row + 1]
        if start > stop or stop > shingles.size:
            return False
        for at in range(uint64(start) + ONE, uint64(stop)):
            if shingles[at - ONE] >= shingles[at]:
                return False
    return True
