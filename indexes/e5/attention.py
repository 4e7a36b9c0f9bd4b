"""Attention: what each subword of a window takes over from the others."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sada.indexes.e5.attention_kernels import attend_in_tiles
from sada.indexes.e5.product_kernels import UNIT
from sada.indexes.e5.tile_kernels import COLUMNS


def attend(projected: np.ndarray, bounds: np.ndarray, heads: int) -> np.ndarray:
    """Attend within windows (Vaswani et al., "Attention Is All You Need", 2017).

    Args:
        projected: float32 (n, 3 * width), the queries, keys and values of n subwords. Products of queries and keys are
            not scaled any more.
        bounds: int64 (m + 1,), where the windows begin and end.
        heads: how many parts the width is divided into.

    Returns:
        Float32 (n, width).
    """
    found = np.empty((len(projected), projected.shape[1] // 3), np.float32)
    if UNIT is not None and found.shape[1] == heads * COLUMNS:
        attend_in_tiles(projected, bounds, found)
        return found
    split = projected.reshape(len(projected), 3, heads, -1)
    for start, stop in pairwise(bounds.tolist()):
        query, key, value = split[start:stop].transpose(1, 2, 0, 3)
        shares = query @ key.transpose(0, 2, 1)
        shares -= shares.max(-1, keepdims=True)
        np.exp(shares, out=shares)
        shares /= shares.sum(-1, keepdims=True)
        found[start:stop] = (shares @ value).transpose(1, 0, 2).reshape(stop - start, -1)
    return found
