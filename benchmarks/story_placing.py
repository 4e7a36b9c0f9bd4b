"""What placing articles costs beside an archive of other weeks; writes ``results/story_placing.json``.

    python benchmarks/story_placing.py DATA       # some minutes

A week of reports is made as by ``story_scale.py``. The articles of other weeks are those of
``DATA/neardup/saudi_dev.jsonl.zst`` again and again, cut short and eight days and more before. Articles are placed by
one open index: the first, which reads the archive's stories, then one at a time, and then many at once.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from results import save
from story_scale import MORE, reports

from sada.cluster import find_stories, place_new
from sada.indexes import NewsIndex, read_articles
from sada.indexes.article import Article

WEEK = 3000
OTHERS = (0, 20_000, 60_000)
SINGLE = 50
_AT_ONCE = 5000
_BEFORE = datetime(2015, 7, 10, tzinfo=UTC)


def others(originals: list[Article], count: int) -> Iterator[list[Article]]:
    """Batches of articles of other weeks, the articles of each within three days."""
    for start in range(0, count, _AT_ONCE):
        last = _BEFORE - timedelta(days=8 * (start // _AT_ONCE))
        some = (originals[(start + at) % len(originals)] for at in range(min(_AT_ONCE, count - start)))
        yield [
            replace(one, id=f"o{start + at}", text=one.text[:600], published=last - timedelta(hours=at % 72))
            for at, one in enumerate(some)
        ]


def measure(originals: list[Article], count: int) -> dict[str, Any]:
    """One row: an archive of ``count`` articles of other weeks."""
    articles = list(reports(originals, WEEK + 1 + SINGLE + MORE))
    single, more = articles[WEEK : WEEK + 1 + SINGLE], articles[WEEK + 1 + SINGLE :]
    with tempfile.TemporaryDirectory() as folder:
        with NewsIndex.create(Path(folder) / "a.sada", encoder="none") as index:
            for some in others(originals, count):
                index.add(some)
            index.add(articles[:WEEK])
            find_stories(index)
        with NewsIndex.open(Path(folder) / "a.sada") as index:
            first, *each = [_placed(index, [one]) for one in single]
            _, many = _placed(index, more)
    return {
        "articles of other weeks": count,
        "the first placed, CPU s": round(first[1], 2),
        "one more added, CPU ms": round(1000 * sum(added for added, _ in each) / SINGLE, 1),
        "one more placed, CPU ms": round(1000 * sum(placed for _, placed in each) / SINGLE, 1),
        f"{MORE:,} more placed, CPU s": round(many, 2),
    }


def _placed(index: NewsIndex, articles: list[Article]) -> tuple[float, float]:
    """CPU seconds of adding articles, and of placing them."""
    started = time.process_time()
    index.add(articles)
    added = time.process_time()
    place_new(index)
    return added - started, time.process_time() - added


def main() -> None:
    """Measure every size."""
    originals = list(read_articles(Path(sys.argv[1]) / "neardup/saudi_dev.jsonl.zst"))
    measure(originals[:500], 0)  # kernels are loaded
    path = save(
        "story_placing",
        f"{WEEK:,} reports of one week beside Arabic articles of other weeks, without encoder",
        "CPU seconds and milliseconds of all threads.",
        [measure(originals, count) for count in OTHERS],
    )
    print(path.read_text())


if __name__ == "__main__":
    main()
