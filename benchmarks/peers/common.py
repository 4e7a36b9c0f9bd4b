"""What every peer's pipeline needs and its package does not have: reading, folding, shingles, and writing pairs."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

AT_ONCE = 2_000  # articles a batch, so that no peer holds the shingles of all of them
_FOLD = {ord(old): new for old, new in zip("أإآٱىة", "اااايه", strict=True)} | dict.fromkeys(
    [0x640, 0x670, *range(0x64B, 0x653)], ""
)
_WORD = re.compile(r"\w+")


def rows(path: str) -> Iterator[dict[str, Any]]:
    """The articles of a JSON Lines file."""
    with open(path, "rb") as file:
        yield from map(orjson.loads, file)


def body(row: dict[str, Any]) -> str:
    """Title and text as one."""
    return f"{row['title']} {row['text']}"


def shingles(text: str) -> set[str]:
    """Distinct word 3-grams of a text, as the usual Python pipeline makes them."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_FOLD)
    words = _WORD.findall(folded)
    return {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}


def batches(path: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Ids and shingles of the articles that have any, a batch at a time."""
    articles = ((row["id"], list(shingles(body(row)))) for row in rows(path))
    filled = ((id_, found) for id_, found in articles if found)
    while batch := list(islice(filled, AT_ONCE)):
        yield [id_ for id_, _ in batch], [found for _, found in batch]


def earlier(ids: list[str], start: int, found: Iterable[Iterable[int]]) -> Iterator[tuple[str, str]]:
    """Each article from place ``start`` on, paired with those of its candidates that were read before it."""
    for place, candidates in enumerate(found, start):
        yield from ((ids[before], ids[place]) for before in candidates if before < place)


def report(pairs: Iterable[tuple[str, str]]) -> None:
    """Write the pairs found to the file that the second argument names, one JSON array a line."""
    with open(sys.argv[2], "wb") as file:
        for pair in pairs:
            file.write(orjson.dumps(pair) + b"\n")
