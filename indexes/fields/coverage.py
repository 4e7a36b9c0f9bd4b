"""Counts which fields the rows of one read fill, to note those that none or few fill, and the rows with HTML tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sada.indexes.fields.known_names import KnownNames
from sada.indexes.fields.values import is_empty

COUNTED = ("title", "text", "date", "source", "language")
"""The fields that most articles have; a note is due where they are missing."""

_IDENTIFIED = "language"
_FEW = 10
_MOST_LEFT_OVER = 1000
_MOST_SHOWN = 5


class Coverage:
    """Counts of the rows that fill each field of :data:`COUNTED`.

    Attributes:
        full: how many rows fill all fields.
        marks: how many texts the service has cut off, by the mark at their end.
        counts: how many other rows fill the same fields, by a tuple of bool in the order of :data:`COUNTED`.
        tagged: how many rows have HTML tags in title or text.
    """

    def __init__(self, known: KnownNames) -> None:
        self.full = self.tagged = 0
        self.counts: Counter[tuple[bool, ...]] = Counter()
        self.marks: Counter[str] = Counter()
        self._known = known
        self._left_over: dict[str, None] = {}

    def count(self, title: str, text: str, date: Any, source: str, language: Any) -> None:
        """Count a row that has these values."""
        self.counts[bool(title), bool(text), not is_empty(date), bool(source), not is_empty(language)] += 1

    def meet(self, names: Iterable[str], row: Mapping[str, Any]) -> None:
        """Remember left-over ``names`` of a row, and those inside its objects."""
        for name in names:
            if len(self._left_over) >= _MOST_LEFT_OVER:
                return
            inner = row.get(name)
            self._left_over.update(
                dict.fromkeys([name] if not isinstance(inner, dict) else [f"{name}.{one}" for one in inner])
            )

    def notes(self) -> Iterator[str]:
        """One note for each field that no row fills, or under a tenth; for texts that are cut off; and for tags.

        A language that rows do not name is identified later, so it is missed only if a name looks like one.
        """
        rows = self.full + self.counts.total()
        for place, field in enumerate(COUNTED):
            filled = self.full + sum(count for key, count in self.counts.items() if key[place])
            names = self._known.similar(field, self._left_over)
            if rows and filled * _FEW < rows and (names or field != _IDENTIFIED):
                start = f"only {filled:,} of {rows:,} rows gave" if filled else "no row gave"
                yield f"{start} a {field}{self._hint(field, names)}"
        yield from self.marks_notes()
        yield from self.tags_notes()

    def marks_notes(self) -> Iterator[str]:
        """A note if the service has cut texts off."""
        if self.marks:
            mark = next(iter(self.marks))
            yield f"texts that the service has cut off: {self.marks.total():,} ({mark} is no part of them)"

    def tags_notes(self) -> Iterator[str]:
        """A note if some rows have HTML tags."""
        if self.tagged:
            hold = "row holds" if self.tagged == 1 else "rows hold"
            yield f"{self.tagged:,} {hold} HTML tags: left out of shingles, words and vectors, and stored as they are"

    def hint_of_content(self) -> str:
        """The left-over names that look like one of a title or a text, for a message; empty without any."""
        for field in ("title", "text"):
            if names := self._known.similar(field, self._left_over):
                return self._hint(field, names).replace("like one", f"like a {field}")
        return ""

    def _hint(self, field: str, names: list[str]) -> str:
        if not names:
            return f" (if a field holds it, name it: --{field}-field NAME)"
        shown = ", ".join(names[:_MOST_SHOWN]) + (", …" if len(names) > _MOST_SHOWN else "")
        option = f"'{names[0]}'" if " " in names[0] else names[0]
        return f"; {shown} look{'s' * (len(names) == 1)} like one: --{field}-field {option}"
