"""A story as an object: its headlines, keywords, members, sources and growth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sada.indexes.article import iso
from sada.indexes.errors import refuse_one_text
from sada.indexes.text.language_codes import base_language

REPRESENTATIVES = 10
"""Representative articles of a story at most."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The id of an article and its title."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that report one event.

    >>> story = find_stories(articles).stories[0]
    >>> story.articles, story.copies
    (('en-001', 'en-121', 'fr-001', 'en-122', 'es-001', 'de-001'), 2)
    >>> story.headline_in(["de"])
    'Fähre rammt Pier in Tamrit – fünf Tote'

    Attributes:
        id: stays when articles are added or removed; after a merge the old id redirects to the new story.
        headline: title of the most central member.
        keywords: words that are typical of the members, as written, the strongest first.
        articles: ids of all members, copies included, by time of publication (ties: by id).
        copies: number of members that are copies of another member.
        languages, sources: of the members, the most frequent first.
        first, last: time of the first and last publication in UTC; None if no member has a date.
        first_source: outlet of the first dated member; None if there is none or it names no outlet.
        days: number of members published on each day in UTC, as 2024-07-31, in order of days; undated members are left
            out.
        growth: number of members published in the last 24 hours before the latest publication of all articles; a date
            far beyond all others is ignored.
        representatives: ids of the most central member of each outlet, at most :data:`REPRESENTATIVES`, the most
            central first; an outlet with copies only has a copy, after all originals. Members that name no outlet
            count as one outlet.
        headlines: for each language, the most central original in that language.
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
        """Number of members, copies included."""
        return len(self.articles)

    def headline_in(self, languages: Iterable[str]) -> str:
        """Return the headline in the first of these languages that the story has; else its headline.

        Args:
            languages: ISO 639-1 codes, compared without case and region.
        """
        refuse_one_text(languages=languages)
        known: dict[str, str] = {}
        for language, headline in self.headlines.items():
            known.setdefault(base_language(language), headline.title)
        return next(
            (known[base_language(language)] for language in languages if base_language(language) in known),
            self.headline,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the row of the ``stories`` command, ready for JSON."""
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
