"""Articles that are alike and yet no copies: shown, counted, and dropped only on request."""

from __future__ import annotations

import pytest

CARTOONS = [
    {"id": f"c{at}", "title": "كاريكاتير", "url": f"https://a.example/{at}", "date": f"2026-03-0{at}"}
    for at in (1, 2, 3)
]


@pytest.fixture
def cartoons(write):
    return write(CARTOONS)


def test_dedup_keeps_what_is_in_doubt_and_says_so(sada, cartoons):
    ran = sada("dedup", cartoons)
    assert [row["id"] for row in ran.rows] == ["c1", "c2", "c3"]
    assert (
        "2 articles are kept that would be copies, but only a title is shared (--unite title makes copies of them)"
        in ran.err
    )
    assert "3 articles read, 0 dropped, 3 kept" in ran.err


@pytest.mark.parametrize("names", ["title", "all", "boilerplate, title"])
def test_unite_drops_them(sada, cartoons, names):
    ran = sada("dedup", cartoons, "--unite", names)
    assert [row["id"] for row in ran.rows] == ["c1"] and "would be copies" not in ran.err


def test_one_is_told_in_the_singular(sada, write):
    assert "1 article is kept that would be a copy, but only a title" in sada("dedup", write(CARTOONS[:2])).err


def test_check_finds_no_copies_among_them(sada, cartoons):
    assert sada("dedup", cartoons, "--check").code == 0
    assert sada("dedup", cartoons, "--check", "--unite", "title", code=1).code == 1


def test_the_report_names_the_doubt(sada, cartoons, tmp_path):
    sada("dedup", cartoons, "--report", tmp_path / "report.jsonl")
    row = sada("duplicates", cartoons, "--format", "jsonl").rows[0]
    assert row["attached"][0] == {
        "id": "c2", "to": "c1", "kind": "near (bare title)", "containment": 1.0, "jaccard": 1.0,
    }  # fmt: skip
    assert '"kind":"near (bare title)"' in (tmp_path / "report.jsonl").read_text()


def test_the_table_shows_them(sada, cartoons):
    assert "c2 near (bare title) c1 1.00" in sada("duplicates", cartoons, "--format", "table").out


def test_an_unknown_doubt_is_refused(sada, cartoons):
    ran = sada("dedup", cartoons, "--unite", "titles", code=2)
    assert "'titles': choose from template, boilerplate, title and all" in ran.err
