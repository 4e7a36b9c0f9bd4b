"""The fields that stand above a plain text between lines of hyphens, as trafilatura and site generators write them."""

from __future__ import annotations

import re
from typing import Any

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.{0,20000}?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z_][\w .-]{0,40}):(?:[ \t]+(.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.+)")
_QUOTED = re.compile(r"""(["'])(.*)\1""")
_LIST = re.compile(r"\[(.*)\]")


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Split a text into the fields above it and the rest; no fields where any line there is none."""
    block = _BLOCK.match(text)
    fields: dict[str, Any] = {}
    name = ""
    for line in block[1].splitlines() if block else ():
        if not line.strip():
            continue
        field, item = _FIELD.fullmatch(line), _ITEM.fullmatch(line)
        if field:
            name = field[1].strip()
            fields[name] = _value(field[2] or "")
        elif item and name and isinstance(fields[name] or [], list):
            fields[name] = [*(fields[name] or []), _value(item[1])]
        else:
            return {}, text
    return (fields, text[block.end() :]) if block and fields else ({}, text)


def _value(text: str) -> Any:
    text = text.strip()
    if found := _LIST.fullmatch(text):
        return [one for part in found[1].split(",") if (one := _value(part))]
    quoted = _QUOTED.fullmatch(text)
    return quoted[2] if quoted else text
