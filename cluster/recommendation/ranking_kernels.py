"""The compiled loop that chooses recommendations from scored candidates.

As in :mod:`sada.indexes.text.token_kernels`, it has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import types

from sada.cluster.copies.candidates import LEAST_SHINGLES
from sada.cluster.copies.copies import CONTAINMENT, JACCARD
from sada.indexes.compiled import f64s, i64s, kernel, read_bools, read_f32_rows, read_f64s, read_i64s, read_u32s

LEAST_SHARE = min(JACCARD, CONTAINMENT)  # the least share of its shingles that the smaller of two copies has in common
_COPY = 2.0  # stands for a share where two texts are copies


@kernel()
def _shared(shingles, at, stop, other, end, lost):
    """Count the common values of two sorted spans; -1 if the second lacks more than ``lost`` values of the first."""
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


@kernel()
def _share(bounds, shingles, a, b, whole):
    """Return the share of the shingles of the smaller text that the larger contains; ``_COPY`` if they are copies.

    Of very short texts it is their Jaccard. Unless ``whole``, it is 0 for all but copies, which is faster.
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


@kernel()
def _nearness(vectors, a, b, unrelated):
    """Return the closeness in meaning of two articles: 0 for unrelated ones, 1 for equal ones."""
    first = second = third = fourth = np.float64(0)  # four sums that can be computed at once
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


@kernel()
def _next(scores, pinned):
    """Return the first pinned candidate left, else the one with the highest score (ties: the first); -1 if none."""
    best = -1
    for at in range(scores.size):
        if scores[at] >= 0 and (best < 0 or scores[at] > scores[best]):
            best = at
            if at < pinned:
                return at
    return best


@kernel(
    types.int64(
        read_f64s, read_i64s, read_i64s, types.int64, read_i64s, read_f32_rows, read_bools, read_i64s, read_u32s,
        types.float64, types.float64, types.int64, i64s, f64s
    )
)  # fmt: skip
def choose(
    scores,
    stories,
    places,
    pinned,
    known,
    vectors,
    embedded,
    bounds,
    shingles,
    unrelated,
    penalty,
    cap,
    chosen,
    chosen_scores,
):
    """Choose candidates one after the other, each with the highest score at that time; return how many.

    The score of a candidate is reduced by the share ``penalty`` times its similarity to the most similar chosen one of
    another story: in meaning, or if one of the two has no embedding, in shingles. A copy of a chosen or known article
    is never chosen, nor is a candidate whose story has ``cap`` chosen ones. The first ``pinned`` candidates come first,
    in their order, whatever their scores and stories are.

    Candidates are given by their ``scores`` in [0, 1], the numbers of their ``stories``, and their ``places``: rows of
    ``vectors``, of ``embedded`` (whether they have a vector) and of the sets ``bounds`` and ``shingles``. ``known`` are
    such rows, too. ``unrelated`` is the cosine of unrelated articles. Chosen candidates are written to ``chosen``, as
    many as fit, and their scores to ``chosen_scores``.
    """
    count = 0
    now, likest = scores.copy(), np.zeros(scores.size)
    compared = np.full(scores.size, -1)  # with so many chosen ones; -1: not yet with known ones
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
        while fits and compared[best] < count:  # scores only fall, so comparing can wait
            other = places[chosen[compared[best]]]
            both, one_story = (
                embedded[places[best]] and embedded[other],
                stories[best] == stories[chosen[compared[best]]],
            )
            share = _share(bounds, shingles, places[best], other, not (both or one_story))
            fits = share != _COPY
            if not one_story:
                likeness = _nearness(vectors, places[best], other, unrelated) if both else share
                likest[best] = max(likest[best], likeness)
            compared[best] += 1
        if not fits:
            now[best] = -1
            continue
        score = scores[best] * (1 - penalty * likest[best])
        if best >= pinned and score < now[best]:
            now[best] = score
            continue
        chosen[count], chosen_scores[count] = best, score
        now[best] = -1
        count += 1
    return count
