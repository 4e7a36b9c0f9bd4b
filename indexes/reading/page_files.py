"""Read files of scraped pages and segment them, one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from sada.indexes.article import Article
from sada.indexes.errors import InputError
from sada.indexes.pages.markers import Markers
from sada.indexes.pages.segmentation import Page, segment_page
from sada.indexes.parsing.encodings import EncodingError, decode_page
from sada.indexes.parsing.faults import RefusedError, UnreadableError
from sada.indexes.parsing.file_names import DOCUMENTS, format_of_name
from sada.indexes.parsing.markup import XML_FORMATS
from sada.indexes.parsing.row_limits import ROW_LIMIT, too_large, whole_within
from sada.indexes.reading.archives import Unpacker
from sada.indexes.reading.inputs import InputFile, find_inputs
from sada.indexes.reading.page_rows import segmented
from sada.indexes.reading.sniff import markup_format
from sada.indexes.reading.streams import EXPANDED_LIMIT, Decoding, Progress, decode, read_chunks
from sada.indexes.text.news_dates import NewsDates

_HEAD = 1 << 16


def read_pages(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    markers: Markers | None = None,
    encoding: str | None = None,
    expanded_limit: float = EXPANDED_LIMIT,
    row_limit: float = ROW_LIMIT,
) -> Iterator[tuple[str, Page]]:
    """Segment the pages in some files; gives the name of each file and its page.

    Args:
        paths: files of text or HTML, also compressed, folders and archives of them, or ``-`` for the standard input.
        markers: see :func:`sada.indexes.pages.segmentation.segment_page`.
        encoding: of files that are neither UTF-8 nor say what they are, such as ``windows-1256``.
        expanded_limit: GB that a compressed file may expand to.
        row_limit: MB that a page may have.

    Raises:
        InputError: if a path is absent, cannot be read, or is neither text nor HTML.
    """
    decoding = Decoding.of(encoding, expanded_limit, row_limit)
    unpacker = Unpacker(None, None, lambda name, reason: None, decoding)
    for file in chain.from_iterable(map(unpacker.parts, find_inputs(paths, None))):
        named = format_of_name(file.name)
        if named in (None, *DOCUMENTS):
            yield file.name, _page(file, named, markers, decoding)
        elif not file.listed:
            raise InputError(_no_page(file, named))


def _no_page(file: InputFile, found: str) -> str:
    return f"{file.name}: {found}, not a page (name a .txt or .html file; rows: sada build --pages)"


def _page(file: InputFile, named: str | None, markers: Markers | None, decoding: Decoding) -> Page:
    text = _text(file, decoding)
    try:
        found = markup_format(text[:_HEAD], named)
    except RefusedError as error:
        raise InputError(f"{file.name}: {error}") from None
    if found in XML_FORMATS:
        raise InputError(_no_page(file, found))
    if found != "html":
        return segment_page(text, markers=markers)
    notes: list[str] = []
    article, page = segmented(Article("page", text=text), markers, NewsDates(), notes, as_html=True)
    return replace(
        page,
        source=article.source or page.source,
        keywords=article.keywords,
        published=article.published_text() or "",
        url=article.url,
        language=article.language,
        other=(*page.other, *map(str, article.extra.values())),  # what was not understood
    )


def _text(file: InputFile, decoding: Decoding) -> str:
    try:
        with file.open() as raw:
            chunks, limit = decode(read_chunks(raw, Progress()), decoding), decoding.row_limit
            data = whole_within(chunks, limit, too_large(limit, "a page"))
    except OSError as error:
        raise InputError(f"{file.name}: cannot be read: {error.strerror or error}") from None
    except UnreadableError as error:
        raise InputError(f"{file.name}: {error}") from None
    try:
        return decode_page(data)
    except EncodingError as error:
        raise InputError(f"{file.name}:{error.line}: {error}") from None
