"""The catalog: one SQLite file that names everything in an index, and the only place where a change is committed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson

from sada.indexes.arrays import ArrayFile
from sada.indexes.article import Article, dump_json
from sada.indexes.database import Database, connect
from sada.indexes.digests import row_digest, seal_settings
from sada.indexes.errors import IndexMismatch, NotAnIndex
from sada.indexes.locks import damage

FORMAT = 2
_APPLICATION = 0x53414441  # "SADA"
_FILE = "catalog.sqlite"
_LAST_SEGMENT = "last_segment"
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


def is_index(folder: str | Path) -> bool:
    """True if an index stands there, by its catalog."""
    return (Path(folder) / _FILE).is_file()


class Placed(NamedTuple):
    """An article to store, with its content key, identified language and place in its segment's arrays."""

    article: Article
    content: bytes
    identified: str
    position: int


class Catalog(Database):
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
        super().__init__(path, DIGESTED)
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
        with contextlib.closing(connect(folder / _FILE)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(
                f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {FORMAT}; {_SCHEMA}"
            )
            connection.execute("BEGIN")
            for key, value in settings.items():
                connection.execute("INSERT INTO settings VALUES (?, ?)", (key, dump_json(value).decode()))
            seal_settings(connection)
            connection.execute("COMMIT")

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

    def next_segment(self) -> int:
        """A number that no segment has or had; inside :meth:`writing`."""
        number = int(self.setting(_LAST_SEGMENT, 0)) + 1
        self.set_setting(_LAST_SEGMENT, number)
        return number

    def homes(self, segments: Sequence[int]) -> np.ndarray:
        """uint64, ascending: the places that articles were given in those segments, as ``segment << 32 | position``."""
        sql = "SELECT segment << 32 | position FROM articles WHERE segment IN ({})"
        codes = np.fromiter((row[0] for row in self.in_list(sql, segments)), np.uint64)
        codes.sort()
        return codes

    def replace_segments(self, gone: Iterable[int], files: dict[str, ArrayFile]) -> None:
        """Name one segment's files, if there are any, in place of those of others; inside :meth:`writing`."""
        known = self.files()
        for segment in gone:
            for kind, entry in known[segment].items():
                self._connection.execute("DELETE FROM files WHERE segment = ? AND kind = ?", (segment, kind))
                self._shift("files", row_digest((segment, kind, *entry)), -1)
        number = self.next_segment()
        for kind, entry in files.items():
            self._insert("files", (number, kind, *entry))

    def settle(self) -> None:
        """Move all commits from SQLite's log into its file; the snapshot is renewed."""
        self._outside("PRAGMA wal_checkpoint(TRUNCATE)")

    def shrink(self) -> None:
        """Give the space of what was removed back to the file system (SQLite's VACUUM); the snapshot is renewed."""
        self._outside("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")

    def _outside(self, *statements: str) -> None:
        """Run what SQLite refuses within a transaction."""
        with damage(self.path):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            try:
                for statement in statements:
                    self._connection.execute(statement)
            finally:
                self.refresh()

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

    def _next_number(self) -> int:
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'articles'").fetchone()
        return row[0] + 1 if row else 1

    def _check_format(self, folder: Path) -> None:
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        if application != _APPLICATION:
            raise NotAnIndex(f"{folder}: its catalog was not written by Sada")
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            raise IndexMismatch(f"{folder}: index format {found}, this Sada reads up to {FORMAT}: upgrade Sada")
        if found < FORMAT:
            raise IndexMismatch(f"{folder}: index format {found}, this Sada reads {FORMAT}: build the index anew")


def to_micros(moment: datetime | None) -> int | None:
    """Microseconds since 1970 in UTC, None for None."""
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int | None) -> datetime | None:
    """The UTC moment of :func:`to_micros`."""
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


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
