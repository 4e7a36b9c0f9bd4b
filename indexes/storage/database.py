"""A SQLite file that notices damage: rows have digests, and tables and settings have digests of all their rows."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from sada.indexes.article import dump_json
from sada.indexes.disk.commits import Commits
from sada.indexes.disk.connections import Connection, open_database, open_for_writing, shorten_log
from sada.indexes.disk.endless import count_rows, fetch, pieces
from sada.indexes.disk.faults import REBUILD, damage
from sada.indexes.errors import IndexDamagedError
from sada.indexes.storage.digests import SEAL, checked_settings, digest_sum, row_digest, seal_settings, shifted
from sada.indexes.values.rows import PLAIN, fits_its_table, is_number
from sada.indexes.values.settings import NEEDED, fits_its_key

_DISTRUST = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0"
"""As SQLite advises for files from elsewhere (https://sqlite.org/security.html): no function runs that a schema names,
pages are looked at before they are used, and no page changes under a reader's eyes."""
LOG_BYTES = 4 << 20
"""A log that is longer is emptied when a transaction ends, as far as readers let it."""
_NO_JSON = object()


class Database:
    """One open connection, which reads one snapshot until :meth:`refresh`.

    Args:
        path: the SQLite file, with a table ``settings`` (key, value).
        columns: for each table whose rows have digests, the columns that a digest covers. The digest is in a further
            column ``digest``, except in the table ``files``.

    Attributes:
        path: as given.
        commits: how many there were, and those that were lost.
        state: of the snapshot; it differs between any two commits.

    Raises:
        IndexDamagedError: if SQLite cannot read the file.
    """

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        self.path = path
        self._columns = columns
        self.state = ""
        self._shifts: dict[str, int] = {}
        self._settings: dict[str, Any] | None = None  # of the snapshot; None while it is being changed
        self._lock = threading.RLock()  # a connection serves one thread at a time
        with damage(path):
            self.commits = Commits(self)  # its note is read before the snapshot begins
            self._connection = connect(path)

    def close(self) -> None:
        """Close the connection."""
        self._settings = None
        self._connection.close()

    def refresh(self) -> None:
        """Move the snapshot to the newest commit."""
        with self._lock, damage(self.path):
            self._leave()
            if self._connection.is_outdated():
                self._reconnect(open_database)
            shorten_log(self._connection, self.path, LOG_BYTES)
            self._connection.execute("BEGIN")
            self._settings = self._checked_settings()
            self.state = str(self._settings[SEAL])

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Run the block as one transaction: all its changes become visible together, or none does."""
        with damage(self.path):
            self._prepare_to_write()
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._shifts.clear()
                self.commits.begin()
                yield
                self._store_digests()
                note = self.commits.current()
                self._connection.execute("COMMIT")
                self.commits.write(note)
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self.refresh()

    def _prepare_to_write(self, most: int = LOG_BYTES) -> None:
        """End the present transaction, open the file for writing unless it is, and shorten a log of more bytes."""
        self._leave()
        if not self._connection.writes:
            self._reconnect(open_for_writing)
        shorten_log(self._connection, self.path, most)

    def _leave(self) -> None:
        """End the present transaction."""
        self._settings = None
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._connection.check_place()

    def _reconnect(self, opened: Callable[[Path], Connection]) -> None:
        """Open the file anew. The former connection is closed first: SQLite would share with it what is read-only."""
        self._connection.release()
        try:
            self._connection = connect(self.path, opened)
        except BaseException:
            self._connection = connect(self.path)
            self.refresh()
            raise

    def copy_to(self, path: Path) -> None:
        """Write the snapshot to a new SQLite file; other processes may write to this one meanwhile."""
        with self._lock, damage(path), contextlib.closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)
            self._connection.check_unchanged()

    def setting(self, key: str, default: Any = None) -> Any:
        """The value of a setting, ``default`` if it is not stored.

        Raises:
            IndexDamagedError: if it is not of the kind that Sada writes, or is one that no index lacks.
        """
        if (settings := self._settings) is None:
            settings = dict(self.query("SELECT key, value FROM settings WHERE key = ?", (key,)))
        if key not in settings and key not in NEEDED:
            return default
        try:
            value = orjson.loads(settings[key]) if key in settings else None
        except ValueError:
            value = _NO_JSON
        if not fits_its_key(key, value):
            raise IndexDamagedError(f"{self.path}: setting {key}: not of the kind that Sada writes; {REBUILD}")
        return value

    def set_setting(self, key: str, value: Any) -> None:
        """Store a setting; inside :meth:`writing`."""
        self._connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, dump_json(value).decode()))

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT within the snapshot."""
        with self._lock, damage(self.path):
            try:
                return fetch(self._connection, self._connection.execute(sql, values))
            finally:
                self._connection.check_unchanged()

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self._lock, damage(self.path):
            try:
                return count_rows(self._connection, table)
            finally:
                self._connection.check_unchanged()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a SELECT, of which a thousand are in memory at a time."""
        with damage(self.path):
            found = pieces(self._connection, self._connection.execute(sql, values))
            while rows := self._fetched(found):
                yield from rows

    def _fetched(self, found: Iterator[list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
        try:
            return next(found, [])
        finally:
            self._connection.check_unchanged()

    def in_list(self, sql: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of ``sql``, whose ``{}`` is replaced by a list of values of any length."""
        for start in range(0, len(values), 500):
            part = values[start : start + 500]
            yield from self.query(sql.format(",".join("?" * len(part))), part)

    def stored_digest(self, table: str) -> str:
        """The digest of a table's rows that the last commit stored (32 hex digits)."""
        return f"{self._table_digest(table):032x}"

    def seal(self) -> str:
        """The digest of all settings (32 hex digits)."""
        row = self.query("SELECT value FROM settings WHERE key = ?", (SEAL,))
        return str(row[0][0]) if row else ""

    def check_settings(self) -> str:
        """The digest of all settings, as :meth:`seal`; IndexDamagedError if they are not those that were written."""
        return str(self._checked_settings()[SEAL])

    def _checked_settings(self) -> dict[str, Any]:
        with damage(self.path):
            settings = checked_settings(self._connection)
            if settings is None:
                raise IndexDamagedError(f"{self.path}: settings: rows are missing, added or changed; {REBUILD}")
            return settings

    def check_rows(self, table: str, digests: Iterable[bytes]) -> None:
        """Raise :class:`IndexDamagedError` unless the digests of all rows of a table add up to that of the table."""
        if digest_sum(digests) != self._table_digest(table):
            raise IndexDamagedError(f"{self.path}: {table}: rows are missing, added or changed; {REBUILD}")

    def _whole(self, table: str) -> list[tuple[Any, ...]]:
        """All rows of a table in the order of its key; each row and the completeness of the table are checked."""
        rows = self.query(f"SELECT {self._columns[table]}, digest FROM {table} ORDER BY 1")
        self.check_rows(table, [row[-1] for row in rows])
        checked = [self._checked(table, row) for row in rows]
        for row in checked if table in PLAIN else ():
            if not fits_its_table(table, row):
                raise self._misfit(table, row[0])
        return checked

    def _checked(self, table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """Check a row against its digest; returns the row without it."""
        *values, digest = row
        if row_digest(values) != digest:
            raise IndexDamagedError(
                f"{self.path}: {table} {values[0]}: its values are not those that were written; {REBUILD}"
            )
        return tuple(values)

    def _misfit(self, table: str, name: object) -> IndexDamagedError:
        return IndexDamagedError(f"{self.path}: {table} {name!r}: values are not of their kind; {REBUILD}")

    def _table_digest(self, table: str) -> int:
        return int(self.setting(f"digest:{table}", "0"), 16)

    def last_number(self, table: str) -> int:
        """The highest number that a row of an autoincremented table ever got; 0 if there was none."""
        found = self.query("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        number = found[0][0] if found else 0
        if not is_number(number):
            raise self._misfit("sqlite_sequence", table)
        return int(number)

    def _next_number(self, table: str) -> int:
        return self.last_number(table) + 1

    def _insert(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert rows, each the values of the columns that the digest covers."""
        columns, shift = self._columns[table], 0
        if table != "files":
            columns += ", digest"

        def digested() -> Iterator[tuple[Any, ...]]:
            nonlocal shift
            for row in rows:
                digest = row_digest(row)
                shift += int.from_bytes(digest, "big")
                yield row if table == "files" else (*row, digest)

        values = ",".join("?" * len(columns.split(",")))
        self._connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values})", digested())
        self._shift(table, shift)

    def _delete(self, table: str, where: str, rows: Sequence[tuple[tuple[Any, ...], bytes]]) -> None:
        """Delete rows, each given as the values of ``where`` and the row's digest."""
        self._connection.executemany(f"DELETE FROM {table} WHERE {where}", [values for values, _ in rows])
        self._shift(table, -sum(self._as_number(table, digest) for _, digest in rows))

    def _as_number(self, table: str, digest: object) -> int:
        if not isinstance(digest, bytes):
            raise self._misfit(table, digest)
        return int.from_bytes(digest, "big")

    def _shift(self, table: str, by: int) -> None:
        self._shifts[table] = self._shifts.get(table, 0) + by

    def _store_digests(self) -> None:
        """Update the digest of each table by the rows that were inserted and deleted."""
        for table, shift in self._shifts.items():
            self.set_setting(f"digest:{table}", f"{shifted(self._table_digest(table), shift):032x}")
        self.commits.count()
        seal_settings(self._connection)


def connect(path: Path, opened: Callable[[Path], Connection] = open_database) -> Connection:
    """Open a connection whose commits are durable; the caller begins and ends transactions.

    Args:
        path: the SQLite file.
        opened: how: :func:`~sada.indexes.disk.connections.open_database`, for reading, or
            :func:`~sada.indexes.disk.connections.open_for_writing`.
    """
    connection = opened(path)
    connection.executescript(_DISTRUST)
    if connection.writes:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what was removed is overwritten, not only forgotten
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
    return connection
