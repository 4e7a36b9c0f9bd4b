"""Read articles in batches and sketch them in parallel, for :func:`~sada.cluster.copies.copies.find_copies`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sada.cluster.likeness.texts import SpooledTexts
from sada.indexes.article import Article
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import short_keys
from sada.indexes.minhash.respelling import blocking_keys
from sada.indexes.minhash.shingle_spool import ShingleSpool
from sada.indexes.minhash.sketches import ShingleSets, shingle, sign
from sada.indexes.ragged import joined
from sada.indexes.reading.batches import Batch, Batched, CopyFields, batches_of
from sada.indexes.storage.columns import Columns
from sada.indexes.threads import thread_count, worker_pool

_WAITING = 2  # batches per worker that may wait


class SketchedArticles(NamedTuple):
    """n articles without their texts.

    Attributes:
        columns: ids, sources and times.
        sets: their shingles, in a temporary file that is deleted with this object.
        keys: uint32 (bands, n), see :func:`~sada.indexes.minhash.lsh.short_keys`.
        texts: their texts, in such a file as well.
        spellings: uint32 (4, n), see :func:`~sada.indexes.minhash.respelling.blocking_keys`.
    """

    columns: Columns
    sets: ShingleSets
    keys: np.ndarray
    texts: SpooledTexts
    spellings: np.ndarray


class _Sketched(NamedTuple):
    """The sketches of a batch, and its bodies as :func:`~sada.indexes.ragged.joined` returns them."""

    sets: ShingleSets
    keys: np.ndarray
    spellings: np.ndarray
    data: np.ndarray
    offsets: np.ndarray


def sketch_articles(articles: Iterable[Article] | Batched, bands: Bands) -> SketchedArticles:
    """Read and sketch articles in batches; reading and sketching overlap, and the order is kept."""
    batches = articles.batches() if isinstance(articles, Batched) else batches_of(_copy_fields(articles))
    parts, spool, texts = _Parts(), ShingleSpool(), SpooledTexts()
    spellings = [blocking_keys(*joined([]))]
    for batch, sketched in _in_parallel(batches, bands):
        spool.add(sketched.sets)
        texts.add(batch, sketched.data, sketched.offsets)
        parts.add(batch, sketched.keys)
        spellings.append(sketched.spellings)
    return SketchedArticles(
        parts.columns(), spool.sets(), parts.keys(bands), texts.close(), np.concatenate(spellings, axis=1)
    )


def _copy_fields(articles: Iterable[Article]) -> Iterator[tuple[CopyFields, None]]:
    """Yield what is needed of each article, in the form of :func:`~sada.indexes.reading.batches.batches_of`."""
    return ((CopyFields.of(article), None) for article in articles)


def _in_parallel(batches: Iterator[Batch], bands: Bands) -> Iterator[tuple[Batch, _Sketched]]:
    """Yield each batch with its sketches; other threads, if any, sketch while the next batches are read."""
    workers = thread_count() - 1
    if not workers:
        yield from ((batch, _sketched(batch, bands)) for batch in batches)
        return
    pending: deque[tuple[Batch, Future[_Sketched]]] = deque()
    with worker_pool(workers) as pool:
        for batch in batches:
            pending.append((batch, pool.submit(_sketched, batch, bands)))
            if len(pending) > _WAITING * workers:
                done, future = pending.popleft()
                yield done, future.result()
        for done, future in pending:
            yield done, future.result()


def _sketched(batch: Batch, bands: Bands) -> _Sketched:
    """Sketch a batch; signatures are not kept."""
    data, offsets = joined(batch.bodies)
    batch.bodies.clear()
    sets = shingle(data, offsets)
    keys = short_keys(sign(sets.shingles, sets.bounds), bands)
    return _Sketched(sets, keys, blocking_keys(data, offsets), data, offsets)


@dataclass
class _Parts:
    """Collects the columns of all batches."""

    _ids: list[str] = field(default_factory=list)
    _sources: list[str] = field(default_factory=list)
    _published: list[np.ndarray] = field(default_factory=list)
    _keys: list[np.ndarray] = field(default_factory=list)
    _outlets: dict[str, str] = field(default_factory=dict)  # one string object per outlet

    def add(self, batch: Batch, keys: np.ndarray) -> None:
        self._ids += batch.ids
        self._sources += [self._outlets.setdefault(source, source) for source in batch.sources]
        self._published.append(np.array(batch.published, np.int64))
        self._keys.append(keys)

    def columns(self) -> Columns:
        published = np.concatenate([*self._published, np.zeros(0, np.int64)])
        return Columns.outside(self._ids, published, [""] * len(self._ids), self._sources)

    def keys(self, bands: Bands) -> np.ndarray:
        return np.concatenate([np.zeros((bands.count, 0), np.uint32), *self._keys], axis=1)
