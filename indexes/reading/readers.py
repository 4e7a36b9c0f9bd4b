"""Files, folders and streams as articles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from functools import partial
from typing import Any, BinaryIO, NamedTuple, TypeVar

from sada.indexes.article import Article
from sada.indexes.errors import ArticleError, InputError
from sada.indexes.pages.markers import Markers
from sada.indexes.reading.batches import Batch, CopyFields, batches_of
from sada.indexes.reading.fields import FieldMap, RowMapper
from sada.indexes.reading.formats import JsonLines
from sada.indexes.reading.inputs import InputFile, find_inputs
from sada.indexes.reading.opening import check, open_rows, text_of
from sada.indexes.reading.page_rows import PageMaker
from sada.indexes.reading.problems import Fault, Kind, Problem, ReadReport, Recorder, UnreadableError
from sada.indexes.reading.streams import Progress
from sada.indexes.storage.spool import Lines, Origin
from sada.indexes.text.dates import find_zone

__all__ = ["ArticleReader", "FieldMap", "Problem", "ReadReport", "read_articles"]

_HELD_BACK = 10_000
_LINE_BREAK = ord("\n")
_T = TypeVar("_T")


class _Place(NamedTuple):
    """Where rows come from, and who makes articles of them."""

    source: InputFile
    mapper: RowMapper
    input_format: str
    text: tuple[Origin, int] | None

    @property
    def default_id(self) -> str:
        """The id of an article that has none: a document is known by its place."""
        return self.source.key if self.input_format in ("txt", "html") else ""

    def line_of(self, lines: JsonLines) -> bytes | Lines:
        """The line given last: where it stands if it can be read again there, else its bytes."""
        if self.text is None or lines.line[-1] != _LINE_BREAK:
            return lines.line
        origin, start = self.text
        return Lines(origin, start + lines.start, len(lines.line))


_Make = Callable[[_Place, "int | None", "dict[str, Any]", "JsonLines | None"], "_T | None"]


def read_articles(
    sources: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    fields: FieldMap | None = None,
    timezone: str | tzinfo = "UTC",
    input_format: str | None = None,
    strict: bool = False,
    on_problem: Callable[[Problem], None] | None = None,
    pages: bool | None = None,
    markers: Markers | None = None,
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
        pages: which texts are scraped pages, to be taken apart (:func:`sada.indexes.reading.page_rows.articles_of`):
            all, none, or (None) those of ``.txt`` and ``.html`` files in folders. What is printed on a page counts as
            read, too.
        markers: the words that pages are taken apart by; those that Sada knows if None.

    Returns:
        An iterator over the articles, with counts and problems in its ``report``.

    Raises:
        InputError: if a path is absent or unreadable, a format or time zone is unknown; while iterating, at the first
            bad row if ``strict``, or if no row at all has a field that ``fields`` names.
        MissingPackageError: for Parquet without pyarrow.
    """
    mapper = RowMapper(fields, find_zone(timezone))
    found = find_inputs(sources, input_format, pages)
    for source in found:
        check(source, input_format, mapper)
    recorder = Recorder(ReadReport(), strict, on_problem)
    return ArticleReader(
        found, mapper, input_format, recorder, PageMaker(recorder, markers, tell_extractor=bool(pages))
    )


