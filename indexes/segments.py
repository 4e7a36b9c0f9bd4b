"""Segments: the arrays of articles that came in together or were merged, read as columns of the whole index.

An article keeps for ever the place it was first given, (segment, position), its *home*. A segment that was merged of
others has an array ``homes`` that says whose values stand where in it, so merging changes no article.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sada.indexes.arrays import ArrayFile, StoredArray, write_array
from sada.indexes.bands import Bands
from sada.indexes.catalog import Home
from sada.indexes.columns import Columns
from sada.indexes.encoder import unit_rows
from sada.indexes.errors import IndexDamaged
from sada.indexes.lsh import LshRun, packed_keys
from sada.indexes.minhash import Sketches, sketch
from sada.indexes.store import ArrayStore

SKETCH_KINDS = ("bounds", "shingles", "signatures", "keys")
LSH = "lsh"
VECTORS = "vectors"  # float16 (n, dimension): what an encoder gave, a row of zeros where it has nothing to say
ENCODED = "encoded"  # uint64 (n, 2): the key of the text that each vector was made from; zeros of none
PER_ARTICLE = ("signatures", "keys", VECTORS, ENCODED)
HOMES = "homes"
_AT_ONCE = 1 << 14  # vectors that are widened at a time
_POSITION_BITS = np.uint64(32)
_POSITION_MASK = np.uint64(0xFFFFFFFF)


def write_segment(
    folder: Path, sketches: Sketches, bands: Bands, more: Mapping[str, np.ndarray] | None = None, threads: int = 0
) -> dict[str, ArrayFile]:
    """Write the arrays of a new segment: sketches of n articles, their LSH run, and ``more`` arrays by kind.

    Articles without shingles are left out of the run.
    """
    filled = np.flatnonzero(sketches.sizes)
    arrays = {kind: getattr(sketches, kind) for kind in SKETCH_KINDS} | dict(more or {})
    arrays[LSH] = packed_keys(sketches.signatures[filled], bands, filled, threads)
    return {kind: write_array(folder, kind, array) for kind, array in arrays.items()}


def home_codes(segments: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(segment, position) pairs as uint64 codes that sort as the pairs do."""
    return (segments.astype(np.uint64) << _POSITION_BITS) | positions.astype(np.uint64)


def home_pairs(codes: np.ndarray) -> list[Home]:
    """The (segment, position) pairs of :func:`home_codes`."""
    segments, positions = codes >> _POSITION_BITS, codes & _POSITION_MASK
    return list(zip(segments.tolist(), positions.tolist(), strict=True))


