"""Read articles and add them to an index: notes on problems, progress, cleaning up, and the counts at the end."""

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
from sada.indexes.errors import InputError

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
    """Articles with counts of the rows read so far: an :class:`ArticleReader`, or another iterator over one."""

    report: ReadReport

    def progress(self) -> tuple[int, int | None]:
        """Bytes read, and the total if that is known."""

    def __iter__(self) -> Iterator[Article]:
        """The articles; they can be read once."""


class Complaints:
    """Show the first ten problems of each kind as they occur, and count the rest."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def __call__(self, problem: Problem) -> None:
        """Note one problem."""
        self._counts[problem.kind] += 1
        if self._counts[problem.kind] <= _SHOWN:
            note(f"{problem.kind}: {problem}")

    def close(self) -> None:
        """Note how many were not shown."""
        for kind, count in self._counts.items():
            if count > _SHOWN:
                note(f"{kind}: and {count - _SHOWN:,} more")


def read(reading: Reading, inputs: Sequence[str]) -> tuple[ArticleReader, Complaints]:
    """Open the inputs; problems go to standard error."""
    complaints = Complaints()
    return reading.articles(inputs, complaints), complaints


def require_all_read(reader: ArticleReader) -> None:
    """Check that each input that was named gave an article.

    Raises:
        InputError: naming the first that did not, and why.
    """
    if reader.unread:
        first, more = reader.unread[0], len(reader.unread) - 1
        others = f" (and {more:,} more inputs)" if more else ""
        raise InputError(f"{first}; no article was read from it{others}")


def no_articles(reader: ArticleReader, inputs: Sequence[str], so: str = "") -> InputError:
    """The error that says that inputs gave no article; ``so`` is what was not done for that reason."""
    report, why = reader.report, f": {reader.unread[0].reason}" if reader.unread else ""
    return InputError(
        f"{', '.join(inputs)}: no articles ({report.read:,} rows read, {report.bad:,} bad, {report.skipped:,} empty)"
        f"{so}{why}"
    )


def require_articles(reader: ArticleReader, inputs: Sequence[str], *, empty_stream: bool = False) -> None:
    """Check that the inputs gave an article, as those of a folder may each be unreadable.

    Args:
        reader: when it has read all.
        inputs: as they were named.
        empty_stream: whether inputs without a single row will do, as a standard input to which nothing was written.

    Raises:
        InputError: if each input that was named must give an article and did not, or if no article was read.
    """
    require_all_read(reader)
    report = reader.report
    if report.read == report.bad + report.skipped and not (empty_stream and not report.read):
        raise no_articles(reader, inputs)


def add(index: NewsIndex, reader: Articles, complaints: Complaints, commit_every: int) -> None:
    """Add all articles to an index and print the counts."""
    started = time.monotonic()
    with progress("Indexing") as bar:
        report = index.add(reader, commit_every=commit_every, on_progress=_Rate(reader, bar))
    complaints.close()
    tell_repeated(report)
    print_report(report, index, time.monotonic() - started, reader.report.read_also)


def tell_repeated(report: AddReport) -> None:
    """Note the ids of which a later row of the same batch replaced an earlier one."""
    for id_ in report.repeated:
        note(f"note: id {id_!r} came again with other content; the last one is stored")
    if len(report.repeated) == _SHOWN:
        note("note: and perhaps more ids; the rows they replaced are counted as skipped")


@contextlib.contextmanager
def kept_if_committed(index: NewsIndex) -> Iterator[None]:
    """Keep an index with commits if the block fails, and say so; remove an empty one, which would block the path."""
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
    """Show progress in articles; the total is estimated from the bytes read so far."""

    def __init__(self, reader: Articles, bar: Steps) -> None:
        self._reader = reader
        self._bar = bar
        self._committed = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show one step of a batch; ``add`` of an index calls this."""
        read, whole = self._reader.progress()
        expected = int((self._committed + total) * whole / read) if whole and read else None
        if stage == "committed":
            self._committed += total
            done = 0
        self._bar.update(self._committed + done, expected)


def print_report(report: AddReport, index: NewsIndex, seconds: float, read_also: int) -> None:
    """Print the counts of an addition: a sentence on a terminal, JSON when piped.

    Args:
        report: of the addition.
        index: what the articles were added to.
        seconds: how long it took.
        read_also: how many of the articles were printed on the page of another; ``report`` counts them, too.
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
