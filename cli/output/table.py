"""Tables for people. This module imports rich, so it is itself imported only when a table is drawn."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from rich import box
from rich.console import Console
from rich.containers import Lines
from rich.table import Table
from rich.text import Text

from sada.cli.output.bidi import FIRST_STRONG, balanced
from sada.cli.output.columns import Column, Row

_USUAL_WIDTH = 120


def draw(rows: Iterable[Row], columns: Sequence[Column], *, to_stdout: bool) -> str:
    """Draw the table as text, with the colours that standard output allows, or without if it goes elsewhere."""
    width = _width()
    columns = [column for column in columns if column.from_width <= width]
    headed = any(column.header for column in columns)
    table = Table(box=box.SIMPLE_HEAD, show_header=headed, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(
            column.header,
            justify=column.justify,
            style=column.style,
            min_width=len(column.header),
            max_width=column.max_width,
            no_wrap=not column.wrap,
            overflow="fold" if column.wrap else "ellipsis",
        )
    for row in rows:
        table.add_row(*(_text(column.cell(row)) for column in columns))
    # A file never gets colours, whatever FORCE_COLOR and the like ask of standard output.
    console = Console(width=width) if to_stdout else Console(file=io.StringIO(), force_terminal=False, width=width)
    with console.capture() as drawn:
        console.print(table)
    return drawn.get()


def _text(cell: str) -> Text:
    return _WithIsolates(cell) if FIRST_STRONG in cell else Text(cell)


class _WithIsolates(Text):
    """Text with isolates. No line of it leaves one open: that would reorder the cells beside it."""

    def wrap(self, *args: Any, **options: Any) -> Lines:
        return Lines(map(Text, balanced(line.plain for line in super().wrap(*args, **options))))


def _width() -> int:
    """The width of a table: ``COLUMNS``, else that of a terminal at hand (as before a pager), else a usual one."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
        with suppress(OSError, ValueError, AttributeError):
            if width := os.get_terminal_size(stream.fileno()).columns:  # type: ignore[union-attr]
                return width
    return _USUAL_WIDTH
