"""Queries may lie in an archive, as articles may."""

from __future__ import annotations

import json
import tarfile
import zipfile

import pytest


@pytest.fixture
def members(corpus, tmp_path):
    """Two files of queries, and one that is none."""
    (tmp_path / "a.jsonl").write_text(json.dumps({**corpus[0], "id": "q1"}) + "\nbroken\n", "utf-8")
    (tmp_path / "b.csv").write_text("id\na2\n", "utf-8")
    (tmp_path / "c.docx").write_text("x", "utf-8")
    (tmp_path / "d.csv").write_text(f"id,title\nq2,{corpus[1]['title']}\n", "utf-8")
    return [tmp_path / name for name in ("a.jsonl", "c.docx", "d.csv")]


def packed(path, members):
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for member in members:
                archive.write(member, member.name)
    else:
        with tarfile.open(path, "w:gz") as archive:
            for member in members:
                archive.add(member, member.name)
    return path


@pytest.mark.parametrize("name", ["q.zip", "q.tgz"])
def test_each_member_is_read(sada, index, members, tmp_path, name):
    ran = sada("neighbours", index, "--queries", packed(tmp_path / name, members), "--by", "words", "-k", "1")
    alone = [sada("neighbours", index, "--queries", one, "--by", "words", "-k", "1").rows for one in members[::2]]
    assert [row["query"] for row in ran.rows] == ["q1", "q2"]
    assert ran.rows == [row for rows in alone for row in rows]
    assert f"{name}/a.jsonl:2: not JSON" in ran.err
    assert f"{name}: passed over 1 .docx" in ran.err


def test_an_archive_without_queries_is_an_error(sada, index, members, tmp_path):
    path = packed(tmp_path / "q.zip", members[1:2])
    assert "q.zip: it is empty" in sada("neighbours", index, "--queries", path, code=2).err
