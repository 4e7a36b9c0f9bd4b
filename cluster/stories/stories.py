"""Stories: find the articles that report the same event, in any language, and give each story a lasting id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sada.cluster.copies.copies import JACCARD
from sada.cluster.copies.grouping import Rows, kept_of
from sada.cluster.headlines.title_labels import TitleLabels
from sada.cluster.headlines.told_figures import headlines_first
from sada.cluster.likeness.likeness import WordLikeness
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.stories.average_link import average_link
from sada.cluster.stories.incremental import IncrementalUpdate
from sada.cluster.stories.labels import Vocabulary, strengths
from sada.cluster.stories.merge_fragments import join_fragments
from sada.cluster.stories.stable_ids import match_ids
from sada.cluster.stories.stored import StoredStories, assign_ids, load_stories, names_in, prepared_rows
from sada.cluster.stories.story import Story
from sada.cluster.stories.views import Draft, Names, as_of, build_stories, name_of
from sada.indexes import is_open_index
from sada.indexes.article import Article, refuse_path
from sada.indexes.errors import IndexBusyError, IndexReadOnlyError, NoRoomError
from sada.indexes.minhash.sketches import Sketches, sketch
from sada.indexes.storage.columns import Columns, ranks_of, runs_of
from sada.indexes.threads import carries_threads

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

METHOD = "stories-7"
"""Stored with stories; those of another method are found again."""


@dataclass(frozen=True)
class Stories:
    """All stories of an index or of some articles, as :func:`find_stories` returns them.

    >>> stories = find_stories(index)
    >>> len(stories.stories), stories.of("fr-001").id
    (76, 's9f70c6b6e0')
    >>> stories.get("s9f70c6b6e0").size
    6

    Attributes:
        stories: the largest first (ties: the latest first, then by id). Every article is in exactly one story, which
            may have no other article.
        redirects: for each id that was merged away, the id of the story that it stands for now; empty if all its
            articles were removed.
        stored: False if the stories could not be committed, because another process was writing, the index's folder is
            read-only or its disk is full. New ids may then change.
        obstacle: what kept them from being stored, as the error says it; empty if they were.
    """

    stories: tuple[Story, ...]
    redirects: dict[str, str]
    stored: bool = True
    obstacle: str = ""

    @cached_property
    def _by_article(self) -> dict[str, Story]:
        return {id_: story for story in self.stories for id_ in story.articles}

    @cached_property
    def _by_id(self) -> dict[str, Story]:
        return {story.id: story for story in self.stories}

    def of(self, article: str) -> Story:
        """Return the story of an article, by the article's id.

        Raises:
            KeyError: if it is in no story.
        """
        return self._by_article[article]

    def get(self, id_: str) -> Story:
        """Return the story with this id, or the story that it was merged into.

        Raises:
            KeyError: if the story has ended or never existed.
        """
        return self._by_id[self.redirects.get(id_, id_)]

    def as_of(self, source: NewsIndex | Iterable[Article], moment: datetime) -> Stories:
        """Return the stories without the articles published after a time.

        Undated articles stay, and stories without any article left are dropped. Articles are not grouped again: the
        stories, their central articles and keywords are those of today. Growth is of the 24 hours up to that time.

        Args:
            source: the index, or the articles, in which the stories were found.
            moment: the time, inclusive; it needs an offset.

        Raises:
            UnknownArticleError: if an article of a story is not in ``source``.
            ValueError: if ``moment`` has no offset.
        """
        if is_open_index(source):
            columns, names = source.snapshot.columns, names_in(source)
        else:
            articles = list(source)
            columns, names = Columns.of(articles), _names(articles)
        return replace(self, stories=_ordered(as_of(self.stories, columns, names, moment)))


@carries_threads
def find_stories(source: NewsIndex | Iterable[Article], *, recompute: bool = False, threads: int = 0) -> Stories:
    """Group the articles that report one event into stories.

    Copies published near each other count as one article. Pairs within a time window are scored by a logistic model on
    lexical, semantic and temporal features, pairs of titles once more by the other articles that are likely with both.
    The graph of pairs is cut by average link, and fragments of one event are merged. Without stored stories the result
    depends on the set of articles alone.

    In an index the stories are committed, unless another process is writing or nothing can be written there. If no
    article was added or removed since, they are only read. Else only articles within four days of the changes are
    grouped again: a story is split only if it clearly falls apart, and stories that belong together are merged. All
    other articles stay in their story. A story keeps its id as long as it keeps most of its articles.

    >>> story = find_stories(articles).stories[0]
    >>> story.headline, story.size, story.languages
    ('Five killed as ferry hits pier in fog at Tamrit', 6, ('en', 'de', 'es', 'fr'))

    Args:
        source: an index, or articles (without embeddings).
        recompute: find all stories again, as if none were stored. Ids then depend on the set of articles alone, too;
            ids that are not used again redirect as after a merge, and the history goes on.
        threads: how many to use, 0 for the number of the index, else one per core. The result does not depend on it.

    Raises:
        TypeError: if ``source`` is a path: open the index, or read the articles, first.
        ValueError: if two articles have the same id.
    """
    refuse_path(source)
    if not is_open_index(source):
        return _of_articles(list(source))
    while True:
        version = source.stories.version()
        try:
            return _of_index(source, recompute)
        except Exception:
            if source.stories.version() == version:  # else another thread moved the index meanwhile: begin again
                raise


def _of_articles(articles: list[Article]) -> Stories:
    _refuse_repeated_ids([article.id for article in articles])
    articles = [article.plain() for article in articles]  # once, not in each of what follows
    sketches = sketch([article.body for article in articles])
    found = _group(Columns.of(articles), articles, StorySet.build(articles), sketches)
    ids, _ = match_ids([story.articles for story in found], {}, {})
    return Stories(_ordered(replace(story, id=id_) for story, id_ in zip(found, ids, strict=True)), {})


def _of_index(index: NewsIndex, recompute: bool) -> Stories:
    """Bring the stories of an index up to date and commit them."""
    if not recompute and index.stories.are_current(METHOD):
        return stored_stories(index)
    stored = StoredStories.of(index)
    columns = stored.columns
    since = None if recompute else index.stories.grouped_up_to(METHOD)
    update = IncrementalUpdate.whole(stored) if since is None else IncrementalUpdate.due(columns, stored, since)
    claims, touched = update.claims(columns, stored), update.touched.tolist()
    regrouped, shift = _regrouped(index, update)
    assigned = assign_ids(index, stored, stored.at(touched), regrouped, claims=claims, anew=recompute)
    others = np.setdiff1d(np.arange(len(stored.rows)), update.touched).tolist()
    stories = Stories(_ordered([*assigned.stories, *load_stories(index, stored.at(others))]), assigned.redirects)
    try:
        assigned.store(index, METHOD, shift=shift)
    except (IndexBusyError, IndexReadOnlyError, NoRoomError) as error:
        return replace(stories, stored=False, obstacle=str(error))
    return stories


def _refuse_repeated_ids(ids: Sequence[str]) -> None:
    """Raise ValueError if an id occurs twice."""
    for id_, times in Counter(ids).items():
        if times > 1:
            raise ValueError(f"{times} articles have the id {id_!r}: each needs one of its own")


def stored_stories(index: NewsIndex) -> Stories:
    """Read the stories of the last commit, without the articles removed since."""
    stored, redirects = index.stories.stored()
    return Stories(_ordered(load_stories(index, stored)), redirects)


def _regrouped(index: NewsIndex, update: IncrementalUpdate) -> tuple[list[Story], float]:
    """Group the articles of an update again: stories without ids, and the shift of the log-odds."""
    articles, prepared = prepared_rows(index, update.rows)
    clusters = _clusters(Columns.of(articles), prepared, index.snapshot.segments.sketch_of(update.rows), update)
    del prepared  # the largest of all, which words do not need
    drafts = [
        replace(draft, pieces=[update.rows[piece].tolist() for piece in draft.pieces])
        for draft in _drafts(articles, clusters)
    ]
    names, place = _names(articles), {row: place for place, row in enumerate(update.rows.tolist())}
    found = build_stories(index.snapshot.columns, drafts, {}, lambda rows: names([place[row] for row in rows]))
    return found, clusters.shift


def story_set(index: NewsIndex) -> StorySet:
    """Prepare all articles of an index for scoring, in the order of its columns."""
    return prepared_rows(index, np.arange(len(index)))[1]


def _group(columns: Columns, articles: Sequence[Article], prepared: StorySet, sketches: Sketches) -> list[Story]:
    """Group articles into stories without ids."""
    return build_stories(columns, _drafts(articles, _clusters(columns, prepared, sketches)), {}, _names(articles))


class _Clusters(NamedTuple):
    """Which of n articles are one story; int64 (n,) each, but for the shift of the log-odds of pairs of full texts.

    All ``rows`` come by cluster, in each the most central first, and copies after the ``original`` that stood for them.
    """

    rows: np.ndarray
    cluster: np.ndarray
    original: np.ndarray
    shift: float


def _clusters(
    columns: Columns, prepared: StorySet, sketches: Sketches, update: IncrementalUpdate | None = None
) -> _Clusters:
    """Cluster articles; ``update`` says which of them are in stored stories."""
    order = np.lexsort((np.array(columns.ids, object), columns.published))  # independent of the reading order
    original = _originals(columns, sketches, prepared.times, order)
    del sketches  # the caller keeps none, and pairs need the room
    originals = order[original[order] == order]
    left, right = prepared.blocked_pairs(originals)
    prepared, alone, probability = prepared.looked_at(originals, left, right)
    stay = None if update is None else update.together(prepared, originals, left, right, probability)
    cut = average_link(len(originals), left, right, probability, prepared.resolutions(originals), stay)
    cut = join_fragments(prepared, originals, cut, left, right, probability)
    inside = cut[left] == cut[right]
    cluster, strength = np.empty(len(order), np.int64), np.empty(len(order))
    cluster[originals] = cut
    strength[originals] = strengths(left[inside], right[inside], alone[inside], len(originals))
    cluster = cluster[original] if update is None else update.reunited(cluster[original])
    ranks = ranks_of(order)
    rows = np.lexsort((ranks, ranks[original], -strength[original], cluster))
    return _Clusters(rows, cluster, original, prepared.shift)


def _drafts(articles: Sequence[Article], clusters: _Clusters) -> list[Draft]:
    """Return a draft of each story, with its keywords, and the original of its headline first."""
    vocabulary = Vocabulary(articles)
    drafts = []
    for rows in runs_of(clusters.rows, clusters.cluster):
        pieces = [piece.tolist() for piece in runs_of(rows, clusters.original)]
        originals = [articles[piece[0]] for piece in pieces]
        order = headlines_first([one.title for one in originals], [one.language for one in originals])
        drafts.append(Draft("", vocabulary.keywords(rows.tolist()), [pieces[at] for at in order]))
    return drafts


def _names(articles: Sequence[Article]) -> Names:
    """Return a function that gives the names of some of these articles, by row, without labels of their outlets."""
    labels = TitleLabels.learn(articles)
    return lambda rows: [labels.without(articles[row].source, name_of(articles[row])) for row in rows]


def _originals(columns: Columns, sketches: Sketches, times: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return for each copy the original, the first of its copies, which is grouped in its place: int64 (n,).

    A text printed a thousand times is one piece of evidence: as a thousand rows it would fill the lists of nearest
    neighbours. After a gap longer than the time window the next copy is an original again.
    """
    ranks = ranks_of(order)
    likeness = WordLikeness(sketches)
    kept = kept_of(Rows(columns, sketches, ranks, likeness.keys(), likeness), sketches.signatures, JACCARD)
    ordered = np.lexsort((ranks, kept))
    gaps = np.diff(times[ordered], prepend=np.nan)
    begins = (np.diff(kept[ordered], prepend=-1) != 0) | (gaps > WINDOW_DAYS)
    original = np.empty(len(order), np.int64)
    original[ordered] = ordered[begins][np.cumsum(begins) - 1]
    return original


def _ordered(stories: Iterable[Story]) -> tuple[Story, ...]:
    """Sort stories: the largest first, then the latest, then by id."""
    return tuple(sorted(stories, key=lambda s: (-s.size, -(s.last.timestamp() if s.last else 0.0), s.id)))
