"""Open an input: find its format and give its rows."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from sada.indexes.errors import InputError
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.formats import Item, read_rows
from sada.indexes.reading.inputs import InputFile
from sada.indexes.reading.parquet import parquet_rows, require_pyarrow
from sada.indexes.reading.problems import UnreadableError, WrongEncodingError
from sada.indexes.reading.sniff import FORMATS, format_of_name, sniff
from sada.indexes.reading.streams import Progress, as_file, decode, read_chunks, take, text_start
from sada.indexes.storage.spool import Origin


def check(file: InputFile, input_format: str | None, mapper: RowMapper) -> None:
    """Find out, before any row is read, what would keep a file from being read at all.

    Streams and the files of a folder are left alone: the former can be read but once, the latter are many.

    Raises:
        InputError: if it cannot be opened, is not UTF-8, or its format cannot be told.
        MissingPackageError: for Parquet without pyarrow.
    """
    found = input_format or format_of_name(file.name)
    if file.is_file and not file.listed:
        try:
            with file.open() as raw:
                chunks = decode(read_chunks(raw, Progress()))
                found = found or _tell(file, chunks, mapper)[0]
        except OSError as error:
            raise InputError(f"{file.name}: cannot be read: {error.strerror}") from None
        except WrongEncodingError as error:
            raise InputError(f"{file.name}: {error}") from None
        except UnreadableError:
            pass  # met again when it is read, after the rows before it
    if found == "parquet":
        require_pyarrow()


def open_rows(
    file: InputFile, raw: BinaryIO, input_format: str | None, mapper: RowMapper, progress: Progress
) -> tuple[str, Iterator[Item]]:
    """The format of ``file`` and its rows; of nothing, no rows.

    Raises:
        InputError: if the format cannot be told.
        Unreadable: here or while iterating, if the input cannot be read on.
    """
    before = progress.done
    chunks = decode(read_chunks(raw, progress))
    found, chunks = (input_format, chunks) if input_format else _tell(file, chunks, mapper)
    if found != "parquet":
        return found, read_rows(found, as_file(chunks), mapper, is_page=file.is_page)
    if file.path is None or not file.is_file or not _starts_plain(file):
        data = as_file(chunks).read()
        return found, parquet_rows(io.BytesIO(data), lambda share: None) if data else iter(())

    def advance(share: float) -> None:
        progress.done = before + int(share * (file.size or 0))

    return found, parquet_rows(file.path, advance)


def text_of(file: InputFile, raw: BinaryIO) -> tuple[Origin, int] | None:
    """A file whose text can be read again where it lies, and where it begins there; None for a stream or an archive.

    What is told is that of ``raw``, the file as it was opened and not yet read: by its name another may be found since.
    """
    if file.path is None or not file.is_file:
        return None
    status = os.fstat(raw.fileno())
    if not stat.S_ISREG(status.st_mode):
        return None
    start = text_start(raw.read(4))
    raw.seek(0)
    return None if start is None else (Origin.of(str(file.path), status), start)


def _starts_plain(file: InputFile) -> bool:
    """True for a Parquet file that is not compressed as a whole: pyarrow can read it where it lies."""
    with file.open() as raw:
        return raw.read(4) == b"PAR1"


def _tell(file: InputFile, chunks: Iterator[bytes], mapper: RowMapper) -> tuple[str, Iterator[bytes]]:
    head, chunks = take(chunks, lambda chunk, _: bool(chunk))
    if not head:
        next(chunks, None)  # raises what is wrong with the stream, if it is not just empty
        return "jsonl", iter(())
    found, chunks = sniff(file.name, chain([head], chunks), mapper.has_content)
    if found is None:
        raise InputError(f"{file.name}: its format cannot be told (say which: {', '.join(FORMATS)})")
    return found, chunks
