"""Turn grouped rows into :class:`CopyGroup` objects, each built only when it is requested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from sada.cluster.copies.grouping import Grouped, Link, Rows
from sada.cluster.copies.groups import Attached, CopyGroup, CopyMember, Evidence
from sada.cluster.copies.lineage import NOBODY, bonds_of, followed, steps_to, strongest_tree
from sada.cluster.likeness.pairs import RESPELT, TEXT, WORDS, Pairs
from sada.indexes.ragged import bounds_of
from sada.indexes.timestamps import SECOND, UNDATED, from_micros

_KINDS = {WORDS: "near", TEXT: "near (text)", RESPELT: "near (respelt)"}
_MOST_EVIDENCE = 200  # pairs of a group; of more, only a spanning tree is shown


@dataclass(frozen=True)
class Layout:
    """The g groups of n rows as columns, sorted by size, the largest first, then by the rank of the kept row.

    Attributes:
        places: int64 (n,), the group number of each row, from 0; -1 for rows without words.
        members: int64, the rows of all groups, group by group; in each the kept row first, then by rank.
        bounds: int64 (g + 1,), where each group begins and ends: group i is ``members[bounds[i]:bounds[i + 1]]``.
    """

    places: np.ndarray
    members: np.ndarray
    bounds: np.ndarray

    @classmethod
    def of(cls, rows: Rows, kept: np.ndarray) -> Layout:
        """Build the columns from the kept row of each row (``kept``, int64 (n,))."""
        named = np.flatnonzero(rows.keys != 0)
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
        """int64 (g,): the number of members of each group."""
        return np.diff(self.bounds)

    def rows_of(self, place: int) -> np.ndarray:
        """Return the rows of the group with this number (from 0), int64."""
        return self.members[self.bounds[place] : self.bounds[place + 1]]


@dataclass(frozen=True)
class Assembly:
    """Everything about the groups as columns, from which single :class:`CopyGroup` objects are built.

    Attributes:
        rows, layout: the n articles, and how they are grouped.
        exact_duplicates: int64 (n,), the row that represents each row among its exact duplicates.
        grouped: their groups.
        links: the links of each group, by its kept row.
        proofs: the verified pairs inside groups, by group, the strongest first.
        bounds: int64 (g + 1,): the pairs of group i are ``proofs`` from ``bounds[i]`` to ``bounds[i + 1]``.
        follows, steps: int64 (n,), see :func:`~sada.cluster.copies.lineage.followed` and
            :func:`~sada.cluster.copies.lineage.steps_to`.
        jaccard: the threshold.
    """

    rows: Rows
    layout: Layout
    exact_duplicates: np.ndarray
    grouped: Grouped
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
        grouped: Grouped,
        pairs: Pairs,
        links: dict[int, list[Link]],
        jaccard: float,
    ) -> Assembly:
        """Compute evidence and lineage of all groups at once."""
        kept, similarity = grouped.kept, grouped.similarity
        layout = Layout.of(rows, kept)
        bonds = bonds_of(rows, exact_duplicates, kept, pairs, jaccard)
        proofs = _sorted(rows, layout, _with_exact_duplicates(exact_duplicates, bonds))
        bounds = np.searchsorted(layout.places[proofs.left], np.arange(len(layout) + 1))
        follows = followed(rows, exact_duplicates, bonds)
        steps = steps_to(kept, bonds, rows.ranks) if (similarity < jaccard).any() else np.full(len(rows), NOBODY)
        return cls(rows, layout, exact_duplicates, grouped, links, proofs, bounds, follows, steps, jaccard)

    def worth_showing(self) -> np.ndarray:
        """Return the numbers (ascending int64) of the groups with several members or an attached article."""
        linked = self.layout.places[np.fromiter(self.links, np.int64, len(self.links))]
        return np.union1d(np.flatnonzero(self.layout.sizes > 1), linked)

    def groups(self, places: Iterable[int]) -> Iterator[CopyGroup]:
        """Build the groups with these numbers (from 0), one at a time."""
        return map(self.group, places)

    def group(self, place: int) -> CopyGroup:
        """Build the group with this number, counted from 0; its public number is one higher."""
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
        columns, similarity = self.rows.columns, self.grouped.similarity
        micros, followed = int(columns.published[row]), int(self.follows[row])
        dated = micros != UNDATED
        return CopyMember(
            id=columns.ids[row],
            kind=self._kind(row, leader),
            jaccard=float(similarity[row]),
            published=from_micros(micros) if dated else None,
            source=columns.sources[row],
            follows=None if followed == NOBODY else columns.ids[followed],
            delay_seconds=(micros - int(columns.published[first])) / SECOND if dated else None,
            via=None if similarity[row] >= self.jaccard else self._path(row, leader),
            position=row,
        )

    def _kind(self, row: int, leader: int) -> str:
        if row == leader:
            return "kept"
        keys = self.rows.keys
        if keys[row] == keys[leader]:
            return "exact"
        return _KINDS.get(int(self.grouped.grounds[row]), "near")  # under "chain" also a pair in doubt

    def _path(self, row: int, leader: int) -> tuple[str, ...]:
        """Return the ids between a member and the kept row, from the member's end."""
        between = []
        step = int(self.steps[self.exact_duplicates[row]])
        while step != leader:
            between.append(self.rows.columns.ids[step])
            step = int(self.steps[step])
        return tuple(between)

    def _attached(self, link: Link) -> Attached:
        ids = self.rows.columns.ids
        return Attached(ids[link.row], ids[link.to], link.kind, link.containment, link.jaccard, link.row)

    def _evidence(self, place: int) -> tuple[Evidence, ...]:
        pairs = self.proofs.where(slice(self.bounds[place], self.bounds[place + 1]))
        if len(pairs) > _MOST_EVIDENCE:
            pairs = strongest_tree(pairs)
        ids = self.rows.columns.ids
        values = (column.tolist() for column in (pairs.left, pairs.right, pairs.jaccard, pairs.containment))
        return tuple(Evidence(ids[a], ids[b], alike, share) for a, b, alike, share in zip(*values, strict=True))


def _with_exact_duplicates(exact_duplicates: np.ndarray, bonds: Pairs) -> Pairs:
    """Add to the pairs one pair for each row that another row represents, with the two."""
    others = np.flatnonzero(exact_duplicates != np.arange(len(exact_duplicates)))
    ones = np.ones(len(others))
    exact = Pairs(exact_duplicates[others], others, ones, ones, np.full(len(others), WORDS, np.uint8))
    return Pairs(*(np.concatenate(both) for both in zip(bonds.columns(), exact.columns(), strict=True)))


def _sorted(rows: Rows, layout: Layout, pairs: Pairs) -> Pairs:
    """Sort the pairs by group, the strongest first; ``left`` becomes the earlier row in reading order."""
    order = rows.columns.reading_order
    swap = order[pairs.left] > order[pairs.right]
    left, right = np.where(swap, pairs.right, pairs.left), np.where(swap, pairs.left, pairs.right)
    by = np.lexsort((order[right], order[left], -pairs.jaccard, layout.places[left]))
    return replace(pairs, left=left, right=right).where(by)
