"""Making what was written lasting: bytes of files, and names in folders."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

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
