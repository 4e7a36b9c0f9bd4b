"""A group of copies as an object: its members, whom each follows, the verified pairs, and attached articles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sada.indexes.article import iso


@dataclass(frozen=True, slots=True)
class CopyMember:
    """An article in a group of copies.

    Attributes:
        id: of the article.
        kind: ``"kept"``, ``"exact"`` (the same words in the same order as the kept article), ``"near"``,
            ``"near (text)"`` (the texts alone are near, under other titles), or ``"near (respelt)"`` (the letters alone
            are near, in another spelling or script).
        jaccard: exact Jaccard to the kept article, 0 to 1, of what is near: words, the texts alone, or letters; below
            the threshold only under cohesion ``"chain"``, and 0 there if the two are in doubt.
        published: time of publication in UTC; None if unknown.
        source: name of the outlet.
        follows: id of the most similar verified copy in the group that was published strictly earlier (ties: the
            earliest); None if there is none, or this article has no date.
        delay_seconds: seconds from the first publication in the group to this one; None without a date.
        via: under cohesion ``"chain"``, for a member that is no copy of the kept article: ids of the members between
            the two, from this member's end; neighbours are verified copies. The path has the fewest steps (ties: the
            strongest pair first). None for a copy of the kept article.
        position: in reading order, from 0; it distinguishes articles with the same id. Comparison ignores it.
    """

    id: str
    kind: str
    jaccard: float
    published: datetime | None
    source: str
    follows: str | None
    delay_seconds: float | None
    via: tuple[str, ...] | None
    position: int = field(compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; ``jaccard`` has four decimals."""
        return {
            "id": self.id,
            "kind": self.kind,
            "jaccard": round(self.jaccard, 4),
            "published": iso(self.published),
            "source": self.source,
            "follows": self.follows,
            "delay_seconds": self.delay_seconds,
            "via": None if self.via is None else list(self.via),
        }


@dataclass(frozen=True, slots=True)
class Attached:
    """An article outside a group that contains a member of it, is contained in it, or is near it and yet no copy.

    Attributes:
        id: of the article.
        to: id of the member.
        kind: ``"contains"`` if the article contains the member, ``"contained"`` the other way round;
            ``"near (filled template)"``, ``"near (boilerplate)"`` or ``"near (bare title)"`` for a pair in doubt, see
            :func:`~sada.cluster.copies.copies.find_copies`.
        containment: |A and B| / min(|A|, |B|) of their shingles of words, exact.
        jaccard: |A and B| / |A or B|, exact; of the texts alone if a pair in doubt is near by them.
        position: of the article, as in :class:`CopyMember`.
    """

    id: str
    to: str
    kind: str
    containment: float
    jaccard: float
    position: int = field(compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; ``containment`` and ``jaccard`` have four decimals."""
        return {
            "id": self.id,
            "to": self.to,
            "kind": self.kind,
            "containment": round(self.containment, 4),
            "jaccard": round(self.jaccard, 4),
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """A pair of members that are verified copies of each other.

    Attributes:
        a, b: ids; ``a`` was published first, or read first.
        jaccard: |A and B| / |A or B|, exact, at least the threshold, of what is near as in :class:`CopyMember`.
        containment: |A and B| / min(|A|, |B|) of their shingles of words, exact.
    """

    a: str
    b: str
    jaccard: float
    containment: float

    def to_dict(self) -> dict[str, Any]:
        """Return the pair and its Jaccard as plain values, ready for JSON."""
        return {"a": self.a, "b": self.b, "jaccard": round(self.jaccard, 4)}


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """A kept article and its copies.

    >>> group = find_copies(articles).duplicates()[0]
    >>> group.kept, group.size, group.first
    ('en-001', 3, 'en-001')
    >>> [(member.id, member.kind, round(member.jaccard, 2)) for member in group.members]
    [('en-001', 'kept', 1.0), ('en-121', 'exact', 1.0), ('en-122', 'near', 0.82)]

    Attributes:
        group: number of the group, from 1; the largest group is the first.
        first: id of the member published first (ties: the first read); None if no member has a date.
        members: the kept article, then its copies in the order of ``keep``.
        attached: articles that contain a member or are contained in one, or whose likeness to one is in doubt; not
            counted in ``size``.
        evidence: the verified pairs of the group, the strongest first. Of exact duplicates only one is paired with
            other members, and each of the rest with that one. If there are more than 200 pairs, only a maximum spanning
            tree of them is given (Kruskal 1956).
    """

    group: int
    first: str | None
    members: tuple[CopyMember, ...]
    attached: tuple[Attached, ...]
    evidence: tuple[Evidence, ...]

    @property
    def kept(self) -> str:
        """Id of the kept article."""
        return self.members[0].id

    @property
    def size(self) -> int:
        """Number of members, the kept article included."""
        return len(self.members)

    def to_dict(self) -> dict[str, Any]:
        """Return the row of the ``duplicates`` command, ready for JSON."""
        return {
            "group": self.group,
            "kept": self.kept,
            "size": self.size,
            "first": self.first,
            "members": [member.to_dict() for member in self.members],
            "attached": [link.to_dict() for link in self.attached],
            "evidence": [pair.to_dict() for pair in self.evidence],
        }
