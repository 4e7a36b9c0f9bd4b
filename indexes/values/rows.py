"""The rows of a catalog's tables: of which kind each value is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import orjson

from sada.indexes.timestamps import FIRST, LAST
from sada.indexes.values.checks import Check, data, number, optional, text, whole
from sada.indexes.values.settings import COUNT, PLACES

CHANGES = ("opened", "joined", "left", "merged", "ended")
PLAIN = ("removed", "redirects")
"""Tables without JSON. The rows of others are looked at where they become an article, a story or a change."""
_ANY = 1 << 40
_TEXT, _NUMBER, _PLACE, _TIME = text(_ANY), whole(1, COUNT), whole(0, PLACES), whole(FIRST, LAST)
_CERTAINTY = optional(number(0, 1))
_NAME = re.compile(r"([a-z]{1,40})-[0-9a-f]{16}\.npy")
_CHECKSUM = re.compile(r"[0-9a-f]{32}")
_WRONG = "values are not of their kind"


def _id(value: Any) -> bool:
    return type(value) is str and value != ""


def _is_json(kind: type, loads: Callable[[str], Any]) -> Check:
    """The JSON of a value of some type."""

    def is_json(value: Any) -> bool:
        try:
            return type(value) is str and type(loads(value)) is kind
        except (ValueError, RecursionError):
            return False

    return is_json


_ROWS: dict[str, tuple[Check, ...]] = {
    "articles": (
        _NUMBER, _id, _PLACE, _PLACE, optional(_TIME), _TEXT, _TEXT, _CERTAINTY, _TEXT, data(_ANY), _TEXT, _TEXT,
        _is_json(list, orjson.loads), _is_json(dict, json.loads), _TEXT,
    ),
    "removed": (_PLACE, _PLACE),
    "redirects": (_id, _TEXT),
}  # fmt: skip


def fits_its_table(table: str, values: Sequence[Any]) -> bool:
    """Whether the values of a row, without its digest, are of the kinds that Sada writes."""
    if table == "files":
        return is_file(*values)
    if table in _ROWS:
        return all(check(value) for check, value in zip(_ROWS[table], values, strict=True))
    try:
        (story_of if table == "stories" else change_of)(values)
    except (ValueError, TypeError):
        return False
    return True


def story_of(values: Sequence[Any]) -> tuple[str, list[int], dict[str, Any]]:
    """The story of a row: its id, its members, and what is stored beside them.

    Raises:
        ValueError, TypeError: if a value is not of its kind, or a place is of no member.
    """
    story, members, row = values[0], orjson.loads(values[1]), orjson.loads(values[2])
    if not (_id(story) and type(members) is list and type(row) is dict and _are_distinct(members, 1, COUNT)):
        raise ValueError(_WRONG)
    pieces, titles, keywords = (row.get(name, []) for name in ("pieces", "titles", "keywords"))
    last = len(members) - 1
    if not (
        _are_all(list, pieces)
        and _are_distinct(list(chain.from_iterable(pieces)), 0, last)
        and _are_all(str, keywords)
        and all(type(place) is int and 0 <= place <= last and type(title) is str for place, title in titles)
    ):
        raise ValueError(_WRONG)
    return story, members, row


def change_of(values: Sequence[Any]) -> tuple[int, int, str, str, tuple[str, ...], str]:
    """The values of a change of a story, its articles as a tuple.

    Raises:
        ValueError, TypeError: if a value is not of its kind.
    """
    count, at, story, change, articles, other = values
    named = orjson.loads(articles)
    if not (
        _NUMBER(count) and _TIME(at) and _id(story) and change in CHANGES and _are_all(str, named) and _TEXT(other)
    ):
        raise ValueError(_WRONG)
    return count, at, story, change, tuple(named), other


def _are_all(kind: type, values: Any) -> bool:
    """Whether a value is a list, each part of which is of some type."""
    return type(values) is list and set(map(type, values)) <= {kind}


def _are_distinct(values: list[Any], least: int, most: int) -> bool:
    """Whether values are whole numbers within bounds, each there once."""
    whole_numbers = set(map(type, values)) <= {int} and len(set(values)) == len(values)
    return whole_numbers and (not values or least <= min(values) <= max(values) <= most)


def is_number(value: Any) -> bool:
    """Whether a value can be the highest number that a row ever got, which the next one exceeds by one."""
    return whole(0, COUNT // 2)(value)  # there is room for more


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
