"""How kernels are compiled, and the types that their signatures are made of."""

from __future__ import annotations

import numpy as np
from numba import njit, types

from sada.indexes import hashing

FNV_OFFSET, FNV_PRIME, MIX = np.uint64(hashing.FNV_OFFSET), np.uint64(hashing.FNV_PRIME), np.uint64(hashing.MIX)
SHIFT_32 = np.uint64(32)
ONE = np.uint64(1)

u16s, i32s, i64s = types.Array(types.uint16, 1, "C", readonly=True), types.int32[::1], types.int64[::1]
u32s, read_u32s = types.uint32[::1], types.Array(types.uint32, 1, "C", readonly=True)
f32s, f64s = types.float32[::1], types.float64[::1]
read_i64s = types.Array(types.int64, 1, "C", readonly=True)


def _cache_is_possible() -> bool:
    """False where neither this package's folder nor the user's cache folder can be written: then nothing is kept."""
    try:
        njit(cache=True)(_cache_is_possible)
    except RuntimeError:
        return False
    return True


jit = {"cache": _cache_is_possible(), "nogil": True}
LOW = np.uint64(0xFFFFFFFF)
