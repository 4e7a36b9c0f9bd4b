"""``sada neighbours``: the nearest articles."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sada.cli.listing import LANGUAGE, SOURCE, TITLE, times
from sada.cli.options import Output, examples, filter_options, output_options, threads_option
from sada.cli.output import Column
from sada.cli.progress import note

if TYPE_CHECKING:
    from sada.indexes.article import Article
    from sada.indexes.filters import Filter
    from sada.indexes.index import NewsIndex

_QUERY = Column("query", "Query", style="dim", wrap=False, max_width=20)
_COLUMNS = [
    Column(lambda row: f"{row['score']:.3f}", "Score", justify="right"),
    Column("id", "Id", wrap=False, max_width=24),
    TITLE,
    SOURCE,
    LANGUAGE,
    *times("published", "Published"),
]


@click.command(
    "neighbours",
    short_help="Find the nearest articles, by meaning or as copies",
    epilog=examples(
        "sada neighbours news.sada a17 -k 5",
        'sada neighbours news.sada --text "earthquake in the mountains" --language ar',
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("ids", nargs=-1, metavar="[ID...|-]")
@click.option("--text", metavar="TEXT", help="Ask for the neighbours of this text.")
@click.option("-k", default=10, type=click.IntRange(min=1), show_default=True, help="How many a query.")
@click.option(
    "--by",
    type=click.Choice(["meaning", "copy"]),
    default="meaning",
    show_default=True,
    help="meaning: cosine of embeddings; copy: exact Jaccard of shingles.",
)
@click.option("--threshold", type=click.FloatRange(0, 1), help="Least score.")
@filter_options
@output_options
@threads_option
def command(
    path: str,
    ids: tuple[str, ...],
    text: str | None,
    k: int,
    by: str,
    threshold: float | None,
    filters: Filter,
    output: Output,
    threads: int,
) -> None:
    """Find the articles nearest to those of the given ids, or to a text.

    With - the articles to ask with come on standard input, as JSON Lines of {"id", "title", "text"}.
    """
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path, threads=threads) as index:
        queries = _queries(ids, text)
        if by == "meaning":
            _warn_of_unknown_languages(index, queries)
        found = index.neighbours(queries, k, by=by, threshold=threshold, filters=filters)
        output.write(
            (hit.to_dict() for hits in found for hit in hits), [_QUERY, *_COLUMNS] if len(queries) > 1 else _COLUMNS
        )


def _queries(ids: tuple[str, ...], text: str | None) -> list[str | Article]:
    from sada.indexes.article import Article
    from sada.indexes.readers import read_articles

    if (text is not None) + bool(ids) != 1:
        raise click.UsageError("ask for ids, for --text, or for - (JSON Lines on standard input): one of them")
    if text is not None:
        if not text.strip():
            raise click.UsageError("--text is empty: give it the words to look for")
        return [Article("text", text=text)]
    if ids == ("-",):
        if sys.stdin.isatty():
            note("reading JSON Lines from standard input")
        return list(read_articles("-", input_format="jsonl", strict=True))
    return list(ids)


def _warn_of_unknown_languages(index: NewsIndex, queries: list[str | Article]) -> None:
    """Say once for which queries the encoder's vectors are noise."""
    known = index.encoder_languages
    if known is None:
        return
    inside = [query for query in queries if isinstance(query, str)]
    languages = {index.columns.languages[row] for row in index.columns.rows(inside)}
    strange = sorted(language for language in languages if language and language not in known)
    if strange:
        note(f"note: the encoder does not know {', '.join(strange)}; neighbours by meaning are unreliable there")
