"""Bounds of an Excel file, which a zip of some kilobytes may go far beyond. openpyxl has none."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO

from sada.indexes.parsing.faults import UnreadableError
from sada.indexes.parsing.row_limits import too_large

_CHUNK = 1 << 16
_PARTS = ("xl/worksheets/", "xl/sharedStrings.xml", "xl/styles.xml")
_SHARED = "xl/sharedStrings.xml"
_MOST_SHARED = 32
"""Times the limit of a cell: all texts that cells share, which are in memory at once."""


def require_small_cells(path: Path, limit: int) -> None:
    """Check that no cell of a workbook has more than ``limit`` bytes, and that its shared texts are not too many.

    Raises:
        UnreadableError: naming the part, if that is so: it cannot be passed over.
    """
    with zipfile.ZipFile(path) as parts:
        for part in parts.infolist():
            if part.filename == _SHARED and part.file_size > _MOST_SHARED * limit:
                raise UnreadableError(f"{part.filename}: {too_large(_MOST_SHARED * limit, 'texts that cells share')}")
            if part.filename.startswith(_PARTS) and part.file_size > limit:
                with parts.open(part) as stream:
                    if _longest_text(stream, limit) > limit:
                        raise UnreadableError(f"{part.filename}: {too_large(limit, 'a cell')}")


def _longest_text(stream: IO[bytes], limit: int) -> int:
    """The most bytes between one tag and the next, or within a tag; what is beyond ``limit`` is not looked at."""
    longest = run = 0
    while longest <= limit and (data := stream.read(_CHUNK)):
        pieces = data.split(b"<")
        longest = max(longest, run + len(pieces[0]), *map(len, pieces[1:-1]))
        run = len(pieces[-1]) if len(pieces) > 1 else run + len(data)
    return max(longest, run)
