"""The note of the last commit, beside the database: it tells when commits were lost with SQLite's log.

Until they are moved into the database, commits stand in its log alone, and SQLite takes a log that is cut, damaged or
gone for one that ends earlier. The note is written after each commit. So it may be one commit behind, after a crash
between the two, and is never ahead unless commits are missing.

The file has two slots, 4096 bytes apart so that a write that is torn harms one of them only; commits fill them in turn.
A slot is one line: the number of the commit, the digest of the settings that it left, and the XXH3-64 of both.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import xxhash

from sada.indexes.disk.durable import sync_file, sync_folder
from sada.indexes.folder.entries import open_handle
from sada.indexes.folder.paths import HEAD

_APART = 4096
_WIDTH = 20 + 1 + 32 + 1 + 16 + 1
_SAID = re.compile(rb"(\d{20}) ([0-9a-f]{32})")
MOST = 10**18
"""The highest number of a commit. A stranger may note any; the numbers that follow it must fit into a setting, too."""


class Note(NamedTuple):
    """A commit: its number, counted from 1, and the digest (32 hex digits) of the settings that it left."""

    number: int
    digest: str


def read_note(folder: Path) -> Note | None:
    """The note of the last commit in the folder of an index; None if there is none that is whole."""
    try:
        handle = open_handle(folder / HEAD)
    except OSError:
        return None
    try:
        content = os.read(handle, _APART + _WIDTH)
    except OSError:
        return None
    finally:
        os.close(handle)
    slots = (_parsed(content[start : start + _WIDTH]) for start in (0, _APART))
    return max((slot for slot in slots if slot), default=None)


def write_note(folder: Path, note: Note) -> None:
    """Write the note of a commit; it is durable on return.

    Raises:
        OSError: if it cannot be written, also if something else than a file is there, as a link.
    """
    path = folder / HEAD
    is_new = not path.exists()
    with open(open_handle(path, os.O_RDWR | os.O_CREAT), "r+b") as file:
        if is_new:
            file.truncate(2 * _APART)
        file.seek(note.number % 2 * _APART)
        file.write(_line(note))
        file.flush()
        sync_file(file.fileno())
    if is_new:
        sync_folder(folder)


def _line(note: Note) -> bytes:
    said = f"{note.number:020d} {note.digest}"
    return f"{said} {xxhash.xxh3_64_hexdigest(said.encode())}\n".encode()


def _parsed(line: bytes) -> Note | None:
    said, _, check = line.rstrip(b"\n").rpartition(b" ")
    written = _SAID.fullmatch(said)
    if len(line) != _WIDTH or not written or xxhash.xxh3_64_hexdigest(said).encode() != check:
        return None
    number = int(written[1])
    return Note(number, written[2].decode()) if number <= MOST else None
