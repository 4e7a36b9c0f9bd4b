"""Find the text of the article on an HTML page: with trafilatura where it is installed, else by its elements."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from itertools import accumulate

from sada.indexes.pages.lines import is_prose
from sada.indexes.webpages.document import Block, Document, Element

_LEAST_TEXT = 250
_LEAST_SHARE = 0.7
_NO_TEXT = frozenset({"figure", "figcaption", "h1"})
_MOST_NAMED, _LEAST_LEFT = 0.3, 0.6
_NAMED = re.compile(
    r"related|recommend|newsletter|shar(?:e|ing)|social|comment|promo|advert|byline|author|caption|credit|breadcrumb"
    r"|teaser|widget|subscri|(?:^|[\s_-])tags?(?:$|[\s_-])|hidden"
    r"|twitter-tweet|instagram-media|tiktok-embed"
)
_GAP = re.compile(r"\n{3,}")
_LEAST_PARAGRAPH = 40
_LEVELS, _SHARE_ABOVE, _CLEARLY = 4, 0.8, 1.4
_SMALL = frozenset({"p", "li", "h2", "h3", "h4"})


def article_text(page: str, document: Document, not_text: Iterable[str], described: str) -> str:
    """The text of the article, one paragraph a line.

    Args:
        page: the HTML.
        document: the same, parsed.
        not_text: lines that are none of it: the headline, those of other articles, the date.
        described: the text that JSON-LD gives; it counts if what was found is only part of it.
    """
    captions = (block.text for block in document.blocks if document.is_inside(block, "figcaption", "caption"))
    left_out = {_key(line) for line in (*captions, *not_text)} - {""}
    text = "\n".join(line for line in _found(page, document).splitlines() if _key(line) not in left_out)
    text = _GAP.sub("\n\n", text).strip()
    is_part = len(text) < _LEAST_SHARE * len(described) and set(text.split()) <= set(described.split())
    return described if is_part else text


def _found(page: str, document: Document) -> str:
    """What trafilatura finds and the elements do not contradict; else, or on a short page, what the elements hold."""
    text, own = _extracted(page), own_text(document)
    rows = sum(len(line) for line in text.splitlines() if line.startswith("|"))
    if 2 * rows > len(text) and len(own) > _LEAST_SHARE * len(text):  # a page that is laid out by tables
        return own
    if len(text) < _LEAST_TEXT:
        return text if text and len(own) > 2 * _LEAST_TEXT else own
    both = set(map(_key, own.splitlines()))
    written = {_key(line): line for block in document.blocks for line in block.text.split("\n")}
    lines = [written.get(_key(line), line) for line in text.splitlines()]  # it drops characters that join words
    agreed = "\n".join(line for line in lines if _key(line) in both or _key(line) not in written)
    whole = "\n".join(lines)
    return agreed if len(agreed) >= _LEAST_LEFT * len(whole) else whole


def _extracted(page: str) -> str:
    """The text of the article that trafilatura finds; empty if it finds none, or is not installed."""
    extract = extractor()
    if extract is None:
        return ""
    whole = page if "<html" in page.lower() else f"<html><body>{page}</body></html>"
    return extract(whole, include_comments=False) or ""


def extracted_date(page: str) -> str:
    """The day that trafilatura's finder of dates reads, if the page has it in the order of ISO 8601; else empty.

    Other forms have two readings, or are numbers of articles and copyrights, between which it guesses.
    """
    if extractor() is None:
        return ""
    try:
        found: str | None = import_module("htmldate").find_date(page, extensive_search=False, original_date=True)
    except (ValueError, TypeError):  # for pages that lxml cannot parse
        return ""
    if found is None:
        return ""
    year, month, day = found.split("-")
    form = rf"(?<!\d){year}[-/.年]0?{int(month)}[-/.月]0?{int(day)}(?!\d)"
    return found if re.search(form, page) else ""


def extractor() -> Callable[..., str | None] | None:
    """The function of trafilatura; None if it is not installed."""
    try:
        found: Callable[..., str | None] = import_module("trafilatura").extract
    except ImportError:
        return None
    for name in ("trafilatura", "htmldate"):
        logger = logging.getLogger(name)
        if logger.level in (logging.NOTSET, logging.WARNING):  # the latter is what trafilatura sets
            logger.setLevel(logging.CRITICAL)  # else they log every page in which they find nothing
    return found


def own_text(document: Document) -> str:
    """The text of the element that holds most paragraphs, else of the longest ``article``, of ``main``, of the page."""
    densest = _densest(document)
    if densest is not None:
        return _joined(document, densest)
    for tag in ("article", "main"):
        texts = [_joined(document, one) for one in document.elements if one.tag == tag]
        if longest := max(texts, key=len, default=""):
            return longest
    return _joined(document, None)


def _densest(document: Document) -> Element | None:
    """The element around most letters of paragraphs, near them; one with clearly more of them around it counts."""
    scores: dict[int, float] = {}
    letters = [len(block.text) if _is_paragraph(document, block) else 0 for block in document.blocks]
    for block, count in zip(document.blocks, letters, strict=True):
        element, share = block.element, float(count)
        for _ in range(_LEVELS if count else 0):
            if element < 0:
                break
            if document.elements[element].tag not in _SMALL:
                scores[element] = scores.get(element, 0) + share
                share *= _SHARE_ABOVE
            element = document.elements[element].parent
    if not scores or sum(letters) < _LEAST_TEXT:
        return None
    sums = [0, *accumulate(letters)]
    best, *above = document.ancestors(max(scores, key=lambda one: scores[one]))
    for around in (one for one in above if one.tag not in ("body", "html")):
        is_whole = around.tag in ("article", "main") and best.tag not in ("article", "main")
        if is_whole or _inside(sums, around) >= _CLEARLY * _inside(sums, best):
            best = around
    return best


def _inside(sums: list[int], element: Element) -> int:
    return sums[element.stop] - sums[element.start]


def _is_paragraph(document: Document, block: Block) -> bool:
    if block.linked > len(block.text) / 2 or len(block.text) < _LEAST_PARAGRAPH:
        return False
    return is_prose(block.text) and not document.is_aside(block)


def _joined(document: Document, around: Element | None) -> str:
    """The blocks in an element that are text; None stands for the whole page."""
    whole = around or Element("", "", -1, 0, len(document.blocks), False)
    sums = [0, *accumulate(len(block.text) for block in document.blocks)]
    most = _MOST_NAMED * _inside(sums, whole)
    hidden = [one for one in document.elements if one is not around and (one.aside or one.tag in _NO_TEXT)]
    named = [one for one in document.elements if one.tag not in _SMALL and _NAMED.search(one.names)]
    named = [one for one in named if one is not around and _inside(sums, one) < most]
    text = _without(document, whole, hidden)
    less = _without(document, whole, sorted([*hidden, *named], key=lambda one: one.start))
    return less if len(less) >= _LEAST_LEFT * len(text) else text


def _without(document: Document, whole: Element, left_out: Iterable[Element]) -> str:
    """The blocks of an element that are no links, without those of some elements in the order of their starts."""
    kept: list[str] = []
    start = whole.start
    for element in left_out:
        if whole.start <= element.start and element.stop <= whole.stop and element.start < element.stop:
            kept += (block.text for block in document.blocks[start : element.start] if not block.is_link)
            start = max(start, element.stop)
    kept += (block.text for block in document.blocks[start : whole.stop] if not block.is_link)
    return "\n\n".join(kept)


def _key(text: str) -> str:
    """The letters and digits of a text; of one without any its marks."""
    return "".join(filter(str.isalnum, text)) or "".join(text.split())
