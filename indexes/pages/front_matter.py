"""Read the fields that stand above a plain text between two lines of dashes, as trafilatura and blogs write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_BLOCK = re.compile(r"\A\s*---[ \t]*\r?\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"(\w[\w.:-]{0,60}?):(?:[ \t]+(.*))?")
_TITLE = "title"


def row_below(make_row: Callable[[str], dict[str, Any]], text: str) -> dict[str, Any]:
    r"""The row of a text: the fields above it if there is a title among them, else the row that ``make_row`` makes.

    >>> row_below(lambda text: {"text": text}, "---\ntitle: Rain\ntags: [sea, 'a: b']\n---\nIt rained.")
    {'title': 'Rain', 'tags': ['sea', 'a: b'], 'text': 'It rained.'}
    """
    block = _BLOCK.match(text)
    fields = _fields(block[1]) if block else {}
    if block is None or not fields.get(_TITLE):
        return make_row(text)
    return {**fields, "text": text[block.end() :].lstrip("\r\n")}


def _fields(block: str) -> dict[str, Any]:
    """The fields in some lines; none if a line is neither a field nor an item of a list."""
    fields: dict[str, Any] = {}
    last = ""
    for line in filter(str.strip, block.splitlines()):
        item = line.strip()
        if item.startswith("- ") and last and isinstance(fields[last] or [], list):
            fields[last] = [*(fields[last] or []), _bare(item[2:])]
            continue
        match = _FIELD.fullmatch(line.rstrip())
        if match is None:
            return {}
        last, value = match[1], (match[2] or "").strip()
        is_list = value.startswith("[") and value.endswith("]")
        fields[last] = [_bare(one) for one in value[1:-1].split(",") if one.strip()] if is_list else _bare(value)
    return fields


def _bare(value: str) -> str:
    """A value without its quotes."""
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
