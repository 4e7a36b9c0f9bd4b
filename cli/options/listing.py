"""Columns that several tables share, and how an argument becomes an index or articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from sada.cli.output.columns import Column, Row

WIDE = 100
"""Terminal cells from which on a table has room for what is good to know and not needed."""

USUAL = 80
"""Terminal cells from which on there is room for the outlet."""

NARROW = 60
"""Terminal cells below which a table shows what tells rows apart, and no more."""

TITLE = Column("title", "Title", max_width=60)
SOURCE = Column("source", "Source", max_width=18, from_width=USUAL)
LANGUAGE = Column("language", "Lang", wrap=False, from_width=NARROW)


def _moment(key: str, part: slice) -> Callable[[Row], str]:
    def shown(row: Row) -> str:
        value: Any = row.get(key)
        return str(value)[part] if value else ""

    return shown


def day(key: str, header: str) -> Column:
    """A column of the date under ``key``, in UTC."""
    return Column(_moment(key, slice(10)), header, wrap=False, from_width=NARROW)


def times(key: str, header: str) -> list[Column]:
    """Two columns of the moment under ``key``: the date, and where there is room the hour and minute, both in UTC."""
    return [day(key, header), Column(_moment(key, slice(11, 16)), "UTC", wrap=False, from_width=WIDE)]


def not_an_index(sources: Sequence[str]) -> None:
    """Refuse an index among sources of articles: its articles are not read from it as from a file."""
    from sada.indexes.storage.catalog import is_index

    for source in sources:
        if is_index(source):
            raise click.UsageError(f"{source} is an index; name sources of articles, or the one index alone")
