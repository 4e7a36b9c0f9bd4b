from __future__ import annotations

import json

import pytest

from sada.indexes.text import shingles


@pytest.fixture
def sizes(corpus):
    return {row["id"]: len(set(shingles(f"{row['title']}\n{row['text']}"))) for row in corpus}


def explain(sada, index, a, b):
    (row,) = sada("explain", index, a, b).rows
    assert list(row) == ["a", "b", "copy", "story", "verdict", "diff"]
    assert (row["a"], row["b"]) == (a, b)
    return row


def test_exact_copies_differ_in_nothing(sada, index, sizes):
    row = explain(sada, index, "a1", "a2")
    assert row["verdict"] == "copy"
    assert row["copy"]["jaccard"] == row["copy"]["containment"] == 1.0
    assert row["copy"]["shared"] == row["copy"]["shingles_a"] == row["copy"]["shingles_b"] == sizes["a1"]
    assert [step["op"] for step in row["diff"]] == ["equal"]


def test_a_changed_word_is_the_diff(sada, index, sizes):
    row = explain(sada, index, "a1", "a3")
    shared = sizes["a1"] - 1  # the word is the last one, so it stands in one shingle only
    assert row["copy"]["shared"] == shared
    assert row["copy"]["jaccard"] == round(shared / (shared + 2), 4)
    (step,) = [step for step in row["diff"] if step["op"] != "equal"]
    assert (step["op"], step["a"].strip(), step["b"].strip()) == ("replace", "questioned", "interviewed")
    assert row["story"]["same"] is True
    assert 0 <= row["story"]["probability"] <= 1


def test_a_page_that_holds_an_article_contains_it(sada, index, sizes):
    row = explain(sada, index, "b1", "b2")
    assert row["verdict"] == "contains"
    assert row["copy"]["jaccard"] < 0.8 <= row["copy"]["containment"]
    assert "".join(step["a"] for step in row["diff"]).startswith("Budget passed\nParliament passed")


def test_other_articles_have_no_diff(sada, index):
    row = explain(sada, index, "a1", "c1")
    assert (row["verdict"], row["diff"], row["copy"]["jaccard"]) == ("different", [], 0.0)
    assert row["story"]["same"] is False


def test_a_person_reads_sentences(sada, index):
    lines = sada("explain", index, "a1", "a3", "--format", "table").out.splitlines()
    assert lines[:3] == ["a1: Ferry strikes pier", "a3: Ferry strikes pier", "Verdict: copy"]
    assert lines[-2:] == ["  - questioned", "  + interviewed"]
    (copies,) = [line for line in lines if "copies?" in line]
    assert "(needs 0.8)" in copies and "shingles shared of" in copies


def test_formats_and_files(sada, index, tmp_path):
    row = explain(sada, index, "a1", "a3")
    assert json.loads(sada("explain", index, "a1", "a3", "--format", "json").out) == [row]
    sada("explain", index, "a1", "a3", "-o", tmp_path / "why.jsonl")
    assert json.loads((tmp_path / "why.jsonl").read_text()) == row


def test_unknown_and_missing_articles(sada, index):
    assert sada("explain", index, "a1", "nope", code=2).err == "sada: no article 'nope' in the index\n"
    assert "Missing argument" in sada("explain", index, "a1", code=2).err
