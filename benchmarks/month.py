"""An archive lived through day by day: what a day costs, and what moves; writes ``results/month.json``.

    python benchmarks/month.py DATA       # a quarter of an hour; DATA/neardup/saudi_dev.jsonl.zst, eight days

The articles of each day are added to one open index, as a newsroom does overnight, its stories are brought up to date,
and routine is told from news.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

from results import save

from sada.cluster import Stories, find_routine, find_stories
from sada.indexes import NewsIndex, read_articles
from sada.indexes.article import Article


def measure(index: NewsIndex, day: str, articles: list[Article], before: Stories) -> tuple[dict[str, Any], Stories]:
    """The row of a day, and the stories after it."""
    _, adding = timed(lambda: index.add(articles))
    found, grouping = timed(lambda: find_stories(index))
    routine, telling = timed(lambda: find_routine(index, found))
    old = [(id_, story.id) for story in before.stories for id_ in story.articles]
    moved = sum(found.of(id_).id != found.redirects.get(story, story) for id_, story in old)
    merged = sum(found.redirects.get(story, story) != story for _, story in old)
    return {
        "day": day,
        "articles": len(articles),
        "added, CPU s": round(adding, 1),
        "stories, CPU s": round(grouping, 1),
        "routine, CPU s": round(telling, 1),
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "index, MB": round(sum(file.stat().st_size for file in index.path.rglob("*") if file.is_file()) / 1e6, 1),
        "stories": len(found.stories),
        "routine": len(routine),
        "old articles in another story, %": round(100 * moved / max(len(old), 1), 2),
        "in a story that was merged, %": round(100 * merged / max(len(old), 1), 2),
    }, found


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What a function returns, and the CPU seconds of all threads that it took."""
    start = time.process_time()
    return work(), time.process_time() - start


def main(data: str) -> None:
    """Live through the archive, and write the rows."""
    articles = sorted(
        read_articles(Path(data) / "neardup" / "saudi_dev.jsonl.zst"), key=lambda one: one.published_text()
    )
    rows, found = [], Stories((), {})
    with (
        tempfile.TemporaryDirectory() as folder,
        NewsIndex.create(Path(folder) / "archive.sada") as index,
    ):
        for day, some in groupby(articles, key=lambda one: one.published_text()[:10]):
            row, found = measure(index, day, list(some), found)
            rows.append(row)
            print(row, flush=True)
    note = (
        "The default encoder, one process from the first day to the last. Moved are articles whose story has another id"
    )
    note += " now, without being merged into it."
    save("month", f"{len(articles):,} Arabic articles of eight days", note, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
