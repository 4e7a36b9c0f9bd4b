"""Columns that the tables of several commands share, and the widths from which on they are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sada.cli.output.columns import Column, Row

WIDE = 100
"""Terminal cells from which on a table has room for what is good to know and not needed."""

USUAL = 80
"""Terminal cells from which on there is room for the outlet."""

NARROW = 60
"""Terminal cells below which a table shows only what keeps rows apart."""

TITLE = Column("title", "Title", max_width=60)
SOURCE = Column("source", "Source", max_width=18, from_width=USUAL)
LANGUAGE = Column("language", "Lang", wrap=False, from_width=NARROW)


def _part_of_time(key: str, part: slice) -> Callable[[Row], str]:
    """What a column shows of the ISO 8601 time under ``key``: those characters of it."""

    def shown(row: Row) -> str:
        value: Any = row.get(key)
        return str(value)[part] if value else ""

    return shown


def day(key: str, header: str) -> Column:
    """A column of the date under ``key``, in UTC."""
    return Column(_part_of_time(key, slice(10)), header, wrap=False, from_width=NARROW)


def times(key: str, header: str) -> list[Column]:
    """Two columns of the time under ``key``: the date, and where there is room the hour and minute, both in UTC."""
    return [day(key, header), Column(_part_of_time(key, slice(11, 16)), "UTC", wrap=False, from_width=WIDE)]
