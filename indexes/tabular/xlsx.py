"""Read the rows of one sheet of an Excel workbook (needs openpyxl)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from sada.indexes.distribution import require
from sada.indexes.parsing.csv_records import unique_names
from sada.indexes.parsing.faults import Fault, Item, UnreadableError
from sada.indexes.tabular.arrow_values import plain
from sada.indexes.tabular.choosing import Names, choose
from sada.indexes.tabular.xlsx_cells import Sheet

_MOST_ABOVE = 20
_SERIAL_DAYS = (10_000, 110_000)  # from 1927 to 2201; as seconds since 1970 they would be its first day


def require_openpyxl() -> Any:
    """The ``openpyxl`` package.

    Raises:
        MissingPackageError: if it is not installed.
    """
    return require("openpyxl", "xlsx", "reading Excel files")


def xlsx_rows(path: Path, advance: Callable[[float], None], table: str | None, names: Names) -> Iterator[Item]:
    """Read the rows under the header of a sheet; rows without any value are no rows.

    The header is the first of the top rows that has a name of the title or the text. Merged cells have their value in
    each row; formulas have the value that was stored with them.

    Args:
        path: of the file.
        advance: called at the end with 1.
        table: the name of the sheet; None takes the only one with columns for title and text.
        names: knows the names of title, text and date.

    Raises:
        UnreadableError: if the file is damaged, after the rows before the damage.
    """
    openpyxl = require_openpyxl()
    try:
        with open(path, "rb") as file:  # openpyxl refuses a path with another suffix
            yield from _items(openpyxl.load_workbook(file, read_only=True, data_only=True), path, table, names)
    except Exception as error:  # openpyxl raises whatever the damage leads to
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UnreadableError(f"not readable as an Excel file: {reason} (save it again)") from None
    advance(1.0)


def _items(book: Any, path: Path, table: str | None, names: Names) -> Iterator[Item]:
    sheets = {sheet.title: Sheet(path, sheet, book.epoch) for sheet in book.worksheets}
    headers = {title: _header(sheet, names) for title, sheet in sheets.items()}
    columns = {title: _texts(header) for title, (_, header) in headers.items()}
    chosen = choose(columns, table, names, "sheet")
    if isinstance(chosen, Fault):
        yield None, chosen
    else:
        yield from _rows(sheets[chosen], *headers[chosen], names)


def _header(sheet: Sheet, names: Names) -> tuple[int, list[Any]]:
    """The header of a sheet and its line: of the first row with a known name, else of the first that is not empty."""
    first: tuple[int, list[Any]] | None = None
    for line, cells in islice(sheet.rows(), _MOST_ABOVE):
        if names.count_content(_texts(cells)):
            return line, cells
        if first is None and any(cell is not None for cell in cells):
            first = line, cells
    return first or (1, [])


def _texts(cells: Iterable[Any]) -> list[str]:
    return [str(cell).strip() for cell in cells if cell is not None]


def _rows(sheet: Sheet, header_line: int, header: list[Any], names: Names) -> Iterator[Item]:
    columns = unique_names(_names(header))
    if not names.count_content(columns):
        shown = ", ".join(columns[:20])
        yield header_line, Fault("bad", f"no column for a title or a text among: {shown} (name the fields)")
        return
    dates = names.dates_among(columns)
    for line, cells in sheet.rows(header_line + 1):
        columns += unique_names([*columns, *_names(cells, len(columns))])[len(columns) :]
        row = {name: cell for name, cell in zip(columns, cells, strict=False) if cell is not None}
        if row:
            yield line, {name: plain(value) for name, value in _dated(row, dates, sheet).items()}
    if sheet.unknown:
        yield None, Fault("note", f"{sheet.unknown:,} formulas have no stored value (open the file, and save it again)")


def _names(cells: list[Any], start: int = 0) -> list[str]:
    """The names of columns from ``start`` on; a column without a header is named by its letter."""
    from openpyxl.utils import get_column_letter

    return [
        str(cell).strip() if cell is not None and not start else f"column {get_column_letter(place + 1)}"
        for place, cell in enumerate(cells)
        if place >= start
    ]


def _dated(row: Mapping[str, Any], dates: set[str], sheet: Sheet) -> dict[str, Any]:
    """The row with days for plain numbers under a date: cells that were never formatted as one."""
    least, most = _SERIAL_DAYS
    return {
        name: sheet.moment(value) if name in dates and type(value) in (int, float) and least < value < most else value
        for name, value in row.items()
    }
