"""The lines of a page of recommendations (:class:`sada.cluster.recommendation.page.RelatedPage`).

Headings are in the language of the article read. On a page in a right-to-left language every line begins with a
right-to-left mark, and names are isolated, so that a Latin title or figure does not reorder a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from sada.cli.output.bidi import END, FIRST_STRONG
from sada.cli.output.columns import printable
from sada.indexes.text.language_codes import base_language

if TYPE_CHECKING:
    from sada.cluster.recommendation.page import RelatedPage
    from sada.indexes.article import Article

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur"})
_RIGHT_TO_LEFT_MARK = "\u200f"
_BULLET, _BETWEEN = "• ", " | "
_OTHERWISE = "en"
_LONGEST_BEGINNING = 80  # characters


def page_lines(page: RelatedPage) -> Iterator[str]:
    """The lines of a page; blocks without an article are left out.

    Headings are English where there are none in the language of the page.
    """
    headings = _headings()
    code = base_language(page.language)
    code = code if code in headings else _OTHERWISE
    words, mark = headings[code], _RIGHT_TO_LEFT_MARK if code in _RIGHT_TO_LEFT else ""
    if page.read_also is not None:
        yield f"{mark}{words['read_also']}"
        yield ""
        yield from _whole(page.read_also.article, words["source"], mark)
    if page.related:
        yield ""
        yield f"{mark}{words['related']}: {_BETWEEN.join(_title(item.article) for item in page.related)}"
    if page.similar:
        yield ""
        yield f"{mark}{words['similar']}"
        yield ""
        for item in page.similar:
            yield f"{mark}{_BULLET}{_title(item.article)}"


def _title(article: Article) -> str:
    """What an article is called in a list: its title, else the beginning of its text."""
    return _named(article.plain_title or article.plain_text[:_LONGEST_BEGINNING])


def _whole(article: Article, source: str, mark: str) -> Iterator[str]:
    """The lines of a whole article; title and text have no mark, so they follow the direction of their letters."""
    if title := article.plain_title:
        yield printable(title)
    if article.source:
        yield f"{mark}{source}: {_named(article.source)}"
    for paragraph in article.plain_text.splitlines():
        if paragraph.strip():
            yield ""
            yield printable(paragraph.strip())


def _named(text: str) -> str:
    """A name on one line, between isolates, so that it reorders nothing beside it."""
    return f"{FIRST_STRONG}{printable(' '.join(text.split()))}{END}"


@cache
def _headings() -> dict[str, dict[str, str]]:
    """The headings of the blocks, by language."""
    with files("sada.cli").joinpath("data", "page_headings.json").open("rb") as file:
        found: dict[str, dict[str, str]] = json.load(file)
        return found
