"""One commit of an index: rows, columns and arrays, each read on first use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import numpy as np

from sada.indexes.article import Article, encodable
from sada.indexes.boilerplate.lines import Boilerplate
from sada.indexes.disk.faults import closed
from sada.indexes.encoders.encoder import Encoder
from sada.indexes.errors import IndexDamagedError, IndexMismatchError, SadaError, UnknownArticleError
from sada.indexes.folder.paths import ARRAYS, FAISS
from sada.indexes.handle.kept import kept
from sada.indexes.handle.own_encoder import is_own, own_encoder, refuse_earlier_rule
from sada.indexes.handle.rules import check_rules
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.sketches import Sketches
from sada.indexes.segments.segment import StoredSegment
from sada.indexes.segments.segments import Segments
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.columns import Columns
from sada.indexes.storage.locks import writer_lock
from sada.indexes.writing.encoder_settings import known_languages
from sada.indexes.writing.rewrite import renew
from sada.indexes.writing.writer import Progress, Writer

if TYPE_CHECKING:
    from sada.indexes.search.bm25 import WordSearch
    from sada.indexes.search.dense import VectorSearch
    from sada.indexes.search.hybrid import QueryView

_OF_A_COMMIT = ("columns", "segments", "stored", "sketches", "vectors", "vector_search", "word_search", "view",
                "dimension", "encoder_name", "encoder_languages", "boilerplate")  # fmt: skip
_TRIES = 5
_T = TypeVar("_T")


class Snapshot:
    """One commit of an index: the articles as columns and arrays, and the searches over them.

    Each part is read on first use, and kept until the index moves to another commit. This is for code that works on
    rows and columns; :class:`~sada.indexes.index.NewsIndex` returns articles.

    Args:
        path: the index's directory.
        encoder: the encoder that the index was made with, to be sure that it is that one; needed where that was an
            object, or does not come with Sada: a model is not loaded because an index names it.
        options: of the encoder, for this opening, as the device; see
            :func:`~sada.indexes.encoders.loading.load_encoder`.
        threads: how many to use, 0 for one a core; results are the same for any number.

    Raises:
        NotAnIndexError, IndexMismatchError, IndexDamagedError: naming what is there and what was expected.
        UntrustedIndexError, IndexReadOnlyError, NoRoomError: naming what is refused, not allowed or full.
        EncoderError, MissingPackageError: if an encoder is named and cannot be had.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        encoder: Encoder | str | None = None,
        options: Mapping[str, str] | None = None,
        threads: int = 0,
    ) -> None:
        self.path = Path(path)
        self.threads = threads
        self._options = dict(options or {})
        self.catalog = Catalog(self.path)
        self.lock = threading.RLock()
        self._given_encoder = encoder
        self._arrays: ArrayStore | SadaError = closed(self.path)
        self._known: Columns | None = None  # of the last commit that was read: the next has mostly the same articles
        try:
            self._check_stamps()
            self._map_arrays()
            if encoder is not None:
                self.encoder  # noqa: B018 # refused now if it is another one
        except BaseException:
            self.close()
            raise

    def _check_stamps(self) -> None:
        self.catalog.commits.warn()
        check_rules(self.path, self.catalog)
        try:
            self.bands = Bands.of_stamp(self.catalog.setting("lsh"))
        except (KeyError, TypeError, ValueError) as error:
            raise IndexMismatchError(f"{self.path}: its LSH cannot be read ({error}): build the index anew") from None

    def _map_arrays(self) -> None:
        """Map the arrays; a writer that merges segments meanwhile is caught up with, other faults are told on use."""
        for _ in range(_TRIES):
            try:
                self._arrays = ArrayStore(self.path / ARRAYS, self.catalog.files(), self.array_store)
            except IndexDamagedError as error:
                self._arrays = error
                return
            if not self._arrays.missing:
                return
            self.catalog.refresh()

    def close(self) -> None:
        """Close the files, and the maps of arrays, which would stay open until the garbage collector comes."""
        with self.lock:
            self.catalog.close()
            self.__dict__.pop("encoder", None)
            self._drop()
            self._known = None
            self._arrays = closed(self.path)

    @kept
    def columns(self) -> Columns:
        """Ids, times, languages and sources of all articles, in the order in which they were first added."""
        self._known = Columns.load(self.catalog, self._known)
        return self._known

    @kept
    def segments(self) -> Segments:
        """The stored arrays of all articles."""
        return Segments(self.stored, self.columns)

    @kept
    def stored(self) -> list[StoredSegment]:
        """The segments of the snapshot.

        Raises:
            IndexDamagedError: if the list of their files has changed.
        """
        if isinstance(self._arrays, SadaError):
            raise self._arrays
        numbers = sorted(self._arrays.files)
        return [StoredSegment(self._arrays, segment, self.bands, self.dimension) for segment in numbers]

    @kept
    def sketches(self) -> Sketches:
        """Shingle sets, signatures and keys of all articles, in the order of :attr:`columns`."""
        return self.segments.sketches()

    @kept
    def vectors(self) -> np.ndarray:
        """The embeddings, float32 (n, dimension), unit rows in the order of :attr:`columns`."""
        return self.segments.vectors(self.dimension)

    @kept
    def vector_search(self) -> VectorSearch:
        """The search by meaning, in FAISS."""
        from sada.indexes.search.dense import VectorSearch

        return VectorSearch(self.segments.parts, self.dimension, self.path / FAISS)

    @kept
    def word_search(self) -> WordSearch:
        """The search by words, with BM25."""
        from sada.indexes.search.bm25 import WordSearch

        return WordSearch(self.segments.parts)

    @kept
    def view(self) -> QueryView:
        """All that a query needs of one commit."""
        from sada.indexes.search.hybrid import QueryView

        vectors = self.vector_search if self.dimension else None
        return QueryView(
            self.columns, self.segments, vectors, self.word_search, self.encoder_languages, lambda: self.encoder
        )

    @kept
    def dimension(self) -> int:
        """The number of values of an embedding; 0 for an index without encoder."""
        return int(self.catalog.setting("encoder")["dimension"])

    @kept
    def encoder_name(self) -> str:
        """The name of the index's encoder; ``"none"`` if there is none."""
        return str(self.catalog.setting("encoder")["name"])

    @kept
    def encoder_languages(self) -> frozenset[str] | None:
        """The languages that the encoder knows; None if they are not limited or there is no encoder."""
        return known_languages(self.catalog)

    @kept
    def encoder(self) -> Encoder | None:
        """The encoder of the index, loaded on first use; None for ``none``.

        Raises:
            IndexMismatchError: if the encoder at hand is not the one that the index was made with.
        """
        return own_encoder(self.path, self.catalog, self._given_encoder, self._options, self.threads)

    @kept
    def boilerplate(self) -> Boilerplate:
        """The lines that the index leaves out of articles when it compares them."""
        return Boilerplate.of(self.catalog)

    @property
    def copy_threshold(self) -> float:
        """The least Jaccard of copies that the bands of the index were chosen for; see :meth:`~NewsIndex.create`."""
        return float(self.catalog.setting("lsh")["jaccard"])

    def get_many(self, ids: Sequence[str]) -> list[Article]:
        """Return the articles of some ids, in their order; :class:`UnknownArticleError` for the first unknown id."""
        with self.lock:
            found = {article.id: article for article in self.catalog.articles(list(map(encodable, ids)))}
            for id_ in ids:
                if id_ not in found:
                    self.explain_absence(id_)
        return [found[id_] for id_ in ids]

    def contents(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Return the :meth:`~sada.indexes.article.Article.content_key` of each id that is in the index."""
        with self.lock:
            return self.catalog.contents(list(map(encodable, ids)))

    def refresh(self) -> bool:
        """Move to the newest commit, also of another process; True if it differs from the present one."""
        with self.lock:
            before = self.catalog.state
            self.catalog.refresh()
            if self.catalog.state == before:
                return False
            self.forget()
            return True

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer lock on the newest commit; afterwards the snapshot is that of what was written.

        Raises:
            IndexBusyError: if another process is writing.
        """
        with self.lock, writer_lock(self.path):
            self.catalog.refresh()
            self.forget()
            try:
                yield
            finally:
                self.forget()

    def writer(self, on_progress: Progress | None = None) -> Writer:
        """Return a writer of this index, which is raised to the newest format; the caller holds the writer lock."""
        writer = Writer(self.path / ARRAYS, self.catalog, self.encoder, self.bands, on_progress)
        if renew(self.catalog, writer, self.columns, on_progress or (lambda stage, done, total: None)):
            self.forget()
        refuse_earlier_rule(self.path, self.catalog)
        return writer

    def in_one_state(self, answer: Callable[[QueryView], _T]) -> _T:
        """Answer from one commit; if another thread wrote through this object meanwhile, answer again."""
        while True:
            with self.lock:
                view = self.view
            try:
                found = answer(view)
            except Exception:
                with self.lock:
                    if view is self.view:
                        raise
                continue
            with self.lock:
                if view is self.view:
                    return found

    @property
    def array_store(self) -> ArrayStore | None:
        """The array files; None if the list of them is damaged."""
        return None if isinstance(self._arrays, SadaError) else self._arrays

    def use_encoder(self, encoder: Encoder | None) -> None:
        """Use another encoder from now on, as after a reencoding."""
        self._given_encoder = encoder

    def explain_absence(self, id_: str) -> NoReturn:
        """Raise the error that fits an id without an article."""
        if id_ in self.columns.row_of:
            raise IndexDamagedError(
                f"{self.path}: article {id_!r} cannot be read; find what is wrong with: sada verify"
            )
        raise UnknownArticleError(f"no article {id_!r} in {self.path}")

    def forget(self) -> None:
        """Drop all that was read of a commit; it is read again on next use."""
        self._drop()
        if "encoder" in self.__dict__ and not is_own(self.encoder, self.catalog):
            del self.__dict__["encoder"]
        self._map_arrays()

    def _drop(self) -> None:
        for name in _OF_A_COMMIT:
            self.__dict__.pop(name, None)
