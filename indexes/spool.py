"""Rows set aside on disk while it is being found out which of them to keep."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sada.indexes.errors import SadaError


class Spool:
    """Lines in a temporary file, given back by their place; in memory it takes 8 bytes a line. A context manager."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="sada-")  # noqa: SIM115 - closed by close()
        self._ends = array("q", [0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, line: bytes) -> None:
        """Set a line aside; one that does not end with a line break gets one.

        Raises:
            SadaError: if the folder for temporary files is full.
        """
        line = line if line.endswith(b"\n") else line + b"\n"
        with _room():
            self._file.write(line)
        self._ends.append(self._ends[-1] + len(line))

    def without(self, dropped: Collection[int]) -> Iterator[bytes]:
        """The lines in the order they were added, but for those at the places ``dropped``."""
        with _room():
            self._file.seek(0)  # writes what is still buffered
        for place in range(len(self)):
            line = self._file.read(self._ends[place + 1] - self._ends[place])
            if place not in dropped:
                yield line


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        folder = tempfile.gettempdir()
        raise SadaError(
            f"{folder}: rows cannot be set aside there ({error.strerror}); set TMPDIR to a folder with room"
        ) from error
