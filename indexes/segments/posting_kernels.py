"""Compiled loops that build, count, search and merge postings.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL. A
posting is five bytes: a position (uint32, little-endian) and how often the term is in that article.
"""

from __future__ import annotations

import numpy as np
from numba import types, uint32, uint64

from sada.indexes.compiled import (
    MIX,
    ONE,
    bools,
    f32s,
    i32s,
    i64s,
    kernel,
    read_f32s,
    read_i64s,
    read_u8_rows,
    read_u64_rows,
    read_u64s,
    u8_rows,
    u32s,
    u64_rows,
    u64s,
)
from sada.indexes.packing import LOW, SHIFT_32
from sada.indexes.storage.block_kernels import BLOCK_BITS
from sada.indexes.text.terms import TITLE_TIMES

ENTRY = np.int64(16)  # bytes
MOST_TIMES = 255
_AT_ONCE = 1 << 10
_FREE = np.uint64(0xFFFFFFFFFFFFFFFF)


@kernel()
def position_of(postings, at):
    """The position of a posting."""
    return (
        uint32(postings[at, 0])
        | (uint32(postings[at, 1]) << uint32(8))
        | (uint32(postings[at, 2]) << uint32(16))
        | (uint32(postings[at, 3]) << uint32(24))
    )


@kernel()
def _put(postings, at, position, times):
    value = uint32(position)
    postings[at, 0] = value & uint32(0xFF)
    postings[at, 1] = (value >> uint32(8)) & uint32(0xFF)
    postings[at, 2] = (value >> uint32(16)) & uint32(0xFF)
    postings[at, 3] = value >> uint32(24)
    postings[at, 4] = times


@kernel()
def _slot(table, term):
    """The slot of a term in a hash table, or the free slot for it; the table has a power of two slots, some free."""
    last = uint64(table.shape[0] - 1)
    slot = (term * MIX) >> SHIFT_32 & last
    while table[slot, 0] != term and table[slot, 1] != _FREE:
        slot = (slot + ONE) & last
    return slot


@kernel()
def _widened(table):
    """A table of twice as many slots with the same entries."""
    wider = np.full((2 * table.shape[0], 2), _FREE)
    for at in range(table.shape[0]):
        if table[at, 1] != _FREE:
            slot = _slot(wider, table[at, 0])
            wider[slot, 0], wider[slot, 1] = table[at, 0], table[at, 1]
    return wider


@kernel()
def _number(terms, row, table, known, articles, count, numbers):
    """Number the terms of an article, where ``count`` terms are known; returns how many are known then."""
    for at in range(terms.size):
        term = terms[at]
        slot = _slot(table, term)
        if table[slot, 1] == _FREE:
            table[slot, 0], table[slot, 1] = term, (uint64(row) << SHIFT_32) | uint64(count)
            known[count], articles[count] = term, 1
            count += 1
        value = table[slot, 1]
        number = value & LOW
        articles[number] += np.int64(value >> SHIFT_32 != uint64(row))
        table[slot, 1] = (uint64(row) << SHIFT_32) | number
        numbers[at] = np.int32(number)
    return count


numbering = types.Tuple((u64_rows, u64s, i64s, types.int64))


@kernel(numbering())
def no_terms():
    """The state that :func:`number_terms` begins with: no term is known."""
    articles = np.empty(2 * _AT_ONCE, np.int64)
    return np.full((4 * _AT_ONCE, 2), _FREE), np.empty(2 * _AT_ONCE, np.uint64), articles, np.int64(0)


