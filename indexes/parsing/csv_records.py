"""Split CSV into records, and find the next one after a fault."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sada.indexes.parsing.csv_lines import CsvLines, TooLongError
from sada.indexes.parsing.row_limits import LIMIT, too_large

DELIMITERS = ",;\t|"
_LARGEST_FIELD = 2**31 - 1
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.I)
_NULL = "\\N"
_LONG = "a quote opened in this row is not closed within {:g} MB (check the quotes, or allow more: --row-limit MB)"
_UNCLOSED = "a quote opened in this row is never closed (check the quotes)"
_TAB_ESCAPE = re.compile(r"\\([ntr\\])")
_TAB_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


class Record(NamedTuple):
    """One record.

    Attributes:
        line: where it starts, from 1.
        values: its fields.
        fault: why it could not be read; empty if it was read.
    """

    line: int
    values: list[str]
    fault: str = ""


def delimiter_of(header: str) -> str:
    """The most frequent delimiter outside quotes in a CSV header: comma, semicolon, tab or vertical bar."""
    bare = re.sub('"[^"]*"', "", header)
    return max(DELIMITERS, key=bare.count)


def separator_named(line: str) -> str | None:
    """The delimiter that a first line such as ``sep=;`` names, as spreadsheets write it; None for another line."""
    match = _SEPARATOR_LINE.fullmatch(line)
    return match[1] if match else None


class CsvRecords(Iterator[Record]):
    r"""The records of a CSV text, the header first; quoted fields may hold line breaks.

    A quote in a field is doubled, or has a backslash before it. Lines with tabs may be written without quotes, with
    ``\n`` for a line break, as databases do. ``\N`` alone is an empty field. A record with a fault ends where the next
    line starts that can be read as a record with a number of fields that was seen before, and that starts with the same
    kind of character as the others.

    Args:
        stream: lines of UTF-8.
        delimiter: None finds it in the header.
        limit: the most bytes of a record, and of a line.
    """

    def __init__(self, stream: Iterable[bytes], delimiter: str | None, limit: int = LIMIT) -> None:
        csv.field_size_limit(_LARGEST_FIELD)
        self._limit = limit
        self._lines = CsvLines(stream, limit)
        first = self._lines.skip_blank()
        if (named := separator_named(first)) is not None:
            delimiter = delimiter or named
            self._lines.begin()
            next(self._lines)
            first = self._lines.skip_blank()
        delimiter = delimiter or delimiter_of(first)
        spaced = f"{delimiter} " in first
        # Strict: else a misplaced quote would swallow rows or shift columns silently.
        self._readers = tuple(
            csv.reader(self._lines, delimiter=delimiter, strict=True, escapechar=escape, skipinitialspace=spaced)
            for escape in (None, "\\")
        )
        self._has_tabs = delimiter == "\t"
        # A backslash stands for itself, except before what it can escape.
        self._lines.literal = re.compile(rf'\\(["\\\n\r{re.escape(delimiter)}])|\\')
        self._escapes = False
        self._widths: set[int] = set()
        self._starts: set[str] = set()

    def __next__(self) -> Record:
        start = self._lines.number + 1
        values = self._attempt(self._escapes)
        if not self._lines.is_cut and (isinstance(values, str) or self._is_odd(values)):
            values = self._attempt_otherwise(values)
        if isinstance(values, str):
            self._skip_fault()
            return Record(start, [], self._fault(start, values))
        if values and (not self._widths or len(values) <= max(self._widths)):
            if self._widths:
                self._starts.add(_kind(self._lines.taken[0]))
            self._widths.add(len(values))
        broken = self._lines.take_broken(start)
        return Record(start, [] if broken else values, broken)

    def _attempt(self, escapes: bool) -> list[str] | str:
        """Read the next record; returns its fields, or the reason why it cannot be read."""
        self._lines.begin(escapes)
        try:
            values = next(self._readers[escapes])
        except csv.Error as error:
            return _reason(error)
        except TooLongError:
            return too_large(self._limit) if self._lines.is_cut else _LONG.format(self._limit / 10**6)
        if self._has_tabs and len(self._lines.taken) == 1 and "\\" in self._lines.taken[0]:
            return [_TAB_ESCAPE.sub(_escaped, "" if value == _NULL else value) for value in values]
        return ["" if value == _NULL else value for value in values]

    def _is_odd(self, values: list[str]) -> bool:
        """True for a number of fields that was not seen before, and for line breaks with a backslash before them."""
        if self._widths and len(values) not in self._widths:
            return True
        return not self._escapes and any(line.endswith(("\\\n", "\\\r\n")) for line in self._lines.taken[:-1])

    def _attempt_otherwise(self, values: list[str] | str) -> list[str] | str:
        """Read the same record with the other meaning of backslashes, or a line with tabs without any of quotes.

        Returns:
            What was read before if neither helps.
        """
        unquoted = self._unquoted()
        if unquoted is not None:
            return unquoted
        if not any("\\" in line for line in self._lines.taken):
            return values
        taken = len(self._lines.taken)
        self._lines.give_back()
        other = self._attempt(not self._escapes)
        if not isinstance(other, str) and (not self._widths or len(other) in self._widths):
            self._escapes = not self._escapes
            return other
        self._lines.give_back()
        self._lines.begin()
        for _ in range(taken):
            next(self._lines)
        return values

    def _unquoted(self) -> list[str] | None:
        """The fields of the first line, in which quotes are letters; None if there are too many or too few."""
        line = self._lines.taken[0].rstrip("\r\n") if self._has_tabs and self._lines.taken else ""
        values = line.split("\t")
        if not line or len(values) not in self._widths:
            return None
        self._lines.give_back(keep=1)
        return [_TAB_ESCAPE.sub(_escaped, "" if value == _NULL else value) for value in values]

    def _skip_fault(self) -> None:
        """Move behind the record with a fault: at least behind its first line."""
        self._lines.give_back(keep=1)
        if not self._widths:
            return
        while not self._starts_here():
            if self._lines.pass_one() is None:
                return

    def _starts_here(self) -> bool:
        try:
            values = self._attempt(self._escapes)
        except StopIteration:
            return True
        first = self._lines.taken[0]
        self._lines.give_back()
        if isinstance(values, str):
            return False
        fits = len(values) in self._widths and (not self._starts or _kind(first) in self._starts)
        return fits or not first.strip()

    def _fault(self, start: int, reason: str) -> str:
        self._lines.take_broken(start)
        lines = self._lines.number - start + 1
        return reason if lines == 1 else f"{reason}; it ends with line {self._lines.number}"


def _escaped(escape: re.Match[str]) -> str:
    return _TAB_ESCAPES[escape[1]]


def _kind(line: str) -> str:
    """The kind of character that a line starts with."""
    first = line[:1]
    return "0" if first.isdigit() else "a" if first.isalpha() else first


def _reason(error: csv.Error) -> str:
    if "unexpected end of data" in str(error):
        return _UNCLOSED
    if "new-line character" in str(error):
        return "a bare carriage return outside quotes (convert the line ends)"
    return f"not CSV: {error} (check the quotes in the row)"


def unique_names(names: Iterable[str]) -> list[str]:
    """Rename the second column ``x`` to ``x_2`` and so on, so that no column hides another."""
    unique: dict[str, None] = {}
    for name in names:
        other, count = name, 1
        while other in unique:
            count += 1
            other = f"{name}_{count}"
        unique[other] = None
    return list(unique)
