"""Incremental updates: which articles are grouped again after a change, and what keeps stories stable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.scoring.time_window import around, days_of
from sada.cluster.stories.average_link import average_link
from sada.cluster.stories.merge_fragments import put_together
from sada.cluster.stories.stored import StoredStories
from sada.indexes.handle.story_store import Regrouped
from sada.indexes.storage.columns import Columns, runs_of

STAY = 0.8
"""Stability of stored stories: two articles of one stored story need only 1 - STAY of the usual probability to stay
together, and so do two of its fragments."""


@dataclass(frozen=True, slots=True)
class IncrementalUpdate:
    """The m articles that are grouped again.

    Attributes:
        rows: int64 (m,), ascending, rows of the columns of the index.
        stories: int64 (m,), the position of each article's stored story; -1 if it has none, or was updated since.
        frozen: bool (m,), articles that nothing changed near in time. The frozen articles of one story stay together.
        touched: int64, ascending, the positions of the stored stories that these articles are in, or that lost
            articles.
    """

    rows: np.ndarray
    stories: np.ndarray
    frozen: np.ndarray
    touched: np.ndarray

    @classmethod
    def whole(cls, stored: StoredStories) -> IncrementalUpdate:
        """Group all articles again, as if there were no stories yet."""
        count = len(stored.stories)
        everything = np.arange(len(stored.rows))
        return cls(np.arange(count), np.full(count, -1), np.zeros(count, bool), everything)

    @classmethod
    def due(cls, columns: Columns, stored: StoredStories, since: Regrouped) -> IncrementalUpdate:
        """Group again what was added or removed since some state, and all articles within four days of these.

        The other articles of their stories are frozen. The time of an article that was removed or updated is not known
        any more, so all articles of its story count as changed.
        """
        came = columns.numbers > since.number
        updated = (columns.segments > since.segment) & ~came
        changed = np.union1d(stored.short, stored.stories[updated])
        dirty = came | (stored.stories < 0) | updated | np.isin(stored.stories, changed)
        times = days_of(columns)
        inside = dirty | around(times, times[dirty])
        touched = np.union1d(stored.short, stored.stories[inside])
        touched = touched[touched >= 0]
        rows = np.flatnonzero(inside | np.isin(stored.stories, touched))
        return cls(rows, np.where(updated, -1, stored.stories)[rows], ~inside[rows], touched)

    def claims(self, columns: Columns, stored: StoredStories) -> dict[str, set[str]]:
        """Return the frozen articles of each story that has any: the id of the story stays with them."""
        found: dict[str, set[str]] = {}
        for row, story in zip(self.rows[self.frozen].tolist(), self.stories[self.frozen].tolist(), strict=True):
            found.setdefault(stored.rows[story][0], set()).add(columns.ids[row])
        return found

    def together(
        self, prepared: StorySet, rows: np.ndarray, left: np.ndarray, right: np.ndarray, probability: np.ndarray
    ) -> np.ndarray | None:
        """Return group numbers of rows that stay together, from one stored story each: int64 (m,); None if none do.

        Each stored story is cut on its own, with the probabilities of its pairs raised by :data:`STAY`, so it is split
        only if it clearly falls apart. Its parts may join other stories.

        Args:
            prepared: the articles of :attr:`rows`.
            rows: int64 (m,), positions in :attr:`rows`, in canonical order.
            left: int64 (p,), the first row of each scored pair, as a position in ``rows``.
            right: int64 (p,), the second.
            probability: float64 (p,), of each pair.
        """
        stories = self.stories[rows]
        if not (stories >= 0).any():
            return None
        inside = (stories[left] == stories[right]) & (stories[left] >= 0)
        left, right, needed = left[inside], right[inside], prepared.resolutions(rows)
        given = STAY * (needed[left] + needed[right]) / 2
        chances = np.minimum(probability[inside] + given, 1.0)
        parts = average_link(len(rows), left, right, chances, needed)
        weights = prepared.weights["fragments"]
        resolution = prepared.weights["resolution"]["fragments"] * (1 - STAY)
        return put_together(prepared, rows, parts, left, right, chances, weights, resolution)

    def reunited(self, clusters: np.ndarray) -> np.ndarray:
        """Put the frozen articles of each story into the cluster that most of them are in (int64 (m,))."""
        clusters = clusters.copy()
        places = np.flatnonzero(self.frozen)
        places = places[np.argsort(self.stories[places], kind="stable")]
        for some in runs_of(places, self.stories):
            clusters[some] = np.bincount(clusters[some]).argmax()
        return clusters
