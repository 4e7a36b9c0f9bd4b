"""Rows in ninjs, the JSON of news agencies: which of several headlines and bodies is the title and the text.

Version 1 has names such as ``headline_main`` and ``body_xhtml``, version 2 and 3 lists of objects with ``role``,
``contentType`` and ``value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sada.indexes.fields.values import is_empty

_SIGNS = re.compile(
    r"headlines|bodies|descriptions|(headline|body|description)_\w+|versioncreated|contentcreated|infosources|"
    r"renditions|associations|eventdetails",
    re.I,
)
_STAMPED = frozenset({"versioncreated", "firstcreated"})
_FIELDS = {"title": ("headlines", "headline"), "text": ("bodies", "body"), "summary": ("descriptions", "description")}
"""The names of each field: that of a list, and the start of others."""
_ROLES: dict[Any, int] = {"main": 0} | dict.fromkeys(
    (None, "text", "body", "plain", "html", "html5", "xhtml", "richtext", "summary", "lead", "caption", "simple"), 1
)
_OTHER_ROLE = 2


class _Part(NamedTuple):
    """One of several headlines, bodies or descriptions, and how well it stands for the field: the lower, the better."""

    rank: tuple[bool, int, bool]
    name: str
    value: Any


def is_ninjs(names: Iterable[str]) -> bool:
    """True if a row with ``names`` is in ninjs: it has an address of its own, and names that only ninjs has."""
    names = list(names)
    if "uri" in names:
        return any(_SIGNS.fullmatch(name) for name in names)
    return "guid" in names and {name.lower() for name in names} >= _STAMPED


def ninjs_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """``row`` with its main headline, body and description as ``title``, ``text`` and ``summary``.

    It also gets a ``source`` and ``keywords``, if it has none. What these were before is kept as ``extra_title`` and so
    on; lists of headlines, bodies and descriptions keep what was not taken from them.
    """
    found = dict(row)
    for field, names in _FIELDS.items():
        best = min(_parts(row, *names), default=None, key=lambda part: part.rank)
        if best is not None:
            listed = row[best.name] if best.name == names[0] else []
            rest = [part for part in listed if not isinstance(part, dict) or part.get("value") != best.value]
            old = {} if is_empty(row.get(field)) or best.name == field else {f"extra_{field}": row[field]}
            found.pop(best.name)
            found |= {field: best.value} | old | ({best.name: rest} if rest else {})
    lowered = {name.lower(): value for name, value in row.items()}
    outlets = [*_names(lowered.get("infosources")), lowered.get("copyrightholder")]
    subjects = [*_names(lowered.get("subjects")), *_names(lowered.get("subject"))]
    given = {"source": outlets[0], "keywords": subjects}
    return found | {name: value for name, value in given.items() if value and is_empty(row.get(name))}


def _names(values: Any) -> list[str]:
    """The names of objects in a list."""
    objects = (one for one in values if isinstance(one, dict)) if isinstance(values, list) else ()
    return [name for one in objects if isinstance(name := one.get("name"), str) and name.strip()]


def _parts(row: Mapping[str, Any], listed: str, single: str) -> Iterator[_Part]:
    parts = row.get(listed)
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and not is_empty(part.get("value")):
            kind = str(part.get("contentType") or part.get("contenttype") or "").lower()
            yield _Part(_rank(part.get("role"), kind), listed, part["value"])
    for name, value in row.items():
        if isinstance(value, str) and not is_empty(value):
            if name == single:
                yield _Part(_rank("main", ""), name, value)
            elif name.startswith(f"{single}_"):
                role = name.removeprefix(f"{single}_")
                yield _Part(_rank(role, role), name, value)


def _rank(role: Any, kind: str) -> tuple[bool, int, bool]:
    is_html = "html" in kind or kind == "richtext"
    is_xml = not is_html and ("xml" in kind or "nitf" in kind)
    rank = _ROLES.get(role if isinstance(role, str) else None, _OTHER_ROLE)
    return is_xml, rank, is_html
