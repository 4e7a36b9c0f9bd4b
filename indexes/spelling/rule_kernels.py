"""Compiled rules for letters whose reading depends on what stands beside them.

They look from one place of a UTF-16 text backward or forward, and are compiled into the kernels that call them.
:func:`sada.indexes.text.tokens.read` is their readable reference. ``entries`` is that of
:func:`sada.indexes.text.folding.kernel_table`.
"""

from __future__ import annotations

import numpy as np
from numba import uint32, uint64

from sada.indexes.compiled import ONE, kernel
from sada.indexes.spelling import letters as spelling
from sada.indexes.spelling.letters import (
    ALEF,
    ALLAH,
    ANUSVARA,
    BREAK,
    DIGIT,
    DOUBLED,
    DROPPED,
    FRACTION,
    HAMZA,
    HYPHEN,
    LAM,
    MARK,
    PAIRED,
    PLUS,
    RAISED,
    RAISED_SEQUENCE,
    SEPARATOR,
    SEQUENCE,
    SIGN,
    SLASH,
    SPACELESS,
    WA,
    WAW,
    WORD,
    YEH,
    ZERO,
)  # fmt: skip

SKIP, REPLACE, BEFORE, AFTER, SIGNED, RAISE = (np.uint32(1 << bit) for bit in range(6))
"""What :func:`beside` finds: the letter is not written; it takes the place of the last one; a token ends before it,
or after it; a minus or plus may stand before it; it is a raised digit."""
SHIFT = np.uint32(24)
LETTER = np.uint32((1 << 24) - 1)
_NEWLINE, _RETURN, _SPACE, _TAB = map(ord, "\n\r \t")
_ZERO, _NINE = ord("0"), ord("9")
_MINUS, _PLUS = ord("-"), ord("+")


def _flags(*classes: str) -> np.ndarray:
    """A look-up table by code unit, uint8 (0x10000,): the number of the class of each letter, from 1 on; 0 for none."""
    table = np.zeros(1 << 16, np.uint8)
    for number, letters in enumerate(classes, 1):
        table[list(map(ord, letters))] = number
    return table


_SIGNS = _flags(spelling.DASHES, spelling.PLUSES)
_GROUPING = _flags(spelling.GROUPING)
_NO_SIGN_AFTER = _flags(spelling.NO_SIGN_AFTER)
_NASALS = np.zeros(1 << 16, np.uint16)
_NASALS[list(spelling.NASALS)] = list(spelling.NASALS.values())
_HOUSE = 4


@kernel()
def paired_entry(data, at, stop, half, entries):
    """The entry of a letter of two code units, of which the second is at ``at``, and where the next letter begins.

    ``half`` holds the ten bits of the first code unit, which counts as a separator if no second one follows.
    """
    if at < stop and data[at] & 0xFC00 == 0xDC00:
        return entries[0x10000 + (np.int64(half) << 10) + (np.int64(data[at]) & 0x3FF)], at + ONE
    return np.uint32(SEPARATOR), at


@kernel()
def entry_at(data, at, stop, entries):
    """The entry of the letter that begins at ``at``; that of a space at the end of the text."""
    if at >= stop:
        return uint32(_SPACE)
    entry = entries[data[at]]
    if entry >> SHIFT == PAIRED:
        entry, _ = paired_entry(data, at + ONE, stop, entry & LETTER, entries)
    return entry


@kernel()
def is_digit(letter):
    """Whether a folded letter is a digit."""
    return _ZERO <= letter <= _NINE


@kernel()
def entry_before(data, at, begin, entries):
    """The entry of the letter that ends before ``at``, and where it begins; what is dropped is passed over.

    At the beginning of the text it is that of a space.
    """
    while at > begin:
        at -= ONE
        entry = entries[data[at]]
        if data[at] & 0xFC00 == 0xDC00 and at > begin and data[at - ONE] & 0xFC00 == 0xD800:
            at -= ONE
            half = entries[data[at]] & LETTER
            entry = entries[0x10000 + (np.int64(half) << 10) + (np.int64(data[at + ONE]) & 0x3FF)]
        if entry >> SHIFT == PAIRED:  # half a pair
            return uint32(_SPACE), at
        if entry >> SHIFT != DROPPED:
            return entry, at
    return uint32(_SPACE), at


@kernel()
def sign_before(data, at, begin, entries):
    """The minus or plus that stands directly before ``at`` and not after a letter or digit; 0 for none."""
    _, place = entry_before(data, at, begin, entries)
    if place == at or not _SIGNS[data[place]]:
        return uint32(0)
    entry, _ = entry_before(data, place, begin, entries)
    kind, letter = entry >> SHIFT, entry & LETTER
    within = kind in (WORD, MARK, SPACELESS, DIGIT, SEQUENCE) or kind >= RAISED
    within |= kind == HYPHEN or (letter <= 0xFFFF and _NO_SIGN_AFTER[letter] != 0)
    if within and not 0x207A <= data[place] <= 0x208B:  # a raised sign is one also after a digit
        return uint32(0)
    return uint32(_MINUS) if _SIGNS[data[place]] == 1 else uint32(_PLUS)


@kernel()
def digits_from(data, at, stop, entries):
    """How many digits of one code unit stand from ``at`` on."""
    count = np.int64(0)
    while at < stop:
        kind = entries[data[at]] >> SHIFT
        if kind != DIGIT and kind != ZERO:
            break
        count += 1
        at += ONE
    return count


@kernel()
def number_end(data, at, stop, first, entries):
    """Where a number ends whose first digit was read before ``at``, with its groups of three digits.

    Before the last group there may be groups of two, as India writes them.
    """
    more = digits_from(data, at, stop, entries)
    end = at + uint64(more)
    if more > 2 or first == _ZERO or end >= stop or not _GROUPING[data[end]]:
        return end
    separator, place = data[end], end
    while place < stop and data[place] == separator:
        size = digits_from(data, place + ONE, stop, entries)
        if size != 2 and size != 3:
            break
        place += uint64(size) + ONE
        if size == 3:
            end = place
    return end


