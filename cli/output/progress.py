"""Progress bars and notes of one line, always on standard error."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sada.cli.output.columns import printable

if TYPE_CHECKING:
    from rich.progress import Progress

_SHOWN_AFTER = 1.0
_REDRAWN_EVERY = 0.1


def note(message: str) -> None:
    """Write ``message`` on standard error as one line that cannot steer the terminal."""
    sys.stderr.write(f"{printable(message)}\n")  # looked up now: while a bar shows, rich puts the line above it


class Steps:
    """Count the steps of some work; this class shows nothing."""

    def advance(self, n: int = 1) -> None:
        """Count ``n`` more steps."""

    def update(self, done: int, total: int | None = None) -> None:
        """Set the count to ``done``, and the total where it is known by now."""


@contextmanager
def progress(description: str, total: int | None = None, *, after: float = _SHOWN_AFTER) -> Iterator[Steps]:
    """Show a progress bar with rate and time left while the block runs.

    It is drawn only on a terminal, after ``after`` seconds, and is removed when the block ends.

    Args:
        description: the work, in a word.
        total: the number of steps; None if unknown, and then no time left is shown.
        after: seconds of work before anything is shown.
    """
    if not sys.stderr.isatty():
        yield Steps()
        return
    bar = _Bar(description, total, after)
    try:
        yield bar
    finally:
        bar.close()


class _Bar(Steps):
    """A bar that a timer draws, so that it is shown during a long step too."""

    def __init__(self, description: str, total: int | None, after: float) -> None:
        self._description = printable(description)
        self._total = total
        self._done = 0
        self._drawn = 0.0
        self._lock = threading.RLock()
        self._bar: Progress | None = None
        self._timer = threading.Timer(after, self._show)
        self._timer.daemon = True
        self._timer.start()

    def advance(self, n: int = 1) -> None:
        with self._lock:
            self.update(self._done + n)

    def update(self, done: int, total: int | None = None) -> None:
        with self._lock:
            self._done = done
            self._total = self._total if total is None else total
            if self._bar is not None and time.monotonic() - self._drawn > _REDRAWN_EVERY:
                self._draw(self._bar)

    def close(self) -> None:
        """Remove the bar."""
        self._timer.cancel()
        self._timer.join()  # the timer may be drawing the bar right now
        with self._lock:
            if self._bar is not None:
                self._draw(self._bar)
                self._bar.stop()

    def _show(self) -> None:
        bar = _rich_bar()
        with self._lock:
            bar.add_task(self._description, total=self._total, completed=self._done)
            bar.start()
            self._bar = bar

    def _draw(self, bar: Progress) -> None:
        self._drawn = time.monotonic()
        for task in bar.tasks:
            bar.update(task.id, completed=self._done, total=self._total)


def _rich_bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:,.0f}/s")

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,  # results may be on their way to a file
    )
