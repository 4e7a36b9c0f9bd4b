"""Rows of a stranger's SQLite file, which may have no end: its pages can lead to one another again and again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain
from typing import Any

_AT_ONCE = 1000
_LITTLE = 1 << 20  # bytes of values, up to which the file is not looked at
_LEAST_BYTES = 4  # of a row in a page: its place in the page, its length and its header


def fetch(connection: sqlite3.Connection, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    """All rows of one table that a SELECT gives; raises as :func:`pieces` does."""
    first: list[tuple[Any, ...]] = cursor.fetchmany(_AT_ONCE)
    if len(first) < _AT_ONCE:
        return first
    return [*first, *chain.from_iterable(pieces(connection, cursor, len(first)))]


def pieces(connection: sqlite3.Connection, cursor: sqlite3.Cursor, count: int = 0) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of one table that a SELECT gives, some at a time; ``count`` were taken before.

    Raises:
        sqlite3.DatabaseError: if they are more than the file can hold.
    """
    most = 0
    while rows := cursor.fetchmany(_AT_ONCE):
        count += len(rows)
        if len(rows) == _AT_ONCE and count > most:
            most = _most_rows(connection)
            if count > most:
                raise _endless()
        yield rows


def fetch_values(connection: sqlite3.Connection, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    """All rows that a SELECT gives of one table, whose values may be large.

    Raises:
        sqlite3.DatabaseError: if they have more bytes than the file, whose rows then share pages.
    """
    rows, size, most = [], 0, _LITTLE
    for row in cursor:
        rows.append(row)
        for value in row:
            size += len(value) if isinstance(value, (str, bytes)) else 0
        if size > most:
            most = max(_LITTLE, _bytes_of(connection))
            if size > most:
                raise _endless()
    return rows


def count_rows(connection: sqlite3.Connection, table: str) -> int:
    """Count the rows of a table.

    Raises:
        sqlite3.DatabaseError: if they are more than the file can hold.
    """
    most = _most_rows(connection)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {most + 1})"
    count = int(connection.execute(sql).fetchone()[0])
    if count > most:
        raise _endless()
    return count


def _most_rows(connection: sqlite3.Connection) -> int:
    """More rows than all pages of the file have room for."""
    return _bytes_of(connection) // _LEAST_BYTES


def _bytes_of(connection: sqlite3.Connection) -> int:
    pages, size = (connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
    return int(pages * size)


def _endless() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("a table has more rows than the file has room for")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
