from __future__ import annotations

import io
import sys
import threading

import pytest

from sada.cli.output.progress import Steps, note, progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Makes standard error a terminal (in the test, since capturing starts anew after the fixtures)."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")

    def make():
        stream = Terminal()
        monkeypatch.setattr(sys, "stderr", stream)
        return stream

    return make


def wait_for_the_bar():
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()


def test_a_note_is_one_harmless_line_on_standard_error(capsys):
    note("read 3\nskipped \x1b[31m1")
    assert capsys.readouterr() == ("", "read 3 skipped ␛[31m1\n")


def test_nothing_is_shown_where_there_is_no_terminal(capsys):
    with progress("Reading", 3, after=0) as steps:
        assert type(steps) is Steps
        steps.advance()
        steps.update(3, 3)
    assert capsys.readouterr() == ("", "")


def test_short_work_shows_nothing(terminal):
    screen = terminal()
    with progress("Reading", 3, after=1e6) as steps:
        assert type(steps) is not Steps
        steps.advance(3)
    assert screen.getvalue() == ""
    assert not any(isinstance(thread, threading.Timer) for thread in threading.enumerate())


def test_long_work_shows_how_far_it_is(terminal, capsys):
    screen = terminal()
    with progress("Reading [b]\x1b", after=0) as steps:
        wait_for_the_bar()
        steps.advance(2)
        steps.update(5, 10)
        steps.advance()
        note("a note")
        sys.stdout.write("a result\n")
    shown = screen.getvalue()
    assert "Reading [b]␛" in shown and "6/10" in shown
    assert shown[: shown.index("a note\n")].endswith("\x1b[2K")  # the bar made room for it
    assert capsys.readouterr().out == "a result\n"


def test_the_bar_goes_when_the_work_fails(terminal):
    screen = terminal()
    with pytest.raises(KeyError), progress("Reading", 10, after=0):
        wait_for_the_bar()
        raise KeyError
    shown = screen.getvalue()
    assert "Reading" in shown and "Reading" not in shown.rpartition("\x1b[2K")[2]
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1
