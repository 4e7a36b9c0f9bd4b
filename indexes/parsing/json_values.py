"""Split JSON into values as it streams in: the items of an array, or documents that follow one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

_CHUNK = 1 << 16
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|"'  # a lone quote opens a string that is not yet read whole
_OUTER = re.compile(_STRING + rb"|[][{},]", re.DOTALL)
_INNER = re.compile(_STRING + rb"|[][{}]", re.DOTALL)
_NO_SPACE = re.compile(rb"[^ \t\r\n\x1e]")  # U+001E starts each value of a JSON text sequence


class Readable(Protocol):
    """A buffered binary stream."""

    def read(self, size: int = -1, /) -> bytes:
        """As many bytes as ``size``, or all that are left."""

    def read1(self, size: int = -1, /) -> bytes:
        """The bytes that are there, at most ``size``; none at the end."""


class JsonValue(NamedTuple):
    """The text of one value.

    Attributes:
        data: the text; it may be no valid JSON.
        number: which item of its array it is, from 1; None for a value that is a document.
    """

    data: bytes
    number: int | None


class JsonValues(Iterator[JsonValue]):
    """The items of each array at the top, and all other documents, in the order of the stream.

    In memory is one value and what was read with it. Values are split by brackets and strings alone: that each is
    valid JSON must be checked by a parser.

    Attributes:
        unclosed: True once the stream has ended within an array.
    """

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._buffer = b""
        self._start = 0
        self._lines_before = 0
        self._column_before = 0
        self._values = self._documents()
        self.unclosed = False

    def __next__(self) -> JsonValue:
        return next(self._values)

    def position(self) -> tuple[int, int]:
        """The line of the start of the last value, from 1, and the bytes before it in this line."""
        before = self._buffer[: self._start]
        line_start = before.rfind(b"\n") + 1
        column = self._start - line_start
        return self._lines_before + before.count(b"\n") + 1, column + (0 if line_start else self._column_before)

    def _documents(self) -> Iterator[JsonValue]:
        while self._skip_space():
            first = self._buffer[self._start : self._start + 1]
            if first == b"[":
                self._start += 1
                yield from self._items()
                continue
            end = self._end_of_value(self._start) if first in b'{"' else self._end_of_line()
            yield JsonValue(self._buffer[self._start : end], None)
            self._start = end

    def _items(self) -> Iterator[JsonValue]:
        number = 0
        while True:
            self._skip_space()
            end, token = self._end_of_item()
            data = self._buffer[self._start : end]
            if token == b"," or number or data.strip():
                number += 1
                if token or data.strip():
                    yield JsonValue(data, number)
            self._start = end + len(token)
            if token != b",":
                self.unclosed = not token
                return

    def _end_of_item(self) -> tuple[int, bytes]:
        """Where the item ends, and the comma or bracket behind it; an empty token at the end of the stream."""
        at = self._start
        while True:
            match = _OUTER.search(self._buffer, at)
            token = match.group() if match else b'"'
            if match is None or token == b'"':
                at = match.start() if match else len(self._buffer)
                moved = self._fill()
                if moved is None:
                    return len(self._buffer), b""
                at -= moved
            elif token in (b",", b"]"):
                return match.start(), token
            elif token in (b"{", b"["):
                at = self._end_of_value(match.start())
            else:
                at = match.end()

    def _end_of_value(self, at: int) -> int:
        """The end of the object, list or string that starts at ``at``; the end of the stream if it has none."""
        depth = 0
        while True:
            for match in _INNER.finditer(self._buffer, at):
                token = match.group()
                if token in (b"{", b"["):
                    depth += 1
                elif token in (b"}", b"]"):
                    depth -= 1
                elif token == b'"':
                    at = match.start()
                    break
                at = match.end()
                if depth <= 0:
                    return at
            else:
                at = len(self._buffer)
            moved = self._fill()
            if moved is None:
                return len(self._buffer)
            at -= moved

    def _end_of_line(self) -> int:
        while (end := self._buffer.find(b"\n", self._start)) < 0:
            if self._fill() is None:
                return len(self._buffer)
        return end

    def _skip_space(self) -> bool:
        """Move to the next byte that is no space; False if there is none."""
        while True:
            match = _NO_SPACE.search(self._buffer, self._start)
            self._start = match.start() if match else len(self._buffer)
            if match:
                return True
            if self._fill() is None:
                return False

    def _fill(self) -> int | None:
        """Read on behind the value that is open.

        Returns:
            By how much positions in the buffer have moved; None at the end of the stream.
        """
        kept = len(self._buffer) - self._start
        # A value larger than a chunk is read in ever larger parts, so that it is not copied again and again.
        data = self._stream.read(kept) if kept > _CHUNK else self._stream.read1(_CHUNK)
        if not data:
            return None
        dropped, self._buffer = self._buffer[: self._start], self._buffer[self._start :] + data
        lines = dropped.count(b"\n")
        self._lines_before += lines
        self._column_before = len(dropped) - dropped.rfind(b"\n") - 1 + (0 if lines else self._column_before)
        moved, self._start = self._start, 0
        return moved
