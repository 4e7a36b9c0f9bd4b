"""Compiled loops that split texts into subwords.

:mod:`sada.indexes.subwords.unigram` defines the split; :func:`sada.indexes.subwords.chunks.chunks` is readable. As in
:mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.

Subwords are looked up by their prefixes: an open-addressed hash table holds the 64-bit hash of every prefix of a
subword. The search for the subwords that begin at a letter ends as soon as no subword has the prefix read so far.
"""

from __future__ import annotations

import numpy as np
from numba import from_dtype, types, uint64

from sada.indexes.compiled import MIX, ONE, f32s, i32s, i64s, kernel, read_i32s, read_u16s
from sada.indexes.packing import SHIFT_32
from sada.indexes.spelling.rule_kernels import LETTER, paired_entry
from sada.indexes.subwords.chunks import LONGEST_CHUNK, WORD_START
from sada.indexes.text.folding import DIGIT, DROPPED, KIND_SHIFT, MARK, PAIRED, SEPARATOR, SEQUENCE, SPACELESS, WORD
from sada.indexes.text.token_kernels import fold_table

EMPTY, NO_PIECE = -2, -1
_WORD_START = np.int32(ord(WORD_START))
PREFIX = np.dtype([("hash", "<u8"), ("piece", "<i4"), ("score", "<f4")])

prefix_table = from_dtype(PREFIX)[::1]


@kernel()
def _extend(value, letter):
    """The hash of a prefix and one letter more; 0 is that of no letter."""
    value = (value + uint64(letter) + ONE) * MIX
    return value ^ (value >> SHIFT_32)


@kernel()
def _slot(prefixes, shift, value):
    """The slot of the prefix with that hash, or the free slot for it."""
    at, last = value >> shift, uint64(prefixes.size - 1)
    while prefixes[at].piece != EMPTY and prefixes[at].hash != value:
        at = (at + ONE) & last
    return at


@kernel(types.int64(read_i32s, i64s))
def most_prefixes(letters, ends):
    """An upper bound of the number of prefixes: all letters but those that a subword shares with the one before."""
    total, before, start = np.int64(0), np.int64(0), np.int64(0)
    for piece in range(ends.size):
        size, shared = ends[piece] - start, np.int64(0)
        while shared < min(size, start - before) and letters[before + shared] == letters[start + shared]:
            shared += 1
        total += size - shared
        before, start = start, ends[piece]
    return total


@kernel(types.int64(read_i32s, i64s, f32s, types.uint64, prefix_table))
def fill_prefixes(letters, ends, scores, shift, prefixes):
    """Enter the prefixes of all subwords into an empty table; returns the first subword that is there twice, or -1."""
    start = np.int64(0)
    for piece in range(ends.size):
        value, at = uint64(0), uint64(0)
        for position in range(start, ends[piece]):
            value = _extend(value, letters[position])
            at = _slot(prefixes, shift, value)
            if prefixes[at].piece == EMPTY:
                prefixes[at].hash = value
                prefixes[at].piece = NO_PIECE
        if prefixes[at].piece != NO_PIECE:
            return piece
        prefixes[at].piece = np.int32(piece)
        prefixes[at].score = scores[piece]
        start = ends[piece]
    return np.int64(-1)


@kernel()
def _split(letters, count, prefixes, shift, unknown, other, sums, starts, lasts, out, filled):
    """Write the subwords of the best split of some letters to ``out`` from ``filled`` on; returns where they end there.

    A letter that no subword covers costs ``unknown``, and is written as the subword ``other``, or not at all if that is
    ``NO_PIECE``.

    This is Viterbi's algorithm: for each end, the greatest sum of a split of the letters before it, and where its last
    subword starts. Longer subwords reach an end first, so that they win ties.
    """
    for end in range(1, count + 1):
        sums[end] = -np.inf
    for start in range(count):
        so_far, end, value = sums[start], start + 1, uint64(0)
        if so_far + unknown > sums[end]:
            sums[end], starts[end], lasts[end] = so_far + unknown, start, NO_PIECE
        while end <= count:
            value = _extend(value, letters[end - 1])
            at = _slot(prefixes, shift, value)
            piece = prefixes[at].piece
            if piece == EMPTY:
                break
            total = so_far + prefixes[at].score
            if piece != NO_PIECE and total > sums[end]:
                sums[end], starts[end], lasts[end] = total, start, piece
            end += 1
    edge, found = np.int64(count), filled
    while edge > 0:
        if lasts[edge] == NO_PIECE:
            lasts[edge] = other
        found += np.int64(lasts[edge] != NO_PIECE)
        edge = np.int64(starts[edge])
    edge, place = np.int64(count), found
    while edge > 0:
        if lasts[edge] != NO_PIECE:
            place -= 1
            out[place] = lasts[edge]
        edge = np.int64(starts[edge])
    return found


