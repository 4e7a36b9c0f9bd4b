"""From verified pairs to groups: which article is kept, who stands with it, and what is linked to a group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sada.cluster.candidates import Pairs, measure, near_pairs
from sada.indexes.bands import Bands
from sada.indexes.columns import UNDATED, Columns, ranks_of
from sada.indexes.lsh import every_pair, short_keys, split_pairs
from sada.indexes.minhash import ShingleSets

_COMPARED_WHOLE = 400  # components up to this size are compared pair by pair; larger ones leader by leader


@dataclass(frozen=True, slots=True)
class Rows:
    """What grouping needs of n articles.

    Attributes:
        columns: their ids, sources and times.
        sketches: their shingle sets and keys.
        ranks: int64 (n,), 0 for the article that the rule would keep before all others, and so on.
    """

    columns: Columns
    sketches: ShingleSets
    ranks: np.ndarray

    @classmethod
    def of(cls, columns: Columns, sketches: ShingleSets, keep: str) -> Rows:
        """Rank the rows by the rule ``keep``."""
        return cls(columns, sketches, _ranks(keep, columns, sketches))

    def __len__(self) -> int:
        return len(self.columns)


class Link(NamedTuple):
    """A containment between two rows of different groups; ``row`` is the later, ``to`` the earlier in rank."""

    row: int
    to: int
    kind: str
    containment: float


def kept_of(rows: Rows, signatures: np.ndarray, jaccard: float, threads: int = 0) -> np.ndarray:
    """int64 (n,): for each row the kept row that it is a copy of, itself if it is none."""
    twins = twins_of(rows)
    keys = short_keys(signatures, Bands.for_jaccard(jaccard), threads)
    pairs = near_pairs(rows.sketches, keys, distinct_rows(rows, twins), threads)
    return stars(rows, twins, pairs.where(pairs.jaccard >= jaccard), jaccard)[0]


def _ranks(keep: str, columns: Columns, sketches: ShingleSets) -> np.ndarray:
    """int64 (n,): 0 for the article that would be kept before all others, and so on."""
    published = columns.published
    read = np.arange(len(published))
    if keep == "first":
        return columns.reading_order
    if keep == "last":
        order = np.lexsort((read, np.where(published == UNDATED, UNDATED, -published)))
    elif keep == "longest":
        order = np.lexsort((read, published, -sketches.sizes))
    elif wanted := _outlets(keep):
        preference = {name: place for place, name in reversed(list(enumerate(wanted)))}
        places = np.array([preference.get(source.casefold(), len(wanted)) for source in columns.sources], np.int64)
        order = np.lexsort((read, published, places))
    else:
        raise ValueError(f"keep={keep!r}: choose first, last, longest or source=NAME,NAME")
    return ranks_of(order)


def _outlets(keep: str) -> list[str]:
    """The names in ``source=NAME,NAME``, folded; none if it is no such rule."""
    names = keep.removeprefix("source=").split(",") if keep.startswith("source=") else []
    return [name.strip().casefold() for name in names if name.strip()]


def twins_of(rows: Rows) -> np.ndarray:
    """int64 (n,): for each row the first-ranked row with the same words in the same order; itself without words."""
    twins = np.arange(len(rows))
    named = np.flatnonzero(rows.sketches.keys != 0)
    ordered = named[np.argsort(rows.ranks[named])]
    _, first, which = np.unique(rows.sketches.keys[ordered], return_index=True, return_inverse=True)
    twins[ordered] = ordered[first[which]]
    return twins


def distinct_rows(rows: Rows, twins: np.ndarray) -> np.ndarray:
    """The rows (sorted int64) that have words and stand for their twins."""
    return np.unique(twins[rows.sketches.keys != 0])


def chains(rows: Rows, twins: np.ndarray, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """For each row the first-ranked row of its connected component, and the exact Jaccard to it."""
    kept = np.arange(len(rows))
    for members in _components(rows, pairs):
        kept[members] = members[0]
    return _with_twins(rows, twins, kept)


def stars(rows: Rows, twins: np.ndarray, pairs: Pairs, least: float) -> tuple[np.ndarray, np.ndarray]:
    """For each row the kept row of its group, and the exact Jaccard to it, which is at least ``least``.

    Within a connected component the row with the most copies becomes the centre of a group and takes them along; then
    the same among the rest. Among rows with equally many copies the rank decides, so wherever all members are copies
    of each other, the kept article is the one that the rule names.
    """
    kept = np.arange(len(rows))
    components = _components(rows, pairs)
    small = [members for members in components if len(members) <= _COMPARED_WHOLE]
    weights = np.bincount(twins, minlength=len(twins))
    for members, near in zip(small, _near_matrices(rows, small, least), strict=True):
        _choose_centres(members, near, weights[members], kept)
    for members in components:
        if len(members) > _COMPARED_WHOLE:
            _choose_leaders(rows, members, least, kept)
    return _with_twins(rows, twins, kept)


def links_of(rows: Rows, pairs: Pairs, kept: np.ndarray, containment: float) -> dict[int, list[Link]]:
    """The containment links of each group (by kept row): from every other group the strongest, strongest first."""
    ranks, sizes = rows.ranks, rows.sketches.sizes
    strong = pairs.where((pairs.containment >= containment) & (kept[pairs.left] != kept[pairs.right]))
    swap = ranks[kept[strong.left]] > ranks[kept[strong.right]]
    to, row = np.where(swap, strong.right, strong.left), np.where(swap, strong.left, strong.right)
    order = np.lexsort((ranks[to], ranks[row], -strong.containment))
    to, row, shares = to[order], row[order], strong.containment[order]
    _, strongest = np.unique(kept[to] << 32 | kept[row], return_index=True)
    links: dict[int, list[Link]] = defaultdict(list)
    for at in np.sort(strongest).tolist():
        kind = "contains" if sizes[row[at]] > sizes[to[at]] else "contained"
        links[int(kept[to[at]])].append(Link(int(row[at]), int(to[at]), kind, float(shares[at])))
    return links


def _components(rows: Rows, pairs: Pairs) -> list[np.ndarray]:
    """The rows of each connected component of two or more, in order of rank."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(rows)
    graph = coo_array((np.ones(len(pairs)), (pairs.left, pairs.right)), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    touched = np.unique(np.concatenate([pairs.left, pairs.right]))
    ordered = touched[np.lexsort((rows.ranks[touched], component[touched]))]
    return np.split(ordered, np.flatnonzero(np.diff(component[ordered])) + 1) if len(ordered) else []


def _near_matrices(rows: Rows, components: list[np.ndarray], least: float) -> Iterable[np.ndarray]:
    """For each component the bool (m, m) matrix of which members are copies of each other, all measured at once."""
    sizes = np.array([len(members) for members in components], np.int64)
    stops = np.cumsum(sizes)
    places = np.arange(stops[-1] if len(stops) else 0)
    left, right = split_pairs(np.unique(every_pair(places, stops - sizes, stops)))
    flat = np.concatenate([*components, np.zeros(0, np.int64)])
    near = measure(rows.sketches, flat[left], flat[right]).jaccard >= least
    left, right = left[near], right[near]
    bounds = np.searchsorted(left, np.concatenate([[0], stops]))
    for number, (size, stop) in enumerate(zip(sizes, stops, strict=True)):
        matrix = np.zeros((size, size), bool)
        pairs = slice(bounds[number], bounds[number + 1])
        a, b = left[pairs] - (stop - size), right[pairs] - (stop - size)
        matrix[a, b] = matrix[b, a] = True
        yield matrix


def _choose_centres(members: np.ndarray, near: np.ndarray, weights: np.ndarray, kept: np.ndarray) -> None:
    free = np.ones(len(members), bool)
    while free.any():
        reached = near @ (weights * free)
        centre = int(np.argmax(np.where(free & (reached > 0), reached + weights, 0)))
        joining = near[centre] & free
        if not (free[centre] and joining.any()):
            return
        kept[members[joining]] = members[centre]
        free &= ~joining
        free[centre] = False


def _choose_leaders(rows: Rows, members: np.ndarray, least: float, kept: np.ndarray) -> None:
    """For components too large to compare whole: the first by rank takes its copies, then the first of the rest."""
    while len(members) > 1:
        leader, others = members[0], members[1:]
        joins = measure(rows.sketches, np.full(len(others), leader), others).jaccard >= least
        kept[others[joins]] = leader
        members = others[~joins]


def _with_twins(rows: Rows, twins: np.ndarray, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Put each twin where its first stands, and measure against the kept everyone who is not kept."""
    kept = kept[twins]
    copies = np.flatnonzero(kept != np.arange(len(kept)))
    similarity = np.ones(len(kept))
    similarity[copies] = measure(rows.sketches, kept[copies], copies).jaccard
    return kept, similarity
