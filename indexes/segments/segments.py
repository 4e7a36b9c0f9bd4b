"""All segments of a snapshot, read by the rows of its columns.

An article keeps its *home* for ever: the segment and the position where it was first stored. A segment that was merged
from others has an array ``homes`` that says which article each position holds, so that merging changes no article.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash.respelling import MULTIPLIERS, NO_LETTERS
from sada.indexes.minhash.sketches import Sketches, sketch
from sada.indexes.ragged import concatenated
from sada.indexes.segments.flat_vectors import cosines, require_finite
from sada.indexes.segments.segment import SPELLINGS, VECTORS, Part, StoredSegment, home_codes
from sada.indexes.storage.columns import Columns

_AT_ONCE = 1 << 14  # vectors that are converted to float32 at a time


def collect(parts: Sequence[StoredSegment], which: np.ndarray, positions: np.ndarray) -> Sketches:
    """The sketches at position ``positions[i]`` of segment ``parts[which[i]]``, for every i in order."""
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


def _unit_rows(stored: StoredSegment, positions: np.ndarray) -> np.ndarray:
    """Float32 (m, dimension): the vectors at some positions of a segment, of length 1 or zeros."""
    vectors = stored.array(VECTORS).at(positions)
    require_finite(stored.array(VECTORS), vectors)
    return unit_rows(vectors)


class Segments:
    """The stored arrays of one snapshot of an index, by the rows of its columns.

    Raises:
        IndexDamagedError: from every method that reads an array whose bytes are not what was written, or if an article
            is in no segment.
    """

    def __init__(self, stored: Sequence[StoredSegment], columns: Columns) -> None:
        self._columns = columns
        self._stored = sorted(stored, key=lambda one: one.homes[:1].tolist())  # so that rows are mostly in order

    def sketches(self) -> Sketches:
        """The sketches of all articles, by row."""
        return collect(self._stored, *self._positions)

    def spellings(self, rows: np.ndarray) -> np.ndarray:
        """uint32 (4, m): the :func:`~sada.indexes.minhash.respelling.blocking_keys` of some rows, in the order given.

        Those of an index of an earlier format, which has none, say that there are no letters.
        """
        which, positions = self._positions
        out = np.full((len(MULTIPLIERS), len(rows)), NO_LETTERS, np.uint32)
        for at, stored in enumerate(self._stored):
            here = np.flatnonzero(which[rows] == at)
            if len(here) and stored.has(SPELLINGS):
                out[:, here] = stored.array(SPELLINGS).at(positions[rows[here]]).T
        return out

    def vectors(self, dimension: int) -> np.ndarray:
        """Float32 (n, dimension): the vectors of all articles by row, of length 1 or zeros."""
        out = np.empty((len(self._columns), dimension), np.float32)
        for stored, rows, positions in self._living:
            for start in range(0, len(rows), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                out[rows[part]] = _unit_rows(stored, positions[part])
        return out

    def vectors_of(self, rows: np.ndarray, dimension: int) -> np.ndarray:
        """Float32 (m, dimension): the vectors of some rows in the order given, of length 1 or zeros."""
        which, positions = self._positions
        out = np.empty((len(rows), dimension), np.float32)
        for at, stored in enumerate(self._stored):
            here = np.flatnonzero(which[rows] == at)
            if len(here):
                out[here] = _unit_rows(stored, positions[rows[here]])
        return out

    def cosines(self, rows: np.ndarray, queries: np.ndarray, which: np.ndarray) -> np.ndarray:
        """Compute the cosine of each article with the query that ``which`` names for it.

        Args:
            rows: int64 (m,), the articles.
            queries: float32 (q, dimension), rows of length 1.
            which: int64 (m,), a row of ``queries`` for each article.

        Returns:
            Float32 (m,), exactly the score that a search gives; 0 for an article without a vector.
        """
        holder, positions = self._positions
        out = np.zeros(len(rows), np.float32)
        for at, stored in enumerate(self._stored):
            here = np.flatnonzero(holder[rows] == at)
            if len(here):
                out[here] = cosines(stored.array(VECTORS), positions[rows[here]], queries, which[here])
        return np.where(np.isneginf(out), np.float32(0), out)

    def signature(self, row: int) -> np.ndarray:
        """uint32 (128,): the signature of one article."""
        return self.sketch_of(np.array([row])).signatures[0]

    def sketch_of(self, rows: np.ndarray) -> Sketches:
        """The sketches of some rows, in the order given."""
        which, positions = self._positions
        return collect(self._stored, which[rows], positions[rows])

    def jaccards(self, own: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """float64 (m,): the exact Jaccard of one sorted shingle set (uint32) with those of some rows."""
        which, positions = self._positions
        out = np.zeros(len(rows))
        for at, stored in enumerate(self._stored):
            here = np.flatnonzero(which[rows] == at)
            if len(here):
                out[here] = stored.jaccards(own, positions[rows[here]])
        return out

    def lsh_candidates(self, signature: np.ndarray) -> np.ndarray:
        """int64, ascending: the rows of the living articles that share a band with a signature (uint32 (128,))."""
        found = concatenated((row_at[stored.lsh_candidates(signature)] for stored, row_at in self.parts), np.int64)
        return np.sort(found[found >= 0])

    @cached_property
    def _positions(self) -> tuple[np.ndarray, np.ndarray]:
        """int64 (n,) each: the segment that holds each article now, and the position there."""
        homes = home_codes(self._columns.segments, self._columns.positions)
        which, positions = np.full(len(homes), -1), np.full(len(homes), -1)
        for at, stored in enumerate(self._stored):
            found = stored.positions_of(homes)
            which[found >= 0], positions[found >= 0] = at, found[found >= 0]
        lost = np.flatnonzero(which < 0)
        if len(lost):
            row = lost[0]
            raise IndexDamagedError(
                f"article {self._columns.ids[row]!r}: no place {self._columns.positions[row]} in segment"
                f" {self._columns.segments[row]}; find what is wrong with: sada verify"
            )
        return which, positions

    @cached_property
    def _living(self) -> list[tuple[StoredSegment, np.ndarray, np.ndarray]]:
        """Each segment with the rows of its living articles and their positions."""
        which, positions = self._positions
        rows = [np.flatnonzero(which == at) for at in range(len(self._stored))]
        return [(stored, living, positions[living]) for stored, living in zip(self._stored, rows, strict=True)]

    @cached_property
    def parts(self) -> list[Part]:
        """Each segment with the row of each of its positions."""
        found = []
        for stored, rows, positions in self._living:
            row_at = np.full(stored.count, -1, np.int64)
            row_at[positions] = rows
            if np.count_nonzero(row_at >= 0) < len(rows):
                raise IndexDamagedError(
                    f"segment {stored.segment}: two articles have one place; find what is wrong with: sada verify"
                )
            found.append(Part(stored, row_at))
        return found
