"""Checks of the files that ``sada dedup`` writes: not over an input, and not under a name that misleads."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click

from sada.cli.output.targets import descriptor
from sada.indexes.errors import InputError

_PACKED = {".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz"}
_OTHERS = frozenset({".csv", ".tsv", ".json", ".html", ".htm", ".xml", ".xls", ".xlsx", ".zip", ".arrow", ".feather"})


def is_parquet(to: str | None, output: str | None) -> bool:
    """True if Parquet is asked for, by ``--to`` or by the name of the file.

    Raises:
        click.UsageError: if no file is named, or its name promises another format.
    """
    if to == "parquet" and (output is None or descriptor(output) == 1):
        raise click.UsageError("Parquet does not go to standard output: name a file with -o")
    if output is None:
        return to == "parquet"
    _refuse_packed("-o", output)
    path = Path(output)
    suffix = path.suffix.lower()
    if to is None and suffix in _OTHERS:
        raise click.UsageError(
            f"-o {output}: dedup writes JSON Lines or Parquet: name it {path.stem}.jsonl or {path.stem}.parquet,"
            " or say what to write with --to"
        )
    return to == "parquet" or (to is None and suffix == ".parquet")


def refuse_report(report: str, output: str | None, check: bool) -> None:
    """Refuse a report that would be mixed with the articles, or whose name promises another format.

    Raises:
        click.UsageError: in these cases.
    """
    _refuse_packed("--report", report)
    if report.lower().endswith(".parquet"):
        raise click.UsageError(f"--report {report}: no Parquet is written there; name it .jsonl, .json or .csv")
    if output is None and not check and descriptor(report) == 1:
        raise click.UsageError("the articles go to standard output: name another file with --report")
    if output is not None and (os.path.realpath(report) == os.path.realpath(output) or is_one_of(report, [output])):
        refuse_over(report)


def refuse_over(report: str) -> None:
    """Refuse a report that would replace an input or the output.

    Raises:
        click.UsageError: always.
    """
    raise click.UsageError(f"--report {report} would be written over an input or the output: choose another name")


def protect(output: str, paths: Iterable[str | Path], lost: int) -> None:
    """Refuse to write over an input if some of its rows could not be read: they would be lost.

    Args:
        output: where the articles go.
        paths: the inputs.
        lost: how many rows could not be read.

    Raises:
        InputError: in this case.
    """
    if lost and is_one_of(output, paths):
        raise InputError(f"{output}: {lost:,} rows of it would be lost with the copies; write to another file")


def is_one_of(path: str, others: Iterable[str | Path]) -> bool:
    """True if ``path`` and one of the others are the same regular file, whatever their names."""
    try:
        own = os.stat(path)
    except OSError:
        return False
    if not stat.S_ISREG(own.st_mode):
        return False
    for other in others:
        with suppress(OSError):
            if os.path.samestat(own, os.stat(other)):
                return True
    return False


def _refuse_packed(option: str, path: str) -> None:
    packer = _PACKED.get(Path(path).suffix.lower())
    if packer is not None:
        raise click.UsageError(
            f"{option} {path}: dedup does not compress: name it {Path(path).stem} and run {packer} on it"
        )
