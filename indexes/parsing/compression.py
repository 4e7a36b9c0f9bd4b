"""Decompress streams of gzip, bzip2, xz, lzma and zstd, found by their first bytes."""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from sada.indexes.parsing.chunks import take
from sada.indexes.parsing.faults import TooLargeError, UnreadableError
from sada.indexes.parsing.zstd_dictionary import take_dictionary

_MOST_MEMORY = 1 << 31
_MOST_AT_ONCE = 1 << 20
_LEAST_STEP = 1 << 7
_LONGEST_MAGIC = 13


class _Kind(NamedTuple):
    """A compression.

    Attributes:
        name: as in the suffix of files.
        magic: the first bytes.
        start: begins to decompress one member or frame.
        at_once: the most bytes to decompress in one step, so that few that expand to gigabytes are noticed in time.
    """

    name: str
    magic: re.Pattern[bytes]
    start: Callable[[], Any]
    at_once: int


class Allowance:
    """How many more bytes inputs may expand to.

    Args:
        limit: bytes.
    """

    def __init__(self, limit: int) -> None:
        self._left = limit

    def limited(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Give chunks until there are more than what is left: a small file can expand to more than a disk holds.

        Raises:
            TooLargeError: then.
        """
        for chunk in chunks:
            self._left -= len(chunk)
            if self._left < 0:
                raise TooLargeError("expands to more than is allowed (allow more: --expanded-limit GB)")
            yield chunk


def is_compressed(head: bytes) -> bool:
    """True for a stream with these first bytes (at least thirteen, if it has so many)."""
    return _kind_of(head) is not None


def expand(chunks: Iterator[bytes], allowance: Allowance) -> Iterator[bytes]:
    """Decompress a stream if it is compressed.

    Raises:
        UnreadableError: from the iterator, where the stream is cut off or damaged, after the bytes before that.
        TooLargeError: from the iterator, where it expands beyond the allowance.
    """
    head, chunks = take(chunks, _is_enough)
    whole: Iterator[bytes] = chain([head], chunks)
    kind = _kind_of(head)
    if kind is None:
        return whole
    if kind.start is _zstd:
        dictionary, whole = take_dictionary(whole)
        kind = kind._replace(start=partial(_zstd, dictionary))
    return allowance.limited(_inflate(whole, kind))


def _is_enough(_: bytes, head: bytearray) -> bool:
    return len(head) >= _LONGEST_MAGIC or (len(head) >= 4 and not head.startswith((b"BZh", b"\x5d\0\0")))


def _kind_of(head: bytes) -> _Kind | None:
    return next((kind for kind in _KINDS if kind.magic.match(head)), None)


def _lzma() -> Any:
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, _MOST_MEMORY)


def _zstd(dictionary: Any = None) -> Any:
    import zstandard

    return zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=_MOST_MEMORY).decompressobj()


_KINDS = (
    _Kind("gz", re.compile(rb"\x1f\x8b"), lambda: zlib.decompressobj(wbits=31), 1 << 16),
    _Kind("bz2", re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)", re.DOTALL), bz2.BZ2Decompressor, 1 << 12),
    _Kind("xz", re.compile(rb"\xfd7zX"), lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _MOST_MEMORY), 1 << 12),
    # The form before xz has no mark of its own, but the usual properties and a size that is unknown or below 2**40.
    _Kind("lzma", re.compile(rb"\x5d\x00\x00..(?:\xff{8}|.{5}\x00{3})", re.DOTALL), _lzma, 1 << 12),
    # The second form is a frame that holds no data.
    _Kind("zst", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18", re.DOTALL), _zstd, 1 << 12),
)


def _inflate(chunks: Iterator[bytes], kind: _Kind) -> Iterator[bytes]:
    """Decompress members or frames in sequence; the bytes before a fault are given first."""
    import zstandard

    faults = (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, EOFError, ValueError)
    unit: _Unit | None = None
    for data in _sliced(chunks, kind.at_once):
        while data:
            if unit is None:
                data = data.lstrip(b"\0")  # zeros may stand between members as padding
                if not data:
                    break
                unit = _Unit(kind)
            try:
                yield from unit.plain(data)
            except faults as error:
                raise UnreadableError(f"the {kind.name} stream is damaged, what follows is lost: {error}") from None
            data = b""
            if unit.is_over:
                data, unit = unit.rest, None
    if unit is not None:
        raise UnreadableError(f"the {kind.name} stream breaks off, what follows is lost (fetch the file again)")


class _Unit:
    """Decompresses one member or frame, some hundred kilobytes at a time, whatever it expands to."""

    def __init__(self, kind: _Kind) -> None:
        self._unit = kind.start()
        self._step = _LEAST_STEP
        self._most = kind.at_once
        self._behind = b""
        self.plain = self._by_steps if kind.name == "zst" else self._by_size

    @property
    def is_over(self) -> bool:
        """True once the end was read."""
        return bool(self._unit.eof)

    @property
    def rest(self) -> Any:
        """What stands behind the end."""
        return self._unit.unused_data + self._behind

    def _by_size(self, data: bytes) -> Iterator[bytes]:
        while True:
            plain = self._unit.decompress(data, _MOST_AT_ONCE)
            if plain:
                yield plain
            data = getattr(self._unit, "unconsumed_tail", b"")
            if self._unit.eof or (not data and len(plain) < _MOST_AT_ONCE):
                return

    def _by_steps(self, data: bytes) -> Iterator[bytes]:
        """For zstd, which gives all at once: so few bytes at a time that these are not much, as far as one can tell."""
        while data and not self._unit.eof:
            plain = self._unit.decompress(data[: self._step])
            data = data[self._step :]
            if len(plain) > _MOST_AT_ONCE:
                self._step = _LEAST_STEP
            elif 2 * len(plain) <= _MOST_AT_ONCE:
                self._step = min(2 * self._step, self._most)
            if plain:
                yield plain
        self._behind = data


def _sliced(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), size):
            yield chunk[start : start + size]
