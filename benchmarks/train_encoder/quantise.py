"""Float rows to two bits a value and a scale a row, as :mod:`sada.indexes.encoders.static_kernels` reads them."""

from __future__ import annotations

import numpy as np

LEVELS = np.array([-3, -1, 1, 3], np.float32)
"""What a value of two bits stands for, times the scale of its row."""
PLACES = 2 * np.arange(4, dtype=np.uint8)
"""By how many bits the columns of a byte are shifted."""
_ROUNDS = 6


def quantise(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row as a scale times ``LEVELS``, both chosen in turns to make the squared error small (Lloyd, 1982).

    Args:
        rows: float32 (n, D), D a multiple of 4.

    Returns:
        uint8 (n, D / 4): the place in ``LEVELS`` of column j in the lowest two bits of byte j, of j + D / 4 in the next
        ones, and so on; float16 (n,), the scales, 0 for a row of zeros.

    Raises:
        ValueError: if a scale is beyond float16.
    """
    scales = np.sqrt(np.square(rows).mean(axis=1)) / 2
    for _ in range(_ROUNDS):
        values = LEVELS[places_of(rows, scales)]
        scales = (rows * values).mean(axis=1) / np.square(values).mean(axis=1)
    if not (scales <= np.finfo(np.float16).max).all():
        raise ValueError("a row's scale is beyond float16: divide all rows by a number first")
    kept = scales.astype(np.float16)
    places = places_of(rows, kept.astype(np.float32)).reshape(len(rows), 4, rows.shape[1] // 4)
    return np.bitwise_or.reduce(places << PLACES[:, None], axis=1), kept


def places_of(rows: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """uint8 (n, D): for each value the place of the nearest of ``LEVELS``, of two as near the higher."""
    step = 2 * scales[:, None]
    return (rows >= -step).astype(np.uint8) + (rows >= 0) + (rows >= step)
