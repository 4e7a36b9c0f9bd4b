"""Stories in the catalog: only what changed is written, and the history keeps everything."""

from __future__ import annotations

import sqlite3
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.storage import story_tables
from sada.indexes.storage.article_rows import Placed
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.story_tables import StoryChange

names = st.sampled_from("abcdef")
members = st.lists(st.integers(1, 4), max_size=2, unique=True)
stories = st.dictionaries(names, st.tuples(members, st.sampled_from([{}, {"k": "v"}])))


@pytest.fixture
def catalog(tmp_path):
    Catalog.create(tmp_path, {})
    found = Catalog(tmp_path)
    yield found
    found.close()


def change(catalog, *arguments):
    """Changes stories; gives how many rows were written, beside the settings'."""
    with catalog.writing():
        before = catalog._connection.total_changes
        catalog.change_stories(*arguments)
        return catalog._connection.total_changes - before


def raw(catalog, sql):
    connection = sqlite3.connect(catalog.path, isolation_level=None)
    connection.execute(sql)
    connection.close()
    catalog.refresh()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.tuples(stories, st.sets(names), st.dictionaries(names, names)), max_size=5))
def test_any_changes_leave_what_they_say_and_digests_that_hold(tmp_path_factory, sequence):
    folder = tmp_path_factory.mktemp("catalog")
    Catalog.create(folder, {})
    catalog = Catalog(folder)
    held, led = {}, {}
    for some, ended, redirects in sequence:
        ended -= set(some)
        redirects = {id_: now for id_, now in redirects.items() if id_ not in some}
        change(catalog, [(id_, *story) for id_, story in some.items()], ended, redirects, [])
        held = {id_: story for id_, story in held.items() if id_ not in ended} | some
        led = {id_: now for id_, now in led.items() if id_ not in some} | redirects
        assert catalog.stories() == ([(id_, *held[id_]) for id_ in sorted(held)], led)
    catalog.close()


def test_only_what_changed_is_written(catalog):
    many = [(f"s{at:04}", [at], {"headline": f"Story {at}"}) for at in range(1200)]
    old = {f"o{at:04}": f"s{at:04}" for at in range(1200)}
    assert change(catalog, many, [], old, []) == 2400
    assert change(catalog, many, [], old, []) == 0
    some = [("s0007", [7, 8], {"headline": "Story 7"}), many[9], ("new", [5000], {})]
    came = [StoryChange("s0007", "joined", ["x"]), StoryChange("new", "opened", ["y"])]
    ended = {"s0001": "s0002", "o0001": "s0002", "o0002": "s0002"}
    replaced, inserted, deleted = 2 + 2, 2, 1
    assert change(catalog, some, ["s0001"], ended, came) == replaced + inserted + deleted + len(came)


def test_changes_are_numbered_on_and_bear_the_time_of_their_commit(catalog, monkeypatch):
    monkeypatch.setattr(story_tables, "now", lambda: 17)
    change(catalog, [], [], {}, [StoryChange("a", "opened", ["ع", "x"]), StoryChange("b", "opened", [], "a")])
    monkeypatch.setattr(story_tables, "now", lambda: 5)  # a clock that was set back
    change(catalog, [], [], {}, [StoryChange("a", "left", ["x"], "b")])
    expected = [(1, 17, ("a", "opened", ("ع", "x"), "")), (3, 5, ("a", "left", ("x",), "b"))]
    assert catalog.story_changes(["a", "c"]) == expected
    assert catalog.story_history("a") == (expected, "a")
    raw(catalog, "DELETE FROM story_changes")
    with catalog.writing():
        catalog._shifts["story_changes"] = -catalog._table_digest("story_changes")
        catalog.change_stories([], [], {}, [StoryChange("a", "ended", ["ع"])])
    assert [row.number for row in catalog.story_changes(["a"])] == [4]  # a number is never used again


def test_the_time_is_now():
    before = time.time_ns() // 1000
    assert before <= story_tables.now() <= time.time_ns() // 1000


