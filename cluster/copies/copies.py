"""Find groups of copies: exact duplicates and near-duplicates of a kept article, and containment between groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, get_args

import numpy as np

from sada.cluster.copies.against import found_in
from sada.cluster.copies.assembly import Assembly
from sada.cluster.copies.candidates import containment_pairs, near_pairs
from sada.cluster.copies.containment import contained_in_kept
from sada.cluster.copies.grouping import (
    DOUBT_OF,
    Cohesion,
    Grouped,
    Keep,
    Rows,
    chains,
    distinct_rows,
    doubts_of,
    exact_duplicates_of,
    links_of,
    stars,
)
from sada.cluster.copies.groups import CopyGroup
from sada.cluster.copies.sketching import sketch_articles
from sada.cluster.likeness.likeness import BODIES_FROM, Evidence, JudgedLikeness, check_doubts, without_doubts
from sada.cluster.likeness.pairs import DOUBTS, FIRST_DOUBT, Doubt, Pairs, join
from sada.cluster.likeness.texts import IndexedTexts, Texts
from sada.indexes import is_open_index
from sada.indexes.article import Article, refuse_path
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import short_keys
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
    _grouped: Grouped = field(repr=False)
    _exact_duplicates: np.ndarray = field(repr=False)
    _pairs: Pairs = field(repr=False)  # by words alone, so that they serve any threshold
    _judged: Pairs = field(repr=False)
    _doubted_in_index: Mapping[int, Doubt] = field(default_factory=dict, repr=False)  # by row, see `against`

    @cached_property
    def groups(self) -> tuple[CopyGroup, ...]:
        """All groups, the largest first (ties: the order of ``keep``).

        Every article with words is a member of exactly one group, which may have no other member.
        """
        return tuple(self._assembly.groups(range(len(self._assembly.layout))))

    @cached_property
    def _assembly(self) -> Assembly:
        rows, grouped, pairs = self._rows, self._grouped, without_doubts(self._judged)
        links = {} if self.containment is None else links_of(rows, pairs, grouped.kept, self.containment)
        for leader, doubts in doubts_of(rows, self._doubted, grouped.kept).items():
            links[leader] = [*links.get(leader, ()), *doubts]
        return Assembly.of(rows, self._exact_duplicates, grouped, pairs, links, self.jaccard)

    @cached_property
    def doubtful(self) -> dict[str, int]:
        """How many kept articles would be copies of an earlier one but for a doubt, by doubt (see ``unite``).

        After :meth:`against`, also of one of the index.
        """
        kept = self._grouped.kept
        links = chain.from_iterable(doubts_of(self._rows, self._doubted, kept).values())
        doubts = {link.row: DOUBT_OF[link.kind] for link in links} | {**self._doubted_in_index}
        counts = Counter(doubt for row, doubt in doubts.items() if kept[row] == row)
        return {doubt: counts[doubt] for doubt in DOUBTS if counts[doubt]}

    @cached_property
    def _doubted(self) -> Pairs:
        """The pairs that are copies but for a doubt."""
        pairs = self._judged
        return pairs.where((pairs.grounds >= FIRST_DOUBT) & (pairs.jaccard >= self.jaccard))

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
        kept = self._grouped.kept
        found = kept != np.arange(len(kept))
        if contained and self.containment is not None:
            pairs = without_doubts(self._judged)
            found |= contained_in_kept(self._rows, self._exact_duplicates, kept, pairs, self.containment)
        return set(np.flatnonzero(found).tolist())

    def found_in(self, index: NewsIndex) -> dict[int, tuple[str, float]]:
        """Find the articles that are copies of an article of an index.

        Returns:
            The most similar article of the index (its id, and the exact Jaccard, at least :attr:`jaccard`) of each
            such article, by position in reading order.
        """
        return found_in(self._rows, self._exact_duplicates, index, self.jaccard).copies

    def against(self, index: NewsIndex) -> tuple[Copies, dict[int, tuple[str, float]]]:
        """Group the articles that are not in an index, and find those that are (:meth:`found_in`).

        An article with a copy in the index is in no group with others: its copies need not be copies of that one.
        """
        known = found_in(self._rows, self._exact_duplicates, index, self.jaccard)
        out = np.zeros(len(self._rows), bool)
        out[list(known.copies)] = True
        pairs = self._pairs.where(~(out[self._pairs.left] | out[self._pairs.right]))
        exact_duplicates = np.where(out, np.arange(len(out)), self._exact_duplicates)
        rows = replace(self._rows, likeness=known.likeness)
        rest = replace(self, _rows=rows)._regrouped(exact_duplicates, pairs, self.jaccard)
        return replace(rest, _doubted_in_index=known.doubts), known.copies

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
    unite: Collection[str] = (),
    threads: int = 0,
) -> Copies:
    """Find the groups of copies in an index or among articles.

    Exact duplicates are grouped first. Other candidates are pairs that share a MinHash band, and containment candidates
    share sampled shingles. Every candidate is verified by its exact Jaccard or containment. The result depends on the
    set of articles alone (ties: time of publication, then reading order).

    Two texts of at least 40 shingles are copies under any titles, if the texts alone reach the threshold; one text in
    two spellings or scripts is a copy by its letters. Pairs in doubt are shown as attached, and not united:

    - ``"template"``: the words that differ are names or figures in the slots of a template.
    - ``"boilerplate"``: ten and more articles of the outlet under unlike titles share what the two share.
    - ``"title"``: there is hardly more than a title, and addresses, outlets or times differ; but not if the title has
      five words and both are of one day.

    >>> copies = find_copies(articles, keep="source=The Harbour Ledger")
    >>> [(group.kept, group.size) for group in copies.duplicates()][:3]
    [('en-122', 3), ('ar-061', 2), ('ar-002', 2)]

    Args:
        source: an index, or articles. A reader of :func:`~sada.indexes.reading.readers.read_articles` is read in
            batches, without an object for each article.
        jaccard: the least Jaccard of two copies, of word 3-gram shingles, 0.5 to 1. Letters are held to one as strict.
        containment: the least containment of an attached article, above 0 and up to 1; None finds none. Attached
            articles are shown and join no group.
        cohesion: ``"star"``: every member reaches ``jaccard`` with the kept article; ``"chain"``: with some member.
        keep: which of several articles that are copies of each other is kept: the ``"first"`` published, the ``"last"``
            published, the ``"longest"``, or with ``"source=A,B"`` the first of outlet A, else of B, else of all.
        lowest: the least Jaccard that :meth:`Copies.rethreshold` accepts afterwards, 0.5 to ``jaccard``. The bands are
            chosen so that next to no pair of this Jaccard is missed
            (:meth:`~sada.indexes.minhash.bands.Bands.for_jaccard`). A higher value is faster.
        unite: doubts that are not raised: ``"template"``, ``"boilerplate"``, ``"title"``.
        threads: how many to use, 0 for one per core. The result does not depend on it.

    Raises:
        ValueError: if a threshold is out of range, or ``cohesion``, ``keep`` or a doubt is unknown.
        TypeError: if ``source`` is a path: open the index, or read the articles, first.
    """
    refuse_path(source)
    _check(jaccard, LOWEST)
    if not LOWEST <= lowest <= jaccard:
        raise ValueError(f"lowest={lowest}: choose a Jaccard from {LOWEST} to the threshold {jaccard}")
    doubts = check_doubts(unite)
    bands = Bands.for_jaccard(lowest)
    texts: Texts
    if is_open_index(source):
        columns, sets, texts = source.snapshot.columns, source.snapshot.sketches, IndexedTexts(source.snapshot)
        keys = short_keys(source.snapshot.sketches.signatures, bands)
        spellings = source.snapshot.segments.spellings(np.arange(len(columns)))
    else:
        columns, sets, keys, texts, spellings = sketch_articles(source, bands)
    evidence = Evidence(columns, sets, texts, spellings)
    likeness = JudgedLikeness(evidence, jaccard, doubts)
    rows = Rows.of(columns, sets, keep, likeness)
    exact_duplicates = exact_duplicates_of(rows)
    distinct = distinct_rows(rows, exact_duplicates)
    pairs = near_pairs(sets, keys, distinct, lowest, jaccard)
    del keys  # a hundred bytes and more an article
    pairs = join(pairs, containment_pairs(sets, distinct, containment or CONTAINMENT, BODIES_FROM))
    pairs = join(pairs, evidence.spellings.find(distinct))
    evidence.boilerplate.learn(pairs)
    return _group(rows, exact_duplicates, pairs, jaccard, containment, cohesion, lowest, bands)


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
    likeness = rows.judged.at(jaccard)
    rows, judged = replace(rows, likeness=likeness), likeness.judge(pairs)
    united = judged.where((judged.jaccard >= jaccard) & (judged.grounds < FIRST_DOUBT))
    grouped = (
        chains(rows, exact_duplicates, united)
        if cohesion == "chain"
        else stars(rows, exact_duplicates, united, jaccard)
    )
    wordless = tuple(rows.columns.ids[row] for row in np.flatnonzero(rows.keys == 0))
    return Copies(
        wordless, jaccard, containment, cohesion, lowest, bands, rows, grouped, exact_duplicates, pairs, judged
    )
