"""Compiled loops from UTF-16 text to token hashes; :mod:`sada.indexes.text.tokens` is their readable reference.

Every kernel that Python calls has one explicit signature, is cached on disk, releases the GIL, and writes only its own
slice of the output, so that threads run several of them in parallel with the same result for any split. The functions
that kernels call have no signature: they are compiled into the kernels, and are not loaded on their own.
"""

from __future__ import annotations

import numpy as np
from numba import types, uint32, uint64

from sada.indexes.compiled import FNV_OFFSET, FNV_PRIME, MIX, ONE, i32s, kernel, u8s, u32s
from sada.indexes.packing import SHIFT_32
from sada.indexes.spelling import rule_kernels as rules
from sada.indexes.spelling.letters import (
    ALLAH,
    COENG,
    FRACTION,
    HAMZA,
    KHMER_DA,
    KHMER_TA,
    RAISED_SEQUENCE,
    SIGN,
    WAW,
)
from sada.indexes.spelling.rule_kernels import LETTER, paired_entry
from sada.indexes.text.folding import DIGIT, DROPPED, KIND_SHIFT, MARK, PAIRED, SEPARATOR, SEQUENCE, SPACELESS, WORD

MOST_LETTERS = 18  # of one code unit, by the widest folding
SHORT = 1 << 16  # code units; the letters of a longer text are counted before there is room made for them
LONGEST_ALLAH = 4  # letters of the ligature, of which the reading depends on what stands before it
fold_table = types.Tuple((u32s, i32s, i32s, u8s))


@kernel()
def token_buffers(data, offsets, start, stop, table):
    """What :func:`split_tokens` writes to, wide enough for the longest of the texts ``start`` to ``stop`` of a column.

    Returns letters, ends, kinds and hashes.
    """
    letters, tokens = token_room(data, offsets, start, stop, table)
    return buffers_of(letters, tokens)


@kernel()
def token_room(data, offsets, start, stop, table):
    """How many letters, and how many tokens, the longest of some texts of a column may have. Long ones are read."""
    letters, tokens = np.int64(0), np.int64(0)
    for row in range(start, stop):
        most = (offsets[row + 1] - offsets[row]) * MOST_LETTERS
        also = most
        if most > SHORT * MOST_LETTERS:
            most, also = _room(data, offsets[row], offsets[row + 1], table)
        letters, tokens = max(letters, most), max(tokens, also)
    return letters, tokens


@kernel()
def buffers_of(letters, tokens):
    """Room for so many letters and tokens: letters, ends, kinds and hashes."""
    return (
        np.empty(letters, np.int32),
        np.empty(tokens, np.int64),
        np.empty(tokens, np.uint8),
        np.empty(tokens, np.uint64),
    )


@kernel()
def _room(data, at, stop, table):
    """The most letters that a text may be folded to, and the most tokens: at least one of each for a code unit."""
    entries, starts, sequences, kind_of = table
    letters, tokens, at, stop = stop - at, stop - at, uint64(at), uint64(stop)
    while at < stop:
        entry = entries[data[at]]
        at += ONE
        if entry >> np.uint32(KIND_SHIFT) == PAIRED:
            entry, at = paired_entry(data, at, stop, entry & LETTER, entries)
        kind, letter = entry >> np.uint32(KIND_SHIFT), np.int64(entry & LETTER)
        if kind == ALLAH:
            letters += np.int64(LONGEST_ALLAH)
        elif kind in (SEQUENCE, RAISED_SEQUENCE, FRACTION):
            letters += starts[letter + 1] - starts[letter]
            for place in range(starts[letter], starts[letter + 1]):
                tokens += np.int64(kind_of[sequences[place]] in (SEPARATOR, SPACELESS))
    return letters, tokens


@kernel()
def with_room(values, filled, more):
    """``values``, or a copy of twice the size if there is no room for ``more`` behind those that are filled."""
    if filled + more <= values.size:
        return values
    wider = np.empty(2 * (filled + more), values.dtype)
    wider[:filled] = values[:filled]
    return wider


