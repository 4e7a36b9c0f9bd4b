"""Rank candidates by relevance, age and preferences, without copies, and penalise similar ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sada.cluster.recommendation.index_state import IndexState
from sada.cluster.recommendation.preferences import Preferences, Rules, prefers_language, prefers_source
from sada.cluster.recommendation.reading_history import ReadingHistory
from sada.cluster.recommendation.retrieval import Retrieved
from sada.indexes.ragged import unique
from sada.indexes.timestamps import DAY, UNDATED, to_micros

FRESH = 0.2
"""Share of its score that a very old article loses."""
HALF_LIFE = 7.0
"""Days after which an article has lost half of that."""
PREFERRED = 0.15
"""Share of its score that an article loses for its language, and for its outlet, if others are preferred."""
REPEAT = 0.3
"""Share of its score that an article loses after an article of another story with exactly the same meaning."""
_UNDATED_FRESH = 0.5
_TOGETHER = 32  # histories whose candidates are read at a time
_SPARE = 16  # candidates that are ranked first, in addition to four for each recommendation


class Pick(NamedTuple):
    """One chosen candidate.

    Attributes:
        candidate: its position among the candidates.
        row: its row.
        score: its score when it was chosen.
        pinned: whether it was pinned.
    """

    candidate: int
    row: int
    score: float
    pinned: bool


def reference(state: IndexState, history: ReadingHistory, preferences: Preferences) -> int:
    """Return the time from which the age of articles is counted, in microseconds since 1970."""
    if preferences.now is not None:
        return to_micros(preferences.now) or 0
    for times in (state.columns.published[history.rows], state.columns.published):
        dated = times[times != UNDATED]
        if len(dated):
            return int(dated.max())
    return 0


def shares(state: IndexState, preferences: Preferences, rows: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Return the share of its relevance that each article keeps for age and preferences: float64 in [0, 1].

    It is (1 - 0.2 * (1 - fresh)) * (1 - 0.15 * other language) * (1 - 0.15 * other outlet). ``fresh`` is 1 for an
    article published at the reference time or later, and halves with every week before it; it is 0.5 without a date. So
    age costs a fifth of a score at most. The last two factors are 1 if there is no such preference.

    Args:
        state: the state of the index.
        preferences: preferred languages and outlets.
        rows: int64, the rows of articles.
        now: int64, the reference time of each in microseconds since 1970, of a shape that broadcasts with ``rows``.
    """
    published = state.columns.published[rows]
    days = np.maximum((now - published) / DAY, 0)
    fresh = np.where(published == UNDATED, _UNDATED_FRESH, 0.5 ** (days / HALF_LIFE))
    found = 1 - FRESH * (1 - fresh)
    if preferences.languages:
        found *= 1 - PREFERRED * ~prefers_language(state, preferences, rows)
    if preferences.sources:
        found *= 1 - PREFERRED * ~prefers_source(state, preferences, rows)
    return found


def choose(
    state: IndexState,
    histories: Sequence[ReadingHistory],
    candidates: Retrieved,
    scores: np.ndarray,
    rules: Rules,
    k: int,
    *,
    final: bool,
) -> list[list[Pick] | None]:
    """Choose the articles to recommend for each history, best first; None if more candidates are needed.

    Args:
        state: the state of the index.
        histories: h reading histories.
        candidates: c candidates of all histories.
        scores: float64 (c,), the score of each candidate on its own.
        rules: preferences and filters.
        k: recommendations for each history.
        final: True if there will be no more candidates.
    """
    bounds = np.searchsorted(candidates.owners, np.arange(len(histories) + 1))
    queues = [
        _queue(state, history, candidates.rows[start:stop], scores[start:stop], rules) + start
        for history, start, stop in zip(histories, bounds[:-1], bounds[1:], strict=True)
    ]
    found: list[list[Pick] | None] = [None] * len(histories)
    for first in range(0, len(histories), _TOGETHER):
        for most in (4 * k + _SPARE, len(scores)):
            some = range(first, min(first + _TOGETHER, len(histories)))
            waiting = [at for at in some if found[at] is None]
            if not waiting:
                break
            ranked = {at: queues[at][: most + len(rules.pinned)] for at in waiting}
            table = _Table.of(state, [candidates.rows[queue] for queue in ranked.values()],
                              [histories[at].rows for at in waiting], rules.blocked)  # fmt: skip
            for at, queue in ranked.items():
                picks = table.picks(queue, candidates.rows[queue], scores[queue], histories[at].rows, rules, k)
                rest = queues[at][len(queue) :]
                full = len(picks) == k
                is_sure = full and (not len(rest) or scores[rest[0]] <= picks[-1].score or picks[-1].pinned)
                if is_sure or (not len(rest) and (full or final or candidates.complete[at])):
                    found[at] = picks
    return found


class _Table:
    """Shingles and embeddings of candidates, and of the articles that no copy may be recommended of."""

    def __init__(self, state: IndexState, rows: np.ndarray, blocked: np.ndarray) -> None:
        self._state, self._rows, self._blocked = state, rows, blocked
        self._sketches, self._vectors = state.view.segments.sketch_of(rows), state.vectors(rows)
        self._embedded = self._vectors.any(axis=1)

    @classmethod
    def of(cls, state: IndexState, queues: list[np.ndarray], read: list[np.ndarray], blocked: np.ndarray) -> _Table:
        return cls(state, unique(np.concatenate([*queues, *read, blocked])), blocked)

    def picks(
        self, queue: np.ndarray, rows: np.ndarray, scores: np.ndarray, read: np.ndarray, rules: Rules, k: int
    ) -> list[Pick]:
        """Choose from a queue of candidates."""
        from sada.cluster.recommendation import ranking_kernels

        pinned = int(np.isin(rows[: len(rules.pinned)], rules.pinned).sum())
        known = np.searchsorted(self._rows, np.concatenate([read, self._blocked]))
        chosen, chosen_scores = np.empty(k, np.int64), np.empty(k)
        count = ranking_kernels.choose(
            scores, self._state.stories[rows], np.searchsorted(self._rows, rows), pinned, known, self._vectors,
            self._embedded, self._sketches.bounds, self._sketches.shingles, self._state.unrelated, REPEAT,
            rules.per_story, chosen, chosen_scores,
        )  # fmt: skip
        return [
            Pick(int(queue[at]), int(rows[at]), value, at < pinned)
            for at, value in zip(chosen[:count].tolist(), chosen_scores[:count].tolist(), strict=True)
        ]


def _queue(
    state: IndexState, history: ReadingHistory, rows: np.ndarray, scores: np.ndarray, rules: Rules
) -> np.ndarray:
    """Sort the candidates of one history, pinned ones first, then by score: int64 positions."""
    order = np.lexsort((state.columns.reading_order[rows], -scores))
    order = order[~np.isin(rows[order], history.rows)]
    first = [np.flatnonzero(rows[order] == row) for row in rules.pinned]
    pins = order[np.concatenate([*first, np.zeros(0, np.int64)]).astype(np.int64)]
    return np.concatenate([pins, order[(scores[order] > 0) & ~np.isin(order, pins)]])
