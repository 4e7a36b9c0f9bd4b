"""One segment: the stored arrays of articles that were added together, or of segments that were merged."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import LshRun, packed_keys
from sada.indexes.minhash.sketches import Sketches
from sada.indexes.packing import pack, unpack
from sada.indexes.ragged import unique
from sada.indexes.segments.layouts import COUNTED, misfit
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.arrays import ArrayFile, StoredArray, write_array
from sada.indexes.storage.article_rows import Home

SKETCH_KINDS = ("bounds", "shingles", "signatures", "keys")
LSH = "lsh"
VECTORS = "vectors"  # float16 (n, dimension): the embeddings, a row of zeros where there is none
ENCODED = "encoded"  # uint64 (n, 2): the key of the text that each vector was made from, zeros where there is none
SPELLINGS = "spellings"  # uint32 (n, 4): the blocking keys of texts in other spellings
PER_ARTICLE = ("signatures", "keys", SPELLINGS, VECTORS, ENCODED)
HOMES = "homes"


def write_segment(
    folder: Path, sketches: Sketches, bands: Bands, more: Mapping[str, np.ndarray] | None = None
) -> dict[str, ArrayFile]:
    """Write the arrays of a new segment: the sketches of n articles, their LSH run, and ``more`` arrays by kind.

    Articles without shingles are left out of the LSH run.
    """
    filled = np.flatnonzero(sketches.sizes)
    arrays = {kind: getattr(sketches, kind) for kind in SKETCH_KINDS} | dict(more or {})
    arrays[LSH] = packed_keys(sketches.signatures[filled], bands, filled)
    return {kind: write_array(folder, kind, array) for kind, array in arrays.items()}


def home_codes(segments: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Pack (segment, position) pairs into uint64 codes, which sort as the pairs do."""
    return pack(segments, positions)


def home_pairs(codes: np.ndarray) -> list[Home]:
    """The (segment, position) pairs of :func:`home_codes`."""
    segments, positions = unpack(codes)
    return list(zip(segments.tolist(), positions.tolist(), strict=True))


