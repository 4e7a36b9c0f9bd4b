"""Place new articles among existing stories: each joins the most probable story, or opens one."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import StorySet

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
    members = _Members(prepared.times, order)
    for row in scored[stories[scored] >= 0].tolist():
        members.add(int(stories[row]), row)
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
    """The articles of each story so far; copies are left out."""

    def __init__(self, times: np.ndarray, order: np.ndarray) -> None:
        self._times = times
        self._ranks = np.argsort(order).tolist()
        self._rows: dict[int, list[int]] = defaultdict(list)
        self._first: dict[int, int] = {}
        self._story: dict[int, int] = {}

    def add(self, story: int, row: int) -> None:
        """Put an article into a story."""
        self._rows[story].append(row)
        self._story[row] = story
        self._first[story] = min(self._first.get(story, self._ranks[row]), self._ranks[row])

    def best(self, row: int, likely: list[tuple[int, float]]) -> _Best:
        """Return the most probable story of an article; (-1, 0.0) if there is none."""
        chances: dict[int, list[float]] = defaultdict(list)
        for other, value in likely:
            if other in self._story:
                chances[self._story[other]].append(value)
        best, first = _Best(-1, 0.0), -1
        for story, values in chances.items():
            count = _BEST if len(values) >= _BEST else min(_BEST, self._near(row, story))
            chance = sum(sorted(values)[-_BEST:]) / count
            if chance > best.chance or (chance == best.chance and self._first[story] < first):
                best, first = _Best(story, chance), self._first[story]
        return best

    def _near(self, row: int, story: int) -> int:
        """Return how many articles of a story are within the time window of an article."""
        apart = np.abs(self._times[self._rows[story]] - self._times[row]) > WINDOW_DAYS  # False where one is undated
        return int(np.count_nonzero(~apart))
