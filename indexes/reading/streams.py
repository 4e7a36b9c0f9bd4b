"""Read, decompress and decode the bytes of an input as a stream, and count the bytes that were read."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from sada.indexes.errors import InputError
from sada.indexes.parsing.encodings import EncodingError, known_encoding, mark_of, to_utf8
from sada.indexes.parsing.faults import TooLargeError, UnreadableError, WrongEncodingError
from sada.indexes.parsing.zstd_dictionary import take_dictionary

EXPANDED_LIMIT = 20
"""GB that a compressed input may expand to, if nothing else is said."""

_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
WARC = b"WARC/"
"""The first bytes of a WARC file."""
_BINARY = (b"PAR1", WARC)
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_WIDEST_WINDOW = 1 << 31
_LONGEST_MARK = 4


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the bytes of an input become UTF-8.

    Args:
        encoding: of text inputs without a byte order mark; None if they are UTF-8 or declare another one.
        limit: bytes that a compressed input may expand to.
    """

    encoding: str | None = None
    limit: int = EXPANDED_LIMIT * 10**9

    @classmethod
    def of(cls, encoding: str | None = None, expanded_limit: float = EXPANDED_LIMIT) -> Decoding:
        """Make it from the name of an encoding and from a limit in GB.

        Raises:
            InputError: if there is no such encoding, or the limit is not over 0.
        """
        if not expanded_limit > 0:
            raise InputError(f"a limit of {expanded_limit} GB for what inputs expand to (write a number over 0)")
        known = None if encoding is None else known_encoding(encoding)
        if encoding is not None and known is None:
            raise InputError(f"no encoding {encoding!r} (write a name such as windows-1256 or utf-16)")
        return cls(None if known == "utf-8" else known, int(expanded_limit * 10**9))


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
    """Decompress gzip or zstd, found by the first bytes, and turn text into UTF-8 without a byte order mark.

    A byte order mark is believed before the encoding that was named. Parquet and WARC stay as they are.

    Raises:
        WrongEncodingError: if they hold UTF-16 without a mark, and no encoding was named; from the iterator, where
            bytes are not in the encoding.
        UnreadableError: from the iterator, where the stream is cut off or damaged, or expands beyond the limit.
    """
    decoding = decoding or Decoding()
    head, chunks = _first_bytes(chunks)
    if _is_gzip(head):
        inflated = _inflate(chain([head], chunks), lambda: zlib.decompressobj(wbits=31), "gz")
        head, chunks = _first_bytes(_limited(inflated, decoding.limit))
    elif _is_zstd(head):
        dictionary, chunks = take_dictionary(chain([head], chunks))
        head, chunks = _first_bytes(_limited(_inflate(chunks, _zstd(dictionary), "zst"), decoding.limit))
    encoding, length = mark_of(head) or (decoding.encoding or "utf-8", 0)
    if encoding != "utf-8" and not head.startswith(_BINARY):
        return _as_utf8(chain([head[length:]], chunks), encoding, length)
    if b"\0" in head[:4]:
        raise WrongEncodingError("UTF-16 or binary, not UTF-8 (if it is text, name its encoding: --encoding utf-16-le)")
    head = head[length:]
    return chain([head], chunks) if head else chunks


def text_start(head: bytes, decoding: Decoding) -> int | None:
    """The offset of the text in a stream with these first bytes; None if it is compressed, or not UTF-8 as it is."""
    encoding, length = mark_of(head) or (decoding.encoding or "utf-8", 0)
    return None if _is_gzip(head) or _is_zstd(head) or encoding != "utf-8" else length


def take(chunks: Iterator[bytes], enough: Callable[[bytes, bytearray], bool]) -> tuple[bytes, Iterator[bytes]]:
    """Take the first chunks until ``enough(last chunk, all of them)``; returns their bytes and the rest of the chunks.

    A fault in the stream is raised at its position: by the rest, after the bytes before it.
    """
    head = bytearray()
    try:
        for chunk in chunks:
            head += chunk
            if enough(chunk, head):
                break
    except UnreadableError as error:
        return bytes(head), _broken(error)
    return bytes(head), chunks


def as_file(chunks: Iterator[bytes]) -> io.BufferedReader:
    """A buffered binary file over ``chunks``."""
    return io.BufferedReader(_ChunkFile(chunks), _CHUNK)


def _is_gzip(head: bytes) -> bool:
    return head.startswith(_GZIP)


def _is_zstd(head: bytes) -> bool:
    return head.startswith(_ZSTD) or (head[1:4] == _ZSTD_SKIPPABLE and head[0] >> 4 == 5)


def _first_bytes(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    return take(chunks, lambda _, head: len(head) >= _LONGEST_MARK)


def _broken(error: UnreadableError) -> Iterator[bytes]:
    raise error
    yield b""


def _as_utf8(chunks: Iterator[bytes], encoding: str, done: int) -> Iterator[bytes]:
    try:
        yield from to_utf8(chunks, encoding, done)
    except EncodingError as error:
        raise WrongEncodingError(str(error)) from None


def _limited(chunks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """Give chunks until there are more than ``limit`` bytes: a small file can expand to more than a disk holds."""
    for chunk in chunks:
        limit -= len(chunk)
        if limit < 0:
            raise TooLargeError("expands to more than is allowed (allow more: --expanded-limit GB)")
        yield chunk


def _zstd(dictionary: Any) -> Callable[[], Any]:
    import zstandard

    return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=_WIDEST_WINDOW).decompressobj


def _inflate(chunks: Iterator[bytes], start: Callable[[], Any], name: str) -> Iterator[bytes]:
    """Decompress members (gzip) or frames (zstd) in sequence; the bytes before a fault are given first."""
    import zstandard

    unit = None
    for data in chunks:
        while data:
            if unit is None:
                data = data.lstrip(b"\0")  # gzip allows zeros as padding between members
                if not data:
                    break
                unit = start()
            try:
                plain = unit.decompress(data)
            except (zlib.error, zstandard.ZstdError) as error:
                raise UnreadableError(f"the {name} stream is damaged, what follows is lost: {error}") from None
            if plain:
                yield plain
            data = b""
            if unit.eof:
                data, unit = unit.unused_data, None
    if unit is not None:
        raise UnreadableError(f"the {name} stream breaks off, what follows is lost (fetch the file again)")


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
