"""Stories: which articles report the same event, in whatever language, with ids that stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sada.cluster.copies.copies import JACCARD
from sada.cluster.copies.grouping import Rows, kept_of
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.stories.incremental import IncrementalUpdate
from sada.cluster.stories.labels import Vocabulary, strengths
from sada.cluster.stories.merge_fragments import join_fragments
from sada.cluster.stories.potts import partition
from sada.cluster.stories.stable_ids import match_ids
from sada.cluster.stories.stored import StoredStories, assign_ids, load_stories, names_in
from sada.cluster.stories.story import Story
from sada.cluster.stories.views import Draft, Names, as_of, build_stories, name_of
from sada.indexes import is_open_index
from sada.indexes.article import Article, refuse_path
from sada.indexes.errors import IndexBusyError, IndexReadOnlyError
from sada.indexes.minhash.sketches import Sketches, sketch
from sada.indexes.storage.columns import Columns, ranks_of, runs_of
from sada.indexes.threads import carries_threads

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

METHOD = "stories-5"


@dataclass(frozen=True)
class Stories:
    """All stories, the largest first; an article alone is a story of one.

    Attributes:
        stories: every article is in exactly one.
        redirects: for each id that was merged away, the id that now stands for it; empty if all its articles were
            removed.
        stored: False if they could not be committed, because another process was writing or the index's folder is
            read-only; new ids are then not yet lasting.
    """

    stories: tuple[Story, ...]
    redirects: dict[str, str]
    stored: bool = True

    @cached_property
    def _by_article(self) -> dict[str, Story]:
        return {id_: story for story in self.stories for id_ in story.articles}

    @cached_property
    def _by_id(self) -> dict[str, Story]:
        return {story.id: story for story in self.stories}

    def of(self, article: str) -> Story:
        """The story of an article; raises KeyError if it is in none."""
        return self._by_article[article]

    def get(self, id_: str) -> Story:
        """The story of that id, or the one that it was merged into; raises KeyError if it ended or never was."""
        return self._by_id[self.redirects.get(id_, id_)]

    def as_of(self, source: NewsIndex | Iterable[Article], moment: datetime) -> Stories:
        """The stories as far as they were published at a moment, articles of that very moment included.

        Articles published later are left out, undated ones stay, and a story without an article left is none. Nothing
        is grouped anew: which articles are one story, which of them are central, and the keywords are today's. Growth
        is that of the 24 hours up to the moment.

        Args:
            source: the index, or the articles, that the stories were found in.
            moment: with an offset.

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
    """Group articles into stories.

    Copies stand together and count as one. Pairs near in time are scored by a logistic model on lexical, semantic and
    temporal evidence, and the graph is cut by the constant Potts model. From scratch the grouping is a function of the
    set of articles.

    In an index the result is committed (if no other process is writing and the folder can be written), and nothing is
    computed if no article came or went since. If some did, only what was published within four days of them is looked
    at again: stories part where they clearly fall apart, and are put together where they belong together, new articles
    with them; articles that are further away stay together and keep the id of their story, and all other stories stay
    as they are. Ids are kept by overlap.

    Args:
        source: an index, or articles (then lexical evidence alone).
        recompute: start from scratch: ids are given as if there were no stories yet, so that they are a function of
            the set of articles too. Those that were in use redirect as after a merge, unless they are given again, and
            the history goes on.
        threads: how many to use, 0 for as many as the index uses, or one a core; the result is the same for any number.

    Raises:
        TypeError: for a path: open the index, or read the articles, first.
        ValueError: if two of the articles have one id.
    """
    refuse_path(source)
    return _of_index(source, recompute) if is_open_index(source) else _of_articles(list(source))


def _of_articles(articles: list[Article]) -> Stories:
    _refuse_repeated_ids([article.id for article in articles])
    sketches = sketch([article.body for article in articles])
    found = _group(Columns.of(articles), articles, StorySet.build(articles), sketches)
    ids, _ = match_ids([story.articles for story in found], {}, {})
    return Stories(_ordered(replace(story, id=id_) for story, id_ in zip(found, ids, strict=True)), {})


def _of_index(index: NewsIndex, recompute: bool) -> Stories:
    """The stories of an index, brought up to date and committed."""
    if not recompute and index.stories.are_current(METHOD):
        return stored_stories(index)
    columns, standing = index.snapshot.columns, StoredStories.of(index)
    since = None if recompute else index.stories.grouped_up_to(METHOD)
    update = IncrementalUpdate.whole(standing) if since is None else IncrementalUpdate.due(columns, standing, since)
    claims, touched = update.claims(columns, standing), update.touched.tolist()
    assigned = assign_ids(index, standing, touched, _regrouped(index, update), claims=claims, anew=recompute)
    others = np.setdiff1d(np.arange(len(standing.stored)), update.touched).tolist()
    stories = Stories(_ordered([*assigned.stories, *load_stories(index, standing.at(others))]), assigned.redirects)
    try:
        assigned.store(index, METHOD)
    except (IndexBusyError, IndexReadOnlyError):
        return replace(stories, stored=False)
    return stories


