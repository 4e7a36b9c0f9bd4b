"""Read the rows of one table of a SQLite database."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sada.indexes.parsing.csv_records import unique_names
from sada.indexes.parsing.faults import Fault, Item, UnreadableError
from sada.indexes.parsing.row_limits import LIMIT, too_large
from sada.indexes.storage.schema import APPLICATION
from sada.indexes.tabular.arrow_values import plain
from sada.indexes.tabular.choosing import Names, choose

_PATIENCE = 5.0
"""Seconds to wait for another program that writes."""
_TABLES = """
    SELECT name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_schema
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid
"""


def sqlite_rows(
    path: Path, advance: Callable[[float], None], table: str | None, names: Names, limit: int = LIMIT
) -> Iterator[Item]:
    """Read the rows of a table or a view, in the order of the database.

    Args:
        path: of the database; it is not changed.
        advance: called at the end with 1.
        table: the name of the table; None takes the only one with columns for title and text.
        names: knows the names of title and text.
        limit: the most bytes of a value; a row with a larger one is bad.

    Raises:
        UnreadableError: if the database is damaged or locked, after the rows before that.
    """
    broken: list[bytes] = []

    def text(data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            broken.append(data)
            return data.decode("utf-8", "replace")

    try:
        with contextlib.closing(_connect(path)) as connection:
            connection.text_factory = text
            yield from _unmerged(path, connection)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limit)
            yield from _rows(connection, table, names, broken)
    except sqlite3.Error as error:
        raise UnreadableError(f"not readable as SQLite: {error} (copy the database, and read the copy)") from None
    advance(1.0)


def _connect(path: Path) -> sqlite3.Connection:
    """Open it for reading only; as a file that cannot change if locks cannot be set, as on a disk that is read-only."""
    place = path.absolute().as_uri()
    connection = sqlite3.connect(f"{place}?mode=ro", uri=True, timeout=_PATIENCE)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:  # another program writes: what is read would be torn
            raise
        connection = sqlite3.connect(f"{place}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _unmerged(path: Path, connection: sqlite3.Connection) -> Iterator[Item]:
    """Note that changes lie in a log that cannot be read: the database was opened as a file that cannot change."""
    log = Path(f"{path}-wal")
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal" and log.is_file() and log.stat().st_size:
        yield None, Fault("note", f"the changes in {log.name} are not read (open the database where it can be written)")


def _rows(connection: sqlite3.Connection, table: str | None, names: Names, broken: list[bytes]) -> Iterator[Item]:
    if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION:
        yield None, Fault("bad", "the catalog of an index of Sada (name the files that it was built from)")
        return
    found = connection.execute(_TABLES).fetchall()
    columns = {name: _columns(connection, name) for name, _ in found}
    # The indexes of full-text search hold the same articles again.
    own = {name: columns[name] for name, is_virtual in found if not is_virtual}
    has_own = table is None and any(map(names.count_content, own.values()))
    chosen = choose(own if has_own else columns, table, names, "table")
    if isinstance(chosen, Fault):
        yield None, chosen
        return
    unique = unique_names(columns[chosen])
    for values in _values(connection, chosen):
        if values is None:
            limit = connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
            yield None, Fault("bad", too_large(limit, f"a value in a row of {chosen}"))
        elif broken:
            broken.clear()
            yield None, Fault("bad", f"a row of {chosen} has a text that is not UTF-8 (mend it in the database)")
        else:
            yield None, dict(zip(unique, map(plain, values), strict=True))


def _values(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...] | None]:
    """The values of each row; None for a row with one that is too large, behind which the query is started again.

    Python's cursor is one row ahead, so that the row before one that is too large is asked for again, alone.
    """
    query, done, most = f"SELECT * FROM {_identifier(table)} LIMIT ? OFFSET ?", 0, -1
    while True:
        try:
            for values in connection.execute(query, (most, done)):
                done += 1
                yield values
            if most < 0:
                return
            most = -1
        except sqlite3.DataError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_TOOBIG:
                raise
            if most > 0:
                done += 1
                yield None
            most = -most


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    try:
        cursor = connection.execute(f"SELECT * FROM {_identifier(table)} LIMIT 0")
    except sqlite3.Error:  # a view of a table that is gone, a virtual table without its module
        return []
    return [column[0] for column in cursor.description]


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
