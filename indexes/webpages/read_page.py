"""Read an HTML page: one path for files, folders, rows that hold HTML, and archives of the web."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sada.indexes.pages.marker_files import load_markers
from sada.indexes.pages.markers import Markers
from sada.indexes.webpages.document import Document, parse_html
from sada.indexes.webpages.extraction import article_text, extracted_date
from sada.indexes.webpages.json_ld import article_in, keywords_of, text_of
from sada.indexes.webpages.page_dates import choose_date, find_date_lines
from sada.indexes.webpages.related import related_headlines
from sada.indexes.webpages.titles import choose_title, host_of, outlet_names

_KEYWORDS = ("news_keywords", "parsely-tags", "sailthru.tags", "keywords")
_DELIMITER = re.compile(r"\s*[,،;؛]\s*")


@dataclass(frozen=True, slots=True)
class WebPage:
    """What an HTML page holds; what it does not give is empty.

    Args:
        title: the headline, without the outlet.
        text: the paragraphs of the article, each on a line.
        date: of publication, as the page writes it.
        url: the canonical address.
        source: the outlet, as the page names it.
        language: as the page writes it, such as ``ar-SA``.
        keywords: of the article.
        related: headlines of other articles that the page links as related ones.
        host: of the address, which is the outlet of a page that names none.
    """

    title: str = ""
    text: str = ""
    date: str = ""
    url: str = ""
    source: str = ""
    language: str = ""
    keywords: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    host: str = ""

    def row(self) -> dict[str, Any]:
        """The fields of an article that are not empty, and always title and text, as a row."""
        fields = {
            "date": self.date,
            "url": self.url,
            "source": self.source or self.host,
            "language": self.language,
            "keywords": list(self.keywords),
        }
        return {"title": self.title, "text": self.text} | {name: value for name, value in fields.items() if value}


def read_page(page: str, *, title: str = "", url: str = "", markers: Markers | None = None) -> WebPage:
    """Read a page or a piece of HTML.

    What the page says of itself in JSON-LD and ``meta`` counts first, then its visible headline and date.

    >>> read_page("<title>Rain | Wire</title><meta property=og:site_name content=Wire><p>It rained.").title
    'Rain'

    Args:
        page: the HTML.
        title: the title of the article, if it is known from elsewhere.
        url: its address, if it is known from elsewhere.
        markers: the words that mark the parts of pages; None for those that Sada knows.
    """
    document = parse_html(page)
    described = article_in(document.json_ld)
    url = url or _address(document, described)
    publisher = text_of(described.get("publisher"))
    headline = text_of(described.get("headline") or described.get("name"))
    outlets, host = outlet_names(document, publisher), host_of(url)
    title = title or choose_title(document, headline, [*outlets, host, *host.split(".")[:-1]])
    top = _top(document, title)
    lines = find_date_lines(document, top)
    related = related_headlines(document, markers or load_markers(), title)
    headings = [block.text for block in document.blocks if document.is_inside(block, "h1")]
    left_out = [title, *headings, *related, *(document.blocks[line.block].text for line in lines)]
    text = article_text(page, document, left_out, _body(described))
    return WebPage(
        title=title,
        text=text,
        date=choose_date(document, described, url, top, lines, lambda: extracted_date(page)),
        url=url,
        source=next(iter(outlets), ""),
        language=_language(document, described, text),
        host=host,
        keywords=_keywords(document, described),
        related=tuple(related),
    )


def _address(document: Document, described: dict[str, Any]) -> str:
    found = (document.url, document.meta("og:url"), text_of(described.get("url")))
    return next((one for one in found if one.startswith(("http://", "https://"))), document.url)


def _top(document: Document, title: str) -> int | None:
    """The number of the block with the headline: the title in a heading, anywhere, else the first ``h1``."""
    tops = [at for at, block in enumerate(document.blocks) if document.is_inside(block, "h1")]
    same = [at for at, block in enumerate(document.blocks) if title and " ".join(block.text.split()) == title]
    headings = set(tops)
    return next(chain((at for at in same if at in headings), same, tops), 0 if document.blocks else None)


def _body(described: dict[str, Any]) -> str:
    """The text that JSON-LD gives, if it is not HTML."""
    body = described.get("articleBody")
    return body.strip() if isinstance(body, str) and "</" not in body else ""


def _language(document: Document, described: dict[str, Any], text: str) -> str:
    """The language that a page names; none if it is English, as in many templates, and the text is in other letters."""
    found = document.language or text_of(described.get("inLanguage")) or document.meta("content-language")
    letters = list(filter(str.isalpha, text))
    is_template = found.lower().startswith("en") and 2 * sum(map(str.isascii, letters)) < len(letters)
    return "" if is_template else found


def _keywords(document: Document, described: dict[str, Any]) -> tuple[str, ...]:
    tags = [one for name in ("article:tag", "og:article:tag") for one in document.metas.get(name, ())]
    given = [*keywords_of(described.get("keywords")), *tags] or [document.meta(*_KEYWORDS)]
    words = (word.strip(" #\"'") for one in given for word in _DELIMITER.split(one))
    return tuple(dict.fromkeys(filter(None, words)))
