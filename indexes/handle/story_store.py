"""The stored stories of an index: read, brought up to date, and their history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sada.indexes.errors import IndexBusyError
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.handle.story_members import StoryMembers
from sada.indexes.storage.locks import writer_lock
from sada.indexes.storage.story_tables import StoredChange, StoryChange, StoryRow


class Regrouped(NamedTuple):
    """How far the stories are up to date: they cover all articles up to this number and segment."""

    number: int
    segment: int


class StoryStore:
    """The stored stories of an index, with their history.

    :func:`~sada.cluster.stories.stories.find_stories` makes them; here they are read and committed.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._members = StoryMembers()

    def stored(self) -> tuple[list[StoryRow], dict[str, str]]:
        """Return the stored stories, and the id that replaces each merged or ended one; empty if its articles are gone.

        Raises:
            IndexDamagedError: if a row is missing or has changed.
        """
        with self._snapshot.lock:
            return self._snapshot.catalog.stories()

    def members(self) -> StoryMembers:
        """Return the articles of the stored stories; only stories that changed since the last call are read.

        Raises:
            IndexDamagedError: if a row is missing or has changed.
        """
        with self._snapshot.lock:
            self._members = self._members.as_of(self._snapshot.catalog)
            return self._members

    def some(self, stories: Collection[str]) -> list[StoryRow]:
        """Return some stored stories, by id, in their order; those that are not stored are left out.

        Raises:
            IndexDamagedError: if a row has changed.
        """
        with self._snapshot.lock:
            found = {row[0]: row for row, _ in self._snapshot.catalog.some_stories(stories)}
        return [found[story] for story in stories if story in found]

    def are_current(self, method: str) -> bool:
        """True if no article was added or removed since the stories were stored by that method."""
        generation = self._snapshot.catalog.setting("generation", 0)
        return self._snapshot.catalog.setting("stories_generation") == [generation, method]

    def exist(self) -> bool:
        """True if stories were ever stored."""
        return self._snapshot.catalog.setting("stories_generation") is not None

    def grouped_up_to(self, method: str) -> Regrouped | None:
        """Return how far the stories are up to date; None if that is unknown.

        It is unknown if they were stored by another method, or before the index was given another encoder. An article
        with a greater number or segment is new or was updated since.
        """
        known = self._snapshot.catalog.setting("stories_repaired")
        if known is None or known["method"] != method or known["encoder"] != self._snapshot.catalog.setting("encoder"):
            return None
        return Regrouped(known["number"], known["segment"])

    def shift(self, method: str) -> float:
        """Return what the method added to the log-odds of pairs of full texts; 0 before it stored any stories."""
        known = self._snapshot.catalog.setting("stories_repaired")
        return float(known.get("shift", 0.0)) if known is not None and known["method"] == method else 0.0

    def store(
        self,
        stories: Iterable[StoryRow],
        redirects: Mapping[str, str],
        method: str,
        *,
        ended: Collection[str] = (),
        changes: Iterable[StoryChange] = (),
        repaired: bool = True,
        shift: float = 0.0,
        version: tuple[Any, ...] | None = None,
    ) -> None:
        """Store stories in one commit that writes only what changed.

        Args:
            stories: those that are new or changed; others may be among them.
            redirects: those that are new or changed; others may be among them.
            method: the method that found the stories, for :meth:`are_current`.
            ended: ids of stored stories that no longer exist.
            changes: new entries of the history, against the stored stories of this snapshot.
            repaired: False if articles that were added or removed since are still to be grouped.
            shift: for :meth:`shift`; it is stored with repaired stories alone.
            version: the state that all this was computed from, as :meth:`version` returned it; None for the present
                one. Threads that share an index need it: each may move the index to another state meanwhile.

        Raises:
            IndexBusyError: if another process is writing, or anyone has written since that state.
        """
        with self._snapshot.lock, writer_lock(self._snapshot.path):
            seen = self.version() if version is None else version
            self._snapshot.catalog.refresh()
            if self.version() != seen:
                self._snapshot.forget()
                raise IndexBusyError(f"{self._snapshot.path}: articles or stories were changed meanwhile; run it again")
            with self._snapshot.catalog.writing():
                self._snapshot.catalog.change_stories(stories, ended, redirects, changes)
                if repaired:
                    self._snapshot.catalog.set_setting("stories_generation", [seen[0], method])
                    repaired_to = self._newest() | {"method": method, "shift": shift}
                    self._snapshot.catalog.set_setting("stories_repaired", repaired_to)

    def _newest(self) -> dict[str, Any]:
        """Return the highest number and segment of an article, and the encoder."""
        return {
            "number": self._snapshot.catalog.last_number("articles"),
            "segment": self._snapshot.catalog.setting("last_segment", 0),
            "encoder": self._snapshot.catalog.setting("encoder"),
        }

    def version(self) -> tuple[Any, ...]:
        """Return values that differ whenever articles or stories differ."""
        return self._snapshot.catalog.setting("generation", 0), *self._snapshot.catalog.story_state()

    def changes(self, stories: Collection[str]) -> list[StoredChange]:
        """Return all changes of some stories, oldest first, for :func:`~sada.cluster.stories.history.members_of`.

        Raises:
            IndexDamagedError: if a row has changed.
        """
        with self._snapshot.lock:
            return self._snapshot.catalog.story_changes(stories)

    def history(self, story: str) -> tuple[list[StoredChange], str]:
        """Return the changes of a story, and the id that replaces it.

        They are for :func:`~sada.cluster.stories.history.story_history`.

        Raises:
            IndexDamagedError: if a row is missing or has changed.
        """
        with self._snapshot.lock:
            return self._snapshot.catalog.story_history(story)
