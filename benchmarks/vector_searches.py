"""The searches that ``vectors.py`` compares: what Sada chooses from, what else FAISS has, and other libraries.

Each is made and left in a folder by one process, and opened there by another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.search import quantized
from sada.indexes.search.dense import VectorSearch
from sada.indexes.search.faiss_cache import build_cache
from sada.indexes.search.quantized import plan
from sada.indexes.segments.flat_vectors import rescored
from sada.indexes.segments.segment import VECTORS, Part
from sada.indexes.storage.arrays import ArrayFile, StoredArray, write_array

Search = Callable[..., np.ndarray]
CANDIDATES = 250
_EF = 128
_AT_ONCE = 20_000
_TRAINED_ON = 64


class Contestant(Protocol):
    """One way to search."""

    name: str

    def make(self, vectors: np.ndarray, folder: Path) -> None:
        """Leave in a folder what it needs of float16 (n, dimension) vectors."""

    def open(self, vectors: np.ndarray, folder: Path) -> Search:
        """A function of float32 (m, dimension) unit queries and k that gives int64 (m, k) rows."""


class Segment:
    """One stored array, as an index has it."""

    segment = 0

    def __init__(self, folder: Path, entry: ArrayFile) -> None:
        self._array = StoredArray(folder, entry)

    def has(self, kind: str) -> bool:
        """It has vectors alone."""
        return kind == VECTORS

    def array(self, _: str) -> StoredArray:
        """The vectors."""
        return self._array


@dataclass(frozen=True)
class Sada:
    """One of the three kinds that :func:`sada.indexes.search.quantized.plan` chooses from, whatever the size."""

    kind: str

    @property
    def name(self) -> str:
        """As in the table."""
        return f"Sada, {self.kind}"

    def is_chosen(self, rows: int, dimension: int) -> bool:
        """Whether Sada takes it for so many vectors by itself."""
        chosen = plan(rows, dimension)
        return self.kind == (chosen.name if chosen else "exact")

    def make(self, vectors: np.ndarray, folder: Path) -> None:
        """Write what an index would."""
        self._force()
        build_cache(folder / "faiss", self._stored(vectors, folder), 0)

    def open(self, vectors: np.ndarray, folder: Path) -> Search:
        """As an index does."""
        self._force()
        stored = self._stored(vectors, folder)
        search = VectorSearch([Part(stored, np.arange(len(vectors)))], vectors.shape[1], folder / "faiss")
        return lambda queries, k, mask=None: search.search(queries, k, mask=mask)[0]

    def _force(self) -> None:
        if self.kind == "exact":
            quantized.EXACT_VALUES = 1 << 60
        else:
            quantized.EXACT_VALUES = 0
            quantized.SCAN_ROWS = 1 << 60 if self.kind == "scan" else 0

    def _stored(self, vectors: np.ndarray, folder: Path) -> Any:
        known = folder.parent / "stored"
        if not known.exists():
            known.mkdir()
            (known / "entry").write_text("\n".join(map(str, write_array(known, VECTORS, vectors))))
        name, length, checksum = (known / "entry").read_text().split("\n")
        return Segment(known, ArrayFile(name, int(length), checksum))


@dataclass(frozen=True)
class Faiss:
    """A FAISS index by its factory string; ``{lists}`` is how many Sada's lists would be.

    With ``again`` its results are candidates that the half-precision vectors score, as in Sada.
    """

    name: str
    factory: str
    again: bool = True

    def make(self, vectors: np.ndarray, folder: Path) -> None:
        """Train, fill and write."""
        import faiss

        lists = self._lists(vectors)
        text = self.factory.format(lists=lists)
        index = faiss.index_factory(vectors.shape[1], text, faiss.METRIC_INNER_PRODUCT)
        if not index.is_trained:
            wanted = min(len(vectors), max(_TRAINED_ON * lists, 1 << 14))
            rows = np.sort(np.random.default_rng(0).choice(len(vectors), wanted, replace=False))
            index.train(unit_rows(vectors[rows]))
        for part in blocks(vectors):
            index.add(part)
        faiss.write_index(index, str(folder / "index.faiss"))

    def open(self, vectors: np.ndarray, folder: Path) -> Search:
        """Read; a single query is given one thread, as others would only be waited for."""
        import faiss

        index, threads = faiss.read_index(str(folder / "index.faiss")), faiss.omp_get_max_threads()
        stored = Sada("exact")._stored(vectors, folder).array(VECTORS)
        parameters, names = self._parameters(faiss, self._lists(vectors)), np.arange(len(vectors))

        def search(queries: np.ndarray, k: int) -> np.ndarray:
            faiss.omp_set_num_threads(1 if len(queries) == 1 else threads)
            found = index.search(queries, CANDIDATES if self.again else k, params=parameters)[1]
            return rescored(stored, queries, k, names, found)[0] if self.again else found

        return search

    @staticmethod
    def _lists(vectors: np.ndarray) -> int:
        return 1 << round(math.log2(math.sqrt(len(vectors))))

    def _parameters(self, faiss: Any, lists: int) -> Any:
        probes = math.ceil(quantized.PROBES * math.sqrt(lists))
        if "HNSW" in self.factory:
            return faiss.SearchParametersHNSW(efSearch=_EF)
        if "RaBitQ" in self.factory:
            return faiss.IVFRaBitQSearchParameters(nprobe=probes, qb=4)
        return faiss.SearchParametersIVF(nprobe=probes) if "IVF" in self.factory else None


@dataclass(frozen=True)
class Hnswlib:
    """hnswlib in single precision."""

    name: str = "hnswlib, M=16"

    def make(self, vectors: np.ndarray, folder: Path) -> None:
        """Fill and write."""
        import hnswlib

        index = hnswlib.Index("ip", vectors.shape[1])
        index.init_index(len(vectors), M=16, ef_construction=200)
        for part in blocks(vectors):
            index.add_items(part)
        index.save_index(str(folder / "index"))

    def open(self, vectors: np.ndarray, folder: Path) -> Search:
        """Read."""
        import hnswlib

        index = hnswlib.Index("ip", vectors.shape[1])
        index.load_index(str(folder / "index"))
        index.set_ef(_EF)
        return lambda queries, k: index.knn_query(queries, k)[0].astype(np.int64)


@dataclass(frozen=True)
class Usearch:
    """usearch in half precision."""

    name: str = "usearch, f16"

    def make(self, vectors: np.ndarray, folder: Path) -> None:
        """Fill and write."""
        from usearch.index import Index

        index = Index(ndim=vectors.shape[1], metric="ip", dtype="f16")
        for start in range(0, len(vectors), _AT_ONCE):
            part = vectors[start : start + _AT_ONCE]
            index.add(np.arange(start, start + len(part)), part)
        index.save(str(folder / "index"))

    def open(self, vectors: np.ndarray, folder: Path) -> Search:
        """Read."""
        from usearch.index import Index

        index = Index(ndim=vectors.shape[1], metric="ip", dtype="f16", expansion_search=_EF)
        index.load(str(folder / "index"))
        return lambda queries, k: np.atleast_2d(index.search(queries.astype(np.float16), k).keys).astype(np.int64)


def blocks(vectors: np.ndarray) -> Iterator[np.ndarray]:
    """Float32 unit rows, some at a time."""
    for start in range(0, len(vectors), _AT_ONCE):
        yield unit_rows(vectors[start : start + _AT_ONCE])


_ALL: list[Contestant] = [
    Sada("exact"),
    Sada("scan"),
    Sada("lists"),
    Faiss("FAISS Flat, float32", "Flat", again=False),
    Faiss("FAISS SQ8", "SQ8"),
    Faiss("FAISS IVF, Flat", "IVF{lists},Flat", again=False),
    Faiss("FAISS IVF, SQ8", "IVF{lists},SQ8"),
    Faiss("FAISS IVF, SQ4", "IVF{lists},SQ4"),
    Faiss("FAISS IVF, PQ fast scan", "IVF{lists},PQ128x4fsr"),
    Faiss("FAISS IVF, RaBitQ 1 bit", "IVF{lists},RaBitQ"),
    Faiss("FAISS HNSW32", "HNSW32", again=False),
    Faiss("FAISS HNSW32, SQ8", "HNSW32,SQ8"),
    Hnswlib(),
    Usearch(),
]
CONTESTANTS = {one.name: one for one in _ALL}
