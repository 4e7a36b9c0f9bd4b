"""NewsIndex: a directory of articles that can be added, removed and searched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import Encoder
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.folder.paths import ARRAYS
from sada.indexes.handle.boilerplate_store import BoilerplateStore
from sada.indexes.handle.info import in_short
from sada.indexes.handle.moved import moved_member
from sada.indexes.handle.printed import with_printed
from sada.indexes.handle.reencoding import reencode
from sada.indexes.handle.searcher import Searcher
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.handle.story_store import StoryStore
from sada.indexes.search.copies import Neighbour
from sada.indexes.search.filters import Filter
from sada.indexes.search.options import By, QueryOptions
from sada.indexes.threads import carries_threads
from sada.indexes.upkeep.upkeep import Upkeep
from sada.indexes.writing.compaction import CompactReport, compact
from sada.indexes.writing.creation import JACCARD, create_index
from sada.indexes.writing.encoder_settings import encoder_settings
from sada.indexes.writing.reencode import ReencodeReport
from sada.indexes.writing.removal import remove_articles
from sada.indexes.writing.writer import COMMIT_EVERY, AddReport, Progress

_EVERY = Filter()
_PAGE = 1000


class NewsIndex(Upkeep):
    """An index on disk: articles that can be added, removed and searched.

    Make one with :meth:`create`, or open one with :meth:`open`. It is a context manager, its length is the number of
    its articles, an id can be ``in`` it, and it iterates over its articles in the order of their ids. Many processes
    may read an index while one writes; each sees one commit until it writes or refreshes. Threads may share it.

    >>> len(index), "ar-063" in index, [hit.id for hit in index.search("ar-063", k=1, by="copy")]
    (125, True, ['ar-124'])

    Args:
        path: its directory.
        encoder: the one that it was made with, to be sure of it; needed if that was an object or is not one of Sada's.
        options: of the encoder for this opening, see :func:`~sada.indexes.encoders.loading.load_encoder`.
        threads: how many to use, 0 for one a core; results are the same for any number.

    Attributes:
        path: as a :class:`~pathlib.Path`.
        threads: as given.
        boilerplate: what outlets print under many articles, a
            :class:`~sada.indexes.handle.boilerplate_store.BoilerplateStore`.
        stories: the stored ones, a :class:`~sada.indexes.handle.story_store.StoryStore`.
        snapshot: rows and arrays of the open commit, a :class:`~sada.indexes.handle.snapshot.Snapshot`.

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
        self.snapshot = Snapshot(path, encoder=encoder, options=options, threads=threads)
        self.path, self.threads = self.snapshot.path, threads
        self.boilerplate = BoilerplateStore(self.snapshot)
        self.stories = StoryStore(self.snapshot)
        self._searcher = Searcher(self.snapshot)

    def __repr__(self) -> str:
        return f"<NewsIndex {str(self.path)!r}: {in_short(self.snapshot)}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.snapshot.columns)

    def __contains__(self, id_: object) -> bool:
        return id_ in self.snapshot.columns.row_of

    def __iter__(self) -> Iterator[Article]:
        ids = sorted(self.snapshot.columns.ids)
        for start in range(0, len(ids), _PAGE):
            yield from self.snapshot.get_many(ids[start : start + _PAGE])

    if not TYPE_CHECKING:  # names that moved are no names for a type checker

        def __getattr__(self, name: str) -> Any:
            return moved_member(self, name)

    @property
    def encoder(self) -> Encoder | None:
        """The encoder that it was made with; :class:`IndexMismatchError` if another is at hand. None for ``none``."""
        return self.snapshot.encoder

    def close(self) -> None:
        """Close the files."""
        self.snapshot.close()

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
            encoder: ``"default"`` (which is ``"e5-short"``), ``"e5"``, ``"use"``, ``"fast"``, ``"none"``, the path of a
                static encoder's weight file, the name or path of a sentence-transformers model, two of them joined by
                ``+``, or an object with the :class:`~sada.indexes.encoders.encoder.Encoder` protocol.
            options: of the encoder, see :func:`~sada.indexes.encoders.loading.load_encoder`.
            jaccard: the least Jaccard of copies that queries by copy are to find; it chooses the bands of the stored
                LSH (:meth:`~sada.indexes.minhash.bands.Bands.for_jaccard`), and :meth:`info` says what they miss.
            threads: how many to use, 0 for one a core.

        Raises:
            ValueError: if ``jaccard`` is not above 0 and up to 1.
            IndexExistsError: if anything is at ``path``.
            EncoderError, MissingPackageError: if the encoder cannot be had.
        """
        loaded = create_index(path, encoder, options, jaccard, threads)
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
        """Add new articles, and update those with a known id and other content.

        Args:
            articles: any iterable; with :func:`~sada.indexes.reading.readers.read_articles` bad rows are counted too.
            commit_every: articles a commit. What was committed stays if a later batch fails.
            on_progress: called with (stage, done, total) during the slow stages of a batch.

        Raises:
            IndexBusyError: if another process is writing.
        """
        with self.snapshot.writing():
            return self.snapshot.writer(on_progress).add(articles, commit_every)

    @carries_threads
    def compact(self) -> CompactReport:
        """Merge all segments into one, and free the space of removed and replaced articles.

        Queries answer as before. Other processes can read meanwhile.

        Raises:
            IndexBusyError: if another process is writing.
        """
        with self.snapshot.writing():
            return compact(self.path, self.path / ARRAYS, self.snapshot.catalog, self.snapshot.bands)

    @carries_threads
    def reencode(
        self,
        encoder: Encoder | str | None,
        *,
        options: Mapping[str, str] | None = None,
        on_progress: Progress | None = None,
    ) -> ReencodeReport:
        """Give the index another encoder, or none; the old vectors answer until one commit replaces them.

        Other processes can read and add meanwhile. After an interruption the index is as before, and the next call with
        the same encoder goes on with the vectors that were made.

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
        return reencode(self.snapshot, loaded, encoder_settings(encoder, loaded), on_progress)

    def remove(self, ids: str | Iterable[str]) -> int:
        """Remove articles by one id or several, and with a page those printed on it; returns how many were removed.

        Stories change when they are next brought up to date.

        Raises:
            UnknownArticleError: if an id is not in the index; then nothing is removed.
            IndexBusyError: if another process is writing.
        """
        with self.snapshot.writing():
            wanted = with_printed([ids] if isinstance(ids, str) else ids, self.snapshot)
            return remove_articles(self.snapshot.catalog, wanted)

    @overload
    def get(self, id_: str) -> Article: ...  # type: ignore[overload-overlap] # a text is one id

    @overload
    def get(self, id_: Sequence[str]) -> list[Article]: ...

    def get(self, id_: str | Sequence[str]) -> Article | list[Article]:
        """Return the article of an id, or for several ids a list of articles in their order.

        Raises:
            UnknownArticleError: for the first id that is not in the index.
        """
        return self.snapshot.get_many([id_])[0] if isinstance(id_, str) else self.snapshot.get_many(id_)

    @overload
    def neighbours(  # type: ignore[overload-overlap] # a text is one query, though also a sequence of texts
        self, query: str | Article, k: int = ..., *, by: By = ..., threshold: float | None = ...,
        filters: Filter = ..., explain: bool = ..., options: QueryOptions | None = ...,
    ) -> list[Neighbour]: ...  # fmt: skip

    @overload
    def neighbours(
        self, query: Sequence[str | Article], k: int = ..., *, by: By = ..., threshold: float | None = ...,
        filters: Filter = ..., explain: bool = ..., options: QueryOptions | None = ...,
    ) -> list[list[Neighbour]]: ...  # fmt: skip

    @carries_threads
    def neighbours(
        self,
        query: str | Article | Sequence[str | Article],
        k: int = 10,
        *,
        by: By = "meaning",
        threshold: float | None = None,
        filters: Filter = _EVERY,
        explain: bool = False,
        options: QueryOptions | None = None,
    ) -> list[Neighbour] | list[list[Neighbour]]:
        """Find the articles nearest to each query.

        ``query`` is the id of an article in the index, or an :class:`Article` that need not be in it, or several of
        these as one batch. :class:`~sada.indexes.search.options.QueryOptions` describes the other arguments;
        ``options`` gives all of them at once.

        Returns:
            The neighbours, nearest first, without the article of the query's own id; one list per query for several.

        Raises:
            UnknownArticleError: if an id is not in the index.
            ValueError: if ``k`` is below 1, ``by`` is none of its choices, or ``threshold`` is no score.
        """
        wanted = options or QueryOptions(k, by, threshold, filters, explain)
        if isinstance(query, str | Article):
            return self._searcher.answers([query], wanted)[0]
        return self._searcher.answers(query, wanted)

    search = neighbours

    @carries_threads
    def languages_of(self, queries: Sequence[str | Article]) -> list[str]:
        """Return the language of each query, stated or identified; empty if it is uncertain."""
        return self._searcher.languages_of(queries)

    @carries_threads
    def encoder_reads(self, queries: Sequence[str | Article]) -> list[bool]:
        """Return whether the encoder reads each query: if not, words stand in for meaning.

        It does not read languages and letters that it does not know, nor an article without words.
        """
        return self._searcher.encoder_reads(queries)

    def refresh(self) -> bool:
        """Move to the newest commit, also of another process; True if it differs. Running queries begin again."""
        return self.snapshot.refresh()
