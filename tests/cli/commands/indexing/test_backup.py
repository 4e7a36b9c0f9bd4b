from __future__ import annotations

import json
import shutil

from sada.indexes import NewsIndex


def test_backup_copies_the_newest_commit(sada, index, tmp_path):
    report = json.loads(sada("backup", index, tmp_path / "copy.sada").out)
    with NewsIndex.open(index) as original, NewsIndex.open(tmp_path / "copy.sada") as copy:
        assert list(copy) == list(original)
        assert report == {
            "index": str(index), "backup": str(tmp_path / "copy.sada"), "articles": 6, "bytes": copy.info()["bytes"]
        }  # fmt: skip
    assert sada("stories", tmp_path / "copy.sada").out == sada("stories", index).out
    sada("verify", tmp_path / "copy.sada")


def test_a_place_that_is_taken_is_refused(sada, index, tmp_path):
    (tmp_path / "mine").write_text("mine")
    assert "something else is there" in sada("backup", index, tmp_path / "mine", code=2).err
    assert (tmp_path / "mine").read_text() == "mine"


def test_lost_commits_are_told_until_they_are_forgotten(sada, own_index, tmp_path):
    old = shutil.copytree(own_index, tmp_path / "old.sada")
    sada("remove", own_index, "a1")
    shutil.copy(own_index / "catalog.head", old / "catalog.head")
    told = (
        "1 commit was lost with SQLite's log (catalog.sqlite-wal); add and remove again what was added and removed"
        f" last, then: sada verify {old} --forget-lost"
    )
    ran = sada("verify", old, code=1)
    assert told in ran.out and told in ran.err
    ran = sada("remove", old, "b1")
    assert told in ran.err
    assert told in sada("verify", old, code=1).out
    ran = sada("verify", "--forget-lost", old)
    assert ran.out == f"{old}: all as it was written\n"
    assert sada("verify", old).err == ""
