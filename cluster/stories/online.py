"""Place new articles among existing stories: each joins the most probable story, or opens one."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import StorySet
from sada.indexes.storage.columns import ranks_of

JOIN_TITLES = 0.4
"""The least probability with which an article that is only a title joins a story."""
JOIN_TEXTS = 0.5
"""The same for an article with a text."""
_BEST = 3


def place(prepared: StorySet, stories: np.ndarray, order: np.ndarray, leaders: np.ndarray) -> np.ndarray:
    """Return the story of each article: int64 (n,); new stories have numbers above all given ones.

    Articles are placed one after the other. The probability of a story is the mean of the three best probabilities of
    its members with the article, or of as many as it has members within four days; a pair that is no candidate counts
    0. Of equally probable stories, the one whose first member comes first in the order is chosen. A copy is not scored
    and shares the story of the article that it is a copy of.

    Args:
        prepared: n articles, some of them new.
        stories: int64 (n,), the number of each article's story; -1 for new articles.
        order: int64 (n,), all rows in the order in which new ones are placed.
        leaders: int64 (n,), for each copy the article whose story it shares, which has a story or comes earlier in the
            order; all others are their own leader.
    """
    scored = order[leaders[order] == order]
    likely = _likely(prepared, scored, stories[scored] < 0)
    least = np.where(prepared.lexicon.has_body, JOIN_TEXTS, JOIN_TITLES)
    found, opened = stories.copy(), int(stories.max(initial=-1)) + 1
    members = _Members(prepared.times, order, scored[stories[scored] >= 0], stories)
    for row in order[stories[order] < 0].tolist():
        leader = int(leaders[row])
        if leader != row:
            found[row] = found[leader]
            continue
        story, chance = members.best(row, likely[row])
        if chance < least[row]:
            story, opened = opened, opened + 1
        found[row] = story
        members.add(story, row)
    return found


def _likely(prepared: StorySet, rows: np.ndarray, new: np.ndarray) -> dict[int, list[tuple[int, float]]]:
    """Return for each new row its candidate rows, each with the probability of the pair."""
    left, right = prepared.blocked_pairs(rows, new)
    likely: dict[int, list[tuple[int, float]]] = {row: [] for row in rows[new].tolist()}
    probability = prepared.probability(rows[left], rows[right]).tolist()
    for one, other, value in zip(rows[left].tolist(), rows[right].tolist(), probability, strict=True):
        if one in likely:
            likely[one].append((other, value))
        if other in likely:
            likely[other].append((one, value))
    return likely


class _Best(NamedTuple):
    """The most probable story of an article, and its probability."""

    story: int
    chance: float


class _Members:
    """The articles of each story so far; copies are left out.

    Most stories of a crowded time are no candidates, so their articles are listed on first use.

    Args:
        times: float64 (n,), of all articles.
        order: int64 (n,), all rows in the order in which new ones are placed.
        given: int64 (m,), the rows that have a story, in this order.
        stories: int64 (n,), the story of each.
    """

    def __init__(self, times: np.ndarray, order: np.ndarray, given: np.ndarray, stories: np.ndarray) -> None:
        self._times, self._ranks = times, ranks_of(order)
        self._given = given[np.argsort(stories[given], kind="stable")]
        self._stories = stories[self._given]
        story_of = np.full(len(order), -1)
        story_of[given] = stories[given]
        self._story_of = story_of.tolist()
        self._listed: dict[int, list[int]] = {}

    def _rows(self, story: int) -> list[int]:
        """Return the articles of a story."""
        if story not in self._listed:
            start, stop = np.searchsorted(self._stories, (story, story + 1))
            self._listed[story] = self._given[start:stop].tolist()
        return self._listed[story]

    def add(self, story: int, row: int) -> None:
        """Put an article into a story."""
        self._rows(story).append(row)
        self._story_of[row] = story

    def best(self, row: int, likely: list[tuple[int, float]]) -> _Best:
        """Return the most probable story of an article; (-1, 0.0) if there is none."""
        chances: dict[int, list[float]] = defaultdict(list)
        for other, value in likely:
            if self._story_of[other] >= 0:
                chances[self._story_of[other]].append(value)
        best = _Best(-1, 0.0)
        for story, values in chances.items():
            count = _BEST if len(values) >= _BEST else min(_BEST, self._near(row, story))
            chance = sum(sorted(values)[-_BEST:]) / count
            if chance > best.chance or (chance == best.chance and self._first(story) < self._first(best.story)):
                best = _Best(story, chance)
        return best

    def _first(self, story: int) -> int:
        """Return the rank of the first article of a story; -1 if there is none."""
        return int(self._ranks[self._rows(story)].min(initial=len(self._ranks))) if story >= 0 else -1

    def _near(self, row: int, story: int) -> int:
        """Return how many articles of a story are within the time window of an article."""
        apart = np.abs(self._times[self._rows(story)] - self._times[row]) > WINDOW_DAYS  # False where one is undated
        return int(np.count_nonzero(~apart))
