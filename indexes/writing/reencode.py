"""Gives an index another encoder; the old vectors answer until one commit replaces them all."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sada.indexes.boilerplate.lines import Boilerplate
from sada.indexes.disk.faults import disk_faults
from sada.indexes.encoders.encoder import Encoder, encode_unit, encoder_text
from sada.indexes.errors import IndexBusyError
from sada.indexes.folder.paths import ARRAYS, CHECKPOINTS
from sada.indexes.segments.segment import ENCODED, VECTORS, StoredSegment, home_codes
from sada.indexes.segments.vector_reuse import KeyTable, text_keys
from sada.indexes.storage.arrays import ArrayFile, write_array, write_parts
from sada.indexes.storage.article_rows import Kept
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.locks import writer_lock
from sada.indexes.writing.checkpoint import Checkpoint, CheckpointFilling, drop_checkpoints
from sada.indexes.writing.writer import Progress, Writer, summed

_TEXTS = 2000  # in a chunk of the checkpoint
_STEP = 256  # texts encoded at a time, unless the encoder prefers more: what an interruption may cost
_SECONDS = 30.0  # after which a chunk that fills slowly is written: what a kill may cost, beside a step
_PATIENCE = 0.2  # seconds between attempts while another process writes
_ROWS = 1 << 14  # vectors that are in memory at a time while they are written


@dataclass(frozen=True, slots=True)
class ReencodeReport:
    """The result of a reencoding.

    Attributes:
        before, after: the names of the encoders.
        changed: False if the index had this encoder already and nothing was done.
        articles: how many are in the index.
        encoded: how many texts were encoded.
        resumed: how many texts an earlier, interrupted run had encoded.

    >>> index.reencode("e5").after
    'e5'
    """

    before: str
    after: str
    changed: bool
    articles: int
    encoded: int = 0
    resumed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)


class Reencoding:
    """One reencoding of an index: :meth:`prepare` first, and then :meth:`finish` with the writer lock held.

    Made by :func:`reencoding`, which allows one at a time for an index.
    """

    def __init__(
        self, path: Path, encoder: Encoder | None, settings: Mapping[str, Any], on_progress: Progress | None
    ) -> None:
        self._path = path
        self._arrays = path / ARRAYS
        self._encoder = encoder
        self._settings = settings
        languages = settings["encoder_languages"]
        self._known = None if languages is None else frozenset(languages)
        self._progress = on_progress or (lambda stage, done, total: None)
        self._encoded = self._resumed = 0
        self._without = np.zeros((0, 2), np.uint64)  # keys of texts whose vector is all zeros
        self._read: tuple[int, _Texts] | None = None

    def prepare(self) -> None:
        """Encode the texts of the newest commit into the checkpoint. Other processes may write meanwhile."""
        drop_checkpoints(self._path / CHECKPOINTS, but=self._settings["encoder"])
        with contextlib.closing(Catalog(self._path)) as catalog:
            if self._encoder is None or not self._changes(catalog):
                return
            checkpoint = Checkpoint(self._path / CHECKPOINTS, self._settings["encoder"])
            self._resumed = done = len(np.unique(checkpoint.keys, axis=0))
            self._encode(catalog, self._encoder, checkpoint)
            while len(checkpoint.keys) - done > _TEXTS:  # about as many may have been added meanwhile
                done = len(checkpoint.keys)
                self._encode(catalog, self._encoder, checkpoint)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer lock; wait for it, so that hours of encoding are not lost to another writer."""
        with contextlib.ExitStack() as held:
            while True:
                try:
                    held.enter_context(writer_lock(self._path))
                    break
                except IndexBusyError:
                    self._progress("waiting", 0, 0)
                    time.sleep(_PATIENCE)
            yield

    def finish(self, catalog: Catalog, writer: Writer) -> ReencodeReport:
        """Encode what was added since, and replace the old vectors in one commit."""
        before, after = catalog.setting("encoder")["name"], self._settings["encoder"]["name"]
        changes = self._changes(catalog)
        if changes:
            self._replace(catalog, writer)
        drop_checkpoints(self._path / CHECKPOINTS)
        articles = catalog.count("articles")
        return ReencodeReport(before, after, changes, articles, self._encoded, self._resumed)

    def _changes(self, catalog: Catalog) -> bool:
        return bool(catalog.setting("encoder") != self._settings["encoder"])

    def _replace(self, catalog: Catalog, writer: Writer) -> None:
        writer.sweep()
        files: dict[int, dict[str, ArrayFile]] = {}
        if self._encoder is not None:
            checkpoint = Checkpoint(self._path / CHECKPOINTS, self._settings["encoder"])
            texts = self._encode(catalog, self._encoder, checkpoint)
            files = self._write(writer.stored(), texts, self._encoder.dimension, checkpoint)
        with catalog.writing():
            catalog.replace_arrays((VECTORS, ENCODED), files)
            for key, value in self._settings.items():
                catalog.set_setting(key, value)
            catalog.touch()
        writer.sweep()
        writer.build_caches()

    def _encode(self, catalog: Catalog, encoder: Encoder, checkpoint: Checkpoint) -> _Texts:
        """Encode the texts that are not in the checkpoint; returns the texts of the snapshot at the start."""
        texts = self._texts_of(catalog)
        keys, first = np.unique(texts.keys, axis=0, return_index=True)
        done = KeyTable(np.concatenate([checkpoint.keys, self._without]))
        wanted = keys.any(axis=1) & (done.find(keys) < 0)
        numbers = np.sort(texts.numbers[first[wanted]])
        encoded = summed(lambda done: self._progress("encoding", done, len(numbers)))
        step = min(max(_STEP, getattr(encoder, "batch", _STEP)), _TEXTS)
        with checkpoint.filling(_TEXTS, _SECONDS) as filling:
            for start in range(0, len(numbers), step):
                part = numbers[start : start + step].tolist()
                kept = sorted(catalog.kept("number", part), key=lambda one: one.number)
                encoded(len(part) - self._put(_as_read(catalog, kept), encoder, filling, encoded))
                catalog.refresh()  # lets SQLite drop its log of other processes' commits, which would grow for hours
        return texts

    def _texts_of(self, catalog: Catalog) -> _Texts:
        """Return the texts of the snapshot; they are read again only if articles were added or removed."""
        generation = catalog.setting("generation", 0)
        if self._read is None or self._read[0] != generation:
            self._read = generation, _read(catalog, self._known)
        return self._read[1]

    def _put(
        self, articles: list[Kept], encoder: Encoder, filling: CheckpointFilling, on_done: Callable[[int], None]
    ) -> int:
        """Encode the texts of some articles; returns how many there were."""
        keys = _keys(articles, self._known)
        rows = np.flatnonzero(keys.any(axis=1))
        if len(rows):
            texts = [encoder_text(articles[row].article) for row in rows]
            vectors = encode_unit(encoder, texts, on_done=on_done).astype(np.float16)
            filled = vectors.any(axis=1)
            filling.add(keys[rows[filled]], vectors[filled])
            self._without = np.concatenate([self._without, keys[rows[~filled]]])
            self._encoded += len(rows)
        return len(rows)

    def _write(
        self, segments: list[StoredSegment], texts: _Texts, dimension: int, checkpoint: Checkpoint
    ) -> dict[int, dict[str, ArrayFile]]:
        """Write the new arrays of every segment."""
        table, files = KeyTable(checkpoint.keys), {}
        for stored in segments:
            keys = np.zeros((stored.count, 2), np.uint64)
            if stored.has(ENCODED):
                keys[:] = stored.array(ENCODED).whole()  # a removed article may have its vector there
            positions = stored.positions_of(texts.homes)
            keys[positions[positions >= 0]] = texts.keys[positions >= 0]
            rows = table.find(keys)
            keys[rows < 0] = 0
            vectors = (_vectors(checkpoint, rows[at : at + _ROWS], dimension) for at in range(0, len(rows), _ROWS))
            shape = (stored.count, dimension)
            files[stored.segment] = {
                VECTORS: write_parts(self._arrays, VECTORS, np.dtype(np.float16), shape, vectors),
                ENCODED: write_array(self._arrays, ENCODED, keys),
            }
        return files


