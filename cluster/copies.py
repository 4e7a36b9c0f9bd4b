"""Groups of copies: exact twins and near-duplicates around a kept article, and what contains or is contained in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.candidates import Pairs, containment_pairs, join, measure, near_pairs
from sada.cluster.grouping import Link, Rows, chains, distinct_rows, links_of, stars, twins_of
from sada.indexes.article import Article, iso, refuse_path
from sada.indexes.catalog import from_micros
from sada.indexes.columns import UNDATED, Columns
from sada.indexes.minhash import Sketches, sketch

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

JACCARD = 0.8
CONTAINMENT = 0.8
_AT_ONCE = 20_000  # texts in memory while articles are read
_EVIDENCE = 0.5  # verified pairs from here on are kept, so that a threshold can be moved without reading texts again


@dataclass(frozen=True, slots=True)
class CopyMember:
    """A member: ``kind`` is kept, exact (same words in the same order) or near; ``jaccard`` is to the kept article."""

    id: str
    kind: str
    jaccard: float
    published: datetime | None
    source: str

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "id": self.id,
            "kind": self.kind,
            "jaccard": round(self.jaccard, 4),
            "published": iso(self.published),
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Attached:
    """An article outside the group that ``contains`` its member ``to``, or is ``contained`` in it."""

    id: str
    to: str
    kind: str
    containment: float

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"id": self.id, "to": self.to, "kind": self.kind, "containment": round(self.containment, 4)}


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """The kept article (first member), its copies in reading order, and what is attached to them."""

    group: int
    members: tuple[CopyMember, ...]
    attached: tuple[Attached, ...]

    @property
    def kept(self) -> str:
        """Id of the kept article."""
        return self.members[0].id

    @property
    def size(self) -> int:
        """How many members, the kept one included."""
        return len(self.members)

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``duplicates`` command."""
        return {
            "group": self.group,
            "kept": self.kept,
            "size": self.size,
            "members": [member.to_dict() for member in self.members],
            "attached": [link.to_dict() for link in self.attached],
        }


@dataclass(frozen=True)
class Copies:
    """All groups, the largest first, those of one member included.

    Attributes:
        groups: every article is a member of exactly one, unless it has no words.
        wordless: ids of articles without any word; they join no group.
        jaccard, containment, cohesion: what the groups were made with.
    """

    groups: tuple[CopyGroup, ...]
    wordless: tuple[str, ...]
    jaccard: float
    containment: float | None
    cohesion: str
    _rows: Rows
    _kept: np.ndarray
    _twins: np.ndarray
    _pairs: Pairs

    def rethreshold(self, jaccard: float) -> Copies:
        """The groups at another Jaccard of at least .5, from the evidence at hand: nothing is read or hashed again.

        Raises:
            ValueError: for a threshold below .5, for which no evidence is kept.
        """
        return _group(self._rows, self._twins, self._pairs, jaccard, self.containment, self.cohesion)

    def duplicates(self) -> list[CopyGroup]:
        """The groups that have more than one member or something attached."""
        return [group for group in self.groups if group.size > 1 or group.attached]

    def dropped(self, *, contained: bool = False) -> set[int]:
        """Positions, in the order read, of the articles that are copies of a kept one.

        With ``contained``, also those that another article contains.
        """
        found = set(np.flatnonzero(self._kept != np.arange(len(self._kept))).tolist())
        if contained and self.containment is not None:
            pairs = self._pairs.where(self._pairs.containment >= self.containment)
            sizes, ranks = self._rows.sketches.sizes, self._rows.ranks
            left, right = pairs.left, pairs.right
            lengths = sizes[left] - sizes[right]
            smaller = np.where((lengths > 0) | ((lengths == 0) & (ranks[left] < ranks[right])), right, left)
            found.update(smaller[self._kept[left] != self._kept[right]].tolist())
        return found

    def found_in(self, index: NewsIndex) -> dict[int, tuple[str, float]]:
        """Which of the articles are copies of one in an index.

        Returns:
            For each position, in the order read, of an article that reaches ``jaccard`` with one of the index: the id
            there that it is most alike to, and the Jaccard.
        """
        own = self._rows.sketches
        distinct = distinct_rows(self._rows, self._twins)
        candidates = [index.segments.lsh_candidates(own.signatures[row]) for row in distinct]
        there = np.concatenate([*candidates, np.zeros(0, np.int64)])
        here = np.repeat(distinct, [len(rows) for rows in candidates])
        needed, place = np.unique(there, return_inverse=True)
        both = Sketches.join([index.sketches.take(needed), own])
        alike = measure(both, place, here + len(needed)).jaccard
        best: dict[int, tuple[str, float]] = {}
        for at in np.lexsort((there, -alike)).tolist():
            if alike[at] >= self.jaccard:
                best.setdefault(int(here[at]), (index.columns.ids[there[at]], float(alike[at])))
        return {row: best[first] for row, first in enumerate(self._twins.tolist()) if first in best}

    def against(self, index: NewsIndex) -> tuple[Copies, dict[int, tuple[str, float]]]:
        """The groups among the articles that are copies of none in an index, and those that are (:meth:`found_in`).

        The latter are in no group with others: a copy of a copy of what the index holds is not itself there.
        """
        known = self.found_in(index)
        out = np.zeros(len(self._rows), bool)
        out[list(known)] = True
        pairs = self._pairs.where(~(out[self._pairs.left] | out[self._pairs.right]))
        twins = np.where(out, np.arange(len(out)), self._twins)
        return _group(self._rows, twins, pairs, self.jaccard, self.containment, self.cohesion), known

    def group_of(self, id_: str) -> CopyGroup:
        """The group that an article is a member of; raises KeyError if there is none."""
        for group in self.groups:
            if any(member.id == id_ for member in group.members):
                return group
        raise KeyError(id_)


