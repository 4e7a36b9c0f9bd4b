"""The only place where files of an index are deleted: those of Sada's own names, and nothing else."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import warnings
from collections.abc import Container, Iterable
from pathlib import Path

from sada.indexes.errors import IndexWarning

_NAMED = 3


def sweep(folder: Path, own: re.Pattern[str], keep: Container[str] = ()) -> None:
    """Delete the regular files of a folder that have names of Sada's own, except those in ``keep``.

    Everything else stays: links, folders, and files of other names, which are told of (:func:`tell_foreign`).

    Args:
        folder: of an index.
        own: the names that Sada gives to files there.
        keep: names of files that are needed, or are no business of this sweep.
    """
    foreign = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in keep:
                continue
            if own.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                Path(entry).unlink(missing_ok=True)
            else:
                foreign.append(entry.name)
    tell_foreign(folder, foreign)


def remove_folder(folder: Path, own: re.Pattern[str]) -> None:
    """Delete a folder and the files of Sada's own names in it; one that holds anything else stays, with that."""
    with contextlib.suppress(FileNotFoundError):  # another process may be deleting it at the same time
        sweep(folder, own)
    with contextlib.suppress(OSError):
        folder.rmdir()


def discard_partial(folder: Path) -> None:
    """Delete the folder of an index that was not finished. Only its maker may call this; no link is followed."""
    shutil.rmtree(folder, ignore_errors=True)


def tell_foreign(folder: Path, names: Iterable[str]) -> None:
    """Warn of files and folders that are not Sada's; names with a dot in front are those of systems, as .DS_Store."""
    told = sorted(name for name in names if not name.startswith("."))
    if not told:
        return
    more = f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    listed = ", ".join(map(repr, told[:_NAMED]))  # repr: a name may hold what steers a terminal
    warnings.warn(f"{folder}: {listed}{more}: not written by Sada, and left alone", IndexWarning, stacklevel=2)
