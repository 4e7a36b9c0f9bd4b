"""Where in the directory of an index what lies."""

from __future__ import annotations

import contextlib
from pathlib import Path

CHECKPOINTS = "encoding"

ARRAYS = "arrays"
FAISS = "faiss"

_OF_THIS_OPENING = ("-wal", "-shm", "writer.lock")


def bytes_of(path: Path) -> int:
    """How many bytes the lasting files of an index have."""
    total = 0
    for file in (file for file in path.rglob("*") if not file.name.endswith(_OF_THIS_OPENING)):
        with contextlib.suppress(FileNotFoundError):  # a writer's temporary file may go meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total
