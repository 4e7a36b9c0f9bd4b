"""The array files of one snapshot of an index."""

from __future__ import annotations

from pathlib import Path

from sada.indexes.errors import IndexDamagedError
from sada.indexes.storage.arrays import ArrayFile, StoredArray


class ArrayStore:
    """All arrays that one commit names. They are mapped at once, so that they outlive their files, and checked on use.

    Args:
        folder: of the files.
        files: the entries of each segment, by kind.
        known: the arrays of another commit: those that both name are not mapped and checked again.

    Attributes:
        files: the entries of each segment, by kind.
        missing: True if a file was absent: it was lost, or removed by a writer that merged its segment meanwhile.
    """

    def __init__(self, folder: Path, files: dict[int, dict[str, ArrayFile]], known: ArrayStore | None = None) -> None:
        self.files = files
        self._folder = folder
        mapped = () if known is None else known._arrays.values()
        kept = {one.entry: one for one in mapped if not one.missing}
        self._arrays: dict[tuple[int, str], StoredArray] = {
            (segment, kind): kept.get(entry) or StoredArray(folder, entry)
            for segment, kinds in files.items()
            for kind, entry in kinds.items()
        }
        self.missing = any(array.missing for array in self._arrays.values())

    def array(self, segment: int, kind: str) -> StoredArray:
        """One stored array.

        Raises:
            IndexDamagedError: if no commit names it.
        """
        found = self._arrays.get((segment, kind))
        if found is None:
            raise IndexDamagedError(
                f"{self._folder}: no {kind} for segment {segment}; find what is wrong with: sada verify"
            )
        return found

    def copy_to(self, folder: Path) -> None:
        """Write all files to another folder, durably; also those that a writer has deleted meanwhile."""
        for array in self._arrays.values():
            array.copy_to(folder)

    def complaints(self) -> list[str]:
        """What is wrong with each damaged file, in one phrase each; every byte of every file is read."""
        return [complaint for array in self._arrays.values() if (complaint := array.complaint())]
