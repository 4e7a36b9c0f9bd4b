"""Make articles from scraped pages: the page's own article, and others that are printed on it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from sada.indexes.article import Article
from sada.indexes.distribution import install_hint
from sada.indexes.pages.html import html_row
from sada.indexes.pages.ids import READ_ALSO
from sada.indexes.pages.markers import Markers
from sada.indexes.pages.segmentation import Page, segment_page
from sada.indexes.reading.problems import Recorder

_NO_EXTRACTOR = f"HTML read without trafilatura, which finds the article better: {install_hint('html')}"
_TAG = re.compile(
    r"</?(?:a|article|b|body|br|div|em|h[1-6]|html|i|img|li|main|ol|p|section|span|strong|table|ul)\b[^<>]*>", re.I
)
_LEAST_TAGS = 2
_PAGE = "page"


def txt_page_row(text: str) -> dict[str, Any]:
    """The row of a page scraped as plain text; its title is found when the page is segmented."""
    return {"text": text}


def html_page_row(page: str) -> dict[str, Any]:
    """The row of an HTML page; if trafilatura is installed, its text is the article that trafilatura finds."""
    row = html_row(page)
    return row | {"text": _extracted(page) or row["text"]}


def is_html(text: str) -> bool:
    """True for text with at least two tags of HTML in it."""
    return "<" in text and len(_TAG.findall(text)) >= _LEAST_TAGS


class PageMaker:
    """Make articles from the pages of one read, and count those that are printed on the page of another.

    Args:
        recorder: of the read.
        markers: see :func:`sada.indexes.pages.segmentation.segment_page`.
        note_extractor: note once if there is HTML and trafilatura is not installed.
    """

    def __init__(self, recorder: Recorder, markers: Markers | None, *, note_extractor: bool) -> None:
        self._recorder = recorder
        self._markers = markers
        self._note_extractor = note_extractor

    def articles(self, page: Article, input_format: str, name: str, line: int | None) -> Iterator[Article]:
        """The articles on a page; a page without an article counts as skipped.

        Args:
            page: the article as it was read; its text is the whole page.
            input_format: the format of the input.
            name: the name of the input, for problems.
            line: the line of the row in it, from 1; None where the format has no lines.
        """
        if self._note_extractor and (input_format == "html" or is_html(page.text)):
            self._note_extractor = False
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
    """Segment a page: its article first, then the others that are printed on it.

    The first keeps its id, and its source and keywords if it has any. The rest of the page is in ``extra["page"]``:
    ``title_derived``, ``inline``, ``similar`` and ``other``, as far as they are not empty (another field of the row
    with the name ``page`` becomes ``extra_page``). The first is empty if the page has no article. The others have its
    id with ``#read-also-1`` and so on behind it, and ``extra["page"]["of"]`` names it.

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
    """The text of the article that trafilatura finds; empty if it finds none, or is not installed."""
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
        logger.setLevel(logging.CRITICAL)  # else it logs every page in which it finds nothing
    return found
