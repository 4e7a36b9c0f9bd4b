from __future__ import annotations

import json

from sada.indexes.article import Article
from sada.indexes.index import NewsIndex


def test_one_object_on_the_screen(sada, index):
    row = json.loads(sada("info", index, "--format", "json").out)
    assert row["path"] == str(index)
    assert row["articles"] == 6
    assert row["languages"] == {"en": 5, "ar": 1}
    assert row["sources"] == {"Alpha": 2, "Beta": 2, "Gamma": 1, "Delta": 1}
    assert (row["undated"], row["first"], row["last"]) == (1, "2024-07-01T08:00:00Z", "2024-07-02T12:00:00Z")
    assert (row["encoder"]["name"], row["encoder"]["dimension"]) == ("none", 0)
    lsh = (row["minhash"]["bands"], row["minhash"]["rows"], row["minhash"]["jaccard"])
    assert lsh == (42, 3, 0.5)
    assert row["segments"] == 1
    assert row["bytes"] >= sum(path.stat().st_size for path in index.rglob("*.npy"))
    assert json.loads(sada("info", index, "--format", "json", "-o", "-").out) == row
    assert sada("info", index).rows == [row]


def test_stories_are_counted_once_there_are_any(sada, index, news, tmp_path):
    listed = sada("stories", index, "--all", "--no-update").rows
    assert sada("info", index).rows[0]["stories"] == len(listed) > 0
    sada("build", news, "-i", tmp_path / "x.sada", "--encoder", "none")
    assert sada("info", tmp_path / "x.sada").rows[0]["stories"] == 0


def test_a_person_reads_lines(sada, index):
    lines = sada("info", index, "--format", "table").out.splitlines()
    shown = {line.split("  ")[0]: " ".join(line.split("  ")[1:]).strip() for line in lines}
    assert lines[0].startswith("path")
    assert shown["articles"] == "6"
    assert shown["languages"] == "en 5, ar 1"
    assert shown["sources"] == "Alpha 2, Beta 2, Gamma 1, Delta 1"


def test_each_outlet_is_isolated_on_its_own(sada, write, tmp_path):
    names = ["المرفأ", "المرفأ", "المرفأ", "BBC", "BBC", "بوابة الواحة"]
    path = write([{"id": f"i{number}", "title": f"t{number}", "source": name} for number, name in enumerate(names)])
    sada("build", path, "-i", tmp_path / "x.sada", "--encoder", "none")
    out = sada("info", tmp_path / "x.sada", "--format", "table").out
    assert "\u2068المرفأ\u2069 3, BBC 2, \u2068بوابة الواحة\u2069 1" in out


def test_many_outlets_are_cut_and_counted(sada, write, tmp_path):
    path = write([{"id": f"i{number}", "title": f"t{number}", "source": f"S{number:02}"} for number in range(20)])
    sada("build", path, "-i", tmp_path / "x.sada", "--encoder", "none")
    ran = sada("info", tmp_path / "x.sada", "--format", "table")
    assert "S11 1, and 8 more" in " ".join(ran.out.split())
    assert len(sada("info", tmp_path / "x.sada").rows[0]["sources"]) == 20


def test_recall_is_measured_where_there_is_an_encoder(sada, index, tmp_path, word_encoder, monkeypatch):
    ran = sada("info", index, "--check-recall")
    assert ran.err == "note: the index has no encoder, so there is no search by meaning to measure\n"
    assert "recall_at_10" not in ran.rows[0]
    with NewsIndex.create(tmp_path / "x.sada", encoder=word_encoder) as made:
        made.add([Article(f"i{number}", f"Report number {number}") for number in range(30)])
    ran = sada("info", tmp_path / "x.sada", "--check-recall")
    assert ran.err == "" and ran.rows[0]["recall_at_10"] == 1.0
    assert "recall at 10" in sada("info", tmp_path / "x.sada", "--check-recall", "--format", "table").out
    assert "recall_at_10" not in sada("info", tmp_path / "x.sada").rows[0]


def test_how_it_was_encoded_and_is_searched_is_shown(sada, tmp_path, word_encoder):
    with NewsIndex.create(tmp_path / "x.sada", encoder=word_encoder) as made:
        made.add([Article("a", "One"), Article("b", "Two")], commit_every=1)
    row = sada("info", tmp_path / "x.sada").rows[0]
    assert row["encoder_reads"] == "title + 60 words (400 characters)" and row["reencoding"] is None
    assert [(part["vectors"], part["search"]) for part in row["search"]] == [(1, "exact"), (1, "exact")]
    shown = " ".join(sada("info", tmp_path / "x.sada", "--format", "table").out.split())
    assert "encoder reads title + 60 words (400 characters)" in shown
    assert "segment 1 vectors 1 search exact" in shown.replace(",", "").replace("\u2068", "").replace("\u2069", "")
