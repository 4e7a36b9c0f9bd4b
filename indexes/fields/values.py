"""Read single values of a row as the types of an article's fields."""

from __future__ import annotations

import ast
import html
import json
import re
import warnings
from html.entities import html5
from typing import Any
from urllib.parse import urlsplit

from sada.indexes.errors import ArticleError
from sada.indexes.text.dates import shorten
from sada.indexes.text.language_codes import find_language

NO_VALUES = frozenset({"None", "null", "NULL", "NaN", "nan", "NaT", "N/A", "<NA>", "\\N"})
"""How pandas, databases and scrapers write that there is no value."""
_INNER = (
    "$oid",
    "$date",
    "$numberLong",
    "$numberInt",
    "$numberDouble",
    "$numberDecimal",
    "rendered",
    "value",
    "@value",
    "#text",
    "$t",
    "_text",
    "_cdata",
    "__cdata",
    "_",
)
"""Names of values that stand alone: those of MongoDB, WordPress and JSON-LD, and of programs that turn XML to JSON."""
_INNER_TEXTS = ("main", "basic", "text", "content", "body", "plain", "html")
_PARTS = ("headline", "summary", "paragraphs", "blocks", "sections")
_INLINE = frozenset({
    "plain", "link", "text_link", "bold", "italic", "underline", "strikethrough", "code", "pre", "mention",
    "mention_name", "hashtag", "cashtag", "bot_command", "email", "phone", "bank_card", "custom_emoji", "spoiler",
})  # fmt: skip
"""Types of the fragments of a message in an export of Telegram."""
_NAMES = ("name", "title", "@id", "url", "domain", "hostname", "href", "@href", "full", "uri", "label", "code", "id")
"""Where an object has its name."""
_HAS_TIME = re.compile(r":|\d{9}|\d[Tt]\d")
_WHOLE_FLOAT = re.compile(r"-?\d+\.0", re.ASCII)
_KEYWORD_BREAK = re.compile("[,،;؛]")
_LONGEST_WRITTEN = 100_000
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});", re.ASCII)


def is_empty(value: Any) -> bool:
    """True for ``None``, NaN, blank text, what programs write for these, and empty containers."""
    if isinstance(value, str):
        return not value or value.isspace() or (len(value) < 5 and value in NO_VALUES)
    return value is None or value != value or (isinstance(value, list | dict) and not value)


def unwrap(value: Any) -> Any:
    """The value in an object that only wraps it, and the only item of a list; any other value as it is.

    Objects as ``{"rendered": ...}``, ``{"value": ...}`` and MongoDB's ``{"$date": {"$numberLong": ...}}``.
    """
    while True:
        if type(value) is dict:
            name = next((name for name in _INNER if name in value), None)
            if name is None:
                return value
            value = value[name]
        elif type(value) is list and len(value) == 1 and type(value[0]) is not list:
            value = value[0]
        else:
            return value


def as_text(field: str, value: Any) -> str:
    """``value`` as text; a number as its digits, ``None`` and NaN as an empty text.

    A text given in parts, as a list of strings or of objects with a text, is joined by line breaks, and the strings of
    a title by spaces. Of several objects with a ``role``, those of the role ``main`` count.

    Raises:
        ArticleError: for anything else.
    """
    if type(value) is str:
        parts = written_value(value) if value[:1] == "[" and field == "text" else None
        return "\n".join(parts) if parts and all(type(part) is str for part in parts) else value
    if value is None or value != value:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    inner = _main(unwrap(value))
    if type(inner) is dict or (field == "text" and type(inner) is list):
        try:
            return _joined(inner)
        except ValueError:
            pass
    elif type(inner) is not list and inner is not value:
        return as_text(field, inner)
    elif type(inner) is list and inner and all(type(part) is str for part in inner):
        return " ".join(filter(None, map(str.strip, inner)))
    raise ArticleError(f"{field} is {_kind(value)}, not text: {shorten(value)} (name the field that holds the {field})")


def _main(value: Any) -> Any:
    """The objects with the role ``main`` of a list with roles; any other value as it is."""
    if type(value) is list and (main := [item for item in value if type(item) is dict and item.get("role") == "main"]):
        return unwrap(main)
    return value


def _joined(value: Any) -> str:
    """The texts in a value, joined by line breaks; fragments of one message are joined by nothing.

    Raises:
        ValueError: if there is something else in it.
    """
    value = _main(unwrap(value))
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if type(value) is list:
        return _joined_items(value)
    if type(value) is not dict:
        raise ValueError
    name = next((name for name in _INNER_TEXTS if not is_empty(value.get(name))), None)
    if name is not None:
        return _joined(value[name])
    parts = [value[name] for name in _PARTS if name in value]
    if not parts and not value.keys() & {*_INNER_TEXTS}:
        raise ValueError
    return "\n".join(text for part in parts if (text := _joined(part)))


