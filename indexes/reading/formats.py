"""Read the rows of one input: JSON Lines, JSON, CSV, TSV and documents."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from sada.indexes.json.cursor import Readable
from sada.indexes.json.lines import JsonLines, not_object
from sada.indexes.json.outline import Outline, StoredList
from sada.indexes.json.repeated_names import RepeatedNames, repeated_note
from sada.indexes.json.text import (
    DEEPEST,
    BadJsonError,
    depth_and_size,
    load_with_depth,
    load_with_line_breaks,
)
from sada.indexes.json.values import JsonValues
from sada.indexes.pages.front_matter import row_below
from sada.indexes.pages.plain_text import txt_row
from sada.indexes.parsing.csv_records import CsvRecords, Record, unique_names
from sada.indexes.parsing.encodings import EncodingError, decode_page
from sada.indexes.parsing.faults import Fault, Item
from sada.indexes.parsing.row_limits import LIMIT, lines_at_any_end, lines_within, too_large
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.json_documents import articles_in, is_article_row, rows_in
from sada.indexes.reading.page_rows import html_page_row, whole_page_row
from sada.indexes.reading.sniff import is_header

_LARGEST_INDENT = 10_000


def read_rows(
    input_format: str, stream: io.BufferedReader, mapper: RowMapper, *, is_page: bool = False, limit: int = LIMIT
) -> Iterator[Item]:
    """Read the rows of a text format.

    Args:
        input_format: one of :data:`sada.indexes.parsing.file_names.FORMATS`, of a text.
        stream: the input without compression and without a UTF-8 mark at the start.
        mapper: knows the names of title and text.
        is_page: True if a document is a scraped page, which is segmented later.
        limit: the most bytes of a row, of a value of a JSON document, or of a text or page; larger ones are bad rows.

    Raises:
        UnreadableError: if the stream breaks off, after the rows before that.
    """
    if input_format == "jsonl":
        return JsonLines(lines_within(stream, limit), limit)
    if input_format == "json":
        return json_rows(stream, mapper, limit)
    if input_format in ("csv", "tsv"):
        return csv_rows(lines_at_any_end(stream, limit), "\t" if input_format == "tsv" else None, mapper, limit)
    make_row = _row_makers(is_page)[input_format]
    make_row = partial(row_below, make_row) if input_format == "txt" else make_row
    return document_rows(stream.read(limit + 1), make_row, limit)


def json_rows(stream: Readable, mapper: RowMapper, limit: int = LIMIT) -> Iterator[Item]:
    """Read the items of arrays, of the only list of objects in an object, and objects that are articles.

    Several documents may follow one another. Of an array one item at a time is in memory.
    """
    values, repeated = JsonValues(stream, limit), RepeatedNames()
    broken = False
    for data, number, outline in values:
        if data is None:
            large = [(values.position()[0], _too_large(number, limit))]
            yield from large if outline is None else _large_object(outline, mapper)
            continue
        try:
            value, depth = load_with_depth(data)
        except BadJsonError as error:
            value, depth = load_with_line_breaks(data), 1
            if type(value) is not dict:
                broken = True
                yield _bad_json(data, number, error, values.position())
                continue
        broken = False
        if type(value) is dict and (note := repeated.in_row(data, value)) is not None:
            yield values.position()[0], note
        if number is not None:
            yield from _json_items(number, value, depth, mapper)
        elif isinstance(found := rows_in(value, mapper), Fault):
            yield None, found
        else:
            for place, row in enumerate(found, 1):
                yield _json_item(place, row, depth_and_size(row)[0])
    if values.unclosed and not broken:
        yield None, Fault("bad", "not JSON: unexpected end, the array is not closed (fetch the file again)")


def _large_object(outline: Outline, mapper: RowMapper) -> Iterator[Item]:
    """The rows of an object whose lists wait on disk, and then the fault that ended it early."""
    if outline.repeated:
        yield outline.line, repeated_note(outline.repeated)
    found = rows_in(outline.value, mapper)
    if isinstance(found, StoredList) and is_article_row(found[0], mapper):
        for number, data in enumerate(outline.items(found), 1):
            yield _stored_item(number, data, outline.limit)
    elif outline.is_whole:
        try:
            found = rows_in(outline.whole(outline.value), mapper)
        except BadJsonError as error:
            found = Fault("bad", str(error))
        rows = [found] if isinstance(found, Fault) else found
        for number, row in enumerate(rows, 1):
            yield (None, row) if isinstance(row, Fault) else _json_item(number, row, depth_and_size(row)[0])
    if outline.fault:
        yield outline.line, Fault("bad", outline.fault)
    if outline.unreadable is not None:
        raise outline.unreadable


def _stored_item(number: int, data: bytes | None, limit: int) -> Item:
    """An item of a list that waited on disk; None in the place of one that was too long for that."""
    if data is None:
        return None, _too_large(number, limit)
    try:
        return _json_item(number, *load_with_depth(data))
    except BadJsonError as error:
        return None, Fault("bad", f"item {number}: {error}")


def _too_large(number: int | None, limit: int) -> Fault:
    return Fault("bad", too_large(limit, "a value" if number is None else f"item {number}: a row"))


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


def _json_items(number: int, value: Any, depth: int, mapper: RowMapper) -> Iterator[Item]:
    """The row that an item of an array is, or the rows in it, if it is a page of a service's answer."""
    pages = type(value) is dict and not is_article_row(value, mapper) and articles_in(value, mapper)
    if not pages or depth > DEEPEST:
        yield _json_item(number, value, depth)
        return
    for row in chain.from_iterable(pages.values()):
        yield _json_item(number, row, 0)


