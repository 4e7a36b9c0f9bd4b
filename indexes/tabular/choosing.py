"""Choose the table of articles among those of a file: the tables of a database, the sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from sada.indexes.parsing.faults import Fault

_MOST_COLUMNS = 8
_MOST_TABLES = 12


class Names(Protocol):
    """Knows the names of fields."""

    def count_content(self, names: Iterable[str]) -> int:
        """How many of title and text have a name among ``names``."""

    def dates_among(self, names: Iterable[str]) -> set[str]:
        """Those of ``names`` that are names of the date."""


def choose(tables: Mapping[str, list[str]], wanted: str | None, names: Names, kind: str) -> str | Fault:
    """The table to read: the one that ``--table`` names, else the only one with the most of title and text.

    Args:
        tables: the columns of each, none for a table without a header of known names.
        wanted: the name that the user gave.
        names: knows the names of title and text.
        kind: what a table is called, for messages.
    """
    if wanted is not None:
        return _named(tables, wanted, kind)
    counts = {name: names.count_content(columns) for name, columns in tables.items()}
    most = max(counts.values(), default=0)
    chosen = [name for name, count in counts.items() if count == most]
    if not most:
        mend = "name one with --table, and its fields with --title-field and --text-field"
        return Fault("bad", f"no {kind} with a column for a title or a text among: {_shown(tables)} ({mend})")
    if len(chosen) > 1:
        return Fault("bad", f"several {kind}s of articles: {', '.join(chosen)} (name one: --table {quoted(chosen[0])})")
    return chosen[0]


def quoted(name: str) -> str:
    """``name`` as it is written in a shell."""
    import shlex

    return shlex.quote(name)


def _named(tables: Mapping[str, list[str]], wanted: str, kind: str) -> str | Fault:
    same = [name for name in tables if name == wanted] or [
        name for name in tables if name.casefold() == wanted.casefold()
    ]
    if len(same) == 1:
        return same[0]
    return Fault("bad", f"no {kind} {wanted!r} (there are: {', '.join(tables) or 'none'})")


def _shown(tables: Mapping[str, list[str]]) -> str:
    parts = [f"{name} ({_listed(columns, _MOST_COLUMNS)})" if columns else name for name, columns in tables.items()]
    return _listed(parts, _MOST_TABLES) or "none"


def _listed(names: list[str], most: int) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
