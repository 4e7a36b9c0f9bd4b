"""Finds the articles of an index that have the headlines of a page as titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from sada.indexes.article import Article
from sada.indexes.errors import refuse_one_text
from sada.indexes.search.copies import Neighbour
from sada.indexes.text.tokens import tokens

_CANDIDATES = 100
_NO_ID = "\0"  # a query needs an id, and the article of that id is never found


class _Index(Protocol):
    def neighbours(
        self, query: Sequence[str | Article], k: int = ..., *, by: Literal["words"] = ...
    ) -> list[list[Neighbour]]: ...


def linked_titles(index: _Index, titles: Iterable[str]) -> dict[str, str]:
    """Find the articles with the given titles.

    >>> linked_titles(index, ["FIVE KILLED as ferry hits pier in fog at Tamrit!", "No such title"])
    {'FIVE KILLED as ferry hits pier in fog at Tamrit!': 'en-001'}

    A title is the same if its folded words are, in their order (:func:`sada.indexes.text.tokens.tokens`), whatever
    marks and spaces stand between them. It is compared with those of the hundred articles that share most words with it
    (BM25), so that no more of the index is read. Of several articles with one title it is the first published, those
    without a date last, and then the smallest id.

    Args:
        index: an open :class:`~sada.indexes.index.NewsIndex`.
        titles: headlines as printed, such as :attr:`sada.indexes.pages.segmentation.Page.similar`.

    Returns:
        The id by title, for those that have an article.
    """
    refuse_one_text(titles=titles)
    wanted = {title: key for title in titles if (key := tokens(title))}
    queries: Sequence[str | Article] = [Article(_NO_ID, title) for title in wanted]
    if not queries:
        return {}
    found: dict[str, str] = {}
    for (title, key), hits in zip(wanted.items(), index.neighbours(queries, _CANDIDATES, by="words"), strict=True):
        same = [hit.article for hit in hits if tokens(hit.article.plain_title) == key]
        if same:
            found[title] = min(same, key=_first).id
    return found


def _first(article: Article) -> tuple[bool, float, str]:
    published = article.published
    return (published is None, published.timestamp() if published else 0.0, article.id)
