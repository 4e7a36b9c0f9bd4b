"""What SQLite's log lost is named: at opening, by verify, and after the next commit too."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
import warnings
from pathlib import Path
from unittest.mock import Mock

import pytest
import xxhash
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sada.indexes import Article, NewsIndex
from sada.indexes.disk import commits, head
from sada.indexes.disk.head import Note, read_note, write_note
from sada.indexes.errors import IndexDamagedError, IndexWarning, UntrustedIndexError
from sada.indexes.folder.paths import HEAD
from sada.indexes.storage.catalog import Catalog

from ..crashes import Crash, crash_at

COMMITS = 2  # a third would make four segments, which are merged in a commit of their own


def article(id_: str) -> Article:
    return Article(id_, f"title of {id_}", f"words of {id_} " * 30)


@pytest.fixture(scope="module")
def dead(tmp_path_factory) -> Path:
    """An index whose last commits are in the log alone, as a writer leaves it that is killed."""
    folder = tmp_path_factory.mktemp("dead")
    with NewsIndex.create(folder / "i.sada", encoder="none") as index:
        index.add(map(article, ("first", "second")))
    with NewsIndex.open(folder / "i.sada") as index:
        for number in range(COMMITS):
            index.add([article(f"new{number}")])
        shutil.copytree(folder / "i.sada", folder / "dead.sada")
    return folder / "dead.sada"


def damaged(dead: Path, folder: Path, log: bytes | None) -> Path:
    """A copy of the index with another log, or none."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(dead, folder)
    (folder / "catalog.sqlite-shm").unlink(missing_ok=True)
    if log is None:
        (folder / "catalog.sqlite-wal").unlink()
    else:
        (folder / "catalog.sqlite-wal").write_bytes(log)
    return folder


