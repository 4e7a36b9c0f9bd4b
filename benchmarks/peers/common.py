"""What every peer's pipeline needs and its package does not have: reading, folding, shingles, and writing pairs."""

from __future__ import annotations

import io
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator

import orjson
import zstandard

_FOLD = {ord(old): new for old, new in zip("أإآٱىة", "اااايه", strict=True)} | dict.fromkeys(
    [0x640, 0x670, *range(0x64B, 0x653)], ""
)
_WORD = re.compile(r"\w+")


def articles(path: str) -> Iterator[tuple[str, list[str]]]:
    """(id, distinct word 3-grams) of each article that has any, as the usual Python pipeline makes them."""
    with zstandard.open(path, "rb") if path.endswith(".zst") else open(path, "rb") as file:
        for line in io.BufferedReader(file):
            row = orjson.loads(line)
            text = unicodedata.normalize("NFKC", f"{row['title']} {row['text']}").lower().translate(_FOLD)
            words = _WORD.findall(text)
            shingles = {" ".join(words[at : at + 3]) for at in range(len(words) - 2)}
            if shingles:
                yield row["id"], list(shingles)


def report(pairs: Iterable[tuple[str, str]]) -> None:
    """Write the pairs found, one JSON array a line."""
    for pair in pairs:
        sys.stdout.write(json.dumps(pair) + "\n")
