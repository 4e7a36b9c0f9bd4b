"""The catalog: the SQLite file that lists all that an index holds. Every change is one commit to it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sada.indexes.article import dump_json
from sada.indexes.disk.connections import open_for_writing
from sada.indexes.disk.faults import REBUILD, damage, disk_faults
from sada.indexes.errors import IndexMismatchError, NotAnIndexError, UntrustedIndexError
from sada.indexes.folder.entries import check_folder, in_wal_mode
from sada.indexes.folder.paths import CATALOG
from sada.indexes.storage.article_tables import ArticleTables, TakenOut
from sada.indexes.storage.database import connect
from sada.indexes.storage.digests import seal_settings
from sada.indexes.storage.schema import APPLICATION, DIGESTED, FORMAT, OLDEST, SCHEMA, check_schema
from sada.indexes.storage.story_tables import StoryTables


def is_index(folder: str | Path) -> bool:
    """True if the folder holds an index, that is, a catalog."""
    return (Path(folder) / CATALOG).is_file()


class Catalog(ArticleTables, StoryTables):
    """One open SQLite connection to an index's catalog, holding a snapshot until :meth:`refresh`.

    Raises:
        NotAnIndexError: if the folder holds no catalog.
        IndexReadOnlyError: if this user may not read it.
        IndexMismatchError: if a newer Sada wrote it.
        IndexDamagedError: if SQLite cannot read it.
        UntrustedIndexError: if something in the folder leads elsewhere, or the catalog holds other tables than Sada's.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / CATALOG
        with disk_faults(path):
            if not path.is_file():
                raise NotAnIndexError(f"{folder}: not a Sada index (build one with: sada build INPUT -i {folder})")
            check_folder(folder)
        super().__init__(path, DIGESTED)
        try:
            with damage(path):
                self._check_format(folder)
                check_schema(self._connection, path)
            self.refresh()
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, folder: Path, settings: dict[str, Any]) -> None:
        """Write a new catalog with those settings to ``folder``."""
        path = folder / CATALOG
        with damage(path), contextlib.closing(connect(path, open_for_writing)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; {SCHEMA}")
            connection.execute("BEGIN")
            for key, value in settings.items():
                connection.execute("INSERT INTO settings VALUES (?, ?)", (key, dump_json(value).decode()))
            seal_settings(connection)
            connection.execute("COMMIT")

    def check_place(self) -> None:
        """Raise :class:`NotAnIndexError` if the file was moved, deleted or replaced since it was opened."""
        self._connection.check_place()

    def shorten_log(self) -> None:
        """Move commits from SQLite's log into its file, and refresh; a reader that prevents it is not waited for."""
        with damage(self.path):
            self._prepare_to_write(0)
            self.refresh()

    def truncate_log(self) -> bool:
        """Move all commits from SQLite's log into its file and refresh. False if a reader prevents that."""
        return not self._outside("PRAGMA wal_checkpoint(TRUNCATE)")

    def forget_lost(self) -> None:
        """Forget the commits that were lost, which :meth:`~sada.indexes.disk.commits.Commits.lost` counts."""
        with self.writing():
            self.commits.forget_lost()

    def shrink(self) -> bool:
        """Return the space of removed rows to the file system (SQLite's VACUUM) and refresh.

        Returns:
            False if a connection that reads an older commit prevents that until it is closed.
        """
        for table in DIGESTED:
            self.count(table)  # VACUUM would copy rows without an end until the disk is full
        self._outside("VACUUM")
        return self.truncate_log()

    def _outside(self, statement: str) -> Any:
        """Run a statement that SQLite refuses within a transaction; returns the first value of its result."""
        with damage(self.path):
            self._prepare_to_write()
            try:
                answer = self._connection.execute(statement).fetchone()
                return answer and answer[0]
            finally:
                self.refresh()

    @property
    def format(self) -> int:
        """The format version of the catalog."""
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    @property
    def is_earlier(self) -> bool:
        """True for a format whose shingles, words and vectors are made by earlier rules of text."""
        return self.format < FORMAT

    def raise_format(self) -> None:
        """Make the catalog one of the newest format; inside :meth:`writing`."""
        self._connection.execute(f"PRAGMA user_version = {FORMAT}")

    def forget_stale_words(self) -> None:
        """Delete the words of stories with articles that went or changed since they were found; inside :meth:`writing`.

        Every commit does so for the articles that it replaces. Earlier programs did not.
        """
        found = self.setting("stories_repaired") or {"number": self.last_number("articles"), "segment": -1}
        rows = self.query("SELECT number, segment FROM articles")
        self.keep_words_of([row[0] for row in rows if row[0] > found["number"] or row[1] <= found["segment"]])

    def _take_out(self, ids: Sequence[str]) -> list[TakenOut]:
        """Delete articles, and with them the words of their stories."""
        taken = super()._take_out(ids)
        self.forget_words([one.number for one in taken])
        return taken

    def touch(self) -> None:
        """Count a change to the set of articles; inside :meth:`writing`."""
        self.set_setting("generation", self.setting("generation", 0) + 1)

    def _check_format(self, folder: Path) -> None:
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION:
            raise NotAnIndexError(f"{folder}: its catalog was not written by Sada")
        mode = self._connection.execute("PRAGMA journal_mode").fetchone()[0]
        if mode != "wal" and not in_wal_mode(self.path):  # of an immutable file the mode is not known
            raise UntrustedIndexError(f"{self.path}: not in SQLite's WAL mode; {REBUILD}")
        found = self.format
        if found > FORMAT:
            raise IndexMismatchError(f"{folder}: index format {found}, this Sada reads up to {FORMAT}: upgrade Sada")
        if found < OLDEST:
            raise IndexMismatchError(
                f"{folder}: index format {found}, this Sada reads from {OLDEST}: build the index anew with:"
                " sada build INPUT -i NEW.sada"
            )
