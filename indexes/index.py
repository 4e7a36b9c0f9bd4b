"""NewsIndex: a directory of articles that can be added to, taken from and asked."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np

from sada.indexes import minhash
from sada.indexes.arrays import sync_folder
from sada.indexes.article import Article, encodable
from sada.indexes.bands import Bands
from sada.indexes.catalog import Catalog, is_index
from sada.indexes.compaction import CompactReport, compact
from sada.indexes.encoder import Encoder, encode_unit, encoder_text, load_encoder
from sada.indexes.encoder import stamp as encoder_stamp
from sada.indexes.errors import IndexBusy, IndexExists, InputError, SadaError
from sada.indexes.filters import Filter
from sada.indexes.locks import writer_lock
from sada.indexes.lookup import CopyQuery, Hits, Neighbour, Query, by_copy, by_meaning
from sada.indexes.snapshot import ARRAYS, Snapshot
from sada.indexes.writer import COMMIT_EVERY, AddReport, Progress, Writer

_EVERY = Filter()
JACCARD = 0.5


def check_free(path: str | Path) -> None:
    """Raise :class:`IndexExists` if a new index cannot go to ``path`` because something is there."""
    if is_index(path):
        raise IndexExists(f"{path}: already exists; add to it with: sada add {path} SOURCE, or choose another name")
    if os.path.lexists(path):
        raise IndexExists(f"{path}: something else is there; choose another name for the index")
    if not Path(path).absolute().parent.is_dir():
        raise InputError(f"{path}: there is no folder {Path(path).parent}; make it first")


class NewsIndex(Snapshot):
    """An index on disk. Many processes may read it while one writes; each open index sees one commit until it writes.

    Make one with :meth:`create` or :meth:`open`; it is a context manager. Queries may come from several threads.

    Args:
        path: its directory.
        encoder: only for an index that was made with an encoder object: that object.
        threads: how many to use, 0 for one a core; results are the same for any number.

    Raises:
        NotAnIndex, IndexMismatch, IndexDamaged: naming what is there and what was expected.
    """

    @classmethod
    def create(
        cls, path: str | Path, *, encoder: Encoder | str | None = "default", jaccard: float = JACCARD, threads: int = 0
    ) -> NewsIndex:
        """Make a new, empty index.

        Args:
            path: a directory that does not exist yet.
            encoder: ``"default"``, ``"e5"``, ``"none"``, the name or path of a sentence-transformers model, two of
                them joined by ``+``, or an object with the :class:`~sada.indexes.encoder.Encoder` protocol.
            jaccard: the least Jaccard of copies that queries by copy are to find; it chooses the bands of the stored
                LSH (:meth:`~sada.indexes.bands.Bands.for_jaccard`), and :meth:`info` says what they miss.
            threads: how many to use, 0 for one a core.

        Raises:
            ValueError: if ``jaccard`` is not above 0 and up to 1.
            IndexExists: if anything is at ``path``.
            EncoderError, MissingPackage: if the encoder cannot be had.
        """
        path = Path(path)
        check_free(path)
        if not 0 < jaccard <= 1:
            raise ValueError(f"jaccard={jaccard}: choose a threshold above 0 and up to 1")
        loaded = load_encoder(encoder, threads)
        named = "none" if loaded is None else loaded.name if isinstance(encoder, str) else None
        known = sorted(loaded.languages) if loaded is not None and loaded.languages is not None else None
        settings = {
            "minhash": minhash.stamp(),
            "lsh": Bands.for_jaccard(jaccard).stamp(jaccard),
            "encoder": encoder_stamp(loaded),
            "encoder_spec": named,
            "encoder_languages": known,
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
    def open(cls, path: str | Path, *, encoder: Encoder | str | None = None, threads: int = 0) -> NewsIndex:
        """Open an index; the same as the constructor."""
        return cls(path, encoder=encoder, threads=threads)

    def add(
        self, articles: Iterable[Article], *, commit_every: int = COMMIT_EVERY, on_progress: Progress | None = None
    ) -> AddReport:
        """Add new articles and update those whose id is known and whose content differs.

        Args:
            articles: any iterable; with :func:`~sada.indexes.readers.read_articles` bad rows are counted too.
            commit_every: articles a commit. What was committed stays if a later batch fails.
            on_progress: called with (stage, done, total) during the slow stages of a batch.

        Raises:
            IndexBusy: if another process is writing.
        """
        with self._lock, writer_lock(self.path):
            self._catalog.refresh()
            self._forget()
            writer = Writer(self.path / ARRAYS, self._catalog, self.encoder, self.bands, self.threads, on_progress)
            try:
                return writer.add(articles, commit_every)
            finally:
                self._forget()

    def compact(self) -> CompactReport:
        """Merge all segments into one and give back the space of what was removed or replaced, here and in the catalog.

        Queries answer as before. Other processes can read meanwhile.

        Raises:
            IndexBusy: if another process is writing.
        """
        with self._lock, writer_lock(self.path):
            try:
                return compact(self.path, self.path / ARRAYS, self._catalog, self.bands)
            finally:
                self._forget()

    def remove(self, ids: Iterable[str]) -> int:
        """Take articles out; returns how many there were. Stories follow when they are next brought up to date.

        Raises:
            UnknownArticle: if an id is not in the index; then nothing is removed.
            IndexBusy: if another process is writing.
        """
        wanted = list(dict.fromkeys(ids))
        with self._lock, writer_lock(self.path):
            self._catalog.refresh()
            self._forget()
            self.columns.rows(wanted)
            try:
                with self._catalog.writing():
                    removed = self._catalog.remove(wanted)
                    self._catalog.touch()
            finally:
                self._forget()
        return removed

    @overload
    def neighbours(  # type: ignore[overload-overlap] # a text is one query, though also a sequence of texts
        self, query: str | Article, k: int = ..., *, by: str = ..., threshold: float | None = ..., filters: Filter = ...
    ) -> list[Neighbour]: ...

    @overload
    def neighbours(
        self,
        query: Sequence[str | Article],
        k: int = ...,
        *,
        by: str = ...,
        threshold: float | None = ...,
        filters: Filter = ...,
    ) -> list[list[Neighbour]]: ...

    def neighbours(
        self,
        query: str | Article | Sequence[str | Article],
        k: int = 10,
        *,
        by: str = "meaning",
        threshold: float | None = None,
        filters: Filter = _EVERY,
    ) -> list[Neighbour] | list[list[Neighbour]]:
        """The articles nearest to each query.

        Args:
            query: the id of an article in the index, or an :class:`Article` whose own values are asked with; or
                several, as one batch.
            k: how many at most.
            by: ``"meaning"`` (cosine of embeddings) or ``"copy"`` (exact Jaccard of shingles).
            threshold: least score.
            filters: which articles may be returned; applied inside the search.

        Returns:
            The neighbours, nearest first, without the article of the query's own id; a list a query for several.

        Raises:
            UnknownArticle: if an id is not in the index.
            SadaError: if the index has no embeddings and ``by`` is ``"meaning"``.
            ValueError: if ``k`` is below 1 or ``by`` is neither.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if isinstance(query, (str, Article)):
            return self.neighbours([query], k, by=by, threshold=threshold, filters=filters)[0]
        if by == "meaning":
            queries = [self._query(item) for item in query]
            vectors, rows = self._query_vectors(queries), [item.row for item in queries]
            mask = filters.mask(self.columns)
            hits = by_meaning(self.vector_index, self.columns, vectors, rows, k, threshold, mask)
            return self._neighbours(queries, hits)
        if by != "copy":
            raise ValueError(f"by={by!r}: choose meaning or copy")
        with self._lock:
            asked = self._copy_queries(query)
            return [by_copy(self._catalog, self.stored, item, k, threshold, filters) for item in asked]

    def stored_stories(self) -> tuple[list[tuple[str, list[int], dict[str, Any]]], dict[str, str]]:
        """The stories of the snapshot as (id, member article numbers, row), and the redirects of ids that merged."""
        with self._lock:
            return self._catalog.stories()

    def stories_are_current(self, method: str) -> bool:
        """True if nothing was added or removed since the stories were stored by that method."""
        generation = self._catalog.setting("generation", 0)
        return self._catalog.setting("stories_generation") == [generation, method]

    def store_stories(
        self, stories: Iterable[tuple[str, list[int], dict[str, Any]]], redirects: dict[str, str], method: str
    ) -> None:
        """Replace the stored stories and redirects in one commit.

        Raises:
            IndexBusy: if another process is writing, or has written since this index was opened.
        """
        with self._lock, writer_lock(self.path):
            generation = self._catalog.setting("generation", 0)
            self._catalog.refresh()
            if self._catalog.setting("generation", 0) != generation:
                self._forget()
                raise IndexBusy(f"{self.path}: another process added articles meanwhile; run it again")
            with self._catalog.writing():
                self._catalog.replace_stories(stories, redirects)
                self._catalog.set_setting("stories_generation", [generation, method])

    def _query(self, item: str | Article) -> Query:
        if isinstance(item, Article):
            return Query(item.id, self.columns.row_of.get(item.id), item)
        return Query(item, self.columns.rows([item])[0], None)

    def _copy_queries(self, items: Sequence[str | Article]) -> list[CopyQuery]:
        ids = [item.id if isinstance(item, Article) else item for item in items]
        kept = {one.article.id: one for one in self._catalog.kept("id", list(map(encodable, ids)))}
        lost = [item for item in items if isinstance(item, str) and item not in kept]
        if lost:
            self.columns.rows(lost)  # raises, unless only looking it up went wrong
            self._explain_absence(lost[0])
        articles = (item if isinstance(item, Article) else None for item in items)
        return [CopyQuery(id_, kept.get(id_), article) for id_, article in zip(ids, articles, strict=True)]

    def _query_vectors(self, queries: list[Query]) -> np.ndarray:
        """Embeddings of the queries: stored ones for articles of the index, all others encoded in one batch."""
        if not self.dimension:
            raise SadaError(f"{self.path}: built with --encoder none, so it has no meaning to search: use --by copy")
        out = np.empty((len(queries), self.dimension), np.float32)
        inside = [at for at, item in enumerate(queries) if item.article is None]
        out[inside] = self.vectors[[queries[at].row for at in inside]]
        fresh = {at: encoder_text(item.article) for at, item in enumerate(queries) if item.article is not None}
        if fresh:
            assert self.encoder is not None
            out[list(fresh)] = encode_unit(self.encoder, list(fresh.values()))
        return out

    def _neighbours(self, queries: list[Query], hits: list[Hits]) -> list[list[Neighbour]]:
        wanted = sorted({self.columns.ids[row] for found in hits for row, _ in found})
        articles = {article.id: article for article in self.get_many(wanted)}
        return [
            [
                Neighbour(query.name, self.columns.ids[row], score, articles[self.columns.ids[row]])
                for row, score in found
            ]
            for query, found in zip(queries, hits, strict=True)
        ]


def _rename_new(partial: Path, path: Path) -> None:
    """Give a finished index its name, which another process may have taken meanwhile."""
    try:
        partial.rename(path)
    except OSError:
        check_free(path)
        raise
