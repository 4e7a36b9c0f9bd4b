"""What ``related`` lists, and how long it takes; writes ``results/related.json`` and ``results/relating.json``.

    python benchmarks/related.py DATA [--size 100000] [--queries 1000] [--work FOLDER]

Listed: for each labelled article of whose event there are three other reports, copies not counted, how many of the
first three listed are of that event when a story may be listed any number of times; beside it the first three
neighbours that are no copies. Relating: an index of articles made by ``corpus.py``, open already and its stories
stored, one reader after another, and many in one call.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import corpus
from results import save
from stories import sets

from sada.cluster import find_stories
from sada.cluster.recommendation.recommender import Preferences, Recommender
from sada.indexes import NewsIndex, read_articles
from sada.indexes.article import Article
from sada.indexes.text.tokens import shingles

ENCODERS = ("default", "none")
TOP = 3
NEIGHBOURS = 40
COPY, LEAST_SHINGLES = 0.8, 10
SINGLE = 500
Row = dict[str, Any]


def listed(name: str, articles: list[Article], labels: dict[str, str], encoder: str) -> list[Row]:
    """What comes first in one set, by ``related`` and among neighbours."""
    with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a", encoder=encoder) as index:
        index.add(articles)
        bodies = {article.id: set(shingles(article.body)) for article in articles}
        asked, rows, recommender = askable(articles, labels, bodies), [], Recommender(index)
        for way, preferences in (
            ("related", Preferences(per_story=None)),
            ("related, one of each story", Preferences()),
        ):
            found = [
                [one.article.id for one in some]
                for some in recommender.related_many(asked, TOP, preferences=preferences)
            ]
            out = {some[0] for some in found if some}
            left = recommender.related_many(asked, TOP, preferences=preferences, exclude=out)
            excluded = sum(one.article.id in out for some in left for one in some)
            rows.append({"by": way, **judged(asked, found, labels, bodies), "excluded shown": excluded})
        for way in ("meaning", "words", "all") if index.snapshot.dimension else ("words",):
            hits = index.neighbours(asked, NEIGHBOURS, by=way)
            found = [distinct(id_, [hit.id for hit in some], bodies) for id_, some in zip(asked, hits, strict=True)]
            rows.append({"by": f"neighbours by {way}, less copies", **judged(asked, found, labels, bodies)})
        return [{"set": name, "encoder": index.snapshot.encoder_name, **row} for row in rows]


def askable(articles: Sequence[Article], labels: dict[str, str], bodies: dict[str, set[str]]) -> list[str]:
    """The articles of whose event there are enough other reports."""
    events: dict[str, list[str]] = {}
    for article in articles:
        events.setdefault(labels[article.id], []).append(article.id)
    return [one.id for one in articles if len(distinct(one.id, events[labels[one.id]], bodies)) == TOP]


def distinct(id_: str, found: Sequence[str], bodies: dict[str, set[str]]) -> list[str]:
    """The first that neither are copies of, hold nor abridge what was asked for or one another."""
    kept = [id_]
    for other in found:
        if len(kept) <= TOP and not any(is_copy(bodies[other], bodies[one]) for one in kept):
            kept.append(other)
    return kept[1:]


def is_copy(one: set[str], other: set[str]) -> bool:
    """Whether two texts are copies, or one holds the other."""
    shared, least = len(one & other), min(len(one), len(other))
    return shared >= COPY * max(len(one | other), 1) or (least >= LEAST_SHINGLES and shared >= COPY * least)


def judged(
    asked: Sequence[str], found: Sequence[Sequence[str]], labels: dict[str, str], bodies: dict[str, set[str]]
) -> Row:
    """The share of the first places that are of the event, and how many pairs of copies there are in the lists."""
    lists = list(zip(asked, found, strict=True))
    right = sum(labels[one] == labels[id_] for id_, some in lists for one in some)
    copies = sum(is_copy(bodies[a], bodies[b]) for id_, some in lists for a, b in combinations([id_, *some], 2))
    return {"asked": len(asked), "same event": right / (TOP * len(asked)), "copies shown": copies}


def relating(data: Path, size: int, queries: int, folder: Path) -> list[Row]:
    """Times of a recommender that is kept, for each encoder."""
    path, _ = corpus.make(data, size, folder)
    rows = []
    for encoder in ENCODERS:
        place = folder / f"related-{size}-{encoder}.sada"
        if not place.exists():
            with NewsIndex.create(place, encoder=encoder) as index:
                index.add(read_articles(path))
                find_stories(index)
        with NewsIndex.open(place) as index:
            recommender, ids = Recommender(index), random.Random(0).sample(index.snapshot.columns.ids, queries)
            opened = seconds(recommender.related, ids[0])
            one = sorted(seconds(recommender.related, id_) for id_ in ids[:SINGLE])
            several = min(seconds(recommender.related_many, ids) for _ in range(3))
            rows.append({
                "encoder": index.snapshot.encoder_name, "first answer, s": opened,
                "one reader, median ms": 1000 * one[len(one) // 2],
                "99th of 100, ms": 1000 * one[int(0.99 * len(one))],
                f"{queries:,} readers in one call, s": several,
            })  # fmt: skip
    return rows


def seconds(ask: Callable[[Any], object], question: Any) -> float:
    """Wall time of an answer."""
    started = time.perf_counter()
    ask(question)
    return time.perf_counter() - started


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--work", type=Path)
    given = parser.parse_args()
    held_out, day, *_ = sets(given.data)
    rows = [row for name, articles, labels, _ in (held_out, day) for encoder in ENCODERS
            for row in listed(name, articles, labels, encoder)]  # fmt: skip
    note = (
        f"Asked for: the labelled articles of whose event there are {TOP} other reports that are no copies. Same event:"
        f" the share of the first {TOP} listed. Copies shown: pairs among what was read and listed with a Jaccard or a"
        f" containment of {COPY}. Excluded shown: of the articles that came first, all excluded in another call."
    )
    about = "2021 Olympics headlines in nine languages; one day of Saudi newspapers"
    print(save("related", about, note, rows).read_text())
    with tempfile.TemporaryDirectory() as temporary:
        rows = relating(given.data, given.size, given.queries, given.work or Path(temporary))
    note = f"Open already, stories stored; {min(SINGLE, given.queries)} readers one after another, best of 3 batches."
    print(save("relating", f"{given.size:,} articles made of Saudi newspapers by corpus.py", note, rows).read_text())


if __name__ == "__main__":
    main()
