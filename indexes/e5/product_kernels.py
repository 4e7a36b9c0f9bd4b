"""Products of matrices, tile by tile: of 8-bit rows with 4-bit columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.core import config

from sada.indexes.compiled import f32_rows, f32s, kernel
from sada.indexes.e5.tile_kernels import BLOCK, COLUMNS, ROWS, UNITS, Unit, block_packer, byte_tile

_bytes, _floats, _words = types.int8[:, :, :, ::1], types.float32[:, :, ::1], types.int32[:, :, ::1]
_columns = types.uint8[:, :, :, :, ::1]
_I64 = np.int64


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


UNIT = unit_here()
pack: Any = None
multiply: Any = None
if UNIT is not None:
    pack = kernel(types.void(f32_rows, _bytes, _floats, _words))(row_packer(UNIT))
    multiply = kernel(types.void(_bytes, _floats, _words, _columns, _floats, f32s, f32_rows))(product_of_bytes(UNIT))
