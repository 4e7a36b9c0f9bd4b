"""The lock of the one writer, and the translation of SQLite's errors."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sada.indexes.errors import CallerError, IndexBusyError, IndexDamagedError, IndexReadOnlyError
from sada.indexes.folder.entries import check_lock
from sada.indexes.folder.paths import WRITER_LOCK


@contextlib.contextmanager
def damage(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about a damaged, locked, read-only or closed file into Sada's errors."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter from a message that quotes broken text
        if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
            raise CallerError(f"{path.parent}: the index was closed; open it again") from error
        if "locked" in str(error):
            raise IndexBusyError(
                f"{path.parent}: another process is writing to it; try again when it is done"
            ) from error
        if "readonly" in str(error) or "unable to open" in str(error):
            raise IndexReadOnlyError(f"{path.parent}: cannot be written by this user; mend its permissions") from error
        raise IndexDamagedError(f"{path}: {error}; restore the index from a copy, or rebuild it") from error


@contextlib.contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the writer lock of an index. The system releases it when the process ends, also if it is killed.

    Raises:
        IndexBusyError: at once, if another process holds the lock.
        IndexReadOnlyError: if the folder cannot be written.
        UntrustedIndexError: if the lock is a link, or anything but a lock.
    """
    check_lock(folder)
    path = folder / WRITER_LOCK
    with damage(path):
        lock = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    with contextlib.closing(lock):
        with damage(path):
            lock.execute("BEGIN EXCLUSIVE")
        yield  # outside damage(): errors of the caller's own databases are not about this file
