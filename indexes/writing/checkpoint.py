"""Vectors made with an encoder that the index does not have yet, kept so that an interruption costs little.

A pool is no part of the index: nothing but reencoding reads it, and it may be deleted at any time when none runs.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import xxhash

from sada.indexes.article import dump_json
from sada.indexes.errors import IndexDamagedError
from sada.indexes.storage.arrays import ArrayFile, StoredArray, sync_folder, write_array, write_file

_STAMP = "stamp.json"
_CHUNK = re.compile(r"[0-9a-f]{32}\.npy")
_KEY = 8  # of the columns of a chunk, uint16: the key, and then the vector
_OPEN = 64  # chunks that are mapped at a time


class Checkpoint:
    """The texts encoded so far with one encoder, as files of some thousand each, named by their own checksum.

    Chunks that are not what was written are thrown away.

    Args:
        folder: of the index's pools.
        stamp: of the encoder.
    """

    def __init__(self, folder: Path, stamp: Mapping[str, Any]) -> None:
        self.folder = folder / _name(stamp)
        self._dimension = int(stamp["dimension"])
        if not self.folder.is_dir():
            self.folder.mkdir()
            sync_folder(folder)
        write_file(self.folder / _STAMP, [dump_json(dict(stamp))])
        self._entries: list[ArrayFile] = []
        self._keys: list[np.ndarray] = []
        self._open: dict[int, StoredArray] = {}
        for path in sorted(self.folder.iterdir()):
            if path.name != _STAMP and not self._take(path):
                path.unlink()

    @property
    def keys(self) -> np.ndarray:
        """uint64 (n, 2): the keys of the texts; "place" below is a row of it."""
        return np.concatenate([np.zeros((0, 2), np.uint64), *self._keys])

    def put(self, keys: np.ndarray, vectors: np.ndarray, replaces_last: bool = False) -> None:
        """Keep the vectors (float16 (m, dimension)) of the texts of some keys (uint64 (m, 2)); durable on return.

        If they ``replaces_last``, they hold all of the chunk put last, which is deleted then.
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
        """Take in texts, to be kept each time that ``most`` are together or ``seconds`` went by, and at the end.

        The end may be any exception: what was added by then is kept.
        """
        filling = CheckpointFilling(self, most, seconds)
        try:
            yield filling
        finally:
            filling.keep()

    def vectors(self, places: np.ndarray) -> np.ndarray:
        """Float16 (m, dimension): the vectors at some places (int64 (m,)).

        Raises:
            IndexDamagedError: if one is not what was written.
        """
        bounds = np.cumsum([0, *map(len, self._keys)])
        which = np.searchsorted(bounds, places, "right") - 1
        found = np.empty((len(places), self._dimension), np.float16)
        for at in np.unique(which).tolist():
            here = np.flatnonzero(which == at)
            found[here] = self._chunk(at).at(places[here] - bounds[at])[:, _KEY:].view(np.float16)
        return found

    def _chunk(self, at: int) -> StoredArray:
        if at not in self._open:
            if len(self._open) >= _OPEN:
                self._open.clear()
            self._open[at] = StoredArray(self.folder, self._entries[at])
        return self._open[at]

    def _take(self, path: Path) -> bool:
        """Take up a chunk of an earlier run; False if it is none or is not what was written."""
        if not _CHUNK.fullmatch(path.name):
            return False
        entry = ArrayFile(path.name, path.stat().st_size, path.stem)
        try:
            rows = StoredArray(self.folder, entry).whole()
        except IndexDamagedError:
            return False
        self._entries.append(entry)
        self._keys.append(np.ascontiguousarray(rows[:, :_KEY]).view(np.uint64))
        return True


class CheckpointFilling:
    """What a pool is being given; made by :meth:`Checkpoint.filling`.

    Time decides how often a chunk is written anew while it fills, never what it holds at last, so that an encoder that
    is slow neither loses much nor leaves thousands of small files.
    """

    def __init__(self, pool: Checkpoint, most: int, seconds: float) -> None:
        self._pool = pool
        self._most = most
        self._seconds = seconds
        self._taken: list[tuple[np.ndarray, np.ndarray]] = []
        self._kept = 0
        self._last = time.monotonic()

    def add(self, keys: np.ndarray, vectors: np.ndarray) -> None:
        """Take in the vectors (float16 (m, dimension)) of the texts of some keys (uint64 (m, 2))."""
        self._taken.append((keys, vectors))
        if self._held() >= self._most or time.monotonic() - self._last >= self._seconds:
            self.keep()

    def keep(self) -> None:
        """Write what was added since a chunk was last full."""
        held = self._held()
        if held > self._kept:
            keys, vectors = map(np.concatenate, zip(*self._taken, strict=True))
            self._pool.put(keys, vectors, replaces_last=self._kept > 0)
            self._kept = held
        if held >= self._most:
            self._taken, self._kept = [], 0
        self._last = time.monotonic()

    def _held(self) -> int:
        return sum(len(keys) for keys, _ in self._taken)


def drop_checkpoints(folder: Path, but: Mapping[str, Any] | None = None) -> None:
    """Delete all pools but that of the encoder with the stamp ``but``."""
    for pool in folder.iterdir():
        if pool.is_dir() and (but is None or pool.name != _name(but)):
            shutil.rmtree(pool, ignore_errors=True)  # a process that comes to its end may be at it too


def unfinished(folder: Path) -> dict[str, Any] | None:
    """The stamp of the encoder of a reencoding that was interrupted, or goes on now; None if there is none."""
    for path in sorted(folder.glob(f"*/{_STAMP}")):
        try:
            stamp = orjson.loads(path.read_bytes())
        except (OSError, ValueError):  # it ended just now, or its pool is of no use
            continue
        if isinstance(stamp, dict):
            return stamp
    return None


def _name(stamp: Mapping[str, Any]) -> str:
    return xxhash.xxh3_128_hexdigest(dump_json(dict(sorted(stamp.items()))))
