"""The layout of each kind of array of a segment: an array of another type or shape is not used.

Checksums tell only that a file is what somebody wrote. Compiled loops trust the layout, and check for themselves every
position and span that they read from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

COUNTED = "keys"
"""The kind whose length is the number of articles of the segment."""
_OPEN = -1


class Layout(NamedTuple):
    """The type and shape of a kind of array.

    Attributes:
        dtype: of the elements.
        shape: a number, or a name of :func:`misfit`'s ``sizes``, for each axis; "more" is one more than articles,
            "any" a number that follows from nothing else.
    """

    dtype: type[np.generic]
    shape: tuple[str | int, ...]


LAYOUTS = {
    "bounds": Layout(np.int64, ("more",)),
    "shingles": Layout(np.uint32, ("any",)),
    "signatures": Layout(np.uint32, ("articles", 128)),
    COUNTED: Layout(np.uint64, ("articles",)),
    "spellings": Layout(np.uint32, ("articles", 4)),
    "lsh": Layout(np.uint64, ("bands", "any")),
    "terms": Layout(np.uint64, ("any", 2)),
    "postings": Layout(np.uint8, ("any", 5)),
    "lengths": Layout(np.uint32, ("articles",)),
    "vectors": Layout(np.float16, ("articles", "dimension")),
    "encoded": Layout(np.uint64, ("articles", 2)),
    "homes": Layout(np.uint64, ("articles",)),
}

ALWAYS = LAYOUTS.keys() - {"vectors", "encoded", "homes"}
"""The kinds that every segment of today's format has; those of vectors are there if the index has an encoder."""


def misfit(kind: str, found: np.ndarray, sizes: Mapping[str, int]) -> str | None:
    """What is wrong with the type or shape of an array, in one phrase; None if nothing is.

    Args:
        kind: of the array, one of :data:`LAYOUTS`.
        found: the array, of which no element is read.
        sizes: of the segment: ``articles``, ``bands`` and, where it is known, ``dimension``.
    """
    layout = LAYOUTS[kind]
    known = {**sizes, "more": sizes["articles"] + 1}
    wanted = [known.get(axis, _OPEN) if isinstance(axis, str) else axis for axis in layout.shape]
    fits = found.dtype == layout.dtype and found.ndim == len(wanted)
    if fits and all(size in (axis, _OPEN) for size, axis in zip(wanted, found.shape, strict=True)):
        return None
    shape = ", ".join("any" if size == _OPEN else str(size) for size in wanted)
    return f"{found.dtype} {found.shape} where {np.dtype(layout.dtype)} ({shape}) should be"
