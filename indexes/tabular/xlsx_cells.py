"""The cells of one sheet of an Excel workbook, row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_CHUNK = 1 << 16
_LONGEST_TAG = 200
_MARKS = re.compile(rb'<(?:\w+:)?(?:(f)[ />]|mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)")')
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})


class Sheet:
    """A sheet that can be read several times.

    Args:
        path: of the workbook.
        sheet: of openpyxl, opened for reading only, with values in the place of formulas.
        epoch: the day from which its workbook counts days.

    Attributes:
        unknown: the formulas without a stored value in the rows that were read last.
    """

    def __init__(self, path: Path, sheet: Any, epoch: Any) -> None:
        self._path = path
        self._sheet = sheet
        self._epoch = epoch
        sheet.reset_dimensions()  # some programs write a wrong size, and openpyxl would believe it
        self._formulas, self._merged = _marks(sheet)
        self.unknown = 0

    def rows(self, start: int = 1) -> Iterator[tuple[int, list[Any]]]:
        """The rows from line ``start`` on, each with its line; a cell without a value is None."""
        self.unknown = 0
        filled: dict[int, tuple[int, Any]] = {}
        formulas = self._formula_rows(start)
        for line, cells in enumerate(self._sheet.iter_rows(min_row=start, values_only=True), start):
            values = [_clean(cell) for cell in cells]
            for place in next(formulas, ()):
                self.unknown += place >= len(values) or values[place] is None
            self._fill(line, values, filled)
            yield line, values

    def moment(self, days: float) -> Any:
        """The moment that lies so many days after the epoch of the workbook."""
        from openpyxl.utils.datetime import from_excel

        return from_excel(days, self._epoch)

    def _fill(self, line: int, values: list[Any], filled: dict[int, tuple[int, Any]]) -> None:
        """Repeat the value of cells that are merged over several rows."""
        for column, last in self._merged.get(line, ()):
            if column < len(values):
                filled[column] = (last, values[column])
        for column, (last, value) in list(filled.items()):
            if line > last:
                del filled[column]
            else:
                values += [None] * (column + 1 - len(values))
                values[column] = value

    def _formula_rows(self, start: int) -> Iterator[list[int]]:
        """For each row the places of its formulas; nothing for a sheet without any."""
        if not self._formulas:
            return
        import openpyxl

        with open(self._path, "rb") as file:
            sheet = openpyxl.load_workbook(file, read_only=True)[self._sheet.title]
            sheet.reset_dimensions()
            for cells in sheet.iter_rows(min_row=start):
                yield [place for place, cell in enumerate(cells) if cell.data_type == "f"]


def _clean(cell: Any) -> Any:
    """A value as the user sees it; None for an error, and for a text that is blank."""
    if not isinstance(cell, str):
        return cell
    from openpyxl.utils.escape import unescape

    text = unescape(cell) if "_x" in cell else cell
    return None if not text.strip() or text in _ERRORS else text


def _marks(sheet: Any) -> tuple[bool, dict[int, list[tuple[int, int]]]]:
    """Whether a sheet has formulas, and its cells that are merged over several rows: by first row, column and last row.

    openpyxl does not tell either while it streams.
    """
    from openpyxl.utils import column_index_from_string

    formulas, merged = False, dict[int, list[tuple[int, int]]]()
    with sheet._get_source() as source:
        before = b""
        while data := source.read(_CHUNK):
            text, end = before + data, 0
            for match in _MARKS.finditer(text):
                end = match.end()
                if match[1]:
                    formulas = True
                elif match[3] != match[5]:
                    column = column_index_from_string(match[2].decode()) - 1
                    merged.setdefault(int(match[3]), []).append((column, int(match[5])))
            before = text[max(end, len(text) - _LONGEST_TAG) :]
    return formulas, merged
