"""Split JSON into values as it streams in: the items of an array, or documents that follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sada.indexes.json.cursor import JsonCursor, LongValueError, Readable
from sada.indexes.json.outline import Outline
from sada.indexes.parsing.row_limits import LIMIT

LARGE = 1 << 22
"""Bytes of an object from which on its lists wait on disk."""


class JsonValue(NamedTuple):
    """The text of one value.

    Attributes:
        data: the text; it may be no valid JSON. None for a large object, and for a value that is too long.
        number: which item of its array it is, from 1; None for a value that is a document.
        outline: what a large object holds, in the place of its text.
    """

    data: bytes | None
    number: int | None
    outline: Outline | None = None


class JsonValues(Iterator[JsonValue]):
    """The items of each array at the top, and all other documents, in the order of the stream.

    In memory is one value and what was read with it, but of an object over :data:`LARGE` its outline alone. Values are
    split by brackets and strings: that each is valid JSON must be checked by a parser.

    Args:
        stream: the text.
        limit: the most bytes of a value, and of what an outline holds in memory.
    """

    def __init__(self, stream: Readable, limit: int = LIMIT) -> None:
        self._cursor = JsonCursor(stream, limit)
        self._values = self._documents()

    def __next__(self) -> JsonValue:
        return next(self._values)

    @property
    def unclosed(self) -> bool:
        """True once the stream has ended within an array."""
        return self._cursor.unclosed

    def position(self) -> tuple[int, int]:
        """The line of the start of the last value, from 1, and the bytes before it in this line."""
        return self._cursor.position()

    def _documents(self) -> Iterator[JsonValue]:
        cursor = self._cursor
        while first := cursor.next_byte():
            if first == b"[":
                cursor.skip(1)
                yield from (JsonValue(data, number) for data, number in cursor.items())
                continue
            try:
                data = self._document(first)
            except LongValueError:
                yield JsonValue(None, None)
                cursor.pass_line()
                continue
            if data is None:
                with Outline(cursor) as outline:
                    yield JsonValue(None, None, outline)
            else:
                yield JsonValue(data, None)
                cursor.skip(len(data))

    def _document(self, first: bytes) -> bytes | None:
        cursor = self._cursor
        if first == b"{":
            return cursor.value(min(LARGE, cursor.limit))
        return cursor.value() if first == b'"' else cursor.line()
