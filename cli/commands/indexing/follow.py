"""``sada add --follow``: articles taken in and placed among the stories as they come, for as long as they come."""

from __future__ import annotations

import contextlib
import io
import select
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import orjson

from sada.cli.input import ingest
from sada.cli.options.input import Reading
from sada.cli.output.progress import note
from sada.indexes.errors import IndexBusyError

if TYPE_CHECKING:
    from sada.cluster.stories.placement import Placement
    from sada.indexes.article import Article
    from sada.indexes.index import NewsIndex
    from sada.indexes.reading.problems import ReadReport

PAUSE = 0.5
"""Seconds without input after which what came is committed."""
LONGEST = 5.0
"""Seconds that an article waits at most while more keep coming."""
MOST = 500
"""Articles that wait at most."""
REPAIR = 3600.0
"""Seconds after which stories are brought up to date again."""
_PATIENCE = 1.0  # seconds between two looks whether another process is done writing
_COUNTS = ("added", "updated", "unchanged", "skipped", "bad")
_T = TypeVar("_T")


class Intake:
    """Takes articles in, some at a time, and tells of each where it stands.

    Args:
        index: what they are added to.
        most: how many wait at most.
        clock: seconds that pass.
        wait: lets some seconds pass.
    """

    def __init__(
        self,
        index: NewsIndex,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._index = index
        self._most = most
        self._clock = clock
        self._wait = wait
        self._waiting: list[Article] = []
        self._since = 0.0
        self._repaired = clock()
        self._added: list[Article] = []

    def take(self, article: Article) -> None:
        """One more article; those that wait are committed if they are many or have waited for long."""
        if not self._waiting:
            self._since = self._clock()
        self._waiting.append(article)
        if len(self._waiting) >= self._most or self._clock() - self._since >= LONGEST:
            self.commit()

    def commit(self) -> None:
        """Commit and place what waits, and tell of it; now and then bring stories up to date. May be called again."""
        if self._waiting:
            report = self._when_free(lambda: self._index.add(self._waiting))
            self.counts.update({name: getattr(report, name) for name in _COUNTS})
            ingest.tell_repeated(report)
            self._added += self._waiting
            self._waiting = []
        if self._added:
            self._tell()
            self._added = []
        if self._clock() - self._repaired >= REPAIR:
            self._repair()

    def _repair(self) -> None:
        from sada.cluster.stories.stories import find_stories

        def repaired() -> None:
            if not find_stories(self._index).stored:
                raise IndexBusyError(f"{self._index.path}: another process is writing")

        self._when_free(repaired)
        self._repaired = self._clock()

    def _tell(self) -> None:
        from sada.cluster.stories.placement import place_new

        ids = [article.id for article in self._added]

        def place() -> list[Placement]:
            self._index.refresh()  # another process may have removed some
            there = [id_ for id_ in ids if id_ in self._index]
            placed = {one.id: one for one in place_new(self._index, also=there)}
            return [placed[id_] for id_ in there]

        told: set[str] = set()
        for one in self._when_free(place):
            sys.stdout.write(orjson.dumps(one.to_dict() | ({"new": False} if one.id in told else {})).decode() + "\n")
            told.add(one.id)
        sys.stdout.flush()

    def _when_free(self, work: Callable[[], _T]) -> _T:
        """Do something that writes, when no other process does."""
        told = False
        while True:
            try:
                return work()
            except IndexBusyError as error:
                if not told:
                    note(f"waiting: {error}")
                told = True
                self._wait(_PATIENCE)


class Pausing(io.RawIOBase):
    """A stream as it comes in, that does something before it waits for more.

    Args:
        raw: where it comes from.
        is_ready: waits a little, and says if there is something to read, or the end.
        on_pause: what is done if there is not.
    """

    def __init__(self, raw: BinaryIO, is_ready: Callable[[], bool], on_pause: Callable[[], None]) -> None:
        self._raw = raw
        self._is_ready = is_ready
        self._on_pause = on_pause

    def readable(self) -> bool:
        """True."""
        return True

    def fileno(self) -> int:
        """That of the stream that it comes from."""
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int:
        """Read what is there; see :class:`io.RawIOBase`."""
        if not self._is_ready():
            try:
                self._on_pause()
            except Exception as error:
                raise _MeanwhileError from error
        data = getattr(self._raw, "read1", self._raw.read)(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _MeanwhileError(Exception):
    """Something failed while the input paused, so that a reader does not take it for a fault of the input."""


def follow(index: NewsIndex, reading: Reading, commit_every: int, threads: int) -> None:
    """Take articles in from the standard input until it ends or is interrupted; then say how many there were."""
    from sada.cluster.stories.stories import find_stories

    find_stories(index, threads=threads)
    intake = Intake(index, min(commit_every, MOST))
    with _pausing_input(intake.commit):
        reader, complaints = ingest.read(replace(reading, input_format="jsonl"), ["-"])
        try:
            for article in reader:
                intake.take(article)
        except KeyboardInterrupt:
            intake.commit()
            _tell_sum(index, intake, reader.report, complaints)
            raise
        except _MeanwhileError as failure:
            raise failure.__cause__ or failure from None
        intake.commit()
        _tell_sum(index, intake, reader.report, complaints)


def _tell_sum(index: NewsIndex, intake: Intake, report: ReadReport, complaints: ingest.Complaints) -> None:
    """Say what became of the rows that were read."""
    complaints.close()
    counts = intake.counts + Counter(skipped=report.skipped, bad=report.bad)
    note(f"{index.path}: {report.read:,} read = " + " + ".join(f"{counts[name]:,} {name}" for name in _COUNTS))


@contextlib.contextmanager
def _pausing_input(on_pause: Callable[[], None]) -> Iterator[None]:
    """While the block runs, reading from the standard input does something before it waits for more than a moment."""
    given = sys.stdin
    if given is not None and not given.closed:
        stream = Pausing(given.buffer, lambda: _is_ready(given.buffer), on_pause)
        sys.stdin = io.TextIOWrapper(io.BufferedReader(stream, 1 << 16), encoding="utf-8")
    try:
        yield
    finally:
        sys.stdin = given


def _is_ready(stream: BinaryIO) -> bool:
    """Whether something can be read from a stream, or it has ended; waits for that a moment."""
    try:
        return bool(select.select([stream], [], [], PAUSE)[0])
    except (OSError, ValueError):
        return True  # no stream that can be waited for, such as one that tests put in its place