class StoredSegment:
    """The arrays of one segment. A "position" below is a row in them.

    Args:
        store: the arrays of the index.
        segment: its number.
        bands: of the LSH.
        dimension: of the vectors; None if that is not known.

    Raises:
        IndexDamagedError: from every method that reads an array whose bytes are not what was written, or which cannot
            be an array of this segment, whatever its checksums say.
    """

    def __init__(self, store: ArrayStore, segment: int, bands: Bands, dimension: int | None = None) -> None:
        self.segment = segment
        self._store = store
        self._bands = bands
        self._dimension = dimension
        self._fitting: dict[str, StoredArray] = {}

    def has(self, kind: str) -> bool:
        """Whether the segment has an array of that kind."""
        return kind in self._store.files[self.segment]

    def file(self, kind: str) -> ArrayFile:
        """The entry of the file of that kind, which is not read."""
        return self._store.files[self.segment][kind]

    def array(self, kind: str) -> StoredArray:
        """The array of that kind, whose type and shape are those of the kind."""
        if kind not in self._fitting:
            array = self._store.array(self.segment, kind)
            sizes = {"articles": self.count, "bands": self._bands.count}
            sizes |= {} if self._dimension is None else {"dimension": self._dimension}
            complaint = misfit(kind, array.mapped, sizes)
            if complaint:
                raise array.impossible(complaint)
            self._fitting[kind] = array
        return self._fitting[kind]

    @cached_property
    def count(self) -> int:
        """The number of articles in the arrays, including those that were removed or updated since."""
        return len(self._store.array(self.segment, COUNTED).mapped)

    @cached_property
    def run(self) -> LshRun:
        """The LSH run of the articles."""
        return LshRun(self._bands, self.array(LSH))

    def lsh_candidates(self, signature: np.ndarray) -> np.ndarray:
        """int64, ascending: the positions that share a band with a signature (uint32 (128,))."""
        found = self.run.query(signature)
        if len(found) and found[-1] >= self.count:
            raise self.array(LSH).impossible(f"its positions are not those of {self.count} articles")
        return found

    @cached_property
    def homes(self) -> np.ndarray:
        """uint64 (n,), ascending: the home of each article."""
        if self.has(HOMES):
            homes = self.array(HOMES).whole().copy()  # read at any time, also when the file was cut
            if not (homes[1:] > homes[:-1]).all():
                raise self.array(HOMES).impossible("its homes do not ascend")
            return homes
        return home_codes(np.full(self.count, self.segment), np.arange(self.count))

    def positions_of(self, homes: np.ndarray) -> np.ndarray:
        """int64 (m,): the positions of the articles of those homes; -1 for those that are in another segment."""
        found = np.full(len(homes), -1)
        if self.count:
            inside = np.flatnonzero((homes >= self.homes[0]) & (homes <= self.homes[-1]))  # few, of many segments
            at = np.searchsorted(self.homes, homes[inside])
            found[inside] = np.where(self.homes[at] == homes[inside], at, -1)
        return found

    @cached_property
    def sketches(self) -> Sketches:
        """The sketches of all articles, as they are mapped: only what was checked may be read."""
        return Sketches(**{kind: self.array(kind).mapped for kind in SKETCH_KINDS})

    def take(self, positions: np.ndarray) -> Sketches:
        """The sketches at positions (int64), in the order given; without a copy if that is all positions in order."""
        if len(positions) == self.count and (positions[1:] > positions[:-1]).all():
            return self._ordered(Sketches(**{kind: self.array(kind).whole() for kind in SKETCH_KINDS}))
        self.check_shingles(positions)
        for kind in ("signatures", "keys"):
            self.array(kind).check_spans(positions, positions + 1)
        return self._ordered(self.sketches.take(positions))

    def sizes(self, positions: np.ndarray) -> np.ndarray:
        """int64 (m,): how many shingles the articles at the positions have."""
        starts, stops = self._spans(positions)
        return stops - starts

    def shingles(self, positions: np.ndarray) -> np.ndarray:
        """uint32: the shingles of the articles at the positions, one set after the other."""
        self.check_shingles(positions)
        return self.sketches.sets_of(positions).shingles

    def check_shingles(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Check the blocks that hold the shingle sets at the positions; returns where each starts and ends (int64)."""
        starts, stops = self._spans(positions)
        shingles = self.array("shingles")
        shingles.check_spans(starts, stops)
        if (stops - starts).sum() > len(shingles.mapped) and len(unique(positions)) == len(positions):
            raise self.array("bounds").impossible("sets of shingles overlap")
        return starts, stops

    def _spans(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the shingle sets at the positions start and end (int64); the blocks that say it are checked."""
        self.array("bounds").check_spans(positions, positions + 2)
        bounds = self.sketches.bounds
        starts, stops = bounds[positions], bounds[positions + 1]
        if (stops < starts).any():
            raise self.array("bounds").impossible("sets of shingles end before they begin")
        return starts, stops

    def _ordered(self, sketches: Sketches) -> Sketches:
        """The sketches, if each set stands behind the one before, and ascends."""
        from sada.indexes.minhash.lookup_kernels import are_sets

        if not are_sets(sketches.shingles, sketches.bounds):
            raise self.array("bounds").impossible("it does not part the shingles into ascending sets")
        return sketches

    def jaccards(self, own: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """float64 (m,): the exact Jaccard of one sorted shingle set (uint32) with those at the positions."""
        from sada.indexes.minhash.lookup_kernels import shared_with

        starts, stops = self.check_shingles(positions)
        shared = np.empty(len(positions), np.int64)
        shared_with(own, self.sketches.shingles, starts, stops, shared)
        return shared / np.maximum(len(own) + (stops - starts) - shared, 1)


class Part(NamedTuple):
    """A segment with the rows of its articles in a snapshot.

    Attributes:
        stored: the segment.
        rows: int64 (count,): the row in the snapshot's columns of each of its positions; -1 where the article was
            removed or updated since.
    """

    stored: StoredSegment
    rows: np.ndarray