def _joined_items(items: list[Any]) -> str:
    """The texts of a list; objects without a text, such as images, are left out if there is a text beside them."""
    texts, refused = [], False
    for item in items:
        try:
            texts.append(_joined(item))
        except ValueError:
            refused = True
            if type(item) is not dict:
                raise
    if refused and not any(texts):
        raise ValueError
    return ("" if _is_message(items) else "\n").join(filter(None, texts))


def _is_message(items: list[Any]) -> bool:
    """True for fragments that follow each other in one line, as Telegram exports them."""
    kinds = [item.get("type") for item in items if type(item) is dict and "text" in item]
    return bool(kinds) and all(isinstance(kind, str) and kind in _INLINE for kind in kinds)


def is_day(value: Any) -> bool:
    """True for a date written without a time."""
    return isinstance(value, str) and not _HAS_TIME.search(value) and not is_empty(value)


def is_url(text: str) -> bool:
    """True for an address on the web."""
    return text.startswith(("http://", "https://"))


def is_homepage(url: str) -> bool:
    """True for an address without a path and a query: that of an outlet and not of an article."""
    return not re.sub(r"https?://[^/?#]*/?", "", url, count=1)


def host_of(url: str) -> str:
    """The host of an address, without ``www.``; the address itself if it has none."""
    try:
        return (urlsplit(url).hostname or url).removeprefix("www.")
    except ValueError:
        return url


def unescape(text: str) -> str:
    """``text`` with HTML's character references replaced: ``&quot; &#8211; &amp;`` are ``" – &``.

    Only references that end in a semicolon count, so addresses such as ``?a=1&copy=2`` stay; so do tags. ``&nbsp;``
    is U+00A0, which parts words like any space. A text that was escaped twice is unescaped once.
    """
    if "&" not in text or ";" not in text:
        return text
    return _ENTITY.sub(_character, text)


def written_value(text: str) -> Any:
    """The object or list that a cell of a table holds in JSON or as Python shows it; None for any other text.

    pandas writes the ``{"name": "Gazette"}`` of a news service into a CSV as ``{'name': 'Gazette'}``.
    """
    if len(text) > _LONGEST_WRITTEN or text[:1] + text[-1:] not in ("{}", "[]"):
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            with warnings.catch_warnings(action="ignore"):  # Python warns of odd backslashes
                value = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return value if isinstance(value, dict | list) else None
    return None


def as_label(field: str, value: Any) -> str:
    """``value`` as a short text; an object as its value, ``name``, ``title`` or address.

    Raises:
        ValueError: if it is neither text, a number, nor an object with a name.
    """
    if type(value) is str:  # nearly always
        value = value.strip()
        if value[:1] != "{" or (written := written_value(value)) is None:
            return value
        value = written
    value = unwrap(value)
    if isinstance(value, dict):
        names = (value[name] for name in _NAMES if not is_empty(value.get(name)))
        value = next(names, value)
    if is_empty(value):
        return ""
    if isinstance(value, bool | list | dict):
        raise ValueError(f"{field} is {_kind(value)}, not text")
    return str(value).strip()


def as_id(value: Any) -> str:
    """``value`` as an id without outer white space: text, a number, or the ``{"$oid": ...}`` of a MongoDB export.

    A whole float is written without ``.0``: where an id is missing, pandas writes all of them as floats.

    Raises:
        ValueError: for anything else.
    """
    value = unwrap(value)
    if type(value) is not str:
        if is_empty(value):
            return ""
        if isinstance(value, bool | list | dict):
            raise ValueError(f"id is {_kind(value)}, not text or a number")
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
    text = str(value).strip()
    return text[:-2] if text.endswith(".0") and _WHOLE_FLOAT.fullmatch(text) else text


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
        value = (written_value(value) if value[:1] == "[" else None) or _KEYWORD_BREAK.split(value)
    elif type(value) is dict:
        value = unwrap(value)
    words = value if isinstance(value, list) else [value]
    return tuple(word for item in words if (word := as_label("keywords", item)))


def _character(reference: re.Match[str]) -> str:
    whole = reference.group()
    # html.unescape would read the start of an unknown name as an old name without a semicolon: "&notes;" as "¬es;".
    return html.unescape(whole) if whole[1] == "#" or whole[1:] in html5 else whole


def _kind(value: Any) -> str:
    names = {bool: "true or false", list: "a list", dict: "an object"}
    return names.get(type(value), f"of type {type(value).__name__}")
