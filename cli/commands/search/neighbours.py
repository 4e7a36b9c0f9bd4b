"""``sada neighbours``: find the nearest articles."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from sada.cli.options.common import examples, threads_option
from sada.cli.options.encoder import own_encoder_options
from sada.cli.options.filters import filter_options
from sada.cli.options.output import Output, output_options
from sada.cli.output.columns import Column
from sada.cli.output.progress import note
from sada.cli.output.shared_columns import LANGUAGE, SOURCE, TITLE, times

if TYPE_CHECKING:
    from sada.indexes.article import Article
    from sada.indexes.index import NewsIndex
    from sada.indexes.search.copies import Neighbour
    from sada.indexes.search.filters import Filter
    from sada.indexes.search.options import By

    Queries = list[str | Article]

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
_WHY = Column(lambda row: "; ".join(row["reasons"]), "Why")


@click.command(
    "neighbours",
    short_help="Find the nearest articles by meaning, words or copy",
    epilog=examples(
        "sada neighbours news.sada a17 -k 5",
        'sada neighbours news.sada --text "earthquake in the mountains" --by all --explain --language ar',
    ),
)
@click.argument("path", metavar="INDEX")
@click.argument("ids", nargs=-1, metavar="[ID...|-]")
@click.option("--text", metavar="TEXT", help="Find the neighbours of this text.")
@click.option("--queries", "file", metavar="FILE", help="Find those of the articles in this file, of any format.")
@click.option("-k", default=10, type=click.IntRange(min=1), show_default=True, help="How many for each query.")
@click.option(
    "--by",
    type=click.Choice(["meaning", "words", "copy", "all"]),
    default="meaning",
    show_default=True,
    help="meaning: cosine of embeddings; words: BM25; copy: exact Jaccard of shingles; all: the three together.",
)
@click.option("--threshold", type=click.FloatRange(0, 1), help="Least score.")
@click.option("--explain", is_flag=True, help="Add the score by meaning, by words and by copy, and the reasons.")
@filter_options
@output_options
@own_encoder_options
@threads_option
def command(
    path: str,
    ids: tuple[str, ...],
    text: str | None,
    file: str | None,
    k: int,
    by: By,
    threshold: float | None,
    explain: bool,
    filters: Filter,
    output: Output,
    encoder: dict[str, Any],
    threads: int,
) -> None:
    """Find the articles nearest to those of the given ids, to a text, or to those of a file.

    With - queries come on standard input, as JSON Lines of {"id", "title", "text"}; a row with an id alone stands for
    that article of the index. Where the encoder does not know the language or the letters of a query, words replace
    meaning, and a note says so.

    `sada neighbours` and `sada search` are the same command: the first reads better with ids, the second with --text.
    """
    from sada.indexes.index import NewsIndex
    from sada.indexes.search.options import QueryOptions

    wanted = QueryOptions(k, by, threshold, filters, explain)
    with NewsIndex.open(path, **encoder, threads=threads) as index:
        several, batches = _batches(ids, text, file, index, click.get_current_context().params["encoding"])
        unread = _Unread(index, by)

        def rows() -> Iterator[dict[str, Any]]:
            for queries in batches:
                found = index.neighbours(queries, options=wanted)
                unread.add(queries, found)
                yield from (hit.to_dict() for hits in found for hit in hits)

        columns = [*([_QUERY] if several else []), *_COLUMNS, *([_WHY] if explain else [])]
        output.write(rows(), columns)
        unread.close()


def _batches(
    ids: tuple[str, ...], text: str | None, file: str | None, index: NewsIndex, encoding: str | None
) -> tuple[bool, Iterable[Queries]]:
    """Whether there may be several queries, and the queries."""
    from sada.cli.input.queries import STDIN, batches_of, query_batches
    from sada.indexes.article import Article

    if (text is not None) + bool(ids) + (file is not None) != 1:
        raise click.UsageError("ask for ids, for --text, for --queries FILE, or for - (standard input): one of them")
    if text is not None:
        if not text.strip():
            raise click.UsageError("--text is empty: give it the words to look for")
        return False, [[Article("--text", text=text)]]  # an id that no article has: a query never finds itself
    if ids == (STDIN,):
        if sys.stdin.isatty():
            note("reading JSON Lines from standard input")
        file = STDIN
    if file is not None:
        return True, query_batches(file, index.snapshot.columns.row_of, encoding)
    return len(ids) > 1, batches_of(list(ids))


class _Unread:
    """Collect the queries that words answered in place of meaning, to note them once."""

    def __init__(self, index: NewsIndex, by: str) -> None:
        self._index, self._by = index, by
        self._languages: dict[str, list[str]] = {}
        self._others: list[str] = []

    def add(self, queries: Queries, found: Sequence[Sequence[Neighbour]]) -> None:
        """Keep those of some queries whose language, or letters, the encoder does not know."""
        if self._by not in ("meaning", "all") or not self._index.snapshot.dimension:
            return
        from sada.indexes.encoders.encoder import understands

        known = self._index.snapshot.encoder_languages
        languages = [""] * len(queries) if known is None else self._index.languages_of(queries)
        doubtful = []
        for query, language, hits in zip(queries, languages, found, strict=True):
            if not understands(known, language):
                self._languages.setdefault(language, []).append(_name(query))
            elif not hits or hits[0].by == "words":
                doubtful.append(query)
        read = self._index.encoder_reads(doubtful)
        self._others += [_name(query) for query, does in zip(doubtful, read, strict=True) if not does]

    def close(self) -> None:
        """Note them, by language."""
        if self._by in ("meaning", "all") and not self._index.snapshot.dimension:
            note("note: the index was built with --encoder none; words stood in for meaning")
        if self._languages:
            listed = "; ".join(f"{language} ({_some(names)})" for language, names in sorted(self._languages.items()))
            note(f"note: the encoder does not know {listed}; words stood in for meaning")
        if self._others:
            note(f"note: there is nothing in {_some(self._others)} that the encoder reads; words stood in for meaning")


def _name(query: str | Article) -> str:
    return query if isinstance(query, str) else query.id


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
