"""The names that fields have in the files of newsrooms, scrapers and news services: ``data/field_names.json``.

The file is a JSON object of fields, each with a list of names in order of preference. ``summary`` has names that hold a
text only if no name of ``text`` does. ``looks_like`` has parts of names that hint at a field, for notes. A name with
dots stands for a column of that name, or for a value inside objects: ``headline.main`` is ``main`` in ``headline``.
``time`` has names of the time of day beside a date that is a day, ``zone`` of its time zone, ``page`` of the HTML of a
whole page.
``placeholders`` has what services write in place of a title or a text, in small letters.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sada.indexes.errors import InputError
from sada.indexes.parsing.tables import read_table

FIELDS = ("id", "title", "text", "date", "url", "source", "language", "keywords")
"""The fields of an article that rows give."""

_HOME = Path(__file__).parents[1] / "data" / "field_names.json"
_SUMMARY, _TIME, _ZONE, _PAGE, _HINTS = "summary", "time", "zone", "page", "looks_like"
_PLACEHOLDERS = "placeholders"
_BESIDE = (_SUMMARY, _TIME, _ZONE, _PAGE, _PLACEHOLDERS)
_PUNCTUATION = re.compile(r"(?<=.)[\s_-]+")
_SOLR_SUFFIX = re.compile(r"(?<=.)_(?:s|ss|t|txt|t?dts?|txt_[a-z]{2,3}|str)$")


class KnownNames:
    """The known names of each field.

    Args:
        table: names by field, as the file has them.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self.names = {field: tuple(dict.fromkeys(table.get(field, ()))) for field in FIELDS}
        self._summary = frozenset(map(fold_name, table.get(_SUMMARY, ())))
        self.names["text"] += tuple(name for name in table.get(_SUMMARY, ()) if name not in self.names["text"])
        self._times = frozenset(map(fold_name, table.get(_TIME, ())))
        self._zones = frozenset(map(fold_name, table.get(_ZONE, ())))
        self._pages = frozenset(map(fold_name, table.get(_PAGE, ())))
        self._literal = {field: frozenset(map(str.lower, names)) for field, names in self.names.items()}
        self._ranks = {
            field: {name: rank for rank, name in enumerate(dict.fromkeys(map(fold_name, names)))}
            for field, names in self.names.items()
        }
        self._dotted = {
            field: [(self._ranks[field][fold_name(name)], tuple(name.split("."))) for name in names if "." in name]
            for field, names in self.names.items()
        }
        self._hints = {field: tuple(parts) for field, parts in table.get(_HINTS, {}).items()}
        self._placeholders = frozenset(table.get(_PLACEHOLDERS, ()))
        self._placeholder_starts = frozenset(" \t\r\n").union(
            *(text[0] + text[0].upper() for text in self._placeholders)
        )
        self._longest_placeholder = max(map(len, self._placeholders), default=0)

    def ranks(self, field: str, name: str) -> tuple[int, int] | None:
        """How well a row's ``name`` stands for ``field``: the lower, the better; None if it is no name of it.

        Letter case, and spaces, hyphens and underscores between words do not matter. A name with a suffix as Solr's
        dynamic fields have it (``title_t``) comes after all others.
        """
        ranks = self._ranks[field]
        rank = ranks.get(fold_name(name))
        if rank is not None:
            return rank, name.strip().lower() not in self._literal[field]
        rank = ranks.get(_without_suffix(name))
        return None if rank is None else (len(ranks) + rank, 0)

    def dotted(self, field: str) -> list[tuple[int, tuple[str, ...]]]:
        """The names of ``field`` with dots, in parts, each with its rank."""
        return self._dotted[field]

    def is_summary(self, name: str) -> bool:
        """True for a name of the summary, which is a text only if there is no other."""
        return _without_suffix(name) in self._summary

    def is_time(self, name: str) -> bool:
        """True for the name of a time of day, which stands beside a date that is a day."""
        return fold_name(name) in self._times

    def is_zone(self, name: str) -> bool:
        """True for the name of the time zone of a date that stands beside it."""
        return fold_name(name) in self._zones

    def is_page(self, name: str) -> bool:
        """True for the name of the HTML of a whole page."""
        return fold_name(name) in self._pages

    def is_placeholder(self, text: str) -> bool:
        """True for words that a service writes in place of a text, as ``[Removed]``."""
        if len(text) > self._longest_placeholder or text[:1] not in self._placeholder_starts:
            return False
        return text.strip().lower() in self._placeholders

    def similar(self, field: str, names: Iterable[str]) -> list[str]:
        """Those of ``names`` that look like a name of ``field``; of one with dots the last part, or a known name.

        An id inside an object, as ``update._id``, looks like no other field.
        """
        parts, known = self._hints.get(field, ()), self._ranks[field]
        return [
            name
            for name in names
            for *objects, last in [name.lower().split(".")]
            if any(part in last for part in parts) or any(fold_name(one) in known for one in objects)
            if self.ranks("id", last) is None
        ]

    def would_win(self, name: str, filled: Iterable[str]) -> bool:
        """True if a row's ``name`` would be read as a field, whatever the ``filled`` names beside it give."""
        filled = list(filled)
        for field in FIELDS:
            rank = self.ranks(field, name)
            beside = [other for one in filled if (other := self.ranks(field, one)) is not None]
            if rank is not None and (not beside or rank <= min(beside)):
                return True
        return False


@lru_cache(maxsize=4096)
def _without_suffix(name: str) -> str:
    return fold_name(_SOLR_SUFFIX.sub("", name.strip().lower()))


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """``name`` without letter case and without spaces, hyphens and underscores after its first character."""
    return _PUNCTUATION.sub("", name.strip().lower()).replace("ı", "i")  # in Turkish, I is the capital of ı


def load_known_names(path: str | os.PathLike[str] | None = None) -> KnownNames:
    """Load the names that Sada knows, with those of a file before them.

    The file has the form of ``data/field_names.json``, and any part of its fields. ``"extends": false`` beside them
    makes it stand alone.

    Raises:
        InputError: if the file cannot be read, or is not a file of names.
    """
    return _known() if path is None else KnownNames(_read(Path(path)))


@cache
def _known() -> KnownNames:
    return KnownNames(json.loads(_HOME.read_bytes()))


def _read(path: Path) -> dict[str, Any]:
    given, extends = read_table(path, "an object of fields and names", '{"title": ["my title"]}')
    hints = given.pop(_HINTS, {})
    _check(path, given, (*FIELDS, *_BESIDE))
    _check(path, hints, FIELDS)
    known = _known().table if extends else {}
    return {
        **{field: [*given.get(field, ()), *known.get(field, ())] for field in (*FIELDS, *_BESIDE)},
        _HINTS: {**known.get(_HINTS, {}), **hints},
    }


def _check(path: Path, table: Any, fields: tuple[str, ...]) -> None:
    if not isinstance(table, dict):
        raise InputError(f'{path}: "{_HINTS}" is not an object; write {{"date": ["time"]}} there')
    for field, names in table.items():
        if field not in fields:
            raise InputError(f'{path}: there is no field "{field}"; there are {", ".join(fields)}')
        if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
            raise InputError(f'{path}: "{field}" is not a list of names; write ["my {field}"]')
