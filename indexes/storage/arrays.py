"""Immutable array files: each is written whole or not at all, and no byte is used before its block was checked.

A file is in NumPy's .npy format (version 1), which any NumPy reads and which can be memory-mapped, followed by the
XXH3-64 digests of its blocks of 16 KiB. The catalog stores the checksum of these digests. A query then checks only the
blocks that it reads, so that its cost does not grow with the index.
"""

from __future__ import annotations

import errno
import io
import math
import mmap
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash

from sada.indexes.disk.durable import write_file
from sada.indexes.disk.faults import REBUILD, fault, is_full
from sada.indexes.errors import IndexDamagedError
from sada.indexes.folder.entries import open_handle
from sada.indexes.storage.blocks import BLOCK

"""Bytes that are checked together."""
_DIGEST = 8
_CHECKED_AT_ONCE = 1024  # blocks
_ALIGNED = 64  # bytes: NumPy lets the elements begin at a multiple of that
_HEADER = re.compile(  # no more is read of a file than Sada itself writes, and no NumPy code looks at it
    rb"\x93NUMPY\x01\0..\{'descr': '([<>|](?:[ui][1248]|f[248]))', 'fortran_order': False,"
    rb" 'shape': \((\d{1,18}),(?: (\d{1,18}))?\), \} *\n",
    re.DOTALL,
)


class ArrayFile(NamedTuple):
    """The entry of an array file: its name, its length in bytes, and the XXH3-128 checksum (hex) of its digests."""

    name: str
    bytes: int
    checksum: str


def write_array(folder: Path, kind: str, array: np.ndarray) -> ArrayFile:
    """Write ``array`` to ``folder`` under a new name; the file is durable when this returns."""
    return write_parts(folder, kind, array.dtype, array.shape, [array])


def write_parts(
    folder: Path, kind: str, dtype: np.dtype, shape: tuple[int, ...], parts: Iterable[np.ndarray]
) -> ArrayFile:
    """Write an array part by part, so that it need not be in memory as a whole.

    Args:
        folder: where the file goes.
        kind: the beginning of its name.
        dtype: of all elements.
        shape: of the whole array.
        parts: its elements in C order, cut anywhere.
    """
    if dtype.hasobject:
        raise ValueError(f"{kind}: an array of objects cannot be stored")
    header = io.BytesIO()
    # Below its bytes are copied: views of a BytesIO are not safe in the garbage collection of Python 3.12.1.
    layout = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": tuple(map(int, shape))}
    np.lib.format.write_array_header_1_0(header, layout)
    pieces = (np.ascontiguousarray(part, dtype).reshape(-1).data.cast("B") for part in parts if part.size)
    name = f"{kind}-{secrets.token_hex(8)}.npy"
    digests = _Digests()
    length = write_file(folder / name, digests.after(chain([header.getvalue()], pieces)))
    return ArrayFile(name, length, digests.checksum)


