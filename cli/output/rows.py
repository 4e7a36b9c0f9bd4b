"""Write rows of results: a table for people; JSON Lines, JSON or CSV for programs.

A table shows the columns that a command chose. The other formats hold every key of every row, in order and unchanged.
Text of articles is never trusted on a terminal: all that is shown to people passes
:func:`sada.cli.output.columns.printable`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson

from sada.cli.output.columns import Column, Row
from sada.cli.output.targets import Write, opened

FORMATS = ("table", "jsonl", "json", "csv")
_SUFFIXES = {".csv": "csv", ".json": "json", ".jsonl": "jsonl"}


def write_rows(
    rows: Iterable[Row], *, format: str | None, output: str | None, columns: Sequence[Column], limit: int | None
) -> None:
    """Write rows as they come; a table and CSV wait for the last one, to know the widths and the keys.

    A file is written whole or not at all, see :func:`sada.cli.output.targets.opened`. When the reader of standard
    output has gone (as with ``| head``), writing ends quietly and no more rows are requested.

    Args:
        rows: mappings of plain values.
        format: one of :data:`FORMATS`; None means the format of the suffix of ``output``, else a table on a terminal
            and JSON Lines anywhere else.
        output: path of a file; None and ``"-"`` are standard output.
        columns: the columns of a table; the other formats ignore them.
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
                from sada.cli.output.table import draw

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
    """Write lines unchanged, to a file or standard output as :func:`write_rows` does."""
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
