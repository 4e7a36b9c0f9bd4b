"""The most bytes that one row may have: larger ones are passed over in pieces and never held in memory.

A compressed file of some kilobytes can hold a line of gigabytes. The largest row in some hundred archives of news had a
tenth of a megabyte, the longest novels have four.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Protocol

from sada.indexes.parsing.faults import UnreadableError

ROW_LIMIT = 16
"""MB that one row may have, if nothing else is said."""
LIMIT = ROW_LIMIT * 10**6
"""The same in bytes."""

_PIECE = 1 << 16
_NEWLINE = ord("\n")


class Lined(Protocol):
    """A buffered binary stream."""

    def readline(self, size: int = -1, /) -> bytes:
        """The bytes up to the end of a line, at most ``size``; none at the end of the stream."""


class CutLine(bytes):
    """The start of a line that is longer than the limit. The rest was passed over.

    Attributes:
        size: bytes of the whole line.
    """

    size: int


def too_large(limit: int, what: str = "a row") -> str:
    """The reason why something was not read that has more bytes than ``limit``, and the mend."""
    return f"{what} of more than {limit / 10**6:g} MB, not read (drop it, or allow more: --row-limit MB)"


def lines_within(stream: Lined, limit: int) -> Iterator[bytes]:
    """The lines of a stream; of one of more than ``limit`` bytes, without its end, a :class:`CutLine`."""
    most = limit + 1
    for line in iter(partial(stream.readline, most), b""):
        yield _cut(line, stream, b"\n")[0] if len(line) == most and line[-1] != _NEWLINE else line


def lines_at_any_end(stream: Lined, limit: int) -> Iterator[bytes]:
    """The same; where a line is too long, also a carriage return alone ends lines, as in files of old programs."""
    most, rest, ends = limit + 1, b"", b"\n"
    while line := rest + stream.readline(most - len(rest)):
        rest = b""
        is_long = len(line) == most and line[-1] != _NEWLINE
        if is_long and b"\r" in line[:-1]:
            ends = b"\r\n"
            *lines, rest = line.splitlines(keepends=True)
            yield from lines
        elif is_long:
            cut, rest = _cut(line, stream, ends)
            yield cut
        else:
            yield line


def whole_within(chunks: Iterable[bytes], limit: int, reason: str) -> bytes:
    """All bytes of a stream.

    Raises:
        UnreadableError: with the reason, if there are more than ``limit``.
    """
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > limit:
            raise UnreadableError(reason)
    return bytes(data)


def _cut(line: bytes, stream: Lined, ends: bytes) -> tuple[CutLine, bytes]:
    """Pass over the rest of a line that was begun; also gives what was read of the next one."""
    cut = CutLine(line[:_PIECE])
    cut.size = len(line)
    while piece := stream.readline(_PIECE):
        end = min((at + 1 for at in map(piece.find, _each(ends)) if at >= 0), default=0)
        cut.size += end or len(piece)
        if end:
            return cut, piece[end:]
    return cut, b""


def _each(ends: bytes) -> Iterator[bytes]:
    return (ends[at : at + 1] for at in range(len(ends)))
