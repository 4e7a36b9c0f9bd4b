"""Rows set aside on disk while it is being found out which of them to keep."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import accumulate, islice
from types import TracebackType
from typing import Self

import numpy as np

from sada.indexes.errors import SadaError

_BLOCK = 1 << 20


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

    def add(self, lines: Iterable[bytes]) -> None:
        """Set lines aside; one that does not end with a line break gets one.

        Raises:
            SadaError: if the folder for temporary files is full.
        """
        lines = [line if line.endswith(b"\n") else line + b"\n" for line in lines]
        with room():
            self._file.writelines(lines)
        self._ends.extend(islice(accumulate(map(len, lines), initial=self._ends[-1]), 1, None))

    def without(self, dropped: Collection[int]) -> Iterator[bytes]:
        """The lines in the order they were added, but for those at the places ``dropped``, in blocks of whole lines."""
        ends = np.frombuffer(self._ends, np.int64)
        kept = np.ones(len(self), bool)
        kept[[place for place in dropped if place < len(self)]] = False
        starts, stops = np.flatnonzero(np.diff(kept, prepend=False, append=False)).reshape(-1, 2).T.tolist()
        for start, stop in zip(starts, stops, strict=True):
            while start < stop:
                cut = int(np.searchsorted(ends[: stop + 1], ends[start] + _BLOCK, "right")) - 1
                cut = max(cut, start + 1)
                with room():
                    self._file.seek(ends[start])  # writes what is still buffered
                    block = self._file.read(int(ends[cut] - ends[start]))
                yield block
                start = cut


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
