"""Routine: stories that are issues of a series, as weather reports, share indices, royal audiences, and cables.

No list of words tells them, but the archive itself: other stories have the same frame on many other days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.routine.frames import LEAD
from sada.cluster.routine.issues import Dated, Links
from sada.cluster.stories.stored import read_rows
from sada.cluster.stories.stories import Stories, find_stories
from sada.cluster.stories.story import Story
from sada.indexes import is_open_index
from sada.indexes.article import Article, refuse_path
from sada.indexes.minhash.sketches import sketch
from sada.indexes.storage.columns import Columns
from sada.indexes.threads import carries_threads
from sada.indexes.timestamps import DAY, UNDATED

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

KIN = 0.2
"""A story is routine, too, if half of its articles share so much with articles of a routine one."""
LINK = 0.25
"""Routine stories are of one series if an article of one shares so much with one of the other."""
_HALF = 0.5
_READ = 1000  # articles at a time


@dataclass(frozen=True, slots=True)
class Series:
    """Stories that are issues of one series.

    >>> Series("r0c6b", ("s0c6b", "s77e1"), "Rain over the bay").to_dict()
    {'series': 'r0c6b', 'stories': ['s0c6b', 's77e1'], 'headline': 'Rain over the bay'}

    Attributes:
        id: named after the first story, so that it stays while that one is routine.
        stories: ids of the stories, in order of their first article (ties: by id).
        headline: of the latest story.
    """

    id: str
    stories: tuple[str, ...]
    headline: str

    def to_dict(self) -> dict[str, Any]:
        """Return the series, ready for JSON."""
        return {"series": self.id, "stories": list(self.stories), "headline": self.headline}


@dataclass(frozen=True)
class Routine:
    """The routine stories of an archive, as :func:`find_routine` returns them.

    >>> routine = Routine((Series("r0c6b", ("s0c6b", "s77e1"), "Rain over the bay"),))
    >>> "s77e1" in routine, routine.id_of("s77e1"), routine.of("s9f70"), len(routine)
    (True, 'r0c6b', None, 2)

    Attributes:
        series: those with the most stories first (ties: by id). Every routine story is in exactly one.
    """

    series: tuple[Series, ...]

    @cached_property
    def _by_story(self) -> dict[str, Series]:
        return {story: series for series in self.series for story in series.stories}

    def of(self, story: str) -> Series | None:
        """Return the series of a story, by the story's id; None if it is news."""
        return self._by_story.get(story)

    def id_of(self, story: str) -> str | None:
        """Return the id of the series of a story; None if it is news."""
        series = self.of(story)
        return series.id if series else None

    def __contains__(self, story: str) -> bool:
        return story in self._by_story

    def __len__(self) -> int:
        """The number of routine stories."""
        return len(self._by_story)


@carries_threads
def find_routine(source: NewsIndex | Iterable[Article], stories: Stories | None = None, *, threads: int = 0) -> Routine:
    """Tell the stories that are issues of a series from news, by what the archive itself shows.

    An article is an issue if on many other days an article shares much of its words in the same order, and of its
    beginning: the frame, in which names and figures change. Shingles count by how few stories have them. Articles of
    the same story must share more, and be no versions of one report. A bare title that its outlet prints on as many
    days is an issue as well. A story is routine if at least half of its articles are issues, or share as much with
    articles of a routine story, and if its series has another story or it holds the series itself. The numbers are
    constants, here and in :mod:`sada.cluster.routine.issues`.

    Nothing is routine in an archive of a few days, nor what comes once a week. The archive cannot tell a series from
    incidents of every day that are reported in one form, as shelling on a border.

    >>> len(find_routine(index))
    0

    Args:
        source: an index, or articles.
        stories: the stories found in them; without, they are found first.
        threads: as of :func:`~sada.cluster.stories.stories.find_stories`.

    Raises:
        TypeError: if ``source`` is a path.
        ValueError: if two articles have the same id.
    """
    refuse_path(source)
    if is_open_index(source):
        return source.snapshot.in_one_state(lambda _: _of_index(source, stories or find_stories(source)))
    articles = list(source)
    found = stories or find_stories(articles)
    columns = Columns.of(articles)
    owner, dated = _dated(found.stories, columns)
    links = Links.of(
        dated,
        lambda rows: sketch([articles[row].body for row in rows.tolist()]),
        lambda rows: [_lead(articles[row]) for row in rows.tolist()],
    )
    return _routine(found.stories, owner, links)


