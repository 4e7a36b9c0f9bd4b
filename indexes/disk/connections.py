"""How an SQLite file in WAL mode is opened: for writing, for reading beside a writer, or as the file stands.

Who may only read can follow a writer as long as SQLite's own files, the log and its index (``-wal``, ``-shm``), are
there: SQLite then takes the same locks as for everybody (https://www.sqlite.org/wal.html, "Read-Only Databases").
SQLite deletes both when the last connection closes, so a connection of this module leaves them, the log empty.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from sada.indexes.disk.faults import code_of, moved
from sada.indexes.errors import IndexBusyError

_Signature = tuple[int, int, int]
BUSY_SECONDS = 5.0  # how long what another connection prevents is waited for
_OF_THE_MACHINE = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
)


class Connection(sqlite3.Connection):
    """A connection without implied transactions, made by :func:`open_database` or :func:`open_for_writing`.

    Attributes:
        path: of the file; None until it was opened.
        writes: True if it can write.
        process: the id of the process that opened it. In one that is forked from it, SQLite takes the locks of that
            process for its own.
        place: device and inode of the file.
        signature: inode, size and time of the file as it was opened without its log; None where SQLite's locks keep
            what is read as it was.
    """

    path: Path | None = None
    writes = False
    process = 0
    place: tuple[int, int] | None = None
    signature: _Signature | None = None

    def close(self) -> None:
        """Close it; the log and its index stay, and all commits are moved out of the log if nobody reads them."""
        path, self.path = self.path, None
        if path is None or self.process != os.getpid():  # a copy in a forked process keeps nothing
            super().close()
            return
        self._leave_transaction()
        shorten_log(self, path, 0)
        if not self.writes:  # then SQLite deletes nothing
            super().close()
            return
        with contextlib.ExitStack() as held:
            with contextlib.suppress(sqlite3.Error):  # another connection keeps SQLite from deleting them
                other = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
                held.callback(other.close)
                other.execute("PRAGMA schema_version").fetchone()
            super().close()

    def release(self) -> None:
        """Close one that only reads, and leave the log as it is."""
        self.path = None
        super().close()

    def __del__(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self.close()

    def check_place(self) -> None:
        """Raise :class:`NotAnIndexError` if the file was moved, deleted or replaced since it was opened.

        SQLite would go on with the former file, beside the array files of whatever is there now.
        """
        if self.path and _place(self.path) != self.place:
            raise moved(self.path)

    def check_unchanged(self) -> None:
        """Raise :class:`IndexBusyError` if the file changed since it was opened without its log."""
        if self.signature and self.path and _signature(self.path) != self.signature:
            raise IndexBusyError(
                f"{self.path.parent}: another process changed it while it was read; refresh it, or open it again"
            )

    def is_outdated(self) -> bool:
        """True if it was opened before a fork, or without a log and now there is one or the file changed."""
        if self.process != os.getpid():
            return True
        if not self.signature or not self.path:
            return False
        return log_of(self.path).exists() or _signature(self.path) != self.signature

    def _leave_transaction(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self.in_transaction:
                self.execute("ROLLBACK")


def open_database(path: Path) -> Connection:
    """Open a file for reading beside its log; as it stands, if there is no log and none can be made.

    A disk that is full does not keep from reading: SQLite then holds its index of the log in memory.

    Raises:
        sqlite3.Error: if it cannot be read.
    """
    uri = path.absolute().as_uri()
    if _may_write(path):
        try:
            return _connect(f"{uri}?mode=ro", path, uri=True)
        except sqlite3.OperationalError as error:
            if code_of(error) & 0xFF not in _OF_THE_MACHINE:
                raise
    try:
        return _connect(f"{uri}?mode=ro&readonly_shm=1", path, uri=True)
    except sqlite3.OperationalError:
        if log_bytes(path):
            raise
    signature = _signature(path)
    connection = _connect(f"{uri}?immutable=1", path, uri=True)
    connection.signature = signature
    return connection


def open_for_writing(path: Path) -> Connection:
    """Open a file for writing; it is made if it is not there.

    Raises:
        sqlite3.Error: if it cannot be.
    """
    connection = _connect(str(path), path, uri=False)
    connection.writes = True
    return connection


def shorten_log(connection: Connection, path: Path, most: int) -> None:
    """Move commits from a log of more than ``most`` bytes into the file, and empty the log, as far as readers let it.

    Outside of transactions. Nothing is waited for. For a connection that only reads, another does it.
    """
    if log_bytes(path) <= most:
        return
    with contextlib.suppress(sqlite3.Error):  # the commits stay in the log, where they are safe
        if not connection.writes:
            if _may_write(path) and _is_alone(path, connection.place):
                open_for_writing(path).close()  # which empties the log
            return
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(BUSY_SECONDS * 1000)}")


def log_of(path: Path) -> Path:
    """The log of a file."""
    return path.with_name(f"{path.name}-wal")


def log_bytes(path: Path) -> int:
    """The size of the log of a file; 0 if there is none."""
    try:
        return os.stat(f"{path}-wal").st_size  # faster than a path, and asked for at each opening and closing
    except OSError:
        return 0


def _connect(name: str, path: Path, *, uri: bool) -> Connection:
    connection = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri,
                                 factory=Connection)  # fmt: skip
    try:
        connection.execute("PRAGMA schema_version").fetchone()  # only now SQLite opens its files
    except BaseException:
        connection.close()
        raise
    connection.path, connection.process, connection.place = path, os.getpid(), _place(path)
    return connection


def _may_write(path: Path) -> bool:
    return os.access(path.parent, os.W_OK) and os.access(path, os.W_OK)


def _is_alone(path: Path, place: tuple[int, int] | None) -> bool:
    """Whether the file is the one at ``place``, and has no second name under which it would change, too."""
    return _place(path) == place is not None and path.stat().st_nlink == 1


def _place(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _signature(path: Path) -> _Signature:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
