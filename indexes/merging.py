"""Merging segments in the manner of a log-structured merge tree, so that their number grows with the logarithm.

Segments of about one size (within a factor of four) are merged when there are four of them (O'Neil, Cheng, Gawlick and
O'Neil, "The Log-Structured Merge-Tree", 1996, with the tiers of size that later stores use). Each article's values are
so copied once a tier. What was removed or updated since is left behind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from sada.indexes.arrays import ArrayFile
from sada.indexes.lsh import LshRun
from sada.indexes.minhash import Sketches
from sada.indexes.segments import VECTORS, Stored, write_segment

_FACTOR = 4
_MOST = 500_000  # articles in a segment made unasked: merging holds its arrays in memory


def due(sizes: Mapping[int, int]) -> list[int]:
    """The segments to merge next, given how many living articles each has; none if all is well."""
    tiers: dict[int, list[int]] = {}
    for segment, size in sizes.items():
        tiers.setdefault(int(math.log(max(size, 1), _FACTOR)), []).append(segment)
    for _, segments in sorted(tiers.items()):
        if len(segments) >= _FACTOR and sum(sizes[segment] for segment in segments) <= _MOST:
            return sorted(segments)
    return []


def sizes_of(files: Mapping[int, Mapping[str, ArrayFile]]) -> dict[int, int]:
    """About how many articles each segment holds, those gone since included: by the lengths of its files."""
    return {segment: kinds["keys"].bytes // 8 for segment, kinds in files.items()}


def merge(folder: Path, parts: Sequence[Stored], living: np.ndarray) -> dict[str, ArrayFile]:
    """Write one segment of several; nothing if none of their articles is left.

    Args:
        folder: where to.
        parts: the segments.
        living: uint64, ascending, the homes of all articles of the index.

    Raises:
        IndexDamaged: if the bytes of a part are not what was written: then nothing was.
    """
    kept = [np.flatnonzero(np.isin(part.homes, living, assume_unique=True)) for part in parts]
    homes = np.concatenate([part.homes[rows] for part, rows in zip(parts, kept, strict=True)])
    if not len(homes):
        return {}
    order = np.argsort(homes, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    names, start = [], 0
    for part, rows in zip(parts, kept, strict=True):
        called = np.full(len(part.homes), -1, np.int64)
        called[rows] = place[start : start + len(rows)]
        names.append(called)
        start += len(rows)
    sketches = Sketches.join([part.sketches.take(rows) for part, rows in zip(parts, kept, strict=True)]).take(order)
    run = LshRun.merge([part.run for part in parts], names)
    vectors = None
    if all(part.has(VECTORS) for part in parts):
        vectors = np.concatenate([part.array(VECTORS)[rows] for part, rows in zip(parts, kept, strict=True)])[order]
    return write_segment(folder, sketches, run, vectors, homes[order])
