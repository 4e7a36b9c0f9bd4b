"""What is said of a group of copies: its members, who followed whom, the pairs that prove it, what is attached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sada.indexes.article import iso


@dataclass(frozen=True, slots=True)
class CopyMember:
    """An article in a group of copies.

    Attributes:
        id: the article's.
        kind: ``"kept"``, ``"exact"`` (the same words in the same order as the kept article) or ``"near"``.
        jaccard: exact Jaccard to the kept article, 0 to 1; below the threshold only under cohesion ``"chain"``.
        published: when, in UTC; None if unknown.
        source: the outlet.
        follows: id of the member that it is most similar to among those published strictly before it and proven to be
            copies of it; of equally similar ones the earliest. None where there is none: for the first, for those out
            at the same moment, and without a date.
        delay_seconds: how long after the group's first it was published, 0.0 for the first; None without a date.
        via: under cohesion ``"chain"``, for a member that is no copy of the kept article itself: the ids between, from
            the member's end, each a proven copy of the next. The fewest steps, of as few the strongest first. None for
            all that reach the kept article directly.
        position: its place in the order read, from 0, which tells articles apart whose ids repeat. Not part of what
            makes two members equal.
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
        """As plain values; ``jaccard`` to four places."""
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
    """An article outside the group that ``contains`` its member ``to``, or is ``contained`` in it.

    ``containment`` is |A and B| / min(|A|, |B|) of their shingles, exact; ``position`` as in :class:`CopyMember`.
    """

    id: str
    to: str
    kind: str
    containment: float
    position: int = field(compare=False)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {"id": self.id, "to": self.to, "kind": self.kind, "containment": round(self.containment, 4)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A pair of members that was measured and found to be copies; ``a`` was published (or else read) before ``b``.

    Attributes:
        a, b: ids.
        jaccard: |A and B| / |A or B| of their shingles, exact, at least the threshold.
        containment: |A and B| / min(|A|, |B|), exact.
    """

    a: str
    b: str
    jaccard: float
    containment: float

    def to_dict(self) -> dict[str, Any]:
        """The pair and its Jaccard as plain values."""
        return {"a": self.a, "b": self.b, "jaccard": round(self.jaccard, 4)}


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """Articles that are copies of each other.

    Attributes:
        group: its number, from 1; the largest group is the first.
        first: id of the earliest published member (of several at one moment, the first read); None if none is dated.
        members: the kept article, then its copies in the order of the rule that chose it.
        attached: what contains or is contained in a member; not members, and not counted in ``size``.
        evidence: the verified pairs that hold the group together, the strongest first. Of articles with the same words
            only one is paired with others, and each of the rest with that one. A group with more than 200 such pairs
            shows only the strongest that tie all of it together, one fewer than it has members (a maximum spanning
            tree, Kruskal 1956).
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
        """How many members, the kept one included."""
        return len(self.members)

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``duplicates`` command."""
        return {
            "group": self.group,
            "kept": self.kept,
            "size": self.size,
            "first": self.first,
            "members": [member.to_dict() for member in self.members],
            "attached": [link.to_dict() for link in self.attached],
            "evidence": [pair.to_dict() for pair in self.evidence],
        }
