"""Merges segments as a log-structured merge tree does, so that their number grows only with the logarithm.

Segments of about the same size (within a factor of four) form a tier, and four segments of one tier are merged (O'Neil,
Cheng, Gawlick and O'Neil, "The Log-Structured Merge-Tree", 1996, with the size tiers of later stores). Each article is
then copied once for each tier. Articles that were removed or updated since are not copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from sada.indexes.disk.faults import REBUILD
from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash.lsh import merged_band
from sada.indexes.ragged import bounds_of, owners_of, unique
from sada.indexes.segments.postings import LENGTHS, POSTINGS, MergedPostings
from sada.indexes.segments.segment import HOMES, LSH, PER_ARTICLE, StoredSegment
from sada.indexes.storage.arrays import ArrayFile, write_array, write_parts

_FACTOR = 4  # segments of a tier that are merged, and the ratio of sizes between tiers
_AT_ONCE = 1 << 14  # articles that are in memory at a time


def due(living: Mapping[int, int]) -> list[int]:
    """The segments to merge next, given the number of living articles of each; none if nothing is to be merged.

    A segment without living articles is always due, if need be alone.
    """
    tiers: dict[int, list[int]] = {}
    for segment, count in living.items():
        tiers.setdefault(_tier(count), []).append(segment)
    for tier, segments in sorted(tiers.items()):
        if len(segments) >= _FACTOR or tier < 0:
            return sorted(segments)
    return []


def _tier(count: int) -> int:
    """The logarithm to base 4 of a count, rounded down; -1 for 0."""
    return (count.bit_length() + 1) // 2 - 1


@dataclass(frozen=True)
class Merger:
    """Several segments that are to become one of n articles.

    Attributes:
        parts: the segments.
        which, positions: int64 (n,): for each article of the new segment, which part holds it and at which position.
        homes: uint64 (n,), ascending: the home of each article.
    """

    parts: Sequence[StoredSegment]
    which: np.ndarray
    positions: np.ndarray
    homes: np.ndarray

    @classmethod
    def of(cls, parts: Sequence[StoredSegment], removed: np.ndarray) -> Merger:
        """Merge all articles of the parts but those whose homes (uint64, sorted) are in ``removed``."""
        parts = sorted(parts, key=lambda part: part.homes[:1].tolist())  # so that most articles are in order
        kept = [np.flatnonzero(~np.isin(part.homes, removed)) for part in parts]
        which = owners_of([len(positions) for positions in kept])
        homes = np.concatenate([part.homes[positions] for part, positions in zip(parts, kept, strict=True)])
        order = np.argsort(homes, kind="stable")
        return cls(parts, which[order], np.concatenate(kept)[order], homes[order])

    def write(self, folder: Path) -> dict[str, ArrayFile]:
        """Write the arrays of the new segment, some thousand articles at a time; nothing if no article is left.

        Raises:
            IndexDamagedError: if the bytes of a part are not what was written; nothing is written then.
        """
        if not len(self.homes):
            return {}
        sizes = np.concatenate([part.sizes(positions) for part, positions in self._runs()])
        bounds = bounds_of(sizes)
        shingles = (part.shingles(positions) for part, positions in self._runs())
        files = {HOMES: write_array(folder, HOMES, self.homes), "bounds": write_array(folder, "bounds", bounds)}
        files["shingles"] = write_parts(folder, "shingles", np.dtype(np.uint32), (int(bounds[-1]),), shingles)
        for kind in filter(self.parts[0].has, (*PER_ARTICLE, LENGTHS)):
            files[kind] = self._copied(folder, kind)
        names = self._names()
        files[LSH] = self._lsh_run(folder, names, int(np.count_nonzero(sizes)))
        if self.parts[0].has(POSTINGS):
            files |= MergedPostings(self.parts, names).write(folder)
        return files

    def _names(self) -> list[np.ndarray]:
        """For each part int64 (count,): the new position of each of its positions, -1 for those that are not copied."""
        names = [np.full(part.count, -1) for part in self.parts]
        for at, name in enumerate(names):
            here = np.flatnonzero(self.which == at)
            name[self.positions[here]] = here
        return names

    def _runs(self) -> Iterator[tuple[StoredSegment, np.ndarray]]:
        """Yield the articles in order, as runs of positions within one part."""
        count = len(self.which)
        changes = np.flatnonzero(np.diff(self.which)) + 1
        edges = unique(np.concatenate([changes, np.arange(0, count, _AT_ONCE), [count]])).tolist()
        for start, stop in pairwise(edges):
            yield self.parts[self.which[start]], self.positions[start:stop]

    def _copied(self, folder: Path, kind: str) -> ArrayFile:
        like = self.parts[0].array(kind).mapped
        values = (part.array(kind).at(positions) for part, positions in self._runs())
        return write_parts(folder, kind, like.dtype, (len(self.homes), *like.shape[1:]), values)

    def _lsh_run(self, folder: Path, names: list[np.ndarray], filled: int) -> ArrayFile:
        """Write the LSH run of the new segment, which holds its ``filled`` articles with shingles."""
        runs = [part.array(LSH).whole() for part in self.parts]
        bands = (self._filled(merged_band(columns, names), filled) for columns in zip(*runs, strict=True))
        return write_parts(folder, LSH, np.dtype(np.uint64), (len(runs[0]), filled), bands)

    def _filled(self, band: np.ndarray, filled: int) -> np.ndarray:
        """The band, if it holds as many articles as have shingles."""
        if len(band) != filled:
            numbers = ", ".join(str(part.segment) for part in self.parts)
            raise IndexDamagedError(
                f"segments {numbers}: {len(band)} articles in a band of the LSH, and {filled} have shingles; {REBUILD}"
            )
        return band