class _Texts(NamedTuple):
    """The texts of the n articles of a snapshot.

    Attributes:
        numbers: int64 (n,), of the articles.
        homes: uint64 (n,), of the articles.
        keys: uint64 (n, 2), of their texts; zeros where there is nothing to encode.
    """

    numbers: np.ndarray
    homes: np.ndarray
    keys: np.ndarray


@contextlib.contextmanager
def reencoding(
    path: Path, encoder: Encoder | None, settings: Mapping[str, Any], on_progress: Progress | None
) -> Iterator[Reencoding]:
    """Make the only reencoding of the index at ``path`` while the block runs.

    Args:
        path: of the index.
        encoder: the new one; None for none.
        settings: of the index with the new encoder, see
            :func:`~sada.indexes.writing.encoder_settings.encoder_settings`.
        on_progress: called with ("encoding", done, total) as texts are encoded, and with ("waiting", 0, 0) while
            another process writes.

    Raises:
        IndexBusyError: if another process is reencoding it.
        IndexReadOnlyError, NoRoomError: if its folder cannot be made.
    """
    with disk_faults(path):
        (path / CHECKPOINTS).mkdir(exist_ok=True)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(writer_lock(path / CHECKPOINTS))
        except IndexBusyError:
            raise IndexBusyError(f"{path}: another process is reencoding it; try again when it is done") from None
        yield Reencoding(path, encoder, settings, on_progress)


def _read(catalog: Catalog, known: frozenset[str] | None) -> _Texts:
    """Read the texts of the catalog's snapshot."""
    numbers, homes, keys = [], [], [np.zeros((0, 2), np.uint64)]
    last = 0
    while page := catalog.after(last, _TEXTS):
        last = page[-1].number
        numbers += [one.number for one in page]
        homes += [one.home for one in page]
        keys.append(_keys(_as_read(catalog, page), known))
    return _Texts(
        np.array(numbers, np.int64),
        home_codes(*np.array(homes, np.int64).reshape(-1, 2).T),
        np.concatenate(keys),
    )


def _as_read(catalog: Catalog, kept: list[Kept]) -> list[Kept]:
    """Return articles without their boilerplate."""
    articles = Boilerplate.of(catalog).read(one.article for one in kept)
    return [one._replace(article=article) for one, article in zip(kept, articles, strict=True)]


def _keys(articles: list[Kept], known: frozenset[str] | None) -> np.ndarray:
    texts = [encoder_text(one.article) for one in articles]
    return text_keys(texts, [one.known_language for one in articles], known)


def _vectors(checkpoint: Checkpoint, rows: np.ndarray, dimension: int) -> np.ndarray:
    """Return the vectors of some rows of a checkpoint as float16 (m, dimension), zeros for row -1."""
    out = np.zeros((len(rows), dimension), np.float16)
    out[rows >= 0] = checkpoint.vectors(rows[rows >= 0])
    return out
