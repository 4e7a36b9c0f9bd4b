"""The compiled loop that picks what to read next from scored candidates.

As in :mod:`sada.indexes.text.token_kernels`, it has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from sada.cluster.copies.copies import CONTAINMENT, JACCARD
from sada.cluster.copies.pairs import LEAST_SHINGLES
from sada.indexes.compiled import f64s, i64s, jit, read_bools, read_f32_rows, read_f64s, read_i64s, read_u32s

LEAST_SHARE = min(JACCARD, CONTAINMENT)  # of the shorter of two copies that is in both
_COPY = 2.0  # in place of a share that two texts have in common


@njit(**jit)
def _shared(shingles, at, stop, other, end, lost):
    """How many of a sorted span's values another has, too; -1 once more than ``lost`` of them are not there."""
    found = 0
    while at < stop and other < end:
        one, two = shingles[at], shingles[other]
        found += one == two
        lost -= one < two
        at += one <= two
        other += two <= one
        if lost < 0:
            return -1
    return found


@njit(**jit)
def _share(bounds, shingles, a, b, whole):
    """The share of its shingles that the shorter of two texts has in common with the other; ``_COPY`` if copies.

    Of very short texts it is their Jaccard. Unless it is wanted ``whole``, it is 0 for all but copies.
    """
    if bounds[a + 1] - bounds[a] > bounds[b + 1] - bounds[b]:
        a, b = b, a
    least, most = bounds[a + 1] - bounds[a], bounds[b + 1] - bounds[b]
    if least == 0:
        return 0.0
    lost = least if whole else least - np.int64(LEAST_SHARE * least)
    shared = _shared(shingles, bounds[a], bounds[a + 1], bounds[b], bounds[b + 1], lost)
    jaccard, containment = shared / (least + most - shared), shared / least
    if jaccard >= JACCARD or (least >= LEAST_SHINGLES and containment >= CONTAINMENT):
        return _COPY
    if not whole:
        return 0.0
    return containment if least >= LEAST_SHINGLES else jaccard


@njit(**jit)
def _nearness(vectors, a, b, unrelated):
    """How near two articles are in meaning: 0 as unrelated ones, 1 as one and the same."""
    first = second = third = fourth = np.float64(0)  # four sums, so that none waits for the one before
    even = vectors.shape[1] - vectors.shape[1] % 4
    for at in range(0, even, 4):
        first += np.float64(vectors[a, at]) * np.float64(vectors[b, at])
        second += np.float64(vectors[a, at + 1]) * np.float64(vectors[b, at + 1])
        third += np.float64(vectors[a, at + 2]) * np.float64(vectors[b, at + 2])
        fourth += np.float64(vectors[a, at + 3]) * np.float64(vectors[b, at + 3])
    for at in range(even, vectors.shape[1]):
        first += np.float64(vectors[a, at]) * np.float64(vectors[b, at])
    cosine = (first + second) + (third + fourth)
    return min(max((cosine - unrelated) / (1 - unrelated), 0.0), 1.0)


@njit(**jit)
def _next(worths, pinned):
    """The first of those pinned that is left, else the one that is worth most, of equal ones the first; -1 if none."""
    best = -1
    for at in range(worths.size):
        if worths[at] >= 0 and (best < 0 or worths[at] > worths[best]):
            best = at
            if at < pinned:
                return at
    return best


@njit(
    types.int64(
        read_f64s, read_i64s, read_i64s, types.int64, read_i64s, read_f32_rows, read_bools, read_i64s, read_u32s,
        types.float64, types.float64, types.int64, i64s, f64s
    ),
    **jit,
)  # fmt: skip
def choose(
    scores, stories, places, pinned, known, vectors, told, bounds, shingles, unrelated, penalty, cap, chosen, worths
):
    """Choose candidates, each the one that is worth most beside those chosen before; returns how many.

    A candidate is worth its score, less the share ``penalty`` of it times its likeness to the one chosen of another
    story that it is most like: in meaning, or where one of the two has no embedding, in shingles. One that is a copy of
    one chosen or known is never chosen, nor is one of whose story ``cap`` are. The first ``pinned`` come first, in
    their order, whatever they are worth and their stories are.

    Candidates are given by their ``scores`` in [0, 1], the numbers of their ``stories`` and their ``places``, which are
    rows of ``vectors``, of ``told`` (whether they have one) and of the sets ``bounds`` and ``shingles``, as are those
    ``known``.
    ``unrelated`` is the cosine of unrelated articles. Which candidates are chosen is written to ``chosen``, as many as
    that has room for, and what each was worth to ``worths``.
    """
    count = 0
    now, likest = scores.copy(), np.zeros(scores.size)
    compared = np.full(scores.size, -1)  # with so many of those chosen; -1: not yet with those known
    while count < chosen.size:
        best = _next(now, pinned)
        if best < 0:
            break
        fits = True
        if best >= pinned:
            beside = 0
            for at in range(count):
                beside += stories[chosen[at]] == stories[best]
            fits = beside < cap
        if compared[best] < 0:
            compared[best] = 0
            for other in known:
                fits = fits and _share(bounds, shingles, places[best], other, False) != _COPY
        while fits and compared[best] < count:  # worths only fall: none is compared before its turn has come
            other = places[chosen[compared[best]]]
            both, one_story = told[places[best]] and told[other], stories[best] == stories[chosen[compared[best]]]
            share = _share(bounds, shingles, places[best], other, not (both or one_story))
            fits = share != _COPY
            if not one_story:
                likeness = _nearness(vectors, places[best], other, unrelated) if both else share
                likest[best] = max(likest[best], likeness)
            compared[best] += 1
        if not fits:
            now[best] = -1
            continue
        worth = scores[best] * (1 - penalty * likest[best])
        if best >= pinned and worth < now[best]:
            now[best] = worth
            continue
        chosen[count], worths[count] = best, worth
        now[best] = -1
        count += 1
    return count
