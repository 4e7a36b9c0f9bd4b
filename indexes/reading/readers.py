"""Read files, folders and streams as articles."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import tzinfo

from sada.indexes.fields.known_names import load_known_names
from sada.indexes.names import renamed_keyword
from sada.indexes.pages.markers import Markers
from sada.indexes.parsing.row_limits import ROW_LIMIT
from sada.indexes.reading.archives import Unpacker
from sada.indexes.reading.article_reader import ArticleReader
from sada.indexes.reading.fields import FieldMap, RowMapper
from sada.indexes.reading.inputs import find_inputs
from sada.indexes.reading.opening import check
from sada.indexes.reading.page_rows import PageMaker
from sada.indexes.reading.problems import Problem, ReadReport, Recorder
from sada.indexes.reading.streams import EXPANDED_LIMIT, Decoding
from sada.indexes.text.dates import find_zone
from sada.indexes.text.news_dates import NewsDates

__all__ = ["ArticleReader", "FieldMap", "Problem", "ReadReport", "read_articles"]


@renamed_keyword("sources", "inputs")
def read_articles(
    inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    fields: FieldMap | None = None,
    timezone: str | tzinfo = "UTC",
    day_first: bool = False,
    date_format: str | None = None,
    input_format: str | None = None,
    field_names: str | os.PathLike[str] | None = None,
    rows: str | None = None,
    table: str | None = None,
    strict: bool = False,
    on_problem: Callable[[Problem], None] | None = None,
    pages: bool | None = None,
    markers: Markers | None = None,
    encoding: str | None = None,
    expanded_limit: float = EXPANDED_LIMIT,
    row_limit: float = ROW_LIMIT,
) -> ArticleReader:
    """Read articles from JSON Lines, JSON, CSV, binary tables, XML, WARC, plain text or HTML, also in archives.

    >>> from sada.indexes.sample import SAMPLE
    >>> reader = read_articles(SAMPLE)
    >>> next(iter(reader)).id, len(list(reader))
    ('ar-091', 124)

    A field that no row fills, or under a tenth of them, is noted at the end: title, text, date, source and language.
    Title and text of rows (all formats but plain text) have HTML's character references replaced. HTML tags stay
    and are not compared (:meth:`sada.indexes.article.Article.plain`); a note counts the rows that have some.

    Args:
        inputs: files, folders (searched for all formats, without hidden files), or ``-`` for the standard input; each
            may be compressed, or an archive.
        fields: the names of the fields, if they are not among the known ones.
        timezone: the zone of dates without an offset: a name such as ``Asia/Riyadh``, an offset such as ``+03:00``,
            or a ``tzinfo``.
        day_first: True reads ``03/04/2020`` as 3 April; False leaves it undated, with a note.
        date_format: a form of dates as ``datetime.strptime`` writes it (``%m/%d/%Y``), tried before all others.
        input_format: one of :data:`sada.indexes.parsing.file_names.FORMATS`; None finds it from names and first bytes.
        field_names: a JSON file of more known names, by field; see :mod:`sada.indexes.fields.known_names`.
        rows: the name of the list of rows in a JSON document, as ``articles.results``; None finds it.
        table: the name of the table in a SQLite file, or of the sheet in an Excel file; None finds it.
        strict: True stops at the first bad row.
        on_problem: called at once with every bad row, skipped row and note.
        pages: which texts are scraped pages, to be segmented (:func:`sada.indexes.reading.page_rows.articles_of`):
            True for all, False for none, None for WET files, and for ``.txt`` and ``.html`` files in folders. Each
            article that is printed on a page of another counts as read, too.
        markers: the words that mark the parts of pages; None for the markers that Sada knows.
        encoding: of text inputs that are neither UTF-8 nor say what they are, such as ``windows-1256``.
        expanded_limit: GB that a compressed input may expand to.
        row_limit: MB that one row may have, or one text, page or value of a document; a larger one is a bad row, and is
            never held in memory. At most 2,000.

    Returns:
        An iterator over the articles, with counts and problems in its ``report``.

    Raises:
        InputError: if a path is absent or unreadable, or a format, date format or time zone is unknown; while
            iterating, at the first bad row if ``strict``, if no row at all has a field that ``fields`` names, or if an
            input expands beyond the limit.
        MissingPackageError: for a format whose package is not installed.
    """
    dates = NewsDates(find_zone(timezone), day_first=day_first, date_format=date_format)
    mapper = RowMapper(fields, dates, known=load_known_names(field_names), rows=rows, table=table)
    decoding = Decoding.of(encoding, expanded_limit, row_limit)
    recorder = Recorder(ReadReport(), strict, on_problem)
    note = recorder.note
    found = find_inputs(
        inputs, input_format, pages, lambda name, told: note(name, f"passed over {told} (name a file to read it)")
    )
    for file in found:
        check(file, input_format, mapper, decoding)
    maker = PageMaker(recorder, markers, dates, note_extractor=bool(pages))
    unpacker = Unpacker.of(found, input_format, pages, note, decoding)
    return ArticleReader(found, mapper, input_format, recorder, maker, unpacker)
