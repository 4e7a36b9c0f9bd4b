"""How much a term counts by how few rows it is in: the inverse document frequency (idf)."""

from __future__ import annotations

import numpy as np

RAREST = 7.6
"""The idf of a term that one row has."""
_LEAST = 0.05
_FEW_ROWS = 20


def inverse_frequencies(frequencies: np.ndarray, count: int) -> np.ndarray:
    """Return the idf of terms: float32 of the same shape, max(0.05, s ln((n + 50) / (df + 0.5))).

    The factor s makes a term of one row worth 7.6 in a collection of any size, so that sums of idf mean the same in
    each. Below 20 rows, which say little of what is rare, it goes to 1.

    Args:
        frequencies: in how many rows each term is.
        count: the rows, n.
    """
    whole = RAREST / np.log((count + 50) / 1.5)
    scale = 1 + (whole - 1) * min(count / _FEW_ROWS, 1.0)
    return np.maximum(_LEAST, scale * np.log((count + 50) / (frequencies + 0.5))).astype(np.float32)
