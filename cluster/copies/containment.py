"""Which articles can go because another that stays holds their text."""

from __future__ import annotations

import numpy as np

from sada.cluster.copies.grouping import Rows
from sada.cluster.copies.pairs import Pairs, measure


def held_elsewhere(
    rows: Rows, exact_duplicates: np.ndarray, kept: np.ndarray, pairs: Pairs, containment: float
) -> np.ndarray:
    """Which kept rows (bool (n,)) can go, because other kept rows that stay contain them and all their copies.

    Kept rows are looked at from the largest to the smallest, of equally large ones in order of rank. One goes only if
    a larger one that stays contains it, and if every copy that it stands for is contained in one that was found to
    stay as well. So what lies inside something that goes itself, as a copy or as contained, stays.

    Args:
        rows: n articles.
        exact_duplicates: int64 (n,), each row's stand-in.
        kept: int64 (n,), each row's kept row.
        pairs: verified pairs of stand-ins.
        containment: the least share of the smaller one's shingles that the larger one holds.
    """
    place = _places(rows.sketches.sizes, rows.ranks)
    inner, outer = _nested(place, kept, pairs.where(pairs.containment >= containment))
    containers, bounds = _by_key(inner, outer, len(kept))
    stand_ins = np.flatnonzero(exact_duplicates == np.arange(len(kept)))
    members, firsts = _by_key(kept[stand_ins], stand_ins, len(kept))
    goes = np.zeros(len(kept), bool)

    def staying(row: int, before: int) -> np.ndarray:
        """The containers of a row that stay, of those that were decided before the place ``before``."""
        around = containers[bounds[row] : bounds[row + 1]]
        return around[~goes[around] & (place[around] < before)]

    asked = np.unique(inner[kept[inner] == inner])
    for row in asked[np.argsort(place[asked])].tolist():
        around = staying(row, place[row])
        if len(around):
            group = members[firsts[row] : firsts[row + 1]].tolist()
            loose = np.array([member for member in group if not len(staying(member, place[row]))], np.int64)
            goes[row] = _contains(rows, int(around[np.argmin(place[around])]), loose, containment)
    return goes


def _places(sizes: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """int64 (n,): 0 for the row with the most shingles, and so on; of equally many the first by rank comes first."""
    places = np.empty(len(sizes), np.int64)
    places[np.lexsort((ranks, -sizes))] = np.arange(len(sizes))
    return places


def _nested(place: np.ndarray, kept: np.ndarray, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """The smaller and the larger row of each pair, where the larger is kept and of another group."""
    swap = place[pairs.left] < place[pairs.right]
    inner, outer = np.where(swap, pairs.right, pairs.left), np.where(swap, pairs.left, pairs.right)
    across = (kept[outer] == outer) & (kept[inner] != outer)
    return inner[across], outer[across]


def _by_key(keys: np.ndarray, values: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The values by key, and int64 (count + 1,): those of key i stand from ``bounds[i]`` to ``bounds[i + 1]``."""
    order = np.argsort(keys, kind="stable")
    return values[order], np.searchsorted(keys[order], np.arange(count + 1))


def _contains(rows: Rows, outer: int, inner: np.ndarray, containment: float) -> bool:
    """Whether one row contains all of some others, none of them larger."""
    if not len(inner):
        return True
    sets = rows.sketches
    shares = measure(sets, np.full(len(inner), outer), inner).containment
    return bool(((shares >= containment) & (sets.sizes_of(inner) <= sets.sizes_of(np.array([outer])))).all())
