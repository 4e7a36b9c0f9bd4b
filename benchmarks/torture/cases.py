"""One case in a process of its own, and the count of what became of all of them."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import pkgutil
import select
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from typing import Any, NamedTuple

from sada.indexes.errors import SadaError
from sada.indexes.minhash.sketches import sketch

Row = dict[str, Any]


class Outcome(StrEnum):
    """What became of an index under a fault.

    ``SURVIVED``: it is as before or as after the change, or the error says what is wrong. ``LOST``: something that was
    acknowledged is gone. ``SILENT``: something is wrong and nothing says so. ``CRASHED``: a process died of a signal
    that nobody sent, hung, or failed with an error that is none of Sada's.
    """

    SURVIVED = "survived"
    LOST = "lost"
    SILENT = "silent"
    CRASHED = "crashed"


class Ended(NamedTuple):
    """How a case ended.

    Attributes:
        value: what it returned.
        error: the name of the error's class and its message; empty if there was none.
        trace: where an error came from that is neither Sada's nor the system's; empty if there was none.
        signal: the number of the signal that ended it, 0 for none.
        hung: whether it took too long and was ended.
    """

    value: Any = None
    error: str = ""
    trace: str = ""
    signal: int = 0
    hung: bool = False

    @property
    def fell(self) -> str:
        """What no fault may lead to, in a few words; empty if it did not happen."""
        if self.hung:
            return "hung"
        return f"signal {self.signal}" if self.signal else self.trace


class Case:
    """A function that runs in a forked process, whose output is lost."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._pipe, writing = os.pipe()
        self._process = os.fork()
        if not self._process:
            _answer(writing, function, arguments)
        os.close(writing)

    def kill(self) -> None:
        """Send SIGKILL; :meth:`ended` must be called, too."""
        os.kill(self._process, signal.SIGKILL)

    def ended(self, limit: float = 60.0) -> Ended:
        """Wait for the end of the process, and end it after ``limit`` seconds."""
        with open(self._pipe, "rb") as pipe:
            answer = _read(pipe.fileno(), time.monotonic() + limit)
        if answer is None:
            self.kill()
        _, status = os.waitpid(self._process, 0)
        if answer is None:
            return Ended(hung=True)
        if os.WIFSIGNALED(status):
            return Ended(signal=os.WTERMSIG(status))
        return pickle.loads(answer) if answer else Ended(trace=f"ended with status {status} and said nothing")


def apart(function: Callable[..., Any], *arguments: Any, limit: float = 60.0) -> Ended:
    """Run a function as a :class:`Case` to its end."""
    return Case(function, *arguments).ended(limit)


def made(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function returns that is run as a :class:`Case` and does not fail, so that this process has no threads.

    Raises:
        RuntimeError: if it fails.
    """
    ended = apart(function, *arguments)
    if ended.error or ended.fell:
        raise RuntimeError(f"this fails where nothing goes wrong: {ended}")
    return ended.value


def _answer(pipe: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Run the case in the forked process, which ends here."""
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        try:
            ended = Ended(function(*arguments))
        except (SadaError, OSError) as error:
            ended = Ended(error=f"{type(error).__name__}: {error}")
        except BaseException as error:
            ended = Ended(error=f"{type(error).__name__}: {error}", trace=traceback.format_exc()[-1500:])
        with open(pipe, "wb") as out:
            out.write(pickle.dumps(ended))
    finally:
        os._exit(0)


def _read(pipe: int, end: float) -> bytes | None:
    """All that comes through a pipe; None if it is still open at ``end``."""
    found = b""
    while select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
        part = os.read(pipe, 1 << 16)
        if not part:
            return found
        found += part
    return None


class Tally:
    """Counts what became of each fault, and tells of those that were not survived."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[Outcome]] = {}

    def count(self, fault: str, outcome: Outcome, what: str = "") -> None:
        """Count one case; ``what`` happened is printed unless it was survived."""
        self._counts.setdefault(fault, Counter())[outcome] += 1
        if outcome is not Outcome.SURVIVED:
            print(f"{fault}: {outcome}: {what}", file=sys.stderr, flush=True)

    def rows(self) -> list[Row]:
        """One row for each kind of fault, in the order in which they came first."""
        return [
            {"fault": fault, "injected": counts.total()} | {one.value: counts[one] for one in Outcome}
            for fault, counts in self._counts.items()
        ]


def warm_up() -> None:
    """Import all of Sada with its compiled kernels and its table of letters, so that forked processes need not."""
    for top in ("sada.indexes", "sada.cluster", "sada.cli"):
        for module in pkgutil.walk_packages(import_module(top).__path__, f"{top}."):
            if not module.name.endswith("__main__"):
                with contextlib.suppress(ImportError):  # of a package that is optional
                    import_module(module.name)
    sketch(["what reads the table"])
    gc.freeze()  # else a collection in a forked process would copy all pages
