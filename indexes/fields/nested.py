"""Values inside the objects of a row, and lists of rows inside a JSON document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sada.indexes.fields.json_ld import GRAPH, graph_rows

Key = str | tuple[str, ...]
"""The name of a value in a row, or the names of objects that lead to it."""

WRAPPERS = (
    "_source", "attributes", "fields", "doc", "document", "node", "row", "item", "article", "post", "data", "content",
)  # fmt: skip
"""Names of objects that hold a whole row, in documents of Elasticsearch, JSON:API, CouchDB, GraphQL and the like."""
_DEEPEST_LIST = 3


def value_at(row: Mapping[str, Any], key: Key) -> Any:
    """The value of ``key``; None if an object on the way is missing."""
    if type(key) is str:
        return row.get(key)
    value: Any = row
    for name in key:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def is_inside(row: Mapping[str, Any], name: str) -> bool:
    """True if objects in ``row`` have a value, which may be null, under a name with dots."""
    *way, last = name.split(".")
    inner = value_at(row, tuple(way)) if way else None
    return isinstance(inner, Mapping) and last in inner


def without(row: dict[str, Any], key: tuple[str, ...]) -> dict[str, Any]:
    """A copy of ``row`` without the value at ``key``; objects that are empty then are left out, too."""
    name, *rest = key
    inner = without(row[name], tuple(rest)) if rest else None
    return {one: inner if one == name else value for one, value in row.items() if one != name or inner}


def wrapped_row(row: Mapping[str, Any], is_row: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any] | None:
    """The fields of the object in ``row`` that holds a whole row, with those beside it; None if there is none.

    Also the only article in a graph of JSON-LD.
    """
    if len(articles := graph_rows(row)) == 1 and is_row(articles[0]):
        return {**{one: value for one, value in row.items() if one != GRAPH}, **articles[0]}
    for name in WRAPPERS:
        inner = row.get(name)
        if type(inner) is dict and is_row(inner):
            return {**{one: value for one, value in row.items() if one != name}, **inner}
    return None


def lists_of_rows(value: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """The lists with objects in ``value`` and in objects inside it, each with its dotted name, outer ones first."""
    level: list[tuple[str, Mapping[str, Any]]] = [("", value)]
    for _ in range(_DEEPEST_LIST):
        below: list[tuple[str, Mapping[str, Any]]] = []
        for start, node in level:
            for name, item in node.items():
                if isinstance(item, list) and any(type(one) is dict for one in item):
                    yield start + name, item
                elif isinstance(item, dict):
                    below.append((f"{start}{name}.", item))
        level = below


def rows_of_table(value: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The rows of a table written as names and lists of cells, ``{"columns": [...], "data": [[...]]}``; else None."""
    names, rows = value.get("columns"), value.get("data", value.get("rows"))
    if not isinstance(names, list) or not isinstance(rows, list) or not all(isinstance(name, str) for name in names):
        return None
    if not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        return None
    return [dict(zip(names, row, strict=True)) for row in rows]


def rows_by_key(
    value: Mapping[str, Any],
    is_row: Callable[[Mapping[str, Any]], bool],
    has_id: Callable[[Mapping[str, Any]], bool],
    levels: int = _DEEPEST_LIST,
) -> list[dict[str, Any]] | None:
    """The rows of an object that has one under each id, ``{"a1": {"title": ...}, ...}``; else None.

    It may stand in other objects. The keys are the ids of rows without one, unless they are only numbers of places,
    which other files have, too.
    """
    if not value or not all(type(row) is dict and is_row(row) for row in value.values()):
        objects = [one for one in value.values() if type(one) is dict and levels]
        inner = [rows_by_key(one, is_row, has_id, levels - 1) for one in objects]
        found = [rows for rows in inner if rows is not None]
        return found[0] if len(found) == 1 else None
    are_places = list(value) == [str(place) for place in range(len(value))]
    return [row if are_places or has_id(row) else {"id": key, **row} for key, row in value.items()]


def rows_of_columns(value: Mapping[str, Any], *, with_lists: bool = False) -> list[dict[str, Any]] | None:
    """The rows of a table that is written by columns, ``{"title": {"0": ...}, "text": {"0": ...}}``; else None.

    Args:
        value: the table.
        with_lists: True if columns may be lists, as data sets show them, all as long; they are no paragraphs then.
    """
    columns = list(value.values())
    if with_lists and columns and all(isinstance(column, list) for column in columns):
        lengths = {len(column) for column in columns}
        rows = [dict(zip(value, cells, strict=False)) for cells in zip(*columns, strict=False)]
        return rows if len(lengths) == 1 and len(rows) > 1 else None
    if not columns or not all(isinstance(column, dict) and column for column in columns):
        return None
    places = columns[0].keys()
    if any(column.keys() != places for column in columns):
        return None
    return [{name: column[place] for name, column in value.items()} for place in places]
