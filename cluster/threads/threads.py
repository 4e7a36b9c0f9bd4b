"""Threads: find the stories that tell of one large event, as a bombing, its victims, arrests and mourning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.stories.stored import read_rows
from sada.cluster.stories.stories import Stories, find_stories
from sada.cluster.stories.story import Story
from sada.cluster.threads.merging import merge_stories
from sada.cluster.threads.story_terms import story_terms
from sada.indexes import is_open_index
from sada.indexes.article import Article, iso, refuse_path
from sada.indexes.threads import carries_threads

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

KEYWORDS = 6
_LEAD = 300  # characters of the text
_READ = 1000  # articles at a time
_DAY = 86_400.0

Read = Callable[[Sequence[str]], Sequence[Article]]
"""Gives the articles with some ids."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Two stories or more of one large event.

    >>> thread = find_threads(index).threads[0]
    >>> thread.size == sum(thread.days.values()) == sum(story.size for story in thread.stories)
    True

    Attributes:
        id: named after the first story. It leads to its thread as long as there is one, see :meth:`Threads.get`.
        stories: by their first article (ties: by id); what happened when.
        headline: of the largest story.
        keywords: of most of its stories, at most :data:`KEYWORDS`.
    """

    id: str
    stories: tuple[Story, ...]
    headline: str
    keywords: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of articles, copies included."""
        return sum(story.size for story in self.stories)

    @property
    def articles(self) -> tuple[str, ...]:
        """Ids of all articles, story by story."""
        return tuple(chain.from_iterable(story.articles for story in self.stories))

    @property
    def growth(self) -> int:
        """Number of articles in the 24 hours of :attr:`Story.growth <sada.cluster.stories.story.Story>`."""
        return sum(story.growth for story in self.stories)

    @property
    def first(self) -> datetime | None:
        """Time of the first publication in UTC."""
        return min((story.first for story in self.stories if story.first), default=None)

    @property
    def last(self) -> datetime | None:
        """Time of the last publication in UTC."""
        return max((story.last for story in self.stories if story.last), default=None)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages, those of most stories first."""
        return _most_frequent(story.languages for story in self.stories)

    @property
    def sources(self) -> tuple[str, ...]:
        """Outlets, those of most stories first."""
        return _most_frequent(story.sources for story in self.stories)

    @property
    def days(self) -> dict[str, int]:
        """Number of articles of each day in UTC, as 2024-07-31, in order of days."""
        counts = Counter[str]()
        for story in self.stories:
            counts.update(story.days)
        return dict(sorted(counts.items()))

    def to_dict(self) -> dict[str, Any]:
        """Return the row of ``sada stories --threads``, ready for JSON."""
        return {
            "thread": self.id,
            "size": self.size,
            "headline": self.headline,
            "keywords": list(self.keywords),
            "languages": list(self.languages),
            "sources": list(self.sources),
            "first": iso(self.first),
            "last": iso(self.last),
            "days": self.days,
            "growth": self.growth,
            "stories": [
                {"story": one.id, "size": one.size, "headline": one.headline, "first": iso(one.first)}
                for one in self.stories
            ],
        }


@dataclass(frozen=True)
class Threads:
    """The threads of an archive, as :func:`find_threads` returns them.

    >>> found = find_threads(index)
    >>> found.of("s-of-nothing") is None
    True

    Attributes:
        threads: the largest first (ties: by id). A story is in one of them or in none.
        redirects: of stories, as :attr:`~sada.cluster.stories.stories.Stories.redirects`.
    """

    threads: tuple[Thread, ...]
    redirects: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _by_story(self) -> dict[str, Thread]:
        return {story.id: thread for thread in self.threads for story in thread.stories}

    def of(self, story: str) -> Thread | None:
        """Return the thread of a story, by the story's id or one that was merged into it; None if it is in none."""
        return self._by_story.get(self.redirects.get(story, story))

    def get(self, id_: str) -> Thread:
        """Return the thread with an id that was ever told: the one that holds the story which it was named after.

        Raises:
            KeyError: if that story is in no thread now.
        """
        thread = self.of(f"s{id_[1:]}")
        if thread is None:
            raise KeyError(id_)
        return thread


