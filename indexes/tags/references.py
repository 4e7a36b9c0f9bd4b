"""Character references of HTML (``&quot;``), and texts in which they are replaced."""

from __future__ import annotations

import html
import re
from html.entities import html5

ATTRIBUTES = r"""(?:[^<>=]++|=\s*+(?:"(?:[^"<>]*+"|[^"]{0,2000}+")|'(?:[^'<>]*+'|[^']{0,2000}+'))|=)*+"""
"""A pattern of all that may follow the name in a tag, up to its end.

A quote counts only after ``=``, as in HTML. A value with ``<`` or ``>`` in it is short: else a quote that is never
closed would reach to the next one, however far. Nothing is tried twice, so the time is linear.
"""
_REFERENCE = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
_REFERENCES = re.compile(_REFERENCE, re.ASCII)
_TAG_OR_REFERENCE = re.compile(rf"<[a-zA-Z][\w:.-]*+\s{ATTRIBUTES}>?|{_REFERENCE}", re.ASCII)


def unescape(text: str) -> str:
    """``text`` with HTML's character references replaced: ``&quot; &#8211; &amp;`` are ``" – &``.

    Only references that end in a semicolon count, so addresses such as ``?a=1&copy=2`` stay; so do tags, with the
    references in their attributes: ``alt="say &quot;hi&quot;"`` would be another tag. ``&nbsp;`` is U+00A0, which parts
    words like any space. A text that was escaped twice is unescaped once.
    """
    if "&" not in text or ";" not in text:
        return text
    if "<" not in text:
        return _REFERENCES.sub(_character, text)
    return _TAG_OR_REFERENCE.sub(_unless_in_tag, text)


def _unless_in_tag(found: re.Match[str]) -> str:
    whole = found.group()
    if whole[0] == "&":
        return _character(found)
    return whole if whole[-1] == ">" and "=" in whole else _REFERENCES.sub(_character, whole)


def _character(reference: re.Match[str]) -> str:
    whole = reference.group()
    # html.unescape would read the start of an unknown name as an old name without a semicolon: "&notes;" as "¬es;".
    return html.unescape(whole) if whole[1] == "#" or whole[1:] in html5 else whole
