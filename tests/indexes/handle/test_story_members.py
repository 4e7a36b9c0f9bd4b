"""The articles of stories, brought up to date from commit to commit, against those read anew."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sada.cluster import find_stories, place_new
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.handle.story_members import StoryMembers
from sada.indexes.storage.story_tables import StoryChange

STORIES = [("s", [1, 3], {"pieces": [[1, 0]], "keywords": ["k"]}), ("t", [2], {"pieces": [[0]], "keywords": ["m"]})]


@pytest.fixture
def index(tmp_path):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as made:
        made.add([Article(id_, f"Title of {id_}") for id_ in "abc"])
        made.stories.store(STORIES, {"old": "s"}, "m", changes=[StoryChange("s", "opened", ["a", "c"])])
        yield made


def held(members):
    """The copies of each story, each in order, by number of article."""
    found = {id_: {} for id_ in members.stories}
    for at in np.lexsort((members.ranks, members.pieces, members.places)).tolist():
        if members.places[at] < 0:
            continue
        pieces = found[members.ids[members.places[at]]]
        pieces.setdefault(int(members.pieces[at]), []).append(int(members.numbers[at]))
    return {id_: sorted(pieces.values()) for id_, pieces in found.items()}


def check(index):
    """The members are those of the stored stories, and nothing of them differs from what is read anew."""
    kept, anew = index.stories.members(), StoryMembers().as_of(index.snapshot.catalog)
    stored, redirects = index.stories.stored()
    expected = {}
    for id_, numbers, row in stored:
        pieces = row.get("pieces") or [[at] for at in range(len(numbers))]
        expected[id_] = sorted([numbers[at] for at in piece] for piece in pieces)
        assert kept.sizes[kept.stories[id_].place] == len(numbers)
    assert held(kept) == held(anew) == expected and kept.redirects == anew.redirects == redirects
    assert kept.state == anew.state and kept.last_change == anew.last_change
    assert kept.sizes.sum() == np.count_nonzero(kept.places >= 0) and (np.diff(kept.numbers) > 0).all()
    assert {id_: known.digest for id_, known in kept.stories.items()} == index.snapshot.catalog.listed_stories()


def test_where_articles_are(index):
    members = index.stories.members()
    assert held(members) == {"s": [[3, 1]], "t": [[2]]} and members.redirects == {"old": "s"}
    assert members.at(np.array([3, 4, 1, 0])).tolist() == [2, -1, 0, -1]
    assert index.stories.members() is members
    assert StoryMembers().at(np.array([1])).tolist() == [-1]
    check(index)


def test_only_what_changed_is_read(index, monkeypatch):
    before = index.stories.members()
    catalog, read = index.snapshot.catalog, []
    some, listed = catalog.some_stories, catalog.listed_stories
    monkeypatch.setattr(catalog, "some_stories", lambda ids: read.append(set(ids)) or some(ids))
    monkeypatch.setattr(catalog, "listed_stories", lambda: read.append("listed") or listed())
    grown = ("t", [2, 4], {"pieces": [[0], [1]]})
    index.stories.store([grown], {}, "m", changes=[StoryChange("t", "joined", ["d"])])
    after = index.stories.members()
    assert held(after) == {"s": [[3, 1]], "t": [[2], [4]]} and read == [{"t"}]
    assert held(before) == {"s": [[3, 1]], "t": [[2]]}  # a thread may use it still
    assert [after.stories[id_].place for id_ in "st"] == [before.stories[id_].place for id_ in "st"]
    read.clear()
    index.stories.store([("s", [1, 3], {"pieces": [[0], [1]]})], {}, "m")  # of which the history says nothing
    assert held(index.stories.members()) == {"s": [[1], [3]], "t": [[2], [4]]} and read == [set(), "listed", {"s"}]
    index.stories.store([], {"t": "s"}, "m", ended=["t"], changes=[StoryChange("t", "ended", ["b", "d"])])
    last = index.stories.members()
    assert held(last) == {"s": [[1], [3]]} and last.redirects == {"old": "s", "t": "s"}
    check(index)


def test_a_story_that_is_not_what_was_written(index):
    index.stories.members()
    with index.snapshot.catalog.writing():
        index.snapshot.catalog._connection.execute("UPDATE stories SET members = '[1]' WHERE story = 's'")
    index.stories.store([("t", [2], {})], {}, "m", changes=[StoryChange("s", "left", ["c"])])
    with pytest.raises(IndexDamagedError, match="stories s: its values are not those that were written"):
        index.stories.members()
    with index.snapshot.catalog.writing():
        index.snapshot.catalog._connection.execute("DELETE FROM stories WHERE story = 's'")
    for members in (index.stories.members, lambda: StoryMembers().as_of(index.snapshot.catalog)):
        with pytest.raises(IndexDamagedError, match="stories: rows are missing"):
            members()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_this_process_and_another_do(tmp_path, articles, seed):
    chance = random.Random(seed)
    with NewsIndex.create(tmp_path / "a.sada", encoder="none") as index, NewsIndex.open(index.path) as other:
        index.add(articles[:40])
        find_stories(index)
        for _ in range(12):
            writer = chance.choice([index, other])
            writer.refresh()
            writer.add(chance.sample(articles, 5))
            if chance.random() < 0.4:
                writer.remove(chance.sample(writer.snapshot.columns.ids, 2))
            chance.choice([place_new, place_new, find_stories, NewsIndex.compact])(writer)
            index.refresh()
            check(index)
