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

_CERTAIN = 0.5  # probability of an identified language below which a query of a few words is not complained about
_NAMED = 5
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

    With - the articles to ask with come on standard input, as JSON Lines of {"id", "title", "text"}; a row with an id
    alone asks for that article of the index.
    """
    from sada.indexes.index import NewsIndex

    with NewsIndex.open(path, threads=threads) as index:
        queries = _queries(ids, text, index)
        if by == "meaning":
            _warn_of_unknown_languages(index, queries)
        found = index.neighbours(queries, k, by=by, threshold=threshold, filters=filters)
        output.write(
            (hit.to_dict() for hits in found for hit in hits), [_QUERY, *_COLUMNS] if len(queries) > 1 else _COLUMNS
        )


def _queries(ids: tuple[str, ...], text: str | None, index: NewsIndex) -> list[str | Article]:
    from sada.cli.queries import read_queries
    from sada.indexes.article import Article

    if (text is not None) + bool(ids) != 1:
        raise click.UsageError("ask for ids, for --text, or for - (JSON Lines on standard input): one of them")
    if text is not None:
        if not text.strip():
            raise click.UsageError("--text is empty: give it the words to look for")
        return [Article("text", text=text)]
    if ids == ("-",):
        if sys.stdin.isatty():
            note("reading JSON Lines from standard input")
        return read_queries(index.columns.row_of)
    return list(ids)


def _warn_of_unknown_languages(index: NewsIndex, queries: list[str | Article]) -> None:
    """Say once for which queries the encoder's vectors are noise."""
    known = index.encoder_languages
    if known is None:
        return
    strange: dict[str, list[str]] = {}
    for name, language in zip(_names(queries), _languages(index, queries), strict=True):
        if language and language not in known:
            strange.setdefault(language, []).append(name)
    if strange:
        told = "; ".join(f"{language} ({_some(strange[language])})" for language in sorted(strange))
        note(f"note: the encoder does not know {told}; neighbours by meaning are unreliable there")


def _languages(index: NewsIndex, queries: list[str | Article]) -> list[str]:
    """The language of each query, named or identified; empty where that is not certain."""
    from sada.indexes.languages import identify

    identified = iter(identify([q.body for q in queries if not isinstance(q, str) and not q.language]))
    inside = iter(index.columns.rows([q for q in queries if isinstance(q, str)]))
    found = []
    for query in queries:
        if isinstance(query, str):
            found.append(index.columns.languages[next(inside)])
        elif query.language:
            found.append(query.language)
        else:
            language, probability = next(identified)
            found.append(language if probability >= _CERTAIN else "")
    return found


def _names(queries: list[str | Article]) -> list[str]:
    return [query if isinstance(query, str) else query.id for query in queries]


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
