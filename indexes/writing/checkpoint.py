"""Checkpoints of a reencoding: the vectors made so far, so that an interrupted run can go on.

A checkpoint is no part of the index. Only reencoding reads it, and it may be deleted whenever none is running.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import xxhash

from sada.indexes.article import dump_json
from sada.indexes.disk.durable import sync_folder, write_file
from sada.indexes.disk.faults import disk_faults
from sada.indexes.errors import IndexDamagedError
from sada.indexes.folder.entries import open_file, refuse_link
from sada.indexes.folder.paths import CHECKPOINT, CHECKPOINT_FILE, LOCK_JOURNAL, WRITER_LOCK
from sada.indexes.folder.sweeping import remove_folder, sweep, tell_foreign
from sada.indexes.ragged import unique
from sada.indexes.storage.arrays import ArrayFile, StoredArray, write_array
from sada.indexes.values.settings import is_stamp

_STAMP = "stamp.json"
_CHUNK = ".npy"
_LOCKS = (WRITER_LOCK, LOCK_JOURNAL)  # beside the checkpoints
_LONGEST = 1 << 20  # bytes of a stamp that are read
_KEY = 8  # of the columns of a chunk, uint16: the key, and then the vector
_OPEN = 64  # chunks that are mapped at a time


class Checkpoint:
    """The vectors made so far with one encoder, in chunk files of some thousand, each named by its checksum.

    Damaged chunks, and chunks that cannot be of this encoder, are deleted when the checkpoint is opened.

    Args:
        folder: the folder of the index's checkpoints.
        stamp: of the encoder.
    """

    def __init__(self, folder: Path, stamp: Mapping[str, Any]) -> None:
        self.folder = folder / _name(stamp)
        self._dimension = int(stamp["dimension"])
        refuse_link(self.folder, is_folder=True)
        if not self.folder.is_dir():
            with disk_faults(folder):
                self.folder.mkdir()
            sync_folder(folder)
        write_file(self.folder / _STAMP, [dump_json(dict(stamp))])
        self._entries: list[ArrayFile] = []
        self._keys: list[np.ndarray] = []
        self._open: dict[int, StoredArray] = {}
        taken = [path.name for path in sorted(self.folder.iterdir()) if self._take(path)]
        sweep(self.folder, CHECKPOINT_FILE, keep={_STAMP, *taken})

    @property
    def keys(self) -> np.ndarray:
        """uint64 (n, 2): the keys of the encoded texts. A "row" below is a row of this array."""
        return np.concatenate([np.zeros((0, 2), np.uint64), *self._keys])

    def put(self, keys: np.ndarray, vectors: np.ndarray, replaces_last: bool = False) -> None:
        """Write one chunk: keys (uint64 (m, 2)) and vectors (float16 (m, dimension)) of texts; durable on return.

        With ``replaces_last`` the chunk contains all of the chunk written before, which is then deleted.
        """
        rows = np.hstack([np.ascontiguousarray(keys).view(np.uint16), vectors.view(np.uint16)])
        entry = write_array(self.folder, "chunk", rows)
        (self.folder / entry.name).replace(self.folder / f"{entry.checksum}.npy")
        sync_folder(self.folder)
        self._entries.append(entry._replace(name=f"{entry.checksum}.npy"))
        self._keys.append(keys)
        if replaces_last:
            self._open.clear()
            old = self._entries.pop(-2)
            del self._keys[-2]
            if old.name != self._entries[-1].name:
                (self.folder / old.name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def filling(self, most: int, seconds: float) -> Iterator[CheckpointFilling]:
        """Collect vectors and write a chunk whenever ``most`` are collected or ``seconds`` have passed, and at the end.

        After an exception, too, all that was added is written.
        """
        filling = CheckpointFilling(self, most, seconds)
        try:
            yield filling
        finally:
            filling.keep()

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the vectors of some rows (int64 (m,)) as float16 (m, dimension).

        Raises:
            IndexDamagedError: if stored bytes have changed.
        """
        bounds = np.cumsum([0, *map(len, self._keys)])
        which = np.searchsorted(bounds, rows, "right") - 1
        found = np.empty((len(rows), self._dimension), np.float16)
        for at in unique(which).tolist():
            here = np.flatnonzero(which == at)
            found[here] = self._chunk(at).at(rows[here] - bounds[at])[:, _KEY:].view(np.float16)
        return found

    def _chunk(self, at: int) -> StoredArray:
        if at not in self._open:
            if len(self._open) >= _OPEN:
                self._open.clear()
            self._open[at] = StoredArray(self.folder, self._entries[at])
        return self._open[at]

    def _take(self, path: Path) -> bool:
        """Read a chunk of an earlier run; False if the file is no chunk or is damaged."""
        if not CHECKPOINT.fullmatch(path.stem) or path.suffix != _CHUNK:
            return False
        entry = ArrayFile(path.name, path.lstat().st_size, path.stem)
        try:
            rows = StoredArray(self.folder, entry).whole()
        except IndexDamagedError:
            return False
        if rows.dtype != np.uint16 or rows.ndim != 2 or rows.shape[1] != _KEY + self._dimension:
            return False
        if not np.isfinite(rows[:, _KEY:].view(np.float16)).all():
            return False
        self._entries.append(entry)
        self._keys.append(np.ascontiguousarray(rows[:, :_KEY]).view(np.uint64))
        return True


