"""Recommend what to read next: relevant, rather recent, different articles, and no copies."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sada.cluster.recommendation.index_state import IndexState
from sada.cluster.recommendation.pipeline import Related, answers
from sada.cluster.recommendation.preferences import Preferences, Rules
from sada.cluster.recommendation.reading_history import reading_history
from sada.indexes.errors import refuse_one_text
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
    """Recommends many times from one index; stories are read once for each commit and not for each call.

    Each call refreshes the index, so it sees what any process has committed. Several threads may share an object.

    >>> recommender = Recommender(index)
    >>> [item.article.id for item in recommender.related("en-001", k=2)]
    ['fr-001', 'en-002']

    Args:
        index: an open index, which must stay open.
    """

    def __init__(self, index: NewsIndex) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._state: IndexState | None = None

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
        """Do the same as :func:`related`."""
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
        """Do the same as :func:`related_many`."""
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
        refuse_one_text(reads=reads, exclude=exclude)
        filters = replace(filters, exclude=[*filters.exclude, *exclude])

        def answer(view: QueryView) -> list[list[Related]]:
            histories = [reading_history(view.columns, read) for read in reads]
            state = self.state_of(view)
            rules = Rules.of(state, preferences, filters.mask(view.columns))
            return list(answers(self._index, state, histories, rules, k))

        with use_threads(self._index.threads):
            return self._index.snapshot.in_one_state(answer)

    def state_of(self, view: QueryView) -> IndexState:
        """Return one state of the index with its stories; they are read, or found, unless those at hand are of it."""
        with self._lock:
            state = self._state
            if state is None or state.view is not view or state.story_version != self._index.stories.version():
                self._state = state = IndexState.of(self._index, view)
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
    """Recommend what to read after some articles.

    The relevance of an article is 1 - (1 - story / 2)(1 - meaning)(1 - words) with the article read that gives the
    largest value (:func:`~sada.cluster.recommendation.retrieval.retrieve`). Age, and languages or outlets that are not
    preferred, reduce it by bounded shares (:func:`~sada.cluster.recommendation.ranking.shares`), so an old article can
    still come first. Articles are chosen one after the other, each with the highest score at that time: a score is
    reduced by 0.3 times the similarity in meaning to the most similar article of another story chosen before. So scores
    are in [0, 1] and fall from rank to rank. Copies of articles that were read, are blocked, or have a better rank are
    never recommended, nor are articles that contain these or are contained in them.

    Candidates come from a search by meaning, a search by words, and the story; their scores are exact. So the cost
    hardly grows with the archive. Stored stories are used; they are brought up to date first if an article is in none.

    >>> [(item.article.id, item.reasons[0]) for item in related(index, "en-001", k=1)]
    [('fr-001', 'same story, in French')]

    Args:
        index: an open index.
        read: id of an article, or ids of the articles that one reader has read, the oldest first. The last ten are
            used, each with 0.9 of the weight of the one after it, at least 0.5; copies of all are left out.
        k: recommendations at most.
        exclude: ids of articles that must not be recommended.
        filters: which articles may be recommended.
        preferences: preferred languages and outlets, pinned and blocked articles, articles per story.

    Returns:
        The recommendations, best first, pinned ones before all others.

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
    """Recommend for many readers in one batch: the same as :func:`related` for each.

    One difference: in an index whose search by meaning is approximate (:mod:`~sada.indexes.search.dense`), the search
    is exact for batches of hundreds (:mod:`~sada.indexes.search.dense_batch`).

    >>> lists = related_many(index, ["en-001", ["ar-001", "ar-002"]], k=2)
    >>> [[item.article.id for item in found] for found in lists]
    [['fr-001', 'en-002'], ['ar-095', 'ar-126']]

    Args:
        index: an open index.
        reads: for each reader, the id of an article or the ids of those read, the oldest first.
        k: recommendations for each reader at most.
        exclude: ids of articles that must not be recommended.
        filters: which articles may be recommended.
        preferences: see :func:`related`.

    Returns:
        A list of recommendations for each reader, in order.

    Raises:
        UnknownArticleError: if an article that was read is not in the index.
        ValueError: if a reader has read nothing or ``k`` is below 1.
    """
    return Recommender(index)._answer(reads, k, exclude, filters, preferences)
