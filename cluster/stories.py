"""Stories: which articles report the same event, in whatever language, with ids that stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.copies import JACCARD
from sada.cluster.grouping import Rows, kept_of
from sada.cluster.history import changes_between, members_of
from sada.cluster.identity import settle_ids
from sada.cluster.labels import Vocabulary, strengths
from sada.cluster.partition import partition
from sada.cluster.scorer import StorySet, resolutions
from sada.cluster.story import Story
from sada.cluster.telling import Draft, Names, as_of, name_of, tell
from sada.cluster.window import WINDOW_DAYS
from sada.indexes.article import Article, refuse_path
from sada.indexes.columns import Columns, ranks_of
from sada.indexes.errors import IndexBusy, IndexReadOnly
from sada.indexes.minhash import Sketches, sketch

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

METHOD = "stories-3"


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
            UnknownArticle: if an article of a story is not in ``source``.
            ValueError: if ``moment`` has no offset.
        """
        if isinstance(source, Iterable):
            articles = list(source)
            columns, names = Columns.of(articles), _names(articles)
        else:
            columns, names = source.columns, _names_in(source)
        return replace(self, stories=_ordered(as_of(self.stories, columns, names, moment)))


def find_stories(source: NewsIndex | Iterable[Article], *, recompute: bool = False, threads: int = 0) -> Stories:
    """Group articles into stories.

    Copies stand together and count as one. Pairs near in time are scored by a logistic model on lexical, semantic and
    temporal evidence, and the graph is cut by the constant Potts model. The grouping is a function of the set of
    articles. In an index, ids are kept from the stored stories by overlap, the result is committed (if no other
    process is writing and the folder can be written), and nothing is computed if no article came or went since.

    Args:
        source: an index, or articles (then lexical evidence alone).
        recompute: start from scratch: ids are given as if there were no stories yet, so that they are a function of
            the set of articles too. Those that were in use redirect as after a merge, unless they are given again, and
            the history goes on.
        threads: how many to use, 0 for one a core; the result is the same for any number.

    Raises:
        TypeError: for a path: open the index, or read the articles, first.
    """
    refuse_path(source)
    if isinstance(source, Iterable):
        articles = list(source)
        sketches = sketch([article.body for article in articles], threads)
        found = _group(Columns.of(articles), articles, StorySet.build(articles, threads=threads), sketches, threads)
        return _named(found, {}, {})
    if not recompute and source.stories_are_current(METHOD):
        return stored_stories(source)
    columns = source.columns
    stored, redirects = source.stored_stories()
    before = members_of(source, stored)
    articles = _articles(source)
    found = _group(columns, articles, _prepared(source, articles, threads), source.sketches, threads)
    stories = _named(found, before, redirects, recompute)
    rows = [
        (story.id, columns.numbers[columns.rows(list(story.articles))].tolist(), _derived(story))
        for story in stories.stories
    ]
    after = {story.id: story.articles for story in stories.stories}
    ended = [id_ for id_ in before if id_ not in after]
    changes = changes_between(before, after, stories.redirects)
    try:
        source.store_stories(rows, stories.redirects, METHOD, ended=ended, changes=changes)
    except (IndexBusy, IndexReadOnly):
        return replace(stories, stored=False)
    return stories


def stored_stories(index: NewsIndex) -> Stories:
    """The stories as last committed, without articles that were removed since; nothing is computed."""
    stored, redirects = index.stored_stories()
    drafts: list[Draft] = []
    known: dict[int, str] = {}
    for id_, numbers, row in stored:
        rows = index.columns.rows_of_numbers(np.array(numbers, np.int64)).tolist()
        known |= {rows[place]: title for place, title in row.get("titles", ())}  # earlier methods stored neither
        pieces = row.get("pieces") or [[place] for place in range(len(rows))]
        pieces = [[rows[place] for place in piece] for piece in pieces]
        drafts.append(Draft(id_, row.get("keywords", ()), pieces).of(_is_there))
    return Stories(_ordered(tell(index.columns, drafts, known, _names_in(index))), redirects)


def _is_there(row: int) -> bool:
    """False for the row of an article that was removed."""
    return row >= 0


def story_set(index: NewsIndex, threads: int = 0) -> StorySet:
    """All articles of an index prepared for scoring, in the order of its columns."""
    return _prepared(index, _articles(index), threads)


