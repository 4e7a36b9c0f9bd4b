"""A spool of lines: they wait on disk until it is known which of them are kept."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from types import TracebackType
from typing import IO, NamedTuple, Self

import numpy as np

from sada.indexes.errors import InputError, SadaError

_OWN = 0
_BLOCK = 1 << 20


class Origin(NamedTuple):
    """A file as it was when it was opened, so that a change is noticed when it is read again.

    Attributes:
        path: of the file.
        stamp: device, inode, size, and the time of the last write.
    """

    path: str
    stamp: tuple[int, int, int, int]

    @classmethod
    def of(cls, path: str, status: os.stat_result) -> Self:
        """The origin of an open file, given its path and the status of its descriptor."""
        return cls(path, (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns))

    def require(self, status: os.stat_result) -> None:
        """Check that the file has not changed.

        Raises:
            InputError: if the status is not that of this origin.
        """
        if Origin.of(self.path, status) != self:
            raise InputError(f"{self.path}: changed while it was read (run it again)")


class Lines(NamedTuple):
    """A reference to a line in a file that can be read again: ``size`` bytes from ``start`` on."""

    origin: Origin
    start: int
    size: int


class Spool:
    """Keeps lines outside memory and returns those that are wanted. A context manager.

    Lines that are given as references are read again from their file; all others go to a temporary file. In memory a
    line takes 20 bytes.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="sada-")  # noqa: SIM115 - closed by close()
        self._filled = 0
        self._origins, self._starts, self._sizes = array("i"), array("q"), array("q")
        self._sources: dict[Origin, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # what could not be written is not needed any more, and was reported
            self._file.close()

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, lines: Iterable[bytes | Lines]) -> None:
        """Add lines; one that does not end with a line break gets one.

        Raises:
            SadaError: if the folder for temporary files is full.
        """
        own = []
        for line in lines:
            if isinstance(line, Lines):
                self._note(self._sources.setdefault(line.origin, len(self._sources) + 1), line.start, line.size)
                continue
            own.append(line if line.endswith(b"\n") else line + b"\n")
            self._note(_OWN, self._filled, len(own[-1]))
            self._filled += len(own[-1])
        with temporary_writes():
            self._file.writelines(own)

    def without(self, dropped: Collection[int]) -> Iterator[bytes]:
        """Yield the lines in their order, without those at the positions ``dropped``, in blocks of whole lines.

        Raises:
            InputError: if a file that lines are read from was changed meanwhile; most such files are noticed before the
                first block.
            SadaError: if the folder for temporary files is full.
        """
        for origin in self._sources:
            with _opened_again(origin):
                origin.require(os.stat(origin.path))
        kept = np.ones(len(self), bool)
        kept[[place for place in dropped if place < len(self)]] = False
        places = np.flatnonzero(kept)
        origins, starts, sizes = (np.array(column)[places] for column in (self._origins, self._starts, self._sizes))
        with temporary_writes():
            self._file.flush()
        yield from self._read(_blocks(origins, starts, sizes))

    def _read(self, blocks: Iterable[tuple[int, int, int]]) -> Iterator[bytes]:
        """Yield the bytes of blocks, with one file open at a time: there may be more files than a process can open."""
        known = dict(zip(self._sources.values(), self._sources, strict=True))
        opened = _OWN
        file: IO[bytes] = self._file
        try:
            for number, start, stop in blocks:
                if number not in (_OWN, opened):
                    if opened != _OWN:
                        file.close()
                    opened, file = number, _reopened(known[number])
                source = self._file if number == _OWN else file
                source.seek(start)
                block = source.read(stop - start)
                if number != _OWN:
                    known[number].require(os.fstat(source.fileno()))
                yield block
        finally:
            if opened != _OWN:
                file.close()

    def _note(self, origin: int, start: int, size: int) -> None:
        self._origins.append(origin)
        self._starts.append(start)
        self._sizes.append(size)


def _blocks(origins: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Yield (origin, start, stop) of runs of adjacent lines, about a megabyte each."""
    apart = (origins[1:] != origins[:-1]) | (starts[1:] != starts[:-1] + sizes[:-1])
    edges = [0, *(np.flatnonzero(apart) + 1).tolist(), len(starts)]
    for first, end in pairwise(edges):
        while first < end:
            cut = max(int(np.searchsorted(starts[first:end], starts[first] + _BLOCK)), 1) + first
            yield int(origins[first]), int(starts[first]), int(starts[cut - 1] + sizes[cut - 1])
            first = cut


def _reopened(origin: Origin) -> IO[bytes]:
    with _opened_again(origin):
        file = open(origin.path, "rb")  # noqa: SIM115 - closed by the caller
    try:
        origin.require(os.fstat(file.fileno()))
    except InputError:
        file.close()
        raise
    return file


@contextmanager
def _opened_again(origin: Origin) -> Iterator[None]:
    """Turn the error of a file that cannot be opened again into one that names it."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{origin.path}: cannot be read again ({error.strerror}); leave it in place until the end"
        ) from error


@contextmanager
def temporary_writes() -> Iterator[None]:
    """Turn a failed write to a temporary file in the block into an error that names the folder of such files."""
    try:
        yield
    except OSError as error:
        folder = tempfile.gettempdir()
        raise SadaError(
            f"{folder}: rows cannot be set aside there ({error.strerror}); set TMPDIR to a folder with room"
        ) from error
