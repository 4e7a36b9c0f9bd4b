"""Indexes of a stranger: what the catalog and the folder hold is refused in one line or harmless, with right digests.

    python benchmarks/torture/forged_catalogs.py [COUNT [SEED]]    # shown as JSON

Each fault is planted in a copy of a small index: values of settings and rows, objects of the schema, links and pipes in
the folder. The digests are then made right, as a stranger would. Commands are run on the copy in a process of its own;
files beside the index, and foreign files in it, must be as they were.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parents[1]))

from sada.cluster import find_stories
from sada.indexes import NewsIndex
from sada.indexes.errors import SadaError
from torture.cases import Ended, Outcome, Row, Tally, apart, warm_up
from torture.catalog_forgeries import OUTSIDE, Mutation, contents, forge, make_outside, mutations
from torture.subjects import articles

ENCODERS = ("none", "fast")
"""Of the indexes that are forged."""
_READING = (
    ["neighbours", "{}", "a8", "--by", "words"], ["neighbours", "{}", "a8", "--by", "copy"], ["duplicates", "{}"],
    ["neighbours", "{}", "a8", "--by", "all", "--explain"], ["neighbours", "{}", "a8"], ["stories", "{}", "--all"],
    ["search", "{}", "--text", "river bridge"], ["stories", "{}", "--recompute"],
    ["stories", "{}", "--history", "{story}"],
    ["related", "{}", "a8"], ["explain", "{}", "a8", "a9"], ["sources", "{}"], ["boilerplate", "{}"],
    ["boilerplate", "{}", "--learn", "--dry-run"], ["related", "{}", "--all"], ["report", "{}", "-o", "{out}/r.html"],
    ["dedup", "{more}", "--against", "{}"],
)  # fmt: skip
_WRITING = (
    ["add", "{}", "{more}"], ["remove", "{}", "a8", "a9"], ["compact", "{}"], ["reencode", "{}", "--encoder", "none"],
    ["boilerplate", "{}", "--forget"], ["boilerplate", "{}", "--learn"], ["stories", "{}"],
    ["reencode", "{}", "--encoder", "fast"],
)  # fmt: skip


def use(path: Path, more: Path, rng: random.Random, reading: int = 4, writing: int = 2) -> None:
    """Run some commands on an index; what is wrong with it may be told in one line, and nothing else may happen."""
    from sada.cli.main import cli

    story = rng.choice(["", "s1", *_stories(path)])
    for command in (["verify", "{}"], ["info", "{}"], *rng.sample(_READING, reading), *rng.sample(_WRITING, writing)):
        arguments = [part.format(path, more=more, out=path.parent, story=story) for part in command]
        with suppress(SadaError, OSError, click.ClickException, click.exceptions.Exit):
            cli.main(arguments, standalone_mode=False)


def _stories(path: Path) -> list[str]:
    """Ids of stories, where they can be read."""
    with suppress(SadaError, OSError), NewsIndex.open(path) as index:
        return [row[0] for row in index.stories.stored()[0][:3]]
    return []


def make_bases(folder: Path) -> None:
    """Make the indexes that are forged, without and with an encoder, and the articles that are added to them."""
    rows = [{"id": one.id, "title": one.title, "text": one.text, "language": "en"} for one in articles(60, 63)]
    (folder / "more.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    for encoder in ENCODERS:
        with NewsIndex.create(folder / f"{encoder}.sada", encoder=encoder, threads=1) as index:
            for start in (0, 24):
                index.add(articles(start, start + 24))
            index.boilerplate.learn()
            find_stories(index)
            index.remove(["a5", "a17"])
            index.add(articles(50, 54))
            find_stories(index)


def plant(base: Path, work: Path, mutation: Mutation, limit: float) -> tuple[Outcome, str]:
    """Plant one fault in a copy of an index below ``work``, and use it; returns what became of it, and what it was."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(base, work / "news.sada")
    make_outside(work / OUTSIDE)
    fault = forge(work / "news.sada", mutation)
    before = contents(work / OUTSIDE)
    mine = [one for name in ("notes*", "mine.txt") for one in (work / "news.sada").rglob(name)]
    ended: Ended = apart(use, work / "news.sada", base.parent / "more.jsonl", random.Random(mutation.seed), limit=limit)
    if ended.fell:
        return Outcome.CRASHED, f"{fault}: {ended.fell}"
    if contents(work / OUTSIDE) != before or not all(map(os.path.lexists, mine)):
        return Outcome.LOST, f"{fault}: files were changed that are not of the index"
    return Outcome.SURVIVED, fault


def run(count: int, seed: int, limit: float = 60.0) -> list[Row]:
    """Plant ``count`` faults; returns the rows of the tally."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        apart(make_bases, Path(folder))  # so that this process has no threads
        bases = [Path(folder) / f"{encoder}.sada" for encoder in ENCODERS]
        for mutation in mutations(seed, count):
            base = bases[mutation.seed % 7 % len(bases)]
            outcome, what = plant(base, Path(folder) / "case", mutation, limit)
            tally.count(f"an index of a stranger: {mutation.kind}", outcome, f"{what} ({mutation})")
    return tally.rows()


if __name__ == "__main__":
    warm_up()
    given = [int(argument) for argument in sys.argv[1:]]
    print(json.dumps(run(*(given + [1000, 1][len(given) :])), indent=1))
