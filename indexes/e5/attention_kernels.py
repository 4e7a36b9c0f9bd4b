"""Attention, tile by tile, in float32."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from sada.indexes.compiled import f32_rows, i64s, kernel
from sada.indexes.e5.product_kernels import UNIT
from sada.indexes.e5.tile_kernels import COLUMNS, FLOAT, LONG, ROWS, Code, Unit, float_tile

_I64 = np.int64
_LOWEST = np.float32(-1e30)
_LOG2_E, _LEAST = 1.44269504, -126.0
_BIAS, _SIGNIFICAND = 127, 23  # of a float32: of its exponent, and the bits below it
# 2 ** x within [-1/2, 1/2], the highest power first, interpolated at Chebyshev's points: 1e-7 of it away at most.
_POWERS = 0.00134004327, 0.00967606827, 0.0555032715, 0.240221068, 0.693147182, 1.00000012


def shares_of(unit: Unit) -> Any:
    """Make what turns the rows of a tile into their exponentials over the sum of each, in place: a function for numba.

    It takes the address of the rows, float32, how many registers a row fills, and the bytes from a row to the next.
    """

    def write(code: Code, row: int, values: Sequence[Any]) -> None:
        builder, (rows, registers, stride) = code.builder, values
        starts = [code.at(rows, (stride, row + at)) for at in range(unit.rows)]

        @contextmanager
        def along() -> Iterator[list[tuple[Any, Any]]]:
            with cgutils.for_range(builder, registers, intp=LONG) as loop:
                places = [code.at(start, (loop.index, 4 * unit.lanes)) for start in starts]
                yield [(place, code.load(place, code.floats)) for place in places]

        most = [cgutils.alloca_once_value(builder, code.load(start, code.floats)) for start in starts]
        with along() as each:
            for (_, scores), before in zip(each, most, strict=True):
                builder.store(code.greater(scores, builder.load(before)), before)
        greatest = [code.in_all(code.greatest(builder.load(one)), code.floats) for one in most]
        totals = [cgutils.alloca_once_value(builder, code.same(0.0)) for _ in starts]
        with along() as each:
            for (place, scores), top, total in zip(each, greatest, totals, strict=True):
                powers = _powers_of_e(code, builder.fsub(scores, top))
                code.put(powers, place)
                builder.store(builder.fadd(builder.load(total), powers), total)
        sums = [code.sum_of(builder.load(total)) for total in totals]
        shares = [code.in_all(builder.fdiv(FLOAT(1.0), one), code.floats) for one in sums]
        with along() as each:
            for (place, powers), share in zip(each, shares, strict=True):
                code.put(builder.fmul(powers, share), place)

    def generate(context: Any, builder: Any, signature: Any, values: Sequence[Any]) -> Any:
        for row in range(0, ROWS, unit.rows):
            write(Code(builder, unit), row, values)
        return context.get_dummy_value()

    @intrinsic
    def shares(typing, rows, registers, stride):
        return types.void(*[types.int64] * 3), generate

    return shares


def _powers_of_e(code: Code, exponents: Any) -> Any:
    """Euler's number to the power of numbers of zero or less; what is less than 2 ** -126 becomes that."""
    builder = code.builder
    of_two = code.greater(builder.fmul(exponents, code.same(_LOG2_E)), code.same(_LEAST))
    near = code.rounded(of_two)
    rest = builder.fsub(of_two, near)
    part = reduce(lambda found, one: code.fused(found, rest, code.same(one)), _POWERS[1:], code.same(_POWERS[0]))
    lanes = code.unit.lanes
    biased = builder.add(builder.fptosi(near, code.words), code.words([_BIAS] * lanes))
    whole = builder.bitcast(builder.shl(biased, code.words([_SIGNIFICAND] * lanes)), code.floats)
    return builder.fmul(part, whole)


def attention(unit: Unit) -> Callable[..., None]:
    """Make the function that attends (Vaswani et al., "Attention Is All You Need", 2017) in heads of 32 numbers."""
    tile, shares, lanes = float_tile(unit), shares_of(unit), unit.lanes

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
        firsts, none = np.empty(room, np.float32), np.zeros(COLUMNS, np.float32)
        queries, found = np.zeros((ROWS, COLUMNS), np.float32), np.empty((ROWS, COLUMNS), np.float32)
        for window in range(len(bounds) - 1):
            start, stop = bounds[window], bounds[window + 1]
            firsts[: stop - start] = 0
            firsts[stop - start :] = _LOWEST  # columns beyond the window take no share
            for head in range(0, width, COLUMNS):
                for row in range(start, stop):
                    for place in range(COLUMNS):
                        keys[place, row - start] = projected[row, width + head + place]
                values = _I64(projected.ctypes.data) + start * stride + 4 * (2 * width + head)
                for first in range(start, stop, ROWS):
                    rows = min(ROWS, stop - first)
                    if rows == ROWS:
                        asking, asking_stride = _I64(projected.ctypes.data) + first * stride + 4 * head, stride
                        result, result_stride = _I64(out.ctypes.data) + 4 * (first * width + head), 4 * width
                    else:
                        queries[:rows] = projected[first:stop, head : head + COLUMNS]
                        asking, asking_stride = _I64(queries.ctypes.data), 4 * COLUMNS
                        result, result_stride = _I64(found.ctypes.data), 4 * COLUMNS
                    for beside in range(0, stop - start, COLUMNS):
                        tile(
                            asking,
                            _I64(keys.ctypes.data) + 4 * beside,
                            _I64(firsts.ctypes.data) + 4 * beside,
                            _I64(scores.ctypes.data) + 4 * beside,
                            COLUMNS,
                            asking_stride,
                            4 * room,
                            4 * room,
                        )
                    shares(_I64(scores.ctypes.data), (stop - start + lanes - 1) // lanes, 4 * room)
                    tile(
                        _I64(scores.ctypes.data),
                        values,
                        _I64(none.ctypes.data),
                        result,
                        stop - start,
                        4 * room,
                        stride,
                        result_stride,
                    )
                    if rows < ROWS:
                        out[first:stop, head : head + COLUMNS] = found[:rows]

    return attend


attend_in_tiles: Any = None
if UNIT is not None:
    attend_in_tiles = kernel(types.void(f32_rows, i64s, f32_rows))(attention(UNIT))
