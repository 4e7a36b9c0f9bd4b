"""The formats of XML that are read, and their readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from sada.indexes.parsing.faults import Item
from sada.indexes.wire.feeds import feed_rows, require_feedparser
from sada.indexes.wire.newsml import newsml_rows
from sada.indexes.wire.nitf import nitf_rows
from sada.indexes.wire.sitemaps import sitemap_rows
from sada.indexes.wire.xml_stream import require_lxml

XML_READERS: Mapping[str, Callable[[Iterable[bytes], int], Iterator[Item]]] = {
    "feed": feed_rows,
    "sitemap": sitemap_rows,
    "newsml": newsml_rows,
    "nitf": nitf_rows,
}
"""By format: reads the rows of the bytes of a file, each of which may have so many bytes."""


def require_xml_reader(xml_format: str) -> None:
    """Check that the package is there that reads a format of :data:`XML_READERS`.

    Raises:
        MissingPackageError: if it is not installed.
    """
    if xml_format == "feed":
        require_feedparser()
    else:
        require_lxml(f"reading the format {xml_format}")
