"""Compiled loops from UTF-16 text to shingle hashes to signatures; :mod:`sada.indexes.text` is their reference.

A kernel that Python calls has one explicit signature, is cached on disk, releases the GIL and touches only its own
slice of the output, so a thread pool runs them side by side with the same result for any split. The parts they are made
of have none: they are compiled into them, and need not be loaded for themselves.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types, uint32, uint64

from sada.indexes import text
from sada.indexes.text import LETTERS_PER_SHINGLE, WORDS_PER_SHINGLE
from sada.indexes.unicode_table import DROPPED, KIND_SHIFT, MARK, PAIRED, SEPARATOR, SEQUENCE, SPACELESS, WORD

FNV_OFFSET, FNV_PRIME, MIX = np.uint64(text.FNV_OFFSET), np.uint64(text.FNV_PRIME), np.uint64(text.MIX)
SHIFT_32 = np.uint64(32)
ONE = np.uint64(1)
MOST_BUCKET_BITS = 16
LETTER = np.uint32((1 << KIND_SHIFT) - 1)
MOST_LETTERS = 18  # the widest folding makes as many of one code unit

u16s, i32s, i64s = types.Array(types.uint16, 1, "C", readonly=True), types.int32[::1], types.int64[::1]
u32s, read_u32s = types.uint32[::1], types.Array(types.uint32, 1, "C", readonly=True)
read_i64s = types.Array(types.int64, 1, "C", readonly=True)
fold_table = types.Tuple((u32s, i32s, i32s, types.uint8[::1]))


def _cache_is_possible() -> bool:
    """False where neither this package's folder nor the user's cache folder can be written: then nothing is kept."""
    try:
        njit(cache=True)(_cache_is_possible)
    except RuntimeError:
        return False
    return True


jit = {"cache": _cache_is_possible(), "nogil": True}


@njit(**jit)
def paired_entry(data, at, stop, half, entries):
    """The entry of a letter whose first half in UTF-16 was just before ``at``, and where the next letter begins.

    ``half`` are the ten bits of the first half; without a second one it counts as a separator.
    """
    if at < stop and data[at] & 0xFC00 == 0xDC00:
        return entries[0x10000 + (np.int64(half) << 10) + (np.int64(data[at]) & 0x3FF)], at + ONE
    return np.uint32(SEPARATOR), at


@njit(**jit)
def split_tokens(data, at, stop, table, letters, ends, kinds, hashes):
    """Fold the UTF-16 text ``data[at:stop]`` and cut it into tokens; returns how many there are.

    Writes all folded letters one after the other; of each token where it ends among them, the kind of its first letter
    and its hash. The outputs need room for ``MOST_LETTERS`` a code unit.
    """
    entries, starts, sequences, kind_of = table
    at, stop = uint64(at), uint64(stop)  # unsigned: an index that cannot be negative needs no look
    found, filled = uint64(0), uint64(0)
    open_kind, value = np.uint32(SEPARATOR), FNV_OFFSET
    while at < stop:
        entry = entries[data[at]]
        kind, letter = entry >> np.uint32(KIND_SHIFT), entry & LETTER
        at += ONE
        if kind <= WORD and open_kind != SPACELESS:
            # All but a few letters. Where words end cannot be predicted, so nothing here branches: a token is written
            # at every letter, and counted if it ends.
            ends[found], kinds[found], hashes[found] = filled, open_kind, value
            letters[filled] = np.int32(letter)
            going = uint64(0) - uint64(kind)  # all ones within a word
            value = (((value ^ uint64(letter)) * FNV_PRIME) & going) | (FNV_OFFSET & ~going)
            found += uint64(kind == SEPARATOR) & uint64(open_kind != SEPARATOR)
            open_kind = max(open_kind, np.uint32(WORD)) & uint32(going)
            filled += uint64(kind)
            continue
        if kind == PAIRED:
            entry, at = paired_entry(data, at, stop, letter, entries)
            kind, letter = entry >> np.uint32(KIND_SHIFT), entry & LETTER
        if kind == DROPPED:
            continue
        position, last = np.int64(0), np.int64(1)
        if kind == SEQUENCE:
            position, last = np.int64(starts[letter]), np.int64(starts[letter + 1])
            letter = uint32(sequences[position])
            kind = uint32(kind_of[letter])
        while True:
            if open_kind != SEPARATOR and kind != MARK and (open_kind == SPACELESS or kind in (SEPARATOR, SPACELESS)):
                ends[found], kinds[found], hashes[found] = filled, open_kind, value
                found += ONE
                open_kind, value = np.uint32(SEPARATOR), FNV_OFFSET
            if kind != SEPARATOR and not (kind == MARK and open_kind == SEPARATOR):
                if open_kind == SEPARATOR:
                    open_kind = kind
                letters[filled] = np.int32(letter)
                filled += ONE
                value = (value ^ uint64(letter)) * FNV_PRIME
            position += 1
            if position >= last:
                break
            letter = uint32(sequences[position])
            kind = uint32(kind_of[letter])
    if open_kind != SEPARATOR:
        ends[found], kinds[found], hashes[found] = filled, open_kind, value
        found += ONE
    return np.int64(found)


@njit(**jit)
def hash_letters(letters, start, end):
    """The 64-bit hash of the token ``letters[start:end]``."""
    value = FNV_OFFSET
    for position in range(start, end):
        value = (value ^ uint64(letters[position])) * FNV_PRIME
    return value


@njit(**jit)
def mix_tokens(hashes, start, end):
    """64 bits that stand for the tokens ``hashes[start:end]`` in their order; 0 for no token."""
    value = uint64(0)
    for position in range(start, end):
        value = (value + hashes[position]) * MIX
        value ^= value >> SHIFT_32
    return value


@njit(**jit)
def shingle_hash(hashes, start, end):
    """The 32-bit hash of the tokens ``hashes[start:end]``, in order."""
    return uint32((mix_tokens(hashes, start, end) * MIX) >> SHIFT_32)


@njit(**jit)
def sort_distinct(values, count, out, counts):
    """Write the sorted distinct values of ``values[:count]`` to ``out``; returns how many there are.

    Hashes are spread evenly, so a bucket of their highest bits holds one or two: they are dealt into buckets and
    neighbours out of order are shifted into place.
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


