"""What an article is, how it is stored, how it is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sada.indexes import errors
from sada.indexes.article import Article

if TYPE_CHECKING:
    from sada.indexes.fields import FieldMap
    from sada.indexes.filters import Filter
    from sada.indexes.index import NewsIndex
    from sada.indexes.lookup import Neighbour
    from sada.indexes.readers import read_articles
    from sada.indexes.writer import AddReport

__all__ = ["AddReport", "Article", "FieldMap", "Filter", "Neighbour", "NewsIndex", "errors", "read_articles"]

_HOMES = {
    "AddReport": "writer",
    "FieldMap": "fields",
    "Filter": "filters",
    "Neighbour": "lookup",
    "NewsIndex": "index",
    "read_articles": "readers",
}


def __getattr__(name: str) -> Any:
    """Import what is heavy only when it is asked for."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
