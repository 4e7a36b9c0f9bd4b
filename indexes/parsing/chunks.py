"""Chunks of bytes as they stream in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sada.indexes.parsing.faults import UnreadableError


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


def _broken(error: UnreadableError) -> Iterator[bytes]:
    raise error
    yield b""
