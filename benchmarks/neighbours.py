"""What ``neighbours`` finds by each way, and how long it takes; writes ``results/neighbours.json`` and ``asking.json``.

    python benchmarks/neighbours.py DATA [--size 100000] [--work FOLDER]
    python benchmarks/neighbours.py DATA --mates      # what is found alone; the times stay

Found: for each labelled article, its mates of the same event among the ten nearest. Asked: an index of articles made by
``corpus.py``, open already, one question after another.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import corpus
from results import save
from stories import sets

from sada.indexes import Filter, NewsIndex, read_articles
from sada.indexes.article import Article
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.errors import MissingPackageError

WAYS = ("meaning", "words", "copy", "all")
ENCODERS = ("e5-short", "use", "e5")
K = 10
QUERIES = 200
Row = dict[str, Any]


def found(name: str, articles: list[Article], labels: dict[str, str]) -> list[Row]:
    """How many mates each way finds, for every encoder at hand."""
    rows = []
    for encoder in filter(installed, ENCODERS):
        with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a", encoder=encoder) as index:
            index.add(articles)
            for way in WAYS:
                if encoder == ENCODERS[0] or way in ("meaning", "all"):
                    rows.append({"set": name, "by": way, "encoder": encoder, **recalls(index, articles, labels, way)})
    return rows


def installed(encoder: str) -> bool:
    """Whether the encoder's package is there."""
    try:
        return load_encoder(encoder) is not None
    except MissingPackageError:
        return False


def recalls(index: NewsIndex, articles: Sequence[Article], labels: dict[str, str], way: str) -> Row:
    """Recall of mates among the K nearest (of K at most), of all and of those in another language."""
    of_event, languages = Counter(labels.values()), {article.id: article.language for article in articles}
    foreign: Counter[tuple[str, str]] = Counter((labels[id_], language) for id_, language in languages.items())
    all_mates, others = [], []
    asked = [article.id for article in articles if of_event[labels[article.id]] > 1]
    for id_, hits in zip(asked, index.neighbours(asked, K, by=way), strict=True):
        mates = [hit.id for hit in hits if labels[hit.id] == labels[id_]]
        all_mates.append(len(mates) / min(of_event[labels[id_]] - 1, K))
        abroad = of_event[labels[id_]] - foreign[labels[id_], languages[id_]]
        if abroad:
            others.append(sum(languages[mate] != languages[id_] for mate in mates) / min(abroad, K))
    row: Row = {"recall@10": statistics.mean(all_mates)}
    return row | ({"of other languages": statistics.mean(others)} if others else {})


def asked(data: Path, size: int, folder: Path) -> tuple[list[Row], Row]:
    """Times of single questions, and what the index is."""
    path, _ = corpus.make(data, size, folder)
    with NewsIndex.create(folder / "asked.sada") as index:
        started = time.perf_counter()
        index.add(read_articles(path))
        built = time.perf_counter() - started
    with NewsIndex.open(folder / "asked.sada") as index:
        ids = random.Random(0).sample(index.snapshot.columns.ids, QUERIES)
        titles = [Article("text", text=index.get(id_).title or "خبر") for id_ in ids]
        since = min(article.published for article in index.get(ids) if article.published) + timedelta(days=2)
        rows = [timed(f"by {way}, an article of the index", lambda id_, way=way: index.neighbours(id_, by=way), ids)
                for way in WAYS]  # fmt: skip
        rows += [
            timed("by meaning, with a date", lambda id_: index.neighbours(id_, filters=Filter(since=since)), ids),
            timed("by meaning, a title given (it is encoded)", index.neighbours, titles),
            timed("by words, a title given", lambda title: index.neighbours(title, by="words"), titles),
            timed("by meaning, 200 in one call, each", lambda batch: index.neighbours(batch), [ids] * 5, QUERIES),
        ]
        return rows, {
            "recall": index.snapshot.vector_search.recall(),
            "kinds": index.snapshot.vector_search.describe(),
            "built": built,
        }


def timed(name: str, ask: Callable[[Any], object], questions: Sequence[Any], each: int = 1) -> Row:
    """Milliseconds of one question after another, the first left out."""
    ask(questions[0])
    taken = []
    for question in questions[1:]:
        started = time.perf_counter()
        ask(question)
        taken.append(1000 * (time.perf_counter() - started) / each)
    taken.sort()
    return {"question": name, "median ms": statistics.median(taken), "95th of 100, ms": taken[int(0.95 * len(taken))]}


def main() -> None:
    """Measure what is found, and how long it takes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--mates", action="store_true", help="measure no times")
    given = parser.parse_args()
    rows = [row for name, articles, labels, _ in sets(given.data)[:2] for row in found(name, articles, labels)]
    note = "Mates: other reports of the same event, by hand-made labels; recall counts ten at most."
    print(save("neighbours", "2021 Olympics headlines in nine languages; one day of Saudi newspapers", note, rows))
    if given.mates:
        return
    with tempfile.TemporaryDirectory() as temporary:
        rows, about = asked(given.data, given.size, given.work or Path(temporary))
    kinds = ", ".join(f"{part['vectors']:,} by {part['search']}" for part in about["kinds"])
    note = (
        f"Building took {about['built']:,.0f} s. Segments' search: {kinds}; recall@10 against exact search"
        f" {about['recall']:.3f}. Open already, 2 threads, {QUERIES} questions."
    )
    print(save("asking", f"{given.size:,} articles made of Saudi newspapers by corpus.py", note, rows).read_text())


if __name__ == "__main__":
    main()
