"""What ``sada`` does as a program of its own and not when called from Python: signals, and its standard streams."""

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
    """A signal asked the process to end; cleaned up after as an interruption from the keyboard is."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def as_program() -> Iterator[None]:
    """While the block runs, SIGTERM and SIGHUP raise :class:`Stopped`, and closed standard streams fail as streams do.

    A signal that is ignored (``nohup``) stays so. At the end standard output is flushed, here and not at exit, where
    Python would add lines of its own and change the exit code.
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
        _let_go()


def exit_code(error: BaseException) -> int:
    """What a shell says of a process that the signal behind ``error`` has ended; 130 for the keyboard's."""
    cause = error if isinstance(error, Stopped) else error.__cause__ or error.__context__
    return 128 + (cause.number if isinstance(cause, Stopped) else signal.SIGINT)


def _stop(number: int, frame: FrameType | None) -> None:
    for ending in _ENDING:
        signal.signal(ending, signal.SIG_IGN)  # a terminal that closes sends two; cleaning up must not be broken off
    raise Stopped(number)


def _open_streams() -> None:
    """Put descriptors in the place of closed ones, so that no file of ours gets the number of a standard stream.

    Reading and writing then fail with "Bad file descriptor", as in other programs; what goes to standard error is lost.
    """
    if sys.stdin is None and _descriptor(0, os.O_WRONLY):
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - lasts as long as the process
    if sys.stdout is None and _descriptor(1, os.O_RDONLY):
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - so does this
    if sys.stderr is None and _descriptor(2, os.O_WRONLY):
        sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115 - so does this


def _descriptor(number: int, mode: int) -> bool:
    """Make ``number`` a descriptor of nothing, open for ``mode``; False if that cannot be."""
    with suppress(OSError):
        opened = os.open(os.devnull, mode)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        return True
    return False


def _let_go() -> None:
    """Flush standard output; what cannot be written was told before, or has nobody to read it."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
