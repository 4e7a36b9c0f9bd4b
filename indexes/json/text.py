"""Parse JSON: with orjson where that is exact, else with the standard library, which accepts more."""

from __future__ import annotations

import json
from typing import Any

import orjson

from sada.indexes.parsing.encodings import broken_utf8

DEEPEST = 200
"""Levels of nesting that a row may have, so that it can be written again."""

_PLAIN = frozenset({str, int, bool, type(None)})
_TOO_DEEP = f"JSON nested more than {DEEPEST} levels deep (flatten the row, or drop it)"


class BadJsonError(ValueError):
    """The text is not JSON; the message is the reason, ``line`` the line of the fault (from 1)."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.line = line


def load_json(data: bytes) -> Any:
    """Parse ``data``; refuse a value that is nested too deep to be written again.

    Raises:
        BadJsonError: if it is not JSON, not UTF-8, or nested more than :data:`DEEPEST` levels deep.
    """
    value, depth = load_with_depth(data)
    if depth > DEEPEST:
        raise BadJsonError(_TOO_DEEP)
    return value


def load_with_depth(data: bytes) -> tuple[Any, int]:
    """Parse ``data``; also returns how many levels of lists and objects the value has.

    orjson refuses NaN, Infinity and lone surrogates, and reads an integer over 64 bits as a float, which would make
    different ids equal. In these cases the standard library parses the text.

    Raises:
        BadJsonError: if it is not JSON, not UTF-8, or too deep for the parser.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = _load_slowly(data)
        return value, depth_and_size(value)[0]
    if type(value) is dict and _PLAIN.issuperset(map(type, value.values())):
        return value, 1
    depth, large = depth_and_size(value)
    return (_load_slowly(data) if large else value), depth


def load_with_line_breaks(data: bytes) -> Any:
    """Parse JSON in which texts may have line breaks and tabs as they are; None if it is not even that."""
    try:
        value = json.loads(data, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if depth_and_size(value)[0] <= DEEPEST else None


def depth_and_size(value: Any) -> tuple[int, bool]:
    """Count the levels of lists and objects in ``value``, and say if a number in it is too large for 64 bits."""
    level: list[Any] = [[value]]  # one more, for a number that stands alone
    depth, large = -1, False
    while level:
        depth += 1
        below = []
        for node in level:
            for item in node.values() if type(node) is dict else node:
                kind = type(item)
                if kind is dict or kind is list:
                    below.append(item)
                elif kind is float and not -(2.0**63) < item < 2.0**63:
                    large = True
        level = below
    return depth, large


def _load_slowly(data: bytes) -> Any:
    try:
        return json.loads(data.decode())
    except UnicodeDecodeError as error:
        raise BadJsonError(*broken_utf8(data, error.start)) from None
    except json.JSONDecodeError as error:
        raise BadJsonError(f"not JSON: {_what(error)} (check the line, or drop it)", error.lineno) from None
    except RecursionError:
        raise BadJsonError(_TOO_DEEP) from None
    except ValueError:
        raise BadJsonError("not JSON: a number with too many digits (check the line, or drop it)") from None


def _what(error: json.JSONDecodeError) -> str:
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
        return "unexpected end"
    return f"{error.msg[0].lower()}{error.msg[1:]} at column {error.colno}"
