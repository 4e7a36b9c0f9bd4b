"""Texts without HTML tags.

Shingles, words and vectors are made of what a reader sees. So tags, comments, scripts and styles are left out, the
shortcodes of WordPress with them, and the captions of pictures unless they are most of the text. What is stored stays.
All of it takes time in proportion to the length of the text, however broken its tags are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sada.indexes.tags.elements import ALONE, HIDDEN, is_caption, kind_of
from sada.indexes.tags.references import ATTRIBUTES, unescape

_MOST_TIMES = 3  # tags that were escaped twice, or that stand within each other
_START = re.compile(
    r"<(?:(?P<comment>!--)|(?P<data>!\[CDATA\[)|(?P<declared>!doctype\b|!\[(?:end)?if\b|\?(?:xml|php)\b)"
    r"|(?P<closing>/?)(?P<name>[a-z][\w:.-]*+)(?=[\s/>]))",
    re.ASCII | re.IGNORECASE,
)
_ATTRIBUTES = re.compile(ATTRIBUTES, re.ASCII)
_CLOSING = re.compile(r"</([a-z][\w:.-]*+)[^<>]*+>?", re.ASCII | re.IGNORECASE)
_SHORT_CAPTIONS = re.compile(r"\[((?:wp_)?caption)\b[^\[\]]*+\][^\[\]]*+\[/\1\]", re.ASCII)
_MEDIA = "gallery|embed|audio|video|playlist"
_SHORTCODES = re.compile(
    rf"\[(embed|audio|video)\b[^\[\]]*+\][^\[\]]*+\[/\1\]|\[/(?:{_MEDIA})\]|\[(?:{_MEDIA})\s[^\[\]=]*+=[^\[\]]*+\]"
    r"|\[/?(?:(?:wp_)?caption|(?:vc|et_pb|fusion|su|av|mk|td)_\w++)(?:\s[^\[\]]*+)?\]",
    re.ASCII,
)


def without_tags(text: str) -> str:
    """``text`` as a reader sees it; ``text`` itself if there is no HTML in it.

    >>> without_tags("<p>Five <b>ki</b>lled, says <a href='/m'>minister</a> &amp; police<br></p>")
    'Five killed, says minister & police'
    >>> without_tags("a < b, x<y>z, <3, <ali@x.example>")
    'a < b, x<y>z, <3, <ali@x.example>'

    A tag is that of a known element, and has an attribute, or a closing tag, or is one such as ``<br>`` or ``<p>``.
    Those of blocks become line breaks, those within a line vanish. Then character references are replaced, and tags
    that were escaped go, too.
    """
    if "<" not in text:
        return text
    for _ in range(_MOST_TIMES):
        found = _Removal(text).result()
        if found is None:
            break
        text = found
    return text


def has_tags(text: str) -> bool:
    """True if :func:`without_tags` changes something in ``text``."""
    return "<" in text and next(_Removal(text).marks(), None) is not None


_Mark = tuple[int, int, str, bool]
"""Where something to leave out begins and ends, what stands in its place, and whether it is a caption."""


class _Removal:
    """What is left out of one text, once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last_closing: dict[str, int] = {}
        self._last_comment_end = text.rfind("-->")
        if "</" in text:
            self._last_closing = {one[1].lower(): one.start() for one in _CLOSING.finditer(text)}

    def result(self) -> str | None:
        """The text without tags; None if there are none."""
        marks = list(self.marks())
        if not marks:
            return None
        found = self._between(marks)
        hidden = [self._text[start:stop] for start, stop, _, caption in marks if caption]
        if hidden and len(found) < sum(len(_lines(_tags_only(one))) for one in hidden):
            found = self._between(list(self.marks(captions=True)))
        return _lines(unescape(_without_shortcodes(found)))

    def marks(self, *, captions: bool = False) -> Iterator[_Mark]:
        """Find what is left out, in order; ``captions`` stay if it is true."""
        at = 0
        while found := _START.search(self._text, at):
            mark = self._of_tag(found, captions) if found["name"] else self._of_other(found)
            if isinstance(mark, int):
                at = mark
            else:
                yield mark
                at = mark[1]

    def _of_other(self, found: re.Match[str]) -> _Mark | int:
        start, stop = found.span()
        if found["data"]:
            return start, stop, "", False
        if found["comment"]:
            ends = start + 2 <= self._last_comment_end  # known, so that no text is searched in vain again and again
            return start, self._text.index("-->", start + 2) + 3 if ends else stop, "", False
        end = self._end_of(stop)
        return (start, end + 1, "", False) if self._text[end : end + 1] == ">" else end

    def _of_tag(self, found: re.Match[str], captions: bool) -> _Mark | int:
        """What a tag leaves out; if it is none, where to go on."""
        start, stop = found.span()
        name = found["name"].lower()
        kind = kind_of(name)
        if kind is None:
            return stop
        end = self._end_of(stop)
        attributes = self._text[stop:end]
        whole = self._text[end : end + 1] == ">"
        if not self._is_tag(name, attributes, bool(found["closing"]), whole):
            return end
        end += whole
        caption = not captions and is_caption(name, attributes)
        if (name in HIDDEN or caption) and whole and not found["closing"] and not attributes.endswith("/"):
            closing = self._closing_after(name, end)
            if closing is not None:
                return start, closing, kind.value, caption
        return start, end, kind.value, False

    def _is_tag(self, name: str, attributes: str, closing: bool, whole: bool) -> bool:
        if "=" in attributes:
            return True  # also if the text breaks off within it
        if closing or not whole:
            return whole
        return name in self._last_closing or (name in ALONE and not attributes.strip(" \t\r\n/"))

    def _end_of(self, at: int) -> int:
        """Where the attributes end that begin at ``at``."""
        found = _ATTRIBUTES.match(self._text, at)
        return found.end() if found else at

    def _closing_after(self, name: str, at: int) -> int | None:
        """Where the next closing tag of an element ends; None if there is none."""
        if self._last_closing.get(name, -1) < at:
            return None
        closings = _CLOSING.finditer(self._text, at)
        return next((one.end() for one in closings if one[1].lower() == name), None)

    def _between(self, marks: list[_Mark]) -> str:
        """The text without some marks."""
        parts, at = [], 0
        for start, stop, instead, _ in marks:
            parts += [self._text[at:start], instead]
            at = stop
        found = "".join([*parts, self._text[at:]])
        return found.replace("]]>", "") if "<![CDATA[" in self._text else found


def _tags_only(text: str) -> str:
    """``text`` without its tags; captions in it stay."""
    removal = _Removal(text)
    return removal._between(list(removal.marks(captions=True)))


def _without_shortcodes(text: str) -> str:
    """``text`` without the shortcodes of WordPress; their captions stay if they are most of it."""
    if "[" not in text:
        return text
    found, whole = (_SHORTCODES.sub("\n", one) for one in (_SHORT_CAPTIONS.sub("\n", text), text))
    return whole if 2 * len(_lines(found)) < len(_lines(whole)) else found


def _lines(text: str) -> str:
    """``text`` without blank lines, and without white space around lines."""
    return "\n".join([line for line in map(str.strip, text.splitlines()) if line])