def _of_index(index: NewsIndex, found: Stories) -> Routine:
    def leads(rows: np.ndarray) -> list[str]:
        parts = (read_rows(index, rows[start : start + _READ]) for start in range(0, len(rows), _READ))
        return [_lead(article) for part in parts for article in part]

    snapshot = index.snapshot
    owner, dated = _dated(found.stories, snapshot.columns)
    return _routine(found.stories, owner, Links.of(dated, snapshot.segments.sketch_of, leads))


def _lead(article: Article) -> str:
    return f"{article.plain_title}\n{article.plain_text[:LEAD]}"


def _dated(stories: Sequence[Story], columns: Columns) -> tuple[np.ndarray, Dated]:
    """Return for each row the place of its story, -1 for none; and the articles with a date."""
    owner = np.full(len(columns), -1)
    for place, story in enumerate(stories):
        owner[columns.rows(list(story.articles))] = place
    rows = np.flatnonzero((owner >= 0) & (columns.published != UNDATED))
    ids = np.array([columns.ids[row] for row in rows.tolist()], object)
    rows = rows[np.lexsort((ids, columns.published[rows]))]  # independent of the reading order
    number = {source: number for number, source in enumerate(sorted(set(columns.sources)))}
    sources = np.array([number[columns.sources[row]] for row in rows.tolist()], np.int64)
    return owner, Dated(rows, owner[rows], columns.published[rows] // DAY, sources)


def _routine(stories: Sequence[Story], owner: np.ndarray, links: Links) -> Routine:
    """Return the series of the stories that are routine by their own articles, or by what these share."""
    sizes = np.array([story.size for story in stories], np.int64)
    issue = np.zeros(len(owner), bool)
    issue[links.framed] = issue[links.alone] = True
    routine = _mostly(issue, owner, sizes)
    left, right = owner[links.left], owner[links.right]
    issue[links.left[(links.share >= KIN) & routine[right]]] = True
    routine |= _mostly(issue, owner, sizes)
    joined = (links.share >= LINK) & routine[left] & routine[right] & issue[links.left]
    groups = _linked(np.flatnonzero(routine).tolist(), left[joined].tolist(), right[joined].tolist())
    alone = set(owner[links.alone].tolist())
    found = [
        _named(sorted((stories[place] for place in group), key=_opened))
        for group in groups
        if len(group) > 1 or group[0] in alone
    ]
    return Routine(tuple(sorted(found, key=lambda series: (-len(series.stories), series.id))))


def _mostly(issue: np.ndarray, owner: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the stories, bool, of which at least half the articles are issues."""
    return np.asarray(np.bincount(owner[issue], minlength=len(sizes)) >= _HALF * sizes)


def _linked(places: Iterable[int], left: Iterable[int], right: Iterable[int]) -> list[list[int]]:
    """Return the groups of places that pairs join, directly or by others."""
    first = {place: place for place in places}

    def root(place: int) -> int:
        while first[place] != place:
            first[place] = place = first[first[place]]
        return place

    for one, other in zip(left, right, strict=True):
        first[root(one)] = root(other)
    groups: dict[int, list[int]] = {}
    for place in first:
        groups.setdefault(root(place), []).append(place)
    return list(groups.values())


def _opened(story: Story) -> tuple[float, str]:
    return (story.first.timestamp() if story.first else float("inf"), story.id)


def _named(stories: Sequence[Story]) -> Series:
    return Series(f"r{stories[0].id[1:]}", tuple(story.id for story in stories), stories[-1].headline)
