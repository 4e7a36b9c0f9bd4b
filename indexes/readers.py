"""Files, folders and streams as articles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sada.indexes.article import Article
from sada.indexes.errors import ArticleError, InputError
from sada.indexes.fields import FieldMap, RowMapper
from sada.indexes.formats import JsonLines
from sada.indexes.opening import check, open_rows
from sada.indexes.problems import Fault, Problem, ReadReport, Recorder, Unreadable
from sada.indexes.sources import Source, find_sources
from sada.indexes.streams import Progress

__all__ = ["ArticleReader", "FieldMap", "Problem", "ReadReport", "read_articles"]

_HELD_BACK = 10_000


def read_articles(
    sources: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    fields: FieldMap | None = None,
    timezone: str | tzinfo = "UTC",
    input_format: str | None = None,
    strict: bool = False,
    on_problem: Callable[[Problem], None] | None = None,
) -> ArticleReader:
    """Read articles from JSON Lines, JSON, CSV, TSV, Parquet, plain text or HTML.

    Title and text of rows (all formats but plain text) have HTML's character references replaced; tags are left.

    Args:
        sources: files, folders (searched for all formats, hidden files left out), or ``-`` for the standard input;
            gzip and zstd are opened as they are.
        fields: the names of the fields, where they are not among the known ones.
        timezone: the zone of dates without an offset: a name such as ``Asia/Riyadh``, an offset such as ``+03:00``,
            or a ``tzinfo``.
        input_format: one of ``jsonl json csv tsv parquet txt html``; without it names and first bytes tell.
        strict: stop at the first bad row.
        on_problem: called with every bad row, skipped row and note, as they are met.

    Returns:
        An iterator over the articles, with counts and problems in its ``report``.

    Raises:
        InputError: if a path is absent or unreadable, a format or time zone is unknown; while iterating, at the first
            bad row if ``strict``, or if no row at all has a field that ``fields`` names.
        MissingPackage: for Parquet without pyarrow.
    """
    mapper = RowMapper(fields, _zone(timezone))
    found = find_sources(sources, input_format)
    for source in found:
        check(source, input_format, mapper)
    return ArticleReader(found, mapper, input_format, strict, on_problem)


class ArticleReader(Iterator[Article]):
    """The articles of some sources, once through. Made by :func:`read_articles`.

    Attributes:
        report: what was read so far; at the end ``read`` = articles given + ``skipped`` + ``bad``.
        on_article: called with each article and the bytes of its line, in the order they are given; the bytes are
            empty if the source is no JSON Lines.
    """

    def __init__(
        self,
        sources: list[Source],
        mapper: RowMapper,
        input_format: str | None,
        strict: bool,
        on_problem: Callable[[Problem], None] | None,
    ) -> None:
        self.report = ReadReport()
        self.on_article: Callable[[Article, bytes], None] | None = None
        self._sources = sources
        self._mapper = mapper
        self._document_mapper = mapper.for_documents()
        self._input_format = input_format
        self._recorder = Recorder(self.report, strict, on_problem)
        sizes = [source.size for source in sources]
        self._progress = Progress(total=None if None in sizes else sum(filter(None, sizes)))
        self._articles = self._with_named_fields()

    def __next__(self) -> Article:
        return next(self._articles)

    def progress(self) -> tuple[int, int | None]:
        """Bytes read of the files as they lie on disk, and how many there are (``None`` with a stream among them)."""
        return self._progress.done, self._progress.total

    def _with_named_fields(self) -> Iterator[Article]:
        """Hold articles back until each field that the user named was met, so that a misspelt name indexes nothing."""
        articles = self._all()
        held = []
        for article in articles:
            held.append(article)
            if not self._mapper.unseen or len(held) >= _HELD_BACK:
                break
        else:
            self._require_named_fields()
        yield from held
        held.clear()
        yield from articles
        self._require_named_fields()

    def _require_named_fields(self) -> None:
        names = self._mapper.names_seen()
        if names and self._mapper.unseen:
            field, name = next(iter(self._mapper.unseen.items()))
            raise InputError(f"no row has the {field} field {name!r} (fields there are: {names})")

    def _all(self) -> Iterator[Article]:
        for source in self._sources:
            try:
                with source.open() as raw:
                    yield from self._of_source(source, raw)
            except Unreadable as error:
                self._count_bad(source, str(error))
            except OSError as error:
                self._count_bad(source, f"cannot be read: {error.strerror or error}")

    def _of_source(self, source: Source, raw: BinaryIO) -> Iterator[Article]:
        found, rows = open_rows(source, raw, self._input_format, self._mapper, self._progress)
        is_document = found in ("txt", "html")
        mapper = self._document_mapper if is_document else self._mapper
        default_id = source.key if is_document else ""
        report, record = self.report, self._recorder.record
        for line, row in rows:
            if isinstance(row, Fault):
                report.read += row.kind == "bad"
                record(row.kind, source.name, line, row.reason)
                continue
            report.read += 1
            notes: list[str] = []
            try:
                article = mapper.article(row, notes, default_id)
            except ArticleError as error:
                record("bad", source.name, line, str(error))
                continue
            for note in notes:
                record("note", source.name, line, note)
            if article.is_empty:
                record("skipped", source.name, line, "neither a title nor a text")
                continue
            if self.on_article is not None:
                self.on_article(article, rows.line if isinstance(rows, JsonLines) else b"")
            yield article

    def _count_bad(self, source: Source, reason: str) -> None:
        self.report.read += 1
        self._recorder.record("bad", source.name, None, reason)


def _zone(timezone: str | tzinfo) -> tzinfo:
    if isinstance(timezone, tzinfo):
        return timezone
    if timezone.upper() in ("UTC", "Z"):
        return UTC
    try:
        if timezone[:1] in ("+", "-"):
            return datetime.strptime(timezone, "%z").tzinfo or UTC
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise InputError(
            f"no time zone {timezone!r} (write a name such as Asia/Riyadh, or an offset such as +03:00)"
        ) from None
