"""At each change to a file that a command makes: a kill, a torn write and a kill, a full disk, a broken one."""

from __future__ import annotations

import mmap
import os
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from torture.cases import Ended, Outcome, Row, Tally, apart, made
from torture.faults import Fault, rest, watch
from torture.subjects import CHANGES, State, make_base, next_writer, prepared, state_of, telling_commits

FAULTS = {
    Fault.KILL: "killed at a change to a file",
    Fault.TEAR: "killed after half a write",
    Fault.FULL_ONCE: "disk full once",
    Fault.FULL: "disk full from then on",
    Fault.BROKEN_ONCE: "I/O error once",
    Fault.BROKEN: "I/O errors from then on",
}


class Clean(NamedTuple):
    """What a command does where nothing goes wrong.

    Attributes:
        states: before it, after each of its commits, and when it has ended.
        changes: how many changes to files it makes.
        names: of all files and folders that may stand beside the arrays.
    """

    states: list[State | None]
    changes: int
    names: set[str]


def run(count: int, seed: int) -> list[Row]:
    """Plant ``count`` faults, spread evenly over commands and faults; see :mod:`torture`."""
    tally, rng = Tally(), random.Random(seed)
    share = -(-count // (len(CHANGES) * len(FAULTS)))
    with tempfile.TemporaryDirectory() as work:
        base = made(make_base, Path(work) / "base")
        for change in CHANGES:
            indexes = prepared(base, change, Path(work))
            clean = run_clean(change, next(indexes), Path(work))
            for fault, name in FAULTS.items():
                for at in rng.sample(range(1, clean.changes + 1), min(share, clean.changes)):
                    outcome, what = _outcome(change, next(indexes), clean, fault, at)
                    tally.count(name, outcome, f"{change}, change {at} of {clean.changes}: {what}")
    return tally.rows()


def run_clean(change: str, path: Path, work: Path) -> Clean:
    """Run a command to its end, and look at the index after each of its commits."""
    copies = work / "commits"
    shutil.rmtree(copies, ignore_errors=True)
    names = set(_names(path))

    def keep() -> None:
        shutil.copytree(path.parent, copies / f"{len(os.listdir(copies)):04}")

    def watched() -> int:
        copies.mkdir()
        keep()
        watch(path.parent)
        with telling_commits(keep):
            CHANGES[change](path)
        changes = rest()
        keep()
        return changes

    changes = made(watched)
    states = [made(state_of, copy / path.name) for copy in sorted(copies.iterdir())]
    return Clean(states, changes, names | set(_names(path)))


def _names(path: Path) -> list[str]:
    """All files and folders at the top of an index, and beside it."""
    return [*os.listdir(path.parent), *(f"{path.name}/{name}" for name in (os.listdir(path) if path.exists() else []))]


def _outcome(change: str, path: Path, clean: Clean, fault: Fault, at: int) -> tuple[Outcome, str]:
    """Run a command into a fault, and look at what it leaves."""
    acknowledged = mmap.mmap(-1, 8)  # shared with the process that is killed
    ended = apart(suffer, change, path, acknowledged, lambda: watch(path.parent, fault, at))
    if ended.hung or (ended.signal and not fault.kills) or ended.trace:
        return Outcome.CRASHED, ended.fell
    commits = int.from_bytes(acknowledged[:], "big")
    tidy = not fault.kills and fault is not Fault.BROKEN  # it could delete what it had begun
    return judge(path, clean.states[commits : commits + 2], lambda: _left_over(path, clean, tidy))


def judge(
    path: Path, allowed: list[State | None], left_over: Callable[[], list[str]] = lambda: []
) -> tuple[Outcome, str]:
    """Say what became of an index that must be in one of some states, and must take the next article.

    Args:
        path: of the index.
        allowed: the last acknowledged state first.
        left_over: names what should not be there, when all else is well.
    """
    looked = apart(_looked, path)
    if looked.fell or looked.error:
        return _failed(looked)
    state, wrong = looked.value
    if state not in allowed:
        return _difference(allowed[0], state)
    if wrong:
        return Outcome.SILENT, str(wrong)
    left = left_over()
    return (Outcome.SILENT, f"left {left}") if left else (Outcome.SURVIVED, "")


def _looked(path: Path) -> tuple[State | None, list[str]]:
    """The state of an index, and what is wrong after the next writer."""
    state = state_of(path)
    return state, [] if state is None else next_writer(path)


def suffer(change: str, path: Path, acknowledged: mmap.mmap, begin: Callable[[], None]) -> None:
    """Run a command, and count in ``acknowledged`` its commits and its end; ``begin`` plants a fault before."""
    commits = 0

    def acknowledge() -> None:
        nonlocal commits
        commits += 1
        acknowledged[:] = commits.to_bytes(8, "big")

    begin()
    with telling_commits(acknowledge):
        CHANGES[change](path)
    rest()
    acknowledge()


def _left_over(path: Path, clean: Clean, tidy: bool) -> list[str]:
    """What should not be there; a process that could not be ``tidy`` may leave a file beside the index, none in it."""
    inside = f"{path.name}/"
    return sorted(name for name in {*_names(path)} - clean.names if name.startswith(inside) or tidy)


def _failed(ended: Ended) -> tuple[Outcome, str]:
    """What was stored cannot be read any more, or a process fell."""
    return (Outcome.LOST, ended.error) if not (ended.hung or ended.signal) else (Outcome.CRASHED, ended.fell)


def _difference(wanted: State | None, found: State | None) -> tuple[Outcome, str]:
    """An acknowledged state is gone: lost if articles are, else silently another one."""
    if wanted is None or found is None:
        return Outcome.LOST, "the index is not there" if found is None else "an index is there that nobody made"
    parts = [name for name in State._fields if getattr(wanted, name) != getattr(found, name)]
    gone = sorted({*wanted.contents} - {*found.contents})
    return (Outcome.LOST if gone else Outcome.SILENT), f"other {', '.join(parts)}; gone: {gone[:3]}"
