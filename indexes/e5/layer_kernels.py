"""Compiled loops of a layer, each of which does in one pass what NumPy does in several."""

from __future__ import annotations

import math

import numpy as np
from numba import types

from sada.indexes.compiled import kernel, read_f32s

_rows = types.float32[:, ::1]
_HALF, _ONE, _ROOT = np.float32(0.5), np.float32(1), np.float32(math.sqrt(0.5))
# erf(x) / x within [-4, 4] as a fraction of two polynomials in x * x, the highest power first, fitted by least squares:
# no more than 4e-7 away.
_A0, _A1, _A2, _A3, _A4, _A5, _A6 = map(
    np.float32, (1.91717781e-8, -1.98611403e-6, 1.55204716e-4, 4.28544787e-3, 5.24154221e-2, 0.213810061, 1.1283787)
)
_B0, _B1, _B2, _B3, _B4 = map(np.float32, (1.09566567e-3, 1.55383088e-2, 0.120743303, 0.522812108, 1.0))
_MOST = np.float32(4)


@kernel(types.void(_rows), fastmath=True)
def gelu(values):
    """Make each x, in place, x * (1 + erf(x / sqrt(2))) / 2 (Hendrycks and Gimpel 2016)."""
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            value = values[row, column]
            point = value * _ROOT
            point = _MOST if point > _MOST else point  # max and min are not done in vectors
            point = -_MOST if point < -_MOST else point
            square = point * point
            above = (((_A0 * square + _A1) * square + _A2) * square + _A3) * square + _A4
            above = (above * square + _A5) * square + _A6
            below = (((_B0 * square + _B1) * square + _B2) * square + _B3) * square + _B4
            values[row, column] = _HALF * value * (_ONE + point * above / below)


@kernel(types.void(_rows, _rows, read_f32s, read_f32s, types.float32), fastmath=True)
def add_and_normalise(values, more, scale, shift, epsilon):
    """Add rows to rows, in place, and normalise each to mean 0 and variance 1 (Ba et al. 2016)."""
    width = values.shape[1]
    for row in range(values.shape[0]):
        mean = np.float32(0)
        for column in range(width):
            values[row, column] += more[row, column]
            mean += values[row, column]
        mean /= np.float32(width)
        variance = np.float32(0)
        for column in range(width):
            apart = values[row, column] - mean
            variance += apart * apart
        factor = _ONE / np.float32(math.sqrt(variance / np.float32(width) + epsilon))
        for column in range(width):
            values[row, column] = (values[row, column] - mean) * factor * scale[column] + shift[column]
