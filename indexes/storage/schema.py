"""The tables of an index's catalog."""

from __future__ import annotations

import contextlib
import sqlite3
from functools import cache
from pathlib import Path

from sada.indexes.disk.faults import REBUILD
from sada.indexes.errors import UntrustedIndexError

FORMAT = 8
"""The format that is written. In an earlier one, shingles and words are made by earlier rules of text."""
OLDEST = 5
"""The oldest format that is read. 6 has what 5 has, and may hold the boilerplate lines of sources; in 7 HTML tags are
left out of shingles, words and vectors."""
APPLICATION = 0x53414441  # "SADA"
COLUMNS = (
    "id, segment, position, published, language, identified, certainty, source, content, url, title, keywords, extra,"
    " text"
)
SCHEMA = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    segment INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL,
    checksum TEXT NOT NULL, PRIMARY KEY (segment, kind)
) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, segment INTEGER NOT NULL,
    position INTEGER NOT NULL, published INTEGER, language TEXT NOT NULL, identified TEXT NOT NULL, certainty REAL,
    source TEXT NOT NULL, content BLOB NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, keywords TEXT NOT NULL,
    extra TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (segment, position)
);
CREATE TABLE removed (segment INTEGER, position INTEGER, digest BLOB NOT NULL, PRIMARY KEY (segment, position))
    WITHOUT ROWID;
CREATE TABLE stories (story TEXT PRIMARY KEY, members TEXT NOT NULL, row TEXT NOT NULL, digest BLOB NOT NULL)
    WITHOUT ROWID;
CREATE TABLE redirects (story TEXT PRIMARY KEY, now TEXT NOT NULL, digest BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE story_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, story TEXT NOT NULL, change TEXT NOT NULL,
    articles TEXT NOT NULL, other TEXT NOT NULL, digest BLOB NOT NULL
);
CREATE INDEX changes_of_story ON story_changes (story);
"""
DIGESTED = {
    "articles": f"number, {COLUMNS}",
    "removed": "segment, position",
    "stories": "story, members, row",
    "redirects": "story, now",
    "story_changes": "number, at, story, change, articles, other",
    "files": "segment, kind, name, bytes, checksum",
}
NUMBERED = ("articles", "story_changes")
"""The tables in which a number is given once: the next is one above the highest that there ever was."""
_Object = tuple[str, str, str, str | None]
"""The type of an object in a database, its name, the table that it belongs to, and the statement that made it."""


def check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a catalog with any table, index, view or trigger that is not one of Sada's; formats 5 to 8 have the same.

    Raises:
        UntrustedIndexError: naming the first that is foreign, missing or changed.
    """
    if _objects(connection) != _own_objects():
        kind, name, *_ = min(_objects(connection) ^ _own_objects(), key=lambda one: one[:3])
        raise UntrustedIndexError(f"{path}: its {kind} {name!r} is not as Sada makes it; {REBUILD}")


@cache
def _own_objects() -> frozenset[_Object]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        return _objects(connection)


def _objects(connection: sqlite3.Connection) -> frozenset[_Object]:
    return frozenset(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"))
