"""Signals and standard streams of ``sada`` as a program; none of it applies when Python calls ``main``."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has one


class Stopped(KeyboardInterrupt):
    """A signal that asks the process to end; the cleaning up is that of an interruption from the keyboard."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def as_program() -> Iterator[None]:
    """Handle signals and closed standard streams while the block runs.

    SIGTERM and SIGHUP raise :class:`Stopped`; a signal that is ignored (``nohup``) stays ignored. Reading or writing a
    closed standard stream fails as with other programs. Standard output is flushed at the end of the block and not at
    exit, where Python would add lines of its own and change the exit code.
    """
    _open_streams()
    if threading.current_thread() is threading.main_thread():
        for number in _ENDING:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in _ENDING:
            if signal.getsignal(number) is _stop:
                signal.signal(number, signal.SIG_DFL)
        _flush_output()


def exit_code(error: BaseException) -> int:
    """The exit code of a process that the signal behind ``error`` ended: 128 + its number, 130 for the keyboard."""
    cause = error if isinstance(error, Stopped) else error.__cause__ or error.__context__
    return 128 + (cause.number if isinstance(cause, Stopped) else signal.SIGINT)


def _stop(number: int, frame: FrameType | None) -> None:
    for ending in _ENDING:
        signal.signal(ending, signal.SIG_IGN)  # a closing terminal sends two: the second must not stop the cleaning up
    raise Stopped(number)


def _open_streams() -> None:
    """Replace closed standard streams, so that no file of ours gets the number of one.

    Reading and writing them then fails with "Bad file descriptor", as in other programs. Text for a closed standard
    error is lost.
    """
    if sys.stdin is None and _descriptor(0, os.O_WRONLY):
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - lasts as long as the process
    if sys.stdout is None and _descriptor(1, os.O_RDONLY):
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - so does this
    if sys.stderr is None and _descriptor(2, os.O_WRONLY):
        sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115 - so does this


def _descriptor(number: int, mode: int) -> bool:
    """Open the null device as descriptor ``number``, for ``mode``; False if that fails."""
    with suppress(OSError):
        opened = os.open(os.devnull, mode)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        return True
    return False


def _flush_output() -> None:
    """Flush standard output; text that cannot be written was reported before, or nobody reads it."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
