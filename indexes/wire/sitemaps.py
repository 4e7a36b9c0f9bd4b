"""Read the entries of a news sitemap: the titles that an outlet tells search engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sada.indexes.parsing.faults import Fault, Item
from sada.indexes.parsing.row_limits import LIMIT
from sada.indexes.wire.xml_stream import XmlElements, line_of
from sada.indexes.wire.xml_text import first_text

_NO_NEWS = "a sitemap without news (no <news:news> in it; fetch its pages and read those)"


def sitemap_rows(chunks: Iterable[bytes], limit: int = LIMIT) -> Iterator[Item]:
    """Read a row for each page with ``news:news``; the others are counted in a note.

    Raises:
        MissingPackageError: if lxml is not installed.
        UnreadableError: if the file breaks off, after the entries before that.
    """
    elements = XmlElements(chunks, ["url"], "reading a sitemap", limit)
    rows = others = 0
    for element in elements:
        row = _row(element)
        if "title" in row:
            rows += 1
            yield line_of(element), row
        else:
            others += 1
    yield from elements.faults(rows)
    if others and rows:
        yield None, Fault("note", f"passed over {others:,} pages without <news:title>")
    elif others:
        yield None, Fault("bad", _NO_NEWS)


def _row(url: Any) -> dict[str, Any]:
    row = {
        "title": first_text(url, "news/title"),
        "date": first_text(url, "news/publication_date"),
        "url": first_text(url, "loc"),
        "source": first_text(url, "news/publication/name"),
        "language": first_text(url, "news/publication/language"),
        "keywords": first_text(url, "news/keywords"),
        "updated": first_text(url, "lastmod"),
    }
    return {name: value for name, value in row.items() if value}