def _refuse_repeated_ids(ids: Sequence[str]) -> None:
    for id_, times in Counter(ids).items():
        if times > 1:
            raise ValueError(f"{times} articles have the id {id_!r}: each needs one of its own")


def stored_stories(index: NewsIndex) -> Stories:
    """The stories as last committed, without articles that were removed since; nothing is computed."""
    stored, redirects = index.stories.stored()
    return Stories(_ordered(load_stories(index, stored)), redirects)


def _regrouped(index: NewsIndex, update: IncrementalUpdate) -> list[Story]:
    """Stories without ids of the articles that are looked at again."""
    articles, prepared = prepared_rows(index, update.rows)
    sketches = index.snapshot.segments.sketch_of(update.rows)
    drafts = _drafts(Columns.of(articles), articles, prepared, sketches, update)
    drafts = [replace(draft, pieces=[update.rows[piece].tolist() for piece in draft.pieces]) for draft in drafts]
    known = {row: name_of(article) for row, article in zip(update.rows.tolist(), articles, strict=True)}
    return build_stories(index.snapshot.columns, drafts, known, names_in(index))


def story_set(index: NewsIndex) -> StorySet:
    """All articles of an index prepared for scoring, in the order of its columns."""
    return prepared_rows(index, np.arange(len(index)))[1]


def prepared_rows(index: NewsIndex, rows: np.ndarray) -> tuple[list[Article], StorySet]:
    """The articles of some rows of an index, each with the language that it names or was identified, and the set.

    Args:
        index: it is read only where they are.
        rows: int64 (m,), rows of its columns, in the order wanted.
    """
    columns = index.snapshot.columns
    found = index.snapshot.boilerplate.read(index.get([columns.ids[row] for row in rows]))
    languages = [columns.languages[row] for row in rows]
    articles = [
        article if article.language == language else replace(article, language=language)
        for article, language in zip(found, languages, strict=True)
    ]
    vectors = index.snapshot.segments.vectors_of(rows, index.snapshot.dimension) if index.snapshot.dimension else None
    return articles, StorySet.build(articles, vectors, index.snapshot.encoder_name, index.snapshot.encoder_languages)


def _group(columns: Columns, articles: Sequence[Article], prepared: StorySet, sketches: Sketches) -> list[Story]:
    """Stories without ids."""
    return build_stories(columns, _drafts(columns, articles, prepared, sketches), {}, _names(articles))


def _drafts(
    columns: Columns,
    articles: Sequence[Article],
    prepared: StorySet,
    sketches: Sketches,
    update: IncrementalUpdate | None = None,
) -> list[Draft]:
    """Stories that are not told yet; ``update`` says which of the articles are in stories that should last."""
    count = len(articles)
    order = np.lexsort((np.array(columns.ids, object), columns.published))  # canonical, whatever was read first
    original = _originals(columns, sketches, prepared.times, order)
    is_copy = original != np.arange(count)
    originals = order[~is_copy[order]]
    left, right = prepared.blocked_pairs(originals)
    probability = prepared.probability(originals[left], originals[right])
    resolution = prepared.resolutions(originals)
    stay = None if update is None else update.together(prepared, originals, left, right, probability)
    cut = partition(len(originals), left, right, probability, resolution, stay)
    cut = join_fragments(prepared, originals, cut, left, right, probability)
    inside = cut[left] == cut[right]
    cluster, strength = np.empty(count, np.int64), np.empty(count)
    cluster[originals] = cut
    strength[originals] = strengths(left[inside], right[inside], probability[inside], len(originals))
    cluster = cluster[original] if update is None else update.reunited(cluster[original])
    vocabulary = Vocabulary(articles)
    ranks = ranks_of(order)
    by_cluster = np.lexsort((ranks, ranks[original], -strength[original], cluster))
    drafts = []
    for rows in runs_of(by_cluster, cluster):
        pieces = [piece.tolist() for piece in runs_of(rows, original)]
        drafts.append(Draft("", vocabulary.keywords(rows.tolist()), pieces))
    return drafts


def _names(articles: Sequence[Article]) -> Names:
    return lambda rows: [name_of(articles[row]) for row in rows]


def _originals(columns: Columns, sketches: Sketches, times: np.ndarray, order: np.ndarray) -> np.ndarray:
    """int64 (n,): for each row the row that is grouped in its stead, the first of its copies; else itself.

    A text printed a thousand times is one piece of evidence: as a thousand rows it would crowd everything else out of
    their lists of nearest rows. Where none was printed for longer than the window, what follows starts anew.
    """
    ranks = ranks_of(order)
    kept = kept_of(Rows(columns, sketches, ranks), sketches.signatures, JACCARD)
    ordered = np.lexsort((ranks, kept))
    gaps = np.diff(times[ordered], prepend=np.nan)
    begins = (np.diff(kept[ordered], prepend=-1) != 0) | (gaps > WINDOW_DAYS)
    original = np.empty(len(order), np.int64)
    original[ordered] = ordered[begins][np.cumsum(begins) - 1]
    return original


def _ordered(stories: Iterable[Story]) -> tuple[Story, ...]:
    """The largest first, then the latest, then by id."""
    return tuple(sorted(stories, key=lambda s: (-s.size, -(s.last.timestamp() if s.last else 0.0), s.id)))
