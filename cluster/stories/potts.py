"""Cut a graph of same-story probabilities into stories: the constant Potts model, optimised by local moves.

Maximises the sum, over all pairs of articles that are put together, of (probability - resolution), where a pair that
was never scored has probability 0 (Traag, Van Dooren and Nesterov, "Narrow scope for resolution-limit-free community
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
    """Cluster numbers (int64 (count,), 0 to clusters - 1 in order of first row) of rows joined by scored pairs.

    Args:
        count: how many rows; they are visited in this order, so put them in a canonical one.
        left: int64 (m,), one row of each pair; no pair stands twice.
        right: int64 (m,), the other.
        probability: float64 (m,), in [0, 1].
        resolution: float64 (count,); a pair counts against being together by the mean of its two rows'.
        together: int64 (count,), rows with equal numbers stay together; None if any may part.
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
    """int64 (count,): the same groups, numbered from 0 in the order of their first rows."""
    _, first, named = np.unique(numbers, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[named]


def _contracted(
    graph: csr_array, clusters: np.ndarray, sizes: np.ndarray, resolution: np.ndarray
) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """The graph of clusters, 0 to the number of them - 1, with their sizes and mean resolutions."""
    from scipy.sparse import coo_array

    member = coo_array((np.ones(len(clusters)), (np.arange(len(clusters)), clusters))).tocsr()
    graph = (member.T @ graph @ member).tocsr()
    graph.setdiag(0)
    graph.eliminate_zeros()
    totals = np.bincount(clusters, sizes)
    return graph, totals, np.bincount(clusters, sizes * resolution) / totals
