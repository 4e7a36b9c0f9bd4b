"""The lock of the one writer."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sada.indexes.disk.faults import damage
from sada.indexes.folder.entries import check_lock
from sada.indexes.folder.paths import WRITER_LOCK


@contextlib.contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the writer lock of an index. The system releases it when the process ends, also if it is killed.

    Raises:
        IndexBusyError: at once, if another process holds the lock.
        IndexReadOnlyError: if the folder cannot be written.
        UntrustedIndexError: if the lock is a link, or anything but a lock.
        NoRoomError, NotAnIndexError: if there is no room for it, or the folder is gone.
    """
    check_lock(folder)
    path = folder / WRITER_LOCK
    with damage(path):
        lock = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    with contextlib.closing(lock):
        with damage(path):
            lock.execute("BEGIN EXCLUSIVE")
        yield  # outside damage(): errors of the caller's own databases are not about this file
