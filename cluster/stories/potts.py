"""Cut a graph of same-story probabilities into stories: the constant Potts model, optimised by local moves.

It maximises the sum of (probability - resolution) over all pairs of articles in one story, where a pair that was not
scored has probability 0 (Traag, Van Dooren and Nesterov, "Narrow scope for resolution-limit-free community
detection", 2011; moves and contraction after Blondel et al., 2008). Unlike connected components, one strong pair
cannot join two groups whose other members have nothing to do with each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sada.cluster.stories.potts_kernels import local_moves

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_WEAKEST = 0.02
_LEVELS = 6


def partition(
    count: int,
    left: np.ndarray,
    right: np.ndarray,
    probability: np.ndarray,
    resolution: np.ndarray,
    together: np.ndarray | None = None,
) -> np.ndarray:
    """Cluster rows that are joined by scored pairs: int64 (count,), numbers from 0 in order of first row.

    Args:
        count: number of rows. They are visited in this order, so it must be canonical.
        left: int64 (m,), the first row of each pair; no pair occurs twice.
        right: int64 (m,), the second.
        probability: float64 (m,), in [0, 1].
        resolution: float64 (count,), of each row; the resolution of a pair is the mean of its rows.
        together: int64 (count,), rows with equal numbers stay together; None for no such groups.
    """
    from scipy.sparse import coo_array

    if not count:
        return np.zeros(0, np.int64)
    strong = probability >= _WEAKEST
    ends = (np.concatenate([left[strong], right[strong]]), np.concatenate([right[strong], left[strong]]))
    graph = coo_array((np.tile(probability[strong], 2), ends), shape=(count, count)).tocsr()
    clusters, sizes = np.arange(count), np.ones(count)
    if together is not None:
        clusters = by_first_row(together)
        graph, sizes, resolution = _contracted(graph, clusters, sizes, resolution)
    for _ in range(_LEVELS):
        graph.sort_indices()
        moved = np.arange(graph.shape[0])
        local_moves(graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data, sizes, resolution, moved)
        names, moved = np.unique(moved, return_inverse=True)
        clusters = moved[clusters]
        if len(names) == graph.shape[0]:
            break
        graph, sizes, resolution = _contracted(graph, moved, sizes, resolution)
    return by_first_row(clusters)


def by_first_row(numbers: np.ndarray) -> np.ndarray:
    """Renumber groups from 0 in order of their first rows: int64 (count,)."""
    _, first, named = np.unique(numbers, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[named]


def _contracted(
    graph: csr_array, clusters: np.ndarray, sizes: np.ndarray, resolution: np.ndarray
) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """Return the graph of clusters (numbered from 0) with their sizes and mean resolutions."""
    from scipy.sparse import coo_array

    member = coo_array((np.ones(len(clusters)), (np.arange(len(clusters)), clusters))).tocsr()
    graph = (member.T @ graph @ member).tocsr()
    graph.setdiag(0)
    graph.eliminate_zeros()
    totals = np.bincount(clusters, sizes)
    return graph, totals, np.bincount(clusters, sizes * resolution) / totals
