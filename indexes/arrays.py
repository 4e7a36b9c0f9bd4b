"""Immutable array files: written whole or not at all, and never read without a look at their checksum."""

from __future__ import annotations

import contextlib
import io
import mmap
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
    if array.dtype.hasobject:
        raise ValueError(f"{kind}: an array of objects cannot be stored")
    name = f"{kind}-{secrets.token_hex(8)}.npy"
    header = io.BytesIO()
    array = np.ascontiguousarray(array)
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    digest, pieces = xxhash.xxh3_128(), (header.getbuffer(), memoryview(array.reshape(-1)).cast("B"))
    for piece in pieces:
        digest.update(piece)
    write_file(folder / name, *pieces)
    return ArrayFile(name, sum(map(len, pieces)), digest.hexdigest())


def write_file(path: Path, *pieces: bytes | memoryview) -> None:
    """Write a whole file durably: temporary name, fsync, rename, fsync of the folder."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.writelines(pieces)
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


_HEADER_LIMIT = 4096


class ArrayStore:
    """The arrays of one snapshot, mapped at once so that they outlive their files, each checked when first used.

    Attributes:
        files: the entries of each segment, by kind.
        missing: True if a file was not there: taken away by damage, or by a writer that merged it meanwhile.
    """

    def __init__(self, folder: Path, files: dict[int, dict[str, ArrayFile]]) -> None:
        self.files = files
        self._folder = folder
        self._checked: dict[tuple[int, str], np.ndarray] = {}
        self._mapped = {
            (segment, kind): _map(folder / entry.name)
            for segment, kinds in files.items()
            for kind, entry in kinds.items()
        }
        self.missing = None in self._mapped.values()

    def array(self, segment: int, kind: str) -> np.ndarray:
        """One stored array.

        Raises:
            IndexDamaged: if no commit names it, or its bytes are not what was written.
        """
        key = (segment, kind)
        if key not in self._checked:
            if key not in self._mapped:
                raise IndexDamaged(
                    f"{self._folder}: no {kind} for segment {segment}; find what is wrong with: sada verify"
                )
            entry = self.files[segment][kind]
            self._checked[key] = _checked(self._mapped[key], self._folder / entry.name, entry)
        return self._checked[key]


def read_array(folder: Path, entry: ArrayFile) -> np.ndarray:
    """One stored array, memory-mapped and read-only.

    Raises:
        IndexDamaged: if the file is absent, shorter or longer, or holds other bytes than were written.
    """
    path = folder / entry.name
    return _checked(_map(path), path, entry)


def _map(path: Path) -> mmap.mmap | bytes | None:
    """The bytes of a file, mapped; None if there is none."""
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
    except OSError:
        return None


def _checked(data: mmap.mmap | bytes | None, path: Path, entry: ArrayFile) -> np.ndarray:
    complaint = f"{path}: missing" if data is None else _complaint(path, len(data), xxhash.xxh3_128(data), entry)
    if complaint or data is None:
        raise IndexDamaged(f"{complaint}; rebuild the index from its sources, or restore it from a copy")
    header = io.BytesIO(data[:_HEADER_LIMIT])
    np.lib.format.read_magic(header)
    shape, _, dtype = np.lib.format.read_array_header_1_0(header)
    return np.frombuffer(data, dtype, int(np.prod(shape)), header.tell()).reshape(shape)


def check_file(path: Path, entry: ArrayFile) -> str | None:
    """What is wrong with a stored file in one phrase, or None."""
    if not path.exists():
        return f"{path}: missing"
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return _complaint(path, path.stat().st_size, digest, entry)


def _complaint(path: Path, size: int, digest: xxhash.xxh3_128, entry: ArrayFile) -> str | None:
    if size != entry.bytes:
        return f"{path}: {size} bytes where {entry.bytes} were written"
    return None if digest.hexdigest() == entry.checksum else f"{path}: its bytes are not those that were written"
