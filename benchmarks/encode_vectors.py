"""Vectors to search in: distinct texts of DATA by the default encoder, in half precision; two hours for a million.

    python benchmarks/encode_vectors.py DATA VECTORS.npy [--size 1000000]

News articles and headlines come first, then news and other sentences in fifteen languages. Beside VECTORS.npy it
leaves VECTORS.single.npy, the first of them in single precision, by which half precision is judged.
"""

from __future__ import annotations

import argparse
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sada.indexes import read_articles
from sada.indexes.encoders.encoder import encode_unit, encoder_text
from sada.indexes.encoders.loading import load_encoder

NEWS = (
    "neardup/saudi_dev.jsonl.zst",
    "stories/og2021_first_half.jsonl",
    "stories/allsides_dated.jsonl",
    "stories/allsides_triples.jsonl.zst",
    "stories/basil.jsonl",
)
SENTENCES = ("parallel/wmt_news", "parallel/tatoeba", "parallel")
SINGLE = 2_000
_LENGTHS = range(30, 301)
_AT_ONCE = 20_000


def texts(data: Path) -> list[str]:
    """Distinct texts: news in the order of its files, then sentences in an order drawn at random."""
    news = dict.fromkeys(encoder_text(article) for name in NEWS for article in read_articles(data / name))
    sentences = list(dict.fromkeys(text for name in SENTENCES for text in _sentences(data / name) if text not in news))
    random.Random(0).shuffle(sentences)
    return [*news, *sentences]


def _sentences(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.xz")):
        with lzma.open(path, "rt", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                yield from (part for part in line.rstrip("\n").split("\t") if len(part) in _LENGTHS)


def main() -> None:
    """Encode and write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--size", type=int, default=1_000_000)
    given = parser.parse_args()
    found = texts(given.data)[: given.size]
    encoder = load_encoder("default")
    np.save(given.vectors.with_suffix(".single.npy"), encode_unit(encoder, found[:SINGLE]))
    shape = (len(found), encoder.dimension)
    out = np.lib.format.open_memmap(given.vectors, "w+", np.float16, shape)
    for start in range(0, len(found), _AT_ONCE):
        out[start : start + _AT_ONCE] = encode_unit(encoder, found[start : start + _AT_ONCE])
        print(f"{min(start + _AT_ONCE, len(found)):,} of {len(found):,}", flush=True)


if __name__ == "__main__":
    main()
