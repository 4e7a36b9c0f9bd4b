"""A place in JSON that streams in: moves from value to value, and keeps no more than one in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from sada.indexes.parsing.row_limits import LIMIT

_CHUNK = 1 << 16
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|"'  # a lone quote opens a string that is not yet read whole
_OUTER = re.compile(_STRING + rb"|[][{},]", re.DOTALL)
_INNER = re.compile(_STRING + rb"|[][{}]", re.DOTALL)
_ANY = re.compile(rb"[][{},]")
_QUOTED = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_NO_SPACE = re.compile(rb"[^ \t\r\n\x1e]")  # U+001E starts each value of a JSON text sequence
_LIST_OF_OBJECTS = re.compile(rb"\[[ \t\r\n]*(?:(\{)|\Z)")
_AFTER_WORD = re.compile(rb"[][{},: \t\r\n]")


class Readable(Protocol):
    """A buffered binary stream."""

    def read(self, size: int = -1, /) -> bytes:
        """As many bytes as ``size``, or all that are left."""

    def read1(self, size: int = -1, /) -> bytes:
        """The bytes that are there, at most ``size``; none at the end."""


class LongValueError(Exception):
    """The value that starts here is longer than the limit; see :meth:`JsonCursor.pass_over`."""


class JsonCursor:
    """A place in a stream of JSON. Values are split by brackets and strings alone: a parser must check each.

    Args:
        stream: the text.
        limit: the most bytes of a value. What reads a longer one raises a :class:`LongValueError`.

    Attributes:
        unclosed: True once the stream has ended within an array.
    """

    def __init__(self, stream: Readable, limit: int = LIMIT) -> None:
        self._stream = stream
        self.limit = limit
        self._buffer = b""
        self._start = 0
        self._lines_before = 0
        self._column_before = 0
        self.unclosed = False

    def position(self) -> tuple[int, int]:
        """The line of this place, from 1, and the bytes before it in this line."""
        before = self._buffer[: self._start]
        line_start = before.rfind(b"\n") + 1
        column = self._start - line_start
        return self._lines_before + before.count(b"\n") + 1, column + (0 if line_start else self._column_before)

    def next_byte(self) -> bytes:
        """Move to the next byte that is no space, and return it; empty at the end."""
        while True:
            match = _NO_SPACE.search(self._buffer, self._start)
            self._start = match.start() if match else len(self._buffer)
            if match:
                return match.group()
            if self._fill() is None:
                return b""

    def skip(self, size: int) -> None:
        """Move over ``size`` bytes that were returned."""
        self._start += size

    def starts_with_object(self) -> bool:
        """True for a list here whose first item is an object."""
        while True:
            match = _LIST_OF_OBJECTS.match(self._buffer, self._start)
            if match is None or match[1] or self._fill() is None:
                return bool(match and match[1])

    def value(self, most: int | None = None) -> bytes | None:
        """The object, list or text that starts here; None if it is longer than ``most`` bytes."""
        end = self._end_of_value(self._start, most)
        if most is not None and (end < 0 or end - self._start > most):
            return None
        return self._within(end)

    def word(self) -> bytes:
        """The number or the name that starts here; empty if none does."""
        while (match := _AFTER_WORD.search(self._buffer, self._start)) is None:
            if self._fill() is None:
                return self._buffer[self._start :]
        return self._buffer[self._start : match.start()]

    def skip_all(self) -> None:
        """Move to the end of the stream."""
        self._buffer, self._start = b"", 0
        while self._stream.read1(_CHUNK):
            pass

    def pass_over(self, ends: bytes = b",]}") -> None:
        """Move behind a value, however long it is, to the first of ``ends`` after it. Nothing of it is kept."""
        depth = 0
        while True:
            quote = self._buffer.find(b'"', self._start)
            plain = self._buffer[self._start : quote if quote >= 0 else len(self._buffer)]
            depth, passed = _passed(plain, depth, ends)
            self._start += passed
            if passed < len(plain):
                return
            if quote >= 0:
                self._start += 1
                self._pass_string()
            elif self._fill() is None:
                return

    def _pass_string(self) -> None:
        """Move behind the quote that ends a string; this is behind the one that starts it."""
        while True:
            match = _QUOTED.match(self._buffer, self._start)
            self._start = match.end() if match else self._start
            if self._buffer[self._start : self._start + 1] == b'"':
                self._start += 1
                return
            if self._fill() is None:  # else it goes on, with a backslash at the end and what that escapes
                self._start = len(self._buffer)
                return

    def pass_line(self) -> None:
        """Move to the end of this line, however long it is."""
        while (end := self._buffer.find(b"\n", self._start)) < 0:
            self._start = len(self._buffer)
            if self._fill() is None:
                return
        self._start = end

    def line(self) -> bytes:
        """What is left of this line."""
        while (end := self._buffer.find(b"\n", self._start)) < 0:
            if self._fill() is None:
                end = len(self._buffer)
                break
        return self._buffer[self._start : end]

    def items(self) -> Iterator[tuple[bytes | None, int]]:
        """The items of the array whose bracket is just before this, and their numbers, from 1; None for a long one."""
        number = 0
        while True:
            self.next_byte()
            data: bytes | None = None
            try:
                end, token = self._end_of_item()
                data = self._within(end)
            except LongValueError:
                pass
            if data is None or token == b"," or number or data.strip():
                number += 1
                if data is None or token or data.strip():
                    yield data, number
            if data is None:
                self.pass_over(b",]")
                end, token = self._end_of_item()
            self._start = end + len(token)
            if token != b",":
                self.unclosed = not token
                return

    def _within(self, end: int) -> bytes:
        """The bytes from here to ``end``, if these are no more than the limit."""
        if end - self._start > self.limit:
            raise LongValueError
        return self._buffer[self._start : end]

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

    def _end_of_value(self, at: int, most: int | None = None) -> int:
        """The end of the object, list or string that starts at ``at``; the end of the stream if it has none.

        -1 if more than ``most`` bytes were read without finding it.
        """
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
            if most is not None and len(self._buffer) - self._start > most:
                return -1
            moved = self._fill()
            if moved is None:
                return len(self._buffer)
            at -= moved

    def _fill(self) -> int | None:
        """Read on behind the value that is open.

        Returns:
            By how much positions in the buffer have moved; None at the end of the stream.

        Raises:
            LongValueError: if the value has more bytes than the limit.
        """
        kept = len(self._buffer) - self._start
        if kept > self.limit:
            raise LongValueError
        # A value larger than a chunk is read in ever larger parts, so that it is not copied again and again.
        more = min(kept, self.limit - kept + _CHUNK)
        data = self._stream.read(more) if kept > _CHUNK else self._stream.read1(_CHUNK)
        if not data:
            return None
        dropped, self._buffer = self._buffer[: self._start], self._buffer[self._start :] + data
        lines = dropped.count(b"\n")
        self._lines_before += lines
        self._column_before = len(dropped) - dropped.rfind(b"\n") - 1 + (0 if lines else self._column_before)
        moved, self._start = self._start, 0
        return moved


def _passed(plain: bytes, depth: int, ends: bytes) -> tuple[int, int]:
    """The depth behind some JSON without strings, and where in it one of ``ends`` ends a value; else its length."""
    opened, closed = (sum(map(plain.count, brackets)) for brackets in ((b"[", b"{"), (b"]", b"}")))
    if depth > closed:  # it cannot end here
        return depth + opened - closed, len(plain)
    for match in _ANY.finditer(plain):
        token = match.group()
        if not depth and token in ends:
            return depth, match.start()
        depth += (token in b"[{") - (depth > 0 and token in b"]}")
    return depth, len(plain)
