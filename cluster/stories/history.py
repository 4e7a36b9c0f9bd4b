"""The history of stories: every change since a story opened, and which story each earlier id stands for now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.indexes.article import iso
from sada.indexes.errors import IndexDamagedError, UnknownStoryError
from sada.indexes.storage.story_tables import StoryChange, StoryRow
from sada.indexes.timestamps import from_micros

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

_MEND = "find what is wrong with: sada verify"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a story.

    >>> first = story_history(index, "s9f70c6b6e0").changes[0]
    >>> first.change, len(first.articles), first.other
    ('opened', 6, '')

    Attributes:
        at: time of the commit, in UTC.
        story: the id of the story that changed.
        change: ``opened``, ``joined`` (articles were added), ``left`` (articles were taken out), ``merged`` (all other
            articles went to another story, which the id stands for from then on) or ``ended`` (the last articles were
            removed).
        articles: ids of the articles that were added or taken out. They stay here after the articles are removed from
            the index.
        other: id of the story that the articles came from or went to; of a story that opened, the one that most of
            them came from. Empty if they were new or were removed.
    """

    at: datetime
    story: str
    change: str
    articles: Sequence[str]
    other: str

    def to_dict(self) -> dict[str, Any]:
        """Return the row of ``stories --history``, ready for JSON."""
        return {
            "at": iso(self.at),
            "story": self.story,
            "change": self.change,
            "articles": list(self.articles),
            "other": self.other,
        }


@dataclass(frozen=True, slots=True)
class StoryHistory:
    """All changes of a story and of the stories that were merged into it.

    >>> history = story_history(index, "s9f70c6b6e0")
    >>> history.now, len(history.changes)
    ('s9f70c6b6e0', 1)

    Attributes:
        story: the requested id.
        now: id of the story that it stands for now: the same id, or the story that it was merged into; empty if all
            articles were removed.
        changes: oldest first; those of another story up to its merge.
    """

    story: str
    now: str
    changes: tuple[Change, ...]


def story_history(index: NewsIndex, id_: str) -> StoryHistory:
    """Return the history of a story, also of one that was merged or has ended, as of the last commit.

    >>> [change.change for change in story_history(index, "s9f70c6b6e0").changes]
    ['opened']

    Args:
        index: an open index.
        id_: id of a story, current or earlier.

    Raises:
        UnknownStoryError: if there never was a story with this id.
        IndexDamagedError: if the stored history is damaged.
    """
    rows, now = index.stories.history(id_)
    if not rows:
        raise UnknownStoryError(
            f"no story {id_!r} in {index.path}, now or ever; list them with: sada stories {index.path} --all"
        )
    changes = (Change(from_micros(at), *change) for _, at, change in rows)
    return StoryHistory(id_, now, tuple(changes))


def changes_between(
    before: Mapping[str, Collection[str]], after: Mapping[str, Collection[str]], redirects: Mapping[str, str]
) -> list[StoryChange]:
    """List the changes between two groupings: first those that take articles out, then those that add articles.

    Args:
        before: the articles of each story; no article in two.
        after: the same, later. Stories without a change may be left out of both.
        redirects: for each story that does not exist any more, the story that it stands for; empty or absent if it
            ended.
    """
    came_from = {article: story for story, articles in before.items() for article in articles}
    went_to = {article: story for story, articles in after.items() for article in articles}
    changes: list[StoryChange] = []
    for story in sorted(before):
        gone = _by_story(set(before[story]).difference(after.get(story, ())), went_to)
        successor = redirects.get(story, "")
        rest = [] if story in after else gone.pop(successor, [])
        changes += [StoryChange(story, "left", articles, other) for other, articles in sorted(gone.items())]
        if story not in after:
            changes.append(StoryChange(story, "merged" if successor else "ended", rest, successor))
    for story in sorted(after):
        came = _by_story(set(after[story]).difference(before.get(story, ())), came_from)
        if story in before:
            changes += [StoryChange(story, "joined", articles, other) for other, articles in sorted(came.items())]
        else:
            changes.append(StoryChange(story, "opened", sorted(after[story]), _largest(came)))
    return changes


def replay(changes: Iterable[StoryChange]) -> dict[str, set[str]]:
    """Return the articles of each story that exists after some changes.

    Raises:
        ValueError: if a change cannot follow those before it.
    """
    members: dict[str, set[str]] = {}
    for story, change, articles, _ in changes:
        now, some = members.get(story), set(articles)
        if change == "opened" and now is None:
            members[story] = some
        elif change == "joined" and now is not None and now.isdisjoint(some):
            now |= some
        elif change == "left" and now is not None and now >= some:
            now -= some
        elif change in ("merged", "ended") and now == some:
            del members[story]
        else:
            raise ValueError(f"story {story}: {change!r} cannot follow what was before")
    return members


def members_of(index: NewsIndex, stored: Iterable[StoryRow]) -> dict[str, set[str]]:
    """Return the ids of the articles of stored stories, with those removed since, which are in the history alone.

    Raises:
        IndexDamagedError: if the stored history is damaged.
    """
    columns, sizes, members = index.snapshot.columns, {}, {}
    for story, numbers, _ in stored:
        rows = columns.rows_of_numbers(np.array(numbers, np.int64)).tolist()
        sizes[story], members[story] = len(numbers), {columns.ids[row] for row in rows if row >= 0}
    short = [story for story, size in sizes.items() if len(members[story]) < size]
    try:
        members |= replay(row.change for row in index.stories.changes(short))
        wrong = next((story for story in short if len(members[story]) != sizes[story]), None)
    except ValueError as error:
        raise IndexDamagedError(f"{index.path}: {error}; {_MEND}") from None
    if wrong is not None:
        raise IndexDamagedError(f"{index.path}: story {wrong}: its history names other articles; {_MEND}")
    return members


def _by_story(articles: Iterable[str], stories: Mapping[str, str]) -> dict[str, list[str]]:
    """Group articles by their story, each group sorted; articles without a story are under the empty id."""
    groups = defaultdict(list)
    for article in sorted(articles):
        groups[stories.get(article, "")].append(article)
    return dict(groups)


def _largest(came: Mapping[str, Sequence[str]]) -> str:
    """Return the story that most articles came from; empty if all are new."""
    return min((story for story in came if story), key=lambda story: (-len(came[story]), story), default="")
