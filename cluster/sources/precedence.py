"""Who was first, who followed whom and who repeated itself, of all articles at once over columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sada.cluster.copies.assembly import Assembly
from sada.cluster.copies.pairs import Pairs
from sada.indexes.ragged import unrolled
from sada.indexes.storage.columns import Columns, ranks_of
from sada.indexes.timestamps import DAY, MINUTE, UNDATED


class Links(NamedTuple):
    """m pairs of rows: int64 (m,) ``article``, of which something is said, and ``other``, in regard to which."""

    article: np.ndarray
    other: np.ndarray


@dataclass(frozen=True)
class PublicationSpans:
    """When n articles came out, as far as they say.

    A time counts to the minute, since few outlets mean their seconds; midnight in UTC is what a date without a time is
    read as, so it counts as some time of that day. One article is before another if its end is not after the other's
    start; neither is before the other where they overlap.

    Attributes:
        starts, ends: int64 (n,), microseconds since 1970: it came out at or after the one and before the other. Both
            are ``UNDATED`` without a date.
        exact: bool (n,): False where only the day is known.
        order: int64 (n,): each row's rank by time as stated, then by id; undated rows come last.
    """

    starts: np.ndarray
    ends: np.ndarray
    exact: np.ndarray
    order: np.ndarray

    @classmethod
    def of(cls, columns: Columns) -> PublicationSpans:
        """The moments of all rows of some columns."""
        published = columns.published
        dated, exact = published != UNDATED, published % DAY != 0
        starts = np.where(dated, published - published % MINUTE, UNDATED)
        ends = np.where(dated, starts + np.where(exact, MINUTE, DAY), UNDATED)
        order = ranks_of(np.lexsort((np.array(columns.ids, object), published)))
        return cls(starts, ends, exact, order)

    @property
    def dated(self) -> np.ndarray:
        """Bool (n,): which rows have a date."""
        return self.starts != UNDATED


def firsts(groups: np.ndarray, sources: np.ndarray, moments: PublicationSpans) -> Links:
    """The rows that came out before all others of their group that are of another source, if there are any.

    Nobody is first where two sources were at once. Undated rows are passed over.

    Args:
        groups: int64 (n,), the group of each row, -1 for none.
        sources: int64 (n,).
        moments: of the n rows.

    Returns:
        Each with the first of the rest that is of another source.
    """
    rows = np.flatnonzero((groups >= 0) & moments.dated)
    rows = rows[np.lexsort((moments.order[rows], groups[rows]))]
    _, begins, group = np.unique(groups[rows], return_index=True, return_inverse=True)
    other = sources[rows] != sources[rows[begins]][group]
    decided = _least(moments.ends[rows], begins)[group]
    contested = np.bincount(group[other & (moments.starts[rows] < decided)], minlength=len(begins)) > 0
    answered, at = np.unique(group[other], return_index=True)
    clear = ~contested[answered]
    return Links(rows[begins[answered[clear]]], rows[other][at[clear]])


@dataclass(frozen=True)
class Following:
    """Each article that has verified copies in its group, beside these copies.

    Twins (the same words in the same order) have the same copies, so these are held once for each stand-in: in two
    columns of entries, sorted by stand-in, those that came out first of each source, and of each way of dating.

    Attributes:
        sources: int64 (n,), the source of each row.
        moments: of the n rows.
        linked: int64, the rows that have a copy.
        places: int64, for each of these the place of its stand-in.
        bounds: int64: the entries of the stand-in at place i are ``rows[bounds[i]:bounds[i + 1]]``.
        rows: int64, which row each entry is.
    """

    sources: np.ndarray
    moments: PublicationSpans
    linked: np.ndarray
    places: np.ndarray
    bounds: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, assembly: Assembly, sources: np.ndarray, moments: PublicationSpans) -> Following:
        """Gather the copies of every row of groups of copies."""
        exact_duplicates, proofs = assembly.exact_duplicates, assembly.proofs
        linked = np.unique(np.concatenate([proofs.left, proofs.right]))
        kinds = 2 * sources + moments.exact
        own = _first_of(exact_duplicates[linked], kinds[linked], moments.order[linked])
        owners, rows = exact_duplicates[linked[own]], linked[own]
        which, entries = _beside(proofs, exact_duplicates, owners)
        owners, rows = np.concatenate([owners, which]), np.concatenate([rows, rows[entries]])
        kept = _first_of(owners, kinds[rows], moments.order[rows])
        stand_ins, begins = np.unique(owners[kept], return_index=True)
        places = np.searchsorted(stand_ins, exact_duplicates[linked])
        return cls(sources, moments, linked, places, np.append(begins, len(kept)), rows[kept])

    @cached_property
    def repeats(self) -> Links:
        """Dated rows of which their own source had a copy before, each with the first of these.

        An outlet is not held against another here, so that of its copies of one minute only the first by id is none.
        """
        again = (self._own != self.linked) & self.moments.dated[self.linked]
        return Links(self.linked[again], self._own[again])

    @cached_property
    def copies(self) -> Links:
        """Rows that follow other sources, each with the earliest copy that came out before it.

        Where several sources may have been the earliest, since they were at once, there is one pair for each.
        """
        chosen = self._news & ~self._early
        owners, rows = self._earliest
        bounds = np.searchsorted(owners, np.arange(len(self.bounds)))
        which, at = unrolled(bounds[self.places[chosen]], bounds[self.places[chosen] + 1])
        article, other = self.linked[chosen][which], rows[at]
        before = self.moments.ends[other] <= self.moments.starts[article]
        article, other = article[before], other[before]
        kept = _first_of(article, self.sources[other], self.moments.order[other])
        return Links(article[kept], other[kept])

    @cached_property
    def ties(self) -> Links:
        """Rows that may have been the earliest of their copies, as may one of another source: each with the first such.

        Of the sources that may be it is the first but their own, so that there are no more pairs than rows.
        """
        owners, rows = self._earliest
        lead = self._foremost(owners, rows)
        beside = self.sources[rows] != self.sources[lead[owners]]
        second = self._foremost(owners[beside], rows[beside])
        chosen = self._news & self._early
        article, places = self.linked[chosen], self.places[chosen]
        other = np.where(self.sources[lead[places]] == self.sources[article], second[places], lead[places])
        return Links(article[other >= 0], other[other >= 0])

    def _foremost(self, owners: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """For each stand-in the first of some rows, which are beside the places of their stand-ins; -1 for none."""
        at = _first_of(owners, owners, self.moments.order[rows])
        found = np.full(len(self.bounds) - 1, -1)
        found[owners[at]] = rows[at]
        return found

    @cached_property
    def _own(self) -> np.ndarray:
        """For each linked row the first of its own source among it and its copies."""
        at = _first_of(self._owners, self.sources[self.rows], self.moments.order[self.rows])
        spread = self.sources.max(initial=0) + 1
        codes = self._owners[at] * spread + self.sources[self.rows[at]]
        return self.rows[at[np.searchsorted(codes, self.places * spread + self.sources[self.linked])]]

    @cached_property
    def _news(self) -> np.ndarray:
        """Which linked rows have a date and are the first of their source."""
        return (self._own == self.linked) & self.moments.dated[self.linked]

    @cached_property
    def _early(self) -> np.ndarray:
        """Which linked rows may have been the earliest of their copies."""
        return self.moments.starts[self.linked] < self._decided[self.places]

    @cached_property
    def _earliest(self) -> tuple[np.ndarray, np.ndarray]:
        """The places of stand-ins, sorted, and their entries that may have been the earliest of their copies."""
        early = self.moments.starts[self.rows] < self._decided[self._owners]
        return self._owners[early], self.rows[early]

    @cached_property
    def _decided(self) -> np.ndarray:
        """For each stand-in the moment by which the earliest of its copies was out for certain."""
        return _least(self.moments.ends[self.rows], self.bounds[:-1])

    @cached_property
    def _owners(self) -> np.ndarray:
        """For each entry the place of its stand-in."""
        return np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))


def undated(proofs: Pairs, moments: PublicationSpans) -> Links:
    """Undated rows that have a verified copy, each with the most similar, of those the first published."""
    article, other, jaccard = proofs.both_ways()
    order = np.lexsort((moments.order[other], -jaccard, article))
    order = order[~moments.dated[article[order]]]
    rows, at = np.unique(article[order], return_index=True)
    return Links(rows, other[order[at]])


def _beside(proofs: Pairs, exact_duplicates: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The stand-ins that are copies of others, and the places in ``owners`` (sorted) of the entries of these others."""
    bonds = proofs.where(
        (exact_duplicates[proofs.left] == proofs.left) & (exact_duplicates[proofs.right] == proofs.right)
    )
    one, other, _ = bonds.both_ways()
    which, at = unrolled(np.searchsorted(owners, other), np.searchsorted(owners, other, side="right"))
    return one[which], at


def _first_of(groups: np.ndarray, kinds: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Positions of the first in order of each kind in each group, by group, then kind."""
    by = np.lexsort((order, kinds, groups))
    return by[(np.diff(groups[by], prepend=-1) != 0) | (np.diff(kinds[by], prepend=-1) != 0)]


def _least(values: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """The least of each run of values; where none begins, none."""
    return np.minimum.reduceat(values, begins) if len(begins) else values[:0]
