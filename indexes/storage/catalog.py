"""The catalog: one SQLite file that names everything in an index, and the only place where a change is committed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from sada.indexes.article import Article, dump_json
from sada.indexes.errors import IndexDamagedError, IndexMismatchError, NotAnIndexError
from sada.indexes.storage.arrays import ArrayFile
from sada.indexes.storage.database import connect
from sada.indexes.storage.digests import row_digest, seal_settings
from sada.indexes.storage.locks import damage
from sada.indexes.storage.paths import CATALOG
from sada.indexes.storage.schema import APPLICATION, DIGESTED, FORMAT, OLDEST, SCHEMA
from sada.indexes.storage.story_tables import StoryTables
from sada.indexes.text.language_id import believed
from sada.indexes.timestamps import from_micros, to_micros

_LAST_SEGMENT = "last_segment"
_PLACES_AT_ONCE = 250
_MOVED_AT_ONCE = 500


def is_index(folder: str | Path) -> bool:
    """True if an index stands there, by its catalog."""
    return (Path(folder) / CATALOG).is_file()


class Placed(NamedTuple):
    """An article to store, with its content key, identified language and place in its segment's arrays.

    ``certainty`` is how sure the identified language is, a probability; None if the article named its own.
    """

    article: Article
    content: bytes
    identified: str
    position: int
    certainty: float | None = None


Home = tuple[int, int]
"""The segment and the position there that an article was given when it was stored."""


class Kept(NamedTuple):
    """An article of the index, with the number that says when it was first read.

    ``certainty`` is how sure its language is: a probability where it was identified, 1 where the article named it.
    """

    article: Article
    number: int
    home: Home
    certainty: float

    @property
    def known_language(self) -> str:
        """Its language; empty if it was identified without certainty."""
        return believed(self.article.language, self.certainty)


class Catalog(StoryTables):
    """One open SQLite connection to an index's catalog, holding a snapshot until :meth:`refresh`.

    Raises:
        NotAnIndexError: if the folder holds no catalog.
        IndexMismatchError: if a newer Sada wrote it.
        IndexDamagedError: if SQLite cannot read it.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / CATALOG
        if not path.is_file():
            raise NotAnIndexError(f"{folder}: not a Sada index (build one with: sada build SOURCE -i {folder})")
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
        with contextlib.closing(connect(folder / CATALOG)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; {SCHEMA}")
            connection.execute("BEGIN")
            for key, value in settings.items():
                connection.execute("INSERT INTO settings VALUES (?, ?)", (key, dump_json(value).decode()))
            seal_settings(connection)
            connection.execute("COMMIT")

    def files(self) -> dict[int, dict[str, ArrayFile]]:
        """The array files of each segment, by kind.

        Raises:
            IndexDamagedError: if an entry is missing or is not what was written.
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
            IndexDamagedError: if an article's values are not those that were written.
        """
        return (kept.article for kept in self.kept("id", ids))

    def kept(self, column: str, values: Sequence[Any]) -> Iterator[Kept]:
        """The articles whose ``id`` or ``number`` is one of those values, in no set order.

        Raises:
            IndexDamagedError: if an article's values are not those that were written.
        """
        sql = f"SELECT {DIGESTED['articles']}, digest FROM articles WHERE {column} IN ({{}})"
        for row in self.in_list(sql, values):
            yield _to_kept(self._checked("articles", row))

    def after(self, number: int, count: int) -> list[Kept]:
        """The ``count`` articles that were first read next after the one of that number, in that order.

        Raises:
            IndexDamagedError: if an article's values are not those that were written.
        """
        sql = f"SELECT {DIGESTED['articles']}, digest FROM articles WHERE number > ? ORDER BY number LIMIT ?"
        return [_to_kept(self._checked("articles", row)) for row in self.query(sql, (number, count))]

    def standing(self, places: Sequence[Home]) -> dict[Home, tuple[int, int | None]]:
        """Number and time of publication of the articles with those homes (segment, position), without those removed.

        Raises:
            IndexDamagedError: if one is neither in the index nor known to have been removed from it.
        """
        found: dict[Home, tuple[int, int | None]] = {}
        removed: set[tuple[Any, ...]] = set()
        for start in range(0, len(places), _PLACES_AT_ONCE):
            part = places[start : start + _PLACES_AT_ONCE]
            wanted = f"WITH wanted(s, p) AS (VALUES {','.join(['(?, ?)'] * len(part))})"
            where = "ON segment = s AND position = p"
            flat = [number for place in part for number in place]
            sql = f"{wanted} SELECT segment, position, number, published FROM wanted CROSS JOIN articles {where}"
            rows = self.query(sql, flat)
            found |= {row[:2]: row[2:] for row in rows}
            if len(rows) < len(part):
                sql = f"{wanted} SELECT segment, position, digest FROM wanted CROSS JOIN removed {where}"
                removed |= {self._checked("removed", row) for row in self.query(sql, flat)}
        lost = next((place for place in places if place not in found and place not in removed), None)
        if lost:
            raise IndexDamagedError(
                f"{self.path}: articles: none has place {lost[1]} in segment {lost[0]}; find what is wrong with:"
                " sada verify"
            )
        return found

    def removed(self) -> list[Home]:
        """The homes (segment, position) of articles that were removed, or had other values, and are in arrays still.

        Raises:
            IndexDamagedError: if one is missing or is not what was written.
        """
        return self._whole("removed")

    def put(self, segment: int, files: dict[str, ArrayFile], placed: Sequence[Placed]) -> None:
        """Store a segment's files and its articles, replacing those of the same ids; inside :meth:`writing`."""
        self._insert("files", [(segment, kind, *entry) for kind, entry in files.items()])
        replaced = self._take_out([item.article.id for item in placed])
        fresh = count(self._next_number("articles"))
        self._insert(
            "articles",
            (
                (replaced[item.article.id] if item.article.id in replaced else next(fresh), *_to_row(segment, item))
                for item in placed
            ),
        )

    def move(self, segment: int, files: dict[str, ArrayFile], numbers: Sequence[int]) -> None:
        """Store a segment's files, and give the articles of those numbers their places in it; inside :meth:`writing`.

        What the articles are and say stays the same. Their order is that of the files.

        Raises:
            IndexDamagedError: if an article's values are not those that were written.
        """
        self._insert("files", [(segment, kind, *entry) for kind, entry in files.items()])
        sql = f"SELECT {DIGESTED['articles']}, digest FROM articles WHERE number IN ({{}})"
        places = {number: position for position, number in enumerate(numbers)}
        for start in range(0, len(numbers), _MOVED_AT_ONCE):
            rows = list(self.in_list(sql, numbers[start : start + _MOVED_AT_ONCE]))
            values = [self._checked("articles", row) for row in rows]
            self._delete("articles", "number = ?", [(row[:1], row[-1]) for row in rows])
            self._insert("removed", [row[2:4] for row in values])
            self._insert("articles", [(*row[:2], segment, places[row[0]], *row[4:]) for row in values])

    def next_segment(self) -> int:
        """A number that no segment has or had; inside :meth:`writing`."""
        number = int(self.setting(_LAST_SEGMENT, 0)) + 1
        self.set_setting(_LAST_SEGMENT, number)
        return number

    def replace_segments(self, gone: Iterable[int], files: dict[str, ArrayFile], forgotten: Sequence[Home]) -> None:
        """Name one segment's files, if there are any, in place of those of others; inside :meth:`writing`.

        ``forgotten`` are homes of removed articles that were in the arrays of the others and are in none now.
        """
        known = self.files()
        old = [(segment, kind, *entry) for segment in gone for kind, entry in known[segment].items()]
        self._delete("files", "segment = ? AND kind = ?", [(row[:2], row_digest(row)) for row in old])
        self._delete("removed", "segment = ? AND position = ?", [(home, row_digest(home)) for home in forgotten])
        number = self.next_segment()
        self._insert("files", [(number, kind, *entry) for kind, entry in files.items()])

    def replace_arrays(self, gone: Sequence[str], files: Mapping[int, dict[str, ArrayFile]]) -> None:
        """Name other files for arrays of the kinds ``gone``: those of ``files``, by segment; inside :meth:`writing`."""
        old = [
            (segment, kind, *entry) for segment, kinds in self.files().items() for kind, entry in kinds.items()
            if kind in gone
        ]  # fmt: skip
        self._delete("files", "segment = ? AND kind = ?", [(row[:2], row_digest(row)) for row in old])
        fresh = [(segment, kind, *entry) for segment, kinds in files.items() for kind, entry in kinds.items()]
        self._insert("files", fresh)

    def settle(self) -> bool:
        """Move all commits from SQLite's log into its file; the snapshot is renewed. False if a reader kept it back."""
        return not self._outside("PRAGMA wal_checkpoint(TRUNCATE)")

    def shrink(self) -> bool:
        """Give the space of what was removed back to the file system (SQLite's VACUUM); the snapshot is renewed.

        Returns False if another connection, which reads an older commit, keeps the file as it was until it is done.
        """
        self._outside("VACUUM")
        return self.settle()

    def _outside(self, statement: str) -> Any:
        """Run what SQLite refuses within a transaction; returns the first value of its answer."""
        with damage(self.path):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            try:
                answer = self._connection.execute(statement).fetchone()
                return answer and answer[0]
            finally:
                self.refresh()

    def remove(self, ids: Sequence[str]) -> int:
        """Delete articles; inside :meth:`writing`. Returns how many there were."""
        return len(self._take_out(ids))

    def _take_out(self, ids: Sequence[str]) -> dict[str, int]:
        """Delete articles, and keep in mind that their places are empty; the numbers that they had, by id."""
        sql = "SELECT id, number, digest, segment, position FROM articles WHERE id IN ({})"
        found = list(self.in_list(sql, ids))
        self._delete("articles", "number = ?", [((row[1],), row[2]) for row in found])
        self._insert("removed", [row[3:] for row in found])
        return {row[0]: row[1] for row in found}

    @property
    def format(self) -> int:
        """The format that it is written in."""
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def set_newest_setting(self, key: str, value: Any) -> None:
        """Store a setting that only the newest format has, and make the index one of it; inside :meth:`writing`."""
        self._connection.execute(f"PRAGMA user_version = {FORMAT}")
        self.set_setting(key, value)

    def touch(self) -> None:
        """Count a change to the set of articles; inside :meth:`writing`."""
        self.set_setting("generation", self.setting("generation", 0) + 1)

    def _check_format(self, folder: Path) -> None:
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION:
            raise NotAnIndexError(f"{folder}: its catalog was not written by Sada")
        found = self.format
        if found > FORMAT:
            raise IndexMismatchError(f"{folder}: index format {found}, this Sada reads up to {FORMAT}: upgrade Sada")
        if found < OLDEST:
            raise IndexMismatchError(
                f"{folder}: index format {found}, this Sada reads from {OLDEST}: build the index anew"
            )


def _to_row(segment: int, item: Placed) -> tuple[Any, ...]:
    """The values of :data:`~sada.indexes.storage.schema.COLUMNS`."""
    article = item.article
    return (article.id, segment, item.position, to_micros(article.published), article.language, item.identified,
            item.certainty, article.source, item.content, article.url, article.title,
            dump_json(list(article.keywords)).decode(), dump_json(dict(article.extra)).decode(),
            article.text)  # fmt: skip


def _to_kept(row: tuple[Any, ...]) -> Kept:
    number, id_, segment, position, published, language, identified, certainty, source, *rest = row
    _, url, title, keywords, extra, text = rest
    article = Article(
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
    return Kept(article, number, (segment, position), 1.0 if certainty is None else certainty)
