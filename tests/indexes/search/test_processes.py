"""An index that was searched serves forked, preforked and spawned processes: each answers, and answers the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = '''
import json, multiprocessing, os, signal, sys, threading, time
import numpy as np
from sada.indexes import Article, NewsIndex
from sada.indexes.search import quantized

quantized.EXACT_VALUES = 0  # so that few vectors are coded, as a hundred thousand are

class Encoder:
    name, revision, dimension, languages, fingerprint = "random", "1", 64, None, "0" * 32

    def encode(self, texts):
        vectors = np.stack([np.random.default_rng(len(text)).normal(size=64) for text in texts]).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

def ask(index):
    """The answers to one query, to several, and to so many that all vectors are compared by a matrix product."""
    counts = (1, 20, 130)
    return [index.neighbours([str(n) for n in range(count)], k=3, by="meaning") for count in counts]

def exits(pid):
    """The exit code of a process; a minute later it is killed, and the answer is "hangs"."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "hangs"

def fork(work):
    pid = os.fork()
    if pid == 0:
        os._exit(0 if work() else 1)
    return pid

def in_thread(work):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(work()))
    thread.start()
    thread.join()
    return answers[0]

def spawned(path, expected):
    with NewsIndex.open(path) as index:
        sys.exit(ask(index) != expected)

if __name__ == "__main__":
    path, kind = sys.argv[1:]
    index = NewsIndex.create(path, encoder=Encoder(), threads=2)
    index.add([Article(str(n), f"title {n}", "x" * n) for n in range(600)])
    expected = ask(index)
    assert index.snapshot.vector_search.describe()[0]["search"] == "scan"
    right = lambda: ask(index) == expected
    if kind == "fork":
        works = (right, lambda: in_thread(right), lambda: exits(fork(right)) == 0)
        codes = [exits(fork(work)) for work in works]
    elif kind == "prefork":
        codes = [exits(pid) for pid in [fork(right) for _ in range(4)]]
    else:
        process = multiprocessing.get_context(kind).Process(target=spawned, args=(path, expected))
        process.start()
        process.join(120)
        codes = [process.exitcode]
        process.kill()
    print(json.dumps([*codes, right()]))
'''


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("fork", "[0, 0, 0, true]"),
        ("prefork", "[0, 0, 0, 0, true]"),
        ("spawn", "[0, true]"),
        ("forkserver", "[0, true]"),
    ],
)
def test_every_process_answers_as_the_first(kind: str, expected: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    ran = subprocess.run(
        [sys.executable, program, tmp_path / "a.sada", kind], capture_output=True, text=True, timeout=300
    )
    assert (ran.stdout.strip(), ran.returncode) == (expected, 0), ran.stderr
