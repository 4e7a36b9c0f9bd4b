"""What looks after an open index: what it holds, whether it is whole, and copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sada.indexes.handle.info import info_of
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.upkeep.backup import BackupReport, backup
from sada.indexes.upkeep.findings import Finding
from sada.indexes.upkeep.verify import verify_open


class Upkeep:
    """The part of :class:`~sada.indexes.index.NewsIndex` that describes, checks and copies it."""

    snapshot: Snapshot

    def info(self) -> dict[str, Any]:
        """Return counts, settings, segments and bytes as plain values, ready for JSON."""
        return info_of(self.snapshot)

    def forget_lost(self) -> None:
        """Forget commits that were lost with SQLite's log, of which :meth:`verify` tells: they were made again.

        Raises:
            IndexBusyError: if another process is writing.
            IndexReadOnlyError, NoRoomError: if this user may not write to the index, or there is no room.
        """
        with self.snapshot.writing():
            self.snapshot.catalog.forget_lost()

    def verify(self) -> list[Finding]:
        """Check every stored byte, digest and link; an empty list means that nothing is damaged."""
        return verify_open(self.snapshot)

    def backup(self, path: str | Path) -> BackupReport:
        """Copy the open commit to a new folder, an index of its own; other processes may write meanwhile.

        All digests are checked, before and after. Vectors of a reencoding that was begun stay behind.

        Args:
            path: a directory that does not exist yet; it is there whole or not at all.

        Raises:
            IndexExistsError: if anything is at ``path``.
            IndexDamagedError: if something is not as it was written; nothing is copied then.
            NoRoomError: if the disk is full.
        """
        return backup(self.snapshot, Path(path))
