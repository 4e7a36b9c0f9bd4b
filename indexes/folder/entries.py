"""What stands in the folder of an index: files and folders of its own, and nothing that leads elsewhere.

An index may come from a stranger. A link in it would have Sada read, overwrite or delete the files of whoever opens it,
and a pipe would have it wait for ever. The folder of the index itself may be a link: its user made that.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from sada.indexes.errors import UntrustedIndexError
from sada.indexes.folder.paths import ARRAYS, CATALOG, CHECKPOINTS, FAISS, HEAD, LOCK_JOURNAL, WRITER_LOCK

_LOG, _LOG_INDEX, _JOURNAL = (f"{CATALOG}-{name}" for name in ("wal", "shm", "journal"))
_FOLDERS = frozenset((ARRAYS, FAISS, CHECKPOINTS))
_IN_PLACE = frozenset((_LOG, _LOG_INDEX))  # SQLite writes these in place, also when it reads
_FILES = _IN_PLACE | {CATALOG, HEAD}
_WAL_VERSIONS = b"\2\2"  # of the writer and of the reader, in the header of the file
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def check_folder(folder: Path) -> None:
    """Refuse an index of which a file or folder is a link, or is no file or folder at all.

    Raises:
        UntrustedIndexError: naming the path.
    """
    with os.scandir(folder) as entries:  # which says what each is without another call to the system
        for entry in entries:
            if entry.name in _FOLDERS and not entry.is_dir(follow_symlinks=False):
                refuse_link(Path(entry), is_folder=True)
            elif entry.name in _FILES and not entry.is_file(follow_symlinks=False):
                refuse_link(Path(entry))
            elif entry.name in _IN_PLACE and entry.stat(follow_symlinks=False).st_nlink > 1:
                raise _has_second_name(entry.path)
            elif entry.name == _JOURNAL:  # SQLite would undo what it says, and delete a file that it names
                raise UntrustedIndexError(f"{entry.path}: no file of a Sada index; remove it if you trust the index")


def check_lock(folder: Path) -> None:
    """Refuse to write where the lock, the catalog or its note is also something else. All are written in place.

    Raises:
        UntrustedIndexError: naming the path.
    """
    lock, old_log = folder / WRITER_LOCK, folder / f"{WRITER_LOCK}-wal"  # which SQLite would delete
    for path in (lock, old_log, folder / LOCK_JOURNAL, folder / HEAD):
        refuse_link(path)
    if _has_bytes(lock):  # SQLite would read it
        raise UntrustedIndexError(f"{lock}: not a lock of Sada, which is empty; remove it, and try again")
    for path in (folder / CATALOG, folder / HEAD):
        with contextlib.suppress(FileNotFoundError):
            if path.lstat().st_nlink > 1:
                raise _has_second_name(path)


def refuse_link(path: Path, *, is_folder: bool = False) -> None:
    """Refuse a path where a link is, or anything but a file (or folder); nothing may be there.

    Raises:
        UntrustedIndexError: naming the path.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise UntrustedIndexError(
            f"{path}: is a link, and none is followed within an index; put what it leads to in its place if it is yours"
        )
    if not (stat.S_ISDIR(mode) if is_folder else stat.S_ISREG(mode)):
        raise UntrustedIndexError(f"{path}: is no {'folder' if is_folder else 'regular file'}; remove it")


def open_file(path: Path) -> BinaryIO:
    """Open a regular file of an index for reading; links are not followed, and pipes not waited for.

    Raises:
        FileNotFoundError: if nothing is there.
        OSError: if it is no regular file, or cannot be read.
    """
    return os.fdopen(open_handle(path), "rb")


def open_handle(path: Path | str, flags: int = os.O_RDONLY) -> int:
    """Open a file as :func:`open_file` does, or as ``flags`` say; returns its descriptor, which the caller closes."""
    handle = os.open(path, flags | _SAFELY, 0o666)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "no regular file", str(path))
    except BaseException:
        os.close(handle)
        raise
    return handle


def in_wal_mode(catalog: Path) -> bool:
    """Whether a database is in SQLite's WAL mode, in which there is no journal that SQLite would undo at opening."""
    handle = open_handle(catalog)
    try:
        return os.read(handle, 20)[18:] == _WAL_VERSIONS
    finally:
        os.close(handle)


def _has_bytes(path: Path) -> bool:
    """Whether a file is there and has any bytes."""
    try:
        return path.lstat().st_size > 0
    except FileNotFoundError:
        return False


def _has_second_name(path: Path | str) -> UntrustedIndexError:
    """The error about a file that is written in place and has another name."""
    return UntrustedIndexError(
        f"{path}: has a second name (a hard link), under which it would change, too; copy the index with cp -r, and use"
        " the copy"
    )
