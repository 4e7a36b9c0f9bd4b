"""Columns that several tables share, and how an argument becomes an index or articles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sada.cli.output import Column, Row

TITLE = Column("title", "Title", max_width=60)
SOURCE = Column("source", "Source", max_width=24, wrap=False)
LANGUAGE = Column("language", "Lang", wrap=False)


def moment(key: str) -> Callable[[Row], str]:
    """A function that shows the moment under ``key`` to the minute."""

    def shown(row: Row) -> str:
        value: Any = row.get(key)
        return str(value)[:16].replace("T", " ") if value else ""

    return shown


PUBLISHED = Column(moment("published"), "Published", wrap=False)


def is_index(path: str) -> bool:
    """True if an index stands there, by its catalog."""
    return (Path(path) / "catalog.sqlite").is_file()
