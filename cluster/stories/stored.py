"""The stored stories of an index beside the articles that it holds now, and how other stories take their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.stories.history import changes_between, members_of
from sada.cluster.stories.stable_ids import match_ids
from sada.cluster.stories.story import Story
from sada.cluster.stories.views import Draft, Names, build_stories, name_of
from sada.indexes.storage.columns import Columns
from sada.indexes.storage.story_tables import StoryChange, StoryRow

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


@dataclass(frozen=True, slots=True)
class StoredStories:
    """The stored stories of an index, all of which are read: this grows with the archive.

    Attributes:
        stored: the stories as they are stored.
        redirects: what stands for ids that name none any more.
        stories: int64 (n,): for each row of the columns the place of its story in ``stored``, -1 if it is in none.
        short: int64, ascending: the places of stories of which articles were removed since.
    """

    stored: list[StoryRow]
    redirects: dict[str, str]
    stories: np.ndarray
    short: np.ndarray

    @classmethod
    def of(cls, index: NewsIndex) -> StoredStories:
        """Read the stored stories of an index."""
        stored, redirects = index.stories.stored()
        owners = np.repeat(np.arange(len(stored)), [len(numbers) for _, numbers, _ in stored])
        numbers = np.fromiter(chain.from_iterable(numbers for _, numbers, _ in stored), np.int64, len(owners))
        rows = index.snapshot.columns.rows_of_numbers(numbers)
        stories = np.full(len(index.snapshot.columns), -1)
        stories[rows[rows >= 0]] = owners[rows >= 0]
        return cls(stored, redirects, stories, np.unique(owners[rows < 0]))

    def at(self, places: Iterable[int]) -> list[StoryRow]:
        """The stored stories at some places."""
        return [self.stored[place] for place in places]


@dataclass(frozen=True, slots=True)
class AssignedStories:
    """Stories with their ids, and what is to be stored of them.

    Attributes:
        stories: those that were made.
        redirects: all of the index.
        moved: those of them that are new or lead elsewhere now.
        ended: ids of stored stories that are no more.
        changes: what the history gains.
    """

    stories: list[Story]
    redirects: dict[str, str]
    moved: dict[str, str]
    ended: list[str]
    changes: list[StoryChange]

    def store(self, index: NewsIndex, method: str, *, repaired: bool = True) -> None:
        """Commit them; raises as :meth:`~sada.indexes.index.NewsIndex.store_stories` does."""
        columns = index.snapshot.columns
        rows = [
            (story.id, columns.numbers[columns.rows(list(story.articles))].tolist(), _derived(story))
            for story in self.stories
        ]
        index.stories.store(rows, self.moved, method, ended=self.ended, changes=self.changes, repaired=repaired)


def assign_ids(
    index: NewsIndex,
    standing: StoredStories,
    touched: Collection[int],
    stories: Sequence[Story],
    *,
    claims: Mapping[str, set[str]] | None = None,
    anew: bool = False,
) -> AssignedStories:
    """Name the stories that take the place of some stored ones; all others stay as they are.

    Args:
        index: whose stories they are.
        standing: its stored stories.
        touched: the places of those that are replaced.
        stories: without ids; they hold the articles of those replaced, and new ones.
        claims: for some of those replaced, the articles that their id stays with, in place of all.
        anew: see :func:`~sada.cluster.stories.stable_ids.match_ids`.
    """
    before = members_of(index, standing.at(touched))
    others = {id_: id_ for id_, _, _ in standing.stored if id_ not in before}  # as if redirected: not to be given again
    clusters = [story.articles for story in stories]
    ids, led = match_ids(clusters, before | dict(claims or {}), standing.redirects | others, anew=anew)
    redirects = {id_: now for id_, now in led.items() if id_ not in others}
    moved = {id_: now for id_, now in redirects.items() if standing.redirects.get(id_) != now}
    after = dict(zip(ids, clusters, strict=True))
    named = [replace(story, id=id_) for story, id_ in zip(stories, ids, strict=True)]
    ended = [id_ for id_ in before if id_ not in after]
    return AssignedStories(named, redirects, moved, ended, changes_between(before, after, redirects))


def drafts_of(columns: Columns, stored: Iterable[StoryRow]) -> tuple[list[Draft], dict[int, str]]:
    """Stored stories without articles that were removed since, and what the articles of some rows are called."""
    drafts: list[Draft] = []
    known: dict[int, str] = {}
    for id_, numbers, row in stored:
        rows = columns.rows_of_numbers(np.array(numbers, np.int64)).tolist()
        known |= {rows[place]: title for place, title in row.get("titles", ())}  # earlier methods stored neither
        pieces = row.get("pieces") or [[place] for place in range(len(rows))]
        pieces = [[rows[place] for place in piece] for piece in pieces]
        drafts.append(Draft(id_, row.get("keywords", ()), pieces).of(_is_there))
    return drafts, known


def load_stories(index: NewsIndex, stored: Iterable[StoryRow]) -> list[Story]:
    """Stored stories of an index as they are told, without articles that were removed since."""
    return build_stories(index.snapshot.columns, *drafts_of(index.snapshot.columns, stored), names_in(index))


def names_in(index: NewsIndex) -> Names:
    """What the articles of an index are called."""
    return lambda rows: [name_of(article) for article in index.get([index.snapshot.columns.ids[row] for row in rows])]


def _is_there(row: int) -> bool:
    """False for the row of an article that was removed."""
    return row >= 0


def _derived(story: Story) -> dict[str, Any]:
    """What cannot be read from the columns, to be stored; articles by their places among the story's."""
    place = {id_: at for at, id_ in enumerate(story.articles)}
    titles = {story.pieces[0][0]: story.headline} | {one.id: one.title for one in story.headlines.values()}
    return {
        "keywords": list(story.keywords),
        "pieces": [[place[id_] for id_ in piece] for piece in story.pieces],
        "titles": [[place[id_], title] for id_, title in titles.items()],
    }
