"""Inside groups of copies: the pairs that prove them, who followed whom, and the steps to the kept article.

All of it is worked out for all groups at once over columns; "stand-in" below is the one row of several twins (the same
words in the same order) that was compared for all of them.
"""

from __future__ import annotations

import numpy as np

from sada.cluster.copies.grouping import Rows
from sada.cluster.copies.pairs import Pairs, join, measure
from sada.cluster.copies.star_clusters import near_within
from sada.indexes.timestamps import UNDATED

NOBODY = -1
_COMPARED_WHOLE = 50


def bonds_of(rows: Rows, exact_duplicates: np.ndarray, kept: np.ndarray, pairs: Pairs, jaccard: float) -> Pairs:
    """The verified copies of each other inside groups, among stand-ins, sorted.

    In groups of up to 50 stand-ins all pairs are measured. In larger ones there are those that were measured when the
    groups were made, and each stand-in's with its kept article: all that such a group was made from.

    Args:
        rows: n articles.
        exact_duplicates: int64 (n,), each row's stand-in.
        kept: int64 (n,), each row's kept article.
        pairs: verified pairs of stand-ins.
        jaccard: what makes a pair a copy.
    """
    inside = pairs.where(kept[pairs.left] == kept[pairs.right])
    everyone = np.arange(len(kept))
    stand_ins = np.flatnonzero(exact_duplicates == everyone)
    moved = stand_ins[kept[stand_ins] != stand_ins]
    ends = np.minimum(moved, kept[moved]), np.maximum(moved, kept[moved])
    bonds = join(join(inside, measure(rows.sketches, *ends)), _within_small(rows, stand_ins, kept, jaccard))
    return bonds.where(bonds.jaccard >= jaccard)


def _within_small(rows: Rows, stand_ins: np.ndarray, kept: np.ndarray, jaccard: float) -> Pairs:
    """All copies of each other among the stand-ins of each group that has few enough of them."""
    grouped = stand_ins[np.argsort(kept[stand_ins], kind="stable")]
    _, starts, sizes = np.unique(kept[grouped], return_index=True, return_counts=True)
    small = (sizes > 1) & (sizes <= _COMPARED_WHOLE)
    return near_within(rows.sketches, grouped, starts[small], (starts + sizes)[small], jaccard)


def followed(rows: Rows, exact_duplicates: np.ndarray, bonds: Pairs) -> np.ndarray:
    """int64 (n,): of the copies of each row published strictly before it the most similar, of those the earliest.

    ``NOBODY`` where there is none, and for rows without a date. Twins have a Jaccard of 1. Of the twins of one stand-in
    only the earliest can be the answer, so stand-ins are compared and not all their twins.
    """
    published, order = rows.columns.published, rows.columns.reading_order
    at = np.argsort(order)
    place = order.copy()
    np.minimum.at(place, exact_duplicates, order)  # of a stand-in: the place in reading order of its earliest twin
    source, target, strength = bonds.both_ways()
    alike = place.copy()  # the same over all with the same shingles
    same = strength == 1
    np.minimum.at(alike, source[same], place[target[same]])
    moment = published[at[place]]
    before = moment[target] < moment[source]
    leader = _best(source[before], target[before], strength[before], place, len(rows))
    earliest = np.where(leader == NOBODY, NOBODY, at[place[leader]])[exact_duplicates]
    found = np.where(published > moment[exact_duplicates], at[alike[exact_duplicates]], earliest)
    return np.where(published == UNDATED, NOBODY, found)


def steps_to(kept: np.ndarray, bonds: Pairs, ranks: np.ndarray) -> np.ndarray:
    """int64 (n,): the next row on the way from each stand-in to its kept article, ``NOBODY`` where there is none.

    The way has the fewest steps; of as few, the strongest pair is taken first, then the first in rank.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    count = len(kept)
    if not len(bonds):
        return np.full(count, NOBODY)
    graph = coo_array((np.ones(len(bonds)), (bonds.left, bonds.right)), shape=(count, count)).tocsr()
    steps = dijkstra(graph, directed=False, indices=np.unique(kept[bonds.left]), unweighted=True, min_only=True)
    source, target, strength = bonds.both_ways()
    closer = steps[target] < steps[source]
    return _best(source[closer], target[closer], strength[closer], ranks, count)


def strongest_tree(bonds: Pairs) -> Pairs:
    """Of pairs in order of strength those that tie all their rows together, in the same order (Kruskal 1956)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    known, place = np.unique(np.concatenate([bonds.left, bonds.right]), return_inverse=True)
    left, right = np.split(place, 2)
    weights = np.arange(1.0, len(bonds) + 1)  # all different, so that there is one answer
    tree = minimum_spanning_tree(coo_array((weights, (left, right)), shape=(len(known), len(known))).tocsr())
    mask = np.zeros(len(bonds), bool)
    mask[tree.data.astype(np.int64) - 1] = True
    return bonds.where(mask)


def _best(source: np.ndarray, target: np.ndarray, strength: np.ndarray, order: np.ndarray, count: int) -> np.ndarray:
    """int64 (count,): for each source its strongest target, of equally strong the first in ``order``, or NOBODY."""
    sorted_ = np.lexsort((order[target], -strength, source))
    sources, first = np.unique(source[sorted_], return_index=True)
    best = np.full(count, NOBODY)
    best[sources] = target[sorted_[first]]
    return best