class CheckpointFilling:
    """Collects vectors for a checkpoint; made by :meth:`Checkpoint.filling`.

    A chunk that fills slowly is written again from time to time, so that a kill loses little. Time never decides what
    a full chunk contains, so there are never thousands of small files.
    """

    def __init__(self, checkpoint: Checkpoint, most: int, seconds: float) -> None:
        self._checkpoint = checkpoint
        self._most = most
        self._seconds = seconds
        self._taken: list[tuple[np.ndarray, np.ndarray]] = []
        self._written = 0
        self._last = time.monotonic()

    def add(self, keys: np.ndarray, vectors: np.ndarray) -> None:
        """Add the keys (uint64 (m, 2)) and vectors (float16 (m, dimension)) of some texts."""
        self._taken.append((keys, vectors))
        if self._collected() >= self._most or time.monotonic() - self._last >= self._seconds:
            self.keep()

    def keep(self) -> None:
        """Write what was added since the last full chunk."""
        count = self._collected()
        if count > self._written:
            keys, vectors = map(np.concatenate, zip(*self._taken, strict=True))
            self._checkpoint.put(keys, vectors, replaces_last=self._written > 0)
            self._written = count
        if count >= self._most:
            self._taken, self._written = [], 0
        self._last = time.monotonic()

    def _collected(self) -> int:
        return sum(len(keys) for keys, _ in self._taken)


def drop_checkpoints(folder: Path, but: Mapping[str, Any] | None = None) -> None:
    """Delete all checkpoints but that of the encoder with the stamp ``but``; what is not Sada's stays, and is told."""
    found = {entry.name: _is_checkpoint(entry) for entry in os.scandir(folder)}
    tell_foreign(folder, (name for name, is_own in found.items() if not is_own and name not in _LOCKS))
    kept = None if but is None else _name(but)
    for name in (name for name, is_own in found.items() if is_own and name != kept):
        remove_folder(folder / name, CHECKPOINT_FILE)


def unfinished(folder: Path) -> dict[str, Any] | None:
    """Return the encoder stamp of a reencoding that was interrupted or is running; None if there is none."""
    if not folder.is_dir():
        return None
    for name in sorted(entry.name for entry in os.scandir(folder) if _is_checkpoint(entry)):
        try:
            with open_file(folder / name / _STAMP) as file:
                found = orjson.loads(file.read(_LONGEST))
        except (OSError, ValueError):  # it has just ended, or its checkpoint is damaged
            continue
        if is_stamp(found):
            return dict(found)
    return None


def _is_checkpoint(entry: os.DirEntry[str]) -> bool:
    return CHECKPOINT.fullmatch(entry.name) is not None and entry.is_dir(follow_symlinks=False)


def _name(stamp: Mapping[str, Any]) -> str:
    return xxhash.xxh3_128_hexdigest(dump_json(dict(sorted(stamp.items()))))
