"""Find names that stand twice in one JSON object: parsers take the last value and say nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

from sada.indexes.parsing.faults import Fault

_MOST_ROWS = 2000
_MOST_PARSED = 1000
_LONGEST_CHECKED = 1 << 20
_MOST_SHOWN = 5


class RepeatedNames:
    """Look for repeated names in the first 2,000 rows of one input; each is noted once.

    A row has more ``":`` than names only if a name is repeated, if there are objects inside, or if they stand in a
    text. Such a row is parsed again, but not more than 1,000 of them. In all rows, the count alone would take a
    fifteenth of the time of reading.

    Attributes:
        is_looking: False after these rows.
    """

    def __init__(self) -> None:
        self.is_looking = True
        self._rows = _MOST_ROWS
        self._parsed = _MOST_PARSED
        self._noted: set[str] = set()

    def in_row(self, data: bytes, row: dict[str, Any]) -> Fault | None:
        """A note on the names that are repeated in ``data``, the text of ``row``, for the first time in this input."""
        if not self.is_looking:
            return None
        self._rows -= 1
        self.is_looking = self._rows > 0
        if data.count(b'":') <= len(row) or not self._parsed or len(data) > _LONGEST_CHECKED:
            return None
        self._parsed -= 1
        names = [name for name in _repeated(data) if name not in self._noted]
        if not names:
            return None
        self._noted.update(names)
        return repeated_note(names)


def repeated_note(names: Iterable[str]) -> Fault:
    """The note on some names that are repeated in one object."""
    shown = ", ".join(islice(names, _MOST_SHOWN))
    return Fault("note", f"{shown} given twice in one row, the last one counts (later rows of this kind are not noted)")


def _repeated(data: bytes) -> list[str]:
    found: dict[str, None] = {}

    def collect(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(names) > len(set(names)):
            found.update((name, None) for name in names if names.count(name) > 1)

    try:
        json.loads(data, object_pairs_hook=collect)
    except (ValueError, RecursionError):  # what a row with such a text is, the parser of rows has said
        return []
    return list(found)
