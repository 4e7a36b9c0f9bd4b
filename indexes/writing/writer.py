"""Adds articles to an index: each batch becomes one segment and one commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sada.indexes.article import Article
from sada.indexes.boilerplate.forgetting import forget_unprinted
from sada.indexes.boilerplate.lines import Boilerplate
from sada.indexes.encoders.encoder import Encoder, encoder_text, same_encoder
from sada.indexes.encoders.encoder import stamp as encoder_stamp
from sada.indexes.errors import IndexMismatchError
from sada.indexes.folder.paths import ARRAY_FILE, FAISS
from sada.indexes.folder.sweeping import sweep
from sada.indexes.languages.language_id import believed, identify
from sada.indexes.minhash import sketches as minhash
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.respelling import stored_keys
from sada.indexes.ragged import unique
from sada.indexes.search.faiss_cache import build_cache, sweep_caches
from sada.indexes.segments.merging import Merger, due
from sada.indexes.segments.postings import word_arrays
from sada.indexes.segments.segment import SPELLINGS, StoredSegment, home_codes, home_pairs, write_segment
from sada.indexes.segments.vector_reuse import reused_vectors
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.arrays import ArrayFile
from sada.indexes.storage.article_rows import Placed
from sada.indexes.storage.catalog import Catalog
from sada.indexes.writing.encoder_settings import known_languages

COMMIT_EVERY = 20_000
_REPEATED = 10
_BATCH_CHARACTERS = 100_000_000
_LETTERS_TO_IDENTIFY = 300
Progress = Callable[[str, int, int], None]
Identified = tuple[str, float | None]
"""An identified language and its probability; an empty text and None for an article that names its language."""


@dataclass(frozen=True, slots=True)
class AddReport:
    """How many articles were read, and what was done with them: ``read = added + updated + unchanged + skipped + bad``.

    >>> report = index.add([articles[0], Article("a1", title="Rain"), Article("a2")])
    >>> report.read, report.added, report.unchanged, report.skipped
    (3, 1, 1, 1)

    ``skipped`` articles have neither title nor text, or another article with the same id followed in the batch. ``bad``
    rows are no articles. ``notes`` counts minor problems: a date that cannot be read, an id that came again with other
    content. ``problems`` describes the first bad rows and notes of the reader. ``repeated`` lists the first ids that
    came again with other content; the last article of each was stored.
    """

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    bad: int = 0
    notes: int = 0
    problems: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and lists as plain values."""
        return asdict(self) | {"problems": list(self.problems), "repeated": list(self.repeated)}


