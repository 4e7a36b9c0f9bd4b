"""What errors of SQLite and of the system mean, told by their codes: the cause, the path, and what mends it.

SQLite gives a code of its own and hides that of the system (https://www.sqlite.org/rescode.html). So where several
causes share one, the folder is tried after the fact: can files be opened there, is there room?
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sada.indexes.errors import (
    CallerError,
    IndexBusyError,
    IndexDamagedError,
    IndexReadOnlyError,
    NoRoomError,
    NotAnIndexError,
    SadaError,
)

REBUILD = "restore the index from a copy, or rebuild it from its sources"
_AGAIN = "then try again; what was committed is safe"
_CAUSES: dict[int, tuple[type[SadaError], str]] = {
    errno.ENOSPC: (NoRoomError, f"no space left on its disk; make room, {_AGAIN}"),
    errno.EDQUOT: (NoRoomError, f"the disk quota is used up; make room, {_AGAIN}"),
    errno.EFBIG: (NoRoomError, f"larger than this process may write; raise the limit (ulimit -f), {_AGAIN}"),
    errno.EMFILE: (NoRoomError, f"this process has too many files open; raise the limit (ulimit -n), {_AGAIN}"),
    errno.ENFILE: (NoRoomError, f"the system has too many files open; end other programs, {_AGAIN}"),
    errno.ENOMEM: (
        NoRoomError,
        f"not enough memory; raise the limit (ulimit -v) or read less at a time (see --row-limit), {_AGAIN}",
    ),
    errno.EACCES: (IndexReadOnlyError, "this user may not read or write it; mend its permissions"),
    errno.EPERM: (IndexReadOnlyError, "this user may not read or write it; mend its permissions"),
    errno.EROFS: (IndexReadOnlyError, "it is on a file system that is mounted for reading only; mount it for writing"),
    errno.EIO: (SadaError, "the disk fails to read or write; check it, and then the index with: sada verify"),
}
_OF_DAMAGE = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_ERROR,  # a table or a column is missing
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_TOOBIG,
}
_OF_A_CUT_FILE = {sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
_DENIED = {
    sqlite3.SQLITE_READONLY: "written",
    sqlite3.SQLITE_PERM: "written",
    sqlite3.SQLITE_AUTH: "written",
    sqlite3.SQLITE_CANTOPEN: "read or written",
}
_TRIED_BYTES = 1 << 16
_TRIED_DESCRIPTORS = 8  # SQLite needs some at a time, and has given them back when its error is seen


@contextlib.contextmanager
def damage(path: Path) -> Iterator[None]:
    """Turn errors of SQLite about the file ``path`` in the block into Sada's.

    Raises:
        IndexBusyError: if another process, or another thread of this one, holds a lock.
        NoRoomError: if the disk, the memory or the table of open files is full.
        IndexReadOnlyError: if this user may not do it.
        IndexDamagedError: if the file is not what was written; no other error advises to restore or rebuild.
        NotAnIndexError: if the file was moved or deleted while it was open.
        SadaError: if the disk fails.
    """
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError, MemoryError) as error:
        raise _of_sqlite(path, error) from error


@contextlib.contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Turn errors of the system in the block into Sada's, which name their own path, or else ``path``."""
    try:
        yield
    except OSError as error:
        raise fault(Path(os.fsdecode(error.filename)) if error.filename else path, error) from error


def fault(path: Path | None, error: OSError | MemoryError) -> SadaError:
    """The error of Sada for one of the system; ``path`` is what it is about, None if that is unknown."""
    code = errno.ENOMEM if isinstance(error, MemoryError) else error.errno
    about = f"{path}: " if path else ""
    if not path and code != errno.ENOMEM:  # of a library that writes files of its own
        about = f"a file, perhaps in {tempfile.gettempdir()}: "
    if path and code in (errno.ENOENT, errno.ESTALE) and not path.parent.is_dir():
        return moved(path)
    kind, cause = _CAUSES.get(code or 0, (SadaError, str(getattr(error, "strerror", None) or error)))
    return kind(about + cause)


def moved(path: Path) -> NotAnIndexError:
    """The error about a file of an index that is not where it was when it was opened."""
    return NotAnIndexError(f"{path.parent}: was moved or deleted while it was open; open it where it is now")


def closed(folder: Path) -> CallerError:
    """The error about an index that is used after it was closed."""
    return CallerError(f"{folder}: the index was closed; open it again")


def is_full(error: OSError | MemoryError) -> bool:
    """True if the error says that something is used up: disk, quota, file size, open files, memory."""
    return isinstance(fault(None, error), NoRoomError)


def code_of(error: BaseException) -> int:
    """The extended result code of an error of SQLite; 0 if it has none."""
    return int(getattr(error, "sqlite_errorcode", None) or 0)


def _of_sqlite(path: Path, error: Exception) -> SadaError:
    if isinstance(error, MemoryError):
        return fault(path, error)
    if isinstance(error, UnicodeDecodeError):  # of a message that quotes broken text
        return IndexDamagedError(f"{path}: {error}; {REBUILD}")
    if isinstance(error, sqlite3.ProgrammingError) and not code_of(error):
        return closed(path.parent)
    return _of_code(path, error, code_of(error))


def _of_code(path: Path, error: Exception, code: int) -> SadaError:
    primary = code & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL):
        return IndexBusyError(f"{path.parent}: another process is writing to it; try again when it is done")
    if primary == sqlite3.SQLITE_LOCKED:
        return IndexBusyError(f"{path.parent}: this process is reading it; end that, and try again")
    if primary in _OF_DAMAGE or code in _OF_A_CUT_FILE:
        return IndexDamagedError(f"{path}: {error}; {REBUILD}")
    if code == sqlite3.SQLITE_READONLY_DBMOVED or not path.parent.is_dir():
        return moved(path)
    cause = _cause(path, primary)
    if cause and cause not in (errno.EACCES, errno.EPERM):
        return fault(path.parent, OSError(cause, os.strerror(cause)))
    if primary in _DENIED:
        return IndexReadOnlyError(f"{path.parent}: cannot be {_DENIED[primary]} by this user; mend its permissions")
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return SadaError(f"{path}: {error} ({name}); check the disk, and then the index with: sada verify")


def _cause(path: Path, primary: int) -> int | None:
    """The code of the system behind one of SQLite, as far as it can be found out after the fact."""
    if primary == sqlite3.SQLITE_NOMEM:
        return errno.ENOMEM
    if _is_cut_off(path):
        return errno.EFBIG
    if primary == sqlite3.SQLITE_FULL:
        return _tried(path) or errno.ENOSPC
    return _tried(path)


def _tried(path: Path) -> int | None:
    """The code of the system that reading the file, or writing beside it, fails with; None if neither fails."""
    opened: list[int] = []
    try:
        for _ in range(_TRIED_DESCRIPTORS):
            opened.append(os.open(path if path.exists() else path.parent, os.O_RDONLY))
        with tempfile.TemporaryFile(dir=path.parent) as file:
            file.write(bytes(_TRIED_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return None


def _is_cut_off(path: Path) -> bool:
    """True if the file or its log is as large as this process may make a file."""
    try:
        import resource
    except ImportError:  # no such limit on this system
        return False
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit == resource.RLIM_INFINITY:
        return False
    files = [file for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")) if file.exists()]
    return any(file.stat().st_size + _TRIED_BYTES > limit for file in files)
