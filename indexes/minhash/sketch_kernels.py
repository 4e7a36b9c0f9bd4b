"""Compiled loops from tokens to shingle hashes to signatures."""

from __future__ import annotations

import numpy as np
from numba import types, uint32

from sada.indexes.compiled import MIX, i64s, kernel, read_i64s, read_u16s, read_u32s, u32_rows, u32s, u64s
from sada.indexes.packing import SHIFT_32
from sada.indexes.text.folding import SPACELESS
from sada.indexes.text.token_kernels import fold_table, mix_tokens, split_tokens, token_buffers, with_room
from sada.indexes.text.tokens import LETTERS_PER_SHINGLE, WORDS_PER_SHINGLE

MOST_BUCKET_BITS = 16
UNITS_PER_SHINGLE = 4  # code units; in most texts there are more


@kernel()
def shingle_hash(hashes, start, end):
    """The 32-bit hash of the tokens ``hashes[start:end]``, in order."""
    return uint32((mix_tokens(hashes, start, end) * MIX) >> SHIFT_32)


@kernel()
def sort_distinct(values, count, out, counts):
    """Write the sorted distinct values of ``values[:count]`` to ``out``; returns how many there are.

    This is a bucket sort with an insertion sort at the end: hashes are spread evenly, so that a bucket of equal highest
    bits holds one or two of them.
    """
    bits = np.int64(1)
    while bits < MOST_BUCKET_BITS and (np.int64(1) << bits) < count:
        bits += 1
    shift = uint32(32 - bits)
    counts[: (np.int64(1) << bits) + 1] = 0
    for position in range(count):
        counts[(values[position] >> shift) + 1] += 1
    for bucket in range(np.int64(1) << bits):
        counts[bucket + 1] += counts[bucket]
    for position in range(count):
        bucket = values[position] >> shift
        out[counts[bucket]] = values[position]
        counts[bucket] += 1
    for position in range(1, count):
        value, hole = out[position], position
        while hole > 0 and out[hole - 1] > value:
            out[hole] = out[hole - 1]
            hole -= 1
        out[hole] = value
    kept = min(count, np.int64(1))
    for position in range(1, count):
        if out[position] != out[position - 1]:
            out[kept] = out[position]
            kept += 1
    return kept


@kernel()
def shingle_hashes(hashes, kinds, count, out):
    """Write the hash of every shingle of ``count`` tokens, in order and with repeats; returns how many there are."""
    reached, found = np.int64(0), np.int64(0)
    for start in range(count):
        if kinds[start] != SPACELESS and reached <= start + 2 and start + 2 < count:  # three words: the loop unrolled
            value = hashes[start] * MIX
            value = ((value ^ (value >> SHIFT_32)) + hashes[start + 1]) * MIX
            value = ((value ^ (value >> SHIFT_32)) + hashes[start + 2]) * MIX
            out[found] = uint32(((value ^ (value >> SHIFT_32)) * MIX) >> SHIFT_32)
            found += 1
            reached = np.int64(start + 3)
            continue
        width = LETTERS_PER_SHINGLE if kinds[start] == SPACELESS else WORDS_PER_SHINGLE
        end = min(start + width, count)
        if end > reached:
            out[found] = shingle_hash(hashes, start, end)
            found += 1
            reached = end
    return found


@kernel(u32s(read_u16s, i64s, types.int64, types.int64, fold_table, i64s, u64s))
def shingle_sets(data, offsets, start, stop, table, sizes, keys):
    """The shingle sets of the texts ``start`` to ``stop`` of a column, one after the other.

    Writes how many shingles each has to ``sizes``, and a hash of all its tokens to ``keys``.
    """
    letters, ends, kinds, hashes = token_buffers(data, offsets, start, stop, table)
    shingles = np.empty((offsets[stop] - offsets[start]) // UNITS_PER_SHINGLE, np.uint32)
    unsorted, counts = np.empty(hashes.size, np.uint32), np.empty((1 << MOST_BUCKET_BITS) + 1, np.int32)
    filled = np.int64(0)
    for row in range(start, stop):
        count = split_tokens(data, offsets[row], offsets[row + 1], table, letters, ends, kinds, hashes)
        keys[row] = mix_tokens(hashes, 0, count)
        shingled = shingle_hashes(hashes, kinds, count, unsorted)
        shingles = with_room(shingles, filled, shingled)
        sizes[row] = sort_distinct(unsorted, shingled, shingles[filled:], counts)
        filled += sizes[row]
    return shingles[:filled].copy()


@kernel(types.void(read_u32s, read_i64s, types.int64, types.int64, u32_rows, u32_rows))
def signatures(shingles, bounds, start, stop, permutations, out):
    """The minima of ``a * fmix32(h) + b`` over each row's shingle hashes, for every permutation (a, b)."""
    a, b = permutations[0], permutations[1]
    for row in range(start, stop):
        minima = out[row]
        minima[:] = uint32(0xFFFFFFFF)
        for position in range(bounds[row], bounds[row + 1]):
            value = uint32(shingles[position])
            value ^= value >> uint32(16)
            value = uint32(value * uint32(0x85EBCA6B))
            value ^= value >> uint32(13)
            value = uint32(value * uint32(0xC2B2AE35))
            value ^= value >> uint32(16)
            for permutation in range(minima.size):
                minima[permutation] = min(minima[permutation], uint32(a[permutation] * value + b[permutation]))
