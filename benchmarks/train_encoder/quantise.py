"""Float rows to four bits a value and a scale a row, as :mod:`sada.indexes.static_kernels` reads them."""

from __future__ import annotations

import numpy as np

MOST = 7
FRACTIONS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
"""What ``MOST`` may stand for, of a row's greatest absolute value: to cut off a few great values can cost less."""
_ZERO, _BITS = 8, 4


def quantise(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row as a scale times whole numbers from -7 to 7, with the least squared error that ``FRACTIONS`` allow.

    Args:
        rows: float32 (n, D), D even.

    Returns:
        uint8 (n, D / 2): column 2j, plus 8, in the low four bits of byte j and column 2j + 1 in the high ones; float16
        (n,), the scales, 0 for a row of zeros.

    Raises:
        ValueError: if a scale is beyond float16.
    """
    greatest = np.abs(rows).max(axis=1) / MOST
    if not (greatest <= np.finfo(np.float16).max).all():
        raise ValueError("a row's scale is beyond float16: divide all rows by a number first")
    scales, values = np.zeros(len(rows), np.float16), np.zeros(rows.shape, np.int8)
    least = np.full(len(rows), np.inf, np.float32)
    for fraction in FRACTIONS:
        tried = (greatest * np.float32(fraction)).astype(np.float16)
        scale = tried.astype(np.float32)[:, None]
        whole = np.rint(np.divide(rows, scale, out=np.zeros_like(rows), where=scale > 0)).clip(-MOST, MOST)
        error = np.square(rows - whole * scale).sum(axis=1)
        better = error < least
        scales[better], values[better], least[better] = tried[better], whole[better], error[better]
    kept = (values + _ZERO).astype(np.uint8)
    return kept[:, ::2] | kept[:, 1::2] << _BITS, scales
