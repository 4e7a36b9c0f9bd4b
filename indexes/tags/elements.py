"""The elements of HTML, by what becomes of them when tags are taken out of a text."""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """What stands in a text in place of a tag; the value is that text."""

    INLINE = ""
    SPACE = " "
    BLOCK = "\n"


_NAMES = {
    Kind.INLINE: """
        a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label mark nobr q rb rtc ruby s samp
        slot small span strike strong sub sup time tt u var wbr rt rp
    """,
    Kind.SPACE: """
        amp-img applet area base basefont bgsound button col colgroup embed img image input keygen link map meta meter
        option optgroup output param picture progress source spacer td th track
    """,
    Kind.BLOCK: """
        address article aside audio blockquote body br canvas caption center dd details dialog dir div dl dt fieldset
        figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li
        listing main marquee math menu menuitem nav noembed noframes noscript object ol p plaintext pre script search
        section select style summary svg table tbody template textarea tfoot thead title tr ul video xmp
    """,
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_OTHER_NAMES = re.compile(r"(?:o|st1|v|w|fb|g):[a-z]\w*|amp-[a-z-]+|tg-[a-z]+", re.ASCII)
"""Names of word processors (``o:p``), of widgets, and of Telegram."""

ALONE = frozenset([
    "br", "hr", "wbr", "p", "li", "dd", "dt", "tr", "td", "th", "thead", "tbody", "tfoot", "div", "ul", "ol", "h1",
    "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption",
])  # fmt: skip
"""Elements whose opening tag needs neither an attribute nor a closing tag."""

HIDDEN = frozenset([
    "head", "script", "style", "template", "noscript", "iframe", "object", "svg", "canvas", "audio", "video",
    "select", "textarea", "noembed", "noframes", "rt", "rp",
])  # fmt: skip
"""Elements whose content is no text, or shown only by browsers that do not know them; and readings beside letters."""

_CAPTIONS = ("wp-caption-text", "gallery-caption", "wp-block-embed__wrapper")
"""Classes of WordPress: the captions of pictures, and the addresses of what is embedded."""


def kind_of(name: str) -> Kind | None:
    """The kind of an element, by its name in lower case; None if it is no known one."""
    kind = _KINDS.get(name)
    return Kind.INLINE if kind is None and _OTHER_NAMES.fullmatch(name) else kind


def is_caption(name: str, attributes: str) -> bool:
    """True for an element that holds the caption of a picture, or the address of what is embedded."""
    return name == "figcaption" or ("class" in attributes and any(one in attributes for one in _CAPTIONS))
