"""The rows of a catalog's tables: of which kind each value is."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import orjson

from sada.indexes.timestamps import FIRST, LAST
from sada.indexes.values.checks import (
    Check,
    data,
    in_order,
    listed,
    number,
    one_of,
    optional,
    record,
    text,
    whole,
)
from sada.indexes.values.settings import COUNT, PLACES

CHANGES = ("opened", "joined", "left", "merged", "ended")
_ANY = 1 << 40
_TEXT, _NUMBER, _PLACE = text(_ANY), whole(1, COUNT), whole(0, PLACES)
_TIME = whole(FIRST, LAST)
_CERTAINTY = optional(number(0, 1))
_NAME = re.compile(r"([a-z]{1,40})-[0-9a-f]{16}\.npy")
_CHECKSUM = re.compile(r"[0-9a-f]{32}")


def _id(value: Any) -> bool:
    return type(value) is str and value != ""


def is_extra(value: Any) -> bool:
    """Whether a value is the JSON of an article's further fields, an object."""
    return type(_loaded(value, json.loads)) is dict


def is_list_of(check: Check) -> Check:
    """The JSON of a list, each part of which is what ``check`` asks for."""
    is_list = listed(check)
    return lambda value: is_list(_loaded(value, orjson.loads))


def _is_story_row(value: Any) -> bool:
    """Whether a value is the JSON of what is stored of a story beside its articles; places are looked at there."""
    return _STORY(_loaded(value, orjson.loads))


def _loaded(value: Any, loads: Any) -> Any:
    """The value of a JSON text; None if it is none."""
    try:
        return loads(value) if type(value) is str else None
    except (ValueError, RecursionError):
        return None


_STORY = record(
    {},
    {
        "keywords": listed(_TEXT),
        "pieces": listed(listed(_PLACE)),
        "titles": listed(in_order(_PLACE, _TEXT)),
    },
)
_ARTICLE: tuple[Check, ...] = (
    _NUMBER, _id, _PLACE, _PLACE, optional(_TIME), _TEXT, _TEXT, _CERTAINTY, _TEXT, data(_ANY), _TEXT,
    _TEXT, is_list_of(_TEXT), is_extra, _TEXT,
)  # fmt: skip
_ROWS: dict[str, tuple[Check, ...]] = {
    "articles": _ARTICLE,
    "removed": (_PLACE, _PLACE),
    "stories": (_id, is_list_of(_NUMBER), _is_story_row),
    "redirects": (_id, _TEXT),
    "story_changes": (_NUMBER, _TIME, _id, one_of(CHANGES), is_list_of(_TEXT), _TEXT),
}


def fits_its_table(table: str, values: Sequence[Any]) -> bool:
    """Whether the values of a row, without its digest, are of the kinds that Sada writes."""
    return all(check(value) for check, value in zip(_ROWS[table], values, strict=True)) and (
        table != "stories" or _fits(orjson.loads(values[1]), orjson.loads(values[2]))
    )


def is_number(value: Any) -> bool:
    """Whether a value can be the highest number that a row ever got, which the next one exceeds by one."""
    return whole(0, COUNT)(value)


def is_place(segment: Any, position: Any, certainty: Any) -> bool:
    """Whether the values are those of an article's home, and the probability of its language."""
    return bool(_PLACE(segment) and _PLACE(position) and _CERTAINTY(certainty))


def is_time(value: Any) -> bool:
    """Whether a value is the timestamp of a time, or None."""
    return value is None or _TIME(value)


def is_file(segment: Any, kind: Any, name: Any, size: Any, checksum: Any) -> bool:
    """Whether the values are those of an array file, which lies in the folder of arrays under a name of its kind."""
    if not (type(segment) is type(size) is int and type(kind) is type(name) is type(checksum) is str):
        return False
    named = _NAME.fullmatch(name)
    within = 0 < segment <= PLACES and 0 <= size <= COUNT
    return within and named is not None and named[1] == kind and _CHECKSUM.fullmatch(checksum) is not None


def _fits(members: Sequence[int], row: dict[str, Any]) -> bool:
    """Whether the places that a story's row names are of its members, each in one piece."""
    pieces = [place for piece in row.get("pieces", ()) for place in piece]
    titled = [place for place, _ in row.get("titles", ())]
    distinct = len(set(pieces)) == len(pieces) and len(set(members)) == len(members)
    return distinct and all(place < len(members) for place in (*pieces, *titled))
