"""Read articles in NewsML-G2 and NewsML 1: one news item, or those of a news message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sada.indexes.parsing.faults import Fault, Item
from sada.indexes.parsing.row_limits import LIMIT
from sada.indexes.wire import newsml_1, newsml_g2
from sada.indexes.wire.xml_stream import XmlElements, line_of, local_name

_ROW_OF = {"newsItem": newsml_g2.news_item_row, "NewsItem": newsml_1.news_item_row}
_NO_ARTICLES = ("packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")


def newsml_rows(chunks: Iterable[bytes], limit: int = LIMIT) -> Iterator[Item]:
    """Read a row for each news item. Items that list others, or tell of concepts and plans, are counted in a note.

    Raises:
        MissingPackageError: if lxml is not installed.
        UnreadableError: if the file breaks off, after the items before that.
    """
    elements = XmlElements(chunks, [*_ROW_OF, *_NO_ARTICLES], "reading NewsML", limit)
    rows = 0
    others: Counter[str] = Counter()
    for element in elements:
        name = local_name(element)
        if name in _ROW_OF:
            rows += 1
            yield line_of(element), _ROW_OF[name](element)
        else:
            others[name] += 1
    yield from elements.faults(rows, "no <newsItem> in it")
    if others:
        counts = ", ".join(f"{count:,} {name}" for name, count in others.items())
        yield None, Fault("note", f"passed over {counts} (no articles, but lists, concepts or plans)")
