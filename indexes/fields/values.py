"""Read single values of a row as the types of an article's fields."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sada.indexes.errors import ArticleError, InputError
from sada.indexes.fields.parts import joined, main_part
from sada.indexes.fields.wrapped import is_empty, unwrap
from sada.indexes.json.loose_values import written_value
from sada.indexes.text.dates import find_zone, shorten
from sada.indexes.text.language_codes import find_language

_NAMES = (
    "name", "title", "@id", "url", "domain", "hostname", "href", "@href", "full", "uri", "label", "term", "code", "id",
)  # fmt: skip
"""Where an object has its name; a number is none."""
_DATES = ("_seconds", "seconds", "iso", "iso8601", "datetime", "dateTime", "date_time", "date", "timestamp", "t")
"""Where an object has its date."""
_HAS_TIME = re.compile(r":|\d{9}|\d[Tt]\d")
_WHOLE_FLOAT = re.compile(r"-?\d+\.0", re.ASCII)
_KEYWORD_BREAK = re.compile("[,،;؛]")


def as_text(field: str, value: Any) -> str:
    """``value`` as text; a number as its digits, ``None`` and NaN as an empty text.

    A text given in parts, as a list of strings or of objects with a text, is joined by line breaks, and the strings of
    a title by spaces. Of several objects with a ``role``, those of the role ``main`` count.

    Raises:
        ArticleError: for anything else.
    """
    if type(value) is str:
        if value[:1] != "[" or field != "text":
            return value
        parts = written_value(value)
        return "\n".join(parts) if parts and all(type(part) is str for part in parts) else value
    if value is None or value != value:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    inner = main_part(unwrap(value))
    if type(inner) is dict or (field == "text" and type(inner) is list):
        try:
            return joined(inner)
        except ValueError:
            pass
    elif type(inner) is not list and inner is not value:
        return as_text(field, inner)
    elif type(inner) is list and inner and all(type(part) is str for part in inner):
        return " ".join(filter(None, map(str.strip, inner)))
    raise ArticleError(f"{field} is {_kind(value)}, not text: {shorten(value)} (name the field that holds the {field})")


def is_day(value: Any) -> bool:
    """True for a date written without a time."""
    return isinstance(value, str) and not _HAS_TIME.search(value) and not is_empty(value)


def is_url(text: str) -> bool:
    """True for an address on the web."""
    return text.startswith(("http://", "https://"))


def is_homepage(url: str) -> bool:
    """True for an address without a path and a query: that of an outlet and not of an article."""
    return not re.sub(r"https?://[^/?#]*/?", "", url, count=1)


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
        named = {name: value[name] for name in _NAMES if not is_empty(value.get(name))}
        names = (one for name, one in named.items() if not _is_reference(name, one))
        value = next(names, value)
    if is_empty(value):
        return ""
    if isinstance(value, bool | list | dict):
        raise ValueError(f"{field} is {_kind(value)}, not text")
    return str(value).strip()


def _is_reference(name: str, value: Any) -> bool:
    """True for a number of an object, and for a name that stands for it in its document alone (``#organization``)."""
    return (name == "id" and not isinstance(value, str)) or (name == "@id" and str(value).startswith(("#", "_:")))


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


def as_date(value: Any) -> Any:
    """A date out of the object that holds it; any other value as it is.

    Objects as databases and programs write them: ``{"_seconds": 1720947900}``, ``{"iso": "2024-07-14T09:05:00Z"}``, and
    that of PHP, which has a zone beside a date without an offset. A time may stand beside a day. Lists as
    ``[2024, 7, 14, 9, 5]`` are dates in UTC.
    """
    if type(value) is str:  # nearly always
        return value
    value = unwrap(value)
    if type(value) is list and 3 <= len(value) <= 7 and all(type(part) is int for part in value):
        try:
            return datetime(*value[:6]).replace(tzinfo=UTC).isoformat()
        except ValueError:
            return value
    if type(value) is not dict:
        return value
    date = next((value[name] for name in _DATES if not is_empty(value.get(name))), value)
    time = value.get("time")
    if date is not value and is_day(date) and isinstance(time, str) and ":" in time:
        date = f"{date} {time}"
    zone = value.get("timezone")
    if date is value or not isinstance(zone, str) or not isinstance(date, str):
        return date
    try:
        return datetime.fromisoformat(date).replace(tzinfo=find_zone(zone)).isoformat()
    except (ValueError, InputError):
        return date


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


def _kind(value: Any) -> str:
    names = {bool: "true or false", list: "a list", dict: "an object"}
    return names.get(type(value), f"of type {type(value).__name__}")
