"""Commands that are killed, or interrupted from the keyboard, at any moment and not only where they write."""

from __future__ import annotations

import mmap
import random
import signal
import tempfile
import time
from pathlib import Path

from sada.cli.main import within_a_kernel
from torture.cases import Outcome, Row, Tally, apart, made
from torture.changes import Clean, judge, run_clean, suffer
from torture.faults import rest
from torture.subjects import CHANGES, make_base, prepared

SIGNALS = {signal.SIGKILL: "killed at any moment", signal.SIGINT: "interrupted at any moment"}


def run(count: int, seed: int) -> list[Row]:
    """Send ``count`` signals, spread evenly over commands; see :mod:`torture`."""
    tally, rng = Tally(), random.Random(seed)
    share = -(-count // (len(CHANGES) * len(SIGNALS)))
    with tempfile.TemporaryDirectory() as work:
        base = made(make_base, Path(work) / "base")
        for change in CHANGES:
            indexes = prepared(base, change, Path(work))
            clean = run_clean(change, next(indexes), Path(work))
            seconds = made(_timed, change, next(indexes))
            for sent, name in SIGNALS.items():
                for _ in range(share):
                    delay = rng.uniform(0.001, seconds * 1.1)
                    outcome, what = _outcome(change, next(indexes), clean, sent, delay)
                    tally.count(name, outcome, f"{change}, after {delay:.4f} s: {what}")
    return tally.rows()


def _timed(change: str, path: Path) -> float:
    started = time.perf_counter()
    CHANGES[change](path)
    return time.perf_counter() - started


def _outcome(change: str, path: Path, clean: Clean, sent: signal.Signals, delay: float) -> tuple[Outcome, str]:
    acknowledged = mmap.mmap(-1, 8)

    def strike() -> None:
        """Let the system's clock send what ends a process, or what Python takes for Ctrl-C."""
        rest()
        signal.signal(signal.SIGALRM, signal.SIG_DFL if sent is signal.SIGKILL else signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, delay)

    def struck() -> None:
        try:
            suffer(change, path, acknowledged, strike)
        except SystemError as error:
            raise within_a_kernel(error) or error from None
        finally:
            signal.signal(signal.SIGALRM, signal.SIG_IGN)  # the command has ended before

    ended = apart(struck)
    interrupted = ended.error.startswith("KeyboardInterrupt")
    if ended.hung or ended.signal not in (0, signal.SIGALRM) or (ended.trace and not interrupted):
        return Outcome.CRASHED, ended.fell
    commits = int.from_bytes(acknowledged[:], "big")
    return judge(path, clean.states[commits : commits + 2])
