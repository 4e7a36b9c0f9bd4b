"""Segments: the arrays of articles that came in together or were merged, read as columns of the whole index.

An article keeps for ever the place it was first given, (segment, position), its *home*. A segment that was merged of
others has an array ``homes`` that says whose values stand where in it, so merging changes no article.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from sada.indexes.arrays import ArrayFile, ArrayStore, write_array
from sada.indexes.bands import Bands
from sada.indexes.columns import Columns
from sada.indexes.errors import IndexDamaged
from sada.indexes.lsh import LshRun
from sada.indexes.minhash import Sketches

SKETCH_KINDS = ("bounds", "shingles", "signatures", "keys")
LSH_KINDS = ("lsh_keys", "lsh_rows")
VECTORS = "vectors"
HOMES = "homes"
_POSITION_BITS = np.uint64(32)


def write_segment(
    folder: Path,
    sketches: Sketches,
    run: LshRun,
    vectors: np.ndarray | None = None,
    homes: np.ndarray | None = None,
) -> dict[str, ArrayFile]:
    """Write a segment's arrays.

    Args:
        folder: where to.
        sketches: of its n articles.
        run: their LSH run.
        vectors: float32 (n, dimension), if there are any.
        homes: uint64 (n,) of :func:`home_codes`, ascending, if the segment was merged of others.
    """
    arrays = {kind: getattr(sketches, kind) for kind in SKETCH_KINDS} | {"lsh_keys": run.keys, "lsh_rows": run.rows}
    arrays |= {kind: array for kind, array in ((VECTORS, vectors), (HOMES, homes)) if array is not None}
    return {kind: write_array(folder, kind, array) for kind, array in arrays.items()}


def run_of(sketches: Sketches, bands: Bands) -> LshRun:
    """The LSH run of a segment's articles; those without shingles are left out."""
    filled = np.flatnonzero(sketches.sizes)
    return LshRun.build(sketches.signatures[filled], bands, filled)


def home_codes(segments: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """(segment, position) pairs as uint64 codes that sort as the pairs do."""
    return (segments.astype(np.uint64) << _POSITION_BITS) | positions.astype(np.uint64)


class Stored:
    """The arrays of one segment."""

    def __init__(self, store: ArrayStore, segment: int, bands: Bands) -> None:
        self.segment = segment
        self._store = store
        self._bands = bands

    def has(self, kind: str) -> bool:
        """Whether it has an array of that kind."""
        return kind in self._store.files[self.segment]

    def array(self, kind: str) -> np.ndarray:
        """One of its arrays, checked when first used; raises :class:`IndexDamaged`."""
        return self._store.array(self.segment, kind)

    @cached_property
    def sketches(self) -> Sketches:
        """The sketches of its articles, those gone since included."""
        return Sketches(**{kind: self.array(kind) for kind in SKETCH_KINDS})

    @cached_property
    def run(self) -> LshRun:
        """The LSH run of its articles."""
        run = LshRun(self._bands, *(self.array(kind) for kind in LSH_KINDS))
        if run.keys.shape != run.rows.shape or len(run.keys) != self._bands.count:
            raise IndexDamaged(f"segment {self.segment}: not {self._bands.count} bands; rebuild the index")
        return run

    @cached_property
    def homes(self) -> np.ndarray:
        """uint64 (n,), ascending: the home of each of its articles."""
        if self.has(HOMES):
            return self.array(HOMES)
        count = len(self.array("keys"))
        return home_codes(np.full(count, self.segment), np.arange(count))


class Segments:
    """The stored arrays of one snapshot of an index, in terms of the rows of its columns.

    Raises:
        IndexDamaged: from all that looks at an array whose bytes are not what was written, or that has no place for an
            article.
    """

    def __init__(self, store: ArrayStore, columns: Columns, bands: Bands) -> None:
        self._columns = columns
        self.stored = {segment: Stored(store, segment, bands) for segment in sorted(store.files)}

    @property
    def entries(self) -> int:
        """How many articles the arrays hold, those gone since included."""
        return sum(len(stored.homes) for stored in self.stored.values())

    def sketches(self) -> Sketches:
        """The sketches of all articles, in the order of the columns."""
        return self.sketch_of(np.arange(len(self._columns)))

    def vectors(self, dimension: int) -> np.ndarray:
        """The float32 (n, dimension) vectors of all articles, in the order of the columns."""
        out = np.empty((len(self._columns), dimension), np.float32)
        for stored, rows in self._rows_by_segment:
            vectors = stored.array(VECTORS)
            if len(rows) and self._positions[rows].max() >= len(vectors):
                raise IndexDamaged(f"segment {stored.segment}: too few vectors; find them with: sada verify")
            out[rows] = vectors[self._positions[rows]]
        return out

    def signature(self, row: int) -> np.ndarray:
        """The uint32 (128,) signature of one article."""
        return self.stored[int(self._segments[row])].sketches.signatures[self._positions[row]]

    def sketch_of(self, rows: np.ndarray) -> Sketches:
        """The sketches of some articles, in the order given."""
        segments, positions = self._segments[rows], self._positions[rows]
        if (segments[1:] >= segments[:-1]).all():  # as it is in an index of one segment
            cuts = np.flatnonzero(np.diff(segments)) + 1
            places = [part for part in np.split(positions, cuts) if len(part)]
            held = [int(segments[at]) for at in [0, *cuts.tolist()]] if len(segments) else []
            return Sketches.join([self.stored[at].sketches.take(part) for at, part in zip(held, places, strict=True)])
        order = np.argsort(segments, kind="stable")
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return self.sketch_of(rows[order]).take(back)

    def lsh_candidates(self, signature: np.ndarray) -> np.ndarray:
        """The rows (int64) of the living articles that share a band with a uint32 (128,) signature."""
        found = [np.zeros(0, np.int64)]
        for stored, row_at in self._row_at_position:
            rows = row_at[stored.run.query(signature)]
            found.append(rows[rows >= 0])
        return np.sort(np.concatenate(found))

    @property
    def _segments(self) -> np.ndarray:
        return self._places[0]

    @property
    def _positions(self) -> np.ndarray:
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """int64 (n,): the segment that holds each article now, and the position there."""
        homes = home_codes(self._columns.segments, self._columns.positions)
        segments, positions = np.full(len(homes), -1), np.full(len(homes), -1)
        for segment, stored in self.stored.items():
            if not len(stored.homes):
                continue
            at = np.minimum(np.searchsorted(stored.homes, homes), len(stored.homes) - 1)
            here = stored.homes[at] == homes
            segments[here], positions[here] = segment, at[here]
        lost = np.flatnonzero(segments < 0)
        if len(lost):
            row = lost[0]
            raise IndexDamaged(
                f"article {self._columns.ids[row]!r}: no place {self._columns.positions[row]} in segment"
                f" {self._columns.segments[row]}; find what is wrong with: sada verify"
            )
        return segments, positions

    @cached_property
    def _rows_by_segment(self) -> list[tuple[Stored, np.ndarray]]:
        return [(stored, np.flatnonzero(self._segments == segment)) for segment, stored in self.stored.items()]

    @cached_property
    def _row_at_position(self) -> list[tuple[Stored, np.ndarray]]:
        """For each segment, the row of each of its positions; -1 where the article was removed or updated."""
        found = []
        for stored, rows in self._rows_by_segment:
            row_at = np.full(len(stored.homes), -1, np.int64)
            row_at[self._positions[rows]] = rows
            found.append((stored, row_at))
        return found
