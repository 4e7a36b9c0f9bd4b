"""``sada dedup``: read articles, write one of each group of copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from sada.cli.input import ingest
from sada.cli.options.common import examples
from sada.cli.options.grouping import grouping_options, note_doubts
from sada.cli.options.input import Reading, input_options, refuse_indexes
from sada.cli.options.params import writable
from sada.cli.output.overwriting import is_one_of, is_parquet, protect, refuse_over, refuse_report
from sada.cli.output.progress import note, progress
from sada.cli.output.rows import json_bytes, write_lines, write_rows

if TYPE_CHECKING:
    from pathlib import Path

    from sada.cluster.copies.copies import Copies
    from sada.cluster.copies.groups import Attached, CopyMember
    from sada.indexes.article import Article
    from sada.indexes.index import NewsIndex
    from sada.indexes.reading.batches import Batch
    from sada.indexes.reading.problems import ReadReport
    from sada.indexes.reading.readers import ArticleReader
    from sada.indexes.storage.spool import Spool


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
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", metavar="FILE", callback=writable, help="Write to FILE, not to standard output.")
@click.option("--to", type=click.Choice(["jsonl", "parquet"]), help="What to write.  [parquet if FILE ends so]")
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
    inputs: tuple[str, ...],
    output: str | None,
    to: str | None,
    report: str | None,
    against: str | None,
    drop_contained: bool,
    check: bool,
    grouping: dict[str, Any],
    reading: Reading,
) -> None:
    """Read articles and write one of each group of copies, as JSON Lines or Parquet.

    What is kept of JSON Lines is written as it was read, byte for byte. Texts are not held in memory: files are read
    again, and what comes from a stream or an archive waits in a temporary file. In the report, position is an article's
    place in the order read, from 0, over all inputs; rows that are bad or skipped have none.
    """
    from sada.cli.output.parquet import parquet_chunks, parquet_line, require_writer
    from sada.cluster.copies.copies import find_copies
    from sada.indexes.storage.spool import Spool

    refuse_indexes(inputs)
    if check and output is not None:
        raise click.UsageError("--check writes no articles and -o names a file for them: choose one")
    if report is not None:
        refuse_report(report, output, check)
    as_parquet = is_parquet(to, output)
    if as_parquet:
        require_writer()
    reader, complaints = ingest.read(reading, inputs)
    needed: list[str | Path] = [*reader.paths, *(["/dev/stdin"] if "-" in inputs else [])]
    if report is not None and is_one_of(report, needed):
        refuse_over(report)
    with ExitStack() as stack:
        index = stack.enter_context(_opened(against)) if against is not None else None
        spool = stack.enter_context(Spool())
        articles = _Spooled(reader, spool, parquet_line if as_parquet else _row, verbatim=not as_parquet)
        with progress("Finding copies"):
            copies = find_copies(articles, lowest=grouping["jaccard"], **grouping)
            copies, known = copies.against(index) if index is not None else (copies, {})
        complaints.close()
        ingest.require_articles(reader, inputs, empty_stream=not check)
        dropped = copies.dropped(contained=drop_contained) | known.keys()
        if output is not None:
            protect(output, needed, reader.report.bad + reader.report.skipped)
        if report is not None:
            rows = chain(_group_rows(copies, dropped), _known_rows(articles.ids, known))
            write_rows(rows, format=None, output=report, columns=[], limit=None)
        note_doubts(copies)
        note(_sum(reader.report, len(dropped), len(spool) - len(dropped), len(copies.wordless)))
        if check:
            raise click.exceptions.Exit(1 if dropped else 0)
        kept = spool.without(dropped)
        write_lines(parquet_chunks(kept) if as_parquet else kept, output)


def _opened(path: str) -> NewsIndex:
    from sada.indexes.index import NewsIndex

    return NewsIndex.open(path)


class _Spooled:
    """The articles of a reader; their lines go to the spool as they are read."""

    def __init__(
        self, reader: ArticleReader, spool: Spool, line_of: Callable[[Article], bytes], *, verbatim: bool
    ) -> None:
        self._reader = reader
        self._spool = spool
        self._line_of = line_of
        self._verbatim = verbatim
        self.ids: list[str] = []

    def batches(self) -> Iterator[Batch]:
        for batch in self._reader.batches(self._line_of, verbatim=self._verbatim):
            self._spool.add(batch.lines)
            self.ids += batch.ids
            yield batch


def _sum(read: ReadReport, dropped: int, kept: int, wordless: int) -> str:
    """Sum up what became of the articles. Those without words are counted: two may be the same, and both are kept."""
    summary = f"{read.read:,} articles read, {dropped:,} dropped, {kept:,} kept"
    if wordless:
        summary += f" ({wordless:,} for want of words to compare)"
    if read.skipped or read.bad:
        summary += f", {read.skipped:,} skipped, {read.bad:,} bad"
    return summary


def _group_rows(copies: Copies, dropped: set[int]) -> Iterator[dict[str, Any]]:
    """Rows of the groups; each article has its position in the order read, from 0, and whether it was dropped."""
    for group in copies.iter_duplicates():
        row = group.to_dict()
        rows = (*row["members"], *row["attached"])
        articles: tuple[CopyMember | Attached, ...] = (*group.members, *group.attached)
        for article, shown in zip(articles, rows, strict=True):
            shown["position"] = article.position
            shown["dropped"] = article.position in dropped
        yield row


def _known_rows(ids: list[str], known: dict[int, tuple[str, float]]) -> Iterator[dict[str, Any]]:
    """Rows of the articles that are copies of one in the index; ``position`` as in the groups."""
    for position, (id_, jaccard) in sorted(known.items()):
        yield {"id": ids[position], "position": position, "copy_of": id_, "jaccard": round(jaccard, 4)}


def _row(article: Article) -> bytes:
    """Encode an article that was not read from JSON Lines: a flat row, its other fields beside the known ones.

    Empty fields are left out, and another field with the name of a known one gets a longer name, so that reading the
    row again gives the same article.
    """
    known = article.to_dict()
    extra = known.pop("extra")
    filled = {name: value for name, value in known.items() if value}
    names = _names_beside(tuple(filled), tuple(extra))
    return json_bytes(dict(zip(names, extra.values(), strict=True)) | filled)


@lru_cache(maxsize=256)
def _names_beside(filled: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    """The names that other fields get beside the ``filled`` known ones."""
    from sada.indexes.fields.known_names import load_known_names

    known = load_known_names()
    return [f"extra_{name}" if known.would_win(name, filled) else name for name in others]
