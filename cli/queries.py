"""Queries on standard input: articles to ask with, and ids of articles of the index."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sada.cli.indexing import Complaints
from sada.indexes.article import Article
from sada.indexes.errors import ArticleError, InputError

if TYPE_CHECKING:
    from sada.indexes.fields import RowMapper

_STDIN = "stdin"


def read_queries(known: Container[str]) -> list[str | Article]:
    """The queries in JSON Lines on standard input; rows that cannot be asked with are told on standard error.

    Args:
        known: the ids of the index: a row with neither title nor text asks for the article of its id.

    Raises:
        InputError: if there are rows and none of them can be asked with, or if they cannot be read on.
    """
    from sada.indexes.fields import RowMapper
    from sada.indexes.problems import Fault, Problem

    mapper, complaints = RowMapper(), Complaints()
    queries: list[str | Article] = []
    unusable = 0
    for line, row in _rows(mapper):
        try:
            if isinstance(row, Fault):
                raise ArticleError(row.reason)
            queries.append(_query(row, mapper, known))
        except ArticleError as error:
            unusable += 1
            complaints(Problem("bad", _STDIN, line, str(error)))
    complaints.close()
    if unusable and not queries:
        raise InputError(
            f'{_STDIN}: none of {unusable:,} rows is a query; write JSON Lines of {{"id", "title", "text"}}'
        )
    return queries


def _rows(mapper: RowMapper) -> Iterator[tuple[int | None, Any]]:
    from sada.indexes.opening import open_rows
    from sada.indexes.problems import Unreadable
    from sada.indexes.sources import STDIN, find_sources
    from sada.indexes.streams import Progress

    (source,) = find_sources(STDIN, "jsonl")
    try:
        with source.open() as raw:
            yield from open_rows(source, raw, "jsonl", mapper, Progress())[1]
    except Unreadable as error:
        raise InputError(f"{_STDIN}: {error}") from None


def _query(row: Mapping[str, Any], mapper: RowMapper, known: Container[str]) -> str | Article:
    notes: list[str] = []
    article = mapper.article(row, notes)
    if not article.is_empty:
        return article
    if article.id in known:
        return article.id
    raise ArticleError("; ".join(["neither a title nor a text, nor the id of an article in the index", *notes]))
