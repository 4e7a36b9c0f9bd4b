"""``sada add --follow``: read articles from the standard input as they arrive, and print where each is placed."""

from __future__ import annotations

import contextlib
import io
import select
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import orjson

from sada.cli.input import ingest
from sada.cli.options.input import Reading
from sada.cli.output.progress import note

if TYPE_CHECKING:
    from sada.cluster.stories.intake import Intake
    from sada.cluster.stories.placement import Placement
    from sada.indexes.errors import IndexBusyError
    from sada.indexes.index import NewsIndex
    from sada.indexes.reading.problems import Problem, ReadReport

PAUSE = 0.5
"""Seconds without input after which what came is committed, if nothing else is asked for."""


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
                raise _MeanwhileError(error) from error
        data = getattr(self._raw, "read1", self._raw.read)(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _MeanwhileError(Exception):
    """Something failed while the input paused, so that a reader does not take it for a fault of the input."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class _Answers:
    """Prints a JSON line for each row that was read, and for each story told of that was merged since.

    Lines whose printing was interrupted are printed again with the next ones.
    """

    def __init__(self, complaints: ingest.Complaints) -> None:
        self._complaints = complaints
        self._unprinted: list[dict[str, Any]] = []
        self._told: set[str] = set()

    def print(self, placements: Iterable[Placement]) -> None:
        """Answer articles."""
        rows = [placement.to_dict() for placement in placements]
        self._told.update(row["story"] for row in rows)
        self._print(rows)

    def refuse(self, problem: Problem) -> None:
        """Answer a row that is no article at once, and complain of it; of an article only complain."""
        self._complaints(problem)
        if problem.kind != "note":
            self._print([problem.to_dict()])

    def merged(self, redirects: Mapping[str, str]) -> None:
        """Tell which of the stories told of were merged into others."""
        merged = {story: redirects[story] for story in sorted(self._told & redirects.keys()) if redirects[story]}
        self._told = (self._told - merged.keys()) | set(merged.values())
        self._print({"story": story, "merged_into": into} for story, into in merged.items())

    def _print(self, rows: Iterable[dict[str, Any]]) -> None:
        self._unprinted += rows
        for row in self._unprinted:
            sys.stdout.write(orjson.dumps(row).decode() + "\n")
        sys.stdout.flush()
        self._unprinted = []


class Pauses(NamedTuple):
    """Seconds without input after which what came is committed, and after which stories are brought up to date."""

    commit: float
    repair: float

    @classmethod
    def of(cls, commit: float | None, repair: float | None) -> Pauses:
        """Those given, else :data:`PAUSE` and that of :mod:`sada.cluster.stories.intake`."""
        from sada.cluster.stories.intake import REPAIR_EVERY

        return cls(PAUSE if commit is None else commit, REPAIR_EVERY if repair is None else repair)


def follow(index: NewsIndex, reading: Reading, commit_every: int, pauses: Pauses, threads: int) -> None:
    """Add articles from the standard input until it ends or is interrupted; then print how many there were."""
    from sada.cluster.stories.intake import COMMIT_EVERY, Intake
    from sada.cluster.stories.stories import find_stories

    find_stories(index, threads=threads)
    complaints = ingest.Complaints()
    answers = _Answers(complaints)
    intake = Intake(
        index,
        commit_every=min(commit_every, COMMIT_EVERY),
        repair_every=pauses.repair,
        on_added=ingest.tell_repeated,
        on_busy=_note_busy,
    )

    def commit() -> None:
        answers.print(intake.commit())
        answers.merged(intake.repair_if_due())

    with _pausing_input(commit, pauses.commit):
        reader = replace(reading, input_format="jsonl").articles(["-"], answers.refuse)
        try:
            for article in reader:
                answers.print(intake.take(article))
                answers.merged(intake.repair_if_due())
        except KeyboardInterrupt:
            commit()
            _print_sum(index, intake, reader.report, complaints)
            raise
        except _MeanwhileError as failure:
            raise failure.cause from failure.cause.__cause__  # "from None" would drop what that one came from
        commit()
        _print_sum(index, intake, reader.report, complaints)


def _note_busy(error: IndexBusyError) -> None:
    note(f"waiting: {error}")


def _print_sum(index: NewsIndex, intake: Intake, report: ReadReport, complaints: ingest.Complaints) -> None:
    """Print how many rows were read, and what became of them."""
    from sada.cluster.stories.intake import COUNTS

    complaints.close()
    counts = intake.counts + Counter(skipped=report.skipped, bad=report.bad)
    note(f"{index.path}: {report.read:,} read = " + " + ".join(f"{counts[name]:,} {name}" for name in COUNTS))


@contextlib.contextmanager
def _pausing_input(on_pause: Callable[[], None], pause: float) -> Iterator[None]:
    """While the block runs, reading from the standard input does something before it waits for longer than a pause."""
    given = sys.stdin
    if given is not None and not given.closed:
        stream = Pausing(given.buffer, lambda: _is_ready(given.buffer, pause), on_pause)
        sys.stdin = io.TextIOWrapper(io.BufferedReader(stream, 1 << 16), encoding="utf-8")
    try:
        yield
    finally:
        sys.stdin = given


def _is_ready(stream: BinaryIO, pause: float) -> bool:
    """Whether something can be read from a stream, or it has ended; waits for that so many seconds."""
    try:
        return bool(select.select([stream], [], [], pause)[0])
    except (OSError, ValueError):
        return True  # no stream that can be waited for, such as one that tests put in its place
