"""The folders in which machine code of kernels may be kept.

To load machine code is to run it. So it is read only from folders that are as safe as the source itself: the one beside
the source, the one that the user names, and folders that nobody but this user can read or write.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from numba.core import config
from numba.misc.appdirs import user_cache_dir


class Folder(NamedTuple):
    """A folder for the machine code of some kernels.

    Attributes:
        path: the folder.
        private: the folder above it that must be this user's alone; None if that does not matter.
    """

    path: Path
    private: Path | None = None

    def is_safe(self) -> bool:
        """Whether what is in the folder may be loaded."""
        return self.private is None or is_private(self.private)

    def make(self) -> None:
        """Make the folder.

        Raises:
            OSError: if it cannot be made or is not safe.
        """
        if self.private is not None:
            self.private.parent.mkdir(parents=True, exist_ok=True)
            self.private.mkdir(mode=0o700, exist_ok=True)
            if not is_private(self.private):
                raise PermissionError(f"{self.private}: belongs to others, or can be used by them")
        self.path.mkdir(parents=True, exist_ok=True)


def folders(source: Path) -> Iterator[Folder]:
    """The folders for the kernels of a source file: the first that holds one serves it, the first writable keeps it.

    These are, in this order: under ``NUMBA_CACHE_DIR``, beside the source, the user's cache folder, and one under the
    temporary folder of the system. The last two are private.
    """
    own = hashlib.sha256(os.fspath(source.parent).encode()).hexdigest()[:16]
    if config.CACHE_DIR:
        yield Folder(Path(config.CACHE_DIR, own))
    yield Folder(source.parent / "__pycache__")
    for private in _private_folders():
        yield Folder(private / own, private)


def _private_folders() -> Iterator[Path]:
    cache = Path(user_cache_dir("sada", appauthor=False))
    if cache.is_absolute():  # it is not where the user has no home
        yield cache
    if os.name == "posix":
        yield Path(os.environ.get("TMPDIR") or "/tmp", f"sada-{os.geteuid()}")


def is_private(path: Path) -> bool:
    """Whether a path is a folder, no link, that only this user can read, write or replace."""
    if os.name != "posix":
        return path.is_dir()  # the user's cache folder, which the system protects
    try:
        own, above = path.lstat(), path.parent.stat()
    except OSError:
        return False
    mine = stat.S_ISDIR(own.st_mode) and own.st_uid == os.geteuid() and not own.st_mode & 0o077
    return mine and (not above.st_mode & stat.S_IWOTH or _lets_nobody_rename(above))


def _lets_nobody_rename(folder: os.stat_result) -> bool:
    """Whether in a folder that all may write nobody else can put another in the place of this user's folder."""
    return bool(folder.st_mode & stat.S_ISVTX) and folder.st_uid in (0, os.geteuid())