def _prepared(index: NewsIndex, articles: Sequence[Article], threads: int) -> StorySet:
    vectors = index.vectors if index.dimension else None
    return StorySet.build(articles, vectors, index.encoder_name, index.encoder_languages, threads or index.threads)


def _articles(index: NewsIndex) -> list[Article]:
    """All articles in the order of the columns, each with the language that it names or was identified."""
    articles = index.get_many(index.columns.ids)
    named = zip(articles, index.columns.languages, strict=True)
    return [a if a.language == language else replace(a, language=language) for a, language in named]


def _group(
    columns: Columns, articles: Sequence[Article], prepared: StorySet, sketches: Sketches, threads: int
) -> list[Story]:
    """Stories without ids."""
    count = len(articles)
    order = np.lexsort((np.array(columns.ids, object), columns.published))  # canonical, whatever was read first
    original = _originals(columns, sketches, prepared.times, order, threads)
    is_copy = original != np.arange(count)
    originals = order[~is_copy[order]]
    left, right = prepared.candidates(originals)
    probability = prepared.probability(originals[left], originals[right])
    for_titles, for_texts = resolutions()
    resolution = np.where(prepared.lexicon.has_body[originals], for_texts, for_titles)
    cut = partition(len(originals), left, right, probability, resolution)
    inside = cut[left] == cut[right]
    cluster, strength = np.empty(count, np.int64), np.empty(count)
    cluster[originals] = cut
    strength[originals] = strengths(left[inside], right[inside], probability[inside], len(originals))
    vocabulary = Vocabulary(articles)
    ranks = ranks_of(order)
    by_cluster = np.lexsort((ranks, ranks[original], -strength[original], cluster[original]))
    drafts = []
    for rows in _runs(by_cluster, cluster[original]):
        pieces = [piece.tolist() for piece in _runs(rows, original)]
        drafts.append(Draft("", vocabulary.keywords(rows.tolist()), pieces))
    return tell(columns, drafts, {}, _names(articles))


def _runs(rows: np.ndarray, values: np.ndarray) -> list[np.ndarray]:
    """Rows cut where their value changes."""
    return np.split(rows, np.flatnonzero(np.diff(values[rows])) + 1) if len(rows) else []


def _names(articles: Sequence[Article]) -> Names:
    return lambda rows: [name_of(articles[row]) for row in rows]


def _names_in(index: NewsIndex) -> Names:
    return lambda rows: [name_of(article) for article in index.get_many([index.columns.ids[row] for row in rows])]


def _originals(columns: Columns, sketches: Sketches, times: np.ndarray, order: np.ndarray, threads: int) -> np.ndarray:
    """int64 (n,): for each row the row that is grouped in its stead, the first of its copies; else itself.

    A text printed a thousand times is one piece of evidence: as a thousand rows it would crowd everything else out of
    their lists of nearest rows. Where none was printed for longer than the window, what follows starts anew.
    """
    ranks = ranks_of(order)
    kept = kept_of(Rows(columns, sketches, ranks), sketches.signatures, JACCARD, threads)
    ordered = np.lexsort((ranks, kept))
    gaps = np.diff(times[ordered], prepend=np.nan)
    begins = (np.diff(kept[ordered], prepend=-1) != 0) | (gaps > WINDOW_DAYS)
    original = np.empty(len(order), np.int64)
    original[ordered] = ordered[begins][np.cumsum(begins) - 1]
    return original


def _named(
    stories: list[Story], before: Mapping[str, set[str]], redirects: Mapping[str, str], recompute: bool = False
) -> Stories:
    ids, moved = settle_ids([story.articles for story in stories], before, redirects, anew=recompute)
    return Stories(_ordered(replace(story, id=id_) for story, id_ in zip(stories, ids, strict=True)), moved)


def _derived(story: Story) -> dict[str, Any]:
    """What cannot be read from the columns, to be stored; articles by their places among the story's."""
    place = {id_: at for at, id_ in enumerate(story.articles)}
    titles = {story.pieces[0][0]: story.headline} | {one.id: one.title for one in story.headlines.values()}
    return {
        "keywords": list(story.keywords),
        "pieces": [[place[id_] for id_ in piece] for piece in story.pieces],
        "titles": [[place[id_], title] for id_, title in titles.items()],
    }


def _ordered(stories: Iterable[Story]) -> tuple[Story, ...]:
    """The largest first, then the latest, then by id."""
    return tuple(sorted(stories, key=lambda s: (-s.size, -(s.last.timestamp() if s.last else 0.0), s.id)))
