"""The body of an HTTP response without its codings: chunks, gzip, deflate, brotli, zstd."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_AT_ONCE = 1 << 16
_UNCODED = frozenset({"", "identity", "none", "utf-8", "8bit", "binary"})


class CodingError(ValueError):
    """A body is not in the coding that its header names; the message is the reason."""


def plain_body(data: bytes, transfer: str, content: str, limit: int) -> bytes:
    """Take the codings off a body.

    Crawlers often store a body that they have decoded already, with the header that it had. So a body that is not in
    its coding and starts as markup is taken as it is.

    Args:
        data: the body as it is stored.
        transfer: the header ``Transfer-Encoding``; empty without one.
        content: the header ``Content-Encoding``: codings in the order in which they were put on.
        limit: the most bytes to give; what follows is left out.

    Raises:
        CodingError: if a coding is damaged or not known.
    """
    if "chunked" in transfer.lower():
        data = _joined_chunks(data)
    for coding in reversed([one.strip().lower() for one in content.split(",")]):
        if coding in _UNCODED:
            continue
        plain = _decoded(data, coding, limit)
        if plain is None and not data.lstrip()[:1] == b"<":
            raise CodingError(f"its body is not in its coding, {coding}")
        data = data if plain is None else plain
    return data[:limit]


def _joined_chunks(data: bytes) -> bytes:
    """The chunks of a body as one; the body itself if it is not in chunks, and what there is of a body cut off."""
    parts, at = [], 0
    while match := _CHUNK.match(data, at):
        size = int(match[1], 16)
        if not size:
            break
        parts.append(data[match.end() : match.end() + size])
        at = match.end() + size
        at += 2 if data[at : at + 2] == b"\r\n" else 1
    return b"".join(parts) or data


def _decoded(data: bytes, coding: str, limit: int) -> bytes | None:
    """The body without one coding, also of one that is cut off; None if it is not in this coding."""
    if coding in ("gzip", "x-gzip", "deflate"):
        return _inflated(data, 47, limit) or _inflated(data, -15, limit)
    if coding == "br":
        from fastwarc.stream_io import BrotliReader

        return _read(BrotliReader(io.BytesIO(data)), limit)
    if coding == "zstd":
        import zstandard

        return _read(zstandard.ZstdDecompressor().stream_reader(data), limit)
    raise CodingError(f"its body has an unknown coding, {coding[:40]}")


def _inflated(data: bytes, window: int, limit: int) -> bytes | None:
    try:
        return zlib.decompressobj(window).decompress(data, limit)
    except zlib.error:
        return None


def _read(stream: Any, limit: int) -> bytes | None:
    """What can be read of a stream before a fault in it; None if that is nothing."""
    import zstandard

    parts = []
    try:
        while limit > 0 and (part := stream.read(min(limit, _AT_ONCE))):
            parts.append(part)
            limit -= len(part)
    except (OSError, zstandard.ZstdError):
        pass
    return b"".join(parts) or None
