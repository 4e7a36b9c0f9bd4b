"""The catalog: one SQLite file that names everything in an index, and the only place where a change is committed."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from sada.indexes.arrays import ArrayFile
from sada.indexes.article import Article, dump_json
from sada.indexes.digests import digest_sum, row_digest, seal_settings, settings_are_sealed, shifted
from sada.indexes.errors import IndexDamaged, IndexMismatch, NotAnIndex
from sada.indexes.locks import damage

FORMAT = 1
_APPLICATION = 0x53414441  # "SADA"
_FILE = "catalog.sqlite"
_MEND = "restore the index from a copy, or rebuild it"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = "id, title, text, url, source, published, language, identified, keywords, extra, content, segment, position"
_SCHEMA = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    segment INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL,
    checksum TEXT NOT NULL, PRIMARY KEY (segment, kind)
) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL,
    url TEXT NOT NULL, source TEXT NOT NULL, published INTEGER, language TEXT NOT NULL, identified TEXT NOT NULL,
    keywords TEXT NOT NULL, extra TEXT NOT NULL, content BLOB NOT NULL, segment INTEGER NOT NULL,
    position INTEGER NOT NULL, digest BLOB NOT NULL, UNIQUE (segment, position)
);
CREATE TABLE stories (story TEXT PRIMARY KEY, members TEXT NOT NULL, row TEXT NOT NULL, digest BLOB NOT NULL)
    WITHOUT ROWID;
CREATE TABLE redirects (story TEXT PRIMARY KEY, now TEXT NOT NULL, digest BLOB NOT NULL) WITHOUT ROWID;
"""
DIGESTED = {
    "articles": f"number, {_COLUMNS}",
    "stories": "story, members, row",
    "redirects": "story, now",
    "files": "segment, kind, name, bytes, checksum",
}


class Placed(NamedTuple):
    """An article to store, with its content key, identified language and place in its segment's arrays."""

    article: Article
    content: bytes
    identified: str
    position: int


