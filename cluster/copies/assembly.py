"""From grouped rows to the groups that are shown, each made only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from sada.cluster.copies.grouping import Link, Rows
from sada.cluster.copies.groups import Attached, CopyGroup, CopyMember, Evidence
from sada.cluster.copies.lineage import NOBODY, bonds_of, followed, steps_to, strongest_tree
from sada.cluster.copies.pairs import Pairs
from sada.indexes.ragged import bounds_of
from sada.indexes.timestamps import SECOND, UNDATED, from_micros

_MOST_EVIDENCE = 200  # pairs of a group; with more, those that tie it together are shown


@dataclass(frozen=True)
class Layout:
    """g groups as columns, the largest first, then by rank of the kept row.

    Attributes:
        places: int64 (n,), the group that each row is in, -1 for rows without words.
        members: int64, the rows of the groups one after the other, in each the kept one first, then by rank.
        bounds: int64 (g + 1,). Group i is ``members[bounds[i]:bounds[i + 1]]``.
    """

    places: np.ndarray
    members: np.ndarray
    bounds: np.ndarray

    @classmethod
    def of(cls, rows: Rows, kept: np.ndarray) -> Layout:
        """Lay out the rows whose kept rows are ``kept``."""
        named = np.flatnonzero(rows.sketches.keys != 0)
        sizes = np.bincount(kept[named], minlength=len(rows))
        leaders = np.flatnonzero(sizes)
        leaders = leaders[np.lexsort((rows.ranks[leaders], -sizes[leaders]))]
        place = np.full(len(rows), -1)
        place[leaders] = np.arange(len(leaders))
        places = np.full(len(rows), -1)
        places[named] = place[kept[named]]
        order = np.lexsort((rows.ranks[named], kept[named] != named, places[named]))
        return cls(places, named[order], bounds_of(sizes[leaders]))

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def sizes(self) -> np.ndarray:
        """int64 (g,): how many members each group has."""
        return np.diff(self.bounds)

    def rows_of(self, place: int) -> np.ndarray:
        """The rows of one group."""
        return self.members[self.bounds[place] : self.bounds[place + 1]]


@dataclass(frozen=True)
class Assembly:
    """All that is known of the groups, as columns, and how one becomes an object.

    Attributes:
        rows, layout: the n articles, and how they are grouped.
        exact_duplicates, similarity: each row's stand-in, and the exact Jaccard to its kept row.
        links: the containment links of each group by kept row.
        proofs: the pairs inside groups, by group, the strongest first; of group i those from ``bounds[i]`` on.
        follows, steps: see :mod:`sada.cluster.copies.lineage`.
        jaccard: the threshold.
    """

    rows: Rows
    layout: Layout
    exact_duplicates: np.ndarray
    similarity: np.ndarray
    links: dict[int, list[Link]]
    proofs: Pairs
    bounds: np.ndarray
    follows: np.ndarray
    steps: np.ndarray
    jaccard: float

    @classmethod
    def of(
        cls,
        rows: Rows,
        exact_duplicates: np.ndarray,
        kept: np.ndarray,
        similarity: np.ndarray,
        pairs: Pairs,
        links: dict[int, list[Link]],
        jaccard: float,
    ) -> Assembly:
        """Work out the lineage of all groups at once."""
        layout = Layout.of(rows, kept)
        bonds = bonds_of(rows, exact_duplicates, kept, pairs, jaccard)
        proofs = _sorted(rows, layout, _with_exact_duplicates(exact_duplicates, bonds))
        bounds = np.searchsorted(layout.places[proofs.left], np.arange(len(layout) + 1))
        follows = followed(rows, exact_duplicates, bonds)
        steps = steps_to(kept, bonds, rows.ranks) if (similarity < jaccard).any() else np.full(len(rows), NOBODY)
        return cls(rows, layout, exact_duplicates, similarity, links, proofs, bounds, follows, steps, jaccard)

    def worth_showing(self) -> np.ndarray:
        """The places (ascending int64) of the groups that have more than one member or something attached."""
        linked = self.layout.places[np.fromiter(self.links, np.int64, len(self.links))]
        return np.union1d(np.flatnonzero(self.layout.sizes > 1), linked)

    def groups(self, places: Iterable[int]) -> Iterator[CopyGroup]:
        """The groups at those places, one by one."""
        return map(self.group, places)

    def group(self, place: int) -> CopyGroup:
        """The group at a place, which is its number less one."""
        rows = self.layout.rows_of(place)
        columns = self.rows.columns
        first = int(rows[np.argmin(columns.reading_order[rows])])
        dated = columns.published[first] != UNDATED
        leader = int(rows[0])
        return CopyGroup(
            place + 1,
            columns.ids[first] if dated else None,
            tuple(self._member(row, leader, first) for row in rows.tolist()),
            tuple(self._attached(link) for link in self.links.get(leader, ())),
            self._evidence(place),
        )

    def _member(self, row: int, leader: int, first: int) -> CopyMember:
        columns, keys = self.rows.columns, self.rows.sketches.keys
        moment, followed = int(columns.published[row]), int(self.follows[row])
        dated = moment != UNDATED
        return CopyMember(
            id=columns.ids[row],
            kind="kept" if row == leader else "exact" if keys[row] == keys[leader] else "near",
            jaccard=float(self.similarity[row]),
            published=from_micros(moment) if dated else None,
            source=columns.sources[row],
            follows=None if followed == NOBODY else columns.ids[followed],
            delay_seconds=(moment - int(columns.published[first])) / SECOND if dated else None,
            via=None if self.similarity[row] >= self.jaccard else self._way(row, leader),
            position=row,
        )

    def _way(self, row: int, leader: int) -> tuple[str, ...]:
        between = []
        step = int(self.steps[self.exact_duplicates[row]])
        while step != leader:
            between.append(self.rows.columns.ids[step])
            step = int(self.steps[step])
        return tuple(between)

    def _attached(self, link: Link) -> Attached:
        ids = self.rows.columns.ids
        return Attached(ids[link.row], ids[link.to], link.kind, link.containment, link.row)

    def _evidence(self, place: int) -> tuple[Evidence, ...]:
        pairs = self.proofs.where(slice(self.bounds[place], self.bounds[place + 1]))
        if len(pairs) > _MOST_EVIDENCE:
            pairs = strongest_tree(pairs)
        ids = self.rows.columns.ids
        values = (column.tolist() for column in (pairs.left, pairs.right, pairs.jaccard, pairs.containment))
        return tuple(Evidence(ids[a], ids[b], alike, share) for a, b, alike, share in zip(*values, strict=True))


def _with_exact_duplicates(exact_duplicates: np.ndarray, bonds: Pairs) -> Pairs:
    """The pairs, and each row that has a stand-in with it."""
    others = np.flatnonzero(exact_duplicates != np.arange(len(exact_duplicates)))
    ones = np.ones(len(others))
    return Pairs(
        np.concatenate([bonds.left, exact_duplicates[others]]),
        np.concatenate([bonds.right, others]),
        np.concatenate([bonds.jaccard, ones]),
        np.concatenate([bonds.containment, ones]),
    )


def _sorted(rows: Rows, layout: Layout, pairs: Pairs) -> Pairs:
    """The pairs by group, the strongest first; the left of each is the earlier in reading order."""
    order = rows.columns.reading_order
    swap = order[pairs.left] > order[pairs.right]
    left, right = np.where(swap, pairs.right, pairs.left), np.where(swap, pairs.left, pairs.right)
    by = np.lexsort((order[right], order[left], -pairs.jaccard, layout.places[left]))
    return Pairs(left, right, pairs.jaccard, pairs.containment).where(by)
