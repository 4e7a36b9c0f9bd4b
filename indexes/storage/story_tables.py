"""The tables of stories in an index's catalog: their articles, the redirects of old ids, and every change."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import orjson

from sada.indexes.article import dump_json
from sada.indexes.storage.database import Database
from sada.indexes.storage.digests import row_digest
from sada.indexes.values.rows import change_of, story_of

_T = TypeVar("_T")

StoryRow = tuple[str, list[int], dict[str, Any]]
"""A stored story: its id, the numbers of its articles, and values that cannot be computed from these."""


class StoryChange(NamedTuple):
    """One change of a story.

    Attributes:
        story: the id of the story that changed.
        change: ``opened``, ``joined``, ``left``, ``merged`` or ``ended``.
        articles: ids of the articles that joined or left; ids stay here when articles are removed, texts do not.
        other: the story that they came from or went to; empty if they were new or were removed.
    """

    story: str
    change: str
    articles: Sequence[str]
    other: str = ""


class StoredChange(NamedTuple):
    """A committed change: ``number`` counts up from 1, ``at`` is microseconds since 1970 in UTC."""

    number: int
    at: int
    change: StoryChange


def now() -> int:
    """The time now, for commits of stories: microseconds since 1970 in UTC."""
    return time.time_ns() // 1000


class StoryTables(Database):
    """The part of a catalog that holds stories, redirects, and the history of both."""

    def stories(self) -> tuple[list[StoryRow], dict[str, str]]:
        """All stories, and the redirects: for every old id the id of the story now, empty if its articles are gone.

        Raises:
            IndexDamagedError: if a row is missing or is not what was written.
        """
        stories, redirects = self._whole("stories"), self.redirects()
        return [self._as("stories", story_of, row) for row in stories], redirects

    def listed_stories(self) -> dict[str, bytes]:
        """The digest of each stored story, by its id.

        Raises:
            IndexDamagedError: if a row is missing.
        """
        listed = self.query("SELECT story, digest FROM stories")
        self.check_rows("stories", [digest for _, digest in listed])
        return dict(listed)

    def some_stories(self, stories: Collection[str]) -> Iterator[tuple[StoryRow, bytes]]:
        """Those of some stories that are stored, each with its digest, in no fixed order.

        Raises:
            IndexDamagedError: if a row is not what was written.
        """
        sql = f"SELECT {self._columns['stories']}, digest FROM stories WHERE story IN ({{}})"
        for row in self.in_list(sql, list(stories)):
            yield self._as("stories", story_of, self._checked("stories", row)), row[-1]

    def stories_changed_since(self, number: int) -> set[str]:
        """The ids in the changes of the history after one, which are not checked."""
        return {id_ for (id_,) in self.query("SELECT story FROM story_changes WHERE number > ?", (number,))}

    def redirects(self) -> dict[str, str]:
        """For every old id the id of the story now, empty if its articles are gone.

        Raises:
            IndexDamagedError: if a row is missing or is not what was written.
        """
        return dict(self._whole("redirects"))

    def story_state(self) -> tuple[str, ...]:
        """The digests of stories and their history: they differ between any two states."""
        return tuple(self.stored_digest(table) for table in ("stories", "redirects", "story_changes"))

    def story_changes(self, stories: Collection[str]) -> list[StoredChange]:
        """All changes of some stories, oldest first. They are looked up by story, so that a missing row is not noticed.

        Raises:
            IndexDamagedError: if a row is not what was written.
        """
        sql = f"SELECT {self._columns['story_changes']}, digest FROM story_changes WHERE story IN ({{}})"
        rows = self.in_list(sql, list(stories))
        return sorted(self._to_change(self._checked("story_changes", row)) for row in rows)

    def story_history(self, story: str) -> tuple[list[StoredChange], str]:
        """All changes of a story, and of stories merged into it up to their merge; and the id of the story now.

        The whole history is read and checked. Changes are oldest first; none if there never was such a story. The id is
        the same while the story exists, that of another if it was merged, and empty if its articles are gone.

        Raises:
            IndexDamagedError: if a row is missing or is not what was written.
        """
        family, found = {story}, []
        for row in map(self._to_change, self._latest_changes()):
            if row.change.change == "merged" and row.change.other in family:
                family.add(row.change.story)
            if row.change.story in family:
                found.append(row)
        return found[::-1], self.redirects().get(story, story)

    def change_stories(
        self,
        stories: Iterable[StoryRow],
        ended: Collection[str],
        redirects: Mapping[str, str],
        changes: Iterable[StoryChange],
    ) -> None:
        """Store changes of stories; inside :meth:`writing`.

        Args:
            stories: new and changed stories; one that is stored like this already is not written again.
            ended: ids of stories to delete.
            redirects: new and changed redirects. The redirect of a story that is stored is deleted.
            changes: added to the history.
        """
        rows = [_to_row(story) for story in stories]
        self._take_out_of("stories", ended)
        self._take_out_of("redirects", [row[0] for row in rows])
        self._upsert("stories", rows)
        self._upsert("redirects", list(redirects.items()))
        first, at = self._next_number("story_changes"), now()
        self._insert(
            "story_changes",
            (
                (number, at, one.story, one.change, dump_json(list(one.articles)).decode(), one.other)
                for number, one in enumerate(changes, first)
            ),
        )

    def forget_words(self, numbers: Collection[int]) -> None:
        """Delete the words of the stories of some articles, as they may be from these; inside :meth:`writing`.

        Of a story, what is no text stays until the stories are updated: the numbers of its articles, and its pieces.

        Args:
            numbers: of articles that were removed or have other texts now.

        Raises:
            IndexDamagedError: if the row of such a story is not what was written.
        """
        if numbers:
            gone = frozenset(numbers)
            self._make_wordless(lambda members: not gone.isdisjoint(members))

    def keep_words_of(self, numbers: Collection[int]) -> None:
        """Delete the words of every story that has an article beside these; inside :meth:`writing`.

        Raises:
            IndexDamagedError: if the row of such a story is not what was written.
        """
        current = frozenset(numbers)
        self._make_wordless(lambda members: not current.issuperset(members))

    def _make_wordless(self, is_stale: Callable[[list[int]], bool]) -> None:
        """Delete the words of the stories that a function of their members names."""
        listed = self.query("SELECT story, members FROM stories")
        stale = [story for story, members in listed if _says(is_stale, members)]
        sql = f"SELECT {self._columns['stories']}, digest FROM stories WHERE story IN ({{}})"
        rows = [self._as("stories", story_of, self._checked("stories", row)) for row in self.in_list(sql, stale)]
        self._upsert("stories", [_to_row((story, members, _wordless(row))) for story, members, row in rows])

    def _latest_changes(self) -> Iterator[tuple[Any, ...]]:
        """Yield all rows of the history, latest first. Each is checked, and at the end that none is missing."""
        digests = []
        sql = f"SELECT {self._columns['story_changes']}, digest FROM story_changes ORDER BY number DESC"
        for row in self.stream(sql):
            digests.append(row[-1])
            yield self._checked("story_changes", row)
        self.check_rows("story_changes", digests)

    def _to_change(self, row: tuple[Any, ...]) -> StoredChange:
        number, at, story, change, articles, other = self._as("story_changes", change_of, row)
        return StoredChange(number, at, StoryChange(story, change, articles, other))

    def _as(self, table: str, read: Callable[[tuple[Any, ...]], _T], row: tuple[Any, ...]) -> _T:
        """What ``read`` makes of a row; IndexDamagedError if a value is not of its kind."""
        try:
            return read(row)
        except (ValueError, TypeError):
            raise self._misfit(table, row[0]) from None

    def _upsert(self, table: str, rows: Sequence[tuple[str, ...]]) -> None:
        """Store rows, and replace those of the same story where they differ."""
        stored = self._digests_of(table, [row[0] for row in rows])
        fresh = [row for row in rows if stored.get(row[0]) != row_digest(row)]
        self._take_out_of(table, [row[0] for row in fresh])
        self._insert(table, fresh)

    def _take_out_of(self, table: str, stories: Collection[str]) -> None:
        """Delete the rows of those stories that have one."""
        found = self._digests_of(table, stories)
        self._delete(table, "story = ?", [((story,), digest) for story, digest in found.items()])

    def _digests_of(self, table: str, stories: Collection[str]) -> dict[str, bytes]:
        return dict(self.in_list(f"SELECT story, digest FROM {table} WHERE story IN ({{}})", list(stories)))


def _to_row(story: StoryRow) -> tuple[str, str, str]:
    id_, members, row = story
    return id_, dump_json(members).decode(), dump_json(row).decode()


def _says(is_stale: Callable[[list[int]], bool], members: str) -> bool:
    """What a function says of a stored list of members; True if that cannot be read, for then its digest will tell."""
    try:
        return is_stale(orjson.loads(members))
    except (ValueError, TypeError):
        return True


def _wordless(row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a story's row that hold no text at any depth."""
    return {key: value for key, value in row.items() if b'"' not in dump_json(value)}
