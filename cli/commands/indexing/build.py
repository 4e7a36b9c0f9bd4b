"""``sada build``: make a new index from files, folders or standard input."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import click

from sada.cli.input import ingest
from sada.cli.options.common import examples, threads_option
from sada.cli.options.encoder import encoder_options
from sada.cli.options.input import Reading, indexing_options
from sada.cli.options.params import not_empty

if TYPE_CHECKING:
    from sada.indexes.article import Article
    from sada.indexes.reading.readers import ArticleReader


@click.command(
    "build",
    short_help="Make a new index of articles",
    epilog=examples(
        "sada build july.jsonl.gz -i july.sada",
        "zcat *.jsonl.gz | sada build - -i news.sada --encoder none",
    ),
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-i",
    "--index",
    "path",
    required=True,
    metavar="INDEX",
    callback=not_empty,
    help="Where the index goes; must not exist yet.",
)
@click.option(
    "--encoder",
    default="default",
    show_default=True,
    metavar="NAME",
    help="default (= e5-short), e5, use, fast, none, a weight file, a sentence-transformers model, or two joined by +.",
)
@click.option(
    "--threshold",
    "jaccard",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.5,
    show_default=True,
    help="Least Jaccard of copies that neighbours --by copy is to find; info says how many are missed.",
)
@ingest.commit_option
@indexing_options
@encoder_options
@threads_option
def command(
    inputs: tuple[str, ...],
    path: str,
    encoder: str,
    jaccard: float,
    commit_every: int,
    reading: Reading,
    options: dict[str, str],
    threads: int,
) -> None:
    """Build a new index from INPUT: JSON, CSV, tables, feeds, crawls, pages, archives, folders, or - for stdin.

    Files may be compressed (.gz, .bz2, .xz, .zst).
    """
    from sada.indexes.index import NewsIndex
    from sada.indexes.writing.creation import check_free

    check_free(path)
    reader, complaints = ingest.read(reading, inputs)
    first = next(reader, None)
    if first is None:
        complaints.close()
        raise ingest.no_articles(reader, inputs, ", so no index was made")
    index = NewsIndex.create(path, encoder=encoder, options=options, jaccard=jaccard, threads=threads)
    with index, ingest.kept_if_committed(index):
        ingest.add(index, _WithFirst(first, reader), complaints, commit_every)
    ingest.require_all_read(reader)


class _WithFirst:
    """A reader and the first article that was already taken from it."""

    def __init__(self, first: Article, reader: ArticleReader) -> None:
        self.report = reader.report
        self.progress = reader.progress
        self._articles = itertools.chain([first], reader)

    def __iter__(self) -> itertools.chain[Article]:
        return self._articles
