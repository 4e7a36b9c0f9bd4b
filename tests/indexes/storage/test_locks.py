from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from sada.indexes.errors import IndexBusyError, NotAnIndexError
from sada.indexes.storage.locks import writer_lock

HOLD = """
import sys
from pathlib import Path
from sada.indexes.storage.locks import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_writer_at_a_time(tmp_path):
    with (
        writer_lock(tmp_path),
        pytest.raises(IndexBusyError, match="another process is writing"),
        writer_lock(tmp_path),
    ):
        pass
    with writer_lock(tmp_path):
        pass


def test_another_process_holds_the_lock_until_it_dies(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(IndexBusyError, match=str(tmp_path)), writer_lock(tmp_path):
            pass
        holder.kill()
        holder.wait()
        with writer_lock(tmp_path):
            pass


def test_the_lock_is_let_go_after_an_error(tmp_path):
    with pytest.raises(KeyError), writer_lock(tmp_path):
        raise KeyError
    with writer_lock(tmp_path):
        pass


def test_what_another_database_says_inside_is_not_taken_for_a_busy_index(tmp_path):
    with pytest.raises(sqlite3.OperationalError, match="no such table"), writer_lock(tmp_path):
        sqlite3.connect(":memory:").execute("SELECT * FROM absent")


def test_a_folder_that_is_gone_is_not_busy(tmp_path):
    with pytest.raises(NotAnIndexError, match="absent: was moved or deleted"), writer_lock(tmp_path / "absent"):
        pass