def _json_item(number: int, row: Any, depth: int) -> Item:
    if type(row) is not dict:
        return None, Fault("bad", f"item {number}: {not_object(row).reason}")
    if depth > DEEPEST:
        return None, Fault("bad", f"item {number}: nested more than {DEEPEST} levels deep (flatten it, or drop it)")
    return None, row


def csv_rows(stream: Iterable[bytes], delimiter: str | None, mapper: RowMapper, limit: int = LIMIT) -> Iterator[Item]:
    """Read rows under a header line, which also shows the delimiter if None. Quoted fields may hold line breaks."""
    records = CsvRecords(stream, delimiter, limit)
    header = next(records, None)
    if header is None:
        return
    following = next(records, None)
    if header.fault:
        yield header.line, Fault("bad", header.fault)
        return
    names = unique_names(header.values)
    if renamed := [
        f"{name} is read as {other}" for name, other in zip(header.values, names, strict=True) if name != other
    ]:
        yield header.line, Fault("note", f"columns with the name of another: {', '.join(renamed)}")
    if not mapper.meet(names) or not _names_columns(header, following, mapper):
        yield header.line, Fault("bad", _no_header(names))
        return
    for record in chain([following] if following else [], records):
        if record.fault:
            yield record.line, Fault("bad", record.fault)
        elif record.values[-1:] == header.values[-1:] and _is_header_again(record, header):
            yield record.line, Fault("note", "the header again, as where files were joined: no row")
        elif len(record.values) > 1 or (record.values and record.values[0].strip()):
            yield from _csv_row(record.line, names, record.values)


def _names_columns(header: Record, following: Record | None, mapper: RowMapper) -> bool:
    """True if the first record is a header: a name of a column is not the value in the next row, too."""
    pairs = zip(header.values, following.values if following else [], strict=False)
    repeated = any(name == value and mapper.has_content([name]) for name, value in pairs)
    return not repeated and is_header(header.values, mapper.has_content)


def _is_header_again(record: Record, header: Record) -> bool:
    """True for the header of a file that was put behind another one, with or without its byte order mark."""
    return len(header.values) > 1 and [record.values[0].removeprefix("\ufeff"), *record.values[1:]] == header.values


def _csv_row(line: int, header: list[str], values: list[str]) -> Iterator[Item]:
    while len(values) > len(header) and not values[-1]:  # a delimiter at the end of each line
        values.pop()
    counts = f"{len(values)} fields where the header has {len(header)}"
    if len(values) > len(header):
        yield line, Fault("bad", f"{counts} (put the field that holds the delimiter in quotes)")
        return
    if len(values) < len(header):
        yield line, Fault("note", f"{counts}, the last ones are empty")
    yield line, dict(zip(header, values, strict=False))


def document_rows(data: bytes, make_row: Callable[[str], dict[str, Any]], limit: int) -> Iterator[Item]:
    """Read the one row of a document, of which there may be more than its first ``limit`` bytes."""
    if not data:
        return
    if len(data) > limit:
        yield None, Fault("bad", too_large(limit, "a document"))
        return
    try:
        yield None, make_row(decode_page(data))
    except EncodingError as error:
        yield error.line, Fault("bad", str(error))


def _row_makers(is_page: bool) -> dict[str, Callable[[str], dict[str, Any]]]:
    return {"txt": whole_page_row, "html": whole_page_row} if is_page else {"txt": txt_row, "html": html_page_row}


def _no_header(names: list[str]) -> str:
    shown = ", ".join(names[:20])
    return f"no column for a title or a text among: {shown} (the first line must name the columns, or name the fields)"
