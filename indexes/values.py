"""Single values of a row, read as what an article needs."""

from __future__ import annotations

import re
from typing import Any

from sada.indexes.dates import shorten
from sada.indexes.errors import ArticleError

_KEYWORD_BREAK = re.compile("[,،;؛]")


def is_empty(value: Any) -> bool:
    """True for ``None``, NaN, blank text and containers with nothing in them."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or value != value or (isinstance(value, list | dict) and not value)


def as_text(field: str, value: Any) -> str:
    """``value`` as text: numbers are written out, ``None`` and NaN are empty.

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


def as_label(field: str, value: Any) -> str:
    """A short text; of an object its ``name`` or ``title``.

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
    """An id as it was given: text, a number, or the ``{"$oid": ...}`` of a MongoDB export.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(value, dict) and "$oid" in value:
        value = value["$oid"]
    if is_empty(value):
        return ""
    if isinstance(value, bool | list | dict):
        raise ValueError(f"id is {_kind(value)}, not text or a number")
    return str(value)


def as_language(value: Any) -> str:
    """A language code in lower case without its region: ``en-US`` is ``en``."""
    return re.split("[-_]", as_label("language", value), maxsplit=1)[0].strip().lower()


def as_keywords(value: Any) -> tuple[str, ...]:
    """Keywords out of a list, or out of text with commas or semicolons, Arabic ones too."""
    if isinstance(value, str):
        value = _KEYWORD_BREAK.split(value)
    words = value if isinstance(value, list) else [value]
    return tuple(word for item in words if (word := as_label("keywords", item)))


def _kind(value: Any) -> str:
    names = {bool: "true or false", list: "a list", dict: "an object"}
    return names.get(type(value), f"of type {type(value).__name__}")
