"""Immutable array files: written whole or not at all, and never read without a look at their checksum."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash

from sada.indexes.errors import IndexDamaged

_CHUNK = 1 << 22


class ArrayFile(NamedTuple):
    """One stored array: its file name, length in bytes and XXH3-128 checksum (hex)."""

    name: str
    bytes: int
    checksum: str


def write_array(folder: Path, kind: str, array: np.ndarray) -> ArrayFile:
    """Store ``array`` in ``folder`` under a name never used before; durable when this returns.

    The format is NumPy's .npy (version 1), which any NumPy reads and which can be memory-mapped.
    """
    name = f"{kind}-{secrets.token_hex(8)}.npy"
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    data = buffer.getbuffer()
    write_file(folder / name, data)
    return ArrayFile(name, len(data), xxhash.xxh3_128_hexdigest(data))


def write_file(path: Path, data: bytes | memoryview) -> None:
    """Write a whole file durably: temporary name, fsync, rename, fsync of the folder."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` durable (where the system can open folders)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_array(folder: Path, entry: ArrayFile) -> np.ndarray:
    """The stored array, memory-mapped, after its length and checksum were found right.

    Raises:
        IndexDamaged: if the file is absent, shorter or longer, or holds other bytes than were written.
    """
    path = folder / entry.name
    complaint = check_file(path, entry)
    if complaint:
        raise IndexDamaged(f"{complaint}; rebuild the index from its sources, or restore it from a copy")
    if entry.bytes <= _EMPTY_LIMIT:  # an array without elements cannot be mapped
        return np.load(path, allow_pickle=False)
    return np.load(path, mmap_mode="r", allow_pickle=False)


_EMPTY_LIMIT = 128


def check_file(path: Path, entry: ArrayFile) -> str | None:
    """What is wrong with a stored file in one phrase, or None."""
    if not path.exists():
        return f"{path}: missing"
    size = path.stat().st_size
    if size != entry.bytes:
        return f"{path}: {size} bytes where {entry.bytes} were written"
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return None if digest.hexdigest() == entry.checksum else f"{path}: its bytes are not those that were written"
