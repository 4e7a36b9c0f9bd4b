"""Values that are nearly JSON: as Python shows them, or with the comma of a list behind them."""

from __future__ import annotations

import ast
import io
import json
import tokenize
import warnings
from itertools import pairwise
from typing import Any

from sada.indexes.json.text import DEEPEST, depth_and_size

_LONGEST_WRITTEN = 100_000


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
        is_fit = isinstance(value, dict | list) and depth_and_size(value)[0] <= DEEPEST and not _joins_strings(text)
        return value if is_fit else None
    return None


def _joins_strings(text: str) -> bool:
    """True if two strings follow one another without a comma, as in a broken line: Python makes one of them."""
    try:
        kinds = [token.type for token in tokenize.generate_tokens(io.StringIO(text).readline)]
    except (tokenize.TokenError, SyntaxError):
        return False
    return any(left == right == tokenize.STRING for left, right in pairwise(kinds))


def loose_row(line: bytes) -> dict[str, Any] | None:
    """The row in a line that is no JSON: as Python shows an object, or with the comma of a list behind it."""
    try:
        text = line.decode().strip().removesuffix(",")
    except UnicodeDecodeError:
        return None
    row = written_value(text) if text[:1] == "{" else None
    return row if isinstance(row, dict) and all(isinstance(name, str) for name in row) else None
