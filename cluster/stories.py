"""Stories: which articles report the same event, in whatever language, with ids that stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.copies import JACCARD
from sada.cluster.grouping import Rows, kept_of
from sada.cluster.identity import settle_ids
from sada.cluster.labels import Vocabulary, strengths
from sada.cluster.partition import partition
from sada.cluster.scorer import StorySet, resolutions
from sada.cluster.window import WINDOW_DAYS
from sada.indexes.article import Article, iso, refuse_path
from sada.indexes.catalog import from_micros
from sada.indexes.columns import UNDATED, Columns, ranks_of
from sada.indexes.errors import IndexBusy, IndexReadOnly
from sada.indexes.minhash import Sketches, sketch

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

METHOD = "stories-2"


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that report one event.

    Attributes:
        id: stays when articles come and go; after a merge the old id still resolves.
        headline: the title of the member that the others are closest to.
        keywords: words of the members that set them apart, as written.
        articles: ids of all members, by time of publication, copies included.
        copies: how many of them are copies of another member.
        languages, sources: of the members, most frequent first.
        first, last: time of the first and last publication, None if no member has a date.
    """

    id: str
    headline: str
    keywords: tuple[str, ...]
    articles: tuple[str, ...]
    copies: int
    languages: tuple[str, ...]
    sources: tuple[str, ...]
    first: datetime | None
    last: datetime | None

    @property
    def size(self) -> int:
        """How many articles, copies included."""
        return len(self.articles)

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``stories`` command."""
        return {
            "story": self.id,
            "size": self.size,
            "headline": self.headline,
            "keywords": list(self.keywords),
            "languages": list(self.languages),
            "sources": list(self.sources),
            "first": iso(self.first),
            "last": iso(self.last),
            "articles": list(self.articles),
            "copies": self.copies,
        }


@dataclass(frozen=True)
class Stories:
    """All stories, the largest first; an article alone is a story of one.

    Attributes:
        stories: every article is in exactly one.
        redirects: for each id that was merged away, the id that now stands for it.
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
        """The story of that id, or the one that it was merged into; raises KeyError if there never was one."""
        return self._by_id[self.redirects.get(id_, id_)]


def find_stories(source: NewsIndex | Iterable[Article], *, recompute: bool = False, threads: int = 0) -> Stories:
    """Group articles into stories.

    Copies stand together and count as one. Pairs near in time are scored by a logistic model on lexical, semantic and
    temporal evidence, and the graph is cut by the constant Potts model. The grouping is a function of the set of
    articles. In an index, ids are kept from the stored stories by overlap, the result is committed (if no other
    process is writing and the folder can be written), and nothing is computed if no article came or went since.

    Args:
        source: an index, or articles (then lexical evidence alone).
        recompute: forget stored ids and start from scratch.
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
    stored, redirects = ([], {}) if recompute else source.stored_stories()
    articles = _articles(source)
    found = _group(columns, articles, _prepared(source, articles, threads), source.sketches, threads)
    stories = _named(found, _members(columns, stored), redirects)
    rows = [
        (story.id, columns.numbers[columns.rows(list(story.articles))].tolist(), _derived(story))
        for story in stories.stories
    ]
    try:
        source.store_stories(rows, stories.redirects, METHOD)
    except (IndexBusy, IndexReadOnly):
        return replace(stories, stored=False)
    return stories


def stored_stories(index: NewsIndex) -> Stories:
    """The stories as last committed, without articles that were removed since; nothing is computed."""
    stored, redirects = index.stored_stories()
    stories = []
    for id_, numbers, row in stored:
        rows = index.columns.rows_of_numbers(np.array(numbers, np.int64))
        if (rows >= 0).any():
            stories.append(_summary(index.columns, rows[rows >= 0], id_, **row))
    return Stories(_ordered(stories), redirects)


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
    cluster, strength = np.empty(count, np.int64), np.full(count, -1.0)  # the headline is an original's
    cluster[originals] = cut
    cluster = cluster[original]
    strength[originals] = strengths(left[inside], right[inside], probability[inside], len(originals))
    vocabulary = Vocabulary(articles)
    by_cluster = order[np.argsort(cluster[order], kind="stable")]
    stories = []
    for rows in np.split(by_cluster, np.flatnonzero(np.diff(cluster[by_cluster])) + 1) if count else []:
        headline = articles[rows[int(np.argmax(strength[rows]))]]
        stories.append(
            _summary(
                columns,
                rows,
                "",
                headline=headline.title or headline.text[:80],
                keywords=vocabulary.keywords(rows.tolist()),
                copies=int(is_copy[rows].sum()),
            )
        )
    return stories


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


def _named(stories: list[Story], before: dict[str, set[str]], redirects: dict[str, str]) -> Stories:
    ids, moved = settle_ids([story.articles for story in stories], before, redirects)
    return Stories(_ordered(replace(story, id=id_) for story, id_ in zip(stories, ids, strict=True)), moved)


def _members(columns: Columns, stored: Iterable[tuple[str, list[int], dict[str, Any]]]) -> dict[str, set[str]]:
    """The ids of the members of stored stories that are still in the index."""
    known = dict(zip(columns.numbers.tolist(), columns.ids, strict=True))
    return {story: {known[number] for number in numbers if number in known} for story, numbers, _ in stored}


def _summary(
    columns: Columns, rows: np.ndarray, id_: str, headline: str, keywords: Sequence[str], copies: int
) -> Story:
    rows = rows[np.argsort(columns.published[rows], kind="stable")]
    dated = columns.published[rows][columns.published[rows] != UNDATED]
    return Story(
        id=id_,
        headline=headline,
        keywords=tuple(keywords),
        articles=tuple(columns.ids[row] for row in rows),
        copies=copies,
        languages=_frequent(columns.languages[row] for row in rows),
        sources=_frequent(columns.sources[row] for row in rows),
        first=from_micros(int(dated[0])) if len(dated) else None,
        last=from_micros(int(dated[-1])) if len(dated) else None,
    )


def _derived(story: Story) -> dict[str, Any]:
    """What cannot be read from the columns, to be stored."""
    return {"headline": story.headline, "keywords": list(story.keywords), "copies": story.copies}


def _ordered(stories: Iterable[Story]) -> tuple[Story, ...]:
    """The largest first, then the latest, then by id."""
    return tuple(sorted(stories, key=lambda s: (-s.size, -(s.last.timestamp() if s.last else 0.0), s.id)))


def _frequent(values: Iterable[str]) -> tuple[str, ...]:
    counts = Counter(value for value in values if value)
    return tuple(sorted(counts, key=lambda value: (-counts[value], value)))
