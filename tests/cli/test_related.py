from __future__ import annotations

import json

import pytest

KEYS = ["query", "rank", "id", "score", "reasons", "title", "source", "language", "published", "story"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The shipped sample, indexed without encoder."""
    from sada.cli.main import main
    from sada.cli.sample import ARTICLES

    path = tmp_path_factory.mktemp("sample") / "sample.sada"
    assert main(["build", str(ARTICLES), "-i", str(path), "--encoder", "none"]) == 0
    return path


def ids(ran):
    return [row["id"] for row in ran.rows]


def test_rows_have_stable_keys_ranks_and_scores_in_order(sada, sample):
    rows = sada("related", sample, "en-001").rows
    assert [list(row) for row in rows] == [KEYS] * 8
    assert [row["rank"] for row in rows] == list(range(1, 9))
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True) and 0 < scores[-1] <= scores[0] <= 1
    assert {row["query"] for row in rows} == {"en-001"}
    assert all(row["reasons"] for row in rows)


def test_no_copies_of_what_was_read_nor_of_each_other(sada, sample):
    groups = [{member["id"] for member in row["members"]} for row in sada("duplicates", sample).rows]
    for read in ("en-001", "ar-002", "zh-031"):
        listed = {read, *ids(sada("related", sample, read, "-k", "40"))}
        assert all(len(group & listed) <= 1 for group in groups), read


def test_the_story_of_a_row_is_the_one_that_stories_lists(sada, sample):
    story_of = {id_: row["story"] for row in sada("stories", sample, "--all").rows for id_ in row["articles"]}
    rows = sada("related", sample, "en-001").rows
    assert [row["story"] for row in rows] == [story_of[row["id"]] for row in rows]
    same = [row["rank"] for row in rows if row["story"] == story_of["en-001"]]
    assert all("same story" in row["reasons"] for row in rows if row["rank"] in same)


def test_a_history_of_several(sada, sample):
    ran = sada("related", sample, "en-001", "ar-002", "-k", "5")
    assert len(ran.rows) == 5
    assert ran.rows[0]["query"] == "en-001,ar-002"
    assert not {"en-001", "ar-002"} & set(ids(ran))


def test_filters_and_limits(sada, sample):
    everything = sada("related", sample, "en-001", "-k", "60").rows
    assert ids(sada("related", sample, "en-001", "--limit", "3")) == ids(sada("related", sample, "en-001"))[:3]
    french = sada("related", sample, "en-001", "--language", "fr", "-k", "60").rows
    assert {row["language"] for row in french} == {"fr"}
    first = everything[0]["id"]
    assert first not in ids(sada("related", sample, "en-001", "--exclude", first))
    since = sada("related", sample, "en-001", "--since", "2026-03-05").rows
    assert since and all(row["published"] >= "2026-03-05" for row in since)


def test_any_number_of_threads_and_any_format_gives_the_same(sada, sample):
    one = sada("related", sample, "ar-001", "--threads", "1")
    assert sada("related", sample, "ar-001", "--threads", "2").out == one.out
    assert json.loads(sada("related", sample, "ar-001", "--format", "json").out) == one.rows
    table = sada("related", sample, "ar-001", "--format", "table").out
    assert table.split()[:3] == ["Score", "Id", "Title"] and all(id_ in table for id_ in ids(one))


def test_reasons_need_a_wide_terminal(sada, sample, monkeypatch):
    assert "Why" in sada("related", sample, "ar-001", "--format", "table").out.splitlines()[0]
    monkeypatch.setenv("COLUMNS", "80")
    assert "Why" not in sada("related", sample, "ar-001", "--format", "table").out.splitlines()[0]


def test_an_unknown_article(sada, sample):
    assert sada("related", sample, "nope", code=2).err == "sada: no article 'nope' in the index\n"
