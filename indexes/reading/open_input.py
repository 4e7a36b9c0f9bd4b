"""One input that is being read."""

from __future__ import annotations

from typing import NamedTuple

from sada.indexes.json.lines import JsonLines
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.inputs import InputFile
from sada.indexes.storage.spool import Lines, Origin

_LINE_BREAK = ord("\n")


class OpenInput(NamedTuple):
    """The file that rows come from, its format, and the mapper that makes articles from them."""

    file: InputFile
    mapper: RowMapper
    input_format: str
    text: tuple[Origin, int] | None

    @property
    def default_id(self) -> str:
        """The id of an article without one: for a document its path, else empty."""
        return self.file.key if self.input_format in ("txt", "html") else ""

    def line_of(self, lines: JsonLines) -> bytes | Lines:
        """The last line: its position if it can be read again in place, else its bytes; mended if it was no JSON."""
        if lines.mended:
            return lines.mended
        if self.text is None or lines.line[-1] != _LINE_BREAK:
            return lines.line
        origin, start = self.text
        return Lines(origin, start + lines.start, len(lines.line))
