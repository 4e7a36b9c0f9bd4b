"""One story as a reader meets it: what it is called in each language, who told it first, how it grew, whom to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sada.indexes.article import iso
from sada.indexes.text.language_codes import base_language

REPRESENTATIVES = 10


@dataclass(frozen=True, slots=True)
class Headline:
    """An article of a story and what it is called."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that report one event.

    Attributes:
        id: stays when articles come and go; after a merge the old id still resolves.
        headline: the title of the member that the others are closest to.
        keywords: words of the members that set them apart, as written.
        articles: ids of all members, by time of publication (ties: by id), copies included.
        copies: how many of them are copies of another member.
        languages, sources: of the members, most frequent first.
        first, last: time of the first and last publication, None if no member has a date.
        first_source: outlet of the first dated member, None if there is none or it names no outlet.
        days: how many members were published on each day in UTC, the first day first; undated ones on none.
        growth: how many were published in the 24 hours up to the latest publication of all articles, that included; a
            date far beyond all others is none.
        representatives: ids of the most central member of each outlet, at most :data:`REPRESENTATIVES`, the most
            central first; of an outlet that has only copies a copy, after all originals. Members that name no outlet
            count as one outlet's.
        headlines: for each language, the most central original in it.
        pieces: ids of the members, each original followed by its copies, the most central original first.
    """

    id: str
    headline: str
    keywords: tuple[str, ...]
    articles: tuple[str, ...]
    copies: int
    languages: tuple[str, ...]
    sources: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    first_source: str | None
    days: dict[str, int] = field(hash=False)
    growth: int
    representatives: tuple[str, ...]
    headlines: dict[str, Headline] = field(hash=False)
    pieces: tuple[tuple[str, ...], ...]

    @property
    def size(self) -> int:
        """How many articles, copies included."""
        return len(self.articles)

    def headline_in(self, languages: Iterable[str]) -> str:
        """The headline in the first of some languages that the story has one in; else its headline.

        Languages are ISO 639-1 codes, compared without case and region.
        """
        known: dict[str, str] = {}
        for language, headline in self.headlines.items():
            known.setdefault(base_language(language), headline.title)
        return next(
            (known[base_language(language)] for language in languages if base_language(language) in known),
            self.headline,
        )

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``stories`` command."""
        return {
            "story": self.id,
            "size": self.size,
            "headline": self.headline,
            "keywords": list(self.keywords),
            "languages": list(self.languages),
            "sources": list(self.sources),
            "first": iso(self.first),
            "last": iso(self.last),
            "articles": list(self.articles),
            "copies": self.copies,
            "first_source": self.first_source,
            "days": dict(self.days),
            "growth": self.growth,
            "representatives": list(self.representatives),
            "headlines": {code: {"id": one.id, "title": one.title} for code, one in self.headlines.items()},
        }
