"""Find groups of copies: exact duplicates and near-duplicates of a kept article, and containment between groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, get_args

import numpy as np

from sada.cluster.copies.assembly import Assembly
from sada.cluster.copies.containment import contained_in_kept
from sada.cluster.copies.grouping import (
    Cohesion,
    Keep,
    Rows,
    chains,
    distinct_rows,
    exact_duplicates_of,
    links_of,
    stars,
)
from sada.cluster.copies.groups import CopyGroup
from sada.cluster.copies.pairs import Pairs, containment_pairs, join, measure, near_pairs
from sada.cluster.copies.sketching import sketch_articles
from sada.indexes import is_open_index
from sada.indexes.article import Article, refuse_path
from sada.indexes.minhash.bands import MISS, Bands
from sada.indexes.minhash.lsh import candidate_pairs, short_keys
from sada.indexes.minhash.sketches import ShingleSets, sign
from sada.indexes.reading.batches import Batched
from sada.indexes.threads import carries_threads

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

JACCARD = 0.8
CONTAINMENT = 0.8
LOWEST = 0.5
"""Default thresholds, and the least Jaccard that may be requested."""


@dataclass(frozen=True, eq=False)
class Copies:
    """All groups of copies among n articles, as :func:`find_copies` returns them.

    :class:`CopyGroup` objects are built when they are requested, so a million articles without copies cost no objects.

    >>> copies = find_copies(articles)
    >>> group = copies.group_of("en-122")
    >>> group.kept, [member.id for member in group.members]
    ('en-001', ['en-001', 'en-121', 'en-122'])
    >>> len(copies.dropped()), len(copies.rethreshold(0.95).dropped())
    (12, 5)

    Attributes:
        wordless: ids of articles without any word; they are in no group.
        jaccard, containment, cohesion: the arguments of :func:`find_copies`.
        lowest: the least Jaccard that :meth:`rethreshold` accepts.
        bands: the bands that candidates share; ``bands.miss(jaccard)`` is the probability that a pair of this Jaccard
            was no candidate.
    """

    wordless: tuple[str, ...]
    jaccard: float
    containment: float | None
    cohesion: Cohesion
    lowest: float
    bands: Bands
    _rows: Rows = field(repr=False)
    _kept: np.ndarray = field(repr=False)
    _similarity: np.ndarray = field(repr=False)
    _exact_duplicates: np.ndarray = field(repr=False)
    _pairs: Pairs = field(repr=False)

    @cached_property
    def groups(self) -> tuple[CopyGroup, ...]:
        """All groups, the largest first (ties: the order of ``keep``).

        Every article with words is a member of exactly one group, which may have no other member.
        """
        return tuple(self._assembly.groups(range(len(self._assembly.layout))))

    @cached_property
    def _assembly(self) -> Assembly:
        rows, kept, pairs = self._rows, self._kept, self._pairs
        links = {} if self.containment is None else links_of(rows, pairs, kept, self.containment)
        return Assembly.of(rows, self._exact_duplicates, kept, self._similarity, pairs, links, self.jaccard)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        """Map ids of articles with words to rows; a repeated id to its first row."""
        ids, members = self._rows.columns.ids, np.sort(self._assembly.layout.members)
        return {ids[row]: row for row in members[::-1].tolist()}

    def rethreshold(self, jaccard: float) -> Copies:
        """Return the groups at another Jaccard threshold, without reading or hashing anything again.

        Raises:
            ValueError: for a threshold below :attr:`lowest`, for which no pairs are kept.
        """
        return self._regrouped(self._exact_duplicates, self._pairs, jaccard)

    def duplicates(self) -> list[CopyGroup]:
        """Return the groups with several members or an attached article, in the order of :attr:`groups`."""
        return list(self.iter_duplicates())

    def iter_duplicates(self) -> Iterator[CopyGroup]:
        """Yield the groups of :meth:`duplicates` one at a time, without holding all of them in memory."""
        return self._assembly.groups(self._assembly.worth_showing().tolist())

    def dropped(self, *, contained: bool = False) -> set[int]:
        """Return the positions, in reading order from 0, of the articles that are copies of a kept article.

        Args:
            contained: also drop a kept article if articles that stay contain it and all its copies. So the text of
                everything dropped is in an article that stays.
        """
        found = self._kept != np.arange(len(self._kept))
        if contained and self.containment is not None:
            found |= contained_in_kept(self._rows, self._exact_duplicates, self._kept, self._pairs, self.containment)
        return set(np.flatnonzero(found).tolist())

    def found_in(self, index: NewsIndex) -> dict[int, tuple[str, float]]:
        """Find the articles that are copies of an article of an index.

        Returns:
            The most similar article of the index (its id, and the exact Jaccard, at least :attr:`jaccard`) of each
            such article, by position in reading order.
        """
        distinct = distinct_rows(self._rows, self._exact_duplicates)
        own = self._rows.sketches.sets_of(distinct)
        here, there = _shared_bands(own, index, self.jaccard)
        needed, place = np.unique(there, return_inverse=True)
        both = ShingleSets.concatenated([index.snapshot.segments.sketch_of(needed), own])
        alike = measure(both, place, here + len(needed)).jaccard
        best: dict[int, tuple[str, float]] = {}
        for at in np.lexsort((there, -alike)).tolist():
            if alike[at] >= self.jaccard:
                best.setdefault(int(distinct[here[at]]), (index.snapshot.columns.ids[there[at]], float(alike[at])))
        return {row: best[first] for row, first in enumerate(self._exact_duplicates.tolist()) if first in best}

    def against(self, index: NewsIndex) -> tuple[Copies, dict[int, tuple[str, float]]]:
        """Group the articles that are not in an index, and find those that are (:meth:`found_in`).

        An article with a copy in the index is in no group with others: its copies need not be copies of that one.
        """
        known = self.found_in(index)
        out = np.zeros(len(self._rows), bool)
        out[list(known)] = True
        pairs = self._pairs.where(~(out[self._pairs.left] | out[self._pairs.right]))
        exact_duplicates = np.where(out, np.arange(len(out)), self._exact_duplicates)
        return self._regrouped(exact_duplicates, pairs, self.jaccard), known

    def _regrouped(self, exact_duplicates: np.ndarray, pairs: Pairs, jaccard: float) -> Copies:
        return _group(
            self._rows, exact_duplicates, pairs, jaccard, self.containment, self.cohesion, self.lowest, self.bands
        )

    def group_of(self, id_: str) -> CopyGroup:
        """Return the group of an article.

        Raises:
            KeyError: if no article with words has this id.
        """
        assembly = self._assembly
        return assembly.group(int(assembly.layout.places[self._row_of[id_]]))


@carries_threads
def find_copies(
    source: NewsIndex | Iterable[Article] | Batched,
    *,
    jaccard: float = JACCARD,
    containment: float | None = CONTAINMENT,
    cohesion: Cohesion = "star",
    keep: Keep = "first",
    lowest: float = LOWEST,
    threads: int = 0,
) -> Copies:
    """Find the groups of copies in an index or among articles.

    Exact duplicates are grouped first. Other candidates are pairs that share a MinHash band, and containment candidates
    share sampled shingles. Every candidate is verified by its exact Jaccard or containment. The result depends on the
    set of articles alone (ties: time of publication, then reading order).

    >>> copies = find_copies(articles, keep="source=The Harbour Ledger")
    >>> [(group.kept, group.size) for group in copies.duplicates()][:3]
    [('en-122', 3), ('ar-061', 2), ('ar-002', 2)]

    Args:
        source: an index, or articles. A reader of :func:`~sada.indexes.reading.readers.read_articles` is read in
            batches, without an object for each article.
        jaccard: the least Jaccard of two copies, of word 3-gram shingles, 0.5 to 1.
        containment: the least containment of an attached article, above 0 and up to 1; None finds none. Attached
            articles are shown and join no group.
        cohesion: ``"star"``: every member reaches ``jaccard`` with the kept article; ``"chain"``: with some member.
        keep: which of several articles that are copies of each other is kept: the ``"first"`` published, the ``"last"``
            published, the ``"longest"``, or with ``"source=A,B"`` the first of outlet A, else of B, else of all.
        lowest: the least Jaccard that :meth:`Copies.rethreshold` accepts afterwards, 0.5 to ``jaccard``. The bands are
            chosen so that next to no pair of this Jaccard is missed
            (:meth:`~sada.indexes.minhash.bands.Bands.for_jaccard`). A higher value is faster.
        threads: how many to use, 0 for one per core. The result does not depend on it.

    Raises:
        ValueError: if a threshold is out of range, or ``cohesion`` or ``keep`` is unknown.
        TypeError: if ``source`` is a path: open the index, or read the articles, first.
    """
    refuse_path(source)
    _check(jaccard, LOWEST)
    if not LOWEST <= lowest <= jaccard:
        raise ValueError(f"lowest={lowest}: choose a Jaccard from {LOWEST} to the threshold {jaccard}")
    bands = Bands.for_jaccard(lowest)
    if is_open_index(source):
        columns, sets = source.snapshot.columns, source.snapshot.sketches
        keys = short_keys(source.snapshot.sketches.signatures, bands)
    else:
        columns, sets, keys = sketch_articles(source, bands)
    rows = Rows.of(columns, sets, keep)
    exact_duplicates = exact_duplicates_of(rows)
    distinct = distinct_rows(rows, exact_duplicates)
    pairs = near_pairs(sets, keys, distinct, lowest, jaccard)
    del keys  # a hundred bytes and more an article
    if containment is not None:
        pairs = join(pairs, containment_pairs(sets, distinct, containment))
    return _group(rows, exact_duplicates, pairs, jaccard, containment, cohesion, lowest, bands)


def _shared_bands(own: ShingleSets, index: NewsIndex, jaccard: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs (row of ``own``, row of the index) that share a band, of bands fine enough for ``jaccard``."""
    signatures, bands = sign(own.shingles, own.bounds), Bands.for_jaccard(jaccard)
    if index.snapshot.bands.miss(jaccard) <= max(MISS, bands.miss(jaccard)):
        found = [index.snapshot.segments.lsh_candidates(signature) for signature in signatures]
        there = np.concatenate([*found, np.zeros(0, np.int64)])
        return np.repeat(np.arange(len(own)), [len(rows) for rows in found]), there
    filled = np.flatnonzero(index.snapshot.sketches.sizes)
    keys = np.concatenate(
        [short_keys(all_, bands) for all_ in (signatures, index.snapshot.sketches.signatures[filled])], axis=1
    )
    ties = np.concatenate([own.keys, index.snapshot.sketches.keys[filled]])
    left, right, *_ = candidate_pairs(keys, np.arange(len(ties)), ties)
    across = (left < len(own)) & (right >= len(own))
    return left[across], filled[right[across] - len(own)]


def _check(jaccard: float, lowest: float) -> None:
    if not lowest <= jaccard <= 1:
        raise ValueError(f"jaccard={jaccard}: choose a threshold from {lowest} to 1")


def _group(
    rows: Rows,
    exact_duplicates: np.ndarray,
    pairs: Pairs,
    jaccard: float,
    containment: float | None,
    cohesion: Cohesion,
    lowest: float,
    bands: Bands,
) -> Copies:
    _check(jaccard, lowest)
    if containment is not None and not 0 < containment <= 1:
        raise ValueError(f"containment={containment}: choose a threshold above 0 and up to 1, or None")
    if cohesion not in get_args(Cohesion):
        raise ValueError(f"cohesion={cohesion!r}: choose star or chain")
    united = pairs.where(pairs.jaccard >= jaccard)
    kept, similarity = (
        chains(rows, exact_duplicates, united)
        if cohesion == "chain"
        else stars(rows, exact_duplicates, united, jaccard)
    )
    wordless = tuple(rows.columns.ids[row] for row in np.flatnonzero(rows.sketches.keys == 0))
    return Copies(
        wordless, jaccard, containment, cohesion, lowest, bands, rows, kept, similarity, exact_duplicates, pairs
    )
