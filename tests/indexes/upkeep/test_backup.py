"""A backup is one commit, whole, whatever a writer does meanwhile."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sada.indexes import Article, NewsIndex
from sada.indexes.disk import connections
from sada.indexes.disk.head import read_note
from sada.indexes.errors import IndexDamagedError, IndexExistsError, IndexWarning, InputError, NoRoomError
from sada.indexes.storage import arrays
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.catalog import Catalog
from sada.indexes.upkeep import backup as backup_module

from ..crashes import Crash, crash_at

ARTICLES = [Article(f"a{row}", f"title {row}", f"words of number {row} and {row // 2}") for row in range(20)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        for start in range(0, 20, 10):
            index.add(ARTICLES[start : start + 10])
        index.remove(["a3"])
    return tmp_path / "i.sada"


def answers(index: NewsIndex) -> list:
    ids = sorted(index.snapshot.columns.ids)
    hits = [index.neighbours(ids, 3, by=by) for by in ("words", "copy")]
    return [list(index), [[(hit.id, hit.score) for hit in found] for way in hits for found in way]]


def test_a_backup_answers_as_the_index_does(path, tmp_path):
    with NewsIndex.open(path) as index:
        report = index.backup(tmp_path / "copy.sada")
        with NewsIndex.open(tmp_path / "copy.sada") as copy:
            assert answers(copy) == answers(index)
            assert copy.verify() == []
            assert report == (19, copy.info()["bytes"])
            assert copy.snapshot.catalog.stored_digest("removed") == index.snapshot.catalog.stored_digest("removed")
            copy.add([Article("new", "new", "new words")])  # an index of its own
            assert "new" not in index and copy.verify() == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.sada", "i.sada"]
    assert read_note(path).number == 3 and read_note(tmp_path / "copy.sada").number == 4


@pytest.mark.parametrize("step", [(ArrayStore, "copy_to"), (Catalog, "copy_to"), (backup_module, "changed_bytes")])
def test_a_backup_beside_a_writer_is_the_commit_that_was_open(path, tmp_path, monkeypatch, step):
    owner, name = step
    work = getattr(owner, name)

    def beside_a_writer(*args):
        monkeypatch.setattr(owner, name, work)
        with NewsIndex.open(path) as writer:
            writer.remove([f"a{row}" for row in range(10, 20)])
            writer.add([Article("new", "new", "new words"), Article("a1", "changed", "changed")])
            writer.compact()  # deletes the files that the backup is of
        return work(*args)

    monkeypatch.setattr(owner, name, beside_a_writer)
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)  # what the backup reads is not waited for
    with NewsIndex.open(path) as index:
        before = answers(index)
        index.backup(tmp_path / "copy.sada")
        with NewsIndex.open(tmp_path / "copy.sada") as copy:
            assert answers(copy) == before
            assert copy.verify() == []
        index.refresh()
        assert "new" in index and len(index) == 10


@pytest.mark.parametrize("what", ["index", "file", "link"])
def test_nothing_is_overwritten(path, tmp_path, what):
    there = tmp_path / "there"
    if what == "index":
        shutil.copytree(path, there)
    elif what == "file":
        there.write_text("mine")
    else:
        there.symlink_to(tmp_path / "nowhere")
    with (
        NewsIndex.open(path) as index,
        pytest.raises(IndexExistsError, match=r"there: (already exists, and a copy replaces|something else)"),
    ):
        index.backup(there)
    assert what != "file" or there.read_text() == "mine"


@pytest.mark.parametrize("place", ["copy", "arrays/copy", "../i.sada/copy"])
def test_no_backup_goes_into_the_index_itself(path, place):
    with NewsIndex.open(path) as index, pytest.raises(InputError, match=r"is inside the index .*; choose a folder"):
        index.backup(path / place)


@pytest.mark.parametrize("part", ["array", "row"])
def test_what_is_damaged_is_not_copied(path, tmp_path, part):
    if part == "array":
        file = next((path / "arrays").glob("signatures-*"))
        content = bytearray(file.read_bytes())
        content[500] ^= 1
        file.write_bytes(content)
    else:
        with closing(sqlite3.connect(path / "catalog.sqlite")) as connection:
            connection.execute("UPDATE articles SET title = 'other' WHERE id = 'a5'")
            connection.commit()
    with NewsIndex.open(path) as index, pytest.raises(IndexDamagedError, match=f"{path}.*nothing was copied"):
        index.backup(tmp_path / "copy.sada")
    assert [file.name for file in tmp_path.iterdir()] == ["i.sada"]


def test_a_copy_that_is_not_what_was_copied_is_refused(path, tmp_path, monkeypatch):
    write = arrays.write_file

    def flipped(file, pieces):
        content = bytearray(b"".join(pieces))
        content[-1] ^= 1
        return write(file, [content])

    with NewsIndex.open(path) as index:
        monkeypatch.setattr(arrays, "write_file", flipped)
        with pytest.raises(Exception, match="the copy is not what was copied; check the disk"):
            index.backup(tmp_path / "copy.sada")
    assert [file.name for file in tmp_path.iterdir()] == ["i.sada"]


@pytest.mark.parametrize("step", [(ArrayStore, "copy_to"), (Catalog, "copy_to"), (backup_module, "bytes_of")])
def test_a_backup_is_there_whole_or_not_at_all(path, tmp_path, monkeypatch, step):
    with NewsIndex.open(path) as index, monkeypatch.context() as patch:
        crash_at(patch, *step, 0)
        with pytest.raises(Crash):
            index.backup(tmp_path / "copy.sada")
    assert not (tmp_path / "copy.sada").exists()


def test_a_full_disk_is_told(path, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    with NewsIndex.open(path) as index:
        monkeypatch.setattr(arrays.os, "fsync", full)
        with pytest.raises(NoRoomError, match="no space left on its disk"):
            index.backup(tmp_path / "copy.sada")
    assert [file.name for file in tmp_path.iterdir()] == ["i.sada"]


@pytest.mark.parametrize("how", ["file", "link", "pipe", "folder", "foreign"])
def test_only_files_of_the_faiss_cache_are_copied(path, tmp_path, how):
    """A link might lead to a file that is not the index's to give away, or to one without an end."""
    (tmp_path / "letter").write_text("mine")
    cache = path / "faiss" / ("letter.faiss" if how == "foreign" else f"vectors-{'0' * 16}.faiss")
    cache.parent.mkdir()
    if how == "link":
        cache.symlink_to(tmp_path / "letter")
    elif how == "pipe":
        os.mkfifo(cache)
    elif how == "folder":
        cache.mkdir()
    else:
        cache.write_text("codes")
    with NewsIndex.open(path) as index:
        index.backup(tmp_path / "copy.sada")
    copied = {file.name: file.read_text() for file in (tmp_path / "copy.sada" / "faiss").glob("*")}
    assert copied == ({cache.name: "codes"} if how == "file" else {})