class _Digests:
    """Computes the digests of the blocks of a stream."""

    checksum = ""

    def __init__(self) -> None:
        self._done: list[bytes] = []
        self._open = xxhash.xxh3_64()
        self._left = BLOCK

    def after(self, pieces: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
        """Yield the pieces, and then the digests of their blocks; after that ``checksum`` is set."""
        for piece in pieces:
            self._take(piece)
            yield piece
        if self._left < BLOCK:
            self._close()
        digests = b"".join(self._done)
        self.checksum = xxhash.xxh3_128_hexdigest(digests)
        yield digests

    def _take(self, piece: bytes | memoryview) -> None:
        start = min(self._left, len(piece))
        self._open.update(piece[:start])
        self._left -= start
        if not self._left:
            self._close()
            stop = len(piece) - (len(piece) - start) % BLOCK
            self._done += [xxhash.xxh3_64_digest(piece[at : at + BLOCK]) for at in range(start, stop, BLOCK)]
            self._open.update(piece[stop:])
            self._left -= len(piece) - stop

    def _close(self) -> None:
        self._done.append(self._open.digest())
        self._open, self._left = xxhash.xxh3_64(), BLOCK


class StoredArray:
    """One array file, mapped at construction; the map outlives the file.

    Each block is compared with its digest before it is first used.

    Raises:
        IndexDamagedError: from every method that reads elements, if the file is absent, has another length, or if the
            bytes that are read are not what was written.

    Attributes:
        missing: True if there was no such file.
    """

    def __init__(self, folder: Path, entry: ArrayFile) -> None:
        self._folder, self._entry = folder, entry
        mapped = _map(f"{folder}/{entry.name}")  # paths are slow to make, and an index has dozens of files
        self.missing = mapped is None
        self._map = mapped if isinstance(mapped, mmap.mmap) else None
        self._bytes = memoryview(mapped or b"")
        self._blocks = -(-entry.bytes // (BLOCK + _DIGEST))
        self._end = entry.bytes - self._blocks * _DIGEST  # of the blocks; their digests follow

    @property
    def _path(self) -> Path:
        return self._folder / self._entry.name

    def whole(self) -> np.ndarray:
        """The whole array, read-only."""
        self.require_uncut()
        self.check(np.flatnonzero(~self.checked))
        return self.mapped

    def at(self, rows: np.ndarray) -> np.ndarray:
        """Copy some rows (int64), in the order given."""
        self.check_spans(rows, rows + 1)
        return self.mapped[rows]

    def check_spans(self, starts: np.ndarray, stops: np.ndarray) -> None:
        """Check the rows ``starts[i]`` to ``stops[i]`` (int64) of :attr:`mapped`, for every i.

        Raises:
            IndexDamagedError: also if a span is not within the array or ends before it begins, so that what was read
                from a file may be given here, and be used after that.
        """
        from sada.indexes.storage.block_kernels import unchecked

        self.require_uncut()
        mapped, offset, width = self._layout
        missing = np.empty(_CHECKED_AT_ONCE, np.int64)
        while named := unchecked(starts, stops, len(mapped), width, offset, self.checked, missing):
            if named < 0:
                raise self.impossible(f"{len(mapped)} rows do not hold what other arrays look for in it")
            self.check(missing[:named])

    def require_uncut(self) -> None:
        """Check that the mapped file has its length still: to read what was cut off would end the process (SIGBUS).

        Raises:
            IndexDamagedError: if it has another length.
        """
        mapped = self._map
        if mapped is not None and mapped.size() != len(self._bytes):
            raise self._damaged(f"{self._path}: {mapped.size()} bytes now where {len(self._bytes)} were written")

    def impossible(self, complaint: str) -> IndexDamagedError:
        """The error for an array whose contents cannot be right, whatever its checksums say."""
        return self._damaged(f"{self._path}: {complaint}")

    def check(self, blocks: np.ndarray) -> None:
        """Check blocks (int64) of the file, unless they were checked before."""
        for block in set(blocks[~self.checked[blocks]].tolist()):
            if not self._is_whole(block):
                raise self._damaged(self._changed)
            self.checked[block] = True

    def complaint(self) -> str | None:
        """What is wrong with the file in one phrase, or None; every byte is read again."""
        misfit = self._misfit()
        if misfit or all(self._is_whole(block) for block in range(self._blocks)):
            return misfit
        return self._changed

    def copy_to(self, folder: Path) -> None:
        """Write the file to another folder, durably; its blocks are not checked."""
        write_file(folder / self._entry.name, [self._bytes])

    @cached_property
    def checked(self) -> np.ndarray:
        """Bool, for each block: whether it was checked."""
        misfit = self._misfit()
        if misfit:
            raise self._damaged(misfit)
        return np.zeros(self._blocks, bool)

    @cached_property
    def mapped(self) -> np.ndarray:
        """The whole array, read-only; only checked blocks may be read."""
        return self._layout[0]

    @property
    def entry(self) -> ArrayFile:
        """The entry of the file in the catalog."""
        return self._entry

    @property
    def offset(self) -> int:
        """The offset of the elements in the file, in bytes."""
        return self._layout[1]

    @cached_property
    def _layout(self) -> tuple[np.ndarray, int, int]:
        """The array, its offset in the file in bytes, and the bytes of a row."""
        self.check(np.zeros(1, np.int64))
        header = _HEADER.match(self._bytes[: min(BLOCK, self._end)])
        if header is None:
            raise self.impossible("its header is not one that Sada writes")
        dtype, offset = np.dtype(header[1].decode()), header.end()
        shape = tuple(int(axis) for axis in header.groups()[1:] if axis is not None)
        if offset != 10 + int.from_bytes(self._bytes[8:10], "little") or offset % _ALIGNED or not dtype.isnative:
            raise self.impossible("its header is not one that Sada writes")
        if offset + dtype.itemsize * math.prod(shape) != self._end:
            raise self.impossible(f"its bytes are not those of {dtype} {shape}")
        mapped = np.ndarray(shape, dtype, self._bytes, offset)
        return mapped, offset, dtype.itemsize * math.prod(shape[1:])

    @property
    def _changed(self) -> str:
        return f"{self._path}: its bytes are not those that were written"

    def _misfit(self) -> str | None:
        """Why the blocks cannot be checked at all, or None."""
        if self.missing:
            return f"{self._path}: {'no regular file' if os.path.lexists(self._path) else 'missing'}"
        if len(self._bytes) != self._entry.bytes:
            return f"{self._path}: {len(self._bytes)} bytes where {self._entry.bytes} were written"
        if self._end <= 0:
            return f"{self._path}: too short for an array"
        digests = xxhash.xxh3_128_hexdigest(self._bytes[self._end :])
        return None if digests == self._entry.checksum else self._changed

    def _is_whole(self, block: int) -> bool:
        start = self._end + block * _DIGEST
        found = xxhash.xxh3_64_digest(self._bytes[block * BLOCK : min((block + 1) * BLOCK, self._end)])
        return found == self._bytes[start : start + _DIGEST]

    def _damaged(self, complaint: str) -> IndexDamagedError:
        return IndexDamagedError(f"{complaint}; {REBUILD}")


def _map(path: str) -> mmap.mmap | bytes | None:
    """Map the bytes of a file; empty bytes for an empty file, None if there is none that can be read.

    Raises:
        NoRoomError: if this process has no room for it; the file is there.
        IndexReadOnlyError: if this user may not read it.
        SadaError: if the disk fails.
    """
    try:
        handle = open_handle(path)
        try:
            return mmap.mmap(handle, 0, access=mmap.ACCESS_READ)
        except ValueError:  # it is empty
            return b""
        finally:
            os.close(handle)
    except OSError as error:
        if is_full(error) or error.errno in (errno.EACCES, errno.EPERM, errno.EIO):
            raise fault(Path(path), error) from error
        return None
