"""The dictionary at the start of a zstd file, as archives of crawls (``.warc.zst``) have it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

_MAGIC = b"\x5d\x2a\x4d\x18"
_FRAME = b"\x28\xb5\x2f\xfd"
_HEADER = 8
_LARGEST = 1 << 25


def take_dictionary(chunks: Iterator[bytes]) -> tuple[Any, Iterator[bytes]]:
    """Take the dictionary off the start of a stream.

    It stands in a skippable frame of its own, as it is or as a zstd frame.

    Returns:
        The dictionary, None if there is none, and the stream behind it.
    """
    data = b""
    for chunk in chunks:
        data += chunk
        if len(data) >= _HEADER:
            break
    size = int.from_bytes(data[4:_HEADER], "little")
    if not data.startswith(_MAGIC) or size > _LARGEST:
        return None, chain([data], chunks)
    while len(data) < _HEADER + size and (more := next(chunks, None)) is not None:
        data += more
    import zstandard

    content, rest = data[_HEADER : _HEADER + size], data[_HEADER + size :]
    try:
        if content.startswith(_FRAME):
            content = zstandard.ZstdDecompressor().decompress(content, max_output_size=_LARGEST)
        dictionary = zstandard.ZstdCompressionDict(content)
        zstandard.ZstdDecompressor(dict_data=dictionary)
    except (zstandard.ZstdError, ValueError):  # it is damaged; then the frames behind it cannot be read either
        dictionary = None
    return dictionary, chain([rest], chunks)
