"""Compiled loops that align two texts and sum up how they differ, for :mod:`sada.cluster.likeness.templates`."""

from __future__ import annotations

import numpy as np
from numba import types, uint64

from sada.cluster.likeness.alignment_kernels import MOST_CHANGES, align
from sada.cluster.likeness.word_kernels import NGRAM, bucket_of, word_hash
from sada.indexes.compiled import MIX, f32_rows, i64_rows, i64s, kernel, read_i64s, read_u16s, u32s
from sada.indexes.text.folding import DIGIT, SPACELESS
from sada.indexes.text.token_kernels import buffers_of, fold_table, split_tokens, token_room

# The columns of what `differences` writes.
FIGURES, TITLED_FIGURES, TITLED, REPEATED, SINGLE, NAMES, EDITS, RESPELT, COMPARED = range(9)
COLUMNS = 9

LONGEST_SLOT = 8  # tokens
LONGEST_NAME = 4  # tokens
EDGE = 8  # tokens at either end of a text, where bylines, dates and clock times stand
WIDER = 3  # how many letters of a script without spaces count as one token in the limits above
LEAST_BODY = 12  # tokens; if one of two texts is shorter, titles are read as part of their texts
# A word in this share of the texts or less is as good as a name, a word in that share or more cannot be one.
RARE, COMMON = 0.003, 0.06
# What is taken for granted: any word is in a hundredth of the texts, as if 50 more had been seen.
PRIOR_SHARE, PRIOR_TEXTS = 0.01, 50
_MOST_COMPARED = 40  # differences of words that are looked at; more are an edit
# Names of several words that stand once in long texts that are else equal: how many there must be.
_SEVERAL_NAMES = 2
_BY_CHANCE = 3  # equal letters of a script without spaces between two differences
_ZERO, _NINE = ord("0"), ord("9")
_ROOM = types.UniTuple(types.int64, 2)


@kernel()
def _split(data, start, middle, stop, table, letters, ends, kinds, hashes):
    """Split a title and its text into one list of tokens; returns how many the title has, and both."""
    title = split_tokens(data, start, middle, table, letters, ends, kinds, hashes)
    used = ends[title - 1] if title else np.int64(0)
    text = split_tokens(data, middle, stop, table, letters[used:], ends[title:], kinds[title:], hashes[title:])
    ends[title : title + text] += used
    return title, title + text


@kernel()
def _occurs(hashes, start, stop, others, at, end):
    """How often the tokens ``others[at:end]`` stand in ``hashes[start:stop]``."""
    found, width = np.int64(0), end - at
    for place in range(start, stop - width + 1):
        if hashes[place] == others[at]:
            same = np.int64(1)
            while same < width and hashes[place + same] == others[at + same]:
                same += 1
            found += same == width
    return found


@kernel()
def _figures(text, at, end, title, digits):
    """Count the digits 0 to 9 of some tokens; returns how many letters are others, and how many figures the title has.

    The first is -1 if no token begins with a digit.
    """
    letters, ends, kinds, hashes = text
    digits[:] = 0
    others, titled = np.int64(0), np.int64(0)
    for token in range(at, end):
        before, is_figure = digits.sum(), kinds[token] == DIGIT  # and no name with digits in it
        for place in range(ends[token - 1] if token else 0, ends[token]):
            if is_figure and _ZERO <= letters[place] <= _NINE:
                digits[letters[place] - _ZERO] += 1
            else:
                others += 1
        if digits.sum() > before:
            titled += _occurs(hashes, 0, title, hashes, token, token + 1)
    return (others if digits.any() else np.int64(-1)), titled


@kernel()
def _all_figures(text, total):
    """A number that is equal for texts with the same figures in any order."""
    _, _, kinds, hashes = text
    mixed = uint64(0)
    for token in range(total):
        if kinds[token] == DIGIT:
            mixed += hashes[token] * MIX
    return mixed


@kernel()
def _respelt(letters, start, stop, others, first, last, row):
    """Whether one run of letters becomes the other by changing at most a third of them (Levenshtein distance)."""
    wide, high = stop - start, last - first
    longest = max(wide, high)
    if longest >= row.size or 3 * abs(wide - high) > longest:
        return False
    for column in range(wide + 1):
        row[column] = column
    for line in range(1, high + 1):
        corner, row[0] = row[0], line
        for column in range(1, wide + 1):
            changed = corner + (letters[start + column - 1] != others[first + line - 1])
            corner = row[column]
            row[column] = min(changed, corner + 1, row[column - 1] + 1)
    return 3 * row[wide] <= longest


