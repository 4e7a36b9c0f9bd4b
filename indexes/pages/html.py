"""Make rows from plain text and HTML pages."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

_LONGEST_TITLE_LINE = 200
_LONGEST_TITLE = 120
_TERMINATORS = ".!?…؟۔。！？।॥։።"
_CLOSING = "\"'”’»)]」』"
_ENDS_SENTENCE = re.compile(f"[{_TERMINATORS}][{re.escape(_CLOSING)}]*$")
# A full stop counts after two letters, so that "U.S." ends nothing; East Asian sentences need no space behind them.
_FIRST_SENTENCE = re.compile(rf".*?(?:\w\w[{_TERMINATORS}]+[{re.escape(_CLOSING)}]*(?=\s|$)|[。！？]+[」』”]*)")

_HIDDEN = frozenset({"script", "style", "nav", "header", "footer", "aside", "noscript", "template", "svg"})
_BLOCK = re.compile(
    "address|article|blockquote|body|caption|d[dlt]|details|div|fieldset|fig(caption|ure)|form|h[1-6]|hr|li|main|[ou]l"
    "|p|pre|section|summary|table|t[dhr]"
)
_META = {"article:published_time": "date", "og:site_name": "source"}


def txt_row(text: str) -> dict[str, Any]:
    """Make the row of a plain text.

    A short first line is the title if a blank line follows and it does not end a sentence; it is then not part of the
    text. Else the title is the first sentence, and the text stays whole.
    """
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip()
    following, separator, _ = rest.partition("\n")
    if not first:
        return {"title": "", "text": text}
    stands_alone = separator and not following.strip()
    if stands_alone and len(first) <= _LONGEST_TITLE_LINE and not _ENDS_SENTENCE.search(first):
        return {"title": first, "text": re.sub(r"\A\s*\n", "", rest)}
    return {"title": _first_sentence(text), "text": text, "title_derived": True}


def html_row(page: str) -> dict[str, Any]:
    """Make the row of an HTML page: the visible text of its longest article, else of ``main``, else of the page."""
    parser = _PageParser()
    # Behind the last ">" there is no tag; escaped, the parser does not search there again and again.
    end = page.rfind(">") + 1
    parser.feed(page[:end] + page[end:].replace("<", "&lt;"))
    parser.close()
    articles = sorted(map(_tidy, parser.texts["article"]), key=len, reverse=True)
    candidates = [*articles[:1], *map(_tidy, parser.texts["main"]), *map(_tidy, parser.texts["page"])]
    return {
        "title": " ".join("".join(parser.title).split()),
        "text": next(filter(None, candidates), ""),
        **parser.row,
    }


def _first_sentence(text: str) -> str:
    paragraph = " ".join(re.split(r"\n\s*\n", text.strip(), maxsplit=1)[0].split())
    match = _FIRST_SENTENCE.match(paragraph)
    sentence = match.group() if match else paragraph
    if len(sentence) <= _LONGEST_TITLE:
        return sentence
    cut = sentence[: _LONGEST_TITLE + 1].rpartition(" ")[0]
    return cut.rstrip() or sentence[:_LONGEST_TITLE]


def _tidy(pieces: list[str]) -> str:
    """Collected text with one space between words and one blank line between paragraphs."""
    text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", "".join(pieces)))
    return re.sub(r"\n{2,}", "\n\n", text).strip()


class _PageParser(HTMLParser):
    """Collect the text of each article, of main and of the page, and the metadata of the head.

    Only these elements and hidden ones are kept on a stack. The end of one closes all inside it, so an ``aside`` that
    is never closed hides no more than the rest of its article.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: dict[str, list[list[str]]] = {"article": [], "main": [], "page": [[]]}
        self.title: list[str] = []
        self.row: dict[str, Any] = {}
        self._collecting: dict[str, list[str]] = {"article": [], "main": []}
        self._path: list[str] = []
        self._open: Counter[str] = Counter()
        self._hidden = 0
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._open[tag] += 1
            self._path.append(tag)
            self._hidden += 1
        elif tag in self._collecting:
            if not self._open[tag]:  # one inside another belongs to the outer one
                self._collecting[tag] = []
                self.texts[tag].append(self._collecting[tag])
            self._open[tag] += 1
            self._path.append(tag)
        elif tag == "title":
            self._in_title = not self.title and not self._hidden
        elif tag in ("html", "meta", "link"):
            self._read_head(tag, {name: value or "" for name, value in attrs})
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _HIDDEN:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)
        if tag == "title":
            self._in_title = False
        if self._open[tag]:
            while (name := self._path.pop()) != tag:
                self._close(name)
            self._close(name)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._hidden:
            self._add(re.sub(r"\s+", " ", data))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Read an invalid marked section as a comment up to the next ">", as in the HTML standard."""
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:  # how the library says that it cannot read it
            return self.parse_bogus_comment(i)

    def _break(self, tag: str) -> None:
        if tag == "br":
            self._add("\n")
        elif _BLOCK.fullmatch(tag):
            self._add("\n\n")

    def _add(self, text: str) -> None:
        if self._hidden:
            return
        self.texts["page"][0].append(text)
        for tag, pieces in self._collecting.items():
            if self._open[tag]:
                pieces.append(text)

    def _close(self, tag: str) -> None:
        self._open[tag] -= 1
        self._hidden -= tag in _HIDDEN

    def _read_head(self, tag: str, attrs: dict[str, str]) -> None:
        if tag == "html" and attrs.get("lang"):
            self.row.setdefault("language", attrs["lang"])
        elif tag == "link" and "canonical" in attrs.get("rel", "").lower().split() and attrs.get("href"):
            self.row.setdefault("url", attrs["href"])
        elif tag == "meta":
            name = _META.get((attrs.get("property") or attrs.get("name") or "").lower())
            if name and attrs.get("content"):
                self.row.setdefault(name, attrs["content"])
