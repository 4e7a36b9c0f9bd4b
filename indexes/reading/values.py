"""Read single values of a row as the types of an article's fields."""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import Any

from sada.indexes.errors import ArticleError
from sada.indexes.text.dates import shorten
from sada.indexes.text.language_codes import find_language

_KEYWORD_BREAK = re.compile("[,،;؛]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});", re.ASCII)


def is_empty(value: Any) -> bool:
    """True for ``None``, NaN, blank text and empty containers."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or value != value or (isinstance(value, list | dict) and not value)


def as_text(field: str, value: Any) -> str:
    """``value`` as text; a number as its digits, ``None`` and NaN as an empty text.

    Raises:
        ArticleError: for anything else.
    """
    if type(value) is str:
        return value
    if value is None or value != value:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise ArticleError(f"{field} is {_kind(value)}, not text: {shorten(value)} (name the field that holds the {field})")


def unescape(text: str) -> str:
    """``text`` with HTML's character references replaced: ``&quot; &#8211; &amp;`` are ``" – &``.

    Only references that end in a semicolon count, so addresses such as ``?a=1&copy=2`` stay; so do tags. ``&nbsp;``
    is U+00A0, which parts words like any space. A text that was escaped twice is unescaped once.
    """
    if "&" not in text or ";" not in text:
        return text
    return _ENTITY.sub(_character, text)


def as_label(field: str, value: Any) -> str:
    """``value`` as a short text; an object as its ``name`` or ``title``.

    Raises:
        ValueError: if it is neither text, a number, nor an object with a name.
    """
    if isinstance(value, dict):
        value = value.get("name") or value.get("title") or value
    if is_empty(value):
        return ""
    if isinstance(value, bool | list | dict):
        raise ValueError(f"{field} is {_kind(value)}, not text")
    return str(value).strip()


def as_id(value: Any) -> str:
    """``value`` as an id without outer white space: text, a number, or the ``{"$oid": ...}`` of a MongoDB export.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(value, dict) and "$oid" in value:
        value = value["$oid"]
    if is_empty(value):
        return ""
    if isinstance(value, bool | list | dict):
        raise ValueError(f"id is {_kind(value)}, not text or a number")
    return str(value).strip()


def as_language(value: Any) -> str:
    """The ISO 639-1 code of a language given by code or name; empty if the value says that it is unknown.

    See :func:`sada.indexes.text.language_codes.find_language` for what is understood.

    Raises:
        ValueError: if it is neither a code nor a known name.
    """
    label = as_label("language", value)
    code = find_language(label)
    if code is None:
        raise ValueError(f"language {shorten(label)} is no known code or name (write a code such as ar or en)")
    return code


def as_keywords(value: Any) -> tuple[str, ...]:
    """Keywords from a list, or from text with commas or semicolons, also Arabic ones."""
    if isinstance(value, str):
        value = _KEYWORD_BREAK.split(value)
    words = value if isinstance(value, list) else [value]
    return tuple(word for item in words if (word := as_label("keywords", item)))


def _character(reference: re.Match[str]) -> str:
    whole = reference.group()
    # html.unescape would read the start of an unknown name as an old name without a semicolon: "&notes;" as "¬es;".
    return html.unescape(whole) if whole[1] == "#" or whole[1:] in html5 else whole


def _kind(value: Any) -> str:
    names = {bool: "true or false", list: "a list", dict: "an object"}
    return names.get(type(value), f"of type {type(value).__name__}")
