"""``sada dedup``: articles in, one article a group of copies out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from sada.cli import indexing
from sada.cli.grouping_options import grouping_options
from sada.cli.listing import not_an_index
from sada.cli.options import Reading, examples, input_options, writable
from sada.cli.output import json_bytes, write_lines, write_rows
from sada.cli.progress import note, progress
from sada.indexes.errors import InputError
from sada.indexes.fields import KNOWN_NAMES

if TYPE_CHECKING:
    from sada.indexes.article import Article

_KNOWN = frozenset(name for names in KNOWN_NAMES.values() for name in names)


def _report_file(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value == "-":
        raise click.BadParameter("name a file; the articles go to standard output", ctx, param)
    return writable(ctx, param, value)


@click.command(
    "dedup",
    short_help="Filter articles: one of each group of copies",
    epilog=examples(
        "sada dedup july.jsonl -o unique.jsonl --report dropped.jsonl",
        "zcat july.jsonl.gz | sada dedup - --against news.sada > new.jsonl",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", metavar="FILE", callback=writable, help="Write to FILE, not to standard output.")
@click.option(
    "--report",
    metavar="FILE",
    callback=_report_file,
    help="Write the groups, with what was dropped and why, to FILE; with --check, too.",
)
@click.option("--against", metavar="INDEX", help="Drop articles that are copies of one in INDEX, too.")
@click.option("--drop-contained", is_flag=True, help="Drop articles that another contains, too.")
@click.option("--check", is_flag=True, help="Write no articles; exit with 1 if any would be dropped.")
@grouping_options
@input_options
def command(
    sources: tuple[str, ...],
    output: str | None,
    report: str | None,
    against: str | None,
    drop_contained: bool,
    check: bool,
    grouping: dict[str, Any],
    reading: Reading,
) -> None:
    """Read articles and write one of each group of copies, as JSON Lines.

    What is kept of JSON Lines is written as it was read, byte for byte. Texts are not held in memory: rows wait in a
    temporary file.
    """
    from sada.cluster.copies import find_copies
    from sada.indexes.index import NewsIndex
    from sada.indexes.spool import Spool

    _refuse(sources, output, report, check)
    reader, complaints = indexing.read(reading, sources)
    with ExitStack() as stack:
        index = stack.enter_context(NewsIndex.open(against)) if against is not None else None
        spool = stack.enter_context(Spool())
        ids: list[str] = []

        def set_aside(article: Article, line: bytes) -> None:
            spool.add(line or _row(article))
            ids.append(article.id)

        reader.on_article = set_aside
        with progress("Finding copies"):
            copies = find_copies(reader, **grouping)
            copies, known = copies.against(index) if index is not None else (copies, {})
        complaints.close()
        dropped = copies.dropped(contained=drop_contained) | known.keys()
        if report is not None:
            groups = (group.to_dict() for group in copies.duplicates())
            write_rows(chain(groups, _known_rows(ids, known)), format=None, output=report, columns=[], limit=None)
        read = reader.report
        _protect(sources, output, read.bad + read.skipped)
        note(
            f"{read.read:,} articles read, {len(dropped):,} dropped, {len(spool) - len(dropped):,} kept"
            + (f", {read.skipped:,} skipped, {read.bad:,} bad" if read.skipped or read.bad else "")
        )
        if check:
            raise click.exceptions.Exit(1 if dropped else 0)
        write_lines(spool.without(dropped), output)


def _refuse(sources: tuple[str, ...], output: str | None, report: str | None, check: bool) -> None:
    """Refuse what would write nowhere, or over something that is still needed."""
    not_an_index(sources)
    if check and output is not None:
        raise click.UsageError("--check writes no articles and -o names a file for them: choose one")
    if report is None:
        return
    if any(_same(report, other) for other in (*sources, output or "-")):
        raise click.UsageError(f"--report {report} would be written over a source or the output: choose another name")


def _protect(sources: tuple[str, ...], output: str | None, lost: int) -> None:
    """Refuse to write over a source of which some rows could not be read: they would be gone."""
    if lost and output is not None and any(_same(output, source) for source in sources):
        raise InputError(f"{output}: {lost:,} rows of it would be lost with the copies; write to another file")


def _same(path: str, other: str) -> bool:
    return "-" not in (path, other) and os.path.realpath(path) == os.path.realpath(other)


def _known_rows(ids: list[str], known: dict[int, tuple[str, float]]) -> Iterator[dict[str, Any]]:
    for place, (id_, jaccard) in sorted(known.items()):
        yield {"id": ids[place], "copy_of": id_, "jaccard": round(jaccard, 4)}


def _row(article: Article) -> bytes:
    """An article that was read from no JSON Lines as one: a flat row, its other fields beside the known ones.

    An empty field is left out, and another field that has the name of a known one gets a longer name: both would stand
    for what the article is known by when it is read again.
    """
    known = article.to_dict()
    others = {
        f"extra_{name}" if name.strip().lower() in _KNOWN else name: value for name, value in known.pop("extra").items()
    }
    return json_bytes(others | {name: value for name, value in known.items() if value})
