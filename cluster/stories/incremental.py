"""Which stories are grouped again after articles came or went, and what keeps them from changing without need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.scoring.time_window import around, days_of
from sada.cluster.stories.merge_fragments import put_together
from sada.cluster.stories.potts import partition
from sada.cluster.stories.stored import StoredStories
from sada.indexes.handle.story_store import Regrouped
from sada.indexes.storage.columns import Columns, runs_of

STAY = 0.8
"""The share of what it takes to be one story that articles of a stored story, and parts of it, are given beforehand."""


@dataclass(frozen=True, slots=True)
class IncrementalUpdate:
    """The articles that are looked at again.

    Attributes:
        rows: int64 (m,), ascending, rows of the index's columns.
        stories: int64 (m,), the place of each one's story among the stored ones, -1 if that counts for nothing, as of
            an article that was replaced.
        frozen: bool (m,), those that stay with the others of their story that are frozen, wherever they go: nothing
            near them in time changed.
        touched: int64, ascending, the places of all stored stories that they are of, or that lost articles.
    """

    rows: np.ndarray
    stories: np.ndarray
    frozen: np.ndarray
    touched: np.ndarray

    @classmethod
    def whole(cls, standing: StoredStories) -> IncrementalUpdate:
        """All articles, as if there were no stories yet."""
        count = len(standing.stories)
        everything = np.arange(len(standing.stored))
        return cls(np.arange(count), np.full(count, -1), np.zeros(count, bool), everything)

    @classmethod
    def due(cls, columns: Columns, standing: StoredStories, since: Regrouped) -> IncrementalUpdate:
        """What came or went since some state and all within four days of it; with the rest of their stories, frozen.

        When something was published that was removed or replaced since is not known any more: all articles that were
        in a story with it stand for it.
        """
        came = columns.numbers > since.number
        updated = (columns.segments > since.segment) & ~came
        changed = np.union1d(standing.short, standing.stories[updated])
        dirty = came | (standing.stories < 0) | updated | np.isin(standing.stories, changed)
        times = days_of(columns)
        inside = dirty | around(times, times[dirty])
        touched = np.union1d(standing.short, standing.stories[inside])
        touched = touched[touched >= 0]
        rows = np.flatnonzero(inside | np.isin(standing.stories, touched))
        return cls(rows, np.where(updated, -1, standing.stories)[rows], ~inside[rows], touched)

    def claims(self, columns: Columns, standing: StoredStories) -> dict[str, set[str]]:
        """For each story with frozen articles, these: its id stays with them."""
        found: dict[str, set[str]] = {}
        for row, story in zip(self.rows[self.frozen].tolist(), self.stories[self.frozen].tolist(), strict=True):
            found.setdefault(standing.stored[story][0], set()).add(columns.ids[row])
        return found

    def together(
        self, prepared: StorySet, rows: np.ndarray, left: np.ndarray, right: np.ndarray, probability: np.ndarray
    ) -> np.ndarray | None:
        """int64 (m,): equal for those of some rows that are in one stored story and stay together; None if none are.

        A story is cut alone, its pairs likelier than they are by :data:`STAY`: it parts only where it falls apart
        clearly. What parts may join another; whole stories are only ever put together.

        Args:
            prepared: what is known of :attr:`rows`.
            rows: int64 (m,), places in :attr:`rows`, in canonical order.
            left: int64, one of each scored pair of places in ``rows``.
            right: int64, the other.
            probability: float64, of each.
        """
        stories = self.stories[rows]
        if not (stories >= 0).any():
            return None
        inside = (stories[left] == stories[right]) & (stories[left] >= 0)
        left, right, needed = left[inside], right[inside], prepared.resolutions(rows)
        given = STAY * (needed[left] + needed[right]) / 2
        chances = np.minimum(probability[inside] + given, 1.0)
        parts = partition(len(rows), left, right, chances, needed)
        weights = prepared.weights["fragments"]
        resolution = prepared.weights["resolution"]["fragments"] * (1 - STAY)
        return put_together(prepared, rows, parts, left, right, chances, weights, resolution)

    def reunited(self, clusters: np.ndarray) -> np.ndarray:
        """Clusters (int64 (m,)) with the frozen articles of each story in the one that most of them are in."""
        clusters = clusters.copy()
        places = np.flatnonzero(self.frozen)
        places = places[np.argsort(self.stories[places], kind="stable")]
        for some in runs_of(places, self.stories):
            clusters[some] = np.bincount(clusters[some]).argmax()
        return clusters
