"""Choose among the values that a row has for one field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import tzinfo
from functools import partial
from typing import Any

from sada.indexes.errors import ArticleError
from sada.indexes.fields.known_names import KnownNames
from sada.indexes.fields.nested import Key, value_at, without
from sada.indexes.fields.values import (
    as_date,
    as_label,
    as_text,
    is_day,
    is_empty,
    is_homepage,
    is_url,
)
from sada.indexes.fields.wrapped import NO_VALUES
from sada.indexes.text.dates import parse_date
from sada.indexes.text.news_dates import NotedBeforeError
from sada.indexes.webpages.titles import host_of

_LATER = ("updat", "modif", "extract", "warc", "download", "crawl")
"""Parts of names of times that are not the time of publication."""
_OFTEN_OBJECTS = ("html",)
"""Names of texts under which some programs write an object about the page, which is no fault."""
_CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:\s?[ap]\.?m\.?)?(?:\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?", re.I)
"""A time of day."""
_as_source = partial(as_label, "source")


def pick(row: Mapping[str, Any], keys: tuple[Key, ...], extra: dict[str, Any]) -> tuple[Key, Any]:
    """The first of ``keys`` whose value is not empty, and that value; the other keys go to ``extra``."""
    if not keys:
        return "", None
    if len(keys) == 1:  # nearly always
        key = keys[0]
        return key, row.get(key) if type(key) is str else value_at(row, key)
    chosen = _first(row, keys)
    _keep_others(row, keys, chosen, extra)
    return chosen, value_at(row, chosen)


def pick_text(
    field: str,
    row: Mapping[str, Any],
    keys: tuple[Key, ...],
    extra: dict[str, Any],
    known: KnownNames,
) -> str:
    """The first title or text that is text; the other keys go to ``extra``, and so does what stands in for a text.

    Raises:
        ArticleError: if there is none, but a value that is no text under a name that is no name of a summary.
    """
    if not keys:
        return ""
    only = row.get(keys[0]) if len(keys) == 1 and type(keys[0]) is str else None
    if type(only) is str and not (is_empty(only) or only[:1] == "[" or known.is_placeholder(only)):
        return only  # nearly always
    refused = None
    for key in keys:
        value = value_at(row, key)
        try:
            text = as_text(field, value)
        except ArticleError as error:
            if not (is_empty(value) or known.is_summary(_name(key)) or key in _OFTEN_OBJECTS):
                refused = refused or error
            continue
        if not (is_empty(text) or known.is_placeholder(text)):
            _keep_others(row, keys, key, extra)
            _take(extra, key)
            return text
    if refused is not None:
        raise refused
    _keep_others(row, keys, keys[0], extra)
    first = value_at(row, keys[0])
    if isinstance(keys[0], str) and not is_empty(first):
        extra[keys[0]] = first
    return first if isinstance(first, str) and not known.is_placeholder(first) else ""


def pick_date(
    row: Mapping[str, Any], keys: tuple[Key, ...], time: str | None, extra: dict[str, Any], timezone: tzinfo
) -> tuple[Key, Any]:
    """The first date; a time of publication on the same day counts for more than a day alone.

    Args:
        row: the row.
        keys: where the date may be.
        time: the name of a time of day that belongs to a day alone.
        extra: gets the values that were not chosen.
        timezone: the zone of dates without an offset.
    """
    if len(keys) < 2 and time is None:
        return pick(row, keys, extra)
    chosen = _first(row, keys) if keys else ""
    value = value_at(row, chosen)
    if is_day(day := as_date(value)):
        chosen = next((key for key in keys if _is_finer(day, key, value_at(row, key), timezone)), chosen)
        value = value_at(row, chosen)
        if is_day(as_date(value)) and time is not None and _CLOCK.fullmatch(str(row[time]).strip()):
            value = f"{day} {str(row[time]).strip()}"
            extra.pop(time)
    _keep_others(row, keys, chosen, extra)
    return chosen, value


def pick_source(
    row: Mapping[str, Any],
    keys: tuple[Key, ...],
    url: str,
    extra: dict[str, Any],
    notes: list[str],
    *,
    exactly: bool,
) -> tuple[str, str]:
    """The outlet, and the URL of the article.

    A known name of the outlet may hold the article's URL, as in rows of trafilatura. Then the next name counts that
    holds no URL; without one, the host.

    Args:
        row: the row.
        keys: where the outlet may be.
        url: the URL of the article, if it is known.
        extra: gets the values that were not chosen.
        notes: gets a line for a value that was not understood.
        exactly: True for a name that the user set: its value is the outlet, whatever it is.
    """
    key, value = pick(row, keys, extra)
    source = understood(_as_source, (key, value), extra, notes) or ""
    if exactly or not is_url(source):
        return source, url
    address, source = source, host_of(source) or source
    for other in keys[keys.index(key) + 1 :]:
        label = _label(value_at(row, other))
        if label and not is_url(label):
            source = label
            _take(extra, other)
            break
    if url or is_homepage(address):
        if isinstance(key, str):
            extra[key] = value
        return source, url
    return source, address


def understood(reader: Callable[[Any], Any], picked: tuple[Key, Any], extra: dict[str, Any], notes: list[str]) -> Any:
    """Read a picked value with ``reader``; a value that it refuses is noted and kept in ``extra``."""
    key, value = picked
    if value is None or (type(value) is str and len(value) < 5 and value in NO_VALUES):
        return None
    try:
        read = reader(value)
    except ValueError as error:
        if not isinstance(error, NotedBeforeError):
            notes.append(f"{error}, kept in extra")
        if isinstance(key, str):
            extra[key] = value
        return None
    if isinstance(key, tuple):
        _take(extra, key)
    return read


def _first(row: Mapping[str, Any], keys: tuple[Key, ...]) -> Key:
    """The first of ``keys`` whose value is not empty, else the first of all."""
    return next((key for key in keys if not is_empty(value_at(row, key))), keys[0])


def _name(key: Key) -> str:
    return key if isinstance(key, str) else ".".join(key)


def _keep_others(row: Mapping[str, Any], keys: tuple[Key, ...], chosen: Key, extra: dict[str, Any]) -> None:
    if len(keys) > 1:
        extra.update((key, row[key]) for key in keys if isinstance(key, str) and key != chosen)


def _take(extra: dict[str, Any], key: Key) -> None:
    """Take a value that has become a field out of ``extra``, or out of the object in it that it came from."""
    if isinstance(key, str):
        extra.pop(key, None)
    elif value_at(extra, key) is not None:
        left = without(extra, key)
        extra.clear()
        extra.update(left)


def _is_finer(day: str, key: Key, value: Any, timezone: tzinfo) -> bool:
    """True for a time on ``day`` that is no time of a later change or of the download."""
    value = as_date(value)
    name = key if isinstance(key, str) else key[-1]
    if is_empty(value) or is_day(value) or any(part in name.lower() for part in _LATER):
        return False
    try:
        first, time = parse_date(day, timezone), parse_date(value, timezone)
    except ValueError:
        return False
    if first is None or time is None:
        return False
    written = str(value)[:10] == day.strip()[:10]
    return written or time.astimezone(timezone).date() == first.astimezone(timezone).date()


def _label(value: Any) -> str:
    try:
        return _as_source(value)
    except ValueError:
        return ""