class Catalog:
    """One open SQLite connection to an index's catalog, holding a snapshot until :meth:`refresh`.

    Raises:
        NotAnIndex: if the folder holds no catalog.
        IndexMismatch: if a newer Sada wrote it.
        IndexDamaged: if SQLite cannot read it.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / _FILE
        if not path.is_file():
            raise NotAnIndex(f"{folder}: not a Sada index (build one with: sada build SOURCE -i {folder})")
        self.path = path
        self._shifts: dict[str, int] = {}
        with damage(path):
            self._connection = _connect(path)
        try:
            with damage(path):
                self._check_format(folder)
            self.refresh()
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, folder: Path, settings: dict[str, Any]) -> None:
        """Write a new catalog with those settings into ``folder``."""
        with contextlib.closing(_connect(folder / _FILE)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(
                f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {FORMAT}; {_SCHEMA}"
            )
            connection.execute("BEGIN")
            for key, value in settings.items():
                connection.execute("INSERT INTO settings VALUES (?, ?)", (key, dump_json(value).decode()))
            seal_settings(connection)
            connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the snapshot and the file."""
        self._connection.close()

    def refresh(self) -> None:
        """Move the snapshot to the newest commit."""
        with damage(self.path):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._connection.execute("BEGIN")
            self.check_settings()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: everything inside becomes visible together, or nothing does."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        with damage(self.path):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._shifts.clear()
                yield
                self._store_digests()
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self.refresh()

    def setting(self, key: str, default: Any = None) -> Any:
        """A stored setting, or ``default``."""
        row = self.query("SELECT value FROM settings WHERE key = ?", (key,))
        return orjson.loads(row[0][0]) if row else default

    def set_setting(self, key: str, value: Any) -> None:
        """Store a setting; inside :meth:`writing`."""
        self._connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, dump_json(value).decode()))

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT within the snapshot."""
        with damage(self.path):
            return self._connection.execute(sql, values).fetchall()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT, a thousand at a time."""
        with damage(self.path):
            cursor = self._connection.execute(sql, values)
            while rows := cursor.fetchmany(1000):
                yield from rows

    def in_list(self, sql: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of ``sql``, whose ``{}`` stands for a list, for any number of values."""
        for start in range(0, len(values), 500):
            part = values[start : start + 500]
            yield from self.query(sql.format(",".join("?" * len(part))), part)

    def files(self) -> dict[int, dict[str, ArrayFile]]:
        """The array files of each segment, by kind.

        Raises:
            IndexDamaged: if an entry is missing or is not what was written.
        """
        found: dict[int, dict[str, ArrayFile]] = {}
        rows = self.query(f"SELECT {DIGESTED['files']} FROM files")
        self.check_rows("files", map(row_digest, rows))
        for segment, kind, *entry in rows:
            found.setdefault(segment, {})[kind] = ArrayFile(*entry)
        return found

    def contents(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The stored content keys of those ids that are in the index."""
        return dict(self.in_list("SELECT id, content FROM articles WHERE id IN ({})", ids))

    def articles(self, ids: Sequence[str]) -> Iterator[Article]:
        """The articles of those ids that are in the index, in no set order.

        Raises:
            IndexDamaged: if an article's values are not those that were written.
        """
        for row in self.in_list(f"SELECT {DIGESTED['articles']}, digest FROM articles WHERE id IN ({{}})", ids):
            yield _to_article(self._checked("articles", row))

    def put(self, segment: int, files: dict[str, ArrayFile], placed: Iterable[Placed]) -> None:
        """Store a segment's files and its articles, replacing those of the same ids; inside :meth:`writing`."""
        for kind, entry in files.items():
            self._insert("files", (segment, kind, *entry))
        for item in placed:
            article = item.article
            old = self._connection.execute("SELECT number, digest FROM articles WHERE id = ?", (article.id,)).fetchone()
            if old:
                self._connection.execute("DELETE FROM articles WHERE number = ?", (old[0],))
                self._shift("articles", old[1], -1)
            row = (article.id, article.title, article.text, article.url, article.source, to_micros(article.published),
                   article.language, item.identified, dump_json(list(article.keywords)).decode(),
                   dump_json(dict(article.extra)).decode(), item.content, segment, item.position)  # fmt: skip
            self._insert("articles", (old[0] if old else self._next_number(), *row))

    def remove(self, ids: Sequence[str]) -> int:
        """Delete articles; inside :meth:`writing`. Returns how many there were."""
        found = list(self.in_list("SELECT number, digest FROM articles WHERE id IN ({})", ids))
        for number, digest in found:
            self._connection.execute("DELETE FROM articles WHERE number = ?", (number,))
            self._shift("articles", digest, -1)
        return len(found)

    def replace_stories(self, stories: Iterable[tuple[str, list[int], dict[str, Any]]], moved: dict[str, str]) -> None:
        """Store (story, member numbers, row) for every story and all redirects; inside :meth:`writing`."""
        for table in ("stories", "redirects"):
            self._connection.execute(f"DELETE FROM {table}")
            self._shifts[table] = -self._table_digest(table)
        for story, members, row in stories:
            self._insert("stories", (story, dump_json(members).decode(), dump_json(row).decode()))
        for story, now in moved.items():
            self._insert("redirects", (story, now))

    def stories(self) -> tuple[list[tuple[str, list[int], dict[str, Any]]], dict[str, str]]:
        """Every story as (id, member numbers, row), and the redirects.

        Raises:
            IndexDamaged: if a row is missing or is not what was written.
        """
        stories, redirects = self._whole("stories"), self._whole("redirects")
        rows = [(story, orjson.loads(members), orjson.loads(row)) for story, members, row in stories]
        return rows, dict(redirects)

    def touch(self) -> None:
        """Count a change to the set of articles; inside :meth:`writing`."""
        self.set_setting("generation", self.setting("generation", 0) + 1)

    def stored_digest(self, table: str) -> str:
        """The digest of a table's row set as the last commit stored it (32 hex digits)."""
        return f"{self._table_digest(table):032x}"

    def check_settings(self) -> None:
        """Raise :class:`IndexDamaged` unless the settings are those that were written."""
        with damage(self.path):
            if not settings_are_sealed(self._connection):
                raise IndexDamaged(f"{self.path}: settings: rows are missing, added or changed; {_MEND}")

    def check_rows(self, table: str, digests: Iterable[bytes]) -> None:
        """Raise :class:`IndexDamaged` unless the digests of all rows of a table make up the table's."""
        if digest_sum(digests) != self._table_digest(table):
            raise IndexDamaged(f"{self.path}: {table}: rows are missing, added or changed; {_MEND}")

    def _whole(self, table: str) -> list[tuple[Any, ...]]:
        """All rows of a table in the order of its key, each checked and the set of them too."""
        rows = self.query(f"SELECT {DIGESTED[table]}, digest FROM {table} ORDER BY 1")
        self.check_rows(table, [row[-1] for row in rows])
        return [self._checked(table, row) for row in rows]

    def _checked(self, table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row without its digest, which must be that of its values."""
        *values, digest = row
        if row_digest(values) != digest:
            raise IndexDamaged(f"{self.path}: {table} {values[0]}: its values are not those that were written; {_MEND}")
        return tuple(values)

    def _table_digest(self, table: str) -> int:
        return int(self.setting(f"digest:{table}", "0"), 16)

    def _next_number(self) -> int:
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'articles'").fetchone()
        return row[0] + 1 if row else 1

    def _insert(self, table: str, row: tuple[Any, ...]) -> None:
        digest = row_digest(row)
        stored = row if table == "files" else (*row, digest)
        self._connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(stored))})", stored)
        self._shift(table, digest, 1)

    def _shift(self, table: str, digest: bytes, sign: int) -> None:
        self._shifts[table] = self._shifts.get(table, 0) + sign * int.from_bytes(digest, "big")

    def _store_digests(self) -> None:
        """Move each table's digest by what was inserted and deleted."""
        for table, shift in self._shifts.items():
            self.set_setting(f"digest:{table}", f"{shifted(self._table_digest(table), shift):032x}")
        seal_settings(self._connection)

    def _check_format(self, folder: Path) -> None:
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        if application != _APPLICATION:
            raise NotAnIndex(f"{folder}: its catalog was not written by Sada")
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            raise IndexMismatch(f"{folder}: index format {found}, this Sada reads up to {FORMAT}: upgrade Sada")


def to_micros(moment: datetime | None) -> int | None:
    """Microseconds since 1970 in UTC, None for None."""
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int | None) -> datetime | None:
    """The UTC moment of :func:`to_micros`."""
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _to_article(row: tuple[Any, ...]) -> Article:
    _, id_, title, text, url, source, published, language, identified, keywords, extra, *_ = row
    return Article(
        id=id_,
        title=title,
        text=text,
        url=url,
        source=source,
        published=from_micros(published),
        language=language or identified,
        keywords=tuple(orjson.loads(keywords)),
        extra=json.loads(extra),  # orjson would round integers over 64 bits
    )
