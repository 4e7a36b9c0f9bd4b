"""Which articles were first, follow others or repeat their outlet, for all articles at once over columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sada.cluster.copies.assembly import Assembly
from sada.cluster.likeness.pairs import Pairs
from sada.indexes.ragged import unique, unrolled
from sada.indexes.storage.columns import Columns, ranks_of
from sada.indexes.timestamps import DAY, MINUTE, UNDATED


class Links(NamedTuple):
    """m pairs of rows, int64 (m,) each: ``article`` counts in a figure because of ``other``."""

    article: np.ndarray
    other: np.ndarray


@dataclass(frozen=True)
class PublicationSpans:
    """The span of time in which each of n articles was published.

    A time counts to the minute, since stated seconds are rarely exact. A date without a time is read as midnight in
    UTC, so midnight counts as any time of that day. One article is before another if its span ends before the span of
    the other starts; if the spans overlap, neither is before the other.

    Attributes:
        starts, ends: int64 (n,), microseconds since 1970, the end excluded; both are ``UNDATED`` without a date.
        exact: bool (n,), False if only the day is known.
        order: int64 (n,), rank of each row by stated time, then by id; undated rows come last.
    """

    starts: np.ndarray
    ends: np.ndarray
    exact: np.ndarray
    order: np.ndarray

    @classmethod
    def of(cls, columns: Columns) -> PublicationSpans:
        """Compute the spans of all rows of some columns."""
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


def firsts(groups: np.ndarray, sources: np.ndarray, spans: PublicationSpans) -> Links:
    """Find the rows published before all rows of other sources in their group, if there are any.

    If two sources were at once, neither is first. Undated rows are skipped.

    Args:
        groups: int64 (n,), the group of each row, -1 for none.
        sources: int64 (n,), the source of each row.
        spans: of the n rows.

    Returns:
        Each first row with the next row of another source.
    """
    rows = np.flatnonzero((groups >= 0) & spans.dated)
    rows = rows[np.lexsort((spans.order[rows], groups[rows]))]
    _, begins, group = np.unique(groups[rows], return_index=True, return_inverse=True)
    other = sources[rows] != sources[rows[begins]][group]
    out_by = _least(spans.ends[rows], begins)[group]
    contested = np.bincount(group[other & (spans.starts[rows] < out_by)], minlength=len(begins)) > 0
    answered, at = np.unique(group[other], return_index=True)
    clear = ~contested[answered]
    return Links(rows[begins[answered[clear]]], rows[other][at[clear]])


@dataclass(frozen=True)
class Following:
    """The articles with verified copies in their group, and these copies.

    Exact duplicates have the same copies, so the copies are kept once for each distinct row
    (:func:`~sada.cluster.copies.grouping.exact_duplicates_of`): of each source the first with a time, and the first
    with a day only.

    Attributes:
        sources: int64 (n,), the source of each row.
        spans: of the n rows.
        linked: int64, the rows that have a copy.
        places: int64, the position of the distinct row of each linked row.
        bounds: int64, the copies of the distinct row at position i are ``rows[bounds[i]:bounds[i + 1]]``.
        rows: int64, the rows of the copies.
    """

    sources: np.ndarray
    spans: PublicationSpans
    linked: np.ndarray
    places: np.ndarray
    bounds: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, assembly: Assembly, sources: np.ndarray, spans: PublicationSpans) -> Following:
        """Collect the copies of each row from the groups of copies."""
        exact_duplicates, proofs = assembly.exact_duplicates, assembly.proofs
        linked = unique(np.concatenate([proofs.left, proofs.right]))
        kinds = 2 * sources + spans.exact
        own = _first_of(exact_duplicates[linked], kinds[linked], spans.order[linked])
        owners, rows = exact_duplicates[linked[own]], linked[own]
        which, entries = _beside(proofs, exact_duplicates, owners)
        owners, rows = np.concatenate([owners, which]), np.concatenate([rows, rows[entries]])
        kept = _first_of(owners, kinds[rows], spans.order[rows])
        distinct, begins = np.unique(owners[kept], return_index=True)
        places = np.searchsorted(distinct, exact_duplicates[linked])
        return cls(sources, spans, linked, places, np.append(begins, len(kept)), rows[kept])

    @cached_property
    def repeats(self) -> Links:
        """Dated rows of which their own source published a copy before, each with the first of these copies.

        Of several copies of one source in one minute, all but the first by id count as repeats.
        """
        again = (self._own != self.linked) & self.spans.dated[self.linked]
        return Links(self.linked[again], self._own[again])

    @cached_property
    def copies(self) -> Links:
        """Rows that follow other sources, each with the earliest copy published before it.

        If several sources were the earliest at once, there is a pair for each.
        """
        chosen = self._is_first & ~self._may_be_earliest
        owners, rows = self._earliest
        bounds = np.searchsorted(owners, np.arange(len(self.bounds)))
        which, at = unrolled(bounds[self.places[chosen]], bounds[self.places[chosen] + 1])
        article, other = self.linked[chosen][which], rows[at]
        before = self.spans.ends[other] <= self.spans.starts[article]
        article, other = article[before], other[before]
        kept = _first_of(article, self.sources[other], self.spans.order[other])
        return Links(article[kept], other[kept])

    @cached_property
    def ties(self) -> Links:
        """Rows that may be the earliest of their copies, each with one of another source that may be, too.

        It is the first of these, so that there is one pair for each row.
        """
        owners, rows = self._earliest
        lead = self._foremost(owners, rows)
        beside = self.sources[rows] != self.sources[lead[owners]]
        second = self._foremost(owners[beside], rows[beside])
        chosen = self._is_first & self._may_be_earliest
        article, places = self.linked[chosen], self.places[chosen]
        other = np.where(self.sources[lead[places]] == self.sources[article], second[places], lead[places])
        return Links(article[other >= 0], other[other >= 0])

    def _foremost(self, owners: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the first of some rows for each distinct row, -1 if none; ``owners`` are their distinct rows."""
        at = _first_of(owners, owners, self.spans.order[rows])
        found = np.full(len(self.bounds) - 1, -1)
        found[owners[at]] = rows[at]
        return found

    @cached_property
    def _own(self) -> np.ndarray:
        """For each linked row, the first row of its own source among the row and its copies."""
        at = _first_of(self._owners, self.sources[self.rows], self.spans.order[self.rows])
        spread = self.sources.max(initial=0) + 1
        codes = self._owners[at] * spread + self.sources[self.rows[at]]
        return self.rows[at[np.searchsorted(codes, self.places * spread + self.sources[self.linked])]]

    @cached_property
    def _is_first(self) -> np.ndarray:
        """Bool: which linked rows have a date and are the first of their source."""
        return (self._own == self.linked) & self.spans.dated[self.linked]

    @cached_property
    def _may_be_earliest(self) -> np.ndarray:
        """Which linked rows may have been the earliest of their copies."""
        return self.spans.starts[self.linked] < self._out_by[self.places]

    @cached_property
    def _earliest(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows that may be the earliest of their copies, after the positions of their distinct rows, sorted."""
        early = self.spans.starts[self.rows] < self._out_by[self._owners]
        return self._owners[early], self.rows[early]

    @cached_property
    def _out_by(self) -> np.ndarray:
        """For each distinct row, the time by which its earliest copy was certainly published."""
        return _least(self.spans.ends[self.rows], self.bounds[:-1])

    @cached_property
    def _owners(self) -> np.ndarray:
        """For each entry of ``rows``, the position of its distinct row."""
        return np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))


def undated(proofs: Pairs, spans: PublicationSpans) -> Links:
    """Find the undated rows with a verified copy, each with the most similar copy (ties: the first published)."""
    article, other, jaccard = proofs.both_ways()
    order = np.lexsort((spans.order[other], -jaccard, article))
    order = order[~spans.dated[article[order]]]
    rows, at = np.unique(article[order], return_index=True)
    return Links(rows, other[order[at]])


def _beside(proofs: Pairs, exact_duplicates: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair each distinct row with the copies of the distinct rows that are copies of it.

    Returns:
        The distinct row of each pair, and the position of the copy in ``owners``, which is sorted.
    """
    bonds = proofs.where(
        (exact_duplicates[proofs.left] == proofs.left) & (exact_duplicates[proofs.right] == proofs.right)
    )
    one, other, _ = bonds.both_ways()
    which, at = unrolled(np.searchsorted(owners, other), np.searchsorted(owners, other, side="right"))
    return one[which], at


def _first_of(groups: np.ndarray, kinds: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return the positions of the first in order of each kind in each group, by group, then kind."""
    by = np.lexsort((order, kinds, groups))
    return by[(np.diff(groups[by], prepend=-1) != 0) | (np.diff(kinds[by], prepend=-1) != 0)]


def _least(values: np.ndarray, begins: np.ndarray) -> np.ndarray:
    """Return the minimum of each run of values; runs begin at ``begins``."""
    return np.minimum.reduceat(values, begins) if len(begins) else values[:0]
