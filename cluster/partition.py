"""Cut a graph of same-story probabilities into stories: the constant Potts model, optimised by local moves.

Maximises the sum, over all pairs of articles that are put together, of (probability - resolution), where a pair that
was never scored has probability 0 (Traag, Van Dooren and Nesterov, "Narrow scope for resolution-limit-free community
detection", 2011; moves and contraction after Blondel et al., 2008). Unlike connected components, one strong pair
cannot join two groups whose other members have nothing to do with each other.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from sada.indexes.kernels import jit

_WEAKEST = 0.02
_SWEEPS = 20
_LEVELS = 6
f64s, i64s, i32s = types.float64[::1], types.int64[::1], types.int32[::1]


def partition(
    count: int, left: np.ndarray, right: np.ndarray, probability: np.ndarray, resolution: np.ndarray
) -> np.ndarray:
    """Cluster numbers (int64 (count,), 0 to clusters - 1 in order of first row) of rows joined by scored pairs.

    Args:
        count: how many rows; they are visited in this order, so put them in a canonical one.
        left: int64 (m,), one row of each pair; no pair stands twice.
        right: int64 (m,), the other.
        probability: float64 (m,), in [0, 1].
        resolution: float64 (count,); a pair counts against being together by the mean of its two rows'.
    """
    from scipy.sparse import coo_array

    strong = probability >= _WEAKEST
    ends = (np.concatenate([left[strong], right[strong]]), np.concatenate([right[strong], left[strong]]))
    graph = coo_array((np.tile(probability[strong], 2), ends), shape=(count, count)).tocsr()
    clusters = np.arange(count)
    sizes: np.ndarray = np.ones(count)
    for _ in range(_LEVELS):
        graph.sort_indices()
        moved = np.arange(graph.shape[0])
        _local_moves(
            graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data, sizes, resolution, moved
        )
        names, moved = np.unique(moved, return_inverse=True)
        clusters = moved[clusters]
        if len(names) == graph.shape[0]:
            break
        member = coo_array((np.ones(len(moved)), (np.arange(len(moved)), moved))).tocsr()
        graph = (member.T @ graph @ member).tocsr()
        graph.setdiag(0)
        graph.eliminate_zeros()
        totals = np.bincount(moved, sizes)
        resolution = np.bincount(moved, sizes * resolution) / totals
        sizes = totals
    _, first, named = np.unique(clusters, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[named]


@njit(types.void(i64s, i32s, f64s, f64s, f64s, i64s), **jit)
def _local_moves(bounds, others, weights, sizes, resolution, cluster):  # noqa: ANN001, ANN202, C901
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
