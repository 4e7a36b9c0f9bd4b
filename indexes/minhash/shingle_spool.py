"""Shingle sets of more texts than fit in memory: beyond a quarter of a gigabyte they go to a temporary file."""

from __future__ import annotations

import mmap
import os
import tempfile
from dataclasses import dataclass
from typing import IO

import numpy as np

from sada.indexes.errors import SadaError
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.ragged import bounds_of, concatenated
from sada.indexes.storage.spool import temporary_writes

_IN_MEMORY = 1 << 26  # shingles
_WIDTH = 4  # bytes of one


@dataclass(frozen=True, slots=True)
class FiledSets(ShingleSets):
    """Shingle sets in a file; only keys and bounds are in memory, 16 bytes a text.

    ``shingles`` is the mapped file, for uses that need all of it. Single rows are read from the file instead, because
    each page of the map that is touched brings its neighbours into memory.
    """

    file: IO[bytes]

    @property
    def in_memory(self) -> bool:
        """False."""
        return False

    def sets_of(self, rows: np.ndarray) -> ShingleSets:
        """The given rows, in the given order, in memory."""
        bounds = bounds_of(self.sizes_of(rows))
        shingles = np.empty(bounds[-1], np.uint32)
        into = shingles.view(np.uint8).data
        handle, places = self.file.fileno(), (bounds * _WIDTH).tolist()
        for place, end, start in zip(places, places[1:], (self.bounds[rows] * _WIDTH).tolist(), strict=False):
            _read(handle, into[place:end], start)
        return ShingleSets(bounds, shingles, self.keys[rows])

    def span(self, start: int, stop: int) -> ShingleSets:
        """The rows from ``start`` up to ``stop``, in memory."""
        first, last = int(self.bounds[start]), int(self.bounds[stop])
        shingles = np.empty(last - first, np.uint32)
        _read(self.file.fileno(), shingles.view(np.uint8).data, first * _WIDTH)
        return ShingleSets(self.bounds[start : stop + 1] - first, shingles, self.keys[start:stop])


def _read(handle: int, into: memoryview, start: int) -> None:
    """Fill ``into`` from an offset in a file; a single system call reads two gigabytes at most."""
    while len(into):
        count = os.preadv(handle, [into], start)
        if not count:
            raise SadaError("the temporary file of shingles is shorter than it was written")
        into, start = into[count:], start + count


class ShingleSpool:
    """Collects shingle sets batch by batch and returns all of them at once."""

    def __init__(self) -> None:
        self._buffer = np.empty(_IN_MEMORY, np.uint32)  # takes memory only as it is filled
        self._filled = 0
        self._file: IO[bytes] | None = None
        self._sizes: list[np.ndarray] = []
        self._keys: list[np.ndarray] = []

    def add(self, sets: ShingleSets) -> None:
        """Add shingle sets.

        Raises:
            SadaError: if the folder for temporary files is full.
        """
        shingles = sets.shingles
        if self._filled + len(shingles) > len(self._buffer):
            self._write(self._buffer[: self._filled])
            self._filled = 0
        if len(shingles) > len(self._buffer):
            self._write(shingles)
        else:
            self._buffer[self._filled : self._filled + len(shingles)] = shingles
            self._filled += len(shingles)
        self._sizes.append(sets.sizes)
        self._keys.append(sets.keys)

    def sets(self) -> ShingleSets:
        """All sets that were added, in order. Nothing can be added after this."""
        bounds = bounds_of(concatenated(self._sizes, np.int64))
        keys = concatenated(self._keys, np.uint64)
        buffered = self._buffer[: self._filled]
        if self._file is None:
            return ShingleSets(bounds, buffered, keys)
        self._write(buffered)
        self._buffer = buffered = np.empty(0, np.uint32)  # frees the memory
        mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return FiledSets(bounds, np.frombuffer(mapped, np.uint32), keys, self._file)

    def _write(self, shingles: np.ndarray) -> None:
        with temporary_writes():
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="sada-")  # noqa: SIM115 - goes with the sets
            self._file.write(shingles.data)
            self._file.flush()
