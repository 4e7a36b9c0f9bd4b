"""The history of stories: what changed from one grouping to the next, and what became of an id that was ever given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

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

    Attributes:
        at: when it was committed, in UTC.
        story: the id of the story that changed.
        change: ``opened``, ``joined`` (articles came), ``left`` (articles went), ``merged`` (the rest went, and the id
            stands for another story from then on) or ``ended`` (the last articles were removed).
        articles: ids of the articles that came or went. They stay here when the articles are removed from the index;
            nothing else of an article is in a history.
        other: the story that they came out of, the first most of them if it opened with them, or that they went to;
            empty if they were new or were removed.
    """

    at: datetime
    story: str
    change: str
    articles: Sequence[str]
    other: str

    def to_dict(self) -> dict[str, Any]:
        """The stable row of ``stories --history``."""
        return {
            "at": iso(self.at),
            "story": self.story,
            "change": self.change,
            "articles": list(self.articles),
            "other": self.other,
        }


@dataclass(frozen=True, slots=True)
class StoryHistory:
    """All that happened to a story and to those that were merged into it.

    Attributes:
        story: the id that was asked for.
        now: the id that stands for it now: its own while it lives, empty if all articles were removed.
        changes: oldest first; those of another story up to its merge.
    """

    story: str
    now: str
    changes: tuple[Change, ...]


def story_history(index: NewsIndex, id_: str) -> StoryHistory:
    """The history of a story as last committed, whether it lives, was merged or ended; nothing is computed.

    Raises:
        UnknownStoryError: if there never was a story of that id.
        IndexDamagedError: if the history is not what was written.
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
    """What happened to stories: first where articles went, then where they came.

    Args:
        before: the articles of each story; no article in two.
        after: the same, later. Stories that are the same in both may be left out of both.
        redirects: for each story that is no more, the one that stands for it; empty or none if it ended.
    """
    came_from = {article: story for story, articles in before.items() for article in articles}
    went_to = {article: story for story, articles in after.items() for article in articles}
    changes: list[StoryChange] = []
    for story in sorted(before):
        gone = _by_other(set(before[story]).difference(after.get(story, ())), went_to)
        heir = redirects.get(story, "")
        rest = [] if story in after else gone.pop(heir, [])
        changes += [StoryChange(story, "left", articles, other) for other, articles in sorted(gone.items())]
        if story not in after:
            changes.append(StoryChange(story, "merged" if heir else "ended", rest, heir))
    for story in sorted(after):
        come = _by_other(set(after[story]).difference(before.get(story, ())), came_from)
        if story in before:
            changes += [StoryChange(story, "joined", articles, other) for other, articles in sorted(come.items())]
        else:
            changes.append(StoryChange(story, "opened", sorted(after[story]), _largest(come)))
    return changes


def replay(changes: Iterable[StoryChange]) -> dict[str, set[str]]:
    """The articles of each story that lives after some changes.

    Raises:
        ValueError: if a change cannot follow those before it.
    """
    members: dict[str, set[str]] = {}
    for story, change, articles, _ in changes:
        there, some = members.get(story), set(articles)
        if change == "opened" and there is None:
            members[story] = some
        elif change == "joined" and there is not None and there.isdisjoint(some):
            there |= some
        elif change == "left" and there is not None and there >= some:
            there -= some
        elif change in ("merged", "ended") and there == some:
            del members[story]
        else:
            raise ValueError(f"story {story}: {change!r} cannot follow what was before")
    return members


def members_of(index: NewsIndex, stored: Iterable[StoryRow]) -> dict[str, set[str]]:
    """The ids of the articles of stored stories, with those that were removed since, which only the history names.

    Raises:
        IndexDamagedError: if the history is not what was written.
    """
    known = dict(zip(index.snapshot.columns.numbers.tolist(), index.snapshot.columns.ids, strict=True))
    sizes = {story: len(numbers) for story, numbers, _ in stored}
    members = {story: {known[number] for number in numbers if number in known} for story, numbers, _ in stored}
    short = [story for story, size in sizes.items() if len(members[story]) < size]
    try:
        members |= replay(row.change for row in index.stories.changes(short))
        wrong = next((story for story in short if len(members[story]) != sizes[story]), None)
    except ValueError as error:
        raise IndexDamagedError(f"{index.path}: {error}; {_MEND}") from None
    if wrong is not None:
        raise IndexDamagedError(f"{index.path}: story {wrong}: its history names other articles; {_MEND}")
    return members


def _by_other(articles: Iterable[str], stories: Mapping[str, str]) -> dict[str, list[str]]:
    """Articles by the story that has them, each group in order; those that none has are under the empty id."""
    groups = defaultdict(list)
    for article in sorted(articles):
        groups[stories.get(article, "")].append(article)
    return dict(groups)


def _largest(come: Mapping[str, Sequence[str]]) -> str:
    """The story that most articles came out of; empty if they are all new."""
    return min((story for story in come if story), key=lambda story: (-len(come[story]), story), default="")
