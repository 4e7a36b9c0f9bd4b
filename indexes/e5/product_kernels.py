"""Products of matrices, tile by tile: of 8-bit rows with 4-bit columns, and those of attention in float32."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.core import config

from sada.indexes.compiled import f32_rows, f32s, i64s, kernel
from sada.indexes.e5.tile_kernels import (
    BLOCK,
    COLUMNS,
    ROWS,
    UNITS,
    Unit,
    block_packer,
    byte_tile,
    float_of_bits,
    float_tile,
)

_bytes, _floats, _words = types.int8[:, :, :, ::1], types.float32[:, :, ::1], types.int32[:, :, ::1]
_columns = types.uint8[:, :, :, :, ::1]
_I64 = np.int64
_LOG2_E, _LEAST = np.float32(1.44269504), np.float32(-126)
_BIAS, _SIGNIFICAND = np.int32(127), np.int32(23)  # of a float32: of its exponent, and the bits below it
# 2 ** x within [-1/2, 1/2], the highest power first, interpolated at Chebyshev's points: 1e-7 of it away at most.
_P0, _P1, _P2, _P3, _P4, _P5 = map(
    np.float32, (0.00134004327, 0.00967606827, 0.0555032715, 0.240221068, 0.693147182, 1.00000012)
)


def unit_here() -> Unit | None:
    """How this processor multiplies bytes; None if none of the ways is its own, or code is to be for any processor."""
    told = config.CPU_NAME is not None or config.CPU_FEATURES is not None or not config.ENABLE_AVX
    if told or config.DISABLE_JIT:
        return None
    try:
        features = get_host_cpu_features()
    except RuntimeError:  # LLVM does not know this processor
        return None
    return next((unit for feature, unit in UNITS.items() if features.get(feature)), None)


def product_of_bytes(unit: Unit) -> Callable[..., None]:
    """Make the function that multiplies packed rows with packed columns (:mod:`sada.indexes.e5.dense`)."""
    tile = byte_tile(unit)

    def multiply(rows, scales, firsts, columns, weights, bias, out):
        """Write all products, and the bias of each column added, to ``out``, float32 (rows, columns)."""
        blocks, stride = rows.shape[1], 4 * out.shape[1]
        for beside in range(columns.shape[0]):
            for below in range(rows.shape[0]):
                tile(
                    _I64(rows.ctypes.data) + below * blocks * ROWS * BLOCK,
                    _I64(scales.ctypes.data) + below * blocks * ROWS * 4,
                    _I64(firsts.ctypes.data) + below * blocks * ROWS * 4,
                    _I64(columns.ctypes.data) + beside * blocks * COLUMNS * BLOCK,
                    _I64(weights.ctypes.data) + beside * blocks * COLUMNS * 4,
                    _I64(bias.ctypes.data) + beside * COLUMNS * 4,
                    _I64(out.ctypes.data) + below * ROWS * stride + beside * COLUMNS * 4,
                    blocks,
                    stride,
                )

    return multiply


def row_packer(unit: Unit) -> Callable[..., None]:
    """Make the function that rounds rows to 8 bits, a scale for each 32 numbers, in the order of tiles."""
    pack_block = block_packer(unit)

    def pack(values, numbers, scales, firsts):
        """Pack ``values``, float32 (rows, width).

        ``numbers`` is int8 (tiles, width / 32, 6, 32), ``scales`` float32 (tiles, width / 32, 6). ``firsts``, int32 of
        the same shape, become -8 times the sum of 32 bytes, which takes the 8 from the 4-bit numbers.
        """
        blocks = numbers.shape[1]
        for row in range(values.shape[0]):
            for block in range(blocks):
                place = (row // ROWS * blocks + block) * ROWS + row % ROWS
                pack_block(
                    _I64(values.ctypes.data) + 4 * (row * blocks + block) * BLOCK,
                    _I64(numbers.ctypes.data) + place * BLOCK,
                    _I64(scales.ctypes.data) + 4 * place,
                    _I64(firsts.ctypes.data) + 4 * place,
                )

    return pack


@kernel(fastmath=True)
def _exponentials(rows, count, totals):
    """Make each row its exponentials over those of its greatest, in the first ``count`` columns, and sum them up."""
    for row in range(rows.shape[0]):
        most = rows[row, 0]
        for at in range(1, count):
            most = rows[row, at] if rows[row, at] > most else most
        total = np.float32(0)
        for at in range(count):
            power = (rows[row, at] - most) * _LOG2_E
            power = power if power > _LEAST else _LEAST
            near = np.rint(power)
            rest = power - near
            part = ((((_P0 * rest + _P1) * rest + _P2) * rest + _P3) * rest + _P4) * rest + _P5
            part *= float_of_bits((np.int32(near) + _BIAS) << _SIGNIFICAND)
            rows[row, at] = part
            total += part
        totals[row] = total


def attention(unit: Unit) -> Callable[..., None]:
    """Make the function that attends (Vaswani et al., "Attention Is All You Need", 2017) in heads of 32 numbers."""
    tile = float_tile(unit)

    def attend(projected, bounds, out):
        """Write what each row takes over from those of its window to ``out``, float32 (n, width).

        ``projected`` is float32 (n, 3 * width), queries, keys and values; ``bounds`` has where windows begin, and n.
        """
        width, stride = out.shape[1], 4 * projected.shape[1]
        longest = 0
        for window in range(len(bounds) - 1):
            longest = max(longest, bounds[window + 1] - bounds[window])
        room = (longest + COLUMNS - 1) // COLUMNS * COLUMNS
        keys, scores = np.zeros((COLUMNS, room), np.float32), np.empty((ROWS, room), np.float32)
        queries, found = np.zeros((ROWS, COLUMNS), np.float32), np.empty((ROWS, COLUMNS), np.float32)
        totals = np.empty(ROWS, np.float32)
        for window in range(len(bounds) - 1):
            start, stop = bounds[window], bounds[window + 1]
            for head in range(0, width, COLUMNS):
                for row in range(start, stop):
                    for place in range(COLUMNS):
                        keys[place, row - start] = projected[row, width + head + place]
                values = _I64(projected.ctypes.data) + start * stride + 4 * (2 * width + head)
                for first in range(start, stop, ROWS):
                    rows = min(ROWS, stop - first)
                    queries[:rows] = projected[first : first + rows, head : head + COLUMNS]
                    for beside in range(0, stop - start, COLUMNS):
                        tile(
                            _I64(queries.ctypes.data),
                            _I64(keys.ctypes.data) + 4 * beside,
                            _I64(scores.ctypes.data) + 4 * beside,
                            COLUMNS,
                            4 * COLUMNS,
                            4 * room,
                            4 * room,
                        )
                    _exponentials(scores[:rows], stop - start, totals)
                    tile(
                        _I64(scores.ctypes.data),
                        values,
                        _I64(found.ctypes.data),
                        stop - start,
                        4 * room,
                        stride,
                        4 * COLUMNS,
                    )
                    for row in range(rows):
                        share = np.float32(1) / totals[row]
                        for place in range(COLUMNS):
                            out[first + row, head + place] = found[row, place] * share

    return attend


UNIT = unit_here()
pack: Any = None
multiply: Any = None
attend_in_tiles: Any = None
if UNIT is not None:
    pack = kernel(types.void(f32_rows, _bytes, _floats, _words))(row_packer(UNIT))
    multiply = kernel(types.void(_bytes, _floats, _words, _columns, _floats, f32s, f32_rows))(product_of_bytes(UNIT))
    attend_in_tiles = kernel(types.void(f32_rows, i64s, f32_rows), fastmath=True)(attention(UNIT))
