"""Read the elements of an XML file one by one, in little memory and without anything from outside the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from sada.indexes.distribution import require
from sada.indexes.parsing.encodings import to_utf8_as_declared
from sada.indexes.parsing.faults import Fault, Item, UnreadableError
from sada.indexes.parsing.markup import broken_xml
from sada.indexes.parsing.row_limits import LIMIT, too_large
from sada.indexes.wire.xml_entities import with_numbered_characters

_PIECE = 1 << 16
_LAST_LINE = 65_534
"""The last line that libxml2 keeps for an element."""
_HARMLESS = frozenset({"ERR_UNDECLARED_ENTITY", "WAR_UNDECLARED_ENTITY", "NS_ERR_UNDEFINED_NAMESPACE"})


def require_lxml(doing: str) -> Any:
    """The module ``lxml.etree``, for ``doing`` something.

    Raises:
        MissingPackageError: if it is not installed.
    """
    return require("lxml.etree", "feeds", doing)


class XmlElements(Iterator[Any]):
    """The elements with certain names, each when it is complete; it is emptied when the next one is asked for.

    Nothing is fetched and no entity is expanded. Places that are not well-formed are passed over and counted.

    Args:
        chunks: the bytes of the file.
        names: names of elements, without prefixes.
        doing: what is done, for the message that lxml is missing.
        limit: the most bytes from the end of one element to that of the next: what is beyond them is not read.

    Raises:
        MissingPackageError: if lxml is not installed.
    """

    def __init__(self, chunks: Iterable[bytes], names: Iterable[str], doing: str, limit: int = LIMIT) -> None:
        self._limit = limit
        self._etree = require_lxml(doing)
        self._parser = self._etree.XMLPullParser(
            events=("end",),
            tag=[f"{{*}}{name}" for name in names],
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            recover=True,
        )
        self._elements = self._read(with_numbered_characters(to_utf8_as_declared(chunks)))
        self._count = 0
        self._stopped: UnreadableError | None = None

    def __next__(self) -> Any:
        return next(self._elements)

    def faults(self, rows: int, if_none: str = "") -> Iterator[Item]:
        """What is wrong with the file, once all elements are read: the first place, and how many more there are.

        Args:
            rows: how many rows it gave; a file with rows has a note, another one is bad.
            if_none: why a well-formed file without any element is bad; empty if it is not.

        Raises:
            UnreadableError: if the end of the file could not be read.
        """
        errors = [error for error in self._parser.feed_error_log if error.type_name not in _HARMLESS]
        if errors:
            more = f" (and {len(errors) - 1:,} more such places)" if len(errors) > 1 else ""
            message = errors[0].message.partition("\n")[0]
            yield errors[0].line, Fault("note" if rows else "bad", broken_xml(message + more))
        elif if_none and not self._count and self._stopped is None:
            yield None, Fault("bad", if_none)
        if self._stopped is not None:
            raise self._stopped

    def _read(self, chunks: Iterator[bytes]) -> Iterator[Any]:
        fed, waiting, count = False, 0, 0
        try:
            for chunk in _sliced(chunks):
                waiting = len(chunk) + (waiting if count == self._count else 0)
                count = self._count
                if waiting > self._limit:
                    self._stopped = UnreadableError(f"{too_large(self._limit, 'an element')}; what follows is lost")
                    return  # what there is of the element is no row
                self._parser.feed(chunk)
                fed = True
                yield from self._complete()
        except UnreadableError as error:
            self._stopped = error  # after the elements before it
        if fed:
            with suppress(self._etree.XMLSyntaxError):  # it is in the log of errors
                self._parser.close()
            yield from self._complete()

    def _complete(self) -> Iterator[Any]:
        for _, element in self._parser.read_events():
            self._count += 1
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _sliced(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return (chunk[start : start + _PIECE] for chunk in chunks for start in range(0, len(chunk), _PIECE))


def line_of(element: Any) -> int | None:
    """The line where an element starts, from 1; None far down in a file."""
    line: int | None = element.sourceline
    return line if line is not None and line < _LAST_LINE else None


def local_name(element: Any) -> str:
    """The name of an element without namespace and prefix; empty for a comment and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""
