"""Another encoder for an index, while the old one serves until the commit."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sada.indexes.boilerplate.lines import Boilerplate
from sada.indexes.encoders.encoder import Encoder, encode_unit, encoder_text
from sada.indexes.errors import IndexBusyError
from sada.indexes.segments.segment import ENCODED, VECTORS, StoredSegment, home_codes
from sada.indexes.segments.vector_reuse import KeyTable, text_keys
from sada.indexes.storage.arrays import ArrayFile, write_array, write_parts
from sada.indexes.storage.article_rows import Kept
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.locks import writer_lock
from sada.indexes.storage.paths import ARRAYS, CHECKPOINTS
from sada.indexes.writing.checkpoint import Checkpoint, CheckpointFilling, drop_checkpoints
from sada.indexes.writing.writer import Progress, Writer, summed

_TEXTS = 2000  # a chunk of the pool
_STEP = 256  # texts encoded at a time, unless the encoder likes more: what an interruption may cost
_SECONDS = 30.0  # after which a chunk that fills slowly is written: what a kill may cost beside a step
_PATIENCE = 0.2  # seconds between looks whether another process has finished writing
_ROWS = 1 << 14  # vectors that are in memory at a time while they are written


@dataclass(frozen=True, slots=True)
class ReencodeReport:
    """What reencoding did.

    Attributes:
        before, after: the names of the encoders.
        changed: False if the index had that very encoder, and nothing was done.
        articles: how many the index holds.
        encoded: texts that were encoded.
        resumed: texts that an earlier, interrupted run had encoded.
    """

    before: str
    after: str
    changed: bool
    articles: int
    encoded: int = 0
    resumed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


class Reencoding:
    """Gives an index another encoder: :meth:`prepare`, and then, with the writer lock held, :meth:`finish`.

    Made by :func:`reencoding`, which sees to it that an index has one at a time.
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
        self._without = np.zeros((0, 2), np.uint64)  # keys of the texts that were given zeros
        self._read: tuple[int, _Texts] | None = None

    def prepare(self) -> None:
        """Encode the texts of the newest commit into the pool. Others may write meanwhile."""
        drop_checkpoints(self._path / CHECKPOINTS, but=self._settings["encoder"])
        with contextlib.closing(Catalog(self._path)) as catalog:
            if self._encoder is None or not self._changes(catalog):
                return
            pool = Checkpoint(self._path / CHECKPOINTS, self._settings["encoder"])
            self._resumed = done = len(np.unique(pool.keys, axis=0))
            self._encode(catalog, self._encoder, pool)
            while len(pool.keys) - done > _TEXTS:  # as much may have come in meanwhile
                done = len(pool.keys)
                self._encode(catalog, self._encoder, pool)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer lock, when it is free: hours of encoding should not end because another writes just now."""
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
        """Encode what came in since, and put the new vectors in the place of the old in one commit."""
        before, after = catalog.setting("encoder")["name"], self._settings["encoder"]["name"]
        changes = self._changes(catalog)
        if changes:
            self._replace(catalog, writer)
        drop_checkpoints(self._path / CHECKPOINTS)
        articles = catalog.query("SELECT count(*) FROM articles")[0][0]
        return ReencodeReport(before, after, changes, articles, self._encoded, self._resumed)

    def _changes(self, catalog: Catalog) -> bool:
        return bool(catalog.setting("encoder") != self._settings["encoder"])

    def _replace(self, catalog: Catalog, writer: Writer) -> None:
        writer.sweep()
        files: dict[int, dict[str, ArrayFile]] = {}
        if self._encoder is not None:
            pool = Checkpoint(self._path / CHECKPOINTS, self._settings["encoder"])
            texts = self._encode(catalog, self._encoder, pool)
            files = self._write(writer.stored(), texts, self._encoder.dimension, pool)
        with catalog.writing():
            catalog.replace_arrays((VECTORS, ENCODED), files)
            for key, value in self._settings.items():
                catalog.set_setting(key, value)
            catalog.touch()
        writer.sweep()
        writer.build_caches()

    def _encode(self, catalog: Catalog, encoder: Encoder, pool: Checkpoint) -> _Texts:
        """Encode all texts that the pool has not yet; returns what the texts of the snapshot were at first."""
        texts = self._texts_of(catalog)
        keys, first = np.unique(texts.keys, axis=0, return_index=True)
        settled = KeyTable(np.concatenate([pool.keys, self._without]))
        wanted = keys.any(axis=1) & (settled.find(keys) < 0)
        numbers = np.sort(texts.numbers[first[wanted]])
        encoded = summed(lambda done: self._progress("encoding", done, len(numbers)))
        step = min(max(_STEP, getattr(encoder, "batch", _STEP)), _TEXTS)
        with pool.filling(_TEXTS, _SECONDS) as filling:
            for start in range(0, len(numbers), step):
                part = numbers[start : start + step].tolist()
                kept = sorted(catalog.kept("number", part), key=lambda one: one.number)
                encoded(len(part) - self._put(_as_read(catalog, kept), encoder, filling, encoded))
                catalog.refresh()  # so that SQLite's log of others' commits need not be kept for hours
        return texts

    def _texts_of(self, catalog: Catalog) -> _Texts:
        """What there is to encode in the snapshot; read again only if articles came or went."""
        generation = catalog.setting("generation", 0)
        if self._read is None or self._read[0] != generation:
            self._read = generation, _read(catalog, self._known)
        return self._read[1]

    def _put(
        self, articles: list[Kept], encoder: Encoder, filling: CheckpointFilling, on_done: Callable[[int], None]
    ) -> int:
        """Encode the texts of some articles as they are now; returns how many there were."""
        keys = _keys(articles, self._known)
        rows = np.flatnonzero(keys.any(axis=1))
        if len(rows):
            texts = [encoder_text(articles[row].article) for row in rows]
            vectors = encode_unit(encoder, texts, on_done=on_done).astype(np.float16)
            told = vectors.any(axis=1)
            filling.add(keys[rows[told]], vectors[told])
            self._without = np.concatenate([self._without, keys[rows[~told]]])
            self._encoded += len(rows)
        return len(rows)

    def _write(
        self, segments: list[StoredSegment], texts: _Texts, dimension: int, pool: Checkpoint
    ) -> dict[int, dict[str, ArrayFile]]:
        """Write the new arrays of every segment."""
        table, files = KeyTable(pool.keys), {}
        for stored in segments:
            keys = np.zeros((stored.count, 2), np.uint64)
            if stored.has(ENCODED):
                keys[:] = stored.array(ENCODED).whole()  # where an article is gone, its vector may be at hand
            positions = stored.positions_of(texts.homes)
            keys[positions[positions >= 0]] = texts.keys[positions >= 0]
            places = table.find(keys)
            keys[places < 0] = 0
            vectors = (_vectors(pool, places[at : at + _ROWS], dimension) for at in range(0, len(places), _ROWS))
            shape = (stored.count, dimension)
            files[stored.segment] = {
                VECTORS: write_parts(self._arrays, VECTORS, np.dtype(np.float16), shape, vectors),
                ENCODED: write_array(self._arrays, ENCODED, keys),
            }
        return files


class _Texts(NamedTuple):
    """What there is to encode of the n articles of a snapshot.

    Attributes:
        numbers: int64 (n,), of the articles.
        homes: uint64 (n,), of the articles.
        keys: uint64 (n, 2), of their texts, zeros where there is nothing to encode.
    """

    numbers: np.ndarray
    homes: np.ndarray
    keys: np.ndarray


@contextlib.contextmanager
def reencoding(
    path: Path, encoder: Encoder | None, settings: Mapping[str, Any], on_progress: Progress | None
) -> Iterator[Reencoding]:
    """The only reencoding of the index at ``path`` while the block runs.

    Args:
        path: of the index.
        encoder: the new one, None for none.
        settings: of the index with the new encoder, see
            :func:`~sada.indexes.writing.encoder_settings.encoder_settings`.
        on_progress: called with ("encoding", done, total) as texts are encoded, and with ("waiting", 0, 0) while
            another process writes.

    Raises:
        IndexBusyError: if another process is at it.
    """
    (path / CHECKPOINTS).mkdir(exist_ok=True)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(writer_lock(path / CHECKPOINTS))
        except IndexBusyError:
            raise IndexBusyError(f"{path}: another process is reencoding it; try again when it is done") from None
        yield Reencoding(path, encoder, settings, on_progress)


def _read(catalog: Catalog, known: frozenset[str] | None) -> _Texts:
    """The texts of the catalog's snapshot."""
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
    """Articles without the lines that are known to repeat."""
    articles = Boilerplate.of(catalog).read(one.article for one in kept)
    return [one._replace(article=article) for one, article in zip(kept, articles, strict=True)]


def _keys(articles: list[Kept], known: frozenset[str] | None) -> np.ndarray:
    texts = [encoder_text(one.article) for one in articles]
    return text_keys(texts, [one.known_language for one in articles], known)


def _vectors(pool: Checkpoint, places: np.ndarray, dimension: int) -> np.ndarray:
    """Float16 (m, dimension): the vectors at some places of a pool, zeros for place -1."""
    out = np.zeros((len(places), dimension), np.float16)
    out[places >= 0] = pool.vectors(places[places >= 0])
    return out
