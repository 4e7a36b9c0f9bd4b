"""Choose the date of publication among those that a page gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sada.indexes.pages.lines import is_prose
from sada.indexes.text.news_dates import NewsDates
from sada.indexes.webpages.document import Block, Document
from sada.indexes.webpages.json_ld import text_of

_METAS = """
    article:published_time og:published_time og:article:published_time article:published datepublished parsely-pub-date
    sailthru.date cxenseparse:recs:publishtime rnews:datepublished dc.date.issued dcterms.issued dc.issued dc.date
    dcterms.date dcterms.created dc.date.created dc:date publish-date publish_date publishdate published_time
    publication_date publication-date publicationdate pubdate pub_date published article:pubdate article_date_original
    article.published originalpublicationdate displaydate firstpublished ptime release_date bt:pubdate vr:published_time
    article.created article:created datecreated creation_date created date
    """.split()  # noqa: SIM905 - a list of forty lines otherwise
_CHANGED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified")
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-])")
_PIECES = re.compile(r"\s*[|•·●\n]\s*")
_LONGEST_LABEL = 4  # words
_AROUND = " -–—()[]،,.:"
_CLOCK = re.compile(r"\d\s?[:hH٫]\s?\d\d|T\d\d|\d{10}|\d{1,2}\s?[ap]\.?m", re.I)
_MIDNIGHT = re.compile(r"(?:T|\s)00:00(?::00(?:\.0+)?)?(?!\d)")
_UPDATED = re.compile(
    r"updat|modifi|تحديث|تعديل|روزرسانی|aktuali[sz]|actuali[sz]|atualiz|aggiorn|güncel|обновл|更新|修改|수정"
    r"|bijgewerkt|oppdatert|uppdaterad|opdateret",
    re.I,
)
_MOST_ABOVE, _MOST_BELOW = 4, 14
_LONGEST_LINE = 120
_DAY = timedelta(days=1)


class DateLine(NamedTuple):
    """A visible date: the value, and the number of the block that holds it."""

    value: str
    block: int


def choose_date(
    document: Document,
    described: dict[str, Any],
    url: str,
    top: int | None,
    lines: Sequence[DateLine] = (),
    ask: Callable[[], str] = str,
) -> str:
    """The date as the page writes it; empty if it has none.

    The first that is understood counts: of JSON-LD, ``meta``, ``time`` near the headline, the visible lines there, the
    address, any ``time``, what ``ask`` gives, last a date of change. One of the same day with a time of day counts for
    more. If none is understood, the first is given.

    Args:
        document: the page.
        described: what JSON-LD says of the article.
        url: the address of the page.
        top: the number of the block with the headline; None if it is not known.
        lines: the visible dates near the headline, see :func:`find_date_lines`.
        ask: finds a date in another way.
    """
    said = _said(document, described)
    near = [] if top is None else [one.value for one in document.moments if -_MOST_ABOVE <= one.at - top <= _MOST_BELOW]
    seen = [*near, *(line.value for line in lines)]
    dates = NewsDates()
    for group in (said, seen, _guessed(document, url)):
        known = [(one, time) for one in group if (time := _read(dates, one)) is not None]
        if known:
            return _finest(known, [*said, *seen], dates)
    changed = [text_of(described.get("dateModified")), *(document.meta(name) for name in _CHANGED)]
    unread = next(filter(None, [*said, *near]), "")
    return unread or ask() or next((one for one in changed if _read(dates, one) is not None), "")


def _said(document: Document, described: dict[str, Any]) -> list[str]:
    """The dates of publication that JSON-LD, the head and microdata give."""
    return [
        text_of(described.get("datePublished")),
        *(one for name in _METAS for one in document.metas.get(name, ())),
        *(one.value for one in document.moments if one.is_published),
        *(text_of(described.get(name)) for name in ("dateCreated", "uploadDate")),
    ]


def _guessed(document: Document, url: str) -> list[str]:
    in_url = [f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" for found in _IN_URL.finditer(url)]
    return [*in_url, *(one.value for one in document.moments)]


def find_date_lines(document: Document, top: int | None) -> list[DateLine]:
    """The visible dates near the headline, those of changes last: ``Published: 31 July 2024``.

    A line may have a date in two calendars, as ``25 محرم 1446هـ - 31 يوليو 2024م``.
    """
    dates = NewsDates()
    found = []
    for at in _near(document, top):
        text = document.blocks[at].text
        if len(text) <= _LONGEST_LINE and any(map(str.isdigit, text)):
            value = next((one for one in _pieces(text) if _read(dates, one) is not None), None)
            if value is not None:
                found.append(DateLine(value, at))
    return sorted(found, key=lambda line: bool(_UPDATED.search(document.blocks[line.block].text)))


def _near(document: Document, top: int | None) -> Iterator[int]:
    """The numbers of the blocks between a headline and the text, then of those above it.

    Not of those in the header of the site, which may have the day of the visit.
    """
    if top is None:
        return
    blocks = document.blocks
    below = range(top + 1, min(top + _MOST_BELOW, len(blocks)))
    stop = next((at for at in below if _is_paragraph(blocks[at])), below.stop)
    for at in (*range(top + 1, stop), *range(max(0, top - _MOST_ABOVE), top)):
        if document.is_aside(blocks[at]) <= document.is_aside(blocks[top]):
            yield at


def _is_paragraph(block: Block) -> bool:
    return len(block.text) > _LONGEST_LINE and is_prose(block.text) and not block.is_link


def _pieces(text: str) -> Iterator[str]:
    """Parts of a line that may be a date alone: between delimiters, without a label of a few words before them."""
    for piece in dict.fromkeys((text.replace("\n", " "), *_PIECES.split(text))):
        words = piece.split()
        label = next((at for at, word in enumerate(words) if any(map(str.isdigit, word))), len(words))
        for start in range(min(label, _LONGEST_LABEL) + 1):
            one = " ".join(words[start:]).strip(_AROUND)
            if any(map(str.isdigit, one)) and not one.isdigit():
                yield one


def _finest(known: list[tuple[str, datetime]], others: Iterable[str], dates: NewsDates) -> str:
    """The first date; if that is a day alone, the first of the same day with a time."""
    value, first = known[0]
    if _has_clock(value):
        return value
    finer = (one for one in others if _has_clock(one) and (time := _read(dates, one)) and abs(time - first) <= _DAY)
    return next(finer, value)


def _has_clock(value: str) -> bool:
    return bool(_CLOCK.search(value)) and not _MIDNIGHT.search(value)


def _read(dates: NewsDates, value: str) -> datetime | None:
    try:
        return dates.read(value) if value else None
    except ValueError:
        return None
