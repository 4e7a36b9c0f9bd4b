"""Stories as articles come in beside stories found at once; writes ``results/story_stream.json``.

    python benchmarks/story_stream.py DATA         # a quarter of an hour

DATA holds ``stories/og2021_first_half.jsonl`` (headlines of the 2021 Olympics in nine languages). They are added in the
order of publication, an hour's at a time, each placed as it comes, and every six hours stories are brought up to date;
then again with each headline late by up to twelve hours. The scorer was fitted on the first 60 % by time; scores are
those of the last 40 %.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from results import save
from story_sets import headlines

from sada.cluster import Stories, find_stories, place_new
from sada.cluster.evaluation.metrics import b_cubed
from sada.indexes import NewsIndex
from sada.indexes.article import Article

ENCODERS = ("none", "e5-short")
BATCH = timedelta(hours=1)
REPAIR = timedelta(hours=6)
LATE = 12.0  # hours at most
_START = datetime.fromisoformat("2021-01-01T00:00:00+00:00")


@dataclass
class Replay:
    """What became of articles that came in one after the other.

    Attributes:
        first: the story that each was put in when it came.
        last: the story that it is in at the end.
        redirects: what stands for the ids that are no more.
        placing, repairing: seconds.
    """

    first: dict[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    placing: float = 0.0
    repairing: float = 0.0

    def changed(self) -> tuple[float, float]:
        """The share of articles with another id in the end than at first, and of those that moved to another story."""
        renamed = [id_ for id_, story in self.first.items() if self.last[id_] != story]
        moved = [id_ for id_ in renamed if self.redirects.get(self.first[id_]) != self.last[id_]]
        return len(renamed) / len(self.first), len(moved) / len(self.first)


def replay(articles: Sequence[Article], arrivals: Sequence[datetime], encoder: str) -> Replay:
    """Add articles as they arrive, place them, and bring stories up to date every six hours and at the end."""
    found = Replay()
    order = sorted(zip(arrivals, range(len(articles)), strict=True))
    with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a.sada", encoder=encoder) as index:
        find_stories(index)
        repaired = 0
        for hour, batch in groupby(order, lambda one: (one[0] - _START) // BATCH):
            if hour * BATCH // REPAIR > repaired:
                found.repairing += _timed(lambda: find_stories(index))[0]
                repaired = hour * BATCH // REPAIR
            index.add([articles[at] for _, at in batch])
            seconds, placed = _timed(lambda: place_new(index))
            found.placing += seconds
            found.first |= {one.id: one.story for one in placed}
        seconds, stories = _timed(lambda: find_stories(index))
        found.repairing += seconds
    found.last, found.redirects = _story_of(stories), stories.redirects
    return found


def at_once(articles: list[Article], encoder: str) -> tuple[float, dict[str, str]]:
    """Seconds, and the story of each article by a grouping from scratch."""
    with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a.sada", encoder=encoder) as index:
        index.add(articles)
        seconds, stories = _timed(lambda: find_stories(index))
        return seconds, _story_of(stories)


def _timed(work: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _story_of(stories: Stories) -> dict[str, str]:
    return {id_: story.id for story in stories.stories for id_ in story.articles}


def _agreement(found: Mapping[str, str], truth: Mapping[str, str], ids: Sequence[str]) -> float:
    return round(b_cubed([found[id_] for id_ in ids], [truth[id_] for id_ in ids]).f1, 3)


def measure(first: list[Article], last: list[Article], labels: Mapping[str, str], encoder: str) -> dict[str, Any]:
    """One row: an encoder's."""
    articles, ids = first + last, [article.id for article in last]
    seconds, batch = at_once(articles, encoder)
    published = [article.published for article in articles if article.published is not None]
    delays = np.random.default_rng(0).uniform(0, LATE, len(articles)).tolist()
    on_time = replay(articles, published, encoder)
    late = replay(articles, [at + timedelta(hours=hours) for at, hours in zip(published, delays, strict=True)], encoder)
    renamed, moved = on_time.changed()
    return {
        "encoder": encoder,
        "B-Cubed F1 at once": _agreement(batch, labels, ids),
        "as placed": _agreement(on_time.first, labels, ids),
        "placed and repaired": _agreement(on_time.last, labels, ids),
        "id changed": round(renamed, 3),
        "moved to another story": round(moved, 3),
        "agreement with at once": _agreement(on_time.last, batch, ids),
        "B-Cubed F1 when late": _agreement(late.last, labels, ids),
        "agreement of late with on time": _agreement(late.last, on_time.last, ids),
        "ms an article placing": round(1000 * on_time.placing / len(articles), 1),
        "ms an article repairing": round(1000 * on_time.repairing / len(articles), 1),
        "ms an article at once": round(1000 * seconds / len(articles), 1),
    }


def main() -> None:
    """Measure every encoder."""
    (first, _), (last, last_labels) = headlines(Path(sys.argv[1]))
    labels = {one.id: label for one, label in zip(last, last_labels, strict=True)}
    rows = [measure(first, last, labels, encoder) for encoder in ENCODERS]
    path = save(
        "story_stream",
        "2021 Olympics headlines in nine languages, added an hour's at a time",
        "Agreement is the B-Cubed F1 of two groupings; late is by up to twelve hours, at random.",
        rows,
    )
    print(path.read_text())


if __name__ == "__main__":
    main()
