"""What an article is, how it is stored, how it is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sada.indexes import errors
from sada.indexes.article import Article

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex
    from sada.indexes.reading.fields import FieldMap
    from sada.indexes.reading.readers import read_articles
    from sada.indexes.sample import sample_articles
    from sada.indexes.search.copies import Neighbour
    from sada.indexes.search.filters import Filter
    from sada.indexes.writing.writer import AddReport

__all__ = [
    "AddReport",
    "Article",
    "FieldMap",
    "Filter",
    "Neighbour",
    "NewsIndex",
    "errors",
    "read_articles",
    "sample_articles",
]

_HOMES = {
    "AddReport": "writing.writer",
    "FieldMap": "reading.fields",
    "Filter": "search.filters",
    "Neighbour": "search.copies",
    "NewsIndex": "index",
    "read_articles": "reading.readers",
    "sample_articles": "sample",
}


def __getattr__(name: str) -> Any:
    """Import what is heavy only when it is asked for."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