@kernel(numbering(i64s, u64s, types.int64, *numbering.types, i32s))
def number_terms(bounds, terms, first, table, known, articles, count, numbers):
    """Number the distinct terms of articles in the order of their first appearance.

    Args:
        bounds: those of title i are ``terms[bounds[2 * i]:]``, those of text i ``terms[bounds[2 * i + 1]:]``.
        terms: with repeats.
        first: the position of article 0.
        table: a hash table of the known terms: the term, and ``position << 32 | number`` of its last appearance.
        known: the known terms, by number.
        articles: how many articles have each known term.
        count: how many terms are known.
        numbers: filled with the number of each of ``terms``.

    Returns:
        ``table``, ``known``, ``articles`` and ``count`` with these articles added.
    """
    for row in range(bounds.size // 2):
        for start in range(bounds[2 * row], bounds[2 * row + 2], _AT_ONCE):
            stop = min(start + _AT_ONCE, bounds[2 * row + 2])
            if count + stop - start > known.size:
                table, known, articles = _widened(table), np.append(known, known), np.append(articles, articles)
            count = _number(terms[start:stop], first + row, table, known, articles, count, numbers[start:stop])
    return table, known, articles, count


@kernel(types.void(i64s, i32s, types.int64, i64s, i64s, u8_rows, u32s))
def write_postings(bounds, numbers, first, last, places, postings, lengths):
    """Write the postings of articles, and each article's length.

    Args:
        bounds: as in :func:`number_terms`.
        numbers: as in :func:`number_terms`.
        first: the position of article 0.
        last: the last position that has each term so far, -1 if none has it.
        places: where the next posting of each term goes.
        postings: filled with the postings.
        lengths: filled with the sum of each article's counts.
    """
    for row in range(bounds.size // 2):
        length = uint32(0)
        for at in range(bounds[2 * row], bounds[2 * row + 2]):
            number = numbers[at]
            times = np.int64(TITLE_TIMES if at < bounds[2 * row + 1] else 1)
            if last[number] != first + row:
                last[number] = first + row
                _put(postings, places[number], first + row, times)
                places[number] += 1
            else:
                place = places[number] - 1
                times = min(times, MOST_TIMES - np.int64(postings[place, 4]))
                postings[place, 4] += times
            length += uint32(times)
        lengths[first + row] = length


@kernel(types.boolean(read_u8_rows, i64s, i64s, read_i64s, i64s))
def count_living(postings, starts, stops, rows, out):
    """Count those of the postings ``starts[i]`` to ``stops[i]`` whose position has a row that is not negative.

    Returns False if a position has no row at all.
    """
    for term in range(starts.size):
        living = np.int64(0)
        for at in range(starts[term], stops[term]):
            position = position_of(postings, at)
            if position >= rows.size:
                return False
            living += np.int64(rows[position] >= 0)
        out[term] = living
    return True


@kernel(types.int64(read_u8_rows, i64s, i64s, i64s, i64s, i64s, u64s))
def place_postings(postings, starts, stops, terms, names, places, packed):
    """Write the postings of some terms of a segment with their new positions, without those whose new one is -1.

    ``names`` holds the new position of each old one. ``terms[i]`` is the term of the postings ``starts[i]`` to
    ``stops[i]``; each is written to the next place of its term, ``places[terms[i]]``, as
    ``term << 40 | new position << 8 | times``. There are as many places of a term as :func:`count_living` counts.

    Returns 1 if the postings of every term are still in order, 0 if not, and -1 if a position has no name.
    """
    ordered = True
    for at in range(starts.size):
        term = terms[at]
        place = places[term]
        for posting in range(starts[at], stops[at]):
            position = position_of(postings, posting)
            if position >= names.size:
                return np.int64(-1)
            name = names[position]
            if name < 0:
                continue
            value = (uint64(term) << uint64(40)) | (uint64(name) << uint64(8)) | uint64(postings[posting, 4])
            ordered &= place == 0 or packed[place - 1] < value or packed[place - 1] >> uint64(40) != uint64(term)
            packed[place] = value
            place += 1
        places[term] = place
    return np.int64(ordered)


@kernel(types.void(u64s, u8_rows))
def unpack_postings(packed, out):
    """Write packed postings in their stored form."""
    for at in range(packed.size):
        _put(out, at, (packed[at] >> uint64(8)) & LOW, packed[at] & uint64(0xFF))


@kernel(types.int64(read_u64_rows, read_u64s, bools, types.int64, i64s, i64s))
def look_up(directory, wanted, checked, offset, found, missing):
    """Find the entry of each wanted term in a directory, -1 for none, and read checked blocks only.

    The directory begins ``offset`` bytes into the first block. Terms with -2 in ``found`` are looked up. If that needs
    an unchecked block, the block is written to ``missing`` instead; returns how many are.
    """
    named = np.int64(0)
    last = directory.shape[0] - 1
    for at in range(wanted.size):
        if found[at] != -2:
            continue
        low, high = np.int64(0), np.int64(last)
        block = np.int64(-1)
        while low <= high:  # the last row, which is of no term, is read too
            middle = (low + high) >> 1
            block = (offset + ENTRY * middle) >> BLOCK_BITS
            if not checked[block]:
                break
            block = np.int64(-1)
            if directory[middle, 0] < wanted[at] and middle < last:
                low = middle + 1
            elif low == high:
                found[at] = low if low < last and directory[low, 0] == wanted[at] else -1
                break
            else:
                high = middle
        if block >= 0:
            missing[named] = block
            named += 1
    return named


@kernel(types.boolean(read_u64_rows, read_u8_rows, types.uint64, u64s))
def add_digests(directory, postings, secret, sums):
    """Add a digest of (term, times), which nobody can guess without the secret, to the sum of the article of a posting.

    The directory must part the postings. Returns False if the positions of a term do not ascend, or leave the sums.
    """
    for term in range(directory.shape[0] - 1):
        value = (directory[term, 0] ^ secret) * MIX
        value ^= value >> SHIFT_32
        last = np.int64(-1)
        for at in range(np.int64(directory[term, 1]), np.int64(directory[term + 1, 1])):
            position = np.int64(position_of(postings, at))
            if position <= last or position >= sums.size:
                return False
            last = position
            mixed = (value + secret * uint64(postings[at, 4])) * MIX
            sums[position] += mixed ^ (mixed >> SHIFT_32)
    return True


@kernel(types.boolean(read_u8_rows, i64s, i64s, f32s, read_f32s, f32s))
def add_up(postings, starts, stops, weights, slack, scores):
    """Add ``weights[i] * times / (times + slack[position])`` of the postings ``starts[i]`` to ``stops[i]``.

    Returns False if a position is beyond the scores.
    """
    for term in range(starts.size):
        weight = weights[term]
        for at in range(uint64(starts[term]), uint64(stops[term])):
            position = position_of(postings, at)
            if position >= scores.size:
                return False
            times = np.float32(postings[at, 4])
            scores[position] += weight * (times / (times + slack[position]))
    return True
