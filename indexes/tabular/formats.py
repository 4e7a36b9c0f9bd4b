"""Read the rows of a binary table by the name of its format."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sada.indexes.parsing.faults import Item, TooLargeError, UnreadableError
from sada.indexes.parsing.row_limits import LIMIT
from sada.indexes.tabular.arrow import arrow_rows, orc_rows
from sada.indexes.tabular.arrow_values import require_pyarrow
from sada.indexes.tabular.choosing import Names
from sada.indexes.tabular.parquet import parquet_rows
from sada.indexes.tabular.sqlite import sqlite_rows
from sada.indexes.tabular.xlsx import require_openpyxl, xlsx_rows
from sada.indexes.tabular.xlsx_bounds import require_small_cells

CHOOSING = ("xlsx", "sqlite")
"""The formats of which a file may hold several tables."""

_OF_ARROW = {"parquet": ("Parquet", parquet_rows), "arrow": ("Arrow", arrow_rows), "orc": ("ORC", orc_rows)}
_WORKBOOK = "xl/workbook.xml"


def require_reader(name: str) -> None:
    """Check that the package that reads a format is installed.

    Raises:
        MissingPackageError: naming it, if it is not.
    """
    if name in _OF_ARROW:
        require_pyarrow(f"reading {_OF_ARROW[name][0]}")
    elif name == "xlsx":
        require_openpyxl()


def table_rows(
    name: str,
    path: Path,
    advance: Callable[[float], None],
    table: str | None,
    names: Names,
    limit: int,
    row_limit: int = LIMIT,
) -> Iterator[Item]:
    """Read the rows of one table of a file.

    Args:
        name: one of :data:`sada.indexes.parsing.magic.TABLES`.
        path: of the file.
        advance: called with the share of the rows that has been read, from 0 to 1.
        table: the name of the table in formats of :data:`CHOOSING`; None finds it.
        names: knows the names of title, text and date.
        limit: bytes that the parts of an Excel file may expand to.
        row_limit: the most bytes of a cell; a row with a larger one is bad.

    Raises:
        MissingPackageError: if the package that reads the format is not installed.
        UnreadableError: if the file is damaged, after the rows before the damage.
    """
    require_reader(name)
    if name == "sqlite":
        return sqlite_rows(path, advance, table, names, row_limit)
    if name == "xlsx":
        _require_workbook(path, limit)
        require_small_cells(path, row_limit)
        return xlsx_rows(path, advance, table, names)
    return _OF_ARROW[name][1](path, advance, row_limit)


def _require_workbook(path: Path, limit: int) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
            is_workbook = _WORKBOOK in parts.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableError(f"not readable as an Excel file: {error} (save it again)") from None
    if not is_workbook:
        raise UnreadableError("a zip and no Excel file (name it .zip, or name a file in it)")
    if size > limit:
        raise TooLargeError("expands to more than is allowed (allow more: --expanded-limit GB)")
