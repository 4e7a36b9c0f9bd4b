"""Read, decompress and decode the bytes of an input as a stream, and count the bytes that were read."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any, BinaryIO

from sada.indexes.errors import InputError
from sada.indexes.parsing.chunks import take
from sada.indexes.parsing.compression import Allowance, expand, is_compressed
from sada.indexes.parsing.encodings import EncodingError, known_encoding, mark_of, to_utf8, wide_encoding
from sada.indexes.parsing.faults import RefusedError, UnreadableError, WrongEncodingError
from sada.indexes.parsing.magic import binary_format, binary_refusal, may_be_binary
from sada.indexes.parsing.row_limits import LIMIT, ROW_LIMIT

EXPANDED_LIMIT = 20
"""GB that a compressed input may expand to, if nothing else is said."""

_CHUNK = 1 << 16
_LONGEST_MARK = 4
_LARGEST_ROW = 2000
"""MB: the parsers of rows count bytes in 31 bits."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the bytes of an input become UTF-8.

    Args:
        encoding: of text inputs without a byte order mark; None if they are UTF-8 or declare another one.
        limit: bytes that a compressed input may expand to.
        allowance: what is left of the limit, for the members of an archive, which share one; None for other inputs.
        row_limit: bytes that one row may have.
    """

    encoding: str | None = None
    limit: int = EXPANDED_LIMIT * 10**9
    allowance: Allowance | None = None
    row_limit: int = LIMIT

    @classmethod
    def of(
        cls, encoding: str | None = None, expanded_limit: float = EXPANDED_LIMIT, row_limit: float = ROW_LIMIT
    ) -> Decoding:
        """Make it from the name of an encoding, a limit in GB, and the limit of a row in MB.

        Raises:
            InputError: if there is no such encoding, or a limit is not over 0.
        """
        if not row_limit > 0:
            raise InputError(f"a limit of {row_limit} MB for a row (write a number over 0)")
        if not expanded_limit > 0:
            raise InputError(f"a limit of {expanded_limit} GB for what inputs expand to (write a number over 0)")
        known = None if encoding is None else known_encoding(encoding)
        if encoding is not None and known is None:
            raise InputError(f"no encoding {encoding!r} (write a name such as windows-1256 or utf-16)")
        most = int(min(row_limit, _LARGEST_ROW) * 10**6)
        return cls(None if known == "utf-8" else known, int(expanded_limit * 10**9), None, most)

    def new_allowance(self) -> Allowance:
        """The allowance of one input: a new one, or that of the archive that it is in."""
        return self.allowance or Allowance(self.limit)


@dataclass(slots=True)
class Progress:
    """Bytes read of the files on disk; ``total`` is ``None`` if it is not known."""

    done: int = 0
    total: int | None = None


def read_chunks(raw: BinaryIO, progress: Progress) -> Iterator[bytes]:
    """Read the bytes of ``raw`` in chunks as they arrive, and count them.

    Raises:
        UnreadableError: if the system cannot read on.
    """
    read = getattr(raw, "read1", raw.read)
    while True:
        try:
            data = read(_CHUNK)
        except OSError as error:
            raise UnreadableError(f"cannot be read: {error.strerror or error}") from None
        if not data:
            return
        progress.done += len(data)
        yield data


def decode(chunks: Iterator[bytes], decoding: Decoding | None = None) -> Iterator[bytes]:
    """Decompress a stream, found by the first bytes, and turn text into UTF-8 without a byte order mark.

    A byte order mark is believed before the encoding that was named. Binary tables and WARC stay as they are.

    Raises:
        RefusedError: for a binary file that is not read.
        WrongEncodingError: if they hold UTF-16 without a mark, and no encoding was named; from the iterator, where
            bytes are not in the encoding.
        UnreadableError: from the iterator, where the stream is cut off or damaged, or expands beyond the limit.
    """
    decoding = decoding or Decoding()
    head, chunks = take(expand(chunks, decoding.new_allowance()), _has_mark)
    if reason := binary_refusal(head):
        raise RefusedError(reason)
    if binary_format(head) is not None:
        return chain([head], chunks)
    encoding, length = mark_of(head) or (decoding.encoding or "utf-8", 0)
    if encoding != "utf-8":
        return _as_utf8(chain([head[length:]], chunks), encoding, length)
    if (wide := wide_encoding(head)) is not None:
        mend = f"if it is text, name its encoding: --encoding {wide}"
        raise WrongEncodingError(f"UTF-16 or binary, not UTF-8 ({mend})")
    head = head[length:]
    return chain([head], chunks) if head else chunks


def text_start(head: bytes, decoding: Decoding) -> int | None:
    """The offset of the text in a stream with these first bytes; None if it is compressed, or not UTF-8 as it is."""
    encoding, length = mark_of(head) or (decoding.encoding or "utf-8", 0)
    return None if is_compressed(head) or encoding != "utf-8" else length


@contextmanager
def spooled(chunks: Iterator[bytes]) -> Iterator[IO[bytes]]:
    """A temporary file with all of ``chunks``, for what is not read from its start to its end; it has a ``name``.

    Raises:
        UnreadableError: if there is no room for it.
    """
    with tempfile.NamedTemporaryFile(prefix="sada-") as copy:
        for chunk in chunks:
            try:
                copy.write(chunk)
            except OSError as error:
                mend = "set TMPDIR to a folder with more room"
                raise UnreadableError(f"{tempfile.gettempdir()}: no copy: {error.strerror or error} ({mend})") from None
        copy.flush()
        copy.seek(0)
        yield copy


def as_file(chunks: Iterator[bytes]) -> io.BufferedReader:
    """A buffered binary file over ``chunks``."""
    return io.BufferedReader(_ChunkFile(chunks), _CHUNK)


def _has_mark(_: bytes, head: bytearray) -> bool:
    return len(head) >= _LONGEST_MARK and not may_be_binary(head)


def _as_utf8(chunks: Iterator[bytes], encoding: str, done: int) -> Iterator[bytes]:
    try:
        yield from to_utf8(chunks, encoding, done)
    except EncodingError as error:
        raise WrongEncodingError(str(error)) from None


class _ChunkFile(io.RawIOBase):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            data = next(self._chunks, None)
            if data is None:
                return 0
            self._left = memoryview(data)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
