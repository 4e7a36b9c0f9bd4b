"""The outline of a large JSON object: its lists of objects wait on disk until it is known which one is wanted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from sada.indexes.json.cursor import JsonCursor, LongValueError
from sada.indexes.json.text import BadJsonError, load_json
from sada.indexes.parsing.faults import UnreadableError
from sada.indexes.parsing.row_limits import too_large

_DEEPEST_LIST = 3
_LENGTH = 8
_TOO_LONG = (1 << 8 * _LENGTH) - 1  # in the place of the length of an item that was passed over
_MOST_WHOLE = 4  # times the limit of a value: of a document that is no row, with all its lists


class StoredList(list[Any]):
    """A list of which the items are on disk; in memory is the first object alone.

    Attributes:
        start: where its items are in the file.
        size: how many there are.
    """

    def __init__(self, start: int) -> None:
        super().__init__()
        self.start = start
        self.size = 0


class _Broken(Exception):
    """The text is no JSON from here on."""


class Outline:
    """An object that is read from a cursor, to its end or to a fault. A context manager: it has a temporary file.

    Attributes:
        value: the object, with a :class:`StoredList` for each list that starts with an object and that is in this
            object, or up to two objects further down.
        repeated: the names that stand twice in one object; the last value counts.
        fault: why it ends early; empty if it was read to its end.
        line: where it ends.
        unreadable: raised by the stream before its end.
        limit: the most bytes of a value, and of all that are in memory; those beyond it are passed over.
    """

    def __init__(self, cursor: JsonCursor) -> None:
        self._cursor = cursor
        self._file = tempfile.TemporaryFile(prefix="sada-")  # noqa: SIM115 - closed by __exit__
        self.value: dict[str, Any] = {}
        self.repeated: dict[str, None] = {}
        self.fault = ""
        self.line = 0
        self.unreadable: UnreadableError | None = None
        self.limit = cursor.limit
        self._kept = 0
        try:
            self._fill(self.value, 1)
            self.line = cursor.position()[0]
        except (_Broken, BadJsonError) as error:
            self.fault = str(error)
            self.line = cursor.position()[0]
            cursor.skip_all()
        except UnreadableError as error:
            self.unreadable = error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def is_whole(self) -> bool:
        """True if the object was read to its end."""
        return not self.fault and self.unreadable is None

    def items(self, stored: StoredList) -> Iterator[bytes | None]:
        """The texts of the items of a list; None for one that is too long."""
        self._file.seek(stored.start)
        for _ in range(stored.size):
            size = int.from_bytes(self._file.read(_LENGTH), "little")
            yield None if size == _TOO_LONG else self._file.read(size)

    def whole(self, value: Any) -> Any:
        """``value`` with all its lists in memory.

        Raises:
            BadJsonError: if an item of a list is not JSON, or if all of them are too large.
        """
        if self._file.seek(0, os.SEEK_END) > _MOST_WHOLE * self.limit:
            raise BadJsonError(too_large(_MOST_WHOLE * self.limit, "a document"))
        if isinstance(value, StoredList):
            return [load_json(data) for data in list(self.items(value)) if data is not None]
        if isinstance(value, dict):
            return {name: self.whole(item) for name, item in value.items()}
        return value

    def _fill(self, found: dict[str, Any], level: int) -> None:
        cursor = self._cursor
        cursor.skip(1)
        first = cursor.next_byte()
        while first != b"}" or found:
            if first != b'"':
                raise _Broken(_expected("a name in quotes", first))
            try:
                name = self._loaded()
                self._expect(b":")
                self._put(found, name, level)
            except LongValueError:
                self.fault = too_large(self.limit, "a value")
                cursor.pass_over()
            first = cursor.next_byte()
            if first == b"}":
                break
            self._expect(b",")
            first = cursor.next_byte()
        cursor.skip(1)

    def _put(self, found: dict[str, Any], name: str, level: int) -> None:
        first = self._cursor.next_byte()
        if name in found:
            self.repeated[name] = None
        if first == b"{" and level < _DEEPEST_LIST:
            found[name] = inner = dict[str, Any]()
            self._fill(inner, level + 1)
        elif first == b"[" and self._cursor.starts_with_object():
            found[name] = stored = StoredList(self._file.tell())
            self._store(stored)
        else:
            found[name] = self._loaded()

    def _store(self, stored: StoredList) -> None:
        self._cursor.skip(1)
        data: bytes | None = b""
        for data, _ in self._cursor.items():
            stored.size += 1
            if data is None:
                self._file.write(_TOO_LONG.to_bytes(_LENGTH, "little"))
                continue
            self._file.write(len(data).to_bytes(_LENGTH, "little") + data)
            if not stored and isinstance(value := _value(data), dict):
                stored.append(value)
                self._kept += len(data)
        if self._cursor.unclosed:
            self._cursor.unclosed = False  # it is told as the fault of the object
            stored.size -= data is not None and _value(data) is None  # the item that is cut off is no fault of its own
            raise _Broken(_expected("a bracket", b""))

    def _loaded(self) -> Any:
        first = self._cursor.next_byte()
        data = self._cursor.value() if first and first in b'{["' else self._cursor.word()
        if not data:
            raise _Broken(_expected("a value", first))
        if self._kept + len(data) > self.limit:
            raise LongValueError
        self._kept += len(data)
        value = load_json(data)
        self._cursor.skip(len(data))
        return value

    def _expect(self, token: bytes) -> None:
        first = self._cursor.next_byte()
        if first != token:
            raise _Broken(_expected(repr(token.decode()), first))
        self._cursor.skip(1)


def _value(data: bytes) -> Any:
    """The value of a text; None also if it is not JSON."""
    try:
        return load_json(data)
    except BadJsonError:
        return None


def _expected(what: str, found: bytes) -> str:
    if not found:
        return "not JSON: unexpected end, the object is not closed (fetch the file again)"
    return f"not JSON: expecting {what}, what follows is lost (mend the file)"
