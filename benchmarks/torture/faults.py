"""The faults of ``faults.c``: it is compiled once a run and preloaded, so that SQLite's own calls meet it too."""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

_SOURCE = Path(__file__).with_name("faults.c")
_LIBRARY = "SADA_FAULTS"
_HEAD = struct.Struct("<cQqIIQ")


class Fault(IntEnum):
    """What happens at a change: the order is that of ``faults.c``."""

    NONE = 0
    KILL = 1
    TEAR = 2
    FULL_ONCE = 3
    FULL = 4
    BROKEN_ONCE = 5
    BROKEN = 6

    @property
    def kills(self) -> bool:
        """Whether the process dies of it."""
        return self in (Fault.KILL, Fault.TEAR)


class Change(NamedTuple):
    """One change of a journal.

    Attributes:
        what: ``w`` write, ``t`` set the length, ``s`` sync, ``c`` make a file, ``d`` make a folder, ``r`` rename,
            ``u`` unlink, ``m`` a mark.
        inode: of the file or folder; 0 where there is none.
        offset: of a write, and the length that ``t`` sets.
        path, other: absolute; empty where the inode says all.
        data: what was written.
    """

    what: str
    inode: int
    offset: int
    path: str
    other: str
    data: bytes


def preload() -> bool:
    """Begin this process anew with the library preloaded; False if it cannot be compiled here."""
    if _LIBRARY in os.environ:
        return True
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return False
    library = Path(tempfile.mkdtemp(prefix="sada-faults-")) / "faults.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, _SOURCE, "-ldl"], check=True)
    os.environ[_LIBRARY] = os.environ["LD_PRELOAD"] = str(library)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def drop_library() -> None:
    """Delete the compiled library, which the running process keeps mapped, and preload it into no other process."""
    library = os.environ.pop("LD_PRELOAD", "")
    if library == os.environ.get(_LIBRARY):
        shutil.rmtree(Path(library).parent, ignore_errors=True)


def watch(folder: Path, fault: Fault = Fault.NONE, at: int = 0, journal: int = -1) -> None:
    """Count all changes below a folder from now on; the ``at``-th, the first being 1, meets the fault.

    Args:
        folder: absolute.
        fault: what happens.
        at: at which change, and after it, too, where the fault lasts.
        journal: an open file that every change is written to; -1 for none.
    """
    _loaded().faults_watch(bytes(folder), ctypes.c_long(at), int(fault), journal)


def rest() -> int:
    """Watch no longer; returns how many changes there were."""
    library = _loaded()
    library.faults_rest()
    return int(library.faults_seen())


def mark() -> None:
    """Put a mark into the journal."""
    _loaded().faults_mark()


def changes(journal: bytes) -> Iterator[Change]:
    """Read a journal."""
    at = 0
    while at < len(journal):
        what, inode, offset, one, two, size = _HEAD.unpack_from(journal, at)
        path = at + _HEAD.size
        other, data = path + one, path + one + two
        at = data + size
        yield Change(
            what.decode(), inode, offset, os.fsdecode(journal[path:other]), os.fsdecode(journal[other:data]),
            journal[data:at],
        )  # fmt: skip


def _loaded() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    library.faults_seen.restype = ctypes.c_long
    return library
