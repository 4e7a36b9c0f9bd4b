"""Small collections of texts, and what is read of them."""

from __future__ import annotations

import lzma
from pathlib import Path

from benchmarks.train_encoder.examples import Examples
from benchmarks.train_encoder.sources import Source

Taught = tuple[str, str, str, str]


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress("\n".join(lines).encode()))


def source(folder: str, order: bool = False, e5: int = 0) -> Source:
    return Source(folder, folder, "CC0 1.0", order=order, e5=e5)


def taught(found: Examples) -> set[Taught]:
    """(text, its pivot, its language, its source) of every example."""
    return {
        (found.texts[text], found.texts[pivot], language, name)
        for text, pivot, language, name in zip(found.text, found.pivot, found.language, found.source, strict=True)
    }
