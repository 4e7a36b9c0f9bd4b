"""``sada dedup``: articles in, one article a group of copies out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from sada.cli import indexing
from sada.cli.grouping_options import grouping_options
from sada.cli.listing import not_an_index
from sada.cli.options import Reading, examples, input_options, writable
from sada.cli.output import json_bytes, write_lines, write_rows
from sada.cli.progress import note, progress

if TYPE_CHECKING:
    from sada.cluster.copies import Copies
    from sada.indexes.article import Article


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
    callback=writable,
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
    from sada.indexes.spool import Spool

    if check and output is not None:
        raise click.UsageError("--check writes no articles and -o names a file for them: choose one")
    not_an_index(sources)
    reader, complaints = indexing.read(reading, sources)
    with Spool() as spool:
        ids: list[str] = []

        def set_aside(article: Article, line: bytes) -> None:
            ids.append(article.id)
            spool.add(line or _row(article))

        reader.on_article = set_aside
        with progress("Finding copies"):
            copies = find_copies(reader, **grouping)
        complaints.close()
        known = _known(copies, against)
        dropped = copies.dropped(contained=drop_contained) | known.keys()
        if report is not None:
            groups = (group.to_dict() for group in copies.duplicates())
            write_rows(chain(groups, _known_rows(ids, known)), format=None, output=report, columns=[], limit=None)
        note(f"{len(spool):,} articles read, {len(dropped):,} dropped, {len(spool) - len(dropped):,} kept")
        if check:
            raise click.exceptions.Exit(1 if dropped else 0)
        write_lines(spool.without(dropped), output)


def _known(copies: Copies, against: str | None) -> dict[int, tuple[str, float]]:
    """The places of articles that are copies of one in the index ``against``, with its id and the Jaccard."""
    from sada.indexes.index import NewsIndex

    if against is None:
        return {}
    with NewsIndex.open(against) as index:
        return copies.found_in(index)


def _known_rows(ids: list[str], known: dict[int, tuple[str, float]]) -> Iterator[dict[str, Any]]:
    for place, (id_, jaccard) in sorted(known.items()):
        yield {"id": ids[place], "copy_of": id_, "jaccard": round(jaccard, 4)}


def _row(article: Article) -> bytes:
    """An article that was read from no JSON Lines as one: a flat row, its other fields beside the known ones.

    An empty field is left out: it could stand before another by which the article is known when it is read again.
    """
    known = article.to_dict()
    extra = known.pop("extra")
    return json_bytes({**extra, **{name: value for name, value in known.items() if value}})
