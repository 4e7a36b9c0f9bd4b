"""Take pages apart in other processes: it is most of the work, and threads would wait for each other in it."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from importlib import import_module
from typing import Any, TypeVar

from sada.indexes.parsing.faults import Fault
from sada.indexes.threads import thread_count, worker_pool

_T = TypeVar("_T")
_Row = dict[str, Any] | Fault
_PageRow = Callable[[str], dict[str, Any]]

_ALONE = 32
"""Pages that are taken apart here before processes are started, which takes as long as some hundred pages."""
_MOST_PROCESSES = 8
_AHEAD = 4
_READY = b"ready\n"


def made_in_order(
    items: Iterable[_T], page_of: Callable[[_T], str | None], page_row: _PageRow
) -> Iterator[tuple[_T, _Row]]:
    """Give each item with the row of its page, in their order; with an empty row if it has no page.

    A page that cannot be taken apart gives a bad :class:`Fault`. A few pages for each process are in memory. Without a
    second core, and for a function that cannot be imported by its name, all is done here.

    Args:
        items: what the pages belong to.
        page_of: the page of an item; None if it has none.
        page_row: makes the row of a page.
    """
    items = iter(items)
    for count, item in enumerate(items, 1):
        page = page_of(item)
        yield item, {} if page is None else row_of(page_row, page)
        if count >= _ALONE:
            break
    processes = min(thread_count(), _MOST_PROCESSES)
    if processes < 2 or "<" in page_row.__qualname__ or getattr(sys, "frozen", False) or not sys.executable:
        yield from ((item, {} if (page := page_of(item)) is None else row_of(page_row, page)) for item in items)
    else:
        yield from _made_in_processes(items, page_of, page_row, processes)


def row_of(page_row: _PageRow, page: str) -> _Row:
    """The row of one page, or why there is none."""
    try:
        return page_row(page)
    except Exception as error:  # whatever a page does to a parser, the other pages are read
        return Fault("bad", f"the page cannot be taken apart: {type(error).__name__}: {error}")


def _made_in_processes(
    items: Iterator[_T], page_of: Callable[[_T], str | None], page_row: _PageRow, processes: int
) -> Iterator[tuple[_T, _Row]]:
    workers = _Workers(page_row)
    pool = worker_pool(processes)
    waiting: deque[tuple[_T, Future[_Row] | None]] = deque()
    try:
        for item in items:
            page = page_of(item)
            waiting.append((item, None if page is None else pool.submit(workers.row, page)))
            if len(waiting) > _AHEAD * processes:
                yield _next_of(waiting)
        while waiting:
            yield _next_of(waiting)
    finally:  # also if the caller stops, or on Ctrl-C
        pool.shutdown(wait=False, cancel_futures=True)
        workers.stop()


def _next_of(waiting: deque[tuple[_T, Future[_Row] | None]]) -> tuple[_T, _Row]:
    item, future = waiting.popleft()
    return item, {} if future is None else future.result()


class _Workers:
    """A process for each thread that asks; one that dies is replaced at the next page."""

    def __init__(self, page_row: _PageRow) -> None:
        self._page_row = page_row
        self._own = threading.local()
        self._all: list[subprocess.Popen[bytes]] = []
        self._cannot_start = False

    def row(self, page: str) -> _Row:
        """The row of a page, made in the process of this thread."""
        process = getattr(self._own, "process", None)
        if process is None and not self._cannot_start:
            process = self._own.process = self._start()
        if process is None:
            return row_of(self._page_row, page)
        try:
            pickle.dump(page, process.stdin)
            process.stdin.flush()
            row: _Row = pickle.load(process.stdout)
            return row
        except (OSError, EOFError, pickle.UnpicklingError):
            self._own.process = None
            return Fault("bad", "the page cannot be taken apart: the process that did it has ended")

    def stop(self) -> None:
        """End all processes."""
        for process in self._all:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # from what was not yet written
                    pipe.close()  # type: ignore[union-attr]

    def _start(self) -> subprocess.Popen[bytes] | None:
        """Start a process and wait until it is ready; None if it does not get there, as where Sada is not found."""
        name = f"{self._page_row.__module__}:{self._page_row.__qualname__}"
        path = os.pathsep.join(filter(None, sys.path))
        with suppress(OSError):
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,  # Ctrl-C reaches this process, which ends the others
            )
            self._all.append(process)
            if process.stdout is not None and process.stdout.readline() == _READY:
                return process
        self._cannot_start = True
        return None


def _serve(name: str) -> None:
    """Read pages from the standard input and write their rows, until it ends."""
    module, _, function = name.partition(":")
    page_row = getattr(import_module(module), function)
    pages, rows = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no row
    rows.write(_READY)
    rows.flush()
    while True:
        try:
            page = pickle.load(pages)
        except EOFError:
            return
        pickle.dump(row_of(page_row, page), rows)
        rows.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])
