"""Routine stories of an archive, against verdicts of a reader; writes ``results/routine.json``.

    python benchmarks/routine.py DATA        # some minutes; DATA/neardup/saudi_dev.jsonl.zst, eight days
    python benchmarks/routine.py DATA INDEX  # of an index of it that there is already

``routine_verdicts.json`` holds what one reader said of 60 stories of three articles and more, drawn by chance: ``one``
event, ``loose`` (stages or sides of something), ``several`` events; and of all stories that were marked as routine: a
``series``, or an ``event``. Stories are known by the ids of their articles; one that has changed since by more than a
fifth is not counted. The numbers of the method were chosen with this archive in view.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from results import save

from sada.cluster import Routine, Stories, find_routine, find_stories
from sada.indexes import NewsIndex, read_articles

VERDICTS = Path(__file__).with_name("routine_verdicts.json")
_SAME = 0.8


def judged(stories: Stories, verdicts: list[dict[str, Any]]) -> dict[str, str]:
    """The verdicts of stories that are still the same, by their ids."""
    by_article = {id_: story for story in stories.stories for id_ in story.articles}
    found = {}
    for one in verdicts:
        articles = set(one["articles"])
        story = max((by_article[id_] for id_ in articles), key=lambda story: len(articles & set(story.articles)))
        if len(articles & set(story.articles)) >= _SAME * len(articles | set(story.articles)):
            found[story.id] = one["verdict"]
    return found


def row(name: str, stories: set[str], verdicts: dict[str, str]) -> dict[str, Any]:
    """How many stories there are, and what the reader said of those that were read."""
    counts = Counter(verdicts[story] for story in stories if story in verdicts)
    return {"stories": name, "number": len(stories), "read": counts.total()} | {
        verdict: counts[verdict] for verdict in ("one", "loose", "several", "event", "series")
    }


def measure(index: NewsIndex) -> tuple[list[dict[str, Any]], float]:
    """The rows of the table, and the CPU seconds of telling routine from news."""
    stories = find_stories(index)
    find_routine(index, stories)  # compiles
    start = time.process_time()
    routine: Routine = find_routine(index, stories)
    seconds = time.process_time() - start
    told = json.loads(VERDICTS.read_text(encoding="utf-8"))
    drawn, marked = (judged(stories, told[name]) for name in ("drawn", "marked"))
    large = {story.id for story in stories.stories if story.size >= 3}
    largest = {story.id for story in stories.stories[:25]}
    is_routine = {story.id for story in stories.stories if story.id in routine}
    return [
        row("three articles and more, news", large - is_routine, drawn),
        row("marked as routine", is_routine, marked),
        row("marked, of three articles and more", large & is_routine, marked),
        row("marked, of the 25 largest", largest & is_routine, marked),
    ], seconds


def main(data: str, *given: str) -> None:
    """Build the index unless one is given, and measure."""
    with tempfile.TemporaryDirectory() as folder:
        if not given:
            with NewsIndex.create(Path(folder) / "a.sada") as made:
                made.add(read_articles(Path(data) / "neardup" / "saudi_dev.jsonl.zst"))
        with NewsIndex.open(given[0] if given else Path(folder) / "a.sada", threads=1) as index:
            rows, seconds = measure(index)
            size = len(index)
    save(
        "routine",
        f"{size:,} Arabic articles of eight days",
        f"Stories by the default encoder. Telling routine from news takes {seconds:.1f} s of CPU, one thread. Verdicts"
        " of one reader; the numbers of the method were chosen with this archive in view.",
        rows,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