def find_copies(
    source: NewsIndex | Iterable[Article],
    *,
    jaccard: float = JACCARD,
    containment: float | None = CONTAINMENT,
    cohesion: str = "star",
    keep: str = "first",
    threads: int = 0,
) -> Copies:
    """Group the copies in an index or among plain articles.

    Exact twins collapse first; candidates come from MinHash bands; each is verified by exact Jaccard before it unites
    anything. The result is a function of the set of articles (ties: time published, then order of reading).

    Args:
        source: an index, or articles.
        jaccard: least Jaccard of word 3-gram shingles between copies, .5 to 1.
        containment: least containment for a link that is shown and unites nothing; None looks for none.
        cohesion: ``"star"``: every member reaches ``jaccard`` with the kept article; ``"chain"``: with some member.
        keep: which of several articles that are all copies of each other is kept: ``"first"`` published, ``"last"``,
            ``"longest"``, or ``"source=A,B"`` for the first of outlet A, else of B, else the first.
        threads: how many to use, 0 for one a core.

    Raises:
        ValueError: for a threshold out of range, or an unknown ``cohesion`` or ``keep``.
        TypeError: for a path: open the index, or read the articles, first.
    """
    refuse_path(source)
    if isinstance(source, Iterable):
        columns, sketches = _sketched(source, threads)
    else:
        columns, sketches = source.columns, source.sketches
    rows = Rows.of(columns, sketches, keep)
    twins = twins_of(rows)
    distinct = distinct_rows(rows, twins)
    pairs = near_pairs(sketches, distinct, threads)
    pairs = pairs.where(pairs.jaccard >= _EVIDENCE)
    if containment is not None:
        contained = containment_pairs(sketches, distinct, threads)
        pairs = join(pairs, contained.where(contained.containment >= containment))
    return _group(rows, twins, pairs, jaccard, containment, cohesion)


def _sketched(articles: Iterable[Article], threads: int) -> tuple[Columns, Sketches]:
    """What is kept of articles to find their copies; their texts are let go, some thousands at a time."""
    slim: list[Article] = []
    parts: list[Sketches] = []
    source = iter(articles)
    while batch := list(islice(source, _AT_ONCE)):
        parts.append(sketch([article.body for article in batch], threads))
        slim += [replace(article, title="", text="", url="", keywords=(), extra={}) for article in batch]
    return Columns.of(slim), Sketches.join(parts)


def _group(
    rows: Rows, twins: np.ndarray, pairs: Pairs, jaccard: float, containment: float | None, cohesion: str
) -> Copies:
    if not _EVIDENCE <= jaccard <= 1:
        raise ValueError(f"jaccard={jaccard}: choose a threshold from {_EVIDENCE} to 1")
    if containment is not None and not 0 < containment <= 1:
        raise ValueError(f"containment={containment}: choose a threshold above 0 and up to 1, or None")
    if cohesion not in ("star", "chain"):
        raise ValueError(f"cohesion={cohesion!r}: choose star or chain")
    united = pairs.where(pairs.jaccard >= jaccard)
    kept, similarity = chains(rows, twins, united) if cohesion == "chain" else stars(rows, twins, united, jaccard)
    links = {} if containment is None else links_of(rows, pairs, kept, containment)
    groups = _make_groups(rows, kept, similarity, links)
    wordless = tuple(rows.columns.ids[row] for row in np.flatnonzero(rows.sketches.keys == 0))
    return Copies(groups, wordless, jaccard, containment, cohesion, rows, kept, twins, pairs)


def _make_groups(
    rows: Rows, kept: np.ndarray, similarity: np.ndarray, links: dict[int, list[Link]]
) -> tuple[CopyGroup, ...]:
    """Groups with members in order of rank after the kept one; the largest first, then by rank of the kept."""
    members: dict[int, list[int]] = defaultdict(list)
    for row in np.lexsort((rows.ranks, kept != np.arange(len(kept)))).tolist():
        if rows.sketches.keys[row]:
            members[int(kept[row])].append(row)
    ordered = sorted(members, key=lambda leader: (-len(members[leader]), rows.ranks[leader]))
    return tuple(
        CopyGroup(
            number,
            tuple(_member(rows, row, leader, similarity[row]) for row in members[leader]),
            tuple(_attached(rows, link) for link in links.get(leader, ())),
        )
        for number, leader in enumerate(ordered, start=1)
    )


def _attached(rows: Rows, link: Link) -> Attached:
    return Attached(rows.columns.ids[link.row], rows.columns.ids[link.to], link.kind, link.containment)


def _member(rows: Rows, row: int, leader: int, similarity: float) -> CopyMember:
    keys = rows.sketches.keys
    kind = "kept" if row == leader else "exact" if keys[row] == keys[leader] else "near"
    published = None if rows.columns.published[row] == UNDATED else from_micros(int(rows.columns.published[row]))
    return CopyMember(rows.columns.ids[row], kind, float(similarity), published, rows.columns.sources[row])
