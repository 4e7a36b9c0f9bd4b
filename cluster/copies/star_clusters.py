"""Star groups: the greedy choice of representatives on verified pairs, one rule for components of any size."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sada.cluster.likeness.likeness import Likeness
from sada.cluster.likeness.pairs import Pairs
from sada.indexes.minhash.lsh import code_pairs, every_pair, split_pairs
from sada.indexes.ragged import is_among, unique, unrolled

if TYPE_CHECKING:
    from scipy.sparse import coo_array

COMPARED_WHOLE = 50
"""Components, or groups, of up to so many rows have all their pairs measured."""
_PAIRS_AT_ONCE = 1 << 20
_ROUNDS = 6  # of choosing representatives and measuring missing pairs
_FEW = 8  # members of a small group, which is measured against the largest groups of its component
_MEASURED = 32  # pairs per row at most that this measures


def near_within(likeness: Likeness, rows: np.ndarray, starts: np.ndarray, stops: np.ndarray, least: float) -> Pairs:
    """Return the pairs of rows of one span with a Jaccard of at least ``least``.

    A million pairs are measured at a time, so memory depends on the pairs found.

    Args:
        likeness: measures all rows.
        rows: int64, the rows of all spans; no row twice.
        starts: int64 (s,), where each span of ``rows`` begins; they do not overlap.
        stops: int64 (s,), where it ends.
        least: the least Jaccard.
    """
    sizes = stops - starts
    sums = np.cumsum(sizes * (sizes - 1) // 2)
    cuts = np.arange(0, int(sums[-1]) if len(sums) else 0, _PAIRS_AT_ONCE)
    edges = unique(np.append(np.searchsorted(sums, cuts, side="right"), len(starts)))
    found = [likeness.measure(rows[:0], rows[:0]).columns()]
    for start, stop in pairwise(edges.tolist()):
        pairs = likeness.measure(*split_pairs(every_pair(rows, starts[start:stop], stops[start:stop])))
        found.append(pairs.where(pairs.jaccard >= least).columns())
    return Pairs(*(np.concatenate(column) for column in zip(*found, strict=True)))


def choose_representatives(
    likeness: Likeness, ranks: np.ndarray, weights: np.ndarray, pairs: Pairs, least: float
) -> np.ndarray:
    """Return the representative of each row by the rule of :func:`~sada.cluster.copies.grouping.stars`: int64 (n,).

    Args:
        likeness: measures all n rows.
        ranks: int64 (n,), distinct.
        weights: int64 (n,), how many articles each row represents.
        pairs: verified pairs with a Jaccard of at least ``least``, each once.
        least: the least Jaccard.
    """
    kept = np.arange(len(ranks))
    touched = unique(np.concatenate([pairs.left, pairs.right]))
    known = touched[np.argsort(ranks[touched])]  # from here on, a row is its position here
    place = np.empty(len(ranks), np.int64)
    place[known] = np.arange(len(known))
    left, right = place[pairs.left], place[pairs.right]
    component, sizes, edges = components(left, right, len(known))
    first = np.unique(component, return_index=True)[1]
    kept[known] = known[first[component]]
    clique = 2 * edges == sizes * (sizes - 1)  # all are copies of each other: the first is kept
    small, large = ~clique & (sizes <= COMPARED_WHOLE), ~clique & (sizes > COMPARED_WHOLE)
    members = np.flatnonzero(small[component])
    members = members[np.argsort(component[members], kind="stable")]
    spans = np.flatnonzero(np.diff(component[members], prepend=-1, append=-1))
    near = near_within(likeness, known[members], spans[:-1], spans[1:], least)
    whole = _Choice(likeness, known, weights[known], place[near.left], place[near.right])
    whole.run(members)
    kept[known[members]] = known[whole.kept[members]]
    del whole, near
    members, inside = np.flatnonzero(large[component]), large[component[left]]
    if len(members):
        chosen = _choose_in_large(likeness, known, weights[known], left[inside], right[inside], component, large, least)
        kept[known[members]] = known[chosen[members]]
    return kept


def _choose_in_large(
    likeness: Likeness,
    known: np.ndarray,
    weights: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    component: np.ndarray,
    large: np.ndarray,
    least: float,
) -> np.ndarray:
    """Return the representative of each row of large components: int64 (m,).

    Choosing representatives and measuring missing pairs take turns.
    """
    members = np.flatnonzero(large[component])
    for turn in range(_ROUNDS):
        choice = _Choice(likeness, known, weights, left, right, least)
        choice.run(members)
        if turn < _ROUNDS - 1:
            candidates = _beside(left, right, choice.kept), _beside_largest(component, choice.kept, large)
            more = _new_copies(likeness, known, (left, right), np.concatenate(candidates), least)
            if not len(more[0]):
                break
            left, right = np.concatenate([left, more[0]]), np.concatenate([right, more[1]])
    return choice.kept


def _new_copies(
    likeness: Likeness, known: np.ndarray, pairs: tuple[np.ndarray, np.ndarray], candidates: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the candidates (coded pairs of rows of ``known``) that are copies and not in ``pairs`` yet."""
    codes = unique(candidates)
    codes = codes[~is_among(codes, np.sort(code_pairs(*pairs)))]
    found = [np.zeros(0, np.uint64)]
    for start in range(0, len(codes), _PAIRS_AT_ONCE):
        some = codes[start : start + _PAIRS_AT_ONCE]
        found.append(some[likeness.measure(*(known[end] for end in split_pairs(some))).jaccard >= least])
    return split_pairs(np.concatenate(found))