@kernel()
def _rarity(counts, texts, value):
    """How much a word is like a name: 1 if next to no other text has it, 0 if it is common."""
    others = max(np.float64(counts[bucket_of(value)]) - 1.0, 0.0)
    share = (others + PRIOR_SHARE * PRIOR_TEXTS) / (texts + PRIOR_TEXTS)
    return min(max(np.log(COMMON / share) / np.log(COMMON / RARE), 0.0), 1.0)


@kernel()
def _filling(text, at, end, sizes, edge, other, total, counts, texts):
    """The words of some tokens that the other text lacks: what may fill a slot of a template.

    Returns the rarity of the rarest (0 if there is none), how many they are, whether the title has one of them, at how
    many places the body has the one that it has most, and where that stands. All places near its ends count as one.
    """
    _, _, kinds, hashes = text
    title, whole = sizes
    rarest, own, titled, times, first, last = 0.0, np.int64(0), False, np.int64(0), at, at
    for token in range(at, end):
        least = min(2, end - at) if kinds[token] == SPACELESS else 1
        for width in range(least, (NGRAM if kinds[token] == SPACELESS else 1) + 1):
            stop = token + width
            if stop > end:
                break
            rarity = _rarity(counts, texts, word_hash(hashes, kinds, token, stop))
            if rarity == 0 or _occurs(other[3], 0, total, hashes, token, stop):
                continue
            rarest = max(rarest, rarity)
            own += width == least
            titled = titled or _occurs(hashes, 0, title, hashes, token, stop) > 0
            inside = _occurs(hashes, title + edge, whole - edge, hashes, token, stop)
            again = inside + (1 if _occurs(hashes, title, whole, hashes, token, stop) > inside else 0)
            if again > times:
                times, first, last = again, token, stop
    return rarest, own, titled, times, first, last


@kernel()
def _add_difference(left, right, sizes, span, counts, texts, scratch, out):
    """Add one difference of two bodies, the tokens ``a:a_end`` against ``b:b_end``, to what ``out`` sums up."""
    a, a_end, b, b_end = span
    left_title, left_total, right_title, right_total = sizes
    digits, other_digits, row = scratch
    spaceless = (left[2][a:a_end] == SPACELESS).any() or (right[2][b:b_end] == SPACELESS).any()
    wider = WIDER if spaceless else 1
    edge = EDGE * wider
    longest = max(a_end - a, b_end - b)
    if a == a_end or b == b_end or longest > LONGEST_SLOT * wider or out[COMPARED] == _MOST_COMPARED:
        out[EDITS] += 1
        return
    others, titled = _figures(left, a, a_end, left_title, digits)
    more_others, also_titled = _figures(right, b, b_end, right_title, other_digits)
    inside = min(a - left_title, b - right_title, left_total - a_end, right_total - b_end) >= edge
    if others >= 0 and more_others >= 0:
        plain = longest == 1 and others + more_others == 0
        if not plain and (digits == other_digits).all():
            out[RESPELT] += 1
        elif (spaceless and others != more_others) or longest > LONGEST_NAME * wider:  # words changed as well
            out[EDITS] += 1
        elif titled and also_titled:
            out[FIGURES] += 1
            out[TITLED_FIGURES] += 1
        elif inside:
            out[FIGURES] += 1
        return
    start, first = left[1][a - 1] if a else np.int64(0), right[1][b - 1] if b else np.int64(0)
    one_letter = spaceless and longest == 1
    if one_letter or _respelt(left[0], start, left[1][a_end - 1], right[0], first, right[1][b_end - 1], row):
        out[RESPELT] += 1
        return
    out[COMPARED] += 1
    rarity, own, titled, times, x, x_end = _filling(
        left, a, a_end, (left_title, left_total), edge, right, right_total, counts, texts
    )
    other_rarity, other_own, also_titled, other_times, _, _ = _filling(
        right, b, b_end, (right_title, right_total), edge, left, left_total, counts, texts
    )
    rarity, several = min(rarity, other_rarity), min(own, other_own) > wider
    if rarity == 0 or others >= 0 or more_others >= 0:
        out[EDITS] += 1
    elif not _occurs(left[3], left_title, a, left[3], x, x_end):  # a word that was replaced before counts once
        if titled and also_titled:
            out[TITLED] += rarity
        elif min(times, other_times) > 1:
            out[REPEATED] += rarity * (1.5 if several else 1)
        elif inside:
            name = several and longest <= LONGEST_NAME * wider
            out[SINGLE] += rarity * (3 if name else 1)
            out[NAMES] += name


