"""An index from a stranger: nothing in its folder leads elsewhere, and nothing is waited for."""

from __future__ import annotations

import os
import shutil
import signal
import warnings
from pathlib import Path

import pytest

from sada.indexes import Article, NewsIndex
from sada.indexes.disk import durable
from sada.indexes.errors import IndexDamagedError, IndexWarning, SadaError, UntrustedIndexError
from sada.indexes.folder.entries import check_folder, check_lock, open_file
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.locks import writer_lock

NEW = Article("new", "A new bridge", "The council opened a new bridge over the river.")
HEX = "0123456789abcdef"
WRITE = {
    "add": lambda index: index.add([NEW]),
    "compact": lambda index: index.compact(),
    "reencode": lambda index: index.reencode("fast"),
}


@pytest.fixture
def path(sample_path: Path, tmp_path: Path) -> Path:
    """A copy of the sample's index."""
    return Path(shutil.copytree(sample_path, tmp_path / "stranger.sada"))


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder outside of the index, with files under names of Sada's own and others."""
    folder = tmp_path / "mine"
    (folder / (HEX * 2)).mkdir(parents=True)
    for name in ("thesis.txt", f"keys-{HEX}.npy", f"{HEX * 2}/letters.txt", f"{HEX * 2}/stamp.json"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def in_time():
    """Fails where something is waited for that never comes."""

    def fail(*_: object) -> None:
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("what", WRITE)
@pytest.mark.parametrize("name", ["arrays", "faiss", "encoding"])
def test_a_folder_that_is_a_link_is_not_followed(path, mine, name, what):
    place = path / name
    if place.exists():
        shutil.copytree(place, mine, dirs_exist_ok=True)
        shutil.rmtree(place)
    place.symlink_to(mine, target_is_directory=True)
    before = files(mine)
    told = rf"{place}: is a link, .* put what it leads to in its place"
    with pytest.raises(UntrustedIndexError, match=told), NewsIndex.open(path) as index:
        WRITE[what](index)
    assert files(mine) == before


@pytest.mark.parametrize("name", ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm", "catalog.head"])
def test_a_file_written_in_place_that_is_a_link_is_not_followed(path, tmp_path, name):
    away = tmp_path / "away"
    if (path / name).exists():
        (path / name).rename(away)
    else:
        away.write_text("mine")
    (path / name).symlink_to(away)
    before = away.read_bytes()
    with pytest.raises(UntrustedIndexError, match=f"{path / name}: is a link"):
        Catalog(path)
    assert away.read_bytes() == before


@pytest.mark.parametrize("name", ["catalog.sqlite-wal", "catalog.sqlite-shm"])
def test_a_second_name_of_what_is_written_in_place_is_refused(path, tmp_path, name):
    (tmp_path / "thesis.txt").write_text("mine")
    (path / name).unlink(missing_ok=True)
    (path / name).hardlink_to(tmp_path / "thesis.txt")
    with pytest.raises(UntrustedIndexError, match=f"{path / name}: has a second name"):
        NewsIndex.open(path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["catalog.sqlite", "catalog.head"])
def test_a_catalog_with_a_second_name_is_read_and_not_written(path, tmp_path, name):
    (tmp_path / "snapshot").hardlink_to(path / name)
    before = (tmp_path / "snapshot").read_bytes()
    with NewsIndex.open(path) as index:
        assert len(index) == 125
        with pytest.raises(UntrustedIndexError, match=rf"{name}: .* copy the index with cp -r"):
            index.add([NEW])
    assert (tmp_path / "snapshot").read_bytes() == before


def test_a_journal_that_sqlite_would_undo_is_refused(path):
    (path / "catalog.sqlite-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
    with pytest.raises(UntrustedIndexError, match=r"catalog.sqlite-journal: no file of a Sada index"):
        check_folder(path)


@pytest.mark.parametrize("name", ["writer.lock", "writer.lock-journal", "writer.lock-wal"])
def test_the_lock_is_no_link(path, mine, name):
    (path / name).unlink(missing_ok=True)
    (path / name).symlink_to(mine / "thesis.txt")
    with pytest.raises(UntrustedIndexError, match=rf"{path / name}: is a link"), writer_lock(path):
        pass
    assert (mine / "thesis.txt").read_text() == "thesis.txt"


def test_the_lock_is_empty_so_that_nothing_is_read_from_it(path):
    shutil.copy(path / "catalog.sqlite", path / "writer.lock")
    with pytest.raises(UntrustedIndexError, match=r"writer.lock: not a lock of Sada, which is empty; remove it"):
        check_lock(path)
    (path / "writer.lock").unlink()
    with writer_lock(path):
        assert (path / "writer.lock").stat().st_size == 0
    check_lock(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize("name", ["arrays", "catalog.sqlite-wal", "catalog.head", "faiss", "encoding"])
def test_a_pipe_in_place_of_a_part_is_refused(path, in_time, name):
    shutil.rmtree(path / name, ignore_errors=True)
    (path / name).unlink(missing_ok=True)
    os.mkfifo(path / name)
    with pytest.raises(UntrustedIndexError, match=f"{path / name}: is no "):
        NewsIndex.open(path)


@pytest.mark.parametrize("how", ["pipe", "link", "folder"])
def test_an_array_that_is_no_regular_file_is_damage(path, mine, in_time, how):
    array = next((path / "arrays").glob("terms-*"))
    if how == "link":
        array.rename(mine / "terms.npy")
        array.symlink_to(mine / "terms.npy")
    else:
        array.unlink()
        (os.mkfifo if how == "pipe" else os.mkdir)(array)
    with NewsIndex.open(path) as index:
        with pytest.raises(IndexDamagedError, match=f"{array}: no regular file"):
            index.neighbours("ar-063", by="words")
        assert any("no regular file" in finding.what for finding in index.verify())


def test_the_folder_of_an_index_may_itself_be_a_link(path, tmp_path):
    link = tmp_path / "x.sada"
    link.symlink_to(path, target_is_directory=True)
    with NewsIndex.open(link) as index:
        assert index.add([NEW]).added == 1 and "new" in index
    with NewsIndex.open(path) as index:
        assert "new" in index and index.verify() == []


def test_what_is_not_sadas_stays_and_is_told_of_once(path, mine):
    (path / "arrays" / "thesis.txt").write_text("mine")
    (path / "arrays" / ".DS_Store").write_text("of a system")
    (path / "arrays" / f"keys-{HEX}.npy").symlink_to(mine / f"keys-{HEX}.npy")
    (path / "arrays" / f"old-{HEX}.npy.0123abcd.tmp").write_text("half written")
    with NewsIndex.open(path) as index, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        index.add([NEW])
        index.compact()
    named = f"{path}/arrays: 'keys-{HEX}.npy', 'thesis.txt': not written by Sada, and left alone"
    assert [(one.category, str(one.message)) for one in told] == [(IndexWarning, named)]
    left = {one.name for one in (path / "arrays").iterdir()}
    assert {"thesis.txt", ".DS_Store", f"keys-{HEX}.npy"} < left and f"old-{HEX}.npy.0123abcd.tmp" not in left
    assert (mine / f"keys-{HEX}.npy").read_text() == f"keys-{HEX}.npy"


@pytest.mark.filterwarnings("ignore::sada.indexes.errors.IndexWarning")
def test_a_reencoding_deletes_its_own_checkpoints_alone(path, mine):
    pool, other = path / "encoding" / (HEX * 2), path / "encoding" / "letters"
    for folder in (pool, other):
        folder.mkdir(parents=True)
        (folder / "letter.txt").write_text("mine")
        (folder / f"{HEX * 2}.npy").write_text("chunk")
    (path / "encoding" / (HEX[::-1] * 2)).symlink_to(mine / (HEX * 2), target_is_directory=True)
    before = files(mine)
    with NewsIndex.open(path) as index:
        index.reencode("fast")
    assert files(pool) == {"letter.txt": b"mine"}
    assert files(other) == {"letter.txt": b"mine", f"{HEX * 2}.npy": b"chunk"}
    assert files(mine) == before


def test_a_file_is_never_written_through_a_link(tmp_path, mine, monkeypatch):
    monkeypatch.setattr(durable.secrets, "token_hex", lambda count: "0" * 2 * count)
    (tmp_path / f"stamp.json.{'0' * 8}.tmp").symlink_to(mine / "thesis.txt")
    with pytest.raises(SadaError, match="exists"):
        durable.write_file(tmp_path / "stamp.json", [b"a"])
    assert (mine / "thesis.txt").read_text() == "thesis.txt"


def test_a_file_is_opened_and_a_link_or_a_folder_is_not(tmp_path, mine):
    with open_file(mine / "thesis.txt") as file:
        assert file.read() == b"thesis.txt"
    (tmp_path / "link").symlink_to(mine / "thesis.txt")
    for name in ("link", "mine"):
        with pytest.raises(OSError):
            open_file(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        open_file(tmp_path / "absent")
