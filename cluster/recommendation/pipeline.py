"""From reading histories to recommendations: candidates, ranking, and reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sada.cluster.recommendation.index_state import IndexState
from sada.cluster.recommendation.preferences import Rules, prefers_language, prefers_source
from sada.cluster.recommendation.ranking import Pick, choose, reference, shares
from sada.cluster.recommendation.reading_history import ReadingHistory, Seeds, weights_of
from sada.cluster.recommendation.reasons import Facts, names_of, reasons, shared_names
from sada.cluster.recommendation.retrieval import Retrieved, retrieve
from sada.indexes.article import Article
from sada.indexes.text.language_codes import base_language
from sada.indexes.threads import thread_count, worker_pool
from sada.indexes.timestamps import DAY, UNDATED

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

_AT_ONCE = 512  # histories
_DEPTH = 64  # candidates of each search at least
_DEEPER = 4  # candidates per requested article; also the factor of the next depth if these are not enough
_MOST_DEPTH = 4096  # candidates of each search at most


@dataclass(frozen=True, slots=True)
class Related:
    """One recommendation.

    >>> best = related(index, "en-001", k=1)[0]
    >>> best.rank, best.article.id, best.reasons[0]
    (1, 'fr-001', 'same story, in French')

    Attributes:
        query: ids of the articles read, joined by commas.
        rank: from 1.
        score: in [0, 1], higher is better, see :func:`~sada.cluster.recommendation.recommender.related`. It falls from
            rank to rank, except for pinned articles.
        reasons: the reasons in words, at least one.
        article: the recommended article.
        story: id of its story.
    """

    query: str
    rank: int
    score: float
    reasons: tuple[str, ...]
    article: Article
    story: str

    def to_dict(self) -> dict[str, Any]:
        """Return the row of the ``related`` command, ready for JSON."""
        return {
            "query": self.query,
            "rank": self.rank,
            "id": self.article.id,
            "score": round(self.score, 4),
            "reasons": list(self.reasons),
            "title": self.article.plain_title,
            "source": self.article.source,
            "language": self.article.language,
            "published": self.article.published_text(),
            "story": self.story,
        }


class _Listed(NamedTuple):
    """A recommended candidate, its rank, its history, and the time from which its age is counted (microseconds)."""

    history: ReadingHistory
    now: int
    rank: int
    pick: Pick


def answers(
    index: NewsIndex, state: IndexState, histories: Sequence[ReadingHistory], rules: Rules, k: int
) -> Iterator[list[Related]]:
    """Yield the recommendations for each history, in their order.

    Args:
        index: the index of the articles.
        state: its state.
        histories: with at least one article each.
        rules: preferences and filters.
        k: recommendations for each history at most.
    """
    parts = [histories[start : start + _AT_ONCE] for start in range(0, len(histories), _AT_ONCE)]
    threads = min(thread_count(), len(parts))
    if threads < 2:
        for part in parts:
            yield from _answers(index, state, part, rules, k)
        return
    with worker_pool(threads) as pool:
        for found in pool.map(lambda part: _answers(index, state, part, rules, k), parts):
            yield from found


def seeds_of(index: NewsIndex, state: IndexState, histories: Sequence[ReadingHistory]) -> Seeds:
    """Return the seeds of some histories."""
    rows = [history.seeds for history in histories]
    flat = np.concatenate(rows)
    ids = [state.columns.ids[row] for row in flat.tolist()]
    return Seeds(
        state,
        np.repeat(np.arange(len(rows)), list(map(len, rows))),
        flat,
        np.concatenate([weights_of(len(one)) for one in rows]),
        index.get(ids),
    )


def depth_for(k: int) -> int:
    """Return how many candidates each search gives at first."""
    return max(_DEPTH, _DEEPER * k)


def _answers(
    index: NewsIndex, state: IndexState, histories: Sequence[ReadingHistory], rules: Rules, k: int
) -> list[list[Related]]:
    """Return the recommendations for each history; the depth grows for those that need more candidates."""
    found: list[list[Related]] = [[] for _ in histories]
    waiting, depth = list(range(len(histories))), depth_for(k)
    while waiting:
        some = [histories[at] for at in waiting]
        seeds = seeds_of(index, state, some)
        times = np.array([reference(state, history, rules.preferences) for history in some], np.int64)
        candidates = retrieve(seeds, depth, rules.mask, rules.pinned)
        scores = candidates.relevance * shares(state, rules.preferences, candidates.rows, times[candidates.owners])
        chosen = choose(state, some, candidates, scores, rules, k, final=depth >= _MOST_DEPTH)
        listed = [
            _Listed(history, now, rank, pick)
            for history, now, picks in zip(some, times.tolist(), chosen, strict=True)
            for rank, pick in enumerate(picks or (), start=1)
        ]
        built = iter(_related(index, seeds, candidates, listed, rules))
        for at, picks in zip(waiting, chosen, strict=True):
            found[at] = [next(built) for _ in picks or ()]
        waiting = [at for at, picks in zip(waiting, chosen, strict=True) if picks is None]
        depth *= _DEEPER
    return found


def _related(
    index: NewsIndex, seeds: Seeds, candidates: Retrieved, listed: Sequence[_Listed], rules: Rules
) -> list[Related]:
    """Build the recommendations with their articles and reasons."""
    state = seeds.state
    articles = index.get([state.columns.ids[one.pick.row] for one in listed])
    of = [int(candidates.seeds[one.pick.candidate]) for one in listed]
    distinct = sorted(set(of))
    own = names_of(state, seeds.rows[distinct].tolist(), [seeds.articles[at] for at in distinct])
    names = dict(zip(distinct, own, strict=True))
    shared = shared_names([names[at] for at in of], articles)
    return [
        Related(
            query=",".join(one.history.ids),
            rank=one.rank,
            score=one.pick.score,
            reasons=reasons(_facts(seeds, candidates, one, article, rules), common),
            article=article,
            story=state.names[state.stories[one.pick.row]],
        )
        for one, article, common in zip(listed, articles, shared, strict=True)
    ]


def _facts(seeds: Seeds, candidates: Retrieved, listed: _Listed, article: Article, rules: Rules) -> Facts:
    """Collect what the reasons for a recommendation are made of."""
    state, row, read = seeds.state, listed.pick.row, listed.history.rows.tolist()
    seed = int(candidates.seeds[listed.pick.candidate])
    columns, preferences, own = state.columns, rules.preferences, np.array([row])
    language, languages = columns.languages[row], {base_language(columns.languages[one]) for one in read} - {""}
    source, published = columns.sources[row], int(columns.published[row])
    return Facts(
        article=article,
        seed=seeds.articles[seed],
        several=len(read) > 1,
        same_story=bool(state.stories[row] == state.stories[seeds.rows[seed]]),
        new_language=language if language and languages and base_language(language) not in languages else "",
        new_source=bool(source) and source not in {columns.sources[one] for one in read},
        meaning=float(candidates.meaning[listed.pick.candidate]),
        days=0.0 if published == UNDATED else (listed.now - published) / DAY,
        pinned=listed.pick.pinned,
        preferred=[
            *(["preferred language"] if preferences.languages and prefers_language(state, preferences, own)[0] else []),
            *(["preferred outlet"] if preferences.sources and prefers_source(state, preferences, own)[0] else []),
        ],
    )
