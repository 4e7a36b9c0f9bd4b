"""Rows set aside while it is being found out which of them to keep."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from types import TracebackType
from typing import IO, NamedTuple, Self

import numpy as np

from sada.indexes.errors import InputError, SadaError

_OWN = 0
_BLOCK = 1 << 20


class Lines(NamedTuple):
    """Where a line stands that can be read again: a file, and the bytes from ``start``."""

    path: str
    start: int
    size: int


class Spool:
    """Lines set aside, given back by their place. A context manager.

    Those that stand in a file stay there and are read again; all others wait in a temporary file. In memory a line
    takes 20 bytes.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="sada-")  # noqa: SIM115 - closed by close()
        self._filled = 0
        self._origins, self._starts, self._sizes = array("i"), array("q"), array("q")
        self._sources: dict[str, tuple[int, os.stat_result]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, lines: Iterable[bytes | Lines]) -> None:
        """Set lines aside; one that does not end with a line break gets one.

        Raises:
            SadaError: if the folder for temporary files is full.
        """
        own = []
        for line in lines:
            if isinstance(line, Lines):
                self._note(self._number(line.path), line.start, line.size)
                continue
            own.append(line if line.endswith(b"\n") else line + b"\n")
            self._note(_OWN, self._filled, len(own[-1]))
            self._filled += len(own[-1])
        with room():
            self._file.writelines(own)

    def without(self, dropped: Collection[int]) -> Iterator[bytes]:
        """The lines in the order they were added, but for those at the places ``dropped``, in blocks of whole lines.

        Raises:
            InputError: if a file that they stand in was changed meanwhile.
        """
        kept = np.ones(len(self), bool)
        kept[[place for place in dropped if place < len(self)]] = False
        places = np.flatnonzero(kept)
        origins, starts, sizes = (np.array(column)[places] for column in (self._origins, self._starts, self._sizes))
        with ExitStack() as stack:
            files = {_OWN: self._file} | {
                number: stack.enter_context(_reopened(path, stat)) for path, (number, stat) in self._sources.items()
            }
            for origin, start, stop in _blocks(origins, starts, sizes):
                with room():
                    files[origin].seek(start)  # writes what is still buffered
                    block = files[origin].read(stop - start)
                yield block

    def _note(self, origin: int, start: int, size: int) -> None:
        self._origins.append(origin)
        self._starts.append(start)
        self._sizes.append(size)

    def _number(self, path: str) -> int:
        if path not in self._sources:
            self._sources[path] = (len(self._sources) + 1, os.stat(path))
        return self._sources[path][0]


def _blocks(origins: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """(origin, start, stop) of runs of lines that stand one after the other, about a megabyte each."""
    apart = (origins[1:] != origins[:-1]) | (starts[1:] != starts[:-1] + sizes[:-1])
    edges = [0, *(np.flatnonzero(apart) + 1).tolist(), len(starts)]
    for first, end in pairwise(edges):
        while first < end:
            cut = max(int(np.searchsorted(starts[first:end], starts[first] + _BLOCK)), 1) + first
            yield int(origins[first]), int(starts[first]), int(starts[cut - 1] + sizes[cut - 1])
            first = cut


@contextmanager
def _reopened(path: str, before: os.stat_result) -> Iterator[IO[bytes]]:
    with open(path, "rb") as file:
        now = os.fstat(file.fileno())
        if (now.st_ino, now.st_size, now.st_mtime_ns) != (before.st_ino, before.st_size, before.st_mtime_ns):
            raise InputError(f"{path}: changed while it was read (run it again)")
        yield file


@contextmanager
def room() -> Iterator[None]:
    """Say where there is no room if writing in the block fails."""
    try:
        yield
    except OSError as error:
        folder = tempfile.gettempdir()
        raise SadaError(
            f"{folder}: rows cannot be set aside there ({error.strerror}); set TMPDIR to a folder with room"
        ) from error