def test_a_history_holds_that_of_what_was_merged_into_it_until_then(catalog):
    rows = [
        ("a", "opened", ""), ("b", "opened", ""), ("c", "opened", ""), ("x", "opened", ""),
        ("a", "merged", "b"), ("b", "joined", "a"), ("b", "merged", "c"), ("c", "joined", "b"),
        ("a", "opened", ""), ("a", "left", "c"), ("a", "merged", "x"), ("x", "joined", "a"), ("c", "ended", ""),
    ]  # fmt: skip
    redirects = {"a": "x", "b": "", "c": ""}
    change(catalog, [("x", [1], {})], [], redirects, [StoryChange(story, what, [], to) for story, what, to in rows])

    def told(story):
        found, now = catalog.story_history(story)
        return [row.number for row in found], now

    assert told("a") == ([1, 5, 9, 10, 11], "x")
    assert told("b") == ([1, 2, 5, 6, 7], "")
    assert told("c") == ([1, 2, 3, 5, 6, 7, 8, 13], "")
    assert told("x") == ([1, 4, 5, 9, 10, 11, 12], "x")
    assert told("none") == ([], "none")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM story_changes WHERE number = 2",
        "UPDATE story_changes SET story = 'a' WHERE number = 2",
        "UPDATE story_changes SET articles = '[]' WHERE number = 1",
        "DELETE FROM redirects",
    ],
)
def test_a_changed_history_is_never_told(catalog, sql):
    changes = [StoryChange("a", "opened", ["x"]), StoryChange("b", "opened", ["y"]), StoryChange("b", "ended", ["y"])]
    change(catalog, [("a", [1], {})], [], {"b": ""}, changes)
    raw(catalog, sql)
    with pytest.raises(IndexDamagedError, match=r"story_changes|redirects"):
        catalog.story_history("a")


ROW = {"keywords": ["title"], "titles": [[0, "title of a"]], "pieces": [[0], [1]], "copies": 1, "more": {"a": 2}}
WORDLESS = {"pieces": [[0], [1]], "copies": 1}
OTHER_ROW = {"keywords": ["title"], "titles": [[0, "title of c"]], "pieces": [[0]], "copies": 1}
OTHER_WORDLESS = {"pieces": [[0]], "copies": 1}
ENCODER = {"name": "none", "dimension": 0}


@pytest.fixture
def told(catalog):
    """A catalog of the articles a, b and c, numbered from 1, of which the first two are in one story."""
    with catalog.writing():
        catalog.put(1, {}, placed("a", "b", "c"))
    change(catalog, [("s", [1, 2], ROW), ("t", [3], OTHER_ROW)], [], {}, [])
    return catalog


def placed(*ids, title="title"):
    return [Placed(Article(id_, f"{title} of {id_}"), b"", "", at) for at, id_ in enumerate(ids)]


def test_words_of_stories_go_with_an_article_that_is_removed(told):
    with told.writing():
        assert told.remove(["a"]) == [""]
    assert told.stories()[0] == [("s", [1, 2], WORDLESS), ("t", [3], OTHER_ROW)]


def test_words_of_stories_go_with_a_text_that_is_updated(told):
    with told.writing():
        told.put(2, {}, placed("c", "d", title="news"))
    assert told.stories()[0] == [("s", [1, 2], ROW), ("t", [3], OTHER_WORDLESS)]


def test_what_no_story_has_leaves_all_words(told):
    with told.writing():
        assert told.remove(["nobody"]) == []
        told.put(2, {}, placed("d"))
        told.forget_words([])
    assert told.stories()[0] == [("s", [1, 2], ROW), ("t", [3], OTHER_ROW)]


@pytest.mark.parametrize(
    ("found", "wordless"),
    [
        ({"number": 3, "segment": 2}, ""),  # stories are as new as all articles
        ({"number": 3, "segment": 1}, "t"),  # c was updated since
        ({"number": 2, "segment": 1}, ""),  # c came since: its story was found for it
        (None, "st"),  # nobody knows
    ],
)
def test_words_that_an_earlier_program_left_are_found(told, found, wordless):
    with told.writing():
        told.put(2, {}, placed("c", title="news"))
        told.change_stories([("s", [1, 2], ROW), ("t", [3], OTHER_ROW)], [], {}, [])
        if found:
            told.set_setting("stories_repaired", found | {"method": "m", "encoder": ENCODER})
        told.forget_stale_words()
    assert told.stories()[0] == [
        ("s", [1, 2], WORDLESS if "s" in wordless else ROW),
        ("t", [3], OTHER_WORDLESS if "t" in wordless else OTHER_ROW),
    ]


def test_words_of_a_removed_article_that_an_earlier_program_left_are_found(told):
    with told.writing():
        told.remove(["b"])
        told.change_stories([("s", [1, 2], ROW)], [], {}, [])
        told.set_setting("stories_repaired", {"number": 3, "segment": 1, "method": "m", "encoder": ENCODER})
        told.forget_stale_words()
    assert told.stories()[0] == [("s", [1, 2], WORDLESS), ("t", [3], OTHER_ROW)]


@pytest.mark.parametrize("change", ["members = '[1,'", "members = 'null'", "row = '{}'"])
def test_a_damaged_story_is_told_when_its_words_are_to_go(told, change):
    raw(told, f"UPDATE stories SET {change} WHERE story = 's'")
    with pytest.raises(IndexDamagedError, match="stories s"), told.writing():
        told.remove(["a"])