@kernel()
def split_tokens(data, at, stop, table, letters, ends, kinds, hashes):
    """Fold the UTF-16 text ``data[at:stop]`` and cut it into tokens; returns how many there are.

    Writes all folded letters one after the other, and for each token where it ends among them, the kind of its first
    letter (``SIGN`` of a sign), and its hash. The outputs must be those of :func:`token_buffers`.
    """
    entries, starts, sequences, kind_of = table
    begin, at, stop = uint64(at), uint64(at), uint64(stop)  # unsigned: numba does not check for negative indices
    found, filled = uint64(0), uint64(0)
    open_kind, value = np.uint32(SEPARATOR), FNV_OFFSET
    raised, below = ~uint64(0), False  # how many letters there were after a raised digit; if the last was a coeng
    while at < stop:
        entry = entries[data[at]]
        kind, letter = entry >> np.uint32(KIND_SHIFT), entry & LETTER
        at += ONE
        if kind <= WORD and open_kind != SPACELESS:
            # All but a few letters come here. Where words end cannot be predicted, so nothing here branches: a token is
            # written at every letter, and counted if it ends.
            ends[found], kinds[found], hashes[found] = filled, open_kind, value
            letters[filled] = np.int32(letter)
            going = uint64(0) - uint64(kind)  # all ones within a word
            value = (((value ^ uint64(letter)) * FNV_PRIME) & going) | (FNV_OFFSET & ~going)
            found += uint64(kind == SEPARATOR) & uint64(open_kind != SEPARATOR)
            open_kind = max(open_kind, np.uint32(WORD)) & uint32(going)
            filled += uint64(kind)
            continue
        if kind == HAMZA and letter and at < stop and open_kind != SPACELESS:
            following = entries[data[at]]
            if following >> np.uint32(KIND_SHIFT) <= WORD and following & LETTER != WAW:  # nearly always: save time
                letters[filled] = np.int32(letter)
                filled += ONE
                value = (value ^ uint64(letter)) * FNV_PRIME
                open_kind = max(open_kind, np.uint32(WORD))
                continue
        place = at - ONE
        if kind == PAIRED:
            entry, at = paired_entry(data, at, stop, letter, entries)
            kind, letter = entry >> np.uint32(KIND_SHIFT), entry & LETTER
        if kind == DROPPED:
            continue
        effects, end = np.uint32(0), at
        start = uint64(ends[found - ONE]) if found else uint64(0)  # of the open token among the letters
        if kind == DIGIT or kind > PAIRED:
            effects, kind, letter, end = rules.beside(
                kind, letter, data, begin, at, stop, entries, letters, start, filled, open_kind, raised
            )
            if effects & rules.SKIP:
                at = end
                continue
            if effects & rules.REPLACE:
                letters[filled - ONE] = np.int32(letter)
                value = hash_letters(letters, start, filled)
                continue
            if effects & rules.BEFORE and open_kind != SEPARATOR:
                ends[found], kinds[found], hashes[found] = filled, open_kind, value
                found += ONE
                open_kind, value, start = np.uint32(SEPARATOR), FNV_OFFSET, filled
            sign = uint32(0)
            if effects & rules.SIGNED and open_kind == SEPARATOR:
                sign = rules.sign_before(data, place, begin, entries)
            if sign:
                letters[filled] = np.int32(sign)
                filled += ONE
                ends[found], kinds[found], hashes[found] = filled, SIGN, (FNV_OFFSET ^ uint64(sign)) * FNV_PRIME
                found += ONE
                start = filled
        position, last = np.int64(0), np.int64(1)
        if kind == SEQUENCE:
            position, last = np.int64(starts[letter]), np.int64(starts[letter + 1])
            letter = uint32(sequences[position])
            kind = uint32(kind_of[letter])
        while True:
            below &= kind == SPACELESS and open_kind == SPACELESS
            inner = kind == MARK or below
            if open_kind != SEPARATOR and not inner and (open_kind == SPACELESS or kind in (SEPARATOR, SPACELESS)):
                ends[found], kinds[found], hashes[found] = filled, open_kind, value
                found += ONE
                open_kind, value, start = np.uint32(SEPARATOR), FNV_OFFSET, filled
            if kind != SEPARATOR and not (inner and open_kind == SEPARATOR):
                if open_kind == SEPARATOR:
                    open_kind = kind
                letters[filled] = np.int32(KHMER_TA if below and letter == KHMER_DA else letter)
                filled += ONE
                value = (value ^ uint64(letters[filled - ONE])) * FNV_PRIME
                if inner and open_kind == SPACELESS and rules.sort_last(letters, start, filled):
                    value = hash_letters(letters, start, filled)
            below = letter == COENG
            position += 1
            if position >= last:
                break
            letter = uint32(sequences[position])
            kind = uint32(kind_of[letter])
        while at < end:  # the rest of a number without what parts its groups, or of signs
            entry = entries[data[at]]
            at += ONE
            if entry >> np.uint32(KIND_SHIFT) != SEPARATOR:
                letters[filled] = np.int32(entry & LETTER)
                filled += ONE
                value = (value ^ uint64(entry & LETTER)) * FNV_PRIME
        if effects & rules.RAISE:
            raised = filled
        if effects & rules.AFTER:
            ends[found], kinds[found], hashes[found] = filled, open_kind, value
            found += ONE
            open_kind, value = np.uint32(SEPARATOR), FNV_OFFSET
    if open_kind != SEPARATOR:
        ends[found], kinds[found], hashes[found] = filled, open_kind, value
        found += ONE
    return np.int64(found)


@kernel()
def hash_letters(letters, start, end):
    """The 64-bit hash of the token ``letters[start:end]``."""
    value = FNV_OFFSET
    for position in range(start, end):
        value = (value ^ uint64(letters[position])) * FNV_PRIME
    return value


@kernel()
def mix_tokens(hashes, start, end):
    """A 64-bit hash of the token hashes ``hashes[start:end]`` in their order; 0 for no token."""
    value = uint64(0)
    for position in range(start, end):
        value = (value + hashes[position]) * MIX
        value ^= value >> SHIFT_32
    return value