class Stored:
    """The arrays of one segment; "position" below is a place in them.

    Raises:
        IndexDamaged: from all that looks at an array whose bytes are not what was written.
    """

    def __init__(self, store: ArrayStore, segment: int, bands: Bands) -> None:
        self.segment = segment
        self._store = store
        self._bands = bands

    def has(self, kind: str) -> bool:
        """Whether it has an array of that kind."""
        return kind in self._store.files[self.segment]

    def array(self, kind: str) -> StoredArray:
        """One of its arrays."""
        return self._store.array(self.segment, kind)

    @cached_property
    def count(self) -> int:
        """How many articles its arrays hold, those gone since included."""
        return len(self.array("keys").mapped)

    @cached_property
    def run(self) -> LshRun:
        """The LSH run of its articles."""
        run = LshRun(self._bands, self.array(LSH))
        if len(run.stored.mapped) != self._bands.count:
            raise IndexDamaged(f"segment {self.segment}: not {self._bands.count} bands; rebuild the index")
        return run

    @cached_property
    def homes(self) -> np.ndarray:
        """uint64 (n,), ascending: the home of each of its articles."""
        if self.has(HOMES):
            return self.array(HOMES).whole()
        return home_codes(np.full(self.count, self.segment), np.arange(self.count))

    def positions_of(self, homes: np.ndarray) -> np.ndarray:
        """int64 (m,): where the articles of those homes stand here; -1 for those that do not."""
        if not self.count:
            return np.full(len(homes), -1)
        at = np.minimum(np.searchsorted(self.homes, homes), self.count - 1)
        return np.where(self.homes[at] == homes, at, -1)

    @cached_property
    def sketches(self) -> Sketches:
        """The sketches of all its articles, as they are mapped: only what was checked may be looked at."""
        return Sketches(**{kind: self.array(kind).mapped for kind in SKETCH_KINDS})

    def take(self, positions: np.ndarray) -> Sketches:
        """The sketches at some positions (int64), in the order given; of all in order, without a copy."""
        if len(positions) == self.count and (positions[1:] > positions[:-1]).all():
            return Sketches(**{kind: self.array(kind).whole() for kind in SKETCH_KINDS})
        self.check_shingles(positions)
        for kind in ("signatures", "keys"):
            self.array(kind).check_spans(positions, positions + 1)
        return self.sketches.take(positions)

    def sizes(self, positions: np.ndarray) -> np.ndarray:
        """int64 (m,): how many shingles the articles at some positions have."""
        self.array("bounds").check_spans(positions, positions + 2)
        return self.sketches.sizes_of(positions)

    def shingles(self, positions: np.ndarray) -> np.ndarray:
        """uint32: the shingles of the articles at some positions, one set after the other."""
        self.check_shingles(positions)
        return self.sketches.sets_of(positions).shingles

    def check_shingles(self, positions: np.ndarray) -> None:
        """Check what the shingle sets at some positions consist of."""
        self.array("bounds").check_spans(positions, positions + 2)
        bounds = self.sketches.bounds
        self.array("shingles").check_spans(bounds[positions], bounds[positions + 1])

    def jaccards(self, own: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """float64 (m,): the exact Jaccard of one sorted shingle set (uint32) with those at some positions."""
        from sada.indexes import lookup_kernels

        self.check_shingles(positions)
        starts, stops = self.sketches.bounds[positions], self.sketches.bounds[positions + 1]
        shared = np.empty(len(positions), np.int64)
        lookup_kernels.shared_with(own, self.sketches.shingles, starts, stops, shared)
        return shared / np.maximum(len(own) + (stops - starts) - shared, 1)


def collect(parts: Sequence[Stored], which: np.ndarray, positions: np.ndarray) -> Sketches:
    """The sketches at (``parts[which[i]]``, ``positions[i]``), in that order."""
    order = np.argsort(which, kind="stable")
    present, starts = np.unique(which[order], return_index=True)
    places = np.split(positions[order], starts[1:])
    if not len(present):
        return sketch([])
    joined = Sketches.join([parts[at].take(part) for at, part in zip(present, places, strict=True)])
    if (which[1:] >= which[:-1]).all():
        return joined
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return joined.take(back)


class Part(NamedTuple):
    """A segment as a snapshot sees it.

    Attributes:
        stored: its arrays.
        rows: int64 (count,): the row in the snapshot's columns of each of its positions; -1 where the article was
            removed or updated since.
    """

    stored: Stored
    rows: np.ndarray


class Segments:
    """The stored arrays of one snapshot of an index, in terms of the rows of its columns.

    Raises:
        IndexDamaged: from all that looks at an array whose bytes are not what was written, or that has no place for an
            article.
    """

    def __init__(self, stored: Sequence[Stored], columns: Columns) -> None:
        self._columns = columns
        self._stored = sorted(stored, key=lambda one: one.homes[:1].tolist())  # so that rows mostly stand in order

    def sketches(self) -> Sketches:
        """The sketches of all articles, in the order of the columns."""
        return collect(self._stored, *self._places)

    def vectors(self, dimension: int) -> np.ndarray:
        """The float32 (n, dimension) vectors of all articles, in the order of the columns, unit rows or zeros."""
        out = np.empty((len(self._columns), dimension), np.float32)
        for stored, rows, positions in self._held:
            for start in range(0, len(rows), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                out[rows[part]] = unit_rows(stored.array(VECTORS).at(positions[part]))
        return out

    def vectors_of(self, rows: np.ndarray, dimension: int) -> np.ndarray:
        """The float32 (m, dimension) vectors of some articles, unit rows or zeros, in the order given."""
        which, positions = self._places
        out = np.empty((len(rows), dimension), np.float32)
        for at, stored in enumerate(self._stored):
            here = np.flatnonzero(which[rows] == at)
            if len(here):
                out[here] = unit_rows(stored.array(VECTORS).at(positions[rows[here]]))
        return out

    def cosines(self, rows: np.ndarray, queries: np.ndarray, which: np.ndarray) -> np.ndarray:
        """float32 (m,): the cosine of each article's vector with the query ``which`` (int64 (m,)) names; 0 without one.

        Queries are float32 (q, dimension) unit rows. As a search has it, to the last digit.
        """
        from sada.indexes.exact_search import cosines

        held, positions = self._places
        out = np.zeros(len(rows), np.float32)
        for at, stored in enumerate(self._stored):
            here = np.flatnonzero(held[rows] == at)
            if len(here):
                out[here] = cosines(stored.array(VECTORS), positions[rows[here]], queries, which[here])
        return np.where(np.isneginf(out), np.float32(0), out)

    def signature(self, row: int) -> np.ndarray:
        """The uint32 (128,) signature of one article."""
        return self.sketch_of(np.array([row])).signatures[0]

    def sketch_of(self, rows: np.ndarray) -> Sketches:
        """The sketches of some articles, in the order given."""
        which, positions = self._places
        return collect(self._stored, which[rows], positions[rows])

    def jaccards(self, own: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """float64 (m,): the exact Jaccard of one sorted shingle set (uint32) with those of some articles."""
        which, positions = self._places
        out = np.zeros(len(rows))
        for at, stored in enumerate(self._stored):
            here = np.flatnonzero(which[rows] == at)
            if len(here):
                out[here] = stored.jaccards(own, positions[rows[here]])
        return out

    def lsh_candidates(self, signature: np.ndarray) -> np.ndarray:
        """The rows (int64) of the living articles that share a band with a uint32 (128,) signature."""
        found = [np.zeros(0, np.int64)]
        for stored, row_at in self.parts:
            rows = row_at[stored.run.query(signature)]
            found.append(rows[rows >= 0])
        return np.sort(np.concatenate(found))

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """int64 (n,): which of the segments holds each article now, and the position there."""
        homes = home_codes(self._columns.segments, self._columns.positions)
        which, positions = np.full(len(homes), -1), np.full(len(homes), -1)
        for at, stored in enumerate(self._stored):
            found = stored.positions_of(homes)
            which[found >= 0], positions[found >= 0] = at, found[found >= 0]
        lost = np.flatnonzero(which < 0)
        if len(lost):
            row = lost[0]
            raise IndexDamaged(
                f"article {self._columns.ids[row]!r}: no place {self._columns.positions[row]} in segment"
                f" {self._columns.segments[row]}; find what is wrong with: sada verify"
            )
        return which, positions

    @cached_property
    def _held(self) -> list[tuple[Stored, np.ndarray, np.ndarray]]:
        """Each segment with the rows that it holds and their positions."""
        which, positions = self._places
        rows = [np.flatnonzero(which == at) for at in range(len(self._stored))]
        return [(stored, held, positions[held]) for stored, held in zip(self._stored, rows, strict=True)]

    @cached_property
    def parts(self) -> list[Part]:
        """Each segment with the row of each of its positions."""
        found = []
        for stored, rows, positions in self._held:
            row_at = np.full(stored.count, -1, np.int64)
            row_at[positions] = rows
            found.append(Part(stored, row_at))
        return found
