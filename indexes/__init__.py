"""Articles, the index that stores them, and search.

In the examples of the docstrings, ``articles`` is the list of articles of the shipped sample, and ``index`` an open
index of them, without encoder, whose stories are found:

    from sada.cli.sample import ARTICLES  # the path of the sample
    articles = list(read_articles(ARTICLES))
    index = NewsIndex.create("sample.sada", encoder=None)
    index.add(articles)
    sada.cluster.find_stories(index)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sada.indexes import errors
from sada.indexes.article import Article

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex
    from sada.indexes.reading.fields import FieldMap
    from sada.indexes.reading.readers import read_articles
    from sada.indexes.search.copies import Neighbour
    from sada.indexes.search.filters import Filter
    from sada.indexes.writing.writer import AddReport

__all__ = ["AddReport", "Article", "FieldMap", "Filter", "Neighbour", "NewsIndex", "errors", "read_articles"]

_HOMES = {
    "AddReport": "writing.writer",
    "FieldMap": "reading.fields",
    "Filter": "search.filters",
    "Neighbour": "search.copies",
    "NewsIndex": "index",
    "read_articles": "reading.readers",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