class ArticleReader(Iterator[Article]):
    """The articles of some sources, once through. Made by :func:`read_articles`.

    Attributes:
        report: what was read so far; at the end ``read`` = articles given + ``skipped`` + ``bad``.
        paths: the files that are read, folders searched, in the order of reading; streams are not among them.
    """

    def __init__(
        self,
        sources: list[InputFile],
        mapper: RowMapper,
        input_format: str | None,
        recorder: Recorder,
        pages: PageMaker,
    ) -> None:
        self.report = recorder.report
        self.paths = tuple(source.path for source in sources if source.path is not None and source.is_file)
        self._sources = sources
        self._mapper = mapper
        self._document_mapper = mapper.for_documents()
        self._input_format = input_format
        self._recorder = recorder
        self._pages = pages
        sizes = [source.size for source in sources]
        self._progress = Progress(total=None if None in sizes else sum(filter(None, sizes)))
        self._articles = self._with_named_fields(self._all(self._article, lambda article: article))

    def __next__(self) -> Article:
        return next(self._articles)

    def batches(self, line_of: Callable[[Article], bytes] | None = None, *, verbatim: bool = True) -> Iterator[Batch]:
        """The articles as columns, instead of one by one, in the same order and with the same report.

        Fields that copies are not found by (url, language, keywords) are not looked at in rows that are otherwise as
        they should be, so nothing is noted of them.

        Args:
            line_of: makes the line that batches carry of each article; without it they carry none.
            verbatim: for an article out of JSON Lines take the bytes as they were read, or, where they stand in a file
                that can be read again, its name and where.
        """
        make = partial(self._copy_fields, line_of=line_of, verbatim=verbatim)
        items = self._all(
            make, lambda article: (CopyFields.of(article), line_of(article) if line_of is not None else None)
        )
        return batches_of(self._with_named_fields(items))

    def progress(self) -> tuple[int, int | None]:
        """Bytes read of the files as they lie on disk, and how many there are (``None`` with a stream among them)."""
        return self._progress.done, self._progress.total

    def _with_named_fields(self, items: Iterator[_T]) -> Iterator[_T]:
        """Hold articles back until each field that the user named was met, so that a misspelt name indexes nothing."""
        held = []
        for item in items:
            held.append(item)
            if not self._mapper.unseen or len(held) >= _HELD_BACK:
                break
        else:
            self._require_named_fields()
        yield from held
        held.clear()
        yield from items
        self._require_named_fields()

    def _require_named_fields(self) -> None:
        names = self._mapper.names_seen()
        if names and self._mapper.unseen:
            field, name = next(iter(self._mapper.unseen.items()))
            raise InputError(f"no row has the {field} field {name!r} (fields there are: {names})")

    def _all(self, make: _Make[_T], item_of: Callable[[Article], _T]) -> Iterator[_T]:
        """What ``make`` makes of each row, or, of a page, ``item_of`` of each article on it."""
        for source in self._sources:
            if source.listed and not source.size:
                self._count(source, "skipped", "an empty file")
                continue
            try:
                with source.open() as raw:
                    yield from self._of_source(source, raw, make, item_of)
            except UnreadableError as error:
                self._count(source, "bad", str(error))
            except OSError as error:
                self._count(source, "bad", f"cannot be read: {error.strerror or error}")

    def _of_source(
        self, source: InputFile, raw: BinaryIO, make: _Make[_T], item_of: Callable[[Article], _T]
    ) -> Iterator[_T]:
        text = text_of(source, raw)  # before anything is read: whatever changes from now on shows
        found, rows = open_rows(source, raw, self._input_format, self._mapper, self._progress)
        lines = rows if isinstance(rows, JsonLines) else None
        mapper = self._document_mapper if found in ("txt", "html") else self._mapper
        place = _Place(source, mapper, found, None if lines is None else text)
        report = self.report
        for line, row in rows:
            if isinstance(row, Fault):
                report.read += row.kind == "bad"
                self._recorder.record(row.kind, source.name, line, row.reason)
                continue
            report.read += 1
            if source.is_page:
                page = self._article(place, line, row)
                if page is not None:
                    yield from map(item_of, self._pages.articles(page, found, source.name, line))
            elif (item := make(place, line, row, lines)) is not None:
                yield item

    def _article(
        self, place: _Place, line: int | None, row: dict[str, Any], lines: JsonLines | None = None
    ) -> Article | None:
        """The article of a row; None if it is none, which is recorded."""
        record, name = self._recorder.record, place.source.name
        notes: list[str] = []
        try:
            article = place.mapper.article(row, notes, place.default_id)
        except ArticleError as error:
            record("bad", name, line, str(error))
            return None
        for note in notes:
            record("note", name, line, note)
        if article.is_empty:
            record("skipped", name, line, "neither a title nor a text")
            return None
        return article

    def _copy_fields(
        self,
        place: _Place,
        line: int | None,
        row: dict[str, Any],
        lines: JsonLines | None,
        line_of: Callable[[Article], bytes] | None,
        verbatim: bool,
    ) -> tuple[CopyFields, bytes | Lines | None] | None:
        """The same as columns want it, by way of an article only where that is needed."""
        as_read = lines is not None and verbatim
        copy_fields = place.mapper.copy_fields(row) if as_read else None
        article = None
        if copy_fields is None:
            article = self._article(place, line, row)
            if article is None:
                return None
            copy_fields = CopyFields.of(article)
        if line_of is None:
            return copy_fields, None
        if lines is not None and as_read:
            return copy_fields, place.line_of(lines)
        return copy_fields, line_of(article) if article is not None else None

    def _count(self, source: InputFile, kind: Kind, reason: str) -> None:
        self.report.read += 1
        self._recorder.record(kind, source.name, None, reason)
