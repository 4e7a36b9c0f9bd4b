"""Many processes at one index: writers that get in each other's way or are killed, and readers beside them."""

from __future__ import annotations

import mmap
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from sada.cluster.stories.stories import find_stories
from sada.indexes.article import Article
from sada.indexes.errors import IndexBusyError
from sada.indexes.index import NewsIndex
from torture.cases import Case, Ended, Outcome, Row, Tally, made
from torture.subjects import make_base, next_writer

READERS, WRITERS = 3, 2
READING = "readers beside writers, each reading"
WRITING = "two writers at once, each commit"
KILLED = "a writer killed beside others"
_BATCH = 4
_LIMIT = 3600.0


def run(count: int, seed: int) -> list[Row]:
    """Half of ``count`` are readings, a tenth killed writers, the others commits; see :mod:`torture`."""
    tally, rng = Tally(), random.Random(seed)
    kills, readings = count // 10, count // 2 // READERS
    commits = (count - kills - readings * READERS) // WRITERS
    with tempfile.TemporaryDirectory() as work:
        path = made(make_base, Path(work) / "base")
        counts = [mmap.mmap(-1, 8) for _ in range(WRITERS + kills)]
        readers = [Case(_read, path, readings, rng.random()) for _ in range(READERS)]
        writers = [Case(_write, path, f"w{number}", counts[number], commits) for number in range(WRITERS)]
        for number in range(kills):
            case = Case(_write, path, f"w{WRITERS + number}", counts[WRITERS + number], 1 << 30)
            time.sleep(rng.uniform(0.02, 0.6))
            case.kill()
            case.ended()
        for case in readers:
            _count_readings(tally, case.ended(_LIMIT), readings)
        ended = [case.ended(_LIMIT) for case in writers]
        acknowledged = [int.from_bytes(count[:], "big") for count in counts]
        lost = made(_lost, path, acknowledged)
        for number, (case, gone) in enumerate(zip([*ended, *[Ended()] * kills], lost, strict=True)):
            name, times = (WRITING, commits) if number < WRITERS else (KILLED, 1)
            for _ in range(gone):
                tally.count(name, Outcome.LOST, "an acknowledged commit is gone")
            if case.fell or case.error:
                tally.count(name, Outcome.CRASHED, case.fell or case.error)
            for _ in range(times - gone - bool(case.fell or case.error)):
                tally.count(name, Outcome.SURVIVED)
        if wrong := made(next_writer, path):
            tally.count(WRITING, Outcome.SILENT, str(wrong))
    return tally.rows()


def _count_readings(tally: Tally, ended: Ended, readings: int) -> None:
    if ended.fell or ended.error:
        tally.count(READING, Outcome.CRASHED, ended.fell or ended.error)
        return
    for what in ended.value:
        tally.count(READING, Outcome.SILENT, what)
    for _ in range(readings - len(ended.value)):
        tally.count(READING, Outcome.SURVIVED)


def _write(path: Path, name: str, acknowledged: mmap.mmap, commits: int) -> None:
    """Add batches; after each the first article of it is removed. What comes first is acknowledged first."""
    done = 0
    while done < commits:
        batch = [
            Article(f"{name}-{done}-{number}", f"Batch {done}", f"words {done} {number} " * 9, language="en")
            for number in range(_BATCH)
        ]
        try:
            with NewsIndex.open(path, threads=1) as index:
                index.add(batch)
                done += 1
                acknowledged[:] = done.to_bytes(8, "big")
                index.remove(batch[0].id)
                if done % 6 == 0:
                    find_stories(index)
                if done % 9 == 0:
                    index.compact()
        except IndexBusyError:
            time.sleep(0.005)


def _read(path: Path, readings: int, seed: float) -> list[str]:
    """Open or refresh again and again; returns what was seen that no commit holds."""
    rng, wrong = random.Random(seed), []
    with NewsIndex.open(path, threads=1) as held:
        for _ in range(readings):
            if rng.random() < 0.5:
                held.refresh()
                wrong += _seen(held, rng)
            else:
                with NewsIndex.open(path, threads=1) as fresh:
                    wrong += _seen(fresh, rng)
    return wrong


def _seen(index: NewsIndex, rng: random.Random) -> list[str]:
    """At most one thing that is wrong with what an open index shows."""
    ids = [one.id for one in index]
    batches: dict[str, set[str]] = {}
    for id_ in ids:
        if id_.startswith("w"):
            batches.setdefault(id_.rpartition("-")[0], set()).add(id_.rpartition("-")[2])
    rest = {str(number) for number in range(1, _BATCH)}
    hits: list[Any] = [hit for by in ("words", "copy") for hit in index.neighbours(rng.choice(ids), 5, by=by)]
    if len(ids) != len(index) or len(set(ids)) != len(ids):
        return [f"{len(ids)} articles where {len(index)} are counted"]
    if halves := [name for name, numbers in batches.items() if numbers not in (rest, rest | {"0"})]:
        return [f"half of the commit {halves[0]}"]
    return [f"{hit.id} is near and not there" for hit in hits if hit.id not in index][:1]


def _lost(path: Path, acknowledged: list[int]) -> list[int]:
    """How many acknowledged commits of each writer are not there."""
    with NewsIndex.open(path, threads=1) as index:
        return [
            sum(any(f"w{number}-{batch}-{one}" not in index for one in range(1, _BATCH)) for batch in range(commits))
            for number, commits in enumerate(acknowledged)
        ]
