"""The names of files and folders in the directory of an index."""

from __future__ import annotations

import contextlib
from pathlib import Path

CATALOG = "catalog.sqlite"
ARRAYS = "arrays"
FAISS = "faiss"
CHECKPOINTS = "encoding"
WRITER_LOCK = "writer.lock"

_PASSING = ("-wal", "-shm", WRITER_LOCK)  # files that are there only while the index is open


def bytes_of(path: Path) -> int:
    """How many bytes the lasting files of an index have."""
    total = 0
    for file in (file for file in path.rglob("*") if not file.name.endswith(_PASSING)):
        with contextlib.suppress(FileNotFoundError):  # a writer's temporary file may go meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total
