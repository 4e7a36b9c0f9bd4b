"""Open an input: find its format and read its rows."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sada.indexes.crawls.warc import warc_rows
from sada.indexes.crawls.warc_records import require_fastwarc
from sada.indexes.errors import InputError
from sada.indexes.json.lines import JsonLines
from sada.indexes.parsing.chunks import take
from sada.indexes.parsing.encodings import not_utf8
from sada.indexes.parsing.faults import Item, RefusedError, UnreadableError, WrongEncodingError
from sada.indexes.parsing.file_names import DOCUMENTS, FORMATS, format_of_name
from sada.indexes.parsing.magic import MOST_MAGIC, TABLES, binary_format
from sada.indexes.parsing.markup import other_kind
from sada.indexes.reading.archives import is_archive
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.formats import read_rows
from sada.indexes.reading.inputs import InputFile
from sada.indexes.reading.page_rows import html_page_row
from sada.indexes.reading.sniff import sniff
from sada.indexes.reading.streams import Decoding, Progress, as_file, decode, read_chunks, spooled, text_start
from sada.indexes.storage.spool import Lines, Origin
from sada.indexes.tabular.formats import CHOOSING, require_reader, table_rows
from sada.indexes.wire.xml_formats import XML_READERS, require_xml_reader

_LINE_BREAK = ord("\n")


class OpenInput(NamedTuple):
    """The file that rows come from, its format, and the mapper that makes articles from them."""

    file: InputFile
    mapper: RowMapper
    input_format: str
    text: tuple[Origin, int] | None

    @property
    def default_id(self) -> str:
        """The id of an article without one: for a document its path, else empty."""
        return self.file.key if self.input_format in ("txt", "html") else ""

    def line_of(self, lines: JsonLines) -> bytes | Lines:
        """The last line: its position if it can be read again in place, else its bytes; mended if it was no JSON."""
        if lines.mended:
            return lines.mended
        if self.text is None or lines.line[-1] != _LINE_BREAK:
            return lines.line
        origin, start = self.text
        return Lines(origin, start + lines.start, len(lines.line))


def check(file: InputFile, input_format: str | None, mapper: RowMapper, decoding: Decoding) -> None:
    """Check before any row is read that a file can be read at all.

    Streams and the files of a folder are not checked: a stream can be read only once, and a folder may hold many.

    Raises:
        InputError: if it cannot be opened, is not in its encoding, or has no known format.
        MissingPackageError: if the package that reads its format is not installed.
    """
    found = input_format or format_of_name(file.name)
    if file.is_file and not file.listed:
        try:
            if is_archive(file):
                return
            with file.open() as raw:
                found, _ = _decoded(file, raw, input_format, mapper, Progress(), decoding)
        except OSError as error:
            raise InputError(f"{file.name}: cannot be read: {error.strerror}") from None
        except RefusedError as error:
            raise InputError(f"{file.name}: {error}") from None
        except UnreadableError:
            pass  # reported when the file is read, after the rows before the fault
    if found == "warc":
        require_fastwarc()
    elif found is not None and found in XML_READERS:
        require_xml_reader(found)
    elif found is not None:
        require_reader(found)


def open_rows(
    file: InputFile,
    raw: BinaryIO,
    input_format: str | None,
    mapper: RowMapper,
    progress: Progress,
    decoding: Decoding | None = None,
) -> tuple[str, Iterator[Item]]:
    """Find the format of ``file`` and read its rows; an empty file has none.

    Raises:
        InputError: if the format is not known.
        UnreadableError: here or while iterating, if the rest of the input cannot be read.
    """
    before, decoding = progress.done, decoding or Decoding()
    limit = decoding.row_limit
    found, chunks = _decoded(file, raw, input_format, mapper, progress, decoding)
    if mapper.rows is not None and found != "json":
        raise InputError(f"{file.name}: --rows names a list in a JSON document, and this is {found} (leave it out)")
    if mapper.table is not None and found not in CHOOSING:
        raise InputError(f"{file.name}: --table names a table in SQLite or Excel, and this is {found} (leave it out)")
    if found == "warc":
        return found, warc_rows(as_file(chunks), html_page_row, decoding.encoding, limit)
    if found in XML_READERS:
        return found, XML_READERS[found](chunks, limit)
    if found not in TABLES:
        return found, read_rows(found, as_file(chunks), mapper, is_page=file.is_page, limit=limit)

    def advance(share: float) -> None:
        progress.done = before + int(share * (file.size or 0))

    return found, _table_rows(found, file, chunks, advance, mapper, decoding)


def _table_rows(
    found: str,
    file: InputFile,
    chunks: Iterator[bytes],
    advance: Callable[[float], None],
    mapper: RowMapper,
    decoding: Decoding,
) -> Iterator[Item]:
    """Read a table in place if it is a file, else from a copy: it is not read from its start to its end."""
    limits = decoding.limit, decoding.row_limit
    if file.path is not None and file.is_file and _starts_plain(file):
        yield from table_rows(found, file.path, advance, mapper.table, mapper, *limits)
        return
    with spooled(chunks) as copy:
        if os.path.getsize(copy.name):
            path = Path(copy.name)
            yield from table_rows(found, path, lambda share: None, mapper.table, mapper, *limits)


def text_of(file: InputFile, raw: BinaryIO, decoding: Decoding) -> tuple[Origin, int] | None:
    """The identity of a file whose lines can be read again in place, and the offset of its text; None for others.

    None for streams, compressed files and other encodings than UTF-8. The identity is that of ``raw``, the file as it
    was opened and not yet read: another file may have its name by now.
    """
    if file.path is None or not file.is_file:
        return None
    status = os.fstat(raw.fileno())
    if not stat.S_ISREG(status.st_mode):
        return None
    start = text_start(raw.read(MOST_MAGIC), decoding)
    raw.seek(0)
    return None if start is None else (Origin.of(str(file.path), status), start)


def _starts_plain(file: InputFile) -> bool:
    """True for a table that is not compressed as a whole."""
    with file.open() as raw:
        return binary_format(raw.read(MOST_MAGIC)) is not None


def _decoded(
    file: InputFile,
    raw: BinaryIO,
    input_format: str | None,
    mapper: RowMapper,
    progress: Progress,
    decoding: Decoding | None,
) -> tuple[str, Iterator[bytes]]:
    """The format of a file, and its bytes; those of text formats are UTF-8, if they do not declare an encoding."""
    chunks = decode(read_chunks(raw, progress), decoding)
    if input_format is not None and input_format in XML_READERS:
        return _named_xml(input_format, chunks)
    found, chunks = (input_format, chunks) if input_format else _find_format(file, chunks, mapper)
    if found in ("warc", *TABLES, *DOCUMENTS, *XML_READERS):
        return found, chunks
    head, chunks = take(chunks, lambda chunk, _: bool(chunk))
    if reason := not_utf8(head):
        raise WrongEncodingError(reason)
    return found, chain([head], chunks)


def _named_xml(named: str, chunks: Iterator[bytes]) -> tuple[str, Iterator[bytes]]:
    """A format of XML that the user named, and the bytes, which may not start another one."""
    head, chunks = take(chunks, lambda chunk, _: bool(chunk))
    if kind := other_kind(head.decode("utf-8", "replace"), named):
        raise RefusedError(f"{kind}, and not in the format {named} (leave --input-format out)")
    return named, chain([head] if head else [], chunks)


def _find_format(file: InputFile, chunks: Iterator[bytes], mapper: RowMapper) -> tuple[str, Iterator[bytes]]:
    head, chunks = take(chunks, lambda chunk, _: bool(chunk))
    if not head:
        next(chunks, None)  # raises if the stream is faulty and not just empty
        return "jsonl", iter(())
    found, chunks = sniff(file.name, chain([head], chunks), mapper.has_content)
    if found is None:
        if reason := not_utf8(head):
            raise WrongEncodingError(reason)
        raise InputError(f"{file.name}: its format cannot be told (say which: {', '.join(FORMATS)})")
    return found, chunks
