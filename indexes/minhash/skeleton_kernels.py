"""Compiled loops from UTF-16 text to skeletons and their shingles.

:mod:`sada.indexes.minhash.skeletons` is their readable reference.
"""

from __future__ import annotations

import numpy as np
from numba import types, uint32, uint64

from sada.indexes.compiled import (
    FNV_OFFSET,
    FNV_PRIME,
    MIX,
    i32s,
    i64s,
    kernel,
    read_i64s,
    read_u16s,
    u8_rows,
    u32s,
    u64s,
)
from sada.indexes.minhash.skeleton_table import (
    DIGIT,
    DROPPED,
    GAP,
    GROUPER,
    HASH,
    KIND_SHIFT,
    LETTER,
    MARK,
    MINUS,
    PAIRED,
    PLUS,
    RULE_SHIFT,
    SEVERAL,
    SIGN,
    STACKER,
    VIRAMA,
)
from sada.indexes.minhash.skeletons import BELOW, BOUNDARY, GRAM, LETTER_MASK, NASAL_SIGN
from sada.indexes.minhash.sketch_kernels import MOST_BUCKET_BITS, sort_distinct
from sada.indexes.packing import SHIFT_32
from sada.indexes.spelling.letters import KHMER_DA, KHMER_TA
from sada.indexes.text.token_kernels import SHORT, with_room

MOST_LETTERS = 24  # of one code unit: 18 by the widest folding, and the boundaries of a number
_LETTERS = np.uint32(LETTER_MASK)
_MARKED = np.uint32(MARK << KIND_SHIFT)
_SIGNED = np.uint32(SIGN << KIND_SHIFT)
_GAP = np.uint32(GAP << KIND_SHIFT)
skeleton_table = types.Tuple((u32s, i32s, u32s, u8_rows))


@kernel()
def kind_of(entry):
    """The kind of an entry."""
    return (entry >> np.uint32(KIND_SHIFT)) & np.uint32(15)


@kernel()
def put_letter(out, filled, letter, rules):
    """Put a letter, unless it is the last one again or falls after it; returns the new length."""
    rule = letter >> RULE_SHIFT
    if filled and rules[0, out[filled - 1] >> RULE_SHIFT] & rules[2, rule]:
        filled -= 1
    if filled and (out[filled - 1] == letter or rules[0, out[filled - 1] >> RULE_SHIFT] & rules[1, rule]):
        return filled
    out[filled] = letter
    return filled + 1


@kernel()
def put_mark(out, filled, mark, rules):
    """Put a mark among those that stand behind the last letter, in their order, once; returns the new length."""
    if filled and rules[0, out[filled - 1] >> RULE_SHIFT] & rules[2, mark >> RULE_SHIFT]:
        filled -= 1
    at = filled
    letter = mark & _LETTERS
    while at and kind_of(out[at - 1]) == MARK and out[at - 1] & _LETTERS > letter:
        at -= 1
    if at and out[at - 1] & _LETTERS == letter:
        return filled
    for place in range(filled, at, -1):
        out[place] = out[place - 1]
    out[at] = mark
    return filled + 1


@kernel()
def digits_follow(data, at, stop, entries):
    """How many digits stand from a place on, at most four."""
    found = 0
    while found < 4 and at + found < stop and kind_of(entries[data[at + found]]) == DIGIT:
        found += 1
    return found


@kernel()
def write_skeleton(data, at, stop, table, out):
    """Write the skeleton of the UTF-16 text ``data[at:stop]`` as entries; returns how many there are."""
    entries, starts, sequences, rules = table
    filled, run = np.int64(0), np.int64(0)
    gap, below = True, False
    while at < stop:
        entry = entries[data[at]]
        at += 1
        if kind_of(entry) == PAIRED:
            if at < stop and data[at] & 0xFC00 == 0xDC00:
                half = np.int64(entry & _LETTERS)
                entry = entries[0x10000 + (half << 10) + (np.int64(data[at]) & 0x3FF)]
                at += 1
            else:
                entry = _GAP
        if kind_of(entry) == DROPPED:
            continue
        place, last = np.int64(0), np.int64(1)
        several = kind_of(entry) == SEVERAL
        if several:
            which = entry & _LETTERS
            place, last = np.int64(starts[which]), np.int64(starts[which + 1])
        while place < last:
            if several:
                entry = sequences[place]
            place += 1
            kind = kind_of(entry)
            if kind == STACKER:
                below = True
            elif kind == VIRAMA:
                if filled and rules[0, out[filled - 1] >> RULE_SHIFT] & rules[2, entry >> RULE_SHIFT]:
                    filled = put_mark(out, filled - 1, np.uint32(NASAL_SIGN), rules)
            elif kind in (LETTER, MARK):
                if kind == LETTER and below:
                    letter = entry & _LETTERS
                    letter = np.uint32(KHMER_TA) if letter == KHMER_DA else letter
                    filled = put_mark(out, filled, (letter + np.uint32(BELOW)) | _MARKED, rules)
                elif kind == MARK:
                    filled = put_mark(out, filled, entry, rules)
                else:
                    filled = put_letter(out, filled, entry, rules)
                gap = below = False
            elif kind == DIGIT:
                number = filled > 0 and kind_of(out[filled - 1]) == DIGIT
                run = run + 1 if number and not gap else np.int64(1)
                if gap and number:
                    out[filled] = BOUNDARY
                    filled += 1
                out[filled] = entry
                filled += 1
                gap = below = False
            else:
                number = filled > 0 and kind_of(out[filled - 1]) == DIGIT
                follow = digits_follow(data, at, stop, entries) if kind != GAP else 0
                if kind == GROUPER and not gap and number and run <= 3 and follow == 3:
                    run = np.int64(0)
                elif (
                    kind == SIGN
                    or (kind in (PLUS, HASH) and not gap and not number)
                    or (kind in (PLUS, MINUS) and gap and follow > 0)
                ):
                    out[filled] = (entry & _LETTERS) | _SIGNED
                    filled += 1
                    gap = below = False
                else:
                    gap = True
    return filled


