"""The context of a pair: why the stories of two articles may differ from what the pair alone suggests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sada.cluster.explanation.story_evidence import StoryEvidence
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.scoring.second_pass import neighbourhoods
from sada.cluster.scoring.time_window import around, days_of, latest
from sada.cluster.stories.stored import StoredStories, drafts_of, prepared_rows
from sada.cluster.stories.stories import METHOD, find_stories
from sada.cluster.stories.views import Draft
from sada.indexes.article import Article
from sada.indexes.minhash.lsh import code_pairs, split_pairs
from sada.indexes.ragged import unique
from sada.indexes.storage.columns import Columns

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

MOST_COMPARED = 5_000
"""Articles near in time at most from which document frequencies are computed."""
_MOST_OF_STORY = 20  # members of a story that are compared


@dataclass(frozen=True, slots=True)
class StoryContext:
    """A pair of articles with their stories and the articles that may be linked with either.

    Attributes:
        pair: the evidence of the two.
        articles: the articles of the prepared set, as they are compared.
        stories: the id of the story of each of the two.
        with_a, with_b: rows of the set, the most central other originals of the two stories.
    """

    pair: StoryEvidence
    articles: Sequence[Article]
    stories: tuple[str, str]
    with_a: Sequence[int]
    with_b: Sequence[int]

    @classmethod
    def of(cls, index: NewsIndex, a: int, b: int) -> StoryContext:
        """Prepare the articles within four days of rows ``a`` and ``b``, after bringing the stories up to date.

        Document frequencies are those of the prepared articles: at most :data:`MOST_COMPARED`, the nearest in time.
        """
        drafts = _stories_of(index, [a, b])
        others = [[piece[0] for piece in draft.pieces if piece[0] not in (a, b)][:_MOST_OF_STORY] for draft in drafts]
        rows = np.union1d(_near(index.snapshot.columns, np.array([a, b])), np.array([a, b, *others[0], *others[1]]))
        articles, prepared = prepared_rows(index, rows, index.stories.shift(METHOD))
        place = {row: at for at, row in enumerate(rows.tolist())}
        with_a, with_b = ([place[row] for row in some] for some in others)
        stories = drafts[0].id, drafts[1].id
        shared = _shared(prepared, [place[a], place[b]], [*with_a, *with_b])
        return cls(StoryEvidence(prepared, place[a], place[b], shared), articles, stories, with_a, with_b)

    @property
    def two(self) -> tuple[Article, Article]:
        """The two articles, as they are compared."""
        return self.articles[self.pair.a], self.articles[self.pair.b]

    @property
    def same(self) -> bool:
        """Whether the two articles are in one story."""
        return self.stories[0] == self.stories[1]

    def why(self, is_copy: bool) -> str | None:
        """Say why the pair is in one story though it is not likely, or in two though it is; None if they agree."""
        if self.same == self.pair.is_likely:
            return None
        if self.same:
            return f"Yet they are in one story: {self._why_together(is_copy)}."
        return f"Yet they are in two stories: {self._why_apart()}."

    def _why_together(self, is_copy: bool) -> str:
        """Say why a pair that is not likely is in one story."""
        a, b = self.pair.a, self.pair.b
        if is_copy:
            return "articles with the words of copies, published near each other, count as one"
        if not self.with_a:
            return (
                "what pairs leave apart is looked at once more as a whole, with the others of both, and a story stays"
                " unless it clearly falls apart"
            )
        each = np.array([self._likely([a, b], [row]) for row in self.with_a])
        best = int(each.min(axis=1).argmax())
        if each[best].min() < self.pair.needed:
            return "it was put together through other articles, none of which is likely with both"
        return (
            f"it was put together through other articles; {self.articles[self.with_a[best]].id} is likely with both"
            f" ({each[best, 0]:.2f} and {each[best, 1]:.2f})"
        )

    def _why_apart(self) -> str:
        """Say why a likely pair is in two stories."""
        pair = self.pair
        if pair.days_apart > WINDOW_DAYS:
            return (
                f"they were published {pair.days_apart:.1f} days apart, and articles more than four days apart are"
                " never linked directly"
            )
        own = [self._mean([pair.a], self.with_a), self._mean([pair.b], self.with_b)]
        others = [self._mean([pair.a], [pair.b, *self.with_b]), self._mean([pair.b], [pair.a, *self.with_a])]
        if own[0] > others[0] and own[1] > others[1]:
            return (
                f"each is likelier with the others of its own ({own[0]:.2f} and {own[1]:.2f} on average) than with the"
                f" other's ({others[0]:.2f} and {others[1]:.2f})"
            )
        whole = self._mean([pair.a, *self.with_a], [pair.b, *self.with_b])
        if whole < pair.needed:
            return f"all pairs between the two are likely to {whole:.2f} on average, less than is needed"
        return (
            "stories are cut by all pairs near in time at once, and stay unless they clearly fall apart; sada stories"
            " --recompute starts from scratch"
        )

    def _mean(self, some: Sequence[int], others: Sequence[int]) -> float:
        """Return the mean probability of each row with each other one; 0 for no rows."""
        return float(self._likely(some, others).mean()) if some and others else 0.0

    def _likely(self, some: Sequence[int], others: Sequence[int]) -> np.ndarray:
        """Return the probability of each row with each other one: float64 (rows, others), 0 outside the time window."""
        left, right = np.repeat(some, len(others)), np.tile(others, len(some))
        times = self.pair.prepared.times
        probability = self.pair.prepared.probability(left, right)
        return np.where(np.abs(times[left] - times[right]) > WINDOW_DAYS, 0.0, probability)


def _shared(prepared: StorySet, two: Sequence[int], others: Sequence[int]) -> float:
    """Return the cosine of the neighbourhoods of two rows of a set, among their own candidates and those of others.

    It is NaN if there is no other candidate, and of a row with itself.
    """
    if two[0] == two[1]:
        return math.nan
    asked = np.zeros(len(prepared), bool)
    asked[[*two, *others]] = True
    codes = code_pairs(*prepared.blocked_pairs(asked=asked)), code_pairs(np.array(two[:1]), np.array(two[1:]))
    left, right = split_pairs(unique(np.concatenate(codes)))
    pair = (left == min(two)) & (right == max(two))
    return float(neighbourhoods(len(prepared), left, right, prepared.probability(left, right), asked=pair)[pair][0])


def _stories_of(index: NewsIndex, rows: Sequence[int]) -> list[Draft]:
    """Return the story of each row, after bringing the stories up to date."""
    columns = index.snapshot.columns
    if index.stories.are_current(METHOD):
        stored = StoredStories.of(index)
        return drafts_of(columns, stored.at(stored.stories[rows].tolist()))[0]
    found = find_stories(index)
    stories = [found.of(columns.ids[row]) for row in rows]
    return [Draft(story.id, (), [columns.rows(list(piece)) for piece in story.pieces]) for story in stories]


def _near(columns: Columns, rows: np.ndarray) -> np.ndarray:
    """Return the rows in the time window of some rows: int64, ascending. An unknown time counts as the latest."""
    times = days_of(columns)
    near = np.flatnonzero(around(times, times[rows]))
    if len(near) <= MOST_COMPARED:
        return near
    times_of_rows = np.where(np.isnan(times[rows]), latest(times), times[rows])
    apart = np.nan_to_num(np.abs(times[near, None] - times_of_rows).min(axis=1))
    return np.sort(near[np.argsort(apart, kind="stable")[:MOST_COMPARED]])
