from __future__ import annotations

import re
import tempfile

from sada.indexes.index import NewsIndex


def test_it_scores_itself_on_the_planted_truth(sada, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    out = sada("demo").out
    assert out.startswith("125 of 125 articles indexed: 9 languages, 20 outlets, 2026-03-02 to 2026-03-06\n")
    scores = dict(re.findall(r"^(\S.*?) {2,}(\d\.\d{3} .*\d\.\d{3})\s*$", out, re.MULTILINE))
    assert scores["copies, pairs"].split() == scores["contained or containing"].split() == ["1.000"] * 3
    for name in ("stories, B-Cubed", "stories, pairs", "stories, pairs in two languages"):
        precision, recall, f1 = map(float, scores[name].split())
        assert 0.5 < f1 <= 1 and abs(f1 - 2 * precision * recall / (precision + recall)) < 0.001, name
    assert "taken for copies" not in out
    assert out.count("avoided") + out.count("taken for one story") == 8
    assert "en-121 (exact 1.00), en-122 (near 0.82)" in out
    assert "ar-125 is in ar-031 (0.98)" in out and "ar-126 contains ar-101 (1.00)" in out
    assert list(tmp_path.iterdir()) == []


def test_the_index_may_be_kept_and_is_never_written_over(sada, tmp_path):
    path = tmp_path / "demo.sada"
    sada("demo", "-i", path)
    with NewsIndex.open(path) as index:
        assert len(index) == 125 and not index.verify()
    assert "already exists" in sada("demo", "-i", path, code=2).err
    known, unknown = (sada("neighbours", path, id_, "-k", "2") for id_ in ("ar-001", "fa-031"))
    assert len(known.rows) == len(unknown.rows) == 2
    assert known.err == ""
    assert unknown.err == "note: the encoder does not know fa; neighbours by meaning are unreliable there\n"
