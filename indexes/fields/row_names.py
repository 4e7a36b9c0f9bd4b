"""What the names in a row tell of it, before its values are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sada.indexes.fields.known_names import KnownNames
from sada.indexes.fields.nested import Key, value_at, wrapped_row
from sada.indexes.fields.plans import FieldMap
from sada.indexes.fields.wrapped import is_empty
from sada.indexes.webpages.document import is_html


class RowNames:
    """Tell articles from other rows by their names.

    Args:
        fields: the names that the user set.
        known: the known names of fields.
    """

    def __init__(self, fields: FieldMap, known: KnownNames) -> None:
        self._fields = fields
        self._known = known

    def is_article(self, row: Mapping[str, Any]) -> bool:
        """True if the row, or an object that holds its fields, has a name of the title or the text."""
        return self.has_content(row) or wrapped_row(row, self.has_content) is not None

    def has_content(self, names: Iterable[str]) -> bool:
        """True if one of ``names`` is a name of the title or the text; of a row, with the objects that dots name."""
        row = names if isinstance(names, Mapping) else None
        names = list(names)
        keys = [*self._fields.keys("title", names, self._known), *self._texts(names)]
        return any(isinstance(key, str) or row is None or value_at(row, key) is not None for key in keys)

    def count_content(self, names: Iterable[str]) -> int:
        """How many of title and text have a name among ``names``: 0 to 2."""
        names = list(names)
        return bool(self._fields.keys("title", names, self._known)) + bool(self._texts(names))

    def dates_among(self, names: Iterable[str]) -> set[str]:
        """Those of ``names`` that are names of the date."""
        return {key for key in self._fields.keys("date", names, self._known) if isinstance(key, str)}

    def has_text(self, row: Mapping[str, Any]) -> bool:
        """True if the row has a text of its own, so that it is an article and not a list of articles."""
        texts = (value_at(row, key) for key in self._texts(row))
        return any(isinstance(text, str) and not is_empty(text) for text in texts)

    def _texts(self, names: Iterable[str]) -> list[Key]:
        """Where the text may be, without names of the summary, which feeds and lists have, too."""
        own = self._fields.text is not None
        keys = self._fields.keys("text", names, self._known)
        return [key for key in keys if own or not self._is_summary(key)]

    def _is_summary(self, key: Key) -> bool:
        return self._known.is_summary(key if isinstance(key, str) else ".".join(key))

    def page_name(self, row: Mapping[str, Any]) -> str | None:
        """The name in a row that holds the HTML of a whole page; None without one."""
        pages = (name for name, value in row.items() if type(value) is str and self._known.is_page(name))
        return next((name for name in pages if is_html(row[name])), None)