@kernel()
def _by_chance(left, right, sizes, a, b, partner):
    """How many equal letters of a script without spaces part one difference from the next, if only a few do; else 0."""
    left_title, left_total, right_title, right_total = sizes
    for gap in range(1, _BY_CHANCE + 1):
        if max(a + gap - left_total, b + gap - right_total) >= 0 or left[2][a + gap - 1] != SPACELESS:
            return 0
        if partner[a + gap - left_title] != b + gap - right_title:
            return gap if left[2][a + gap] == SPACELESS and right[2][b + gap] == SPACELESS else 0
    return 0


@kernel()
def _add_differences(left, right, sizes, partner, counts, texts, scratch, out):
    """Add all differences of two bodies that are aligned."""
    left_title, left_total, right_title, right_total = sizes
    a, b = left_title, right_title
    while a < left_total or b < right_total:
        if a < left_total and partner[a - left_title] == b - right_title:
            a, b = a + 1, b + 1
            continue
        a_end, gap = a, 1
        while gap:
            while a_end < left_total and partner[a_end - left_title] < 0:
                a_end += 1
            b_end = right_title + partner[a_end - left_title] if a_end < left_total else right_total
            gap = _by_chance(left, right, sizes, a_end, b_end, partner)
            a_end += gap
        _add_difference(left, right, sizes, (a, a_end, b, b_end), counts, texts, scratch, out)
        a, b = a_end, b_end


@kernel(_ROOM(read_u16s, i64s, fold_table))
def room(data, offsets, table):
    """How many letters, and how many tokens, the longest text of a column may have."""
    return token_room(data, offsets, 0, offsets.size - 1, table)


@kernel(types.void(read_u16s, i64s, i64s, _ROOM, fold_table, read_i64s, types.int64, types.int64, i64_rows))
def token_counts(data, offsets, titles, most, table, rows, start, stop, out):
    """Write to ``out[row]`` how many tokens the title of a row has, and the title with its text."""
    buffers = buffers_of(*most)
    for place in range(start, stop):
        row = rows[place]
        out[row] = _split(data, offsets[row], offsets[row] + titles[row], offsets[row + 1], table, *buffers)


@kernel(
    types.void(
        read_u16s, i64s, i64s, _ROOM, fold_table, u32s, types.int64, read_i64s, read_i64s,
        types.int64, types.int64, f32_rows,
    )
)  # fmt: skip
def differences(data, offsets, titles, most, table, counts, texts, lefts, rights, start, stop, out):
    """Write to ``out`` how the two texts of each pair from ``start`` to ``stop`` differ; -1 if too far apart to tell.

    A row of ``data`` begins with a title of ``titles`` code units, and ``most`` is the :func:`room` of all. ``counts``
    are of so many ``texts``.
    """
    left, right = buffers_of(*most), buffers_of(*most)
    partner, front = np.empty(left[3].size, np.int32), np.empty(2 * MOST_CHANGES + 3, np.int32)
    trace = np.empty((MOST_CHANGES + 1) * (MOST_CHANGES + 2) // 2, np.int32)
    scratch = np.zeros(10, np.int64), np.zeros(10, np.int64), np.zeros(48, np.int64)
    known, title, total = np.int64(-1), np.int64(0), np.int64(0)
    for pair in range(start, stop):
        row, other = lefts[pair], rights[pair]
        if row != known:
            title, total = _split(data, offsets[row], offsets[row] + titles[row], offsets[row + 1], table, *left)
            known = row
        also_title, also_total = _split(
            data, offsets[other], offsets[other] + titles[other], offsets[other + 1], table, *right
        )
        bodies = min(total - title, also_total - also_title) >= LEAST_BODY
        sizes = (title if bodies else 0, total, also_title if bodies else 0, also_total)
        if align(left[3][sizes[0] : total], right[3][sizes[2] : also_total], partner, front, trace) < 0:
            out[pair] = -1
        else:
            out[pair] = 0
            _add_differences(left, right, sizes, partner, counts, texts, scratch, out[pair])
            if bodies and (out[pair, NAMES] < _SEVERAL_NAMES or out[pair, EDITS] + out[pair, RESPELT] > 0):
                out[pair, SINGLE] = 0  # words that stand once in a long text may as well be a synonym
            if out[pair, EDITS] > 1 and _all_figures(left, total) == _all_figures(right, also_total):
                out[pair, FIGURES] = out[pair, TITLED_FIGURES] = 0  # passages with figures were moved