class Writer:
    """Writes articles, segments and FAISS files of an index; the caller holds the writer lock.

    Args:
        arrays: the folder of the array files.
        catalog: the open catalog.
        encoder: it makes the embeddings; None for an index without.
        bands: the bands of the LSH.
        on_progress: called with (stage, done, total) during the slow stages of a batch.
    """

    def __init__(
        self,
        arrays: Path,
        catalog: Catalog,
        encoder: Encoder | None,
        bands: Bands,
        on_progress: Progress | None,
    ) -> None:
        self._arrays = arrays
        self._caches = arrays.parent / FAISS
        self._catalog = catalog
        self._encoder = encoder
        self._bands = bands
        self._progress = on_progress or (lambda stage, done, total: None)
        self._store: ArrayStore | None = None  # what was mapped last
        self._counts: Counter[str] = Counter()
        self._repeated: dict[str, None] = {}

    def add(self, articles: Iterable[Article], commit_every: int) -> AddReport:
        """Add and update articles, one commit per batch.

        Raises:
            IndexMismatchError: if the index was given another encoder meanwhile.
        """
        self.check_encoder()
        self.sweep()
        before = self._catalog.files().keys()
        for batch in batches(articles, commit_every):
            changed = self._changed(batch)
            if changed:
                self._commit(list(changed.values()))
        self.build_caches(but=before)
        counts = Counter(self._counts)
        problems: tuple[str, ...] = ()
        reading = getattr(articles, "report", None)
        if reading is not None:
            bad, skipped = reading.bad, reading.skipped
            counts.update(read=bad + skipped, bad=bad, skipped=skipped, notes=reading.notes)
            problems = tuple(map(str, reading.problems))
        return AddReport(**dict(counts), problems=problems, repeated=tuple(self._repeated))

    @property
    def encoder(self) -> Encoder | None:
        """The encoder that makes the embeddings; None for an index without."""
        return self._encoder

    def check_encoder(self) -> None:
        """Raise :class:`IndexMismatchError` if the index was given another encoder meanwhile."""
        stored, here = self._catalog.setting("encoder"), encoder_stamp(self._encoder)
        if not same_encoder(stored, here):
            raise IndexMismatchError(
                f"{self._catalog.path.parent}: reencoded meanwhile, with encoder {stored['name']!r} in place of"
                f" {here['name']!r}: open it anew"
            )

    def _changed(self, batch: list[Article]) -> dict[str, tuple[Article, bytes]]:
        """Return the articles to store (the last of each id) with their content keys, and count every article."""
        last: dict[str, tuple[Article, bytes]] = {}
        for article in batch:
            self._counts["read"] += 1
            if article.is_empty:
                self._counts["skipped"] += 1
                continue
            content = article.content_key()
            earlier = last.get(article.id)
            if earlier is not None:
                self._replaced(article.id, same=earlier[1] == content)
            last[article.id] = (article, content)
        stored = self._catalog.contents(list(last))
        changed = {}
        for id_, (article, content) in last.items():
            known = stored.get(id_)
            outcome = "added" if known is None else "unchanged" if known == content else "updated"
            self._counts[outcome] += 1
            if outcome != "unchanged":
                changed[id_] = (article, content)
        return changed

    def _replaced(self, id_: str, same: bool) -> None:
        """Count an article that is followed in the batch by another with the same id."""
        self._counts["unchanged" if same else "skipped"] += 1
        if not same:
            self._counts["notes"] += 1
            if len(self._repeated) < _REPEATED:
                self._repeated[id_] = None

    def _commit(self, changed: list[tuple[Article, bytes]]) -> None:
        articles = [article.plain() for article, _ in changed]
        self._progress("sketching", 0, len(articles))
        identified = _identify(articles)
        languages = [
            article.language if certainty is None else believed(language, certainty)
            for article, (language, certainty) in zip(articles, identified, strict=True)
        ]
        files = self.write(Boilerplate.of(self._catalog).read(articles), languages)
        placed = [
            Placed(*stored, language, position, certainty)
            for position, (stored, (language, certainty)) in enumerate(zip(changed, identified, strict=True))
        ]
        with self._catalog.writing():
            forget_unprinted(self._catalog, self._catalog.put(self._catalog.next_segment(), files, placed))
            self._catalog.touch()
        self.merge_due()
        self._progress("committed", len(articles), len(articles))

    def write(self, articles: Sequence[Article], languages: Sequence[str]) -> dict[str, ArrayFile]:
        """Write the arrays of a new segment.

        Args:
            articles: without boilerplate, see :meth:`~sada.indexes.boilerplate.lines.Boilerplate.read`.
            languages: of each article; empty if it is uncertain.
        """
        bodies = [article.body for article in articles]
        sketches = minhash.sketch(bodies)
        more = {} if self._encoder is None else self._vectors_of(self._encoder, articles, languages)
        more |= word_arrays(articles) | {SPELLINGS: stored_keys(bodies)}
        return write_segment(self._arrays, sketches, self._bands, more)

    def _vectors_of(
        self, encoder: Encoder, articles: Sequence[Article], languages: Sequence[str]
    ) -> dict[str, np.ndarray]:
        """Return the vectors of the articles and the keys of their texts; no text is encoded twice."""
        texts = [encoder_text(article) for article in articles]
        known = known_languages(self._catalog)
        encoded = summed(lambda done: self._progress("encoding", done, len(articles)))
        return reused_vectors(encoder, texts, languages, known, self.stored(), encoded)

    def merge(self, segments: Sequence[int]) -> None:
        """Merge segments into one, in a commit of its own. The articles stay the same."""
        parts = self.stored(segments)
        removed = self._removed()
        merger = Merger.of(parts, removed)
        files = merger.write(self._arrays)
        here = unique(np.concatenate([part.homes for part in parts]))
        with self._catalog.writing():
            self._catalog.replace_segments(segments, files, home_pairs(removed[np.isin(removed, here)]))
        self.sweep()

    def merge_due(self) -> None:
        """Merge segments of similar size until there are none."""
        while True:
            removed = self._removed()
            stored = self.stored()
            gone = (np.count_nonzero(one.positions_of(removed) >= 0) if len(removed) else 0 for one in stored)
            living = {one.segment: one.count - int(dead) for one, dead in zip(stored, gone, strict=True)}
            chosen = due(living)
            if not chosen:
                return
            self.merge(chosen)

    def stored(self, segments: Iterable[int] | None = None) -> list[StoredSegment]:
        """Return some segments, by default all, as the catalog lists them now."""
        files = self._catalog.files()
        wanted = files if segments is None else {segment: files[segment] for segment in segments}
        self._store = ArrayStore(self._arrays, wanted, self._store)
        dimension = self._catalog.setting("encoder")["dimension"]
        return [StoredSegment(self._store, segment, self._bands, dimension) for segment in wanted]

    def _removed(self) -> np.ndarray:
        """Return the homes of removed articles as sorted uint64 codes."""
        return np.sort(home_codes(*np.array(self._catalog.removed(), np.int64).reshape(-1, 2).T))

    def sweep(self) -> None:
        """Delete array files that no commit names: those of merged segments and of writers that crashed.

        A reader of an older commit has its files mapped already; one that has not finds them missing and moves to the
        newest commit. The FAISS files of such segments are deleted, too. What is not Sada's stays, with a warning.
        """
        named = {entry.name for kinds in self._catalog.files().values() for entry in kinds.values()}
        sweep(self._arrays, ARRAY_FILE, keep=named)
        sweep_caches(self._caches, self.stored())

    def build_caches(self, but: Collection[int] = ()) -> None:
        """Build the FAISS files of the large segments, except those in ``but``."""
        for stored in self.stored():
            if stored.segment not in but:
                build_cache(self._caches, stored)


def summed(on_total: Callable[[int], None]) -> Callable[[int], None]:
    """Return a function that adds up its arguments and passes the sum on each time that it grows."""
    total = 0

    def add(more: int) -> None:
        nonlocal total
        total += more
        if more:
            on_total(total)

    return add


def batches(articles: Iterable[Article], count: int) -> Iterator[list[Article]]:
    """Yield lists of at most ``count`` articles and about 100 million characters."""
    batch: list[Article] = []
    characters = 0
    for article in articles:
        batch.append(article)
        characters += len(article.text)
        if len(batch) >= count or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _identify(articles: Sequence[Article]) -> list[Identified]:
    """Identify the language of each article that does not name it; empty for those that do."""
    unnamed = [row for row, article in enumerate(articles) if not article.language]
    found: list[Identified] = [("", None)] * len(articles)
    if unnamed:
        named = identify([f"{articles[row].title}\n{articles[row].text[:_LETTERS_TO_IDENTIFY]}" for row in unnamed])
        for row, one in zip(unnamed, named, strict=True):
            found[row] = one
    return found
