"""What commands that fill an index share: reading with its complaints, progress, clean-up, and the sum at the end."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import click
import orjson

from sada.cli.options.input import Reading
from sada.cli.output.progress import Steps, note, progress

if TYPE_CHECKING:
    from sada.indexes.article import Article
    from sada.indexes.index import NewsIndex
    from sada.indexes.reading.problems import Problem, ReadReport
    from sada.indexes.reading.readers import ArticleReader
    from sada.indexes.writing.writer import AddReport

_SHOWN = 10

commit_option = click.option(
    "--commit-every",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    metavar="N",
    help="Articles a commit: what was committed stays if a later one fails.",
)
"""Adds ``--commit-every``; the command gets ``commit_every``."""


class Articles(Protocol):
    """Articles, with counts of what was read so far: an :class:`ArticleReader`, or one resumed."""

    report: ReadReport

    def progress(self) -> tuple[int, int | None]:
        """Bytes read, and how many there are if that is known."""

    def __iter__(self) -> Iterator[Article]:
        """The articles, once."""


class Complaints:
    """Shows the first ten problems of each kind as they come, and counts the rest."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def __call__(self, problem: Problem) -> None:
        """Hear of one problem."""
        self._counts[problem.kind] += 1
        if self._counts[problem.kind] <= _SHOWN:
            note(f"{problem.kind}: {problem}")

    def close(self) -> None:
        """Say how many were not shown."""
        for kind, count in self._counts.items():
            if count > _SHOWN:
                note(f"{kind}: and {count - _SHOWN:,} more")


def read(reading: Reading, inputs: Sequence[str]) -> tuple[ArticleReader, Complaints]:
    """The articles of the inputs, with complaints on standard error."""
    complaints = Complaints()
    return reading.articles(inputs, complaints), complaints


def add(index: NewsIndex, reader: Articles, complaints: Complaints, commit_every: int) -> None:
    """Add all articles and print the sum."""
    started = time.monotonic()
    with progress("Indexing") as bar:
        report = index.add(reader, commit_every=commit_every, on_progress=_Rate(reader, bar))
    complaints.close()
    tell_repeated(report)
    print_report(report, index, time.monotonic() - started, reader.report.read_also)


def tell_repeated(report: AddReport) -> None:
    """Say of which ids an earlier row of the same batch was replaced."""
    for id_ in report.repeated:
        note(f"note: id {id_!r} came again with other content; the last one is stored")
    if len(report.repeated) == _SHOWN:
        note("note: and perhaps more ids; the rows they replaced are counted as skipped")


@contextlib.contextmanager
def kept_if_committed(index: NewsIndex) -> Iterator[None]:
    """If the block fails, keep what it committed and say so; an index of nothing would only stand in the way."""
    try:
        yield
    except BaseException:
        committed = len(index)
        index.close()
        if committed:
            path = index.path
            note(f"{path} holds the {committed:,} articles committed before: go on with sada add {path} INPUT")
        else:
            shutil.rmtree(index.path)
        raise


class _Rate:
    """Turns the stages of batches into articles done, of a total estimated from the bytes read so far."""

    def __init__(self, reader: Articles, bar: Steps) -> None:
        self._reader = reader
        self._bar = bar
        self._committed = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear of progress within a batch."""
        read, whole = self._reader.progress()
        expected = int((self._committed + total) * whole / read) if whole and read else None
        if stage == "committed":
            self._committed += total
            done = 0
        self._bar.update(self._committed + done, expected)


def print_report(report: AddReport, index: NewsIndex, seconds: float, read_also: int) -> None:
    """The sum of what became of the articles: a sentence on a terminal, JSON when piped.

    ``read_also`` says how many of them were printed on the page of another; they are in the sum.
    """
    if not sys.stdout.isatty():
        row = {"index": str(index.path), **report.to_dict(), "read_also": read_also, "seconds": round(seconds, 2)}
        click.echo(orjson.dumps(row).decode())
        return
    parts = " + ".join(
        f"{getattr(report, name):,} {name}" for name in ("added", "updated", "unchanged", "skipped", "bad")
    )
    read = f"{report.read:,} read" + (f" ({read_also:,} of them on pages of others)" if read_also else "")
    click.echo(f"{index.path}: {read} = {parts}, in {seconds:.1f} s; {len(index):,} articles in all")
