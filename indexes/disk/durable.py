"""Making what was written lasting: bytes of files, and names in folders."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from sada.indexes.disk.faults import disk_faults

sync_file = getattr(os, "fdatasync", os.fsync)
"""Make the bytes of an open descriptor durable."""


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` durable, where the system can open folders."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_file(path: Path, pieces: Iterable[bytes | memoryview]) -> int:
    """Write a file durably: temporary name, fsync, rename, fsync of the folder. Returns its length in bytes.

    Raises:
        NoRoomError, IndexReadOnlyError, SadaError: if it cannot be written; what was written of it is deleted.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with disk_faults(path), temporary.open("xb") as file:  # "x": never through a link that is there
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
            length = file.tell()
    except Exception:
        temporary.unlink(missing_ok=True)  # it would take up room that is wanted
        raise
    with disk_faults(path):
        temporary.replace(path)
    sync_folder(path.parent)
    return length
