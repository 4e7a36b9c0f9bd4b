"""The options that say where results go and how they look."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

import click

from sada.cli.options.bundle import Command, bundled
from sada.cli.options.params import writable
from sada.cli.output.columns import Column, Row
from sada.cli.output.progress import note
from sada.cli.output.rows import FORMATS, write_rows

_NOT_WRITTEN = frozenset(
    {".parquet", ".arrow", ".feather", ".orc", ".xlsx", ".xls", ".db", ".sqlite", ".sqlite3", ".tsv", ".xml", ".html"}
    | {".gz", ".bz2", ".xz", ".zst", ".zip"}
)
"""Suffixes that promise another form than the one that would be written."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where results go and how they look; see :func:`sada.cli.output.rows.write_rows`."""

    format: str | None = None
    path: str | None = None
    limit: int | None = None

    def shows_table(self) -> bool:
        """True if a person reads the results: a table was asked for, or nothing was and this is a terminal."""
        return self.format == "table" or (self.format is None and self.path is None and sys.stdout.isatty())

    def write(self, rows: Iterable[Row], columns: Sequence[Column]) -> None:
        """Write ``rows``; ``columns`` are what a table shows of them. A note says why a table is empty."""
        table = self.shows_table()
        if table:
            rows = list(islice(rows, self.limit))
        write_rows(rows, format=self.format, output=self.path, columns=columns, limit=self.limit)
        if table and not rows:
            note("nothing found")


def output_options(command: Command, formats: Sequence[str] = FORMATS) -> Command:
    """Add ``--format``, ``-o/--output`` and ``--limit``; the command gets ``output``, an :class:`Output`."""
    return bundled(
        command,
        "output",
        _output,
        click.option(
            "--format", type=click.Choice(formats), help="How to write results.  [table, or jsonl when piped]"
        ),
        click.option("-o", "--output", metavar="FILE", callback=writable, help="Write to FILE, not to the screen."),
        click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Write N results at most."),
    )


def _output(format: str | None, output: str | None, limit: int | None) -> Output:
    suffix = "" if output is None else PurePath(output).suffix.lower()
    if format is None and suffix in _NOT_WRITTEN:
        raise click.UsageError(
            f"{output}: results are not written as {suffix} (name it .jsonl, .json or .csv, or say which with --format)"
        )
    return Output(format, output, limit)
