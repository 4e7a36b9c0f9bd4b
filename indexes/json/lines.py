"""Read the rows of JSON Lines."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from sada.indexes.json.loose_values import loose_row
from sada.indexes.json.repeated_names import RepeatedNames
from sada.indexes.json.text import BadJsonError, load_json, load_with_line_breaks
from sada.indexes.parsing.faults import Fault, Item
from sada.indexes.parsing.row_limits import LIMIT, CutLine, too_large

NOT_OBJECTS = "(a row must be a JSON object with fields such as title and text)"
_MOST_LINES, _MOST_TRIES, _LARGEST_ROW = 500, 50, 1 << 20


class JsonLines(Iterator[Item]):
    """The rows of JSON Lines, one object a line; blank lines are no rows.

    A row may have line breaks in its texts that are not escaped, as some programs write them. A
    :class:`~sada.indexes.parsing.row_limits.CutLine` is a bad row.

    Args:
        stream: the lines.
        limit: the most bytes of a line, for the message about longer ones.

    Attributes:
        line: the bytes of the last row.
        start: their offset in the stream.
        mended: the last row as one line of JSON if its bytes are none, because a text has line breaks as they are; else
            empty.
    """

    def __init__(self, stream: Iterable[bytes], limit: int = LIMIT) -> None:
        self._limit = limit
        self._numbered = enumerate(stream, 1)
        self._again: deque[tuple[int, bytes]] = deque()
        self._items = self._read()
        self.line = b""
        self.mended = b""
        self.start = 0

    def __iter__(self) -> Iterator[Item]:
        return self._items

    def __next__(self) -> Item:
        return next(self._items)

    def _read(self) -> Iterator[Item]:
        repeated = RepeatedNames()
        numbered, again = self._numbered, self._again
        while True:
            self.start += len(self.line)
            self.mended = b""
            try:
                number, line = again.popleft() if again else next(numbered)
            except StopIteration:
                return
            self.line = line
            if type(line) is CutLine:
                self.start += line.size - len(line)
                yield number, Fault("bad", too_large(self._limit))
                continue
            if line.isspace():
                continue
            try:
                row = load_json(line)
            except BadJsonError as error:
                row = self._with_raw_line_breaks(str(error))
                row = loose_row(self.line) if row is None else row
                if row is None:
                    yield number, Fault("bad", str(error))
                    continue
            if type(row) is not dict:
                yield number, not_object(row)
                continue
            if repeated.is_looking and (note := repeated.in_row(self.line, row)) is not None:
                yield number, note
            yield number, row

    def _with_raw_line_breaks(self, reason: str) -> dict[str, Any] | None:
        """The row that starts in this line if texts in it have tabs or line breaks as they are."""
        row = load_with_line_breaks(self.line) if "control character" in reason else None
        if row is None and "unexpected end" in reason:
            row = self._over_several_lines()
        if type(row) is not dict:
            return None
        self.mended = json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
        return row

    def _over_several_lines(self) -> dict[str, Any] | None:
        """The row that starts in this line if a text in it has line breaks as they are, up to where a line closes it.

        Without such a row, the lines that were looked at are read again.
        """
        lines: list[tuple[int, bytes]] = []
        whole, tries = self.line, 0
        while tries < _MOST_TRIES and len(lines) < _MOST_LINES and len(whole) < _LARGEST_ROW:
            try:
                lines.append(self._next_line())
            except StopIteration:
                break
            line = lines[-1][1]
            whole += line
            if type(line) is CutLine or line.lstrip().startswith(b"{"):  # the next row
                break
            if line.rstrip().endswith(b"}"):
                tries += 1
                if type(row := load_with_line_breaks(whole)) is dict:
                    self.line = whole
                    return row
        self._again.extendleft(reversed(lines))
        return None

    def _next_line(self) -> tuple[int, bytes]:
        return self._again.popleft() if self._again else next(self._numbered)


def not_object(value: Any) -> Fault:
    """The fault of a row that is another value than an object."""
    names = {list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return Fault("bad", f"{names.get(type(value), 'a number')}, not an object {NOT_OBJECTS}")
