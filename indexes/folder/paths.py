"""The names of files and folders in the directory of an index."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

CATALOG = "catalog.sqlite"
HEAD = "catalog.head"  # the note of the last commit
ARRAYS = "arrays"
FAISS = "faiss"
CHECKPOINTS = "encoding"
WRITER_LOCK = "writer.lock"
LOCK_JOURNAL = f"{WRITER_LOCK}-journal"  # SQLite's, there while the lock is held

_TEMPORARY = r"(?:(?:\.[0-9a-f]{8})?\.tmp)?"  # what a file is called until it is whole
ARRAY_FILE = re.compile(rf"[a-z]+-[0-9a-f]{{16}}\.npy{_TEMPORARY}")
FAISS_FILE = re.compile(rf"[a-z]+-[0-9a-f]{{16}}\.(?:faiss|[0-9a-f]{{16}}){_TEMPORARY}")
CHECKPOINT = re.compile(r"[0-9a-f]{32}")
CHECKPOINT_FILE = re.compile(rf"(?:stamp\.json|chunk-[0-9a-f]{{16}}\.npy|[0-9a-f]{{32}}\.npy){_TEMPORARY}")

_MOST_OF_NAME = 200  # bytes; file systems take 255 for a name with all that is added to it
_PASSING = ("-wal", "-shm", WRITER_LOCK)  # empty, or of no use, once the index is closed


def hidden_beside(path: Path, ending: str) -> Path:
    """A hidden name beside a path that nobody can guess, for what gets the name of the path when it is whole."""
    name = os.fsencode(path.name)[:_MOST_OF_NAME].decode(errors="ignore")
    return path.with_name(f".{name}.{secrets.token_hex(4)}.{ending}")


def bytes_of(path: Path) -> int:
    """How many bytes the lasting files of an index have."""
    total = 0
    for file in (file for file in path.rglob("*") if not file.name.endswith(_PASSING)):
        with contextlib.suppress(FileNotFoundError):  # a writer's temporary file may go meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total
