"""What to read next: relevant, rather fresh, unlike one another, and never a copy of what was read or stands above."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sada.cluster.recommendation.index_state import IndexState
from sada.cluster.recommendation.pipeline import Related, answers
from sada.cluster.recommendation.preferences import Preferences, Rules
from sada.cluster.recommendation.reading_history import reading_history
from sada.indexes.names import renamed_keyword
from sada.indexes.search.filters import Filter
from sada.indexes.search.hybrid import QueryView
from sada.indexes.threads import use_threads

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

__all__ = ["Preferences", "Recommender", "Related", "related", "related_many"]

_EVERY = Filter()
_TAKES_WISHES = renamed_keyword("wishes", "preferences")
_ANY = Preferences()


class Recommender:
    """What a service keeps that recommends again and again: stories are read once a commit, not once a question.

    It follows the index: what was committed meanwhile, by whatever process, counts from the next question on, for all
    that is asked of ``index``. It may be asked by several threads.

    Args:
        index: an open index, which stays open.
    """

    def __init__(self, index: NewsIndex) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._shelf: IndexState | None = None

    @_TAKES_WISHES
    def related(
        self,
        read: str | Sequence[str],
        k: int = 8,
        *,
        exclude: Collection[str] = (),
        filters: Filter = _EVERY,
        preferences: Preferences = _ANY,
    ) -> list[Related]:
        """As :func:`related`."""
        return self.related_many([read], k, exclude=exclude, filters=filters, preferences=preferences)[0]

    @_TAKES_WISHES
    def related_many(
        self,
        reads: Sequence[str | Sequence[str]],
        k: int = 8,
        *,
        exclude: Collection[str] = (),
        filters: Filter = _EVERY,
        preferences: Preferences = _ANY,
    ) -> list[list[Related]]:
        """As :func:`related_many`."""
        self._index.refresh()
        return self._answer(reads, k, exclude, filters, preferences)

    def _answer(
        self,
        reads: Sequence[str | Sequence[str]],
        k: int,
        exclude: Collection[str],
        filters: Filter,
        preferences: Preferences,
    ) -> list[list[Related]]:
        if k < 1:
            raise ValueError(f"k={k}: ask for at least one article")
        filters = replace(filters, exclude=[*filters.exclude, *exclude])

        def answer(view: QueryView) -> list[list[Related]]:
            histories = [reading_history(view.columns, read) for read in reads]
            state = self.state_of(view)
            rules = Rules.of(state, preferences, filters.mask(view.columns))
            return list(answers(self._index, state, histories, rules, k))

        with use_threads(self._index.threads):
            return self._index.snapshot.in_one_state(answer)

    def state_of(self, view: QueryView) -> IndexState:
        """The stories of one state of the index; they are read, or found, if the last ones were of another."""
        with self._lock:
            state = self._shelf
            if state is None or state.view is not view or state.story_version != self._index.stories.version():
                self._shelf = state = IndexState.of(self._index, view)
            return state


@_TAKES_WISHES
def related(
    index: NewsIndex,
    read: str | Sequence[str],
    k: int = 8,
    *,
    exclude: Collection[str] = (),
    filters: Filter = _EVERY,
    preferences: Preferences = _ANY,
) -> list[Related]:
    """What a reader of some articles would want next.

    An article is worth its relevance, less a little for age and for what is not preferred (each bounded, see
    :func:`~sada.cluster.recommendation.ranking.shares`), so that a piece of last year can still come first. Relevance
    is that of the article read which it goes with best: 1 - (1 - story / 2)(1 - meaning)(1 - words), as independent
    evidence (:func:`~sada.cluster.recommendation.retrieval.retrieve`). They are listed one after the other, each the
    one that is worth most beside those above it: it loses .3 of its score times its likeness in meaning to one of
    another story above it. ``score`` is what is left; so it is in [0, 1] and falls from rank to rank. Copies of what
    was read, of what is blocked and of what stands above, and articles that hold or abridge these, are never listed.

    Candidates come from a search by meaning, one by words, and the story; their scores are exact. So the cost hardly
    grows with the archive. Stories are taken as they are stored, and brought up to date first if an article is in none.

    Args:
        index: where the articles are.
        read: the id of an article, or of several: one reader's history, the oldest first. The last ten are gone by,
            each counting .9 of the one after it, at least .5; copies of all are kept away.
        k: how many at most.
        exclude: ids that must not be listed.
        filters: which articles may be listed.
        preferences: what is preferred, pinned and blocked, and how many of one story there may be.

    Raises:
        UnknownArticleError: if an article that was read is not in the index.
        ValueError: if nothing was read or ``k`` is below 1.
    """
    return related_many(index, [read], k, exclude=exclude, filters=filters, preferences=preferences)[0]


@_TAKES_WISHES
def related_many(
    index: NewsIndex,
    reads: Sequence[str | Sequence[str]],
    k: int = 8,
    *,
    exclude: Collection[str] = (),
    filters: Filter = _EVERY,
    preferences: Preferences = _ANY,
) -> list[list[Related]]:
    """:func:`related` for many readers in one batch, a list for each.

    Each gets what it gets alone, but that in an index in which the search by meaning may miss some of the nearest
    (:mod:`~sada.indexes.search.dense`) it misses none for hundreds at once (:mod:`~sada.indexes.search.dense_batch`).

    Raises:
        UnknownArticleError: if an article that was read is not in the index.
        ValueError: if one has read nothing or ``k`` is below 1.
    """
    return Recommender(index)._answer(reads, k, exclude, filters, preferences)
