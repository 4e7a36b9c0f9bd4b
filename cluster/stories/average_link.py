"""Average link over a graph of same-story probabilities: the first cut of articles into stories.

Two clusters are as likely to be one as the mean of the probabilities of all pairs between them, where a pair that was
not scored counts 0, and the likeliest two are merged while that mean reaches their resolution. Clusters that are each
other's nearest are merged at once, which gives the same tree: a merged cluster is never nearer to a third than the
nearer of its parts was (Murtagh, "A survey of recent advances in hierarchical clustering algorithms", 1983).
"""

from __future__ import annotations

import numpy as np

from sada.cluster.stories.potts import by_first_row
from sada.indexes.ragged import bounds_of

_WEAKEST = 0.02
_HALF = 32  # bits of a row's number in the code of a pair


def average_link(
    count: int,
    left: np.ndarray,
    right: np.ndarray,
    probability: np.ndarray,
    resolution: np.ndarray,
    together: np.ndarray | None = None,
) -> np.ndarray:
    """Cluster rows that are joined by scored pairs: int64 (count,), numbers from 0 in order of first row.

    Args:
        count: number of rows. Of equally likely clusters, the one whose first row comes first is taken, so their order
            must be canonical.
        left: int64 (m,), the first row of each pair; no pair occurs twice.
        right: int64 (m,), the second.
        probability: float64 (m,), in [0, 1]; pairs below 0.02 count as not scored.
        resolution: float64 (count,), the least mean probability of each row; of two clusters it is the mean of theirs.
        together: int64 (count,), rows with equal numbers stay together; None for no such groups.
    """
    strong = probability >= _WEAKEST
    clusters = np.arange(count) if together is None else by_first_row(together)
    sizes = np.bincount(clusters, np.ones(count))
    needed = np.bincount(clusters, resolution)
    codes, sums = _summed(clusters[left[strong]], clusters[right[strong]], probability[strong])
    while True:
        one, other = codes >> _HALF, codes & ((1 << _HALF) - 1)
        excess = sums / (sizes[one] * sizes[other]) - (needed[one] / sizes[one] + needed[other] / sizes[other]) / 2
        growing = np.zeros(len(sizes), bool)
        growing[one[excess >= 0]] = growing[other[excess >= 0]] = True
        kept = growing[one] & growing[other]  # a cluster that is near none now will be near none
        codes, sums = codes[kept], sums[kept]
        one, other = _mutual(one[kept], other[kept], excess[kept], len(sizes))
        if not len(one):
            return clusters
        target = np.arange(len(sizes))
        target[other] = one  # one < other: clusters stay in order of their first rows
        _, target = np.unique(target, return_inverse=True)
        clusters = target[clusters]
        sizes, needed = np.bincount(target, sizes), np.bincount(target, needed)
        codes, sums = _summed(target[codes >> _HALF], target[codes & ((1 << _HALF) - 1)], sums)


def _summed(one: np.ndarray, other: np.ndarray, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum what pairs of clusters have: codes of distinct pairs (first < second, sorted), and float64 sums."""
    apart = one != other
    one, other, sums = one[apart], other[apart], sums[apart]
    codes = np.minimum(one, other) << _HALF | np.maximum(one, other)
    order = np.argsort(codes, kind="stable")
    codes, sums = codes[order], sums[order]
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    return codes[first], np.add.reduceat(sums, first) if len(first) else sums


def _mutual(one: np.ndarray, other: np.ndarray, excess: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of clusters that are each other's nearest, among pairs whose excess is not negative."""
    enough = excess >= 0
    one, other, excess = one[enough], other[enough], excess[enough]
    ends, opposite = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.lexsort((opposite, -np.tile(excess, 2), ends))
    ends, opposite = ends[order], opposite[order]
    nearest = np.full(count, -1)
    first = bounds_of(np.bincount(ends, minlength=count))[:-1]
    has = np.flatnonzero(np.bincount(ends, minlength=count))
    nearest[has] = opposite[first[has]]
    mutual = has[nearest[nearest[has]] == has]
    mutual = mutual[mutual < nearest[mutual]]
    return mutual, nearest[mutual]