@carries_threads
def find_threads(
    source: NewsIndex | Iterable[Article],
    stories: Stories | None = None,
    *,
    without: Collection[str] = (),
    threads: int = 0,
) -> Threads:
    """Join the stories of one large event, over days.

    A story is known by the terms that most of its reports have in title and lead and few other stories have. The two
    threads with the nearest centroids are merged as long as their cosine is large enough, some of their stories are
    near in time, and two rare terms are in nearly all of their stories. The numbers are constants of
    :mod:`sada.cluster.threads.merging`. Words alone join: stories that are told in two languages may be joined, but not
    those told in one with those told in another.

    >>> from sada.cluster import find_stories
    >>> found = find_threads(index, find_stories(index))
    >>> thread = found.threads[0]
    >>> found.get(thread.id) == found.of(thread.stories[-1].id) == thread
    True

    Args:
        source: an index, or articles.
        stories: the stories found in them; without, they are found first.
        without: ids of stories to leave out, for example routine ones.
        threads: how many to use, 0 for the number of the index, else one per core. The result does not depend on it.

    Raises:
        TypeError: if ``source`` is a path.
        ValueError: if two articles have the same id.
    """
    refuse_path(source)
    if is_open_index(source):
        return source.snapshot.in_one_state(lambda _: _of_index(source, stories or find_stories(source), without))
    articles = list(source)
    found = stories or find_stories(articles)
    by_id = {article.id: article for article in articles}
    return _threads(found, without, lambda ids: [by_id[id_] for id_ in ids])


def _of_index(index: NewsIndex, found: Stories, without: Collection[str]) -> Threads:
    columns = index.snapshot.columns
    return _threads(found, without, lambda ids: read_rows(index, columns.rows(list(ids))))


def _threads(found: Stories, without: Collection[str], read: Read) -> Threads:
    stories = sorted((story for story in found.stories if story.id not in without), key=_opened)
    owners = np.repeat(np.arange(len(stories)), [len(story.pieces) for story in stories])
    originals = [original for story in stories for original, *_ in story.pieces]
    titles, leads = _read_leads(originals, read)
    terms = story_terms(titles, leads, owners, len(stories))
    first, last = (
        np.array([time.timestamp() / _DAY if time else np.nan for time in times])
        for times in ([story.first for story in stories], [story.last for story in stories])
    )
    heads = merge_stories(terms, np.array([story.size for story in stories], np.int64), first, last)
    members: dict[int, list[Story]] = {}
    for story, head in zip(stories, heads.tolist(), strict=True):
        members.setdefault(head, []).append(story)
    named = [_named(ones) for ones in members.values() if len(ones) > 1]
    return Threads(tuple(sorted(named, key=lambda thread: (-thread.size, thread.id))), found.redirects)


def _read_leads(ids: Sequence[str], read: Read) -> tuple[list[str], list[str]]:
    """Return title and lead of articles; a lead begins with the title."""
    titles, leads = list[str](), list[str]()
    for start in range(0, len(ids), _READ):
        for article in read(ids[start : start + _READ]):
            titles.append(article.plain_title)
            leads.append(f"{article.plain_title}\n{article.plain_text[:_LEAD]}")
    return titles, leads


def _opened(story: Story) -> tuple[float, str]:
    return (story.first.timestamp() if story.first else float("inf"), story.id)


def _named(stories: Sequence[Story]) -> Thread:
    largest = max(stories, key=lambda story: story.size)
    keywords = _most_frequent(story.keywords for story in stories)[:KEYWORDS]
    return Thread(f"t{stories[0].id[1:]}", tuple(stories), largest.headline, keywords)


def _most_frequent(values: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return distinct values, those of most stories first (ties: in order)."""
    counts = Counter(value for some in values for value in some)
    return tuple(value for value, _ in counts.most_common())
