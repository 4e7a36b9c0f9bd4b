"""Parse an HTML page once: its blocks of text with their elements, and what its head says."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_WHOLE = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_DROPPED = frozenset({"script", "style", "noscript", "template", "svg", "button", "select", "textarea", "iframe"})
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_ASIDE = frozenset({"nav", "header", "footer", "aside", "dialog"})  # no form: it is around whole pages of ASP.NET
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|d[dlt]|details|dialog|div|fieldset|fig(caption|ure)|footer|form"
    "|h[1-6r]|header|html|li|main|nav|[ou]l|p|pre|section|summary|table|tbody|t[dhr]"
)
_CLOSED_BY = {"p": _BLOCK, "li": re.compile("li"), "td": re.compile("t[dhr]"), "tr": re.compile("tr")}
_CLOSED_BY |= {"dt": re.compile("d[dt]"), "dd": re.compile("d[dt]"), "option": re.compile("option")}
_TAG = re.compile(
    r"</?(?:a|article|b|body|br|div|em|h[1-6]|html|i|img|li|main|ol|p|section|span|strong|table|ul)\b[^<>]*>", re.I
)
_LEAST_TAGS = 2
_DEEPEST = 400  # elements around one; browsers have such a limit, too
_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class Element:
    """An element that was opened.

    Attributes:
        tag: its name; names: its class and id, in lower case.
        parent: the number of the element around it; -1 for none.
        start, stop: the blocks inside it, as a range.
        aside: True inside navigation, header, footer or aside, other than the header of an article.
    """

    tag: str
    names: str
    parent: int
    start: int
    stop: int
    aside: bool


@dataclass(slots=True)
class Block:
    """Text between two tags that break a line.

    Attributes:
        text: with one space between words; ``br`` is a line break.
        element: the number of the element around it.
        linked: the letters of it that stand in links.
        links: the number of these links.
    """

    text: str
    element: int
    linked: int
    links: int

    @property
    def is_link(self) -> bool:
        """True if nearly all of it is a link."""
        return self.linked >= 0.8 * len(self.text)

    @property
    def is_one_link(self) -> bool:
        """True if nearly all of it is one link."""
        return self.links == 1 and self.is_link


@dataclass(slots=True)
class Moment:
    """A date that an element gives: the machine's form of it, and whether it is said to be that of publication."""

    value: str
    is_published: bool
    at: int


@dataclass
class Document:
    """A parsed page; all texts have their character references replaced.

    Attributes:
        blocks, elements: in their order on the page.
        metas: the contents of ``meta`` by ``property``, ``name`` or ``itemprop`` in lower case.
        json_ld: the scripts of that type.
        title: the first ``title``.
        url: the canonical address; language: of ``html``.
        moments: dates of ``time`` and ``itemprop``.
    """

    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    metas: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    json_ld: list[str] = field(default_factory=list)
    title: str = ""
    url: str = ""
    language: str = ""
    moments: list[Moment] = field(default_factory=list)

    def meta(self, *names: str) -> str:
        """The first content of the first of some names that is not empty."""
        return next((one for name in names for one in self.metas.get(name, ()) if one), "")

    def ancestors(self, element: int) -> Iterator[Element]:
        """An element and those around it, from inside to outside."""
        while element >= 0:
            found = self.elements[element]
            yield found
            element = found.parent

    def is_aside(self, block: Block) -> bool:
        """True for a block in navigation, a header, a footer or an aside."""
        return block.element >= 0 and self.elements[block.element].aside

    def is_inside(self, block: Block, *tags: str) -> bool:
        """True for a block in one of some elements."""
        return any(one.tag in tags for one in self.ancestors(block.element))


def is_whole_page(text: str) -> bool:
    """True for text that begins as a page does, with a doctype or ``html``, and not as a part of one."""
    return _WHOLE.match(text) is not None


def is_html(text: str) -> bool:
    """True for text with at least two tags of HTML in it."""
    return "<" in text and len(_TAG.findall(text)) >= _LEAST_TAGS


