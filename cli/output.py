"""How rows of results are written: a table for people, JSON Lines, JSON or CSV for programs.

The table shows the columns that a command chose; the other formats hold every key of every row, in order, as they are.
What comes from articles is never trusted on a terminal: whatever is shown to people passes :func:`printable`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import orjson

from sada.cli.direction import Isolated, isolated, joined
from sada.cli.targets import Write, opened

FORMATS = ("table", "jsonl", "json", "csv")

Row = Mapping[str, Any]

_MOST_SHOWN = 300  # characters of a cell
_SUFFIXES = {".csv": "csv", ".json": "json", ".jsonl": "jsonl"}
_UNSAFE: dict[int, int | str | None] = {
    **{code: 0x2400 + code for code in range(0x20)},  # drawn as the control pictures ␀ to ␟
    **dict.fromkeys((*range(0x7F, 0xA0), *range(0xD800, 0xE000)), "\ufffd"),
    **dict.fromkeys(map(ord, "\t\n\v\f\r\x85\u2028\u2029"), " "),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), None),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Args:
        value: a key of the row, or a function of the row that gives what to show.
        header: the title.
        justify: where text stands in its cell.
        style: a rich style, for example ``"dim"``.
        max_width: the widest the column may get, in terminal cells.
        wrap: True breaks long text over lines; False (for ids, numbers, dates) keeps one line, cut with an ellipsis.
        from_width: the column is left out of tables narrower than this, so that the others stay readable.
    """

    value: str | Callable[[Row], Any]
    header: str
    justify: Literal["left", "center", "right"] = "left"
    style: str | None = None
    max_width: int | None = None
    wrap: bool = True
    from_width: int = 0

    def cell(self, row: Row) -> str:
        """What ``row`` shows in this column, safe to print and not too long; right-to-left names are isolated."""
        text = _shown(row.get(self.value) if isinstance(self.value, str) else self.value(row))
        return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1].rstrip()}…"


def printable(text: str) -> str:
    """``text`` on one line and unable to steer a terminal.

    Line ends and tabs become spaces, other control characters are drawn as pictures or U+FFFD, so an escape sequence is
    seen and not obeyed; embeddings, overrides and isolates of bidirectional text are removed.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_UNSAFE)


def write_rows(
    rows: Iterable[Row], *, format: str | None, output: str | None, columns: Sequence[Column], limit: int | None
) -> None:
    """Writes rows as they come; a table and CSV wait for the last one, to know their widths and their keys.

    A file is never half there, see :func:`sada.cli.targets.opened`. When the reader of standard output has gone (as
    with ``| head``), writing ends quietly and no more rows are asked for.

    Args:
        rows: mappings of plain values.
        format: one of :data:`FORMATS`; None is what the suffix of ``output`` says, else a table on a terminal and JSON
            Lines anywhere else.
        output: path of a file; None and ``"-"`` are standard output.
        columns: what a table shows; the other formats take no notice of them.
        limit: the most rows to write; None is all.

    Raises:
        SadaError: if it cannot be written.
        ValueError: for another format.
    """
    path = None if output in (None, "-") else Path(str(output))
    some = islice(rows, limit)
    with opened(output) as write:
        match format or _usual_format(path):
            case "table":
                from sada.cli.table import draw

                encoding = getattr(sys.stdout, "encoding", None) or "utf-8" if path is None else "utf-8"
                write(draw(some, columns, to_stdout=path is None).encode(encoding, "replace"))
            case "csv":
                _write_csv(some, write)
            case "json":
                _write_json(some, write)
            case "jsonl":
                for row in some:
                    write(json_bytes(row) + b"\n")
            case other:
                raise ValueError(f"format {other!r} is not one of {', '.join(FORMATS)}")


def write_lines(lines: Iterable[bytes], output: str | None) -> None:
    """Writes lines as they are, to a file or standard output as :func:`write_rows` does."""
    with opened(output) as write:
        for line in lines:
            write(line)


def _usual_format(path: Path | None) -> str:
    if path is not None:
        return _SUFFIXES.get(path.suffix.lower(), "jsonl")
    return "table" if sys.stdout.isatty() else "jsonl"


def json_bytes(value: Any) -> bytes:
    """``value`` as JSON on one line, keys in their order."""
    try:
        return orjson.dumps(value)
    except TypeError:  # integers over 64 bits, lone surrogates
        return json.dumps(value, separators=(",", ":")).encode()


def _write_json(rows: Iterable[Row], write: Write) -> None:
    before = b"[\n"
    for row in rows:
        write(before + json_bytes(row))
        before = b",\n"
    write(b"[]\n" if before == b"[\n" else b"\n]\n")


def _write_csv(rows: Iterable[Row], write: Write) -> None:
    kept = list(rows)
    keys = list(dict.fromkeys(chain.from_iterable(kept)))
    sink = SimpleNamespace(write=lambda line: write(line.encode("utf-8", "replace")))
    writer = csv.writer(sink, lineterminator="\n")
    if keys:
        writer.writerow(keys)
    writer.writerows([_csv_cell(row.get(key)) for key in keys] for row in kept)


def _csv_cell(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " | ".join(
            json_bytes(item).decode() if isinstance(item, list | tuple) else _csv_cell(item) for item in value
        )
    if value is None or isinstance(value, str):
        return value or ""
    return json_bytes(value).decode()


def _shown(value: Any) -> str:
    """``value`` as a person reads it."""
    if isinstance(value, Isolated):
        return value
    if isinstance(value, list | tuple):
        return joined(map(_shown, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else isolated(printable(str(value)))
