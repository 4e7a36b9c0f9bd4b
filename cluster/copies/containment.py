"""Decide which articles can be dropped because an article that stays contains their text."""

from __future__ import annotations

import numpy as np

from sada.cluster.copies.candidates import containing
from sada.cluster.copies.grouping import Rows
from sada.cluster.likeness.pairs import Pairs, measure
from sada.indexes.ragged import unique


def contained_in_kept(
    rows: Rows, exact_duplicates: np.ndarray, kept: np.ndarray, pairs: Pairs, containment: float
) -> np.ndarray:
    """Return which kept rows can be dropped, because kept rows that stay contain them and all their copies: bool (n,).

    Kept rows are visited by size, the largest first (ties: by rank). A row is dropped only if a larger row that stays
    contains it, and if each of its copies is contained in a row that stays, too. So an article that is contained only
    in a dropped article stays.

    Args:
        rows: n articles.
        exact_duplicates: int64 (n,), the row that represents each row among its exact duplicates.
        kept: int64 (n,), each row's kept row.
        pairs: verified pairs of such rows.
        containment: the least share of the smaller article's shingles that the larger one contains.
    """
    place = _places(rows.sketches.sizes, rows.ranks)
    inner, outer = _nested(place, kept, containing(rows.sketches, pairs, containment))
    containers, bounds = _by_key(inner, outer, len(kept))
    representatives = np.flatnonzero(exact_duplicates == np.arange(len(kept)))
    members, firsts = _by_key(kept[representatives], representatives, len(kept))
    dropped = np.zeros(len(kept), bool)

    def staying(row: int, before: int) -> np.ndarray:
        """Return the containers of a row that stay, among those visited before position ``before``."""
        around = containers[bounds[row] : bounds[row + 1]]
        return around[~dropped[around] & (place[around] < before)]

    contained = unique(inner[kept[inner] == inner])
    for row in contained[np.argsort(place[contained])].tolist():
        around = staying(row, place[row])
        if len(around):
            group = members[firsts[row] : firsts[row + 1]].tolist()
            loose = np.array([member for member in group if not len(staying(member, place[row]))], np.int64)
            dropped[row] = _contains(rows, int(around[np.argmin(place[around])]), loose, containment)
    return dropped


def _places(sizes: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Return the position of each row by size: int64 (n,), 0 for the row with most shingles (ties: by rank)."""
    places = np.empty(len(sizes), np.int64)
    places[np.lexsort((ranks, -sizes))] = np.arange(len(sizes))
    return places


def _nested(place: np.ndarray, kept: np.ndarray, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Return the smaller and the larger row of each pair whose larger row is the kept row of another group."""
    swap = place[pairs.left] < place[pairs.right]
    inner, outer = np.where(swap, pairs.right, pairs.left), np.where(swap, pairs.left, pairs.right)
    across = (kept[outer] == outer) & (kept[inner] != outer)
    return inner[across], outer[across]


def _by_key(keys: np.ndarray, values: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Sort values by key; those of key i are at ``bounds[i]`` to ``bounds[i + 1]`` (int64 (count + 1,))."""
    order = np.argsort(keys, kind="stable")
    return values[order], np.searchsorted(keys[order], np.arange(count + 1))


def _contains(rows: Rows, outer: int, inner: np.ndarray, containment: float) -> bool:
    """Return whether the row ``outer`` contains all rows ``inner``, and none of them is larger."""
    if not len(inner):
        return True
    sets = rows.sketches
    shares = measure(sets, np.full(len(inner), outer), inner).containment
    return bool(((shares >= containment) & (sets.sizes_of(inner) <= sets.sizes_of(np.array([outer])))).all())
