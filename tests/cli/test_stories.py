from __future__ import annotations

import json
import shutil

import pytest

from sada.indexes.locks import writer_lock

KEYS = ["story", "size", "headline", "keywords", "languages", "sources", "first", "last", "articles", "copies"]


def sizes(ran):
    return [row["size"] for row in ran.rows]


@pytest.fixture
def own(tmp_path, sada, corpus, write):
    """An index, without stories so far, of two stories of copies, one more article, and an Arabic one."""
    rain = {
        "title": "Rain",
        "text": "It rained on the plain in Spain for nine days and the river left its bed at night",
    }
    rows = [*corpus[:3], corpus[5]]
    rows += [
        rain | {"id": id_, "source": "Omega", "language": "es", "date": f"2024-08-0{id_[1]}"} for id_ in ("r1", "r2")
    ]
    sada("build", write(rows), "-i", tmp_path / "own.sada", "--encoder", "none")
    return tmp_path / "own.sada"


def test_rows_have_stable_keys(sada, own):
    ferry, rain = sada("stories", own).rows
    assert list(ferry) == list(rain) == KEYS
    assert {key: ferry[key] for key in KEYS if key not in ("story", "keywords")} == {
        "size": 3,
        "headline": "Ferry strikes pier",
        "languages": ["en"],
        "sources": ["Alpha", "Beta", "Gamma"],
        "first": "2024-07-01T08:00:00Z",
        "last": "2024-07-01T10:00:00Z",
        "articles": ["a1", "a2", "a3"],
        "copies": 2,
    }
    assert all(word.casefold() in "ferry strikes pier" or word.isalpha() for word in ferry["keywords"])
    assert (rain["articles"], rain["copies"], rain["languages"]) == (["r1", "r2"], 1, ["es"])


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], ["a1", "r1"]),
        (["--all"], ["a1", "r1", "c1"]),
        (["--min-size", "1"], ["a1", "r1", "c1"]),
        (["--min-size", "3"], ["a1"]),
        (["--limit", "1"], ["a1"]),
        (["--sort", "recent", "--all"], ["r1", "a1", "c1"]),
        (["--language", "ES"], ["r1"]),
        (["--all", "--without-language", "EN", "--without-language", "ar"], ["r1"]),
        (["--source", "gamma"], ["a1"]),
        (["--without-source", "gamma"], ["r1"]),
        (["--since", "2024-07-02"], ["r1"]),
        (["--until", "2024-07-01"], ["a1"]),
        (["--exclude", "a1", "--exclude", "a2"], ["a1", "r1"]),
        (["--language", "xx"], []),
    ],
)
def test_which_are_listed(sada, own, arguments, found):
    assert [row["articles"][0] for row in sada("stories", own, *arguments).rows] == found


def test_no_update_writes_nothing_and_says_what_is_missing(sada, own):
    before = {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}
    ran = sada("stories", own, "--no-update")
    assert ran.out == ""
    assert "without --no-update" in ran.err
    assert {path: path.read_bytes() for path in own.rglob("*") if path.is_file()} == before
    brought = sada("stories", own)
    again = sada("stories", own, "--no-update")
    assert (again.out, again.err) == (brought.out, "")
    sada("remove", own, "r1", "r2")
    stale = sada("stories", own, "--no-update")
    assert sizes(stale) == [3] and "without --no-update" in stale.err


def test_ids_stay_and_recompute_is_a_function_of_the_articles(sada, own, tmp_path):
    first = sada("stories", own, "--all").out
    assert sada("stories", own, "--all").out == first
    other = shutil.copytree(own, tmp_path / "other.sada")
    one = sada("stories", own, "--all", "--recompute", "--threads", "1").out
    assert sada("stories", other, "--all", "--recompute", "--threads", "2").out == one


def test_formats(sada, own, tmp_path):
    rows = sada("stories", own).rows
    assert json.loads(sada("stories", own, "--format", "json").out) == rows
    sada("stories", own, "-o", tmp_path / "s.jsonl")
    assert [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()] == rows
    head, _, first, second = sada("stories", own, "--format", "table").out.splitlines()
    assert head.split() == ["Story", "Size", "Copies", "Headline", "Languages", "Keywords", "First"]
    assert first.split()[:6] == [rows[0]["story"], "3", "2", "Ferry", "strikes", "pier"]
    assert second.rstrip().endswith("2024-08-01")


def test_only_one_of_recompute_and_no_update(sada, own):
    assert "choose one" in sada("stories", own, "--recompute", "--no-update", code=2).err


def test_only_one_of_all_and_min_size(sada, own):
    ran = sada("stories", own, "--all", "--min-size", "6", code=2)
    assert ran.err.splitlines()[-1] == "Error: --all lists stories of any size and --min-size does not: choose one"


def test_stories_that_could_not_be_stored_are_listed_with_a_note(sada, own):
    with writer_lock(own):
        ran = sada("stories", own)
    assert sizes(ran) == [3, 2]
    assert ran.err == (
        "note: another process is writing or the folder is read-only, so these stories were not stored and new ids may"
        " change\n"
    )
    assert sada("stories", own).err == ""


def test_nothing_found_is_told_in_a_table_only(sada, own):
    ran = sada("stories", own, "--min-size", "9", "--format", "table")
    assert ran.err == "nothing found\n"
    assert sada("stories", own, "--format", "table").err == ""
    for format_ in ("jsonl", "json", "csv"):
        assert sada("stories", own, "--min-size", "9", "--format", format_).err == ""


def test_a_narrow_table_keeps_what_matters(sada, own, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = sada("stories", own, "--format", "table").out.splitlines()
    assert lines[0].split() == ["Story", "Size", "Copies", "Headline"]
    assert lines[2].split()[1:] == ["3", "2", "Ferry", "strikes"] and all(len(line) <= 40 for line in lines)
