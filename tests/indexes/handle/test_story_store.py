"""What an index remembers of when its stories were brought up to date."""

from __future__ import annotations

import pytest

from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.handle.story_store import Regrouped


@pytest.fixture
def index(tmp_path):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none", jaccard=0.7) as made:
        made.add([Article("a", "One title"), Article("b", "Another")])
        yield made


def test_the_threshold_that_it_was_made_with(index):
    assert index.snapshot.copy_threshold == 0.7


def test_what_stories_were_brought_up_to_date_with(index):
    assert not index.stories.exist() and index.stories.grouped_up_to("m") is None
    index.stories.store([("s", [1, 2], {})], {}, "m")
    assert index.stories.exist() and index.stories.grouped_up_to("m") == Regrouped(2, 1)
    assert index.stories.grouped_up_to("another") is None
    index.add([Article("c", "Third"), Article("a", "One title, changed")])
    known = index.stories.grouped_up_to("m")
    above = (
        (index.snapshot.columns.numbers > known.number).tolist(),
        (index.snapshot.columns.segments > known.segment).tolist(),
    )
    assert (index.snapshot.columns.ids, *above) == (["a", "b", "c"], [False, False, True], [True, False, True])
    index.compact()
    assert index.snapshot.columns.segments.tolist() == [2, 1, 2]  # where an article first stood says when it came


def test_stories_to_be_brought_up_to_date_still(index):
    index.stories.store([("s", [1, 2], {})], {}, "m")
    index.add([Article("c", "Third")])
    index.stories.store([("t", [3], {})], {}, "m", repaired=False)
    assert [id_ for id_, _, _ in index.stories.stored()[0]] == ["s", "t"]
    assert index.stories.grouped_up_to("m") == Regrouped(2, 1) and not index.stories.are_current("m")
    index.stories.store([], {}, "m")
    assert index.stories.grouped_up_to("m").number == 3 and index.stories.are_current("m")
    assert index.stories.grouped_up_to("m").segment >= index.snapshot.columns.segments.max()


def test_the_shift_of_log_odds_is_that_of_the_last_repair_by_the_same_method(index):
    assert index.stories.shift("m") == 0
    index.stories.store([("s", [1, 2], {})], {}, "m", shift=0.75)
    assert index.stories.shift("m") == 0.75
    assert index.stories.shift("another") == 0
    index.add([Article("c", "Third")])
    index.stories.store([("t", [3], {})], {}, "m", repaired=False, shift=-1.0)
    assert index.stories.shift("m") == 0.75
    index.stories.store([], {}, "m", shift=-1.0)
    assert index.stories.shift("m") == -1
