"""One state of an index with its stories, as recommending needs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.stories.stored import StoredStories
from sada.cluster.stories.stories import METHOD, find_stories
from sada.indexes.ragged import unique
from sada.indexes.search.hybrid import QueryView
from sada.indexes.storage.columns import Columns
from sada.indexes.timestamps import UNDATED

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

_SAMPLE = 512  # articles from which the cosine of unrelated pairs is estimated
_PRIOR = 50.0  # pairs with a cosine of 0 that are added to theirs
_MOST_UNRELATED = 0.95


@dataclass(frozen=True)
class IndexState:
    """One state of an index.

    Attributes:
        view: its articles.
        story_version: differs from that of every other state of articles and stories.
        names: ids of the stories.
        stories: int64 (n,), the position of each article's story in ``names``.
    """

    view: QueryView
    story_version: tuple[Any, ...]
    names: list[str]
    stories: np.ndarray

    @classmethod
    def of(cls, index: NewsIndex, view: QueryView) -> IndexState:
        """Read the stored stories; they are brought up to date first if an article is in no story."""
        story_version, stored = index.stories.version(), StoredStories.of(index)
        if index.stories.grouped_up_to(METHOD) is not None and (stored.stories >= 0).all():
            return cls(view, story_version, [id_ for id_, *_ in stored.rows], stored.stories)
        found = find_stories(index).stories
        stories = np.full(len(view.columns), -1)
        for place, story in enumerate(found):
            stories[view.columns.rows(list(story.articles))] = place
        return cls(view, index.stories.version(), [story.id for story in found], stories)

    @property
    def columns(self) -> Columns:
        """The columns of all articles."""
        return self.view.columns

    @property
    def dimension(self) -> int:
        """The dimension of the embeddings; 0 without encoder."""
        return 0 if self.view.vectors is None else self.view.vectors.dimension

    @cached_property
    def unrelated(self) -> float:
        """The mean cosine of articles of different stories, from a sample; 0 without encoder."""
        count = len(self.columns)
        rows = unique(np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.int64))
        vectors = self.vectors(rows).astype(np.float64)
        embedded = vectors.any(axis=1)
        _, story = np.unique(self.stories[rows[embedded]], return_inverse=True)
        sizes, sums = np.bincount(story), np.zeros((story.max(initial=-1) + 1, self.dimension))
        np.add.at(sums, story, vectors[embedded])
        pairs = float(embedded.sum() ** 2 - (sizes**2).sum())
        return min(max(float((sums.sum(axis=0) ** 2).sum() - (sums**2).sum()) / (pairs + _PRIOR), 0), _MOST_UNRELATED)

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Return the embeddings of some articles: float32 (m, dimension)."""
        if not self.dimension:
            return np.zeros((len(rows), 0), np.float32)
        return self.view.segments.vectors_of(rows, self.dimension)

    def story_members(self, row: int, most: int, mask: np.ndarray | None) -> np.ndarray:
        """Return the latest rows of an article's story that pass a mask (bool (n,)): int64, ``most`` at most."""
        order, starts = self._by_story
        rows = order[starts[self.stories[row]] : starts[self.stories[row] + 1]]
        return (rows if mask is None else rows[mask[rows]])[:most]

    def in_language_of(self, row: int) -> int:
        """Return how many articles are in the language of an article."""
        return int(self._language_sizes[self.columns.language_codes.codes[row]])

    @cached_property
    def _language_sizes(self) -> np.ndarray:
        return np.bincount(self.columns.language_codes.codes)

    @cached_property
    def _by_story(self) -> tuple[np.ndarray, np.ndarray]:
        """All rows by story, the latest first and undated ones last, and where each story begins."""
        published = np.where(self.columns.published == UNDATED, -UNDATED, self.columns.published)
        order = np.lexsort((-published, self.stories))
        return order, np.searchsorted(self.stories[order], np.arange(len(self.names) + 1))