@kernel()
def hash_figures(letters, count):
    """A 64-bit hash of the digits and signs of a skeleton in their order; 0 for none."""
    value = FNV_OFFSET
    for place in range(count):
        entry = letters[place]
        if kind_of(entry) == DIGIT or (kind_of(entry) == SIGN and entry != BOUNDARY):
            value = (value ^ uint64(entry)) * FNV_PRIME
    return uint64(0) if value == FNV_OFFSET else value


@kernel()
def gram_hashes(letters, count, out):
    """Write the hash of every gram of a skeleton, which is read as a ring; returns how many there are.

    ``letters`` has room for a gram behind the skeleton.
    """
    grams = count if count > GRAM else min(count, 1)
    width = min(count, GRAM)
    for place in range(count, count + width):
        letters[place] = letters[place - count]
    for start in range(grams):
        value = FNV_OFFSET
        for place in range(uint64(start), uint64(start + width)):
            value = (value ^ uint64(letters[place] & _LETTERS)) * FNV_PRIME
        out[start] = uint32((value * MIX) >> SHIFT_32)
    return grams


@kernel()
def _room(data, at, stop, table):
    """The most letters that the skeleton of a text may have, with the boundaries between its numbers."""
    entries, starts, _, _ = table
    letters = np.int64(0)
    while at < stop:
        entry = entries[data[at]]
        at += 1
        if kind_of(entry) == PAIRED and at < stop and data[at] & 0xFC00 == 0xDC00:
            entry = entries[0x10000 + (np.int64(entry & _LETTERS) << 10) + (np.int64(data[at]) & 0x3FF)]
        which = entry & _LETTERS
        letters += 2 * (np.int64(starts[which + 1] - starts[which]) if kind_of(entry) == SEVERAL else np.int64(1))
    return letters


@kernel(u32s(read_u16s, read_i64s, types.int64, types.int64, skeleton_table, i64s, u64s, u64s, i64s))
def skeleton_sets(data, offsets, start, stop, table, sizes, keys, figures, lengths):
    """The shingle sets of the skeletons of some texts; writes how many shingles each has, and what is known of it."""
    longest = np.int64(0)
    for row in range(start, stop):
        size = offsets[row + 1] - offsets[row]
        most = size * MOST_LETTERS if size <= SHORT else _room(data, offsets[row], offsets[row + 1], table)
        longest = max(longest, most)
    letters, unsorted = np.empty((2, longest + GRAM), np.uint32)
    shingles = np.empty(offsets[stop] - offsets[start], np.uint32)
    counts = np.empty((1 << MOST_BUCKET_BITS) + 1, np.int32)
    filled = np.int64(0)
    for row in range(start, stop):
        count = write_skeleton(data, offsets[row], offsets[row + 1], table, letters)
        key = uint64(0)
        for place in range(count):
            key = (key + uint64(letters[place] & _LETTERS) + uint64(1)) * MIX
            key ^= key >> SHIFT_32
        keys[row], figures[row], lengths[row] = key, hash_figures(letters, count), count
        found = gram_hashes(letters, count, unsorted)
        shingles = with_room(shingles, filled, found)
        sizes[row] = sort_distinct(unsorted, found, shingles[filled:], counts)
        filled += sizes[row]
    return shingles[:filled].copy()


@kernel(types.uint64[::1](read_u16s, skeleton_table))
def skeleton_letters(data, table):
    """The letters of the skeleton of one text (code points), for comparison with the reference."""
    letters = np.empty(data.size * MOST_LETTERS, np.uint32)
    count = write_skeleton(data, 0, data.size, table, letters)
    return (letters[:count] & _LETTERS).astype(np.uint64)
