"""Segment a scraped page into its article and what surrounds it: other articles, headlines, keywords, other lines."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sada.indexes.pages.context import Context
from sada.indexes.pages.headlines import headlines_below
from sada.indexes.pages.keywords import split_keywords
from sada.indexes.pages.lines import Line, agency_of, is_place_line, joined, lines_of, repeats_title
from sada.indexes.pages.marker_files import load_markers
from sada.indexes.pages.markers import Markers
from sada.indexes.pages.plain_text import txt_row
from sada.indexes.pages.walk import Part, Walk


@dataclass(frozen=True, slots=True)
class ReadAlso:
    """Another article on a page, whole or in part, below a marker such as "Read also".

    Args:
        title: its headline.
        text: its paragraphs.
        source: the outlet named below it, else the agency above it.
        dateline: the line above it with the place and the agency, ``القاهرة (الاتحاد)``.
    """

    title: str
    text: str
    source: str = ""
    dateline: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {"title": self.title, "text": self.text, "source": self.source, "dateline": self.dateline}


@dataclass(frozen=True, slots=True)
class Page:
    """A segmented page. Each line is in one field; only the markers are in none.

    Args:
        title: the headline of the article.
        text: its paragraphs, unchanged.
        title_derived: True if the page has no headline; ``title`` is then the first sentence of the text, which stays
            whole.
        source: the outlet that the page names.
        keywords: the keywords of the article.
        read_also: other articles on the page.
        inline: headlines of related articles inside the texts.
        similar: headlines in lists of similar articles.
        other: all other lines: share buttons, newsletters, copyright, photo credits, comment counts.
        published: the time of publication as ISO 8601 in UTC; known of HTML pages, as are the next two.
        url: the address of the page.
        language: an ISO 639-1 code.
    """

    title: str
    text: str
    title_derived: bool = False
    source: str = ""
    keywords: tuple[str, ...] = ()
    read_also: tuple[ReadAlso, ...] = ()
    inline: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    published: str = ""
    url: str = ""
    language: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {
            "title": self.title,
            "title_derived": self.title_derived,
            "text": self.text,
            "published": self.published,
            "url": self.url,
            "language": self.language,
            "source": self.source,
            "keywords": list(self.keywords),
            "read_also": [article.to_dict() for article in self.read_also],
            "inline": list(self.inline),
            "similar": list(self.similar),
            "other": list(self.other),
        }


def segment_page(text: str, *, title: str = "", markers: Markers | None = None) -> Page:
    r"""Segment a scraped page into its article, other articles, headlines, keywords and other lines.

    A marker ("Source:", "Read also", "Related articles" and the like in many languages) counts only at the start of a
    line, and only if the line is not a sentence. The text of a page that is nothing but an article stays unchanged.

    >>> page = segment_page("Fourteen died.\nRead also: Ferry hits pier\nSource: Northwind Wire", title="Quake")
    >>> page.text, page.inline, page.source
    ('Fourteen died.', ('Ferry hits pier',), 'Northwind Wire')

    Args:
        text: the scraped text, its paragraphs on lines of their own.
        title: the title of the article, if it is known from elsewhere.
        markers: see :func:`sada.indexes.pages.marker_files.load_markers`; None for the markers that Sada knows.
    """
    find = (markers or load_markers()).find
    lines = lines_of(text)
    marks = [find(line.text) for line in lines]
    if title and not any(marks) and not (lines and repeats_title(lines[0].text, title)):
        return Page(title, text)
    walk = Walk(Context(lines, marks, title), title)
    numbered = walk.inline
    for part in (walk.main, *walk.read_also):
        if part.ended:
            below = headlines_below(lines, part.lines)
            part.lines = part.lines[: len(part.lines) - len(below)]
            numbered += [(at, lines[at].text) for at in below]
    inline = tuple(headline for _, headline in sorted(numbered, key=lambda one: one[0]))
    body = text if len(walk.main.lines) == len(lines) else joined(lines, walk.main.lines)
    headline = walk.main.title or txt_row(body)["title"]
    return Page(
        title=headline,
        text=body,
        title_derived=bool(headline) and not walk.main.title,
        source=walk.main.source,
        keywords=_keywords(walk, lines, headline, inline),
        read_also=tuple(_read_also(lines, part) for part in walk.read_also),
        inline=inline,
        similar=tuple(walk.similar),
        other=tuple(walk.other),
    )


if not TYPE_CHECKING:  # a type checker would take any name for one of this module

    def __getattr__(name: str) -> Any:
        """The old name of :func:`segment_page`, which answers until version 1.0."""
        if name != "take_apart":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        said = "take_apart is called segment_page now; the old name goes with 1.0"
        warnings.warn(said, DeprecationWarning, stacklevel=2)
        return segment_page


def _read_also(lines: Sequence[Line], part: Part) -> ReadAlso:
    """Another article of a page; a dateline above its text is not part of the text."""
    first = lines[part.lines[0]].text if part.lines else ""
    if len(part.lines) < 2 or not is_place_line(first):
        return ReadAlso(part.title, joined(lines, part.lines), part.source)
    return ReadAlso(part.title, joined(lines, part.lines[1:]), part.source or agency_of(first), first)


def _keywords(walk: Walk, lines: Sequence[Line], title: str, inline: Sequence[str]) -> tuple[str, ...]:
    if not walk.keywords:
        return ()
    parts: tuple[Part, ...] = (walk.main, *walk.read_also)
    texts = [lines[at].text for part in parts for at in part.lines]
    return split_keywords(walk.keywords, [*texts, title, *(part.title for part in parts), *inline, *walk.similar])