def test_what_was_lost_is_lost_in_the_copy_too(path, tmp_path):
    old = shutil.copytree(path, tmp_path / "old.sada")
    with NewsIndex.open(path) as index:
        index.remove(["a1"])
    shutil.copy(path / "catalog.head", old / "catalog.head")
    with pytest.warns(IndexWarning, match="1 commit was lost") as told, NewsIndex.open(old) as index:
        index.backup(tmp_path / "copy.sada")
    assert len(told) == 1
    with pytest.warns(IndexWarning, match="1 commit was lost"):
        NewsIndex.open(tmp_path / "copy.sada").close()


def test_a_backup_holds_no_file_of_its_user(path, tmp_path):
    """What a stranger puts among the FAISS files: links, pipes, folders, and files under other names."""
    secret, cache = tmp_path / "secret", path / "faiss"
    secret.write_bytes(b"of the user")
    cache.mkdir()
    own = [f"vectors-{number:016x}.faiss" for number in range(5)]
    (cache / own[0]).write_bytes(b"codes")
    (cache / own[1]).symlink_to(secret)
    (cache / own[2]).symlink_to(tmp_path)
    (cache / own[3]).mkdir()
    os.mkfifo(cache / own[4])
    (cache / "other.faiss").write_bytes(b"not a name of Sada")
    (cache / f"{own[0]}.0123abcd.tmp").write_bytes(b"not whole")
    with NewsIndex.open(path) as index:
        index.backup(tmp_path / "copy.sada")
    assert {file.name: file.read_bytes() for file in (tmp_path / "copy.sada/faiss").iterdir()} == {own[0]: b"codes"}


def test_errors_name_the_place_of_the_copy(path, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    copy = tmp_path / "copy.sada"
    with NewsIndex.open(path) as index:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            array = rf"{re.escape(str(copy / 'arrays'))}/[a-z]+-[0-9a-f]+\.npy"
            with pytest.raises(NoRoomError, match=f"^{array}: no space left"):
                index.backup(copy)
        monkeypatch.setattr(Path, "mkdir", full)
        with pytest.raises(NoRoomError, match=rf"^{re.escape(str(tmp_path))}: no space left"):
            index.backup(copy)
    assert [file.name for file in tmp_path.iterdir()] == ["i.sada"]
