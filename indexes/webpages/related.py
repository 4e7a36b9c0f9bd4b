"""Find the headlines of related articles in the blocks of a page, also where an extractor of text cuts them away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from sada.indexes.pages.lines import is_date_line, is_headline, is_prose
from sada.indexes.pages.markers import Mark, Markers
from sada.indexes.text.scripts import spaceless_letter
from sada.indexes.webpages.document import Block, Document, Element

_KINDS = ("read_also", "inline", "similar", "latest")
_NAMED = re.compile(
    r"related|similar|recommend|also-?_?like|read-?_?also|also-?_?read|see-?_?also|more-?_?on-|lire-?_?aussi|leggi-?_?anche"
    r"|relacionad|correlat|benzer|ilgili"
)
_WHOLE = frozenset({"html", "body", "main", "article"})
_HEADING = re.compile("h[1-6]")
_LEAST_WORDS, _LEAST_SPACELESS = 4, 10
_LONGEST = 200
_LONGEST_MARKER = 80
_LEAST_TEXT = 100
_LINKED = 0.7
_MOST_LEVELS = 6
_MOST_BETWEEN = 3
_MOST, _MOST_MARKS = 40, 200
_MOST_IN_SECTION = 80


def related_headlines(document: Document, markers: Markers, title: str) -> list[str]:
    """Headlines below or behind a marker such as "Read also", and in elements that are named so; each once.

    Only links count, and of lists of the newest or most read articles those with two or more.

    Args:
        document: the page.
        markers: the words that mark the parts of pages.
        title: the title of the article, which is not one of them.
    """
    found: dict[str, None] = {}
    for at in (*_marked(document, markers), *_named(document)):
        text = at if isinstance(at, str) else document.blocks[at].text.replace("\n", " ")
        if text != title:
            found.setdefault(text)
    return list(found)[:_MOST]


def _marked(document: Document, markers: Markers) -> Iterator[int | str]:
    for at, mark in islice(_marks(document, markers), _MOST_MARKS):
        block = document.blocks[at]
        if mark.is_alone and len(block.text) <= _LONGEST_MARKER:
            below = _below(document, at, markers)
            yield from below if mark.kind != "latest" or len(below) > 1 else ()
        elif block.links == 1 and block.linked >= _LINKED * len(mark.content) and is_long(mark.content):
            yield mark.content


def _marks(document: Document, markers: Markers) -> Iterator[tuple[int, Mark]]:
    for at, block in enumerate(document.blocks):
        mark = markers.find(block.text) if "\n" not in block.text else None
        if mark is not None and mark.kind in _KINDS:
            yield at, mark


def _below(document: Document, at: int, markers: Markers) -> list[int]:
    """The headlines of the smallest element around a marker that has any; within a text those directly below it."""
    for level, around in enumerate(document.ancestors(document.blocks[at].element)):
        if level >= _MOST_LEVELS:
            break
        inside = range(at + 1, min(around.stop, at + _MOST_IN_SECTION))
        is_text = around.tag in _WHOLE or _has_text(document, range(around.start, around.stop))
        found = _headlines(document, _run(document, at, markers) if is_text else _section(document, inside, markers))
        if found or is_text:
            return found
    return _headlines(document, _run(document, at, markers))


def _section(document: Document, inside: range, markers: Markers) -> list[int]:
    """The blocks up to the next heading that is no link, or the next marker."""
    found = []
    for at in inside:
        block = document.blocks[at]
        if not block.is_link and (_is_heading(document, block) or _is_marker(block, markers)):
            break
        found.append(at)
    return found


def _run(document: Document, at: int, markers: Markers) -> list[int]:
    """The links directly below a marker, with few short lines between them."""
    found: list[int] = []
    between = 0
    for below in range(at + 1, len(document.blocks)):
        block = document.blocks[below]
        if block.is_link and is_long(block.text):
            found.append(below)
            between = 0
            continue
        between += 1
        if between > _MOST_BETWEEN or len(block.text) > _LEAST_TEXT or is_prose(block.text):
            break
        if not block.is_link and (_is_heading(document, block) or _is_marker(block, markers)):
            break
    return found


def _named(document: Document) -> Iterator[int]:
    for element in document.elements:
        if element.tag in _WHOLE or not _NAMED.search(element.names):
            continue
        inside = range(element.start, element.stop)
        if 0 < len(inside) <= _MOST_IN_SECTION and not _has_text(document, inside):
            yield from _headlines(document, list(inside))


def _headlines(document: Document, inside: list[int]) -> list[int]:
    """The links in some blocks that are headlines; if some of them are headings, only those."""
    links = [at for at in inside if document.blocks[at].is_one_link and _is_one(document.blocks[at].text)]
    headings = [at for at in links if _is_heading(document, document.blocks[at])]
    return headings or links


def _is_one(text: str) -> bool:
    text = text.replace("\n", " ")
    is_sentence = is_prose(text) or (" " in text and not is_headline(text))
    return is_long(text) and not is_date_line(text) and not is_sentence


def is_long(text: str) -> bool:
    """True for a text as long as headlines are: four words or more, or ten letters of a script without spaces."""
    if len(text) > _LONGEST:
        return False
    return len(text.split()) >= _LEAST_WORDS or len(spaceless_letter().findall(text)) >= _LEAST_SPACELESS


def _has_text(document: Document, inside: range) -> bool:
    """True if two paragraphs without links are inside."""
    paragraphs = (
        block
        for block in document.blocks[inside.start : inside.stop]
        if len(block.text) >= _LEAST_TEXT and is_prose(block.text) and block.linked < len(block.text) / 2
    )
    return next(paragraphs, None) is not None and next(paragraphs, None) is not None


def _is_heading(document: Document, block: Block) -> bool:
    inner: list[Element] = []
    for element in document.ancestors(block.element):
        inner.append(element)
        if len(inner) > 3:
            break
    return any(_HEADING.fullmatch(element.tag) for element in inner)


def _is_marker(block: Block, markers: Markers) -> bool:
    mark = markers.find(block.text) if "\n" not in block.text else None
    return mark is not None and mark.is_alone and mark.kind in (*_KINDS, "keywords", "source")