@njit(**jit)
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


@njit(
    types.int64(
        u16s, types.int64[::1], types.int64, types.int64, fold_table,
        types.uint32[::1], types.int64[::1], types.uint64[::1],
    ),
    **jit,
)  # fmt: skip
def shingle_sets(data, offsets, start, stop, table, shingles, sizes, keys):
    """Shingle sets of the texts ``start`` to ``stop`` of a column, written one after the other; returns their sum."""
    longest = np.int64(0)
    for row in range(start, stop):
        longest = max(longest, offsets[row + 1] - offsets[row])
    letters, ends = np.empty(longest * MOST_LETTERS, np.int32), np.empty(longest * MOST_LETTERS, np.int64)
    kinds, hashes = np.empty(longest * MOST_LETTERS, np.uint8), np.empty(longest * MOST_LETTERS, np.uint64)
    unsorted, counts = np.empty(longest * MOST_LETTERS, np.uint32), np.empty((1 << MOST_BUCKET_BITS) + 1, np.int32)
    filled = np.int64(0)
    for row in range(start, stop):
        count = split_tokens(data, offsets[row], offsets[row + 1], table, letters, ends, kinds, hashes)
        keys[row] = mix_tokens(hashes, 0, count)
        shingled = shingle_hashes(hashes, kinds, count, unsorted)
        sizes[row] = sort_distinct(unsorted, shingled, shingles[filled:], counts)
        filled += sizes[row]
    return filled


@njit(types.void(read_u32s, read_i64s, types.int64, types.int64, types.uint32[:, ::1],
                 types.uint32[:, ::1]), **jit)  # fmt: skip
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
