"""Find the format of an input by its name, else by its first bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import PurePath
from typing import Any

from sada.indexes.reading.json_text import BadJsonError, load_json
from sada.indexes.reading.streams import take

FORMATS = ("jsonl", "json", "csv", "tsv", "parquet", "txt", "html")
"""The formats that a user can name."""
DOCUMENTS = ("txt", "html")
"""The formats of inputs that are one document."""

_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".txt": "txt",
    ".html": "html",
    ".htm": "html",
}
SUFFIXES = tuple(_SUFFIXES)
"""The suffixes of the files that are found in a folder; each may be followed by ``.gz`` or ``.zst``."""

_MOST_HEAD = 1 << 20


def format_of_name(name: str) -> str | None:
    """The format that the suffix of a file's name stands for; ``None`` for another suffix."""
    path = PurePath(name)
    if path.suffix.lower() in (".gz", ".zst"):
        path = path.with_suffix("")
    return _SUFFIXES.get(path.suffix.lower())


def sniff(
    name: str, chunks: Iterator[bytes], has_content: Callable[[Iterable[str]], bool]
) -> tuple[str | None, Iterator[bytes]]:
    """Find the format of an input; returns it and all bytes of the input.

    The names ``.json`` and ``.jsonl`` are often confused, so the first lines decide between them. A stream of one line
    with one article is JSON Lines and JSON alike; it counts as JSON Lines.

    Args:
        name: the file's name, empty for a stream.
        chunks: its bytes without compression.
        has_content: True if one of some names is a name of the title or the text; a CSV header is found by it.
    """
    named = format_of_name(name)
    if named not in (None, "json", "jsonl"):
        return named, chunks
    head, chunks = take(chunks, _two_lines)
    lines = [line for line in head.split(b"\n") if line.strip()]
    first, second = [*lines, b"", b""][:2]
    if named == "jsonl":
        found: str | None = "json" if _opens_array(first) else "jsonl"
    elif first.lstrip()[:1] == b"{":
        found = "jsonl" if second[:1] == b"{" or _is_row(first, not second, named, has_content) else "json"
    elif named or first.lstrip()[:1] == b"[":
        found = "json"
    else:
        found = _guess(first, has_content)
    return found, chain([head], chunks)


def delimiter_of(header: str) -> str:
    """The most frequent delimiter outside quotes in a CSV header: comma, semicolon or tab."""
    bare = re.sub('"[^"]*"', "", header)
    return max(",;\t", key=bare.count)


def header_names(header: str, delimiter: str) -> list[str]:
    """The names in a header line, without quotes."""
    return [name.strip().strip('"') for name in header.split(delimiter)]


def _guess(first: bytes, has_content: Callable[[Iterable[str]], bool]) -> str | None:
    if first.startswith(b"PAR1"):
        return "parquet"
    if first.lstrip().startswith(b"<"):
        return "html"
    header = first.decode("utf-8", "replace")
    return "csv" if has_content(header_names(header, delimiter_of(header))) else None


def _two_lines(chunk: bytes, head: bytearray) -> bool:
    """True when the second line that is not blank has ended, or enough of it was read.

    A first line that may be JSON is read whole, however long.
    """
    large = len(head) > _MOST_HEAD
    if large and head.lstrip()[:1] not in b"{[":
        return True
    if b"\n" not in chunk:
        return False
    lines = sum(1 for line in head.split(b"\n") if line.strip())
    return lines > 2 or (large and lines == 2)


def _opens_array(line: bytes) -> bool:
    """True for the first line of a JSON array over several lines."""
    line = line.strip()
    return line[:1] == b"[" and line[-1:] in (b"[", b"{", b",")


def _is_row(first: bytes, alone: bool, named: str | None, has_content: Callable[[Iterable[str]], bool]) -> bool:
    """True for a first line that is a whole JSON value; if no line follows, only for an article."""
    try:
        value = load_json(first)
    except BadJsonError:
        return False
    if not alone:
        return True
    return named is None and isinstance(value, dict) and has_content(value) and not _lists_articles(value, has_content)


def _lists_articles(value: dict[str, Any], has_content: Callable[[Iterable[str]], bool]) -> bool:
    """True for an object that holds a list of articles, as a feed does, which has a title of its own too."""
    lists = (items for items in value.values() if isinstance(items, list))
    return any(isinstance(item, dict) and has_content(item) for items in lists for item in items[:1])
