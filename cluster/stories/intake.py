"""Add articles to an index as they arrive, and place each among the stories."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sada.cluster.stories.placement import Placement, place_new
from sada.cluster.stories.stories import find_stories
from sada.indexes.article import Article
from sada.indexes.errors import IndexBusyError

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex
    from sada.indexes.writing.writer import AddReport

COMMIT_EVERY = 500
"""Articles in a batch at most."""
LONGEST_WAIT = 5.0
"""Seconds after which a batch is committed, however small it is, when the next article arrives."""
REPAIR_EVERY = 3600.0
"""Seconds after which stories are brought up to date again."""
COUNTS = ("added", "updated", "unchanged", "skipped", "bad")
"""What is counted, see :class:`~sada.indexes.writing.writer.AddReport`."""
_RETRY_AFTER = 1.0  # seconds between two attempts while another process writes
_T = TypeVar("_T")


def follow(
    index: NewsIndex,
    articles: Iterable[Article],
    *,
    commit_every: int = COMMIT_EVERY,
    longest_wait: float = LONGEST_WAIT,
    repair_every: float = REPAIR_EVERY,
) -> Iterator[Placement]:
    """Add articles to an index as they arrive, and yield for each its story and what it is a copy of.

    Nothing happens until the first placement is requested. Stories are brought up to date first, and again every
    ``repair_every`` seconds. While another process writes to the index, each step waits and tries again. An article
    that is stored already is placed, too; one without title and text is not. If the iteration stops early, articles of
    the last incomplete batch are not added.

    >>> from dataclasses import replace
    >>> ferry = replace(index.get("en-001"), id="en-900", source="Evening Post")
    >>> [(placed.id, placed.new, placed.copy_of) for placed in follow(index, [ferry])]
    [('en-900', False, 'en-001')]

    Args:
        index: an open index.
        articles: may be endless; one is read at a time.
        commit_every: how many articles make a batch, which is committed and placed together.
        longest_wait: seconds after which a smaller batch is committed when the next article arrives.
        repair_every: seconds after which stories are brought up to date again.

    Yields:
        A placement for each article, batch by batch; within a batch in the order of ``articles``.

    Raises:
        ValueError: if ``commit_every`` is below 1.
        IndexReadOnlyError: if the folder of the index cannot be written.
    """
    find_stories(index)
    intake = Intake(index, commit_every=commit_every, longest_wait=longest_wait, repair_every=repair_every)
    for article in articles:
        yield from intake.take(article)
        intake.repair_if_due()
    yield from intake.commit()
    intake.repair_if_due()


class Intake:
    """Adds articles to an index in batches and places them: :func:`follow` for a caller that decides when to commit.

    >>> intake = Intake(index, commit_every=2)
    >>> intake.take(articles[0])
    []
    >>> [placed.id for placed in intake.take(articles[1])]
    ['ar-091', 'ar-096']

    Args:
        index: an open index.
        commit_every: how many articles make a batch.
        longest_wait: seconds after which :meth:`take` commits a smaller batch.
        repair_every: seconds after which :meth:`repair_if_due` brings stories up to date.
        on_added: called with the report of each batch after it was added, before it is placed.
        on_busy: called once with the error when a step has to wait for another process.
        clock: the time in seconds, from any start.
        sleep: waits for some seconds.

    Attributes:
        counts: how many articles were ``added``, ``updated``, ``unchanged``, ``skipped`` and ``bad`` so far.

    Raises:
        ValueError: if ``commit_every`` is below 1.
    """

    def __init__(
        self,
        index: NewsIndex,
        *,
        commit_every: int = COMMIT_EVERY,
        longest_wait: float = LONGEST_WAIT,
        repair_every: float = REPAIR_EVERY,
        on_added: Callable[[AddReport], None] | None = None,
        on_busy: Callable[[IndexBusyError], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if commit_every < 1:
            raise ValueError(f"commit_every={commit_every}: choose at least 1")
        self.counts: Counter[str] = Counter()
        self._index = index
        self._commit_every, self._longest_wait, self._repair_every = commit_every, longest_wait, repair_every
        self._on_added, self._on_busy = on_added, on_busy
        self._clock, self._sleep = clock, sleep
        self._waiting: list[Article] = []
        self._waiting_since = 0.0
        self._repaired_at = clock()
        self._added: list[Article] = []  # and not placed yet

    def take(self, article: Article) -> list[Placement]:
        """Put one article into the batch; commit the batch if it is full or has waited for long.

        Returns:
            What :meth:`commit` returns, empty if the batch was not committed.
        """
        if not self._waiting:
            self._waiting_since = self._clock()
        self._waiting.append(article)
        is_old = self._clock() - self._waiting_since >= self._longest_wait
        return self.commit() if is_old or len(self._waiting) >= self._commit_every else []

    def commit(self) -> list[Placement]:
        """Add the batch to the index, commit it and place its articles.

        If this fails or is interrupted, call it again: what was added but not placed is placed then.

        Returns:
            A placement for each article that is in the index, in the order in which they were taken. An article that
            another process removed meanwhile has none. Of an id taken twice only the first placement may be new.
        """
        if self._waiting:
            report = self._when_free(lambda: self._index.add(self._waiting))
            self.counts.update({name: getattr(report, name) for name in COUNTS})
            self._added += self._waiting
            self._waiting = []
            if self._on_added is not None:
                self._on_added(report)
        placed = self._when_free(self._place) if self._added else []
        self._added = []
        return placed

    def repair_if_due(self) -> dict[str, str]:
        """Bring the stories of the index up to date if ``repair_every`` seconds have passed since they last were.

        Returns:
            For each story that was ever merged away the id of the story that it stands for now, as
            :class:`~sada.cluster.stories.stories.Stories` has them; empty if nothing was due.
        """
        if self._clock() - self._repaired_at < self._repair_every:
            return {}
        redirects = self._when_free(self._repair)
        self._repaired_at = self._clock()
        return redirects

    def _repair(self) -> dict[str, str]:
        stories = find_stories(self._index)
        if not stories.stored:
            raise IndexBusyError(f"{self._index.path}: another process is writing")
        return stories.redirects

    def _place(self) -> list[Placement]:
        self._index.refresh()  # another process may have removed some
        ids = [article.id for article in self._added if article.id in self._index]
        placed = {placement.id: placement for placement in place_new(self._index, also=ids)}
        placements = []
        for id_ in ids:
            placements.append(placed[id_])
            placed[id_] = replace(placed[id_], new=False)
        return placements

    def _when_free(self, work: Callable[[], _T]) -> _T:
        """Do some work that writes to the index, as soon as no other process writes."""
        noted = False
        while True:
            try:
                return work()
            except IndexBusyError as error:
                if not noted and self._on_busy is not None:
                    self._on_busy(error)
                noted = True
                self._sleep(_RETRY_AFTER)
