"""Compiled loops of the LSH join: band keys, candidate pairs from sorted columns, and the overlap of pairs of sets.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import types, uint32, uint64

from sada.indexes.compiled import MIX, i32s, i64s, kernel, read_i64s, read_u32_rows, read_u32s, u32s, u64_rows, u64s
from sada.indexes.packing import LOW, SHIFT_32

MUCH_LARGER = np.uint64(16)
"""A set so many times as large as another is not read from end to end: the members of the other are looked up."""


@kernel(types.void(read_u32_rows, types.int64, types.int64, types.int64, u64_rows))
def band_keys(signatures, start, stop, rows, out):
    """The keys of every band of ``rows`` minima of the signatures ``start`` to ``stop``."""
    for row in range(start, stop):
        for band in range(out.shape[0]):
            key = uint64(0)
            for position in range(band * rows, (band + 1) * rows):
                key = (key ^ uint64(signatures[row, position])) * MIX
                key ^= key >> uint64(29)
            out[band, row] = key


@kernel()
def _first_from(values, value, at, end):
    """The first place from ``at`` to ``end`` whose value is not below ``value``: values are sorted.

    Steps double until one is too wide, and a binary search ends it (Bentley and Yao, "An almost optimal algorithm for
    unbounded searching", 1976). So a small set is looked up in a large one at a cost of the logarithm of the gaps.
    """
    step = uint64(1)
    while at + step < end and values[at + step] < value:
        at += step
        step *= uint64(2)
    end = min(at + step + uint64(1), end)
    while at < end:
        middle = (at + end) // uint64(2)
        if values[middle] < value:
            at = middle + uint64(1)
        else:
            end = middle
    return at


@kernel()
def _shared_with_larger(shingles, at, end, place, last):
    """How many of ``shingles[at:end]`` stand in ``shingles[place:last]``, a set many times as large."""
    shared = uint64(0)
    while at < end and place < last:
        place = _first_from(shingles, shingles[at], place, last)
        shared += uint64(place < last and shingles[place] == shingles[at])
        at += uint64(1)
    return shared


@kernel(types.void(read_u32s, read_i64s, read_i64s, read_i64s, types.int64, types.int64, i64s))
def intersections(shingles, bounds, left, right, start, stop, out):
    """Count the shingles that each pair of rows (``left[i]``, ``right[i]``) shares; sets are sorted."""
    for pair in range(start, stop):
        a, a_end = uint64(bounds[left[pair]]), uint64(bounds[left[pair] + 1])
        b, b_end = uint64(bounds[right[pair]]), uint64(bounds[right[pair] + 1])
        shared = uint64(0)
        if (a_end - a) * MUCH_LARGER < b_end - b:
            shared = _shared_with_larger(shingles, a, a_end, b, b_end)
        elif (b_end - b) * MUCH_LARGER < a_end - a:
            shared = _shared_with_larger(shingles, b, b_end, a, a_end)
        else:
            while a < a_end and b < b_end:
                x, y = shingles[a], shingles[b]
                shared += uint64(x == y)
                a += uint64(x <= y)
                b += uint64(y <= x)
        out[pair] = np.int64(shared)


@kernel()
def sample_place(shingle):
    """The place of a shingle in the sampling order: a bijection of 32-bit hashes, unlike the one in MinHash."""
    mixed = uint32(shingle * uint32(0x9E3779B1))
    return uint32((mixed ^ (mixed >> uint32(15))) * uint32(0x85EBCA77))


@kernel(types.int64(read_u32s, read_i64s, read_i64s, read_i64s, types.uint32, types.uint32, u64s, i64s))
def sample_postings(shingles, bounds, rows, names, low, high, out, samples):
    """Write ``hash << 32 | names[i]`` of the shingles of ``rows[i]`` whose place is from low up to high.

    Adds the number of these of each row to ``samples[names[i]]``; returns how many there are in all.
    """
    filled = uint64(0)
    for at_row in range(rows.size):
        before, name = filled, uint64(names[at_row])
        for at in range(uint64(bounds[rows[at_row]]), uint64(bounds[rows[at_row] + 1])):
            place = sample_place(shingles[at])
            out[filled] = (uint64(shingles[at]) << SHIFT_32) | name  # always, and counted if it is sampled
            filled += uint64(low <= place) & uint64(place < high)
        samples[name] += np.int64(filled - before)
    return np.int64(filled)


@kernel(types.int64(u64s, types.int64, types.int64, types.boolean, u64s))
def run_pairs(packed, whole, representatives, chained, out):
    """Code pairs (smaller row << 32 | larger) of the rows in each run of equal keys; returns how many there are.

    ``packed`` holds ``key << 32 | row``, sorted. In a run of up to ``whole`` rows, every pair is taken; in a longer
    one, every row with the first ``representatives`` and, if ``chained``, with its predecessor. If ``out`` is too small
    for all pairs, the rest are only counted.
    """
    found = np.int64(0)
    start = np.int64(0)
    while start < packed.size:
        key = packed[start] >> SHIFT_32
        stop = start + 1
        while stop < packed.size and packed[stop] >> SHIFT_32 == key:
            stop += 1
        for right in range(start + 1, stop):
            first = right if stop - start <= whole else min(right, start + representatives)
            for left in range(start, first):
                if found < out.size:
                    out[found] = ((packed[left] & LOW) << SHIFT_32) | (packed[right] & LOW)
                found += 1
            if chained and first < right:
                if found < out.size:
                    out[found] = ((packed[right - 1] & LOW) << SHIFT_32) | (packed[right] & LOW)
                found += 1
        start = stop
    return found


@kernel(types.int64(u64s, i32s, u64s, i32s))
def tally(codes, counts, out, out_counts):
    """Write each of the sorted ``codes`` once, with the sum of its ``counts``; returns how many there are."""
    found = np.int64(-1)
    for at in range(codes.size):
        if found < 0 or codes[at] != out[found]:
            found += 1
            out[found], out_counts[found] = codes[at], 0
        out_counts[found] += counts[at]
    return found + 1


@kernel(types.void(read_u32s, read_i64s, read_i64s, read_i64s, types.int64, types.int64, u32s))
def gather_rows(values, bounds, rows, places, start, stop, out):
    """Copy the values of ``rows[start:stop]`` to where ``places`` says they begin."""
    for position in range(start, stop):
        at, place = bounds[rows[position]], places[position]
        for offset in range(bounds[rows[position] + 1] - at):
            out[place + offset] = values[at + offset]
