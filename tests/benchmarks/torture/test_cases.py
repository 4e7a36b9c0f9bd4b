"""A case says how it ended, and the tally counts it."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from torture.cases import Outcome, Tally, apart, made

from sada.indexes.errors import IndexBusyError


def fails(error):
    raise error


def test_a_case_returns_a_value_from_another_process():
    here, there = os.getpid(), apart(os.getpid).value
    assert isinstance(there, int) and there != here
    assert made(sorted, [2, 1]) == [1, 2]
    assert apart(lambda: "x" * 300_000).value == "x" * 300_000  # more than a pipe holds


@pytest.mark.parametrize("error", [IndexBusyError("busy"), OSError(28, "full")])
def test_errors_of_sada_and_of_the_system_are_no_crash(error):
    ended = apart(fails, error)
    assert (ended.fell, ended.error) == ("", f"{type(error).__name__}: {error}")


def test_what_is_a_crash():
    assert "ZeroDivisionError" in apart(fails, ZeroDivisionError()).fell
    assert apart(os.kill, 0, 0).fell == ""
    assert apart(lambda: os.kill(os.getpid(), signal.SIGTERM)).fell == f"signal {int(signal.SIGTERM)}"
    assert apart(time.sleep, 60, limit=0.05).fell == "hung"
    assert apart(os._exit, 3).fell == "ended with status 768 and said nothing"
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        made(fails, ZeroDivisionError())


def test_the_tally_has_a_row_for_each_fault_and_tells_of_what_was_not_survived(capsys):
    tally = Tally()
    for outcome in (Outcome.SURVIVED, Outcome.LOST, Outcome.SURVIVED):
        tally.count("cut", outcome, "a17")
    tally.count("torn", Outcome.SILENT, "a3")
    assert tally.rows() == [
        {"fault": "cut", "injected": 3, "survived": 2, "lost": 1, "silent": 0, "crashed": 0},
        {"fault": "torn", "injected": 1, "survived": 0, "lost": 0, "silent": 1, "crashed": 0},
    ]
    assert capsys.readouterr().err == "cut: lost: a17\ntorn: silent: a3\n"
