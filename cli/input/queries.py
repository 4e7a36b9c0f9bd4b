"""Queries in a file or on standard input: articles, or ids of articles in the index."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from sada.cli.input.ingest import Complaints
from sada.indexes.article import Article
from sada.indexes.errors import ArticleError, InputError

if TYPE_CHECKING:
    from sada.indexes.reading.fields import RowMapper
    from sada.indexes.reading.inputs import InputFile
    from sada.indexes.reading.problems import Problem
    from sada.indexes.reading.streams import Decoding

STDIN = "-"
_AT_ONCE = 256


def query_batches(path: str, known: Container[str], encoding: str | None = None) -> Iterator[list[str | Article]]:
    """Read queries in batches of some hundred; rows that are no query are noted on standard error.

    Args:
        path: a file of any format that articles come in, or ``-`` for JSON Lines on standard input.
        known: the ids of the index: a row with neither title nor text stands for the article of its id.
        encoding: of the file, if it is neither UTF-8 nor says what it is.

    Raises:
        InputError: if none of the rows is a query, if there are none, or if they cannot be read.
    """
    from sada.indexes.reading.fields import RowMapper
    from sada.indexes.reading.inputs import find_inputs
    from sada.indexes.reading.problems import Problem
    from sada.indexes.reading.streams import Decoding

    file, *more = find_inputs(path, None)
    if more or file.listed:
        raise InputError(f"{path}: a folder; name a file of queries, or - for the standard input")
    complaints, mapper = Complaints(), RowMapper()
    usable = unusable = 0
    queries: list[str | Article] = []
    for name, line, query in _queries(file, mapper, known, Decoding.of(encoding), complaints):
        if isinstance(query, ArticleError):
            unusable += 1
            complaints(Problem("bad", name, line, str(query)))
            continue
        usable += 1
        queries.append(query)
        if len(queries) == _AT_ONCE:
            yield queries
            queries = []
    for reason in mapper.coverage.tags_notes():
        complaints(Problem("note", file.name, None, reason))
    complaints.close()
    if file.path is not None and not usable and not unusable:
        raise InputError(f'{file.name}: it is empty; write JSON Lines of {{"id", "title", "text"}}')
    if unusable and not usable:
        raise InputError(
            f'{file.name}: none of {unusable:,} rows is a query; write JSON Lines of {{"id", "title", "text"}}'
        )
    if queries:
        yield queries


def batches_of(queries: list[str | Article]) -> Iterator[list[str | Article]]:
    """Split queries into batches of the same size."""
    rest = iter(queries)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


def _queries(
    file: InputFile,
    mapper: RowMapper,
    known: Container[str],
    decoding: Decoding,
    complain: Callable[[Problem], None],
) -> Iterator[tuple[str, int | None, str | Article | ArticleError]]:
    """The queries of a file, or of each member of an archive, with the name and the line of each."""
    from sada.indexes.parsing.faults import UnreadableError
    from sada.indexes.reading.archives import Unpacker
    from sada.indexes.reading.problems import Problem

    def note(name: str, reason: str) -> None:
        complain(Problem("note", name, None, reason))

    unpacker = Unpacker.of([file], None, False, note, decoding)
    parts = iter([file]) if file.path is None else unpacker.parts(file)
    for part in parts:
        try:
            for line, query in _queries_of_part(part, mapper, known, unpacker.of_part(part)[0]):
                yield part.name, line, query
        except UnreadableError as error:
            raise InputError(f"{part.name}: {error}") from None
        except OSError as error:
            raise InputError(f"{part.name}: cannot be read: {error.strerror}") from None


def _queries_of_part(
    file: InputFile, mapper: RowMapper, known: Container[str], decoding: Decoding
) -> Iterator[tuple[int | None, str | Article | ArticleError]]:
    from sada.indexes.parsing.faults import Fault
    from sada.indexes.reading.opening import open_rows
    from sada.indexes.reading.streams import Progress

    input_format = "jsonl" if file.path is None and file.member is None else None
    with file.open() as raw:
        found, rows = open_rows(file, raw, input_format, mapper, Progress(), decoding)
        name = file.key if found in ("txt", "html") else ""
        for line, row in rows:
            yield line, ArticleError(row.reason) if isinstance(row, Fault) else _query(row, mapper, known, name)


def _query(row: Mapping[str, Any], mapper: RowMapper, known: Container[str], name: str) -> str | Article | ArticleError:
    notes: list[str] = []
    try:
        article = mapper.article(row, notes, name)
    except ArticleError as error:
        return error
    if not article.is_empty:
        return article
    if article.id in known:
        return article.id
    return ArticleError("; ".join(["neither a title nor a text, nor the id of an article in the index", *notes]))