@kernel()
def line_break_end(data, at, stop, entries):
    """Where a word goes on that a hyphen before ``at`` breaks at the line's end; ``at`` if it does not."""
    place, lines = at, np.int64(0)
    while place < stop and data[place] in (_SPACE, _TAB, _RETURN, _NEWLINE):
        lines += np.int64(data[place] == _NEWLINE)
        place += ONE
    return place if lines == 1 and place < stop and entries[data[place]] >> SHIFT == WORD else at


@kernel()
def signs_end(data, at, stop, entries):
    """Where a word ends whose first + or # was read before ``at``; 0 if the signs do not end the word."""
    place = at
    while place < stop and entries[data[place]] >> SHIFT == PLUS:
        place += ONE
    if place - at > 1:
        return uint64(0)
    kind = entry_at(data, place, stop, entries) >> SHIFT
    within = kind in (WORD, MARK, SPACELESS, DIGIT, SEQUENCE) or kind >= RAISED
    return uint64(0) if within else place


@kernel()
def waw_follows(data, at, stop, entries):
    """Whether the next letter from ``at`` on is a waw; what is dropped is passed over."""
    while at < stop and entries[data[at]] >> SHIFT == DROPPED:
        at += ONE
    if at >= stop:
        return False
    entry = entries[data[at]]
    return entry >> SHIFT in (WORD, HAMZA) and entry & LETTER == WAW


@kernel()
def is_anusvara(nasal, data, at, stop, entries):
    """Whether the virama before ``at`` is between a Devanagari nasal and a letter of its own group of four."""
    first, entry = np.uint32(_NASALS[nasal & 0xFFFF]), entry_at(data, at, stop, entries)
    return first != 0 and entry >> SHIFT == WORD and first <= entry & LETTER < first + _HOUSE


@kernel()
def beside(kind, letter, data, begin, at, stop, entries, letters, start, filled, open_kind, raised):
    """Read a letter by what stands beside it.

    ``kind`` and ``letter`` are those of its entry, a digit or a kind above ``PAIRED``, and ``at`` is where it ends. Of
    the folded letters, ``filled`` are written, and the open token of ``open_kind`` begins at ``start``. ``raised`` is
    how many there were after the last raised digit.

    Returns:
        What is done with it (a sum of ``SKIP`` to ``RAISE``), the kind and letter that it is read as, and where the
        run of digits or signs ends that it begins.
    """
    spaced = open_kind != SEPARATOR and open_kind != SPACELESS
    last = letters[filled - ONE] if spaced else np.int32(0)
    numeric, inside = is_digit(last), spaced and filled - start >= 2
    following = entry_at(data, at, stop, entries) >> SHIFT
    none, plain = uint32(0), uint32(SEPARATOR)
    if kind == ZERO:
        if not numeric and following in (MARK, SPACELESS):
            return none, uint32(SPACELESS), uint32(WA), at
        kind = uint32(DIGIT)
    if kind == DIGIT:
        return SIGNED | BEFORE * uint32(filled == raised), kind, letter, number_end(data, at, stop, letter, entries)
    if kind == SIGN:
        return BEFORE | AFTER | SIGNED * uint32(following in (DIGIT, ZERO)), kind, letter, at
    if kind == BREAK:
        return SKIP * uint32(not spaced), plain, letter, at
    if kind == HYPHEN:
        end = line_break_end(data, at, stop, entries) if spaced and not numeric else at
        return SKIP * uint32(end != at or letter == 0), plain, letter, end
    if kind == PLUS:
        end = signs_end(data, at, stop, entries) if spaced and not numeric else uint64(0)
        return (AFTER, uint32(WORD), letter, end) if end else (none, plain, letter, at)
    if kind == SLASH:
        return none, uint32(WORD) if numeric and following in (DIGIT, ZERO) else plain, letter, at
    if kind in (RAISED, RAISED_SEQUENCE):
        kind = uint32(DIGIT) if kind == RAISED else uint32(SEQUENCE)
        return RAISE | SIGNED | BEFORE * uint32(numeric and filled != raised), kind, letter, at
    if kind == FRACTION:
        return BEFORE | AFTER | SIGNED, uint32(SEQUENCE), letter, at
    if kind == HAMZA:
        waw = spaced and waw_follows(data, at, stop, entries)
        if letter == 0:  # it is a mark of the letter before
            return (REPLACE if waw and inside and last == WAW else SKIP), plain, uint32(YEH), at
        return none, uint32(WORD), uint32(YEH) if waw else letter, at
    if kind == ALLAH:
        lam = last == LAM and filled - start == 1
        return none, uint32(SEQUENCE), letter + uint32(2 if lam else last == ALEF), at
    if kind == DOUBLED:
        doubled = open_kind == SPACELESS and filled - start == 1 and uint32(letters[start]) == letter
        return REPLACE * uint32(doubled), uint32(SPACELESS), letter + uint32(doubled), at
    anusvara = inside and is_anusvara(last, data, at, stop, entries)  # kind is VIRAMA
    return (REPLACE, plain, uint32(ANUSVARA), at) if anusvara else (none, uint32(MARK), letter, at)


@kernel()
def sort_last(letters, start, end):
    """Move the last of the marks ``letters[start + 1:end]`` to its place by code point; whether it moved."""
    letter, place = letters[end - 1], end - 1
    while place > start + 1 and letters[place - 1] > letter:
        letters[place] = letters[place - 1]
        place -= 1
    letters[place] = letter
    return place != end - 1
