"""An index that is changed thousands of times by little; writes ``results/long_life.json``.

    python benchmarks/long_life.py [--steps 2000] [--commands 200] [--asked 20000]

Small batches of invented articles are added, updated and removed in turn: first by one process that keeps the index
open, then by commands, each a process of its own. Meanwhile a reader keeps the index open and recommends; it follows by
itself. In the end the index must answer as one that is built at once of the articles that are left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from results import save
from torture.cases import Case, Row
from torture.subjects import article

from sada.cluster.copies.copies import find_copies
from sada.cluster.recommendation.recommender import Recommender
from sada.cluster.stories.stories import find_stories
from sada.indexes.article import Article
from sada.indexes.encoders.encoder import Encoder
from sada.indexes.errors import IndexBusyError, UnknownArticleError
from sada.indexes.index import NewsIndex

INTERVALS = 10
STORIES_EVERY = 50  # steps
_PATIENCE = 0.01  # seconds
_SAMPLE = 40  # articles that are asked for
_WAYS = ("words", "copy", "meaning")


class Step(NamedTuple):
    """One small change: articles that are new or have another text, or ids that are removed."""

    added: list[Article]
    removed: list[str]


def steps(count: int, seed: int) -> Iterator[Step]:
    """Yield changes, of which two in five remove; about half of all articles are left in the end."""
    rng, living, number = random.Random(seed), [], 0
    for _ in range(count):
        if len(living) > 5 and rng.random() < 0.4:
            gone = rng.sample(living, rng.randint(1, 2))
            living = [one for one in living if one not in gone]
            yield Step([], [f"a{one}" for one in gone])
            continue
        new = list(range(number, number + rng.randint(1, 2)))
        number = new[-1] + 1
        changed = rng.sample(living, 1) if living and rng.random() < 0.2 else []
        living += new
        yield Step([article(one, seed) for one in new] + [article(one, seed + number) for one in changed], [])


def left_after(changes: list[Step]) -> list[Article]:
    """The articles that are left, in the order in which they first came."""
    left: dict[str, Article] = {}
    for step in changes:
        left.update({one.id: one for one in step.added})
        for id_ in step.removed:
            del left[id_]
    return list(left.values())


def differences(index: NewsIndex, other: NewsIndex, ways: tuple[str, ...] = _WAYS) -> list[str]:
    """Name what two indexes answer differently; stories of both are found anew."""
    asked: dict[str, Callable[[NewsIndex], Any]] = {
        "contents": lambda one: sorted((article.id, article.content_key()) for article in one),
        "copies": lambda one: sorted(
            tuple(sorted(member.id for member in group.members)) for group in find_copies(one).groups
        ),
        "stories": lambda one: sorted(tuple(story.articles) for story in find_stories(one, recompute=True).stories),
        "verify": lambda one: one.verify(),
    }
    for way in ways:
        asked[way] = lambda one, way=way: _near(one, way)
    return [name for name, ask in asked.items() if ask(index) != ask(other)]


def _near(index: NewsIndex, way: Any) -> list[list[tuple[str, float]]]:
    ids = random.Random(0).sample(sorted(one.id for one in index), min(_SAMPLE, len(index)))
    return [[(hit.id, round(hit.score, 4)) for hit in hits] for hits in index.neighbours(ids, 8, by=way)]


def apply(index: NewsIndex, step: Step) -> None:
    """Make one change to an open index, after one who recommends has stored the stories that it brought up to date."""
    while True:
        try:
            if step.added:
                index.add(step.added)
            if step.removed:
                index.remove(step.removed)
            return
        except IndexBusyError:
            time.sleep(_PATIENCE)


def command(path: Path, step: Step) -> None:
    """Make one change by a command, again as long as another process is writing."""
    rows = "".join(json.dumps(_row(one), ensure_ascii=False) + "\n" for one in step.added)
    verb = ["add", path, "-"] if step.added else ["remove", path, *step.removed]
    while True:
        done = subprocess.run(
            [sys.executable, "-m", "sada.cli", *verb], input=rows, capture_output=True, text=True, check=False
        )
        if "another process is writing" not in done.stderr:
            done.check_returncode()
            return


def _row(one: Article) -> Row:
    date = one.published.isoformat() if one.published else None
    return {"id": one.id, "title": one.title, "text": one.text, "date": date, "source": one.source, "language": "en"}


class Usage(NamedTuple):
    """Megabytes of memory and open files of a process."""

    memory: float
    files: int

    @classmethod
    def now(cls) -> Usage:
        """Of this process."""
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(round(pages * resource.getpagesize() / 1e6, 1), len(os.listdir("/proc/self/fd")))


def read_on(path: Path, asked: int) -> list[Usage]:
    """Recommend from an index that others change; returns what this took after each tenth of it."""
    rng, usages = random.Random(1), []
    with NewsIndex.open(path, threads=1) as index:
        recommender = Recommender(index)
        for number in range(1, asked + 1):
            with suppress(UnknownArticleError):  # it was removed a moment ago
                recommender.related([rng.choice(index.snapshot.columns.ids)], 5)
            if number % (asked // INTERVALS) == 0:
                usages.append(Usage.now())
    return usages


def measured(path: Path, how: str, step: int, usage: Usage) -> Row:
    """The size of an index and what a question costs that comes to it first, and later."""
    with NewsIndex.open(path, threads=1) as index:
        ids = random.Random(step).choices([one.id for one in index], k=20)
        first = [_seconds(lambda: _ask_anew(path, ids[0])) for _ in range(5)]
        index.neighbours(ids[0], by="words")
        later = [_seconds(lambda id_=id_: index.neighbours(id_, by="words")) for id_ in ids]
        count, segments = len(index), index.info()["segments"]
    log = path / "catalog.sqlite-wal"
    return {
        "changed by": how, "changes": step, "articles": count, "segments": segments,
        "files": sum(file.is_file() for file in path.rglob("*")),
        "kB": sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) // 1000,
        "kB of the log": log.stat().st_size // 1000 if log.exists() else 0,
        "first answer, ms": _shown(first), "later answers, ms": _shown(later),
        "memory MB": usage.memory, "open files": usage.files,
    }  # fmt: skip


def _ask_anew(path: Path, id_: str) -> None:
    with NewsIndex.open(path, threads=1) as index:
        index.neighbours(id_, by="words")


def _seconds(ask: Callable[[], Any]) -> float:
    started = time.process_time()
    ask()
    return time.process_time() - started


def _shown(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 2)


def live(
    path: Path, changes: list[Step], by_commands: list[Step], encoder: Encoder | str | None, asked: int
) -> tuple[list[Row], list[Usage]]:
    """Make all changes, the last of them by commands, beside a reader; returns rows and what the reader took."""
    rows = []
    with NewsIndex.create(path, encoder=encoder, threads=1) as index:
        apply(index, changes[0])
    reader = Case(read_on, path, asked)
    with NewsIndex.open(path, encoder=encoder, threads=1) as index:
        for number, step in enumerate(changes[1:], 2):
            apply(index, step)
            if number % STORIES_EVERY == 0:
                find_stories(index)
            if number % max(1, len(changes) // INTERVALS) == 0:
                rows.append(measured(path, "one process", number, Usage.now()))
    for number, step in enumerate(by_commands, 1):
        command(path, step)
        if number % max(1, len(by_commands) // (INTERVALS // 2)) == 0:
            rows.append(measured(path, "commands", len(changes) + number, Usage.now()))
    ended = reader.ended(24 * 3600.0)
    if ended.error or ended.fell:
        raise RuntimeError(f"the reader: {ended}")
    return rows, ended.value


def main() -> None:
    """Live long, and compare with an index that is built at once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--commands", type=int, default=200)
    parser.add_argument("--asked", type=int, default=20_000)
    given = parser.parse_args()
    changes = list(steps(given.steps + given.commands, seed=1))
    with tempfile.TemporaryDirectory() as folder:
        path, whole = Path(folder) / "long.sada", Path(folder) / "whole.sada"
        rows, usages = live(path, changes[: given.steps], changes[given.steps :], "fast", given.asked)
        with NewsIndex.open(path) as index, NewsIndex.create(whole, encoder="fast") as other:
            other.add(left_after(changes))
            differ = differences(index, other)
    if differ:
        sys.exit(f"other {', '.join(differ)} than in an index that is built at once")
    about = (
        f"{given.steps:,} changes by one process and {given.commands:,} commands, to invented articles; encoder fast"
    )
    note = (
        "The index ends with the same articles, neighbours by words, copy and meaning, groups of copies and stories as"
        " one that is built at once of what is left. Times are CPU, memory and open files those of the process that"
        f" changes and measures. A reader that recommended {given.asked:,} times meanwhile took"
        f" {usages[0].memory:.0f} MB and {usages[0].files} open files after a tenth of them,"
        f" {usages[-1].memory:.0f} MB and {usages[-1].files} in the end (most:"
        f" {max(one.memory for one in usages):.0f} MB, {max(one.files for one in usages)})."
    )
    print(save("long_life", about, note, rows).read_text())


if __name__ == "__main__":
    main()
