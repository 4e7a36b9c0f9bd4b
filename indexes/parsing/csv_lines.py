"""The lines of a CSV text, which can be given back and read again."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain

from sada.indexes.parsing.encodings import broken_utf8
from sada.indexes.parsing.row_limits import CutLine

_LINE = 64  # bytes that a line takes in memory beside its letters
_BARE_RETURN = re.compile(rb"\r(?!\n)")


class TooLongError(Exception):
    """A record is longer than any article: a quote in it is not closed, or a line of it was cut."""


class _CutText(str):
    """The text of a line of which the rest was passed over."""


class CsvLines:
    """Decoded lines that can be given back; those since :meth:`begin` are in ``taken``.

    Args:
        stream: lines of UTF-8, each with its end.
        limit: bytes that the lines of one record may take.

    Attributes:
        is_cut: True if the last line that was taken is not whole.
    """

    def __init__(self, stream: Iterable[bytes], limit: int) -> None:
        self._limit = limit
        self._stream = _line_ends(stream)
        self._again: deque[str] = deque()
        self._broken: dict[int, str] = {}
        self._left = limit
        self._escapes = False
        self.is_cut = False
        self.literal = re.compile(r"\\")
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._take()
        self._left -= len(line) + _LINE
        self.is_cut = type(line) is _CutText
        if self.is_cut or (self._left < 0 and len(self.taken) > 1):
            raise TooLongError
        return self.literal.sub(_doubled, line) if self._escapes and "\\" in line else line

    def begin(self, escapes: bool = False) -> None:
        """Start a record, in which backslashes escape or do not."""
        self.taken = []
        self._left = self._limit
        self._escapes = escapes
        self.is_cut = False

    def give_back(self, keep: int = 0) -> None:
        """Give lines back so that they are read again, all but the first ``keep``."""
        back = self.taken[keep:]
        self._again.extendleft(reversed(back))
        self.number -= len(back)
        self.taken = self.taken[:keep]

    def skip_blank(self) -> str:
        """Move to the next line that is not blank, and return it; empty at the end."""
        while (line := self.pass_one()) is not None:
            if line.strip():
                self.give_back()
                return line
        return ""

    def pass_one(self) -> str | None:
        """Move behind the next line, also one that is cut, and return it; None at the end."""
        self.begin()
        with suppress(StopIteration):
            return self._take()
        return None

    def take_broken(self, start: int) -> str:
        """The reason why lines from ``start`` up to here are not UTF-8; empty if they are."""
        if not self._broken:
            return ""
        found = [self._broken.pop(line) for line in sorted(self._broken) if start <= line <= self.number]
        return found[0] if found else ""

    def _take(self) -> str:
        line = self._again.popleft() if self._again else self._decoded(next(self._stream))
        self.number += 1
        self.taken.append(line)
        return line

    def _decoded(self, line: bytes) -> str:
        if type(line) is CutLine:
            return _CutText(line, "utf-8", "replace")
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            self._broken[self.number + 1] = broken_utf8(line, error.start)[0]
            return line.decode("utf-8", "replace")


def _line_ends(stream: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a stream; also those that end in a carriage return alone, if the first one does."""
    lines = iter(stream)
    first = next(lines, b"")
    if not _BARE_RETURN.search(first.rstrip(b"\r\n")) and first[-1:] != b"\r":
        yield from chain([first] if first else [], lines)
        return
    for line in chain([first], lines):
        yield from [line] if type(line) is CutLine else _BARE_RETURN.sub(b"\n", line).splitlines(keepends=True)


def _doubled(backslash: re.Match[str]) -> str:
    return backslash.group() if backslash[1] else "\\\\"
