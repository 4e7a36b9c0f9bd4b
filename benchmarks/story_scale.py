"""Time and memory of stories in one crowded week; writes ``results/story_scale.json``.

    python benchmarks/story_scale.py DATA         # half an hour

Reports are made of the real articles of ``DATA/neardup/saudi_dev.jsonl.zst``: each is one of them without two fifths
of its words, dated within a day of the others of it, all within seven days.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from results import save

from sada.cluster import find_stories, place_new
from sada.indexes import NewsIndex, read_articles
from sada.indexes.article import Article

SIZES = (10_000, 100_000)
ENCODERS = ("none", "fast")
MORE = 1000
KEPT = 0.6
PER_EVENT = 7
_START = datetime(2015, 7, 20, tzinfo=UTC)


def reports(originals: list[Article], count: int) -> Iterator[Article]:
    """Articles of one week, about ``PER_EVENT`` an event."""
    chance = np.random.default_rng(0)
    events = max(count // PER_EVENT, 1)
    begins = chance.uniform(0, 6, events)
    for number in range(count):
        event = int(chance.integers(events))
        original = originals[event % len(originals)]
        moment = _START + timedelta(days=float(begins[event] + chance.uniform()))
        title, text = (_thinned(part, chance) for part in (original.title, original.text))
        yield Article(f"r{number}", title, text, published=moment, language="ar", source=f"outlet {number % 40}")


def _thinned(text: str, chance: np.random.Generator) -> str:
    words = np.array(text.split(), object)
    return " ".join(words[chance.random(len(words)) < KEPT])


def measure(articles: list[Article], encoder: str) -> dict[str, Any]:
    """One row: stories from scratch, then more articles placed, then brought up to date."""
    first, more = articles[:-MORE], articles[-MORE:]
    with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a.sada", encoder=encoder) as index:
        index.add(first)
        scratch, stories = _timed(lambda: find_stories(index))
        index.add(more)
        placed, _ = _timed(lambda: place_new(index))
        repaired, _ = _timed(lambda: find_stories(index))
    return {
        "articles in a week": len(first),
        "encoder": encoder,
        "stories": sum(story.size > 1 for story in stories.stories),
        "from scratch, CPU s": round(scratch, 1),
        f"{MORE:,} more placed, CPU s": round(placed, 1),
        "then repaired, CPU s": round(repaired, 1),
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _timed(work: Any) -> tuple[float, Any]:
    started = time.process_time()
    found = work()
    return time.process_time() - started, found


def main() -> None:
    """Measure every size."""
    originals = list(read_articles(Path(sys.argv[1]) / "neardup/saudi_dev.jsonl.zst"))
    rows = []
    for size in SIZES:
        articles = list(reports(originals, size + MORE))
        rows += [measure(articles, encoder) for encoder in ENCODERS]
    path = save(
        "story_scale",
        "Reports made of Arabic articles, about seven an event, all within seven days",
        "CPU seconds of all threads; peak memory is that of the process so far.",
        rows,
    )
    print(path.read_text())


if __name__ == "__main__":
    main()
