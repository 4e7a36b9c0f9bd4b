"""Titles and texts of single articles, fetched again after their sketches were made.

Which copies have to be looked at again is known only when all articles were read. Until then their texts wait here:
beyond 64 MB in a temporary file, or in the index that they are from.
"""

from __future__ import annotations

import os
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from sada.indexes.errors import SadaError
from sada.indexes.ragged import bounds_of, concatenated, unique
from sada.indexes.reading.batches import Batch, CopyFields
from sada.indexes.storage.spool import temporary_writes

if TYPE_CHECKING:
    from sada.indexes.handle.snapshot import Snapshot

_IN_MEMORY = 1 << 25  # code units, of two bytes
_PAGE = 1000
_END = "\n".encode("utf-16-le")


class ArticleText(NamedTuple):
    """What was read of an article, without HTML tags and known boilerplate.

    Attributes:
        body: title, line end and text in UTF-16 (little-endian).
        title_units: how many code units of UTF-16 the title has.
        url: the address of an article of hardly more than a title; it may be empty for any other.
    """

    body: bytes
    title_units: int
    url: str

    @property
    def title(self) -> str:
        """The title."""
        return self.body[: 2 * self.title_units].decode("utf-16-le", "replace")

    @property
    def text(self) -> str:
        """The text."""
        return self.text_bytes.decode("utf-16-le", "replace")

    @property
    def text_bytes(self) -> bytes:
        """The text in UTF-16 (little-endian)."""
        return self.body[2 * self.title_units + len(_END) :]


class Texts(Protocol):
    """Gives the texts of articles by row."""

    def fetch(self, rows: np.ndarray) -> list[ArticleText]:
        """The texts of some rows (int64), in their order."""


class SpooledTexts:
    """The texts of articles that come in batches."""

    def __init__(self) -> None:
        self._blocks: list[np.ndarray] = []  # as long as all of them are in memory
        self._file: IO[bytes] | None = None
        self._edges = [0]  # where blocks begin, in code units, and where the last one ends
        self._sizes: list[np.ndarray] = []
        self._title_units: list[np.ndarray] = []
        self._urls: dict[int, str] = {}
        self._count = 0
        self._bounds = self._titles = np.zeros(0, np.int64)

    def add(self, batch: Batch, data: np.ndarray, offsets: np.ndarray) -> None:
        """Add the articles of a batch, with their bodies as :func:`~sada.indexes.ragged.joined` returns them.

        Raises:
            SadaError: if the folder for temporary files is full.
        """
        self._sizes.append(np.diff(offsets))
        self._title_units.append(np.array(batch.title_units, np.int32))
        self._urls.update((self._count + at, url) for at, url in enumerate(batch.urls) if url)
        self._count += len(batch.urls)
        self._edges.append(self._edges[-1] + int(offsets[-1]))
        data = data[: offsets[-1]]
        if self._file is None and self._edges[-1] <= _IN_MEMORY:
            self._blocks.append(data)
            return
        with temporary_writes():
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="sada-")  # noqa: SIM115 - goes with the texts
            for block in (*self._blocks, data):
                self._file.write(block.data)
            self._file.flush()
        self._blocks.clear()

    def close(self) -> SpooledTexts:
        """Take no more articles; returns itself."""
        self._bounds = bounds_of(concatenated(self._sizes, np.int64))
        self._titles = concatenated(self._title_units, np.int32)
        self._sizes.clear()
        self._title_units.clear()
        return self

    def fetch(self, rows: np.ndarray) -> list[ArticleText]:
        """The texts of some rows (int64), in their order."""
        starts, stops = self._bounds[rows].tolist(), self._bounds[rows + 1].tolist()
        places = zip(rows.tolist(), starts, stops, self._titles[rows].tolist(), strict=True)
        get = self._urls.get
        return [ArticleText(self._read(start, stop), units, get(row, "")) for row, start, stop, units in places]

    def _read(self, start: int, stop: int) -> bytes:
        """The bytes of a text, given where it begins and ends in code units; no text is in two blocks."""
        if self._file is None:
            block = bisect_right(self._edges, start) - 1
            first = self._edges[block]
            return self._blocks[block][start - first : stop - first].tobytes()
        found = os.pread(self._file.fileno(), 2 * (stop - start), 2 * start)
        if len(found) < 2 * (stop - start):
            raise SadaError("the temporary file of texts is shorter than it was written")
        return found


class IndexedTexts:
    """The texts of the articles of an index, as it compares them.

    One article is asked for again and again, so 64 MB of texts stay in memory.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._held: dict[int, ArticleText] = {}
        self._room = 2 * _IN_MEMORY

    def fetch(self, rows: np.ndarray) -> list[ArticleText]:
        """The texts of some rows (int64), in their order."""
        wanted = unique(rows).tolist()
        found = {row: self._held[row] for row in wanted if row in self._held}
        missing = [row for row in wanted if row not in found]
        for start in range(0, len(missing), _PAGE):
            some = missing[start : start + _PAGE]
            for row, text in zip(some, self._read(some), strict=True):
                found[row] = text
                if len(text.body) <= self._room:
                    self._held[row] = text
                    self._room -= len(text.body)
        return [found[row] for row in rows.tolist()]

    def _read(self, rows: list[int]) -> Iterator[ArticleText]:
        """Read some rows, ascending, from the catalog."""
        snapshot = self._snapshot
        numbers = snapshot.columns.numbers[rows].tolist()
        by_number = {one.number: one.article for one in snapshot.catalog.kept("number", numbers)}
        return map(_text_of, map(CopyFields.of, snapshot.boilerplate.read(by_number[number] for number in numbers)))


class JoinedTexts:
    """Some rows of several texts, one after the other, under new numbers from 0.

    Args:
        parts: texts, each with the rows of it (int64) that are taken.
    """

    def __init__(self, *parts: tuple[Texts, np.ndarray]) -> None:
        self._parts = parts
        self._bounds = bounds_of([len(rows) for _, rows in parts])

    def fetch(self, rows: np.ndarray) -> list[ArticleText]:
        """The texts of some rows (int64), in their order."""
        found: dict[int, ArticleText] = {}
        which = np.searchsorted(self._bounds, rows, "right") - 1
        for number, (texts, taken) in enumerate(self._parts):
            own = rows[which == number]
            found.update(zip(own.tolist(), texts.fetch(taken[own - self._bounds[number]]), strict=True))
        return [found[row] for row in rows.tolist()]


def _text_of(fields: CopyFields) -> ArticleText:
    return ArticleText(fields.body, fields.title_units, fields.url)
