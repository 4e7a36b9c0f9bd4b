"""Segments: the arrays of the articles that came in together, written once and read as columns of the whole index."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from sada.indexes.arrays import ArrayFile, read_array, write_array
from sada.indexes.bands import Bands
from sada.indexes.columns import Columns
from sada.indexes.errors import IndexDamaged
from sada.indexes.lsh import LshRun
from sada.indexes.minhash import Sketches

SKETCH_KINDS = ("bounds", "shingles", "signatures", "keys")
LSH_KINDS = ("lsh_keys", "lsh_rows")
VECTORS = "vectors"
_ARTICLE_KINDS = ("signatures", "keys", VECTORS)


def write_segment(folder: Path, sketches: Sketches, vectors: np.ndarray | None) -> dict[str, ArrayFile]:
    """Write a segment's arrays: its sketches, their LSH run, and float32 (n, dimension) vectors if there are any."""
    filled = np.flatnonzero(sketches.sizes)
    run = LshRun.build(sketches.signatures[filled], Bands(32, 4), filled)
    arrays = {kind: getattr(sketches, kind) for kind in SKETCH_KINDS}
    arrays |= {"lsh_keys": run.keys, "lsh_rows": run.rows}
    if vectors is not None:
        arrays[VECTORS] = vectors
    return {kind: write_array(folder, kind, array) for kind, array in arrays.items()}


class Segments:
    """The stored arrays of one snapshot of an index, each read (and checked) when it is first asked for."""

    def __init__(self, folder: Path, files: dict[int, dict[str, ArrayFile]], columns: Columns) -> None:
        self._folder = folder
        self._files = files
        self._columns = columns
        self._loaded: dict[tuple[int, str], np.ndarray] = {}

    def array(self, segment: int, kind: str) -> np.ndarray:
        """One stored array.

        Raises:
            IndexDamaged: if its bytes are not what was written.
        """
        key = (segment, kind)
        if key not in self._loaded:
            files = self._files.get(segment, {})
            if kind not in files:
                raise IndexDamaged(
                    f"{self._folder}: no {kind} for segment {segment}; find what is wrong with: sada verify"
                )
            array = read_array(self._folder, files[kind])
            if kind in _ARTICLE_KINDS:
                self._check_positions(segment, len(array))
            self._loaded[key] = array
        return self._loaded[key]

    def _check_positions(self, segment: int, count: int) -> None:
        """Articles must have their places within their segment's arrays, or they would be given others' values."""
        positions = self._columns.positions[self._rows_by_segment.get(segment, np.zeros(0, np.int64))]
        if ((positions < 0) | (positions >= count)).any():
            raise IndexDamaged(f"{self._folder}: articles outside segment {segment}; find them with: sada verify")

    def sketches(self) -> Sketches:
        """The sketches of all articles, in the order of the columns."""
        parts = []
        for segment, rows in self._rows_by_segment.items():
            parts.append(self._stored(segment).take(self._columns.positions[rows]))
        order = np.concatenate([rows for rows in self._rows_by_segment.values()] or [np.zeros(0, np.int64)])
        return Sketches.join(parts).take(np.argsort(order))

    def vectors(self, dimension: int) -> np.ndarray:
        """The float32 (n, dimension) vectors of all articles, in the order of the columns."""
        out = np.empty((len(self._columns), dimension), np.float32)
        for segment, rows in self._rows_by_segment.items():
            out[rows] = self.array(segment, VECTORS)[self._columns.positions[rows]]
        return out

    def signature(self, row: int) -> np.ndarray:
        """The uint32 (128,) signature of one article."""
        segment, position = self._columns.segments[row], self._columns.positions[row]
        return self.array(int(segment), "signatures")[position]

    def sketch_of(self, rows: np.ndarray) -> Sketches:
        """The sketches of a few articles, in the order given."""
        parts = []
        for row in rows:
            segment, position = int(self._columns.segments[row]), self._columns.positions[row]
            parts.append(self._stored(segment).take(np.array([position])))
        return Sketches.join(parts)

    def _stored(self, segment: int) -> Sketches:
        return Sketches(**{kind: self.array(segment, kind) for kind in SKETCH_KINDS})

    def lsh_candidates(self, signature: np.ndarray) -> np.ndarray:
        """The rows (int64) of the living articles that share a band with a uint32 (128,) signature."""
        found = [np.zeros(0, np.int64)]
        for segment, row_at in self._row_at_position.items():
            run = LshRun(Bands(32, 4), *(self.array(segment, kind) for kind in LSH_KINDS))
            rows = row_at[run.query(signature)]
            found.append(rows[rows >= 0])
        return np.sort(np.concatenate(found))

    @cached_property
    def _rows_by_segment(self) -> dict[int, np.ndarray]:
        segments = self._columns.segments
        return {int(segment): np.flatnonzero(segments == segment) for segment in np.unique(segments)}

    @cached_property
    def _row_at_position(self) -> dict[int, np.ndarray]:
        """For each segment, the row of each of its positions; -1 where the article was removed or updated."""
        found = {}
        for segment, rows in self._rows_by_segment.items():
            found[segment] = np.full(len(self.array(segment, "keys")), -1, np.int64)
            found[segment][self._columns.positions[rows]] = rows
        return found
