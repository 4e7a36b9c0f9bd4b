"""Shingle sets of more texts than memory holds: those beyond a quarter of a gigabyte go to a temporary file."""

from __future__ import annotations

import mmap
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

import numpy as np

from sada.indexes.minhash import ShingleSets, bounds_of
from sada.indexes.spool import room

_IN_MEMORY = 1 << 26  # shingles, 4 bytes each


@dataclass(frozen=True, slots=True)
class MappedSets(ShingleSets):
    """Shingle sets of which only the keys and bounds, 16 bytes a text, are in memory for good."""

    mapped: mmap.mmap

    def release(self) -> None:
        """Give back the pages read so far; they are read again from the file when next looked at."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self.mapped.madvise(mmap.MADV_DONTNEED)


class ShingleSpool:
    """Takes shingle sets batch by batch and gives all of them back at once. A context manager for the taking."""

    def __init__(self) -> None:
        self._buffer = np.empty(_IN_MEMORY, np.uint32)  # takes memory only as it is filled
        self._filled = 0
        self._file: IO[bytes] | None = None
        self._sizes: list[np.ndarray] = []
        self._keys: list[np.ndarray] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, sets: ShingleSets) -> None:
        """Set some sets aside.

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
        """All that were set aside, in order; what they stand on outlives the spool, which takes no more."""
        bounds = bounds_of(np.concatenate([*self._sizes, np.zeros(0, np.int64)]))
        keys = np.concatenate([*self._keys, np.zeros(0, np.uint64)])
        held = self._buffer[: self._filled]
        if self._file is None:
            return ShingleSets(bounds, held, keys)
        self._write(held)
        self._buffer = held = np.empty(0, np.uint32)
        mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return MappedSets(bounds, np.frombuffer(mapped, np.uint32), keys, mapped)

    def _write(self, shingles: np.ndarray) -> None:
        with room():
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="sada-")  # noqa: SIM115 - closed by __exit__
            self._file.write(shingles.data)
            self._file.flush()
