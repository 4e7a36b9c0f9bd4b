"""Find the files behind the paths that a user gives."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from sada.indexes.errors import InputError
from sada.indexes.folder.paths import CATALOG
from sada.indexes.parsing.compression import Allowance
from sada.indexes.parsing.faults import told
from sada.indexes.parsing.file_names import (
    DOCUMENTS,
    FORMATS,
    format_of_name,
    is_archive_name,
    is_hidden,
    is_wet,
    may_hold,
    suffix_shown,
    suffixes_of,
)

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Member:
    """Where the bytes of an input come from that is no file: a member of an archive, or a stream that was begun.

    Args:
        open: opens it; it can be read once.
        allowance: how much it and the other members may still expand to; None for a stream.
    """

    open: Callable[[], AbstractContextManager[BinaryIO]]
    allowance: Allowance | None = None


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file or stream to read.

    Args:
        path: its path; ``None`` for the standard input.
        name: its name in messages, as the user wrote it.
        key: the id of a document in it: its path within the given folder.
        size: bytes on disk; ``None`` for a stream, which can be read only once.
        listed: True if it was found in a folder and not named.
        is_page: True if its text fields hold scraped pages, to be segmented.
        member: where its bytes come from, if it is no file.
    """

    path: Path | None
    name: str
    key: str
    size: int | None
    listed: bool = False
    is_page: bool = False
    member: Member | None = None

    @property
    def is_file(self) -> bool:
        """True if it can be read more than once."""
        return self.size is not None

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open it for reading bytes; the standard input stays open afterwards.

        Raises:
            InputError: if it is the standard input and that is closed.
            OSError: if it cannot be opened.
        """
        if self.member is not None:
            return self.member.open()
        if self.path is None:
            _require_standard_input()
            return nullcontext(sys.stdin.buffer)
        return open(self.path, "rb", buffering=0)


def _require_standard_input() -> None:
    """Raise an error if the standard input is closed, or open for writing only: it would look empty."""
    closed = sys.stdin is None or getattr(sys.stdin, "closed", False)
    if not closed:
        try:
            os.read(sys.stdin.fileno(), 0)
        except (AttributeError, ValueError):
            pass  # a substitute without a descriptor, as in tests
        except OSError as error:
            closed = error.errno == errno.EBADF
    if closed:
        raise InputError("the standard input is closed (name a file, or send the articles to it)")


def find_inputs(
    given: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    input_format: str | None,
    pages: bool | None = False,
    on_passed_over: Callable[[str, str], None] | None = None,
) -> list[InputFile]:
    """Find the files that ``given`` names, also those in folders, in the order of reading.

    Args:
        given: files, folders, or ``-``.
        input_format: one of :data:`sada.indexes.parsing.file_names.FORMATS`; None finds it from names and first bytes.
            Folders are searched for its suffixes, or for those of all formats.
        pages: which of them are scraped pages: True for all, False for none, None for WET files, and for the texts
            and HTML files in folders.
        on_passed_over: called with the name of each folder that has files with other suffixes, and how many of each.

    Raises:
        InputError: if nothing is given, a name is empty, a path is absent, or a folder has no file to read.
    """
    if input_format is not None and input_format not in FORMATS:
        raise InputError(f"no format {input_format!r} (there are {', '.join(FORMATS)})")
    paths = [given] if isinstance(given, str | os.PathLike) else list(given)
    if not paths:
        raise InputError("no input given (name a file, a folder, or - for the standard input)")
    found = [file for path in paths for file in _expand(os.fspath(path), input_format, on_passed_over)]
    if pages is None:
        return [replace(one, is_page=holds_pages(one.key, listed=one.listed)) for one in found]
    return [replace(one, is_page=pages) for one in found] if pages else found


def holds_pages(key: str, *, listed: bool) -> bool:
    """True for the name of a file with texts of whole pages: a WET file, or a document in a folder or an archive."""
    return is_wet(key) or (listed and format_of_name(key) in DOCUMENTS)


def _expand(
    name: str, input_format: str | None, on_passed_over: Callable[[str, str], None] | None
) -> Iterator[InputFile]:
    if name == STDIN:
        yield InputFile(None, "stdin", "stdin", None)
        return
    if not name:  # Path("") is the current folder
        raise InputError("an input has an empty name (name a file, a folder, or - for the standard input)")
    path = Path(name)
    try:
        status = path.stat()
    except FileNotFoundError:
        raise InputError(f"{name}: no such file") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISDIR(status.st_mode):
        found, passed_over = _search(path, name, input_format)
        if passed_over and on_passed_over is not None:
            on_passed_over(name, passed_over)
        yield from found
    else:
        size = status.st_size if stat.S_ISREG(status.st_mode) else None
        yield InputFile(path, name, path.name, size)


def _search(folder: Path, name: str, input_format: str | None) -> tuple[list[InputFile], str]:
    """The files to read in a folder, and how many of which suffixes are passed over."""
    found = []
    others: Counter[str] = Counter()
    for key in _files_under(folder, name):
        if is_archive_name(key) or may_hold(format_of_name(key), input_format):
            size = (folder / key).stat().st_size
            found.append(InputFile(folder / key, os.path.join(name, key), key, size, listed=True))
        else:
            others[suffix_shown(key)] += 1
    passed_over = told(others)
    if not found:
        wanted = ", ".join(suffixes_of(input_format))
        holds = f"; it holds {passed_over}" if passed_over else ""
        raise InputError(
            f"{name}: nothing to read in this folder (looked for {wanted}, also with .gz, .bz2, .xz or .zst{holds})"
        )
    return found, passed_over


def _files_under(folder: Path, name: str) -> list[str]:
    """Relative paths of the files under a folder that are not hidden and not in an index, sorted."""

    def refuse(error: OSError) -> None:
        raise InputError(f"{error.filename or name}: cannot be read: {error.strerror}")

    keys: list[str] = []
    for root, folders, files in os.walk(folder, onerror=refuse):
        if CATALOG in files:  # an index, perhaps of these very files
            folders.clear()
            continue
        folders[:] = [inner for inner in folders if not is_hidden(inner)]
        paths = (Path(root, file) for file in files if not is_hidden(file))
        keys.extend(path.relative_to(folder).as_posix() for path in paths if path.is_file())
    return sorted(keys)