def opened(path: Path) -> tuple[int, list[str], list[str]]:
    """How many of the new articles are lost, what opening warns of, and what verify finds."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with NewsIndex.open(path) as index:
            lost = sum(f"new{number}" not in index for number in range(COMMITS))
            return lost, [str(one.message) for one in caught], [finding.what for finding in index.verify()]


def is_named(lost: int, said: list[str]) -> bool:
    """True if one thing was said, and that is how many commits were lost."""
    return len(said) == 1 and re.search(rf"(^|: ){lost} commits? w(as|ere) lost with SQLite's log", said[0]) is not None


def check_named(path: Path) -> int:
    lost, warned, found = opened(path)
    if lost:
        assert is_named(lost, warned) and is_named(lost, found)
        assert "add and remove again what was added and removed last, then: sada verify" in warned[0]
    else:
        assert (warned, found) == ([], [])
    return lost


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_damage_of_the_log_loses_a_commit_silently(dead, tmp_path, data):
    log = bytearray((dead / "catalog.sqlite-wal").read_bytes())
    if data.draw(st.booleans(), "cut"):
        log = log[: data.draw(st.integers(0, len(log)), "length")]
    else:
        log[data.draw(st.integers(0, len(log) - 1), "at")] ^= 1 << data.draw(st.integers(0, 7), "bit")
    check_named(damaged(dead, tmp_path / "x.sada", bytes(log)))


@pytest.mark.parametrize("log", [None, b"", b"no log at all " * 999])
def test_a_log_that_is_gone_is_a_loss(dead, tmp_path, log):
    assert check_named(damaged(dead, tmp_path / "x.sada", log)) == COMMITS


def test_a_whole_log_is_no_loss(dead, tmp_path):
    assert check_named(shutil.copytree(dead, tmp_path / "x.sada")) == 0


def test_a_loss_is_told_after_the_next_commit_until_it_is_forgotten(dead, tmp_path):
    path = damaged(dead, tmp_path / "x.sada", None)
    with (
        pytest.warns(IndexWarning, match="x.sada: 2 commits were lost with SQLite's log"),
        NewsIndex.open(path) as index,
    ):
        index.add([article("later")])
        assert index.snapshot.catalog.commits.number == 1 + COMMITS + 1  # no number is given twice
    assert is_named(COMMITS, opened(path)[1]) and is_named(COMMITS, opened(path)[2])
    with pytest.warns(IndexWarning), NewsIndex.open(path) as index:
        index.add([article(f"new{number}") for number in range(COMMITS)])
        assert is_named(COMMITS, [finding.what for finding in index.verify()])
        index.forget_lost()
        assert index.verify() == []
    assert check_named(path) == 0


def test_losses_add_up(dead, tmp_path):
    path = damaged(dead, tmp_path / "x.sada", None)
    with pytest.warns(IndexWarning, match="2 commits"), NewsIndex.open(path) as index:
        index.add([article("later")])
    with pytest.warns(IndexWarning, match="2 commits"), NewsIndex.open(path) as index:
        index.add([article("lost later")])
        twice = shutil.copytree(path, tmp_path / "twice.sada")
    (twice / "catalog.sqlite-wal").unlink()
    with pytest.warns(IndexWarning, match="3 commits"):
        NewsIndex.open(twice).close()


@pytest.mark.parametrize("owner", [commits, head])
def test_a_crash_between_a_commit_and_its_note_is_no_loss(tmp_path, monkeypatch, owner):
    path = tmp_path / "i.sada"
    with NewsIndex.create(path, encoder="none") as index:
        index.add([article("first")])
    for _ in range(2):
        with monkeypatch.context() as patch:
            crash_at(patch, owner, "write_note" if owner is commits else "sync_file", 0)
            index = NewsIndex.open(path)
            with pytest.raises(Crash):
                index.add([article("new0"), article("new1"), article(str(_))])
            index.close()
        assert check_named(path) == 0
    with NewsIndex.open(path) as index:
        index.add([article("last")])
        assert read_note(path).number == index.snapshot.catalog.commits.number
    assert check_named(path) == 0


def test_a_crash_between_the_first_commit_and_its_note_gives_no_alarm(tmp_path, monkeypatch):
    path = tmp_path / "i.sada"
    index = NewsIndex.create(path, encoder="none")
    with monkeypatch.context() as patch:
        patch.setattr(commits.Commits, "write", Mock(side_effect=Crash))
        with pytest.raises(Crash):
            index.add([article("first")])
    index.close()
    with NewsIndex.open(path) as again:
        assert "first" in again and again.verify() == []


def test_a_log_that_went_with_the_first_commit_is_named(tmp_path):
    path = tmp_path / "i.sada"
    with NewsIndex.create(path, encoder="none") as index:
        index.add([article("first")])
        dead = shutil.copytree(path, tmp_path / "dead.sada")
    (dead / "catalog.sqlite-wal").unlink()
    with pytest.warns(IndexWarning, match=r"1 commit was lost"):
        NewsIndex.open(dead).close()


def test_an_index_without_a_note_gives_no_alarm(tmp_path):
    """As one that was made before there were notes."""
    path = tmp_path / "i.sada"
    with NewsIndex.create(path, encoder="none") as index:
        assert index.snapshot.catalog.commits.number == 0 and read_note(path) is None
        assert index.verify() == []
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            NewsIndex.open(path).close()


def test_a_commit_while_an_index_is_opened_is_no_loss(tmp_path, monkeypatch):
    path = tmp_path / "i.sada"
    NewsIndex.create(path, encoder="none").close()
    check = Catalog._checked_settings

    def meanwhile(self):
        settings = check(self)  # begins the snapshot
        monkeypatch.setattr(Catalog, "_checked_settings", check)
        with NewsIndex.open(path) as writer:
            writer.add([article("first")])
        return settings

    monkeypatch.setattr(Catalog, "_checked_settings", meanwhile)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with NewsIndex.open(path) as index:
            assert len(index) == 0 and index.snapshot.catalog.commits.lost() == 0
            index.refresh()
            assert len(index) == 1


@pytest.mark.parametrize("how", ["deleted", "damaged", "link", "pipe", "folder"])
def test_a_note_that_is_gone_or_damaged_is_told_and_made_anew(tmp_path, how):
    path, other = tmp_path / "i.sada", tmp_path / "other"
    other.write_text("mine")
    with NewsIndex.create(path, encoder="none") as index:
        index.add([article("first")])
        (path / HEAD).unlink()
        if how == "damaged":
            (path / HEAD).write_bytes(b"x" * 8192)
        elif how == "link":
            (path / HEAD).symlink_to(other)
        elif how == "pipe":
            os.mkfifo(path / HEAD)
        elif how == "folder":
            (path / HEAD).mkdir()
        what = "missing" if how == "deleted" else "its bytes are not those that were written"
        assert [tuple(one) for one in index.verify()] == [(str(path / HEAD), f"{what}; the next commit makes it anew")]
        if how in ("link", "pipe", "folder"):
            with pytest.raises(UntrustedIndexError, match=r"catalog.head: is (a link|no regular file)"):
                index.add([article("new0")])
        else:
            index.add([article("new0")])
            assert index.verify() == []
    assert other.read_text() == "mine"


@pytest.mark.parametrize("names", [1, 2])
def test_a_reader_moves_commits_of_a_dead_writer_only_into_a_file_without_a_second_name(dead, tmp_path, names):
    path, other = tmp_path / "i.sada", tmp_path / "other"
    shutil.copytree(dead, path)
    before = (path / "catalog.sqlite").read_bytes()
    if names == 2:
        other.hardlink_to(path / "catalog.sqlite")
    with NewsIndex.open(path) as index:
        assert all(f"new{number}" in index for number in range(COMMITS))
    assert ((path / "catalog.sqlite").read_bytes() == before) == (names == 2)
    assert ((path / "catalog.sqlite-wal").stat().st_size == 0) == (names == 1)


def test_a_commit_stands_where_its_note_cannot_be_written(tmp_path, monkeypatch):
    def fail(folder, note):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(commits, "write_note", fail)
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        with pytest.warns(IndexWarning, match=r"catalog.head: cannot be written \(Input/output error\); the commit"):
            index.add([article("first")])
        assert "first" in index


@pytest.mark.parametrize(("number", "lost"), [(10**18, 10**18 - 1), (10**18 + 1, 0)])
def test_a_number_that_no_index_reaches_is_no_note(tmp_path, number, lost):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add([article("first")])
    (tmp_path / "i.sada" / HEAD).unlink()
    write_note(tmp_path / "i.sada", Note(number, "0" * 32))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IndexWarning)
        with NewsIndex.open(tmp_path / "i.sada") as index:
            assert index.snapshot.catalog.commits.lost() == lost
            index.add([article("second")])
            assert index.snapshot.catalog.commits.lost() == lost


def test_a_note_of_another_catalog_is_told(tmp_path):
    for name in ("one", "two"):
        with NewsIndex.create(tmp_path / name, encoder="none") as index:
            index.add([article(name)])
    shutil.copy(tmp_path / "one" / HEAD, tmp_path / "two" / HEAD)
    with NewsIndex.open(tmp_path / "two") as index:
        assert [tuple(one) for one in index.verify()] == [
            (str(tmp_path / "two" / HEAD), "is the note of another catalog")
        ]


def test_a_commit_that_is_rolled_back_leaves_no_note(tmp_path):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add([article("first")])
        with pytest.raises(KeyError), index.snapshot.catalog.writing():
            raise KeyError
        assert read_note(tmp_path / "i.sada").number == index.snapshot.catalog.commits.number == 1


@pytest.mark.parametrize("value", [-1, 10**30, "many", None, [1]])
@pytest.mark.parametrize("key", ["commits", "lost_commits"])
def test_a_count_that_is_none_is_damage(tmp_path, key, value):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        catalog = index.snapshot.catalog
        with pytest.raises(IndexDamagedError, match=f"setting {key}: not of the kind"), catalog.writing():
            catalog.set_setting(key, value)
            catalog.commits.lost()
            catalog.commits.count()


def noted(said: bytes) -> bytes:
    """The line of a note, whose check is right whatever it says."""
    return said + f" {xxhash.xxh3_64_hexdigest(said)}\n".encode()


@pytest.mark.parametrize("number", [b"x" * 20, b"\xff" * 20, b"-" + b"1" * 19, b" " * 19 + b"7", b"9" * 20])
def test_a_note_that_a_stranger_wrote_is_none(tmp_path, number):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add([article("first")])
    (tmp_path / "i.sada" / HEAD).write_bytes(noted(number + b" " + b"0" * 32))
    assert read_note(tmp_path / "i.sada") is None
    _, warned, found = opened(tmp_path / "i.sada")
    assert warned == [] and found == ["its bytes are not those that were written; the next commit makes it anew"]


def test_the_highest_number_of_a_commit_is_told_and_forgotten_like_others(tmp_path):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add([article("first")])
        write_note(tmp_path / "i.sada", Note(head.MOST, "0" * 32))
        index.add([article("new0")])
        assert index.snapshot.catalog.commits.lost() == head.MOST - 1
        index.snapshot.catalog.forget_lost()
        assert index.snapshot.catalog.commits.lost() == 0 and index.verify() == []


NOTES = st.builds(Note, st.integers(0, 10**18 - 1), st.integers(0, 2**128 - 1).map("{:032x}".format))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(note=NOTES, at=st.integers(0, 70), bit=st.integers(0, 7))
def test_a_torn_write_of_a_note_leaves_the_one_before(tmp_path, note, at, bit):
    (tmp_path / HEAD).unlink(missing_ok=True)
    later = Note(note.number + 1, note.digest)
    write_note(tmp_path, note)
    assert read_note(tmp_path) == note
    write_note(tmp_path, later)
    assert read_note(tmp_path) == later
    content = bytearray((tmp_path / HEAD).read_bytes())
    assert len(content) == 8192
    content[later.number % 2 * 4096 + at] ^= 1 << bit
    (tmp_path / HEAD).write_bytes(content)
    found = read_note(tmp_path)
    assert found == note or (at == 70 and found == later)  # the line break says nothing


def test_the_log_of_sqlite_is_what_the_tests_take_it_for(dead):
    connection = sqlite3.connect(f"{(dead / 'catalog.sqlite').as_uri()}?immutable=1", uri=True)
    assert connection.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    connection.close()
