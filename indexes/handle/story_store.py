"""The stories of an index as they are stored: read, brought up to date, and told of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sada.indexes.errors import IndexBusyError
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.storage.locks import writer_lock
from sada.indexes.storage.story_tables import StoredChange, StoryChange, StoryRow


class Regrouped(NamedTuple):
    """The articles that stories were last brought up to date with: all numbers and segments up to these."""

    number: int
    segment: int


class StoryStore:
    """The stories of an index as they are stored, with their history.

    :func:`~sada.cluster.stories.stories.find_stories` makes them; here they are read and committed.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def stored(self) -> tuple[list[StoryRow], dict[str, str]]:
        """The stories of the snapshot, and what stands for ids that name none any more; empty if their articles went.

        Raises:
            IndexDamagedError: if a row is missing or is not what was written.
        """
        with self._snapshot.lock:
            return self._snapshot.catalog.stories()

    def are_current(self, method: str) -> bool:
        """True if nothing was added or removed since the stories were stored by that method."""
        generation = self._snapshot.catalog.setting("generation", 0)
        return self._snapshot.catalog.setting("stories_generation") == [generation, method]

    def exist(self) -> bool:
        """True if stories were ever stored."""
        return self._snapshot.catalog.setting("stories_generation") is not None

    def grouped_up_to(self, method: str) -> Regrouped | None:
        """What the stories were last brought up to date with; None if that is not known.

        It is not if they were stored by another method or before the index was given another encoder. A number or a
        segment above says that an article is new or was updated since.
        """
        known = self._snapshot.catalog.setting("stories_repaired")
        if known is None or known["method"] != method or known["encoder"] != self._snapshot.catalog.setting("encoder"):
            return None
        return Regrouped(known["number"], known["segment"])

    def store(
        self,
        stories: Iterable[StoryRow],
        redirects: Mapping[str, str],
        method: str,
        *,
        ended: Collection[str] = (),
        changes: Iterable[StoryChange] = (),
        repaired: bool = True,
    ) -> None:
        """Bring the stored stories up to date in one commit, which writes only what changed.

        Args:
            stories: those that opened or changed; others may be among them.
            redirects: those that are new or lead elsewhere now; others may be among them.
            method: how the stories were found, for :meth:`are_current`.
            ended: ids of the stored stories that are no more.
            changes: what the history gains by it, against the stored stories of this snapshot.
            repaired: False if they are still to be brought up to date with what came or went since they last were.

        Raises:
            IndexBusyError: if another process is writing, or has written since this index was opened.
        """
        with self._snapshot.lock, writer_lock(self._snapshot.path):
            seen = self.version()
            self._snapshot.catalog.refresh()
            if self.version() != seen:
                self._snapshot.forget()
                raise IndexBusyError(
                    f"{self._snapshot.path}: another process changed articles or stories meanwhile; run it again"
                )
            with self._snapshot.catalog.writing():
                self._snapshot.catalog.change_stories(stories, ended, redirects, changes)
                if repaired:
                    self._snapshot.catalog.set_setting("stories_generation", [seen[0], method])
                    self._snapshot.catalog.set_setting("stories_repaired", self._newest() | {"method": method})

    def _newest(self) -> dict[str, Any]:
        """The highest number and segment that an article may have by now, and the encoder."""
        return {
            "number": self._snapshot.catalog.last_number("articles"),
            "segment": self._snapshot.catalog.setting("last_segment", 0),
            "encoder": self._snapshot.catalog.setting("encoder"),
        }

    def version(self) -> tuple[Any, ...]:
        """What tells one state of the articles and their stories from any other."""
        return self._snapshot.catalog.setting("generation", 0), *self._snapshot.catalog.story_state()

    def changes(self, stories: Collection[str]) -> list[StoredChange]:
        """All changes of some stories, oldest first.

        What they tell :func:`~sada.cluster.stories.history.members_of` says.

        Raises:
            IndexDamagedError: if a row is not what was written.
        """
        with self._snapshot.lock:
            return self._snapshot.catalog.story_changes(stories)

    def history(self, story: str) -> tuple[list[StoredChange], str]:
        """The changes that :func:`~sada.cluster.stories.history.story_history` tells, and what stands for the story.

        Raises:
            IndexDamagedError: if a row is missing or is not what was written.
        """
        with self._snapshot.lock:
            return self._snapshot.catalog.story_history(story)
