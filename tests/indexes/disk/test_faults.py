"""Errors of SQLite and of the system are told by their codes, with the cause, the path and what mends it."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
from contextlib import closing

import pytest

from sada.indexes.disk import faults
from sada.indexes.disk.faults import damage, disk_faults
from sada.indexes.errors import (
    CallerError,
    IndexBusyError,
    IndexDamagedError,
    IndexReadOnlyError,
    NoRoomError,
    NotAnIndexError,
    SadaError,
)

ADVICE_OF_DAMAGE = "restore the index from a copy, or rebuild it from its sources"


def error_of(name: str, message: str = "words that no code looks at") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(message)
    error.sqlite_errorcode, error.sqlite_errorname = getattr(sqlite3, name), name
    return error


def told(path, error: BaseException, through=damage) -> SadaError:
    with pytest.raises(SadaError) as caught, through(path):
        raise error
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("name", ["SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_CORRUPT_INDEX", "SQLITE_IOERR_SHORT_READ"])
def test_damage_names_the_file_and_the_mend(tmp_path, name):
    found = told(tmp_path / "file", error_of(name, "malformed"))
    assert type(found) is IndexDamagedError
    assert str(found) == f"{tmp_path / 'file'}: malformed; {ADVICE_OF_DAMAGE}"


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("SQLITE_BUSY", IndexBusyError, "another process is writing"),
        ("SQLITE_BUSY_SNAPSHOT", IndexBusyError, "another process is writing"),
        ("SQLITE_PROTOCOL", IndexBusyError, "another process is writing"),
        ("SQLITE_LOCKED", IndexBusyError, "this process is reading it"),
        ("SQLITE_FULL", NoRoomError, "no space left on its disk; make room"),
        ("SQLITE_NOMEM", NoRoomError, "not enough memory"),
        ("SQLITE_READONLY", IndexReadOnlyError, "cannot be written by this user"),
        ("SQLITE_CANTOPEN", IndexReadOnlyError, "cannot be read or written by this user"),
        ("SQLITE_READONLY_DBMOVED", NotAnIndexError, "was moved or deleted while it was open"),
        ("SQLITE_IOERR_READ", SadaError, r"\(SQLITE_IOERR_READ\); check the disk"),
        ("SQLITE_INTERRUPT", SadaError, r"\(SQLITE_INTERRUPT\)"),
    ],
)
def test_only_damage_advises_to_restore_or_rebuild(tmp_path, name, kind, words):
    found = told(tmp_path / "file", error_of(name, "database is locked, readonly, malformed"))
    assert type(found) is kind
    assert pytest.raises(kind, match=words) and str(tmp_path) in str(found)
    assert ADVICE_OF_DAMAGE not in str(found)
    with pytest.raises(kind, match=words):
        raise found


@pytest.mark.parametrize("name", ["SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_CANTOPEN", "SQLITE_READONLY"])
@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOSPC, NoRoomError, "no space left"),
        (errno.EDQUOT, NoRoomError, "quota"),
        (errno.EMFILE, NoRoomError, "ulimit -n"),
        (errno.ENFILE, NoRoomError, "the system has too many files open"),
        (errno.EROFS, IndexReadOnlyError, "mounted for reading only"),
        (errno.EIO, SadaError, "the disk fails"),
    ],
)
def test_what_sqlite_hides_is_found_by_trying(tmp_path, monkeypatch, name, number, kind, words):
    def fails(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(faults.tempfile, "TemporaryFile", fails)
    found = told(tmp_path / "file", error_of(name))
    assert type(found) is kind and words in str(found) and str(found).startswith(f"{tmp_path}: ")


def test_few_descriptors_are_found_by_trying(tmp_path):
    path = tmp_path / "file"
    path.touch()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    probe = os.open(path, os.O_RDONLY)
    os.close(probe)
    resource.setrlimit(resource.RLIMIT_NOFILE, (probe + 3, before[1]))
    try:
        found = told(path, error_of("SQLITE_CANTOPEN"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert type(found) is NoRoomError and "ulimit -n" in str(found)
    again = os.open(path, os.O_RDONLY)
    os.close(again)
    assert again == probe  # nothing was left open


def test_a_file_at_the_limit_of_its_size_is_found(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.touch()
    (tmp_path / "file-wal").write_bytes(bytes(5000))
    monkeypatch.setattr(resource, "getrlimit", lambda which: (6000, 6000))
    found = told(path, error_of("SQLITE_IOERR_WRITE"))
    assert type(found) is NoRoomError and "ulimit -f" in str(found)


def test_a_folder_that_is_gone_was_moved(tmp_path):
    found = told(tmp_path / "gone" / "file", error_of("SQLITE_CANTOPEN"))
    assert type(found) is NotAnIndexError
    assert str(found) == f"{tmp_path / 'gone'}: was moved or deleted while it was open; open it where it is now"


def test_errors_that_sqlite_itself_raises_have_their_kind(tmp_path):
    path = tmp_path / "file"
    with closing(sqlite3.connect(path, isolation_level=None)) as one, closing(sqlite3.connect(path, 0)) as other:
        one.execute("CREATE TABLE t (a UNIQUE)")
        one.execute("BEGIN EXCLUSIVE")
        with pytest.raises(IndexBusyError), damage(path):
            other.execute("SELECT * FROM t")
        one.execute("ROLLBACK")
        with pytest.raises(IndexDamagedError, match="no such table: absent"), damage(path):
            one.execute("SELECT * FROM absent")
    with pytest.raises(CallerError, match="was closed; open it again"), damage(path):
        one.execute("SELECT 1")
    path.write_bytes(b"not a database, but longer than its header is: " * 99)
    with closing(sqlite3.connect(path)) as broken, pytest.raises(IndexDamagedError, match="restore"), damage(path):
        broken.execute("SELECT * FROM t")


def test_memory_that_runs_out_is_no_damage(tmp_path):
    assert type(told(tmp_path / "file", MemoryError())) is NoRoomError


def test_an_error_of_the_system_names_its_own_path(tmp_path):
    found = told(tmp_path, OSError(errno.ENOSPC, "full", "/elsewhere/file"), disk_faults)
    assert str(found).startswith("/elsewhere/file: no space left")
    found = told(tmp_path / "mine", OSError(errno.EDQUOT, "full"), disk_faults)
    assert str(found).startswith(f"{tmp_path / 'mine'}: the disk quota")
    found = told(tmp_path / "mine", OSError(errno.ELOOP, "Too many links"), disk_faults)
    assert (type(found), str(found)) == (SadaError, f"{tmp_path / 'mine'}: Too many links")
    assert type(told(tmp_path / "gone" / "file", FileNotFoundError(errno.ENOENT, "no"), disk_faults)) is NotAnIndexError
