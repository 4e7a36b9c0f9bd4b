"""Iterate over the articles of some inputs, one by one or as columns, and report what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO, TypeVar

from sada.indexes.article import Article
from sada.indexes.errors import ArticleError, InputError
from sada.indexes.json.lines import JsonLines
from sada.indexes.parsing.faults import Fault, Kind, TooLargeError, UnreadableError
from sada.indexes.parsing.file_names import DOCUMENTS, format_of_name
from sada.indexes.parsing.markup import XML_FORMATS
from sada.indexes.reading.archives import Unpacker
from sada.indexes.reading.batches import Batch, CopyFields, batches_of
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.inputs import InputFile
from sada.indexes.reading.opening import OpenInput, open_rows, text_of
from sada.indexes.reading.page_rows import PageMaker
from sada.indexes.reading.problems import Problem, Recorder
from sada.indexes.storage.spool import Lines

_HELD_BACK = 10_000
_T = TypeVar("_T")


_Make = Callable[[OpenInput, "int | None", "dict[str, Any]", "JsonLines | None"], "_T | None"]


class ArticleReader(Iterator[Article]):
    """An iterator over the articles of some inputs, made by :func:`read_articles`.

    Attributes:
        report: counts so far; at the end ``read`` = articles + ``skipped`` + ``bad``.
        unread: the named inputs that gave no article so far, each with the reason.
        paths: the files that are read, also those in folders, in the order of reading; without streams.
    """

    def __init__(
        self,
        files: list[InputFile],
        mapper: RowMapper,
        input_format: str | None,
        recorder: Recorder,
        pages: PageMaker,
        unpacker: Unpacker,
    ) -> None:
        self.report = recorder.report
        self.unread: list[Problem] = []
        self.paths = tuple(file.path for file in files if file.path is not None and file.is_file)
        self._files = files
        self._mapper = mapper
        self._document_mapper = mapper.for_documents()
        self._input_format = input_format
        self._recorder = recorder
        self._pages = pages
        self._unpacker = unpacker
        self._articles = self._with_named_fields(self._all(self._article, lambda article: article))

    def __next__(self) -> Article:
        return next(self._articles)

    def batches(self, line_of: Callable[[Article], bytes] | None = None, *, verbatim: bool = True) -> Iterator[Batch]:
        """The articles as columns instead of one by one, in the same order and with the same report.

        Fields that finding copies does not need (url, language, keywords) are not read in ordinary rows, so there are
        no notes on them.

        Args:
            line_of: makes the line of each article that batches carry; None if they carry no lines.
            verbatim: True carries the bytes of JSON Lines as they were read, or their position in a file that can be
                read again.
        """
        make = partial(self._copy_fields, line_of, verbatim)
        items = self._all(
            make, lambda article: (CopyFields.of(article), line_of(article) if line_of is not None else None)
        )
        return batches_of(self._with_named_fields(items))

    def progress(self) -> tuple[int, int | None]:
        """Bytes read of the files on disk, and the total (``None`` if one is a stream)."""
        return self._unpacker.progress.done, self._unpacker.progress.total

    def _with_named_fields(self, items: Iterator[_T]) -> Iterator[_T]:
        """Hold articles back until each field that the user named was seen, so that a misspelt name indexes nothing."""
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
        self._note_unfilled_fields()

    def _require_named_fields(self) -> None:
        names = self._mapper.names_seen()
        if names and self._mapper.unseen:
            field, name = next(iter(self._mapper.unseen.items()))
            raise InputError(f"no row has the {field} field {name!r} (fields there are: {names})")

    def _note_unfilled_fields(self) -> None:
        names = list(dict.fromkeys(file.name for file in self._files))
        name = names[0] if len(names) == 1 else f"{len(names):,} inputs"
        for reason in self._mapper.coverage.notes():
            self._recorder.note(name, reason)

    def _all(self, make: _Make[_T], item_of: Callable[[Article], _T]) -> Iterator[_T]:
        """Apply ``make`` to each row, and ``item_of`` to each article on a page."""
        for file in self._files:
            last, articles = self._recorder.last, self._count_articles()
            for part in self._unpacker.parts(file):
                yield from self._of_part(part, make, item_of)
            if not file.listed and articles == self._count_articles():
                self._note_unread(file, last)

    def _of_part(self, file: InputFile, make: _Make[_T], item_of: Callable[[Article], _T]) -> Iterator[_T]:
        if file.listed and file.size == 0:
            self._count(file, "skipped", "an empty file")
            return
        try:
            with file.open() as raw:
                yield from self._of_file(file, raw, make, item_of)
        except TooLargeError as error:
            raise InputError(f"{file.name}: {error}") from None
        except UnreadableError as error:
            self._count(file, "bad", str(error))
        except OSError as error:
            self._count(file, "bad", f"cannot be read: {error.strerror or error}")

    def _count_articles(self) -> int:
        return self.report.read - self.report.bad - self.report.skipped

    def _note_unread(self, file: InputFile, before: Problem | None) -> None:
        """Note that an input gave no article: the reason is the last problem, if that is a later one than ``before``.

        The standard input may be empty, as that of a program that finds nothing new is.
        """
        last = self._recorder.last
        if last is None or last is before:
            if file.path is None:
                return
            last = Problem("bad", file.name, None, "it is empty")
        elif last.kind == "skipped":
            last = replace(last, reason=last.reason + self._mapper.coverage.hint_of_content())
        self.unread.append(last)

    def _of_file(
        self, file: InputFile, raw: BinaryIO, make: _Make[_T], item_of: Callable[[Article], _T]
    ) -> Iterator[_T]:
        decoding, progress = self._unpacker.of_part(file)
        text = text_of(file, raw, decoding)  # before anything is read, so that every later change is noticed
        found, rows = open_rows(file, raw, self._input_format, self._mapper, progress, decoding)
        if found in XML_FORMATS and format_of_name(file.name) in DOCUMENTS:
            file = replace(file, is_page=False)  # a feed in a .txt
        lines = rows if isinstance(rows, JsonLines) else None
        mapper = self._document_mapper if found in ("txt", "html", "warc") else self._mapper
        opened = OpenInput(file, mapper, found, None if lines is None else text)
        report = self.report
        for line, row in rows:
            if isinstance(row, Fault):
                report.read += row.kind == "bad"
                self._recorder.record(row.kind, file.name, line, row.reason)
                continue
            report.read += 1
            if file.is_page:
                page = self._article(opened, line, row)
                if page is not None:
                    yield from map(item_of, self._pages.articles(page, found, file.name, line))
            elif (item := make(opened, line, row, lines)) is not None:
                yield item

    def _article(
        self, opened: OpenInput, line: int | None, row: dict[str, Any], lines: JsonLines | None = None
    ) -> Article | None:
        """Make the article of a row; record the problem and return None if there is none."""
        record, name = self._recorder.record, opened.file.name
        notes: list[str] = []
        try:
            article = opened.mapper.article(row, notes, opened.default_id, is_page=opened.file.is_page)
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
        line_of: Callable[[Article], bytes] | None,
        verbatim: bool,
        opened: OpenInput,
        line: int | None,
        row: dict[str, Any],
        lines: JsonLines | None,
    ) -> tuple[CopyFields, bytes | Lines | None] | None:
        """Make the fields that columns hold, and the line; an article is made only where that is needed."""
        as_read = lines is not None and verbatim
        copy_fields = opened.mapper.copy_fields(row) if as_read else None
        article = None
        if copy_fields is None:
            article = self._article(opened, line, row)
            if article is None:
                return None
            copy_fields = CopyFields.of(article)
        if line_of is None:
            return copy_fields, None
        if lines is not None and as_read:
            return copy_fields, opened.line_of(lines)
        return copy_fields, line_of(article) if article is not None else None

    def _count(self, file: InputFile, kind: Kind, reason: str) -> None:
        self.report.read += 1
        self._recorder.record(kind, file.name, None, reason)
