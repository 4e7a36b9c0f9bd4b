"""Two numbers of 32 bits packed into one uint64, so that one sort orders pairs."""

from __future__ import annotations

import numpy as np

SHIFT_32 = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)


def pack(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    """uint64: ``high << 32 | low``, for integers of any type in [0, 2**32); either may be broadcast."""
    return (high.astype(np.uint64) << SHIFT_32) | low.astype(np.uint64)


def unpack(packed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two int64 arrays that :func:`pack` packed."""
    return (packed >> SHIFT_32).astype(np.int64), (packed & LOW).astype(np.int64)
