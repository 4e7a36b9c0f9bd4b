"""CPU, wall time and memory of a whole process and those it starts.

A process counts the memory of the one that started it as its own, until it has more: so commands are started from a
small process, this file run with ``python measure.py SECONDS USAGE COMMAND...``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


@dataclass(frozen=True)
class Usage:
    """What a command took: CPU and wall seconds, and the most memory in MB."""

    cpu: float
    wall: float
    memory: float


def run(command: list[str], *, threads: int = 1, limit: float = 3600.0) -> Usage | None:
    """Run a command to its end, or to ``limit`` seconds; what it prints is lost.

    Args:
        command: the program and its arguments.
        threads: how many a library may start that asks the environment.
        limit: after so many seconds of wall time it is ended.

    Returns:
        What it took; None if it was ended.

    Raises:
        SystemExit: if it failed.
    """
    environment = os.environ | dict.fromkeys(_THREADS, str(threads))
    with tempfile.TemporaryDirectory() as folder:
        usage, complaints = Path(folder, "usage.json"), Path(folder, "stderr")
        launcher = [sys.executable, "-I", "-S", __file__, str(limit), str(usage), *command]
        with complaints.open("wb") as errors:
            subprocess.run(launcher, stdout=subprocess.DEVNULL, stderr=errors, env=environment, check=True)
        status, *taken = json.loads(usage.read_text())
        if status == -signal.SIGKILL and taken[1] >= limit:
            return None
        if status:
            sys.exit(f"{' '.join(command)} failed with {status}:\n{complaints.read_text(errors='replace')[-2000:]}")
    return Usage(*taken)


def best(
    command: list[str], runs: int, *, threads: int = 1, limit: float = 3600.0, out: Path | None = None
) -> Usage | None:
    """The least time and the most memory of several runs; None if one took too long."""
    found = []
    for _ in range(runs):
        usage = run(command, threads=threads, limit=limit)
        if usage is None:
            return None
        found.append(usage)
    return Usage(min(one.cpu for one in found), min(one.wall for one in found), max(one.memory for one in found))


def _launch(limit: float, usage: str, command: list[str]) -> None:
    started = time.monotonic()
    process = subprocess.Popen(command, start_new_session=True)
    timer = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
    timer.daemon = True
    timer.start()
    _, status, resources = os.wait4(process.pid, 0)
    timer.cancel()
    wall = time.monotonic() - started
    cpu = resources.ru_utime + resources.ru_stime
    values = [os.waitstatus_to_exitcode(status), cpu, wall, resources.ru_maxrss / 1024]
    Path(usage).write_text(json.dumps(values))


if __name__ == "__main__":
    _launch(float(sys.argv[1]), sys.argv[2], sys.argv[3:])
