"""Make articles from scraped pages: the page's own article, and others that are printed on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sada.indexes.article import Article
from sada.indexes.distribution import install_hint
from sada.indexes.fields.choosing import pick, understood
from sada.indexes.fields.plans import Plan
from sada.indexes.fields.values import as_language
from sada.indexes.fields.wrapped import is_empty
from sada.indexes.pages.ids import READ_ALSO
from sada.indexes.pages.markers import Markers
from sada.indexes.pages.segmentation import Page, segment_page
from sada.indexes.reading.problems import Recorder
from sada.indexes.text.news_dates import NewsDates
from sada.indexes.webpages.document import is_html
from sada.indexes.webpages.extraction import extractor
from sada.indexes.webpages.read_page import WebPage, read_page

_NO_EXTRACTOR = f"HTML read without trafilatura, which finds the article better: {install_hint('html')}"
_PAGE, _SIMILAR = "page", "similar"


def whole_page_row(page: str) -> dict[str, Any]:
    """The row of a scraped page, text or HTML, whose article is found when the page is segmented."""
    return {"text": page}


def html_page_row(page: str, url: str = "") -> dict[str, Any]:
    """The row of an HTML page: the fields of its article, as far as the page gives them.

    Headlines of related articles are in ``page`` under ``similar``, where segmented pages have them in ``extra``.

    Args:
        page: the HTML.
        url: its address, if it is known.
    """
    web = read_page(page, url=url)
    return web.row() | ({_PAGE: {_SIMILAR: list(web.related)}} if web.related else {})


def row_of_page(row: Mapping[str, Any], name: str, plan: Plan) -> dict[str, Any]:
    """A row with the fields of its page in place of the HTML under ``name``; what the row itself gives counts more.

    Of dates that with the better name counts: many rows have the time of crawling.
    """
    given = {other: value for other, value in row.items() if other != name and not is_empty(value)}
    found = {field: pick(given, keys, {})[1] for field, keys in plan.by_field().items()}
    url = found["url"]
    made = html_page_row(row[name], url if isinstance(url, str) else "")
    better = {field for field, value in found.items() if field not in ("date", "text") and not is_empty(value)}
    return {**{field: value for field, value in made.items() if field not in better}, **given}


class PageMaker:
    """Make articles from the pages of one read, and count those that are printed on the page of another.

    Args:
        recorder: of the read.
        markers: see :func:`sada.indexes.pages.segmentation.segment_page`.
        dates: reads the dates of pages; None reads them in UTC.
        note_extractor: note once if there is HTML and trafilatura is not installed.
    """

    def __init__(
        self, recorder: Recorder, markers: Markers | None, dates: NewsDates | None = None, *, note_extractor: bool
    ) -> None:
        self._recorder = recorder
        self._markers = markers
        self._dates = dates
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
            if extractor() is None:
                self._recorder.record("note", name, line, _NO_EXTRACTOR)
        notes: list[str] = []
        article, *others = articles_of(
            page, self._markers, dates=self._dates, notes=notes, as_html=input_format == "html"
        )
        for note in notes:
            self._recorder.record("note", name, line, note)
        if article.is_empty:
            self._recorder.record("skipped", name, line, "no article on this page")
        else:
            yield article
        self._recorder.report.read += len(others)
        self._recorder.report.read_also += len(others)
        yield from others


def articles_of(
    article: Article,
    markers: Markers | None = None,
    *,
    dates: NewsDates | None = None,
    notes: list[str] | None = None,
    as_html: bool = False,
) -> Iterator[Article]:
    """Segment a page: its article first, then the others that are printed on it.

    The first keeps its id and each field that it has; an HTML page gives the others. The rest of the page is in
    ``extra["page"]``: ``title_derived``, ``inline``, ``similar`` and ``other``, as far as they are not empty (another
    field of the row with the name ``page`` becomes ``extra_page``). The first is empty if the page has no article. The
    others have its id with ``#read-also-1`` and so on behind it, and ``extra["page"]["of"]`` names it.

    Args:
        article: its text is the whole page, as text or as HTML.
        markers: see :func:`sada.indexes.pages.segmentation.segment_page`.
        dates: reads the date of an HTML page; None reads it in UTC.
        notes: gets a line for each field of the page that was not understood; its value is kept in ``extra``.
        as_html: True for HTML with few tags or none.
    """
    article, page = segmented(article, markers, dates or NewsDates(), [] if notes is None else notes, as_html=as_html)
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


def segmented(
    article: Article, markers: Markers | None, dates: NewsDates, notes: list[str], *, as_html: bool
) -> tuple[Article, Page]:
    """Segment a page; gives the article with the fields that its HTML adds, and the page. See :func:`articles_of`."""
    if not (as_html or is_html(article.text)):
        return article, segment_page(article.text, title=article.title, markers=markers)
    web = read_page(article.text, title=article.title, url=article.url, markers=markers)
    page = segment_page(web.text, title=web.title, markers=markers)
    known = {*page.inline, *page.similar, *(other.title for other in page.read_also)}
    page = replace(page, similar=(*page.similar, *(one for one in web.related if one not in known)))
    return _with_head(article, web, page, dates, notes), page


def _with_head(article: Article, web: WebPage, page: Page, dates: NewsDates, notes: list[str]) -> Article:
    """An article with the fields that its HTML gives and it has not."""
    extra = dict(article.extra)

    def read(reader: Callable[[Any], Any], name: str, value: str) -> Any:
        return understood(reader, (name, value), extra, notes) if value else None

    return replace(
        article,
        url=article.url or web.url,
        source=article.source or web.source or page.source or web.host,
        published=article.published or read(dates.read, "date", web.date),
        language=article.language or read(as_language, "language", web.language) or "",
        keywords=article.keywords or tuple(dict.fromkeys((*web.keywords, *page.keywords))),
        extra=extra,
    )


def _around(page: Page) -> dict[str, Any]:
    fields = page.to_dict()
    return {name: fields[name] for name in ("title_derived", "inline", _SIMILAR, "other") if fields[name]}
