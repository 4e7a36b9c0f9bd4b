"""Compiled loops of the constant Potts model: moves between clusters."""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import f64s, i32s, i64s, kernel

_SWEEPS = 20


@kernel(types.void(i64s, i32s, f64s, f64s, f64s, i64s))
def local_moves(bounds, others, weights, sizes, resolution, cluster):
    """Move each row to the cluster with the largest gain, or to a new one, until none moves or for 20 sweeps."""
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
