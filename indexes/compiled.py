"""How kernels are compiled, and the types that their signatures are made of."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np
from numba import njit, types
from numba.core import config

from sada.indexes import hashing
from sada.indexes.compilation.cache import KernelCache

FNV_OFFSET, FNV_PRIME, MIX = np.uint64(hashing.FNV_OFFSET), np.uint64(hashing.FNV_PRIME), np.uint64(hashing.MIX)
ONE = np.uint64(1)


def _read(kind: types.Type, axes: int = 1) -> types.Array:
    """An array that may be one that cannot be written, as one mapped from a file."""
    return types.Array(kind, axes, "C", readonly=True)


# Arrays in C order: "rows" have two axes, and of a type "read_..." a kernel takes arrays that cannot be written, too.
bools, u8s, i32s, i64s = types.boolean[::1], types.uint8[::1], types.int32[::1], types.int64[::1]
u32s, u64s, f32s, f64s = types.uint32[::1], types.uint64[::1], types.float32[::1], types.float64[::1]
u8_rows, u32_rows, u64_rows = types.uint8[:, ::1], types.uint32[:, ::1], types.uint64[:, ::1]
i32_rows, i64_rows, f32_rows = types.int32[:, ::1], types.int64[:, ::1], types.float32[:, ::1]
read_bools, read_u16s, read_i32s, read_i64s = map(_read, (types.boolean, types.uint16, types.int32, types.int64))
read_u32s, read_u64s, read_f32s, read_f64s = map(_read, (types.uint32, types.uint64, types.float32, types.float64))
read_u8_rows, read_u16_rows, read_u32_rows = (_read(kind, 2) for kind in (types.uint8, types.uint16, types.uint32))
read_u64_rows, read_f32_rows = _read(types.uint64, 2), _read(types.float32, 2)


def kernel(signature: Any = None, *, fastmath: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Decorate a function that numba compiles: it releases the GIL, and its machine code is kept on disk.

    Args:
        signature: the types of result and arguments; with it the kernel is compiled, or loaded, at once. Without it the
            kernel is for other kernels only, and is compiled into them.
        fastmath: lets sums be made in any order, and a division by zero be infinite, so that loops are compiled to
            vector instructions.
    """

    def compiled(function: Callable[..., Any]) -> Any:
        assert isinstance(function, FunctionType)
        dispatcher = njit(nogil=True, fastmath=fastmath, error_model="numpy" if fastmath else "python")(function)
        if config.DISABLE_JIT:  # it is the function itself then
            return dispatcher
        dispatcher._cache = KernelCache(function, fastmath)
        if signature is not None:
            dispatcher.compile(signature)
            dispatcher.disable_compile()
        return dispatcher

    return compiled