def parse_html(page: str) -> Document:
    """Parse a page, whatever is wrong with its markup."""
    parser = _Parser()
    # Behind the last ">" there is no tag; escaped, the parser does not search there again and again.
    end = page.rfind(">") + 1
    parser.feed(page[:end] + page[end:].replace("<", "&lt;"))
    parser.close()
    parser.finish()
    return parser.document


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document()
        self._stack: list[int] = []
        self._open: Counter[str] = Counter()
        self._pieces: list[str] = []
        self._linked = 0
        self._link = -1
        self._links: set[int] = set()
        self._capture: list[str] | None = None
        self._moment: Moment | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._read_head(tag, values)
        if tag == "br":
            self._pieces.append("\n")
        if _BLOCK.fullmatch(tag):
            self._break()
            self._close_implied(tag)
        if tag not in _VOID and len(self._stack) < _DEEPEST:
            self._push(tag, values)
        self._read_moment(tag, values)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _DROPPED:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if _BLOCK.fullmatch(tag):
            self._break()
        if tag == "time":
            self._moment = None
        if not self._open[tag]:
            return
        if tag == "title" and self._capture is not None and not self.document.title:
            self.document.title = _squeezed("".join(self._capture))
        elif tag == "script" and self._capture is not None:
            self.document.json_ld.append("".join(self._capture))
        if tag in ("title", "script"):
            self._capture = None
        while self._pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._capture is not None:
            self._capture.append(data)
        elif not any(self._open[tag] for tag in _DROPPED) and not self._open["title"]:
            self._pieces.append(_SPACE.sub(" ", data))
            if self._open["a"] and not data.isspace():
                self._linked += len(" ".join(data.split()))
                self._links.add(self._link)
            if self._moment is not None and not self._moment.value:
                self._moment.value = _squeezed(data)

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Read an invalid marked section as a comment up to the next ">", as in the HTML standard."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:  # how the library says that it cannot read it
            return self.parse_bogus_comment(i)

    def finish(self) -> None:
        """End the last block, and close what is open."""
        self._break()
        while self._stack:
            self._pop()

    def _push(self, tag: str, values: dict[str, str]) -> None:
        document = self.document
        if tag == "a" and "href" not in values:
            tag = "span"
        parent = self._stack[-1] if self._stack else -1
        names = f"{values.get('class', '')} {values.get('id', '')}".lower()
        around = parent >= 0 and document.elements[parent].aside
        aside = around or (tag in _ASIDE and not (tag == "header" and self._open["article"]))
        document.elements.append(Element(tag, names, parent, len(document.blocks), 0, aside))
        self._stack.append(len(document.elements) - 1)
        self._open[tag] += 1
        if tag == "a":
            self._link = self._stack[-1]

    def _pop(self) -> str:
        element = self.document.elements[self._stack.pop()]
        element.stop = len(self.document.blocks)
        self._open[element.tag] -= 1
        return element.tag

    def _close_implied(self, tag: str) -> None:
        """Close an element whose end tag may be left out, as that of a paragraph before the next one."""
        if self._stack:
            last = self.document.elements[self._stack[-1]].tag
            if last in _CLOSED_BY and _CLOSED_BY[last].fullmatch(tag):
                self._pop()

    def _break(self) -> None:
        if not self._pieces:
            return
        text = "\n".join(filter(None, map(_squeezed, "".join(self._pieces).split("\n"))))
        if text:
            self.document.blocks.append(
                Block(text, self._stack[-1] if self._stack else -1, self._linked, len(self._links))
            )
        self._pieces, self._linked, self._links = [], 0, set()

    def _read_head(self, tag: str, values: dict[str, str]) -> None:
        document = self.document
        is_title = tag == "title" and not document.title and not self._open["svg"]
        if is_title or (tag == "script" and "ld+json" in values.get("type", "").lower()):
            self._capture = []
        elif tag == "html":
            document.language = document.language or values.get("lang", "") or values.get("xml:lang", "")
        elif tag == "link" and "canonical" in values.get("rel", "").lower().split():
            document.url = document.url or values.get("href", "").strip()
        elif tag == "meta":
            name = values.get("property") or values.get("name") or values.get("itemprop") or values.get("http-equiv")
            if name:
                document.metas[name.strip().lower()].append(_squeezed(values.get("content", "")))

    def _read_moment(self, tag: str, values: dict[str, str]) -> None:
        prop = values.get("itemprop", "").lower().split()
        is_published = "datepublished" in prop or "pubdate" in values or "published" in values.get("class", "").split()
        if tag == "meta" or not (tag == "time" or "datepublished" in prop):
            return
        value = values.get("datetime") or values.get("content") or (tag == "abbr" and values.get("title")) or ""
        if "datemodified" in prop or "updated" in values.get("class", "").lower().split():
            return
        moment = Moment(_squeezed(value), is_published, len(self.document.blocks))
        self.document.moments.append(moment)
        self._moment = moment if tag == "time" or not value else None


def _squeezed(text: str) -> str:
    return " ".join(text.split())
