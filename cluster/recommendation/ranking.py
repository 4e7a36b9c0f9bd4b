"""Which candidates are listed: the best by relevance, age and preferences, unlike one another and copies of none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sada.cluster.recommendation.index_state import IndexState
from sada.cluster.recommendation.preferences import Preferences, Rules, prefers_language, prefers_source
from sada.cluster.recommendation.reading_history import ReadingHistory
from sada.cluster.recommendation.retrieval import Retrieved
from sada.indexes.timestamps import DAY, UNDATED, to_micros

FRESH = 0.2
"""The share of a score that age takes from an article in the end."""
HALF_LIFE = 7.0
"""Days after which half of that is gone."""
PREFERRED = 0.15
"""The share of a score that an article loses for its language, and for its outlet, where others are preferred."""
REPEAT = 0.3
"""The share of a score that an article loses beside one of another story with the very same meaning."""
_UNDATED_FRESH = 0.5
_TOGETHER = 32  # histories whose candidates are read in one go
_SPARE = 16  # candidates that are looked at first, beside four for each place


class Pick(NamedTuple):
    """One article that is listed.

    Attributes:
        candidate: its place among the candidates.
        row: its row.
        score: what it was worth when it was chosen.
        pinned: whether it is there because it was pinned.
    """

    candidate: int
    row: int
    score: float
    pinned: bool


def reference(state: IndexState, history: ReadingHistory, preferences: Preferences) -> int:
    """The moment from which freshness is counted back, in microseconds since 1970."""
    if preferences.now is not None:
        return to_micros(preferences.now) or 0
    for moments in (state.columns.published[history.rows], state.columns.published):
        dated = moments[moments != UNDATED]
        if len(dated):
            return int(dated.max())
    return 0


def shares(state: IndexState, preferences: Preferences, rows: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """float64 in [0, 1]: the share of its relevance that an article is worth, by itself.

    That is (1 - .2 * (1 - fresh)) * (1 - .15 * another language) * (1 - .15 * another outlet). Fresh is 1 for what was
    published at the reference moment or later, and halves with every week before it; it is .5 where no date is known.
    So age takes a fifth of a score at most. The last two are 0 where nothing is preferred.

    Args:
        state: where the articles are.
        preferences: what is preferred.
        rows: int64, the rows of articles.
        moments: int64, the reference moment for each; of the shape of ``rows``, or one that goes with it.
    """
    published = state.columns.published[rows]
    days = np.maximum((moments - published) / DAY, 0)
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
    worth: np.ndarray,
    rules: Rules,
    k: int,
    *,
    final: bool,
) -> list[list[Pick] | None]:
    """The articles that are listed for each history, best first; None where more candidates are needed to tell.

    Args:
        state: where they are.
        histories: h of them.
        candidates: of all histories.
        worth: float64 (c,), what they are worth each by itself.
        rules: what may be listed.
        k: how many of each.
        final: True if there will be no more candidates.
    """
    bounds = np.searchsorted(candidates.owners, np.arange(len(histories) + 1))
    queues = [
        _queue(state, history, candidates.rows[start:stop], worth[start:stop], rules) + start
        for history, start, stop in zip(histories, bounds[:-1], bounds[1:], strict=True)
    ]
    found: list[list[Pick] | None] = [None] * len(histories)
    for first in range(0, len(histories), _TOGETHER):
        for most in (4 * k + _SPARE, len(worth)):
            some = range(first, min(first + _TOGETHER, len(histories)))
            waiting = [at for at in some if found[at] is None]
            if not waiting:
                break
            looked_at = {at: queues[at][: most + len(rules.pinned)] for at in waiting}
            table = _Table.of(state, [candidates.rows[queue] for queue in looked_at.values()],
                              [histories[at].rows for at in waiting], rules.blocked)  # fmt: skip
            for at, queue in looked_at.items():
                picks = table.picks(queue, candidates.rows[queue], worth[queue], histories[at].rows, rules, k)
                rest = queues[at][len(queue) :]
                full = len(picks) == k
                settled = full and (not len(rest) or worth[rest[0]] <= picks[-1].score or picks[-1].pinned)
                if settled or (not len(rest) and (full or final or candidates.complete[at])):
                    found[at] = picks
    return found


class _Table:
    """What is compared of candidates and of what no copy may be listed of."""

    def __init__(self, state: IndexState, rows: np.ndarray, blocked: np.ndarray) -> None:
        self._shelf, self._rows, self._blocked = state, rows, blocked
        self._sketches, self._vectors = state.view.segments.sketch_of(rows), state.vectors(rows)
        self._told = self._vectors.any(axis=1)

    @classmethod
    def of(cls, state: IndexState, queues: list[np.ndarray], read: list[np.ndarray], blocked: np.ndarray) -> _Table:
        return cls(state, np.unique(np.concatenate([*queues, *read, blocked])), blocked)

    def picks(
        self, queue: np.ndarray, rows: np.ndarray, worth: np.ndarray, read: np.ndarray, rules: Rules, k: int
    ) -> list[Pick]:
        """Those of a queue of candidates that are listed."""
        from sada.cluster.recommendation import ranking_kernels

        pinned = int(np.isin(rows[: len(rules.pinned)], rules.pinned).sum())
        known = np.searchsorted(self._rows, np.concatenate([read, self._blocked]))
        chosen, worths = np.empty(k, np.int64), np.empty(k)
        count = ranking_kernels.choose(
            worth, self._shelf.stories[rows], np.searchsorted(self._rows, rows), pinned, known, self._vectors,
            self._told, self._sketches.bounds, self._sketches.shingles, self._shelf.unrelated, REPEAT, rules.per_story,
            chosen, worths,
        )  # fmt: skip
        return [
            Pick(int(queue[at]), int(rows[at]), value, at < pinned)
            for at, value in zip(chosen[:count].tolist(), worths[:count].tolist(), strict=True)
        ]


def _queue(state: IndexState, history: ReadingHistory, rows: np.ndarray, worth: np.ndarray, rules: Rules) -> np.ndarray:
    """int64: the places of candidates of one history in the order in which they are looked at, pinned ones first."""
    order = np.lexsort((state.columns.reading_order[rows], -worth))
    order = order[~np.isin(rows[order], history.rows)]
    first = [np.flatnonzero(rows[order] == row) for row in rules.pinned]
    pins = order[np.concatenate([*first, np.zeros(0, np.int64)]).astype(np.int64)]
    return np.concatenate([pins, order[(worth[order] > 0) & ~np.isin(order, pins)]])
