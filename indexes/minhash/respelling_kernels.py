"""Compiled loops from UTF-16 text to blocking keys; :mod:`sada.indexes.minhash.respelling` has the reference."""

from __future__ import annotations

import numpy as np
from numba import types, uint32, uint64

from sada.indexes.compiled import ONE, kernel, read_i64s, read_u16s, read_u64s, u32_rows
from sada.indexes.minhash.skeletons import (
    BLOCKING_LETTERS,
    BLOCKING_SHIFT,
    BLOCKING_UNITS,
    BLOCKING_WINDOW,
    TITLE_LETTERS,
)
from sada.indexes.packing import SHIFT_32

_ZERO, _LARGEST = np.uint64(0), np.uint64(0xFFFFFFFFFFFFFFFF)
_SEEN, _MOST = np.uint64(BLOCKING_LETTERS), np.uint64(TITLE_LETTERS + BLOCKING_LETTERS)
_UNITS, _WINDOW, _SHIFT = np.uint64(BLOCKING_UNITS), np.uint64(BLOCKING_WINDOW), np.uint64(BLOCKING_SHIFT)
_ROWS_AHEAD = 64
_LINE = 32  # code units in a line of the processor's cache
_LINES = 4


@kernel()
def first_letters(data, at, stop, classes, letters):
    """Write the first letters of a text that blocking keys see, a repeated one once; returns how many there are."""
    stop = min(stop, at + _UNITS)
    filled, last = _ZERO, _ZERO
    while at < stop and filled < _MOST:
        letter = uint64(classes[data[at]])
        at += ONE
        letters[filled] = letter  # always, and counted if it is kept
        filled += uint64(letter != _ZERO) & uint64(letter != last)
        last = letter if letter else last
    return filled


@kernel()
def touch(data, offsets, start, stop):
    """Read a little of the beginning of some texts.

    What is read far apart waits for memory, which is most of the time here; reads that wait for nothing else wait
    together, and the texts are near when they are read in order.
    """
    total, end = _ZERO, uint64(data.size - 1)
    for row in range(start, stop):
        at = uint64(offsets[row])
        for line in range(_LINES):
            total += uint64(data[min(at + uint64(line * _LINE), end)])
    return total


@kernel(types.void(read_u16s, read_i64s, read_u16s, read_u64s, u32_rows))
def blocking_keys(data, offsets, classes, multipliers, out):
    """Write the blocking keys of the texts of a column: minima over windows of the letters that begin their bodies."""
    letters = np.empty(_MOST + ONE, np.uint64)
    one, two, three, four = multipliers[0], multipliers[1], multipliers[2], multipliers[3]
    rows = out.shape[1]
    for row in range(rows):
        if row % _ROWS_AHEAD == 0:
            out[0, row] = uint32(touch(data, offsets, row, min(row + _ROWS_AHEAD, rows)))  # so that it is not left out
        count = first_letters(data, uint64(offsets[row]), uint64(offsets[row + 1]), classes, letters)
        place, value = count - min(count, _SEEN), _ZERO
        first_end = min(count, place + _WINDOW)
        while place + ONE < first_end:
            value = (value << _SHIFT) ^ letters[place]
            place += ONE
        least_one = least_two = least_three = least_four = _LARGEST
        while place < count:
            value = (value << _SHIFT) ^ letters[place]
            place += ONE
            least_one, least_two = min(least_one, value * one), min(least_two, value * two)
            least_three, least_four = min(least_three, value * three), min(least_four, value * four)
        out[0, row], out[1, row] = uint32(least_one >> SHIFT_32), uint32(least_two >> SHIFT_32)
        out[2, row], out[3, row] = uint32(least_three >> SHIFT_32), uint32(least_four >> SHIFT_32)
