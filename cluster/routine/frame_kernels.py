"""Compiled loops over shingles that reports of many days have in common.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
An entry is a shingle in the upper half of 64 bits and a row below, so that sorted entries come by shingle. Rows that
are asked for come first: ``places`` gives the position of a row among the candidates, -1 for none.
"""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import bools, f32_rows, f64s, i32_rows, i32s, i64s, kernel, u64s

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@kernel()
def _run_of(entries, start):
    """Return where the entries of one shingle end."""
    stop, shingle = start + 1, entries[start] >> _HALF
    while stop < len(entries) and entries[stop] >> _HALF == shingle:
        stop += 1
    return stop


@kernel()
def _distinct(entries, start, stop, groups, seen, stamp):
    """Return how many groups (stories, or days) the rows of some entries are of."""
    count = 0
    for at in range(start, stop):
        group = groups[entries[at] & _LOW]
        if seen[group] != stamp:
            seen[group] = stamp
            count += 1
    return count


@kernel(types.void(u64s, i64s, i64s, types.int64, types.int64, types.int64, f64s, f64s))
def formulaic_shares(entries, stories, days, story_count, day_count, least, whole, formulaic):
    """Add to each row the weight of its shingles, and of those that other rows have on ``least`` other days or more.

    A shingle weighs the logarithm of all stories to those that have it.
    """
    seen, seen_day = np.full(story_count, -1, np.int64), np.full(day_count, -1, np.int64)
    start = 0
    while start < len(entries):
        stop = _run_of(entries, start)
        weight = np.log(story_count / _distinct(entries, start, stop, stories, seen, start))
        other_days = _distinct(entries, start, stop, days, seen_day, start) - 1
        for at in range(start, stop):
            row = entries[at] & _LOW
            whole[row] += weight
            if other_days >= least:
                formulaic[row] += weight
        start = stop


@kernel(types.int64(u64s, u64s, i64s, i64s, types.int64, types.int64, i64s, i32s, bools, f64s, f64s))
def frame_postings(entries, leads, stories, places, story_count, most, bounds, members, in_lead, weights, lead_whole):
    """Write the postings of shingles that at least two candidates have, and at most ``most``; return their number.

    ``leads`` are entries of the candidates' leads, with positions among the candidates below. List i is
    ``members[bounds[i]:bounds[i + 1]]``, positions of candidates, each with whether its lead has the shingle, and has
    one weight. The weight of each candidate's lead is added to ``lead_whole``.
    """
    seen, lead_of = np.full(story_count, -1, np.int64), np.full(len(lead_whole), -1, np.int64)
    start, lead, lists, filled = 0, 0, 0, 0
    bounds[0] = 0
    while start < len(entries):
        stop = _run_of(entries, start)
        shingle, candidates = entries[start] >> _HALF, 0
        for at in range(start, stop):
            candidates += places[entries[at] & _LOW] >= 0
        if candidates:
            weight = np.log(story_count / _distinct(entries, start, stop, stories, seen, start))
            while lead < len(leads) and leads[lead] >> _HALF < shingle:
                lead += 1
            while lead < len(leads) and leads[lead] >> _HALF == shingle:
                lead_of[leads[lead] & _LOW] = start
                lead_whole[leads[lead] & _LOW] += weight
                lead += 1
            if 2 <= candidates <= most:
                for at in range(start, stop):
                    place = places[entries[at] & _LOW]
                    if place >= 0:
                        members[filled], in_lead[filled] = place, lead_of[place] == start
                        filled += 1
                weights[lists] = weight
                lists += 1
                bounds[lists] = filled
        start = stop
    return lists


@kernel(
    types.void(
        i64s, i32s, bools, i64s, i32s, bools, f64s, f64s, f64s, i64s, i64s, types.float64, types.boolean,
        types.int64, types.int64, f32_rows, i32_rows,
    )
)  # fmt: skip
def nearest_by_day(
    bounds, members, in_lead, row_bounds, row_lists, row_in_lead, weights, whole, lead_whole, stories, days, least,
    own, start, stop, shares, siblings,
):  # fmt: skip
    """Find for candidates the article of another day that shares most of their words, one for each day.

    It is of the same story if ``own``, else of another. Lists of candidates are as of :func:`frame_postings`, and
    ``row_bounds``, ``row_lists`` and ``row_in_lead`` say in which of them each candidate is. ``whole`` and
    ``lead_whole`` are the weights of candidates and of their leads, of which at least a share of ``least`` must be in
    the other's lead. The share in the weight of a candidate is written to ``shares`` (candidates, days), and the
    other's position to ``siblings``; both stay as they are where none is.
    """
    common, common_lead = np.zeros(len(whole)), np.zeros(len(whole))
    touched = np.empty(len(whole), np.int64)
    for row in range(start, stop):
        known = 0
        for at in range(row_bounds[row], row_bounds[row + 1]):
            one, weight = row_lists[at], weights[row_lists[at]]
            if weight == 0.0:  # all stories have it
                continue
            for other_at in range(bounds[one], bounds[one + 1]):
                other = members[other_at]
                if common[other] == 0.0:
                    touched[known] = other
                    known += 1
                common[other] += weight
                if row_in_lead[at] and in_lead[other_at]:
                    common_lead[other] += weight
        touched[:known].sort()
        for at in range(known):
            other = touched[at]
            share, share_lead = common[other] / whole[row], common_lead[other] / max(lead_whole[row], 1e-9)
            common[other], common_lead[other] = 0.0, 0.0
            if (stories[other] == stories[row]) != own or days[other] == days[row] or share_lead < least:
                continue
            if np.float32(share) > shares[row, days[other]]:
                shares[row, days[other]], siblings[row, days[other]] = share, other
