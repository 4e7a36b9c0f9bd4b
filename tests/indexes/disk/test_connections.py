"""Readers that may not write see every commit, whole; a log is left behind, empty, and does not grow without end."""

from __future__ import annotations

import gc
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from sada.indexes import Article, NewsIndex
from sada.indexes.disk import connections
from sada.indexes.errors import IndexReadOnlyError, NoRoomError, NotAnIndexError
from sada.indexes.storage import database
from sada.indexes.storage.catalog import Catalog

from .reader import READER, seen

FIRST = [Article(f"a{row}", f"title {row}", f"text of number {row} " * 40) for row in range(60)]


class Reader:
    """The other end of the process in ``reader.py``."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process
        self.first = self.answer()

    def ask(self, order: str) -> list:
        self.order(order)
        return self.answer()

    def order(self, order: str) -> None:
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()

    def answer(self) -> list:
        return json.loads(self._process.stdout.readline())


@contextmanager
def reader_of(path: Path) -> Iterator[Reader]:
    with subprocess.Popen([*READER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Reader(process)
        finally:
            process.stdin.close()


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    """What a reader prevents is not waited for."""
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add(FIRST)
    return tmp_path / "i.sada"


def state_of(path: Path) -> list:
    with closing(Catalog(path)) as catalog:
        return json.loads(json.dumps(seen(catalog)))


def changes(index: NewsIndex) -> Iterator[object]:
    """Every kind of change, each committed when it is given: adding, updating, removing, compacting, checkpoints."""
    yield index.add([Article("new", "new", "new words here")])
    yield index.remove([f"a{row}" for row in range(20)])
    yield index.snapshot.catalog.truncate_log()
    yield index.add([Article("a30", "changed", "changed words " * 30)])
    yield index.compact()
    yield index.add([Article(f"b{row}", f"more {row}", f"many more words {row} " * 50) for row in range(40)])
    yield index.compact()


def test_a_reader_without_permission_keeps_its_commit_and_sees_the_newest_when_it_refreshes(path):
    with reader_of(path) as reader:
        known = state_of(path)
        assert reader.first == known
        with NewsIndex.open(path) as index:
            for _ in changes(index):
                assert reader.ask("read") == known
                known = state_of(path)
                assert reader.ask("refresh") == known
        assert reader.ask("read") == known  # the writer has closed it
        with NewsIndex.open(path) as index:
            index.add([Article("last", "last", "last words")])
        assert reader.ask("read") == known
        assert reader.ask("refresh") == state_of(path) != known


def test_every_answer_to_a_reader_without_permission_is_that_of_a_commit(path):
    committed = [state_of(path)[1]]
    with reader_of(path) as reader, NewsIndex.open(path) as index:
        reader.order("follow 60")
        for row in range(12):
            changed = Article("a59", f"title {row}", f"text {row}")
            index.add([Article(f"n{row}", f"title {row}", f"new words {row} " * 99), changed])
            committed.append(state_of(path)[1])
            index.remove([f"a{row}"])
            committed.append(state_of(path)[1])
            if row % 4 == 3:
                index.compact()
                committed.append(state_of(path)[1])
        numbers, states = zip(*reader.answer(), strict=True)
        assert all(state in committed for state in states)
        assert list(numbers) == sorted(numbers)
        assert reader.ask("refresh")[1] == committed[-1]


def test_without_a_log_a_change_under_a_reader_is_told_and_a_refresh_mends_it(path):
    for name in ("wal", "shm"):
        (path / f"catalog.sqlite-{name}").unlink()
    with reader_of(path) as reader:
        known = state_of_copy(path)
        assert reader.first == known
        with NewsIndex.open(path) as index:
            for _ in changes(index):
                answer = reader.ask("read")
                assert answer == known or (answer[0] == "IndexBusyError" and "refresh it" in answer[1])
        assert reader.ask("read")[0] == "IndexBusyError"
        assert reader.ask("refresh") == state_of(path) != known
        with NewsIndex.open(path) as index:  # from now on it follows
            index.remove(["new"])
            known = reader.ask("read")
        assert reader.ask("refresh") == state_of(path) != known


def test_a_refresh_without_a_log_says_whether_the_commit_is_another(path, monkeypatch):
    for name in ("wal", "shm"):
        (path / f"catalog.sqlite-{name}").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(connections, "_may_write", lambda path: False)
        reader = NewsIndex.open(path)
    with reader:
        assert len(reader) == len(FIRST)
        assert not reader.refresh()
        with NewsIndex.open(path) as index:
            index.remove([f"a{row}" for row in range(20)])
            index.compact()
        assert reader.refresh() and len(reader) == len(FIRST) - 20
        assert not reader.refresh()


def state_of_copy(path: Path) -> list:
    """The state of an index, without leaving a log beside it."""
    copy = shutil.copytree(path, path.with_name("copy.sada"))
    return state_of(copy)


def test_a_reader_without_permission_reads_the_log_of_a_writer_that_died(path):
    with NewsIndex.open(path) as index:
        index.add([Article("new", "new", "new words here")])
        dead = shutil.copytree(path, path.with_name("dead.sada"))
    assert (dead / "catalog.sqlite-wal").stat().st_size > 0
    with reader_of(dead) as reader:
        number, articles = reader.first
        assert number == 2
        assert articles[-1] == ["new", "new words here"]


@pytest.mark.parametrize("how", ["closed", "forgotten"])
def test_the_log_is_left_behind_empty(path, how):
    index = NewsIndex.open(path)
    index.remove(["a1"])
    assert (path / "catalog.sqlite-wal").stat().st_size > 0
    if how == "closed":
        index.close()
    del index
    gc.collect()
    assert (path / "catalog.sqlite-wal").stat().st_size == 0
    assert (path / "catalog.sqlite-shm").exists()


def test_an_index_that_was_deleted_while_it_was_open_can_be_closed(path):
    index = NewsIndex.open(path)
    shutil.rmtree(path)
    index.close()
    assert not path.exists()


@pytest.mark.parametrize("how", ["moved", "deleted", "replaced"])
def test_an_index_that_is_not_where_it_was_is_told_and_nothing_else_is_touched(path, tmp_path, how):
    told = f"{path}: was moved or deleted while it was open; open it where it is now"
    with NewsIndex.open(path) as index:
        path.rename(tmp_path / "moved.sada")
        if how == "deleted":
            shutil.rmtree(tmp_path / "moved.sada")
        elif how == "replaced":
            with NewsIndex.create(path, encoder="none") as other:
                other.add([Article("other", "other", "other words")])
        changes = lambda: index.remove(["a1"]), lambda: index.add([Article("b", "b", "b b b")])
        for change in (index.refresh, index.verify, *changes):
            with pytest.raises(NotAnIndexError) as caught:
                change()
            assert str(caught.value) == told
    if how == "replaced":
        with NewsIndex.open(path) as other:
            assert [one.id for one in other] == ["other"] and other.verify() == []
    if how != "deleted":
        with NewsIndex.open(tmp_path / "moved.sada") as index:
            assert len(index) == len(FIRST) and index.verify() == []


def full(name: str):
    def fails(path: Path) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode, error.sqlite_errorname = getattr(sqlite3, name), name
        raise error

    return fails


@pytest.mark.parametrize("name", ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "SQLITE_CANTOPEN"])
@pytest.mark.parametrize("log", [True, False])
def test_a_full_disk_can_be_read_and_later_written_through_the_same_handle(path, monkeypatch, name, log):
    if not log:
        for file in ("wal", "shm"):
            (path / f"catalog.sqlite-{file}").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(connections, "open_for_writing", full(name))
        patch.setattr(database, "open_for_writing", full("SQLITE_FULL"))
        index = NewsIndex.open(path)
        assert len(index) == len(FIRST) and index.get("a7").text == FIRST[7].text
        assert index.verify() == []
        with pytest.raises(NoRoomError, match="no space left on its disk; make room"):
            index.remove(["a7"])
        assert index.get("a7").text == FIRST[7].text
    with index:
        index.remove(["a7"])
        assert "a7" not in index


def test_who_may_not_write_is_told_so(path, monkeypatch):
    monkeypatch.setattr(connections, "_may_write", lambda path: False)
    monkeypatch.setattr(database, "open_for_writing", full("SQLITE_READONLY"))
    with NewsIndex.open(path) as index, pytest.raises(IndexReadOnlyError, match="cannot be written by this user"):
        index.remove(["a7"])


def test_a_log_beside_a_reader_that_refreshes_stays_short(path, monkeypatch):
    monkeypatch.setattr(database, "LOG_BYTES", 100_000)
    sizes = []
    with NewsIndex.open(path) as index, NewsIndex.open(path) as reader:
        for row in range(60):
            index.remove([f"a{row}"])
            reader.refresh()
            assert len(reader) == len(FIRST) - row - 1
            sizes.append((path / "catalog.sqlite-wal").stat().st_size)
    written = sum(max(later - former, 0) for former, later in pairwise(sizes))
    assert max(sizes) < 200_000 < written


def test_a_long_log_is_emptied_before_the_next_commit_when_nobody_reads(path, monkeypatch):
    monkeypatch.setattr(database, "LOG_BYTES", 0)
    with NewsIndex.open(path) as index:
        for row in range(5):
            index.remove([f"a{row}"])
            assert (path / "catalog.sqlite-wal").stat().st_size == 0


def test_a_reader_that_does_not_refresh_keeps_its_commit_while_the_log_is_long(path, monkeypatch):
    monkeypatch.setattr(database, "LOG_BYTES", 0)
    with NewsIndex.open(path) as index, NewsIndex.open(path) as reader:
        for row in range(30):
            index.remove([f"a{row}"])
            assert reader.get(f"a{row}").text == FIRST[row].text
        assert len(reader) == len(FIRST)
        reader.refresh()
        assert len(reader) == len(FIRST) - 30
