"""Scraped pages as articles: what a page's own row says, and the articles that are printed on it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from sada.indexes.article import Article
from sada.indexes.pages.html import html_row
from sada.indexes.pages.ids import READ_ALSO
from sada.indexes.pages.markers import Markers
from sada.indexes.pages.segmentation import Page, segment_page
from sada.indexes.reading.problems import Recorder

_NO_EXTRACTOR = 'HTML read without trafilatura, which finds the article better: pip install "sada[html]"'
_TAG = re.compile(
    r"</?(?:a|article|b|body|br|div|em|h[1-6]|html|i|img|li|main|ol|p|section|span|strong|table|ul)\b[^<>]*>", re.I
)
_LEAST_TAGS = 2
_PAGE = "page"


def txt_page_row(text: str) -> dict[str, Any]:
    """The row of a page scraped as plain text: its title is found when it is taken apart."""
    return {"text": text}


def html_page_row(page: str) -> dict[str, Any]:
    """The row of an HTML page; its text is what trafilatura takes for the article's, if that is installed."""
    row = html_row(page)
    return row | {"text": _extracted(page) or row["text"]}


def is_html(text: str) -> bool:
    """True for text with tags of a page in it."""
    return "<" in text and len(_TAG.findall(text)) >= _LEAST_TAGS


class PageMaker:
    """Makes articles of the pages of one read, and counts those that are printed on the page of another.

    Args:
        recorder: of the read.
        markers: see :func:`sada.indexes.pages.segmentation.segment_page`.
        tell_extractor: note it, once, if there is HTML and trafilatura is not installed.
    """

    def __init__(self, recorder: Recorder, markers: Markers | None, *, tell_extractor: bool) -> None:
        self._recorder = recorder
        self._markers = markers
        self._tell_extractor = tell_extractor

    def articles(self, page: Article, input_format: str, name: str, line: int | None) -> Iterator[Article]:
        """The articles on a page; one that is all furniture counts as skipped.

        Args:
            page: the article as it was read, its text the whole page.
            input_format: what it was read as.
            name: of the input that it was read from.
            line: where in that it stands, if that has lines.
        """
        if self._tell_extractor and (input_format == "html" or is_html(page.text)):
            self._tell_extractor = False
            if _extractor() is None:
                self._recorder.record("note", name, line, _NO_EXTRACTOR)
        article, *others = articles_of(page, self._markers)
        if article.is_empty:
            self._recorder.record("skipped", name, line, "no article on this page")
        else:
            yield article
        self._recorder.report.read += len(others)
        self._recorder.report.read_also += len(others)
        yield from others


def articles_of(article: Article, markers: Markers | None = None) -> Iterator[Article]:
    """The article of a page, and those that are printed on it.

    The first keeps its id, and the source and keywords that it has; what else surrounded it is in ``extra["page"]``:
    ``title_derived``, ``inline``, ``similar`` and ``other``, those that are not empty (a field of the row that has that
    name becomes ``extra_page``). It is empty itself if the page is all furniture. Those that follow have its id with
    ``#read-also-1`` and so on behind it, and it alone in ``extra["page"]["of"]``.

    Args:
        article: its text is the whole page, as text or as HTML.
        markers: see :func:`sada.indexes.pages.segmentation.segment_page`.
    """
    text = article.text
    if is_html(text):
        text = _extracted(text) or html_row(text)["text"]
    page = segment_page(text, title=article.title, markers=markers)
    around = _around(page)
    own = {f"extra_{name}" if name == _PAGE else name: value for name, value in article.extra.items()}
    yield replace(
        article,
        title=page.title,
        text=page.text,
        source=article.source or page.source,
        keywords=article.keywords or page.keywords,
        extra=own | {_PAGE: around} if around else article.extra,
    )
    for number, other in enumerate(page.read_also, 1):
        yield Article(
            id=f"{article.id}{READ_ALSO}{number}",
            title=other.title,
            text=other.text,
            source=other.source,
            extra={_PAGE: {"of": article.id} | ({"dateline": other.dateline} if other.dateline else {})},
        )


def _around(page: Page) -> dict[str, Any]:
    fields = page.to_dict()
    return {name: fields[name] for name in ("title_derived", "inline", "similar", "other") if fields[name]}


def _extracted(page: str) -> str:
    """The article's text as trafilatura finds it; empty if it finds none, or is not installed."""
    extract = _extractor()
    if extract is None:
        return ""
    whole = page if "<html" in page.lower() else f"<html><body>{page}</body></html>"
    return extract(whole, include_comments=False, favor_recall=True) or ""


def _extractor() -> Callable[..., str | None] | None:
    try:
        found: Callable[..., str | None] = import_module("trafilatura").extract
    except ImportError:
        return None
    logger = logging.getLogger("trafilatura")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL)  # it would complain of every page in which it finds nothing
    return found
