"""The commits of a database: how many there were, and which of them were lost with SQLite's log."""

from __future__ import annotations

import contextlib
import warnings
from pathlib import Path
from typing import Any, Protocol

from sada.indexes.disk.head import MOST, Note, read_note, write_note
from sada.indexes.errors import IndexWarning
from sada.indexes.folder.paths import HEAD

_COUNT = "commits"
_LOST = "lost_commits"


class _Sealed(Protocol):
    """A database of settings, at one commit or within a transaction."""

    path: Path

    def setting(self, key: str, default: Any = None) -> Any: ...

    def set_setting(self, key: str, value: Any) -> None: ...

    def seal(self) -> str: ...


class Commits:
    """Counts the commits of a database, and compares their number with the note beside it.

    Args:
        database: whose settings hold the count; it may be opened afterwards.
    """

    def __init__(self, database: _Sealed) -> None:
        self._database = database
        self._folder = database.path.parent
        self._noted = self._read()

    def copy_note(self, folder: Path) -> None:
        """Write the note of the snapshot beside a copy of the database; what is lost here is lost there."""
        if self.number or self._noted:
            write_note(folder, Note(max(self.number, self._noted), self._database.seal()))

    @property
    def number(self) -> int:
        """How many commits there were, those that were lost included; 0 if none was counted yet."""
        return int(self._database.setting(_COUNT, 0))

    def lost(self) -> int:
        """How many commits were lost and not forgotten: recorded ones, and those that only the note tells of."""
        return min(int(self._database.setting(_LOST, 0)) + self._missing(), MOST)

    def warn(self) -> None:
        """Warn of lost commits with an :class:`IndexWarning`."""
        if lost := self.lost():
            warnings.warn(f"{self._folder}: {lost_words(lost, self._folder)}", IndexWarning, stacklevel=2)

    def complaint(self) -> str | None:
        """What is wrong with the note, in one phrase, or None. An index without counted commits needs none."""
        found, number = read_note(self._folder), self.number
        if found is None and number:
            what = "its bytes are not those that were written" if (self._folder / HEAD).exists() else "missing"
            return f"{self._folder / HEAD}: {what}; the next commit makes it anew"
        if found and found.number == number and found.digest != self._database.seal():
            return f"{self._folder / HEAD}: is the note of another catalog"
        return None

    def begin(self) -> None:
        """Begin a commit: record those that were lost before it; inside a transaction."""
        self._note_none()
        self._noted = self._read()
        if self._missing():
            self._database.set_setting(_LOST, self.lost())

    def count(self) -> None:
        """Count the commit, with a number that no commit ever had; inside a transaction."""
        self._database.set_setting(_COUNT, min(max(self.number, self._noted) + 1, MOST))

    def current(self) -> Note:
        """The note of the present state; inside a transaction, at its end."""
        return Note(self.number, self._database.seal())

    def write(self, note: Note) -> None:
        """Write the note of the commit that was just made. It stands also without: then the note is behind."""
        try:
            write_note(self._folder, note)
        except OSError as error:
            said = error.strerror or str(error)
            warnings.warn(
                f"{self._folder / HEAD}: cannot be written ({said}); the commit stands, but if it were lost with its"
                " log, nobody could tell",
                IndexWarning,
                stacklevel=2,
            )

    def forget_lost(self) -> None:
        """Forget the commits that were lost; inside a transaction."""
        if self._database.setting(_LOST, 0):
            self._database.set_setting(_LOST, 0)

    def _note_none(self) -> None:
        """Before the first commit, note that there is none: a process that dies right after it leaves a note, too."""
        if not self.number and read_note(self._folder) is None:
            with contextlib.suppress(OSError):  # the commit's own note will tell of it
                write_note(self._folder, Note(0, self._database.seal()))

    def _missing(self) -> int:
        return max(self._noted - self.number, 0)

    def _read(self) -> int:
        found = read_note(self._folder)
        return found.number if found else 0


def lost_words(lost: int, folder: Path) -> str:
    """Say how many commits of the index in ``folder`` were lost, and how to make them again: additions and removals."""
    many = "commit was" if lost == 1 else "commits were"
    return (
        f"{lost:,} {many} lost with SQLite's log (catalog.sqlite-wal); add and remove again what was added and"
        f" removed last, then: sada verify {folder} --forget-lost"
    )
