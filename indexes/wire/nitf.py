"""Read articles in NITF, the News Industry Text Format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sada.indexes.parsing.faults import Item
from sada.indexes.parsing.row_limits import LIMIT
from sada.indexes.wire.xml_stream import XmlElements, line_of, local_name
from sada.indexes.wire.xml_text import XML_LANG, block_text, find, first_attribute, first_text

_WHOLE = "full_text"
"""The class of the block that repeats a lead paragraph and has the rest, in the corpus of The New York Times."""
_XHTML = frozenset({"html", "body", "div", "p", "section", "article", "main", "h1", "h2", "ul", "ol", "table", "pre"})


def nitf_rows(chunks: Iterable[bytes], limit: int = LIMIT) -> Iterator[Item]:
    """Read the rows of a file with one article, or with several below another root.

    Raises:
        MissingPackageError: if lxml is not installed.
        UnreadableError: if the file breaks off, after the articles before that.
    """
    elements = XmlElements(chunks, ["nitf"], "reading NITF", limit)
    rows = 0
    for element in elements:
        rows += 1
        yield line_of(element), nitf_row(element)
    yield from elements.faults(rows, "no <nitf> in it")


def nitf_row(nitf: Any) -> dict[str, Any]:
    """The row of an element ``nitf``."""
    head = "head/docdata/"
    row = {
        "id": first_attribute(nitf, head + "doc-id", "id-string"),
        "title": first_text(nitf, "body/body.head/hedline/hl1", "body/body.head/hedline", "head/title"),
        "text": _content(nitf),
        "summary": first_text(nitf, "body/body.head/abstract"),
        "date": first_attribute(nitf, head + "date.issue", "norm")
        or first_attribute(nitf, head + "date.release", "norm")
        or first_attribute(nitf, "head/pubdata", "date.publication")
        or first_attribute(nitf, "body/body.head/dateline/story.date", "norm"),
        "url": first_attribute(nitf, "head/pubdata", "ex-ref"),
        "source": first_attribute(nitf, "head/pubdata", "name")
        or first_text(nitf, "body/body.head/distributor")
        or first_attribute(nitf, head + "doc.copyright", "holder")
        or first_text(nitf, "body/body.head/rights/rights.owner", "body/body.head/rights/rights.agent")
        or first_attribute(nitf, head + "doc-id", "regsrc"),
        "language": nitf.get(XML_LANG) or first_attribute(nitf, "body", XML_LANG),
        "keywords": _keywords(nitf),
        "byline": first_text(nitf, "body/body.head/byline"),
        "dateline": first_text(nitf, "body/body.head/dateline"),
    }
    return {name: value for name, value in row.items() if value}


def content_row(element: Any) -> dict[str, Any]:
    """The row of an element that holds an article in NITF, XHTML or plain text; empty for other content."""
    for nitf in find(element, "*/nitf"):
        if row := nitf_row(nitf):
            return row
    text = "\n".join(text for one in element if local_name(one) in _XHTML and (text := block_text(one)))
    row = {"title": first_text(element, "html/head/title"), "text": text or (element.text or "").strip()}
    return {name: value for name, value in row.items() if value}


def _content(nitf: Any) -> str:
    whole = [block for block in find(nitf, "body/body.content/block") if block.get("class") == _WHOLE]
    return "\n".join(text for one in whole or find(nitf, "body/body.content") if (text := block_text(one)))


def _keywords(nitf: Any) -> list[str]:
    keys = [one.get("key") for one in find(nitf, "head/docdata/key-list/keyword")]
    return list(dict.fromkeys(key for key in keys if key))
