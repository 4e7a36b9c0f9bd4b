"""Compiled loops of the cluster room: what pairs of rows share, moves between clusters.

As in :mod:`sada.indexes.kernels`, each has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from sada.indexes.kernels import i32s, i64s, jit

_SWEEPS = 20

f32s, f64s = types.float32[::1], types.float64[::1]


@njit(types.void(i64s, i32s, f32s, f32s, i64s, i64s, f64s, f64s, f64s), **jit)
def overlaps(bounds, terms, weights, idf, left, right, cosine, mass, rarest):
    """What pairs of rows of a sparse matrix share: their product, and the sum and the largest idf of shared terms."""
    for pair in range(left.size):
        a, a_end = bounds[left[pair]], bounds[left[pair] + 1]
        b, b_end = bounds[right[pair]], bounds[right[pair] + 1]
        while a < a_end and b < b_end:
            if terms[a] == terms[b]:
                cosine[pair] += weights[a] * weights[b]
                mass[pair] += idf[terms[a]]
                rarest[pair] = max(rarest[pair], idf[terms[a]])
                a += 1
                b += 1
            elif terms[a] < terms[b]:
                a += 1
            else:
                b += 1


@njit(types.void(i64s, i32s, f64s, f64s, f64s, i64s), **jit)
def local_moves(bounds, others, weights, sizes, resolution, cluster):
    """Move each row to the cluster that gains most, or to one of its own, until none moves."""
    count = cluster.size
    total_size, total_cost = sizes.copy(), sizes * resolution
    free, free_count = np.empty(count, np.int64), 0
    weight_to, touched = np.zeros(count), np.empty(count, np.int64)
    for _ in range(_SWEEPS):
        moved = False
        for row in range(count):
            home = cluster[row]
            total_size[home] -= sizes[row]
            total_cost[home] -= sizes[row] * resolution[row]
            reached = 0
            for edge in range(bounds[row], bounds[row + 1]):
                target = cluster[others[edge]]
                if others[edge] == row:
                    continue
                if weight_to[target] == 0.0:
                    touched[reached] = target
                    reached += 1
                weight_to[target] += weights[edge]
            best, best_gain = np.int64(-1), 1e-12
            if total_size[home] > 0:
                gain = weight_to[home] - sizes[row] * (resolution[row] * total_size[home] + total_cost[home]) / 2
                if gain >= 0:
                    best, best_gain = home, gain + 1e-12
            for place in range(reached):
                target = touched[place]
                gain = weight_to[target] - sizes[row] * (resolution[row] * total_size[target] + total_cost[target]) / 2
                if gain > best_gain:
                    best, best_gain = target, gain + 1e-12
                weight_to[target] = 0.0
            if best == -1:
                best = home
                if total_size[home] > 1e-9 and free_count > 0:
                    free_count -= 1
                    best = free[free_count]
            elif best != home and total_size[home] <= 1e-9:
                free[free_count] = home
                free_count += 1
            moved |= best != home
            cluster[row] = best
            total_size[best] += sizes[row]
            total_cost[best] += sizes[row] * resolution[row]
        if not moved:
            return
