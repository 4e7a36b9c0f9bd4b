"""What to read next as the blocks of a news page: an article to read also, two related titles, ten similar ones.

Headings are in the language of the article read. In a page that is read from right to left every line begins with a
mark that says so, and names are isolated, so that a Latin title or figure does not turn a line around.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from sada.cli.output.bidi import END, FIRST_STRONG
from sada.cli.output.columns import printable
from sada.indexes.text.language_codes import base_language

if TYPE_CHECKING:
    from sada.indexes.article import Article

RELATED, SIMILAR = 2, 10
SHOWN = 1 + RELATED + SIMILAR
"""How many articles a page shows."""
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur"})
_RIGHT_TO_LEFT_MARK = "\u200f"
_BULLET, _BETWEEN = "• ", " | "
_OTHERWISE = "en"


def page_lines(articles: Sequence[Article], language: str) -> Iterator[str]:
    """The lines of a page; blocks for which there is no article are left out.

    Args:
        articles: to be shown, best first, at most ``SHOWN``.
        language: of the page, a code; English where there are no headings in it.
    """
    headings = _headings()
    code = base_language(language)
    code = code if code in headings else _OTHERWISE
    said, mark = headings[code], _RIGHT_TO_LEFT_MARK if code in _RIGHT_TO_LEFT else ""
    titles = [_named(article.title or article.text[:80]) for article in articles]
    if articles:
        yield f"{mark}{said['read_also']}"
        yield ""
        yield from _whole(articles[0], said["source"], mark)
    if related := titles[1 : 1 + RELATED]:
        yield ""
        yield f"{mark}{said['related']}: {_BETWEEN.join(related)}"
    if similar := titles[1 + RELATED : SHOWN]:
        yield ""
        yield f"{mark}{said['similar']}"
        yield ""
        for title in similar:
            yield f"{mark}{_BULLET}{title}"


def _whole(article: Article, source: str, mark: str) -> Iterator[str]:
    """A whole article; its own lines run as its own letters do."""
    if article.title:
        yield printable(article.title)
    if article.source:
        yield f"{mark}{source}: {_named(article.source)}"
    for paragraph in article.text.splitlines():
        if paragraph.strip():
            yield ""
            yield printable(paragraph.strip())


def _named(text: str) -> str:
    """A name on one line, between isolates: its letters and marks reorder nothing beside it."""
    return f"{FIRST_STRONG}{printable(' '.join(text.split()))}{END}"


@cache
def _headings() -> dict[str, dict[str, str]]:
    """What the blocks are called, by language."""
    with files("sada.cli").joinpath("data", "page_headings.json").open("rb") as file:
        found: dict[str, dict[str, str]] = json.load(file)
        return found
