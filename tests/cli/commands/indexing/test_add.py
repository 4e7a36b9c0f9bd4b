from __future__ import annotations

import json

from sada.indexes.errors import IndexBusyError
from sada.indexes.handle.story_store import StoryStore
from sada.indexes.index import NewsIndex

COUNTS = ("read", "added", "updated", "unchanged", "skipped", "bad")


def counts(ran):
    return [ran.rows[0][key] for key in COUNTS]


def test_new_changed_and_known_articles(sada, own_index, corpus, write):
    rows = [corpus[0], corpus[1] | {"title": "Ferry hits pier"}, {"id": "d1", "title": "Rain"}, {"id": "e1"}]
    assert counts(sada("add", own_index, write(rows))) == [4, 1, 1, 1, 1, 0]
    with NewsIndex.open(own_index) as index:
        assert len(index) == 7
        assert (index.get("a2").title, index.get("d1").title) == ("Ferry hits pier", "Rain")


def test_the_same_again_changes_nothing(sada, own_index, news):
    before = (own_index / "catalog.sqlite").read_bytes()
    assert counts(sada("add", own_index, news)) == [6, 0, 0, 6, 0, 0]
    assert (own_index / "catalog.sqlite").read_bytes() == before


def test_several_sources_and_standard_input(sada, own_index, write):
    first, second = write([{"id": "d1", "title": "Rain"}], "1.jsonl"), write([{"id": "d2", "title": "Sun"}], "2.jsonl")
    ran = sada("add", own_index, first, "-", second, stdin='{"id": "d3", "title": "Snow"}\n')
    assert counts(ran) == [3, 3, 0, 0, 0, 0]
    assert json.loads(sada("info", own_index, "--format", "json").out)["articles"] == 9


def test_stories_follow(sada, own_index, corpus, write):
    (before, *_) = sada("stories", own_index, "--sort", "size").rows
    sada("add", own_index, write([corpus[0] | {"id": "a4", "date": "2024-07-01T11:00:00Z"}]))
    (after, *_) = sada("stories", own_index, "--sort", "size").rows
    assert (before["size"], after["size"]) == (3, 4)
    assert after["articles"] == ["a1", "a2", "a3", "a4"]
    assert after["story"] == before["story"]


def test_new_articles_are_placed_where_there_are_stories(sada, own_index, corpus, write, tmp_path, news):
    new = write([corpus[0] | {"id": "a4"}, {"id": "d1", "title": "Rain over the northern plains"}], "new.jsonl")
    before = {row["story"]: row["articles"] for row in sada("stories", own_index, "--all").rows}
    assert sada("add", own_index, new).err == ""
    after = {row["story"]: row["articles"] for row in sada("stories", own_index, "--all", "--no-update").rows}
    assert sorted(map(len, after.values())) == [1, 1, 2, 4] and set(before) < set(after)
    sada("build", news, "-i", tmp_path / "none.sada", "--encoder", "none")
    sada("add", tmp_path / "none.sada", new)
    with NewsIndex.open(tmp_path / "none.sada") as index:
        assert not index.stories.exist() and index.stories.stored() == ([], {})


def test_stories_of_another_method_are_left_to_whoever_asks_for_them(sada, own_index, write):
    with NewsIndex.open(own_index) as index:
        stored = index.stories.stored()
        index.stories.store([], {}, "another method")
    sada("add", own_index, write([{"id": "d1", "title": "Rain"}]))
    with NewsIndex.open(own_index) as index:
        assert index.stories.stored() == stored and "d1" in index


def test_articles_are_added_even_if_another_process_writes_stories(sada, own_index, write, monkeypatch):
    def busy(*arguments, **named):
        raise IndexBusyError("busy")

    monkeypatch.setattr(StoryStore, "store", busy)
    row = {"id": "d1", "title": "Rain", "text": "Rain again.", "date": "2024-07-01", "source": "Gazette", "lang": "en"}
    ran = sada("add", own_index, write([row]))
    assert (counts(ran), ran.err) == ([1, 1, 0, 0, 0, 0], "")


def test_nothing_to_read_is_an_error_and_no_articles_are_none(sada, own_index, tmp_path):
    assert "no such file" in sada("add", own_index, tmp_path / "absent.jsonl", code=2).err
    assert counts(sada("add", own_index, "-", stdin="")) == [0, 0, 0, 0, 0, 0]


def test_strict_commits_nothing_of_a_broken_batch(sada, own_index):
    sada("add", own_index, "-", "--strict", stdin='{"id": "d1", "title": "Rain"}\nno json\n', code=2)
    with NewsIndex.open(own_index) as index:
        assert "d1" not in index and len(index) == 6
