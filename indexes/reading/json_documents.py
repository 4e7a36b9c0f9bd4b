"""Find the rows in a JSON document: the one list of articles in it, or another shape of a table."""

from __future__ import annotations

from itertools import chain
from typing import Any

from sada.indexes.fields.json_ld import graph_rows
from sada.indexes.fields.nested import lists_of_rows, rows_by_key, rows_of_columns, rows_of_table, value_at
from sada.indexes.fields.ninjs import is_ninjs
from sada.indexes.json.lines import NOT_OBJECTS, not_object
from sada.indexes.parsing.faults import Fault
from sada.indexes.reading.fields import RowMapper
from sada.indexes.wire.json_feed import json_feed_rows

_LISTS_OF_FEEDS = ("item", "items", "entry", "entries")


def rows_in(value: Any, mapper: RowMapper) -> list[Any] | Fault:
    """The rows of a document, or why there are none: the list that the user named, an array, or the only list."""
    if mapper.rows is not None:
        return _named_rows(value, mapper.rows)
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return not_object(value)
    if mapper.has_text(value) or is_ninjs(value):
        return [value]
    if (items := json_feed_rows(value)) is not None:
        return items
    if articles := graph_rows(value):
        return articles
    return _only_list(articles_in(value, mapper)) or _rows_without_list(value, mapper)


def _rows_without_list(value: dict[str, Any], mapper: RowMapper) -> list[Any] | Fault:
    """The rows of an object without a list of articles: one article, a table, articles by id, or any one list."""
    if mapper.is_article(value):
        named = sum(1 for name in value if mapper.has_content([name])) + mapper.has_id(value)
        return (rows_of_columns(value, with_lists=named > 1) if mapper.has_content(value) else None) or [value]
    if (rows := rows_of_table(value)) is not None:
        return rows
    if rows := rows_by_key(value, mapper.is_article, mapper.has_id):
        return rows
    found = _only_list({name: items for name, items in lists_of_rows(value) if "." not in name})
    if found is None and [] in value.values():
        return []
    return found or Fault("bad", f"an object without a list of articles {NOT_OBJECTS}")


def _only_list(lists: dict[str, list[Any]]) -> list[Any] | Fault | None:
    """The only one of some lists; None without any."""
    if len(lists) > 1:
        names = ", ".join(lists)
        return Fault("bad", f"several lists of articles: {names} (keep one, or name it: --rows {next(iter(lists))})")
    return next(iter(lists.values()), None)


def _named_rows(value: Any, name: str) -> list[Any] | Fault:
    """The rows of the list that the user named; one object there is one row."""
    found = value_at(value, name) if isinstance(value, dict) else None
    if found is None and isinstance(value, dict):
        found = value_at(value, tuple(name.split(".")))
    if isinstance(found, dict):
        return [found]
    if isinstance(found, list):
        return found
    lists = ", ".join(one for one, _ in lists_of_rows(value)) if isinstance(value, dict) else ""
    return Fault("bad", f"no list {name!r} in the document (lists there are: {lists or 'none'})")


def articles_in(value: dict[str, Any], mapper: RowMapper, levels: int = 3) -> dict[str, list[Any]]:
    """The lists of articles in a document, by name: those outside, else those inside, else those in rows of lists."""
    lists = dict(lists_of_rows(value))
    articles = {name: items for name, items in lists.items() if is_article_row(next(filter(_is_row, items)), mapper)}
    if articles or not levels:
        depth = min((name.count(".") for name in articles), default=0)
        outside = {name: items for name, items in articles.items() if name.count(".") == depth}
        # Lists inside count as well if those outside have titles alone, as one of what is most read.
        return articles if _have_texts(articles, mapper) and not _have_texts(outside, mapper) else outside
    for name, items in lists.items():
        pages = [articles_in(item, mapper, levels - 1) for item in filter(_is_row, items)]
        for inner in dict.fromkeys(chain.from_iterable(pages)):
            articles[f"{name}.{inner}"] = list(chain.from_iterable(page.get(inner, ()) for page in pages))
    return articles


def _have_texts(lists: dict[str, list[Any]], mapper: RowMapper) -> bool:
    return any(mapper.has_text(next(filter(_is_row, items))) for items in lists.values())


def is_article_row(row: dict[str, Any], mapper: RowMapper) -> bool:
    """True for a row that is an article, and not a feed with a title of its own."""
    lists = (row.get(name) for name in _LISTS_OF_FEEDS)
    is_feed = any(type(items) is list and any(map(_is_row, items)) for items in lists) and not mapper.has_text(row)
    return mapper.is_article(row) and not is_feed


def _is_row(value: Any) -> bool:
    return type(value) is dict
