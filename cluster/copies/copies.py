"""Groups of copies: exact twins and near-duplicates around a kept article, and what contains or is contained in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, get_args

import numpy as np

from sada.cluster.copies.assembly import Assembly
from sada.cluster.copies.containment import held_elsewhere
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


@dataclass(frozen=True, eq=False)
class Copies:
    """All groups of copies among n articles.

    What a group shows is made when it is asked for, so that a million articles without copies cost no million objects.

    Attributes:
        wordless: ids of articles without any word; they join no group.
        jaccard, containment, cohesion: what the groups were made with.
        lowest: the least Jaccard that :meth:`rethreshold` may be asked for.
        bands: how candidates were found; ``bands.miss(jaccard)`` says how likely a pair was never looked at.
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
    _twins: np.ndarray = field(repr=False)
    _pairs: Pairs = field(repr=False)

    @cached_property
    def groups(self) -> tuple[CopyGroup, ...]:
        """All groups, the largest first, then in the order of the rule that chose the kept ones.

        Every article is a member of exactly one, if need be alone, unless it has no words.
        """
        return tuple(self._assembly.groups(range(len(self._assembly.layout))))

    @cached_property
    def _assembly(self) -> Assembly:
        rows, kept, pairs = self._rows, self._kept, self._pairs
        links = {} if self.containment is None else links_of(rows, pairs, kept, self.containment)
        return Assembly.of(rows, self._twins, kept, self._similarity, pairs, links, self.jaccard)

    @cached_property
    def _row_of(self) -> dict[str, int]:
        """The row of each id of an article with words; of a repeated id the first."""
        ids, members = self._rows.columns.ids, np.sort(self._assembly.layout.members)
        return {ids[row]: row for row in members[::-1].tolist()}

    def rethreshold(self, jaccard: float) -> Copies:
        """The groups at another Jaccard, from the evidence at hand: nothing is read or hashed again.

        Raises:
            ValueError: for a threshold below :attr:`lowest`, for which no evidence is kept.
        """
        return self._regrouped(self._twins, self._pairs, jaccard)

    def duplicates(self) -> list[CopyGroup]:
        """The groups that have more than one member or something attached, in the order of :attr:`groups`."""
        return list(self.iter_duplicates())

    def iter_duplicates(self) -> Iterator[CopyGroup]:
        """The groups of :meth:`duplicates` one by one, for when there are too many to hold them all."""
        return self._assembly.groups(self._assembly.worth_showing().tolist())

    def dropped(self, *, contained: bool = False) -> set[int]:
        """Positions, in the order read, of the articles that are copies of a kept one.

        With ``contained``, also kept ones that a larger article contains that is not dropped itself, if it or others
        that stay contain all their copies, too: what is dropped can always be read in something that stays.
        """
        found = self._kept != np.arange(len(self._kept))
        if contained and self.containment is not None:
            found |= held_elsewhere(self._rows, self._twins, self._kept, self._pairs, self.containment)
        return set(np.flatnonzero(found).tolist())

    def found_in(self, index: NewsIndex) -> dict[int, tuple[str, float]]:
        """Which of the articles are copies of one in an index.

        Returns:
            For each position, in the order read, of an article that reaches ``jaccard`` with one of the index: the id
            there that it is most alike to, and the Jaccard.
        """
        distinct = distinct_rows(self._rows, self._twins)
        own = self._rows.sketches.sets_of(distinct)
        here, there = _shared_bands(own, index, self.jaccard)
        needed, place = np.unique(there, return_inverse=True)
        both = ShingleSets.concatenated([index.segments.sketch_of(needed), own])
        alike = measure(both, place, here + len(needed)).jaccard
        best: dict[int, tuple[str, float]] = {}
        for at in np.lexsort((there, -alike)).tolist():
            if alike[at] >= self.jaccard:
                best.setdefault(int(distinct[here[at]]), (index.columns.ids[there[at]], float(alike[at])))
        return {row: best[first] for row, first in enumerate(self._twins.tolist()) if first in best}

    def against(self, index: NewsIndex) -> tuple[Copies, dict[int, tuple[str, float]]]:
        """The groups among the articles that are copies of none in an index, and those that are (:meth:`found_in`).

        The latter are in no group with others: a copy of a copy of what the index holds is not itself there.
        """
        known = self.found_in(index)
        out = np.zeros(len(self._rows), bool)
        out[list(known)] = True
        pairs = self._pairs.where(~(out[self._pairs.left] | out[self._pairs.right]))
        exact_duplicates = np.where(out, np.arange(len(out)), self._twins)
        return self._regrouped(exact_duplicates, pairs, self.jaccard), known

    def _regrouped(self, exact_duplicates: np.ndarray, pairs: Pairs, jaccard: float) -> Copies:
        return _group(
            self._rows, exact_duplicates, pairs, jaccard, self.containment, self.cohesion, self.lowest, self.bands
        )

    def group_of(self, id_: str) -> CopyGroup:
        """The group that an article is a member of; raises KeyError if there is none."""
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
    """Group the copies in an index or among plain articles.

    Exact twins collapse first; candidates come from MinHash bands; each is verified by exact Jaccard before it unites
    anything. The result is a function of the set of articles (ties: time published, then order of reading).

    Args:
        source: an index, or articles; a reader's are not made into objects one by one.
        jaccard: least Jaccard of word 3-gram shingles between copies, .5 to 1.
        containment: least containment for a link that is shown and unites nothing; None looks for none.
        cohesion: ``"star"``: every member reaches ``jaccard`` with the kept article; ``"chain"``: with some member.
        keep: which of several articles that are all copies of each other is kept: ``"first"`` published, ``"last"``,
            ``"longest"``, or ``"source=A,B"`` for the first of outlet A, else of B, else the first.
        lowest: the least Jaccard that :meth:`Copies.rethreshold` may be asked for afterwards; the bands are chosen so
            that next to no pair of it is missed (:meth:`~sada.indexes.minhash.bands.Bands.for_jaccard`). The higher,
            the quicker.
        threads: how many to use, 0 for one a core.

    Raises:
        ValueError: for a threshold out of range, or an unknown ``cohesion`` or ``keep``.
        TypeError: for a path: open the index, or read the articles, first.
    """
    refuse_path(source)
    _check(jaccard, LOWEST)
    if not LOWEST <= lowest <= jaccard:
        raise ValueError(f"lowest={lowest}: choose a Jaccard from {LOWEST} to the threshold {jaccard}")
    bands = Bands.for_jaccard(lowest)
    if isinstance(source, Iterable | Batched):
        columns, sets, keys = sketch_articles(source, bands)
    else:
        columns, sets = source.columns, source.sketches
        keys = short_keys(source.sketches.signatures, bands)
    rows = Rows.of(columns, sets, keep)
    exact_duplicates = exact_duplicates_of(rows)
    distinct = distinct_rows(rows, exact_duplicates)
    pairs = near_pairs(sets, keys, distinct, lowest, jaccard)
    del keys  # a hundred bytes and more an article
    if containment is not None:
        pairs = join(pairs, containment_pairs(sets, distinct, containment))
    return _group(rows, exact_duplicates, pairs, jaccard, containment, cohesion, lowest, bands)


def _shared_bands(own: ShingleSets, index: NewsIndex, jaccard: float) -> tuple[np.ndarray, np.ndarray]:
    """(row of ``own``, row of the index) of all pairs that share a band, by bands that will do for ``jaccard``."""
    signatures, bands = sign(own.shingles, own.bounds), Bands.for_jaccard(jaccard)
    if index.bands.miss(jaccard) <= max(MISS, bands.miss(jaccard)):
        found = [index.segments.lsh_candidates(signature) for signature in signatures]
        there = np.concatenate([*found, np.zeros(0, np.int64)])
        return np.repeat(np.arange(len(own)), [len(rows) for rows in found]), there
    filled = np.flatnonzero(index.sketches.sizes)
    keys = np.concatenate([short_keys(all_, bands) for all_ in (signatures, index.sketches.signatures[filled])], axis=1)
    ties = np.concatenate([own.keys, index.sketches.keys[filled]])
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