def _beside(left: np.ndarray, right: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return coded pairs of each row with the representatives of its neighbours."""
    row, representative = np.concatenate([left, right]), kept[np.concatenate([right, left])]
    across = (row != representative) & (kept[row] != representative)
    return unique(code_pairs(row[across], representative[across]))


def _beside_largest(component: np.ndarray, kept: np.ndarray, large: np.ndarray) -> np.ndarray:
    """Return coded pairs of each row of a small group with the representatives of the largest groups.

    These are groups of the same component, as many as make 32 pairs per row of the component, so n rows cost O(n).
    """
    sizes = np.bincount(kept, minlength=len(kept))
    representatives = np.flatnonzero((sizes > 0) & large[component])
    representatives = representatives[
        np.lexsort((representatives, -sizes[representatives], component[representatives]))
    ]
    loose = np.flatnonzero((sizes[kept] <= _FEW) & large[component])
    starts, stops = (
        np.searchsorted(component[representatives], np.arange(len(large)), side) for side in ("left", "right")
    )
    members, small = (np.bincount(which, minlength=len(large)) for which in (component, component[loose]))
    each = np.minimum(stops - starts, _MEASURED * members // np.maximum(small, 1))[component[loose]]
    which, at = unrolled(starts[component[loose]], starts[component[loose]] + each)
    one, other = loose[which], representatives[at]
    return code_pairs(one, other)[one != other]


def components(left: np.ndarray, right: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the component number of each of ``count`` rows, and the number of rows and of pairs of each component."""
    from scipy.sparse.csgraph import connected_components

    number, component = connected_components(_graph(left, right, count), directed=False)
    component = component.astype(np.int64)
    return component, np.bincount(component, minlength=number), np.bincount(component[left], minlength=number)


class _Choice:
    """The state of a greedy choice of representatives among rows that are numbered by rank.

    Attributes:
        kept: int64 (m,), the representative of each row; at first the row itself.
        free: bool (m,), which rows are in no group yet.
        gain: int64 (m,), the weight of each row and its free neighbours.
    """

    def __init__(
        self,
        likeness: Likeness,
        known: np.ndarray,
        weights: np.ndarray,
        left: np.ndarray,
        right: np.ndarray,
        least: float | None = None,
    ) -> None:
        self._likeness, self._known, self._weights = likeness, known, weights
        self._least = least  # None if no pair is missing
        self._graph = _graph(np.concatenate([left, right]), np.concatenate([right, left]), len(known)).tocsr()
        self.kept = np.arange(len(known))
        self.free = np.ones(len(known), bool)
        self.gain = weights + self._graph @ weights

    def run(self, rows: np.ndarray) -> None:
        """Choose representatives among these rows until no free row has a free neighbour.

        Gains only fall, so a row that comes first is checked again with its current gain (lazy greedy choice, Minoux
        1978). A row is put back at most once per neighbour that was taken: O(E log E) for E pairs.
        """
        heap = [(-gain, row) for gain, row in zip(self.gain[rows].tolist(), rows.tolist(), strict=True)]
        heapify(heap)
        while heap:
            noted, row = heappop(heap)
            if not self.free[row] or (gain := int(self.gain[row])) == self._weights[row]:
                continue
            if gain != -noted:
                heappush(heap, (-gain, row))
            else:
                self._form_group(row)

    def _form_group(self, representative: int) -> None:
        """Form a group around a row; its first member becomes the representative if all are copies of that."""
        group = self._with_copies(representative)
        first = int(group.min())
        if first != representative and self._least is not None and self._near(first, group, self._least).all():
            group = np.concatenate([group, self._with_copies(first)])
            representative = first
        self.kept[group] = representative

    def _with_copies(self, representative: int) -> np.ndarray:
        """Take a representative and its free neighbours, and return them."""
        around = self._take(np.array([representative]))
        self._take(around)
        return np.append(around, representative)

    def _take(self, rows: np.ndarray) -> np.ndarray:
        """Mark rows as taken, and return those of their neighbours that are still free (ascending)."""
        starts, stops = self._graph.indptr[rows], self._graph.indptr[rows + 1]
        spans = zip(starts.tolist(), stops.tolist(), strict=True)
        around = np.concatenate([rows[:0], *(self._graph.indices[start:stop] for start, stop in spans)])
        np.subtract.at(self.gain, around, np.repeat(self._weights[rows] * self.free[rows], stops - starts))
        self.free[rows] = False
        return unique(around[self.free[around]])

    def _near(self, representative: int, others: np.ndarray, least: float) -> np.ndarray:
        """Return which of the rows ``others`` are copies of a representative: bool."""
        return (
            self._likeness.measure(np.full(len(others), self._known[representative]), self._known[others]).jaccard
            >= least
        )


def _graph(left: np.ndarray, right: np.ndarray, count: int) -> coo_array:
    """Return the pairs as a sparse matrix of ``count`` rows and columns."""
    from scipy.sparse import coo_array

    ends = left.astype(np.int32), right.astype(np.int32)
    return coo_array((np.ones(len(left), np.int8), ends), shape=(count, count))
