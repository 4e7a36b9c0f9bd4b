"""``sada dedup``: articles in, one article a group of copies out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sada.cli import indexing
from sada.cli.grouping_options import grouping_options
from sada.cli.listing import not_an_index
from sada.cli.options import Reading, examples, input_options, writable
from sada.cli.output import Column, write_rows
from sada.cli.progress import note, progress

if TYPE_CHECKING:
    from sada.indexes.article import Article

_COLUMNS = [Column("id", "Id"), Column("title", "Title")]


@click.command(
    "dedup",
    short_help="Filter articles: one of each group of copies",
    epilog=examples(
        "sada dedup july.jsonl -o unique.jsonl --report dropped.jsonl",
        "zcat july.jsonl.gz | sada dedup - > unique.jsonl",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", metavar="FILE", callback=writable, help="Write to FILE, not to standard output.")
@click.option(
    "--report",
    metavar="FILE",
    callback=writable,
    help="Write the groups, with what was dropped and why, to FILE; with --check, too.",
)
@click.option("--drop-contained", is_flag=True, help="Drop articles that another contains, too.")
@click.option("--check", is_flag=True, help="Write no articles; exit with 1 if any would be dropped.")
@grouping_options
@input_options
def command(
    sources: tuple[str, ...],
    output: str | None,
    report: str | None,
    drop_contained: bool,
    check: bool,
    grouping: dict[str, Any],
    reading: Reading,
) -> None:
    """Read articles and write one of each group of copies, as JSON Lines."""
    from sada.cluster.copies import find_copies

    if check and output is not None:
        raise click.UsageError("--check writes no articles and -o names a file for them: choose one")
    not_an_index(sources)
    reader, complaints = indexing.read(reading, sources)
    with progress("Finding copies"):
        articles = list(reader)
        copies = find_copies(articles, **grouping)
    complaints.close()
    dropped = copies.dropped(contained=drop_contained)
    if report is not None:
        write_rows(
            (group.to_dict() for group in copies.duplicates()), format=None, output=report, columns=[], limit=None
        )
    note(f"{len(articles):,} articles read, {len(dropped):,} dropped, {len(articles) - len(dropped):,} kept")
    if check:
        raise click.exceptions.Exit(1 if dropped else 0)
    kept = (_row(article) for place, article in enumerate(articles) if place not in dropped)
    write_rows(kept, format="jsonl", output=output, columns=_COLUMNS, limit=None)


def _row(article: Article) -> dict[str, Any]:
    """The article as one flat row, its other fields beside the known ones.

    An empty field is left out: it could stand before another by which the article is known when it is read again.
    """
    known = article.to_dict()
    extra = known.pop("extra")
    return {**extra, **{name: value for name, value in known.items() if value}}
