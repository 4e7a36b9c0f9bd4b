"""Merge stories into threads: nearest centroids first, as long as a thread keeps terms that most of its stories have.

Centroid linkage alone ends in one thread of everything, as topics touch. A thread of one event has names that nearly
all of its stories tell: a place, a person, a case.
"""

from __future__ import annotations

import heapq
import math
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LEAST_COSINE = 0.12
"""The least cosine of the centroids of two threads that are merged."""
CORES = 2
"""Core terms of a thread at least, and"""
CORE = 0.8
"""the share of its stories that have each of them, at least."""
RARE = 0.02
FEW = 200
"""A core term is in at most so large a share of all stories, or in so few."""
MOST_APART = 5.0
"""Days between two stories at most, from the last article of one to the first of the other, that are compared."""
_COMMON = 500  # stories; a term of more does not make two of them candidates


def merge_stories(terms: csr_array, sizes: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Merge stories into threads.

    Args:
        terms: (n, m), unit rows, see :func:`~sada.cluster.threads.story_terms.story_terms`.
        sizes: int64 (n,), articles of each story; a centroid weighs stories by their square root.
        first: float64 (n,), days, of the first article; NaN of a story without a date, which is compared with none.
        last: float64 (n,), days, of the last article.

    Returns:
        int64 (n,): the thread of each story, named by one of its stories.
    """
    having = np.bincount(terms.indices, minlength=terms.shape[1])
    threads = _Threads(terms, np.sqrt(sizes), having <= max(FEW, RARE * terms.shape[0]))
    left, right, cosine = _candidates(terms, having, first, last)
    threads.merge(left.tolist(), right.tolist(), cosine.tolist())
    return threads.named()


def _candidates(
    terms: csr_array, having: np.ndarray, first: np.ndarray, last: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pairs of stories that are near in time and alike, with their cosine: left < right."""
    rare = terms.copy()
    rare.data[having[rare.indices] > _COMMON] = 0
    rare.eliminate_zeros()
    products = (rare @ rare.T).tocoo()
    left, right, cosine = products.row, products.col, products.data
    apart = np.maximum(first[left], first[right]) - np.minimum(last[left], last[right])
    near = (left < right) & (cosine >= LEAST_COSINE) & (apart <= MOST_APART)
    return left[near], right[near], cosine[near]


class _Threads:
    """Threads as they grow: of each its centroid, in how many of its stories each term is, and its neighbours."""

    def __init__(self, terms: csr_array, weights: np.ndarray, rare: np.ndarray) -> None:
        bounds, columns = terms.indptr.tolist(), terms.indices.tolist()
        spans = list(pairwise(bounds))
        self.rare = rare.tolist()
        self.heads = list(range(len(spans)))
        self.stories = [1] * len(spans)
        self.length = weights.tolist()
        self.version = [0] * len(spans)
        self.near: list[set[int]] = [set() for _ in spans]
        self.counts = [dict.fromkeys(columns[start:stop], 1) for start, stop in spans]
        self.sums = [
            dict(zip(columns[start:stop], (terms.data[start:stop] * weight).tolist(), strict=True))
            for (start, stop), weight in zip(spans, self.length, strict=True)
        ]

    def merge(self, left: list[int], right: list[int], cosine: list[float]) -> None:
        """Merge the nearest two until none are near enough."""
        for one, other in zip(left, right, strict=True):
            self.near[one].add(other)
            self.near[other].add(one)
        heap = [(-value, one, other, 0, 0) for value, one, other in zip(cosine, left, right, strict=True)]
        heapq.heapify(heap)
        while heap:
            _, one, other, *versions = heapq.heappop(heap)
            is_current = self.heads[one] == one and self.heads[other] == other
            if not is_current or versions != [self.version[one], self.version[other]]:
                continue
            if self._have_core(one, other):
                self._join(one, other)
                for neighbour in sorted(self.near[one]):
                    value = self._cosine(one, neighbour)
                    if value >= LEAST_COSINE:
                        entry = (-value, one, neighbour, self.version[one], self.version[neighbour])
                        heapq.heappush(heap, entry)

    def named(self) -> np.ndarray:
        """Return the head of the thread of each story."""
        return np.array([self._head(story) for story in range(len(self.heads))], np.int64)

    def _head(self, story: int) -> int:
        while self.heads[story] != story:
            self.heads[story] = story = self.heads[self.heads[story]]
        return story

    def _have_core(self, one: int, other: int) -> bool:
        """Return whether enough stories of both threads together have the same rare terms."""
        few, many = sorted((self.counts[one], self.counts[other]), key=len)
        least = CORE * (self.stories[one] + self.stories[other])
        shared = (term for term, count in few.items() if self.rare[term] and count + many.get(term, -count) >= least)
        return sum(1 for _ in islice(shared, CORES)) == CORES

    def _cosine(self, one: int, other: int) -> float:
        few, many = sorted((self.sums[one], self.sums[other]), key=len)
        product = sum(value * many[term] for term, value in few.items() if term in many)
        return product / (self.length[one] * self.length[other])

    def _join(self, one: int, other: int) -> None:
        """Merge a thread into another."""
        sums, counts = self.sums[one], self.counts[one]
        for term, value in self.sums[other].items():
            sums[term] = sums.get(term, 0.0) + value
        for term, count in self.counts[other].items():
            counts[term] = counts.get(term, 0) + count
        self.sums[other], self.counts[other] = {}, {}
        self.length[one] = math.sqrt(sum(value * value for value in sums.values()))
        self.heads[other] = one
        self.version[one] += 1
        self.stories[one] += self.stories[other]
        self.near[one] = {self._head(near) for near in self.near[one] | self.near[other]} - {one}
