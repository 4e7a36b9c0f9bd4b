"""Compiled loops from subwords to vectors: the sum of quantized rows, and the small layers after it.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.

Every sum adds its terms in a fixed order, whatever other texts there are, and only IEEE additions, multiplications and
divisions are used. A text's vector is then the same to the bit beside any texts, for any number of threads and on any
machine.
"""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import f32_rows, kernel, read_f32_rows, read_f32s, read_i32s, read_i64s, read_u8_rows

TEXTS = 64
"""Texts that pass through the layers together, while the weights are in the cache."""

_CURVE, _CUBE = np.float32(2 * 0.7978845608), np.float32(0.044715)
_LOG2_E, _LN2_HIGH, _LN2_LOW = np.float32(1.4426950408889634), np.float32(0.693359375), np.float32(-2.12194440e-4)
_WIDEST = np.float32(40)  # beyond it the result is practically 0, and denormal numbers would make products slow
_HALF, _ONE = np.float32(0.5), np.float32(1)
_TERMS = tuple(np.float32(term) for term in (1 / 720, 1 / 120, 1 / 24, 1 / 6))
_BIAS, _FRACTION_BITS = np.int32(127), np.int32(23)
_TWO_BITS, _STEP, _LEAST = np.int32(3), np.int32(2), np.int32(3)  # two bits c stand for 2 c - 3: -3, -1, 1 or 3

layers = types.Tuple((read_f32_rows, read_f32_rows, read_f32s, read_f32_rows))


@kernel()
def _add_row(rows, scales, subword, total):
    """Add a subword's row, of which each byte holds one column of each quarter, to float32 ``total``."""
    row, scale = rows[subword], scales[subword]
    for quarter in range(4):
        part, shift = total[quarter * row.size : (quarter + 1) * row.size], np.int32(2 * quarter)
        for column in range(row.size):
            part[column] += scale * np.float32((np.int32(row[column]) >> shift & _TWO_BITS) * _STEP - _LEAST)


@kernel()
def _scale_to_unit(row):
    """Divide a row by its length; returns False and changes nothing if the length is 0."""
    square = np.float64(0)
    for value in row:
        square += np.float64(value) * np.float64(value)
    if not square > 0:
        return False
    length = np.float32(np.sqrt(square))
    for column in range(row.size):
        row[column] /= length
    return True


@kernel()
def _add_products(left, right, out, first, weights, k):
    """Add products of ``left`` and ``right`` with four rows of ``weights`` from ``k`` on to two rows of ``out``."""
    one, two = out[first], out[first + 1]
    w0, w1, w2, w3 = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
    a0, a1, a2, a3 = left[k], left[k + 1], left[k + 2], left[k + 3]
    b0, b1, b2, b3 = right[k], right[k + 1], right[k + 2], right[k + 3]
    for column in range(one.size):
        x0, x1, x2, x3 = w0[column], w1[column], w2[column], w3[column]
        one[column] = (((one[column] + a0 * x0) + a1 * x1) + a2 * x2) + a3 * x3
        two[column] = (((two[column] + b0 * x0) + b1 * x1) + b2 * x2) + b3 * x3


@kernel()
def _add_matrix_product(values, weights, out):
    """Compute ``out += values @ weights``, for an even number of rows whose length is a multiple of 4."""
    for k in range(0, weights.shape[0], 4):
        for first in range(0, out.shape[0], 2):
            _add_products(values[first], values[first + 1], out, first, weights, k)


@kernel()
def _gelu(row, series, exponents):
    """Apply GELU to every value: ``x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2`` (Hendrycks and Gimpel).

    That is ``x / (1 + e^-y)`` where y is twice the argument of tanh. The exponential, exact to 2 units in the last
    place, is a power of 2, whose bits are written to ``exponents``, times a Taylor series of seven terms, whose sum is
    written to ``series``.
    """
    powers = exponents.view(np.float32)
    for column in range(row.size):
        value = row[column]
        turn = min(max(-_CURVE * (value + _CUBE * value * value * value), -_WIDEST), _WIDEST)
        power = np.floor(turn * _LOG2_E + _HALF)
        rest = (turn - power * _LN2_HIGH) - power * _LN2_LOW
        total = _TERMS[0]
        total = total * rest + _TERMS[1]
        total = total * rest + _TERMS[2]
        total = total * rest + _TERMS[3]
        total = total * rest + _HALF
        total = total * rest + _ONE
        series[column] = total * rest + _ONE
        exponents[column] = (np.int32(power) + _BIAS) << _FRACTION_BITS
    for column in range(row.size):
        row[column] /= _ONE + series[column] * powers[column]


@kernel(types.void(read_i32s, read_i64s, read_u8_rows, read_f32s, layers, f32_rows))
def vectors_of(ids, starts, rows, scales, weights, out):
    """Write the vector of each text, of length 1; zeros if it has no subword.

    The subwords of text i are ``ids[starts[i]:starts[i + 1]]``; ``rows`` and ``scales`` are those of
    :class:`sada.indexes.encoders.static_weights.StaticWeights`, ``weights`` its four layers.
    """
    skip, hidden_in, hidden_bias, hidden_out = weights
    sums, ends = np.empty((TEXTS, skip.shape[0]), np.float32), np.empty((TEXTS, skip.shape[1]), np.float32)
    hidden, series = np.empty((TEXTS, hidden_bias.size), np.float32), np.empty(hidden_bias.size, np.float32)
    exponents = np.empty(hidden_bias.size, np.int32)
    for begin in range(0, out.shape[0], TEXTS):
        count = min(TEXTS, out.shape[0] - begin)
        even = count + (count & 1)
        for row in range(even):
            sums[row], ends[row], hidden[row] = np.float32(0), np.float32(0), hidden_bias
        for row in range(count):
            for at in range(starts[begin + row], starts[begin + row + 1]):
                _add_row(rows, scales, ids[at], sums[row])
            _scale_to_unit(sums[row])
        _add_matrix_product(sums[:even], hidden_in, hidden[:even])
        for row in range(even):
            _gelu(hidden[row], series, exponents)
        _add_matrix_product(sums[:even], skip, ends[:even])
        _add_matrix_product(hidden[:even], hidden_out, ends[:even])
        for row in range(count):
            if not sums[row].any() or not _scale_to_unit(ends[row]):
                ends[row] = np.float32(0)
            out[begin + row] = ends[row]
