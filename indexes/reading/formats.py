"""Read the rows of one input: JSON Lines, JSON, CSV, TSV and documents."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from sada.indexes.fields.nested import lists_of_rows, rows_of_columns, value_at
from sada.indexes.pages.html import html_row, txt_row
from sada.indexes.parsing.csv_records import CsvRecords, Record, unique_names
from sada.indexes.parsing.encodings import EncodingError, decode_page
from sada.indexes.parsing.faults import Fault, Item
from sada.indexes.parsing.json_cursor import Readable
from sada.indexes.parsing.json_outline import Outline, StoredList
from sada.indexes.parsing.json_text import (
    DEEPEST,
    BadJsonError,
    depth_and_size,
    load_json,
    load_with_depth,
)
from sada.indexes.parsing.json_values import JsonValues
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.sniff import is_header

_LARGEST_INDENT = 10_000
_NOT_OBJECTS = "(a row must be a JSON object with fields such as title and text)"


def read_rows(
    input_format: str, stream: io.BufferedReader, mapper: RowMapper, *, is_page: bool = False
) -> Iterator[Item]:
    """Read the rows of a text format.

    Args:
        input_format: one of :data:`sada.indexes.reading.sniff.FORMATS`, but not ``parquet``.
        stream: the input without compression and without a UTF-8 mark at the start.
        mapper: knows the names of title and text.
        is_page: True if a document is a scraped page, which is segmented later.

    Raises:
        UnreadableError: if the stream breaks off, after the rows before that.
    """
    if input_format == "jsonl":
        return JsonLines(stream)
    if input_format == "json":
        return json_rows(stream, mapper)
    if input_format in ("csv", "tsv"):
        return csv_rows(stream, "\t" if input_format == "tsv" else None, mapper)
    return document_rows(stream.read(), _row_makers(is_page)[input_format])


class JsonLines(Iterator[Item]):
    """The rows of JSON Lines, one object a line; blank lines are no rows.

    Attributes:
        line: the bytes of the last row.
        start: their offset in the stream.
    """

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._numbered = enumerate(stream, 1)
        self.line = b""
        self.start = 0

    def __next__(self) -> Item:
        self.start += len(self.line)
        number, self.line = next(self._numbered)
        while self.line.isspace():
            self.start += len(self.line)
            number, self.line = next(self._numbered)
        try:
            row = load_json(self.line)
        except BadJsonError as error:
            return number, Fault("bad", str(error))
        return number, row if type(row) is dict else _not_object(row)


def json_rows(stream: Readable, mapper: RowMapper) -> Iterator[Item]:
    """Read the items of arrays, of the only list of objects in an object, and objects that are articles.

    Several documents may follow one another. Of an array one item at a time is in memory.
    """
    values = JsonValues(stream)
    broken = False
    for data, number, outline in values:
        if outline is not None:
            yield from _large_object(outline, mapper)
            continue
        try:
            value, depth = load_with_depth(data)
        except BadJsonError as error:
            broken = True
            yield _bad_json(data, number, error, values.position())
            continue
        broken = False
        if number is not None:
            yield _json_item(number, value, depth)
        elif isinstance(found := _rows_in(value, mapper), Fault):
            yield None, found
        else:
            for place, row in enumerate(found, 1):
                yield _json_item(place, row, depth_and_size(row)[0])
    if values.unclosed and not broken:
        yield None, Fault("bad", "not JSON: unexpected end, the array is not closed (fetch the file again)")


def _large_object(outline: Outline, mapper: RowMapper) -> Iterator[Item]:
    """The rows of an object whose lists wait on disk, and then the fault that ended it early."""
    found = _rows_in(outline.value, mapper)
    if isinstance(found, StoredList):
        for number, data in enumerate(outline.items(found), 1):
            try:
                yield _json_item(number, *load_with_depth(data))
            except BadJsonError as error:
                yield None, Fault("bad", f"item {number}: {error}")
    elif outline.is_whole:
        try:
            rows = [found] if isinstance(found, Fault) else [outline.whole(row) for row in found]
        except BadJsonError as error:
            rows = [Fault("bad", str(error))]
        for number, row in enumerate(rows, 1):
            yield (None, row) if isinstance(row, Fault) else _json_item(number, row, depth_and_size(row)[0])
    if outline.fault:
        yield outline.line, Fault("bad", outline.fault)
    if outline.unreadable is not None:
        raise outline.unreadable


def _bad_json(data: bytes, number: int | None, error: BadJsonError, position: tuple[int, int]) -> Item:
    """The fault of a value that is not JSON, with its line and column in the file."""
    line, column = position
    if error.line == 1 and 0 < column <= _LARGEST_INDENT:
        try:  # again with as much before it as in the file, for the right column
            load_with_depth(b" " * column + data)
        except BadJsonError as moved:
            error = moved
    item = f"item {number}: " if number is not None and column > _LARGEST_INDENT else ""
    return line + error.line - 1, Fault("bad", f"{item}{error}")


def _json_item(number: int, row: Any, depth: int) -> Item:
    if type(row) is not dict:
        return None, Fault("bad", f"item {number}: {_not_object(row).reason}")
    if depth > DEEPEST:
        return None, Fault("bad", f"item {number}: nested more than {DEEPEST} levels deep (flatten it, or drop it)")
    return None, row


def csv_rows(stream: Iterable[bytes], delimiter: str | None, mapper: RowMapper) -> Iterator[Item]:
    """Read rows under a header line, which also shows the delimiter if None. Quoted fields may hold line breaks."""
    records = CsvRecords(stream, delimiter)
    header = next(records, None)
    if header is None:
        return
    following = next(records, None)
    if header.fault:
        yield header.line, Fault("bad", header.fault)
        return
    names = unique_names(header.values)
    if not mapper.meet(names) or not _names_columns(header, following, mapper):
        yield header.line, Fault("bad", _no_header(names))
        return
    for record in chain([following] if following else [], records):
        if record.fault:
            yield record.line, Fault("bad", record.fault)
        elif len(record.values) > 1 or (record.values and record.values[0].strip()):
            yield from _csv_row(record.line, names, record.values)


def _names_columns(header: Record, following: Record | None, mapper: RowMapper) -> bool:
    """True if the first record is a header: a name of a column is not the value in the next row, too."""
    pairs = zip(header.values, following.values if following else [], strict=False)
    repeated = any(name == value and mapper.has_content([name]) for name, value in pairs)
    return not repeated and is_header(header.values, mapper.has_content)


def _csv_row(line: int, header: list[str], values: list[str]) -> Iterator[Item]:
    counts = f"{len(values)} fields where the header has {len(header)}"
    if len(values) > len(header):
        yield line, Fault("bad", f"{counts} (put the field that holds the delimiter in quotes)")
        return
    if len(values) < len(header):
        yield line, Fault("note", f"{counts}, the last ones are empty")
    yield line, dict(zip(header, values, strict=False))


def document_rows(data: bytes, make_row: Callable[[str], dict[str, Any]]) -> Iterator[Item]:
    """Read the one row of a document."""
    if not data:
        return
    try:
        yield None, make_row(decode_page(data))
    except EncodingError as error:
        yield error.line, Fault("bad", str(error))


def _row_makers(is_page: bool) -> dict[str, Callable[[str], dict[str, Any]]]:
    if not is_page:
        return {"txt": txt_row, "html": html_row}
    from sada.indexes.reading.page_rows import html_page_row, txt_page_row

    return {"txt": txt_page_row, "html": html_page_row}


def _rows_in(value: Any, mapper: RowMapper) -> list[Any] | Fault:
    if mapper.rows is not None:
        return _named_rows(value, mapper.rows)
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return _not_object(value)
    if mapper.has_text(value):
        return [value]
    lists = dict(lists_of_rows(value))
    articles = {name: items for name, items in lists.items() if _hold_articles(items, mapper)}
    # Lists inside others hold rows only if no list outside does.
    depth = min((name.count(".") for name in articles), default=0)
    chosen = {name: items for name, items in (articles or lists).items() if name.count(".") == depth}
    if not articles and mapper.has_content(value):
        return rows_of_columns(value) or [value]
    if len(chosen) == 1:
        return next(iter(chosen.values()))
    if len(chosen) > 1:
        return Fault(
            "bad", f"several lists of articles: {', '.join(chosen)} (keep one, or name it: --rows {next(iter(chosen))})"
        )
    if [] in value.values():
        return []
    return Fault("bad", f"an object without a list of articles {_NOT_OBJECTS}")


def _named_rows(value: Any, name: str) -> list[Any] | Fault:
    """The rows of the list that the user named; one object there is one row."""
    found = value_at(value, name) if isinstance(value, dict) else None
    if found is None and isinstance(value, dict):
        found = value_at(value, tuple(name.split(".")))
    if isinstance(found, dict):
        return [found]
    if isinstance(found, list):
        return found
    lists = ", ".join(one for one, _ in lists_of_rows(value)) if isinstance(value, dict) else ""
    return Fault("bad", f"no list {name!r} in the document (lists there are: {lists or 'none'})")


def _hold_articles(items: list[Any], mapper: RowMapper) -> bool:
    row = next(filter(_is_row, items))
    wrapped = row.get("_source")
    return mapper.has_content(row) or (isinstance(wrapped, dict) and mapper.has_content(wrapped))


def _is_row(value: Any) -> bool:
    return type(value) is dict


def _not_object(value: Any) -> Fault:
    names = {list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return Fault("bad", f"{names.get(type(value), 'a number')}, not an object {_NOT_OBJECTS}")


def _no_header(names: list[str]) -> str:
    shown = ", ".join(names[:20])
    return f"no column for a title or a text among: {shown} (the first line must name the columns, or name the fields)"