@kernel(i32s(read_u16s, i64s, types.int64, types.int64, fold_table, prefix_table, types.uint64, types.float32, i64s))
def find_subwords(data, offsets, start, stop, table, prefixes, shift, unknown, sizes):
    """The subwords of the texts ``start`` to ``stop`` of a column, one after the other; writes how many each has."""
    entries, firsts, sequences, kind_of = table
    letters = np.empty(LONGEST_CHUNK + 1, np.int32)
    letters[0] = _WORD_START
    sums, starts = np.zeros(LONGEST_CHUNK + 2, np.float32), np.empty(LONGEST_CHUNK + 2, np.int32)
    lasts = np.empty(LONGEST_CHUNK + 2, np.int32)
    out = np.empty(((offsets[stop] - offsets[start]) >> 1) + LONGEST_CHUNK + 1, np.int32)
    filled = np.int64(0)
    for row in range(start, stop):
        before, at, end = filled, uint64(offsets[row]), uint64(offsets[row + 1])
        run, count = np.uint32(SEPARATOR), np.int64(0)
        while True:
            while run != SEPARATOR and at < end and count < LONGEST_CHUNK:  # within a chunk: nearly all letters
                entry = entries[data[at]]
                if entry >> np.uint32(KIND_SHIFT) != run:
                    break
                count += 1
                letters[count] = np.int32(entry & LETTER)
                at += ONE
            position, last = np.int64(0), np.int64(1)
            kind, letter = np.uint32(SEPARATOR), np.uint32(0)
            final = at >= end  # closes the last chunk, as a separator does
            if not final:
                entry = entries[data[at]]
                at += ONE
                kind, letter = entry >> np.uint32(KIND_SHIFT), entry & LETTER
                if kind == PAIRED:
                    entry, at = paired_entry(data, at, end, letter, entries)
                    kind, letter = entry >> np.uint32(KIND_SHIFT), entry & LETTER
                if kind == DROPPED:
                    continue
                if kind == SEQUENCE:
                    position, last = np.int64(firsts[letter]), np.int64(firsts[letter + 1])
                    letter = np.uint32(sequences[position])
                    kind = np.uint32(kind_of[letter])
            while True:
                if kind == DIGIT:
                    kind = np.uint32(WORD)
                if kind == MARK:
                    kind = run
                if count and (kind != run or count == LONGEST_CHUNK):
                    skipped = np.int64(run == SPACELESS)
                    if filled + count >= out.size:
                        wider = np.empty(2 * out.size, np.int32)
                        wider[:filled] = out[:filled]
                        out = wider
                    filled = _split(
                        letters[skipped:], count + 1 - skipped, prefixes, shift, unknown, np.int32(NO_PIECE), sums,
                        starts, lasts, out, filled,
                    )  # fmt: skip
                    count = np.int64(0)
                run = kind
                if kind != SEPARATOR:
                    count += 1
                    letters[count] = np.int32(letter)
                position += 1
                if position >= last:
                    break
                letter = np.uint32(sequences[position])
                kind = np.uint32(kind_of[letter])
            if final:
                break
        sizes[row] = filled - before
    return out[:filled].copy()


@kernel(i32s(read_i32s, i64s, types.int64, types.int64, prefix_table, types.uint64, types.float32, types.int32, i64s))
def split_letters(letters, offsets, start, stop, prefixes, shift, unknown, other, sizes):
    """The subwords of the texts ``start`` to ``stop``, of which no letter is folded; writes how many each has."""
    longest = np.int64(0)
    for row in range(start, stop):
        longest = max(longest, offsets[row + 1] - offsets[row])
    sums, starts = np.zeros(longest + 1, np.float32), np.empty(longest + 1, np.int32)
    lasts, out = np.empty(longest + 1, np.int32), np.empty(offsets[stop] - offsets[start], np.int32)
    filled = np.int64(0)
    for row in range(start, stop):
        before, own = filled, letters[offsets[row] : offsets[row + 1]]
        filled = _split(own, own.size, prefixes, shift, unknown, other, sums, starts, lasts, out, filled)
        sizes[row] = filled - before
    return out[:filled].copy()
