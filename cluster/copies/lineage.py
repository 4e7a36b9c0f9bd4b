"""Inside groups of copies: the verified pairs, whom each member follows, and the path to the kept article.

Everything is computed for all groups at once, over columns. A "distinct row" below is the row that was compared for all
its exact duplicates (:func:`~sada.cluster.copies.grouping.exact_duplicates_of`).
"""

from __future__ import annotations

import numpy as np

from sada.cluster.copies.grouping import Rows
from sada.cluster.copies.star_clusters import COMPARED_WHOLE, near_within
from sada.cluster.likeness.pairs import Pairs, join
from sada.indexes.ragged import unique
from sada.indexes.timestamps import UNDATED

NOBODY = -1


def bonds_of(rows: Rows, exact_duplicates: np.ndarray, kept: np.ndarray, pairs: Pairs, jaccard: float) -> Pairs:
    """Return the verified pairs of distinct rows inside groups, sorted.

    In groups of up to 50 distinct rows all pairs are measured. In larger ones the result has the pairs that were
    measured to form the groups, and the pair of each distinct row with its kept article.

    Args:
        rows: n articles.
        exact_duplicates: int64 (n,), the distinct row of each row.
        kept: int64 (n,), each row's kept article.
        pairs: verified pairs of distinct rows.
        jaccard: the least Jaccard of copies.
    """
    inside = pairs.where(kept[pairs.left] == kept[pairs.right])
    everyone = np.arange(len(kept))
    distinct = np.flatnonzero(exact_duplicates == everyone)
    moved = distinct[kept[distinct] != distinct]
    ends = np.minimum(moved, kept[moved]), np.maximum(moved, kept[moved])
    bonds = join(join(inside, rows.likeness.measure(*ends)), _within_small(rows, distinct, kept, jaccard))
    return bonds.where(bonds.jaccard >= jaccard)


def _within_small(rows: Rows, distinct: np.ndarray, kept: np.ndarray, jaccard: float) -> Pairs:
    """Return all copies of each other among the distinct rows of each small group."""
    grouped = distinct[np.argsort(kept[distinct], kind="stable")]
    _, starts, sizes = np.unique(kept[grouped], return_index=True, return_counts=True)
    small = (sizes > 1) & (sizes <= COMPARED_WHOLE)
    return near_within(rows.likeness, grouped, starts[small], (starts + sizes)[small], jaccard)


def followed(rows: Rows, exact_duplicates: np.ndarray, bonds: Pairs) -> np.ndarray:
    """Return for each row its most similar copy that was published strictly earlier (ties: the earliest): int64 (n,).

    It is ``NOBODY`` if there is none, and for rows without a date. Exact duplicates have a Jaccard of 1. Among exact
    duplicates only the earliest can be the result, so only distinct rows are compared.
    """
    published, order = rows.columns.published, rows.columns.reading_order
    at = np.argsort(order)
    place = order.copy()
    np.minimum.at(place, exact_duplicates, order)  # the position in reading order of the earliest exact duplicate
    source, target, strength = bonds.both_ways()
    alike = place.copy()  # the same over all rows with the same shingles
    same = strength == 1
    np.minimum.at(alike, source[same], place[target[same]])
    time = published[at[place]]
    before = time[target] < time[source]
    leader = _best(source[before], target[before], strength[before], place, len(rows))
    earliest = np.where(leader == NOBODY, NOBODY, at[place[leader]])[exact_duplicates]
    found = np.where(published > time[exact_duplicates], at[alike[exact_duplicates]], earliest)
    return np.where(published == UNDATED, NOBODY, found)


def steps_to(kept: np.ndarray, bonds: Pairs, ranks: np.ndarray) -> np.ndarray:
    """Return the next row on the path from each distinct row to its kept article, else ``NOBODY``: int64 (n,).

    The path has the fewest steps (ties: the strongest pair first, then the first in rank).
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    count = len(kept)
    if not len(bonds):
        return np.full(count, NOBODY)
    graph = coo_array((np.ones(len(bonds)), (bonds.left, bonds.right)), shape=(count, count)).tocsr()
    steps = dijkstra(graph, directed=False, indices=unique(kept[bonds.left]), unweighted=True, min_only=True)
    source, target, strength = bonds.both_ways()
    closer = steps[target] < steps[source]
    return _best(source[closer], target[closer], strength[closer], ranks, count)


def strongest_tree(bonds: Pairs) -> Pairs:
    """Return a maximum spanning forest of pairs that are sorted by strength, in the same order (Kruskal 1956)."""
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
    """Return for each source its strongest target (ties: the first in ``order``), else ``NOBODY``: int64 (count,)."""
    sorted_ = np.lexsort((order[target], -strength, source))
    sources, first = np.unique(source[sorted_], return_index=True)
    best = np.full(count, NOBODY)
    best[sources] = target[sorted_[first]]
    return best
