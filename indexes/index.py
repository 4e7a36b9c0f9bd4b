"""NewsIndex: a directory of articles that can be added to, taken from and asked."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import Encoder
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.errors import IndexExistsError, InputError
from sada.indexes.handle.boilerplate_store import LineStore
from sada.indexes.handle.printed import printed_on
from sada.indexes.minhash import sketches
from sada.indexes.minhash.bands import Bands
from sada.indexes.storage.arrays import sync_folder
from sada.indexes.storage.catalog import Catalog, is_index
from sada.indexes.storage.locks import writer_lock
from sada.indexes.storage.paths import ARRAYS
from sada.indexes.threads import carries_threads
from sada.indexes.writing.compaction import CompactReport, compact
from sada.indexes.writing.encoder_settings import encoder_settings
from sada.indexes.writing.reencode import ReencodeReport, reencoding
from sada.indexes.writing.writer import COMMIT_EVERY, AddReport, Progress, Writer

JACCARD = 0.5


def check_free(path: str | Path) -> None:
    """Raise :class:`IndexExistsError` if a new index cannot go to ``path`` because something is there."""
    if is_index(path):
        raise IndexExistsError(f"{path}: already exists; add to it with: sada add {path} INPUT, or choose another name")
    if os.path.lexists(path):
        raise IndexExistsError(f"{path}: something else is there; choose another name for the index")
    if not Path(path).absolute().parent.is_dir():
        raise InputError(f"{path}: there is no folder {Path(path).parent}; make it first")


class NewsIndex(LineStore):
    """An index on disk. Many processes may read it while one writes; each open index sees one commit until it writes.

    Make one with :meth:`create` or :meth:`open`; it is a context manager. Queries may come from several threads.

    Args:
        path: its directory.
        encoder, options, threads: see :class:`~sada.indexes.handle.snapshot.Snapshot`.

    Raises:
        NotAnIndexError, IndexMismatchError, IndexDamagedError: naming what is there and what was expected.
    """

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        encoder: Encoder | str | None = "default",
        options: Mapping[str, str] | None = None,
        jaccard: float = JACCARD,
        threads: int = 0,
    ) -> NewsIndex:
        """Make a new, empty index.

        Args:
            path: a directory that does not exist yet.
            encoder: ``"default"`` (which is ``"use"``), ``"fast"``, ``"e5"``, ``"none"``, the path of a static
                encoder's weight file, the name or path of a sentence-transformers model, two of them joined by ``+``,
                or an object with the :class:`~sada.indexes.encoders.encoder.Encoder` protocol.
            options: of the encoder, see :func:`~sada.indexes.encoders.loading.load_encoder`.
            jaccard: the least Jaccard of copies that queries by copy are to find; it chooses the bands of the stored
                LSH (:meth:`~sada.indexes.minhash.bands.Bands.for_jaccard`), and :meth:`info` says what they miss.
            threads: how many to use, 0 for one a core.

        Raises:
            ValueError: if ``jaccard`` is not above 0 and up to 1.
            IndexExistsError: if anything is at ``path``.
            EncoderError, MissingPackageError: if the encoder cannot be had.
        """
        path = Path(path)
        check_free(path)
        if not 0 < jaccard <= 1:
            raise ValueError(f"jaccard={jaccard}: choose a threshold above 0 and up to 1")
        loaded = load_encoder(encoder, threads, options)
        settings = {
            "minhash": sketches.stamp(),
            "lsh": Bands.for_jaccard(jaccard).stamp(jaccard),
            **encoder_settings(encoder, loaded),
        }
        partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
        try:
            (partial / ARRAYS).mkdir(parents=True)
            Catalog.create(partial, settings)
            sync_folder(partial)
            _rename_new(partial, path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        sync_folder(path.parent)
        return cls(path, encoder=loaded, threads=threads)

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        encoder: Encoder | str | None = None,
        options: Mapping[str, str] | None = None,
        threads: int = 0,
    ) -> NewsIndex:
        """Open an index; the same as the constructor."""
        return cls(path, encoder=encoder, options=options, threads=threads)

    @carries_threads
    def add(
        self, articles: Iterable[Article], *, commit_every: int = COMMIT_EVERY, on_progress: Progress | None = None
    ) -> AddReport:
        """Add new articles and update those whose id is known and whose content differs.

        Args:
            articles: any iterable; with :func:`~sada.indexes.reading.readers.read_articles` bad rows are counted too.
            commit_every: articles a commit. What was committed stays if a later batch fails.
            on_progress: called with (stage, done, total) during the slow stages of a batch.

        Raises:
            IndexBusyError: if another process is writing.
        """
        with self._lock, writer_lock(self.path):
            self._catalog.refresh()
            self._forget()
            writer = Writer(self.path / ARRAYS, self._catalog, self.encoder, self.bands, on_progress)
            try:
                return writer.add(articles, commit_every)
            finally:
                self._forget()

    @carries_threads
    def compact(self) -> CompactReport:
        """Merge all segments into one and give back the space of what was removed or replaced, here and in the catalog.

        Queries answer as before. Other processes can read meanwhile.

        Raises:
            IndexBusyError: if another process is writing.
        """
        with self._lock, writer_lock(self.path):
            try:
                return compact(self.path, self.path / ARRAYS, self._catalog, self.bands)
            finally:
                self._forget()

    @carries_threads
    def reencode(
        self,
        encoder: Encoder | str | None,
        *,
        options: Mapping[str, str] | None = None,
        on_progress: Progress | None = None,
    ) -> ReencodeReport:
        """Give the index another encoder, or none; the old one serves, here and elsewhere, until all is done.

        Others can read and add meanwhile. If it is interrupted, the index stays as it was, and what was encoded is
        kept in it for the next call with the same encoder.

        Args:
            encoder: what :meth:`create` takes.
            options: of the encoder, see :func:`~sada.indexes.encoders.loading.load_encoder`.
            on_progress: called with ("encoding", done, total) as texts are encoded, and with ("waiting", 0, 0) while
                another process writes when all is encoded.

        Raises:
            IndexBusyError: if another process is reencoding it.
            EncoderError, MissingPackageError: if the encoder cannot be had, or what it gives cannot be used.
        """
        loaded = load_encoder(encoder, self.threads, options)
        settings = encoder_settings(encoder, loaded)
        with reencoding(self.path, loaded, settings, on_progress) as work:
            work.prepare()
            with work.writing(), self._lock:
                self._catalog.refresh()
                writer = Writer(self.path / ARRAYS, self._catalog, None, self.bands, None)
                try:
                    report = work.finish(self._catalog, writer)
                    self._given_encoder = loaded
                finally:
                    self._forget()
        return report

    def with_printed(self, ids: Iterable[str]) -> list[str]:
        """Ids, each once, and behind them those of the articles printed on their pages: what :meth:`remove` takes out.

        Raises:
            UnknownArticleError: if an id is not in the index.
        """
        wanted = list(dict.fromkeys(ids))
        self.columns.rows(wanted)
        return wanted + printed_on(wanted, self.columns.ids, self._catalog)

    def remove(self, ids: Iterable[str]) -> int:
        """Take articles out, and with a page those that were printed on it; returns how many there were.

        Stories follow when they are next brought up to date.

        Raises:
            UnknownArticleError: if an id is not in the index; then nothing is removed.
            IndexBusyError: if another process is writing.
        """
        with self._lock, writer_lock(self.path):
            self._catalog.refresh()
            self._forget()
            wanted = self.with_printed(ids)
            try:
                with self._catalog.writing():
                    removed = self._catalog.remove(wanted)
                    self._catalog.touch()
            finally:
                self._forget()
        return removed


def _rename_new(partial: Path, path: Path) -> None:
    """Give a finished index its name, which another process may have taken meanwhile."""
    try:
        partial.rename(path)
    except OSError:
        check_free(path)
        raise
