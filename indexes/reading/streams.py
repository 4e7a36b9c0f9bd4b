"""Read and decompress the bytes of an input as a stream, and count the bytes that were read."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from sada.indexes.reading.problems import UnreadableError, WrongEncodingError

_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE = b"\x2a\x4d\x18"
_BOM = b"\xef\xbb\xbf"
_WIDEST_WINDOW = 1 << 31
_LONGEST_MARK = 4


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


def decode(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress gzip or zstd, found by the first bytes, and drop a byte order mark of UTF-8.

    Raises:
        WrongEncodingError: if they hold UTF-16.
        UnreadableError: from the iterator, where the stream is cut off or damaged.
    """
    head, chunks = _first_bytes(chunks)
    if _is_gzip(head):
        head, chunks = _first_bytes(_inflate(chain([head], chunks), lambda: zlib.decompressobj(wbits=31), "gz"))
    elif _is_zstd(head):
        head, chunks = _first_bytes(_inflate(chain([head], chunks), _zstd(), "zst"))
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:4]:
        raise WrongEncodingError("UTF-16 or binary, not UTF-8 (convert it: iconv -f UTF-16 -t UTF-8)")
    head = head.removeprefix(_BOM)
    return chain([head], chunks) if head else chunks


def text_start(head: bytes) -> int | None:
    """The offset of the text in a stream with these first bytes; None if it must be decompressed first."""
    return None if _is_gzip(head) or _is_zstd(head) else len(_BOM) if head.startswith(_BOM) else 0


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


def _zstd() -> Callable[[], Any]:
    import zstandard

    return zstandard.ZstdDecompressor(max_window_size=_WIDEST_WINDOW).decompressobj


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
