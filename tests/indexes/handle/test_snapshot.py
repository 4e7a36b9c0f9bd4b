"""What an index tells of some of its articles and of its state, for those that build on it."""

from __future__ import annotations

import gc
import os
import random
from dataclasses import replace

import numpy as np
import pytest

from sada.cluster import find_stories
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import UnknownArticleError
from sada.indexes.threads import use_threads

WORDS = ["storm", "flood", "river", "bridge", "mayor", "rescue", "water", "night", "city", "dam", "harvest", "olive"]


@pytest.fixture
def index(tmp_path, word_encoder):
    """Forty articles in several segments, of which some are gone."""
    rng = random.Random(1)
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as made:
        for start in range(0, 40, 10):
            made.add(Article(f"a{at}", " ".join(rng.choices(WORDS, k=3)), " ".join(rng.choices(WORDS, k=9)))
                     for at in range(start, start + 10))  # fmt: skip
        made.remove(["a3", "a17"])
        made.add([Article("none", "!!!")])
        yield made


def test_cosines_are_those_of_a_search(index):
    rows = np.arange(len(index))
    queries = index.snapshot.vectors[:5]
    found, scores = index.snapshot.vector_search.search(queries, len(index))
    for which in range(5):
        told = index.snapshot.segments.cosines(rows, queries, np.full(len(rows), which))
        kept = found[which] >= 0
        assert np.array_equal(told[found[which][kept]], scores[which][kept])
        assert told[index.snapshot.columns.row_of["none"]] == 0
    mixed, which = np.random.default_rng(0).permutation(rows), np.arange(len(rows)) % 5
    expected = (index.snapshot.vectors[mixed] * queries[which]).sum(axis=1)
    assert np.allclose(index.snapshot.segments.cosines(mixed, queries, which), expected, atol=1e-6)
    assert len(index.snapshot.segments.cosines(rows[:0], queries, which[:0])) == 0


@pytest.mark.parametrize("threads", [1, 2])
def test_words_score_others_in_the_same_pass(index, threads):
    with use_threads(threads):
        articles = index.get(["a1", "a2", "a30", "none"])
        rows, scores = index.snapshot.word_search.search(articles, len(index))
        others = [np.array([5, 0, 37, 5]), np.arange(len(index)), np.zeros(0, np.int64), np.array([1])]
        for masked in ([0, 1, 2, 3], [len(index) - 1]):  # the last one stands in a segment of its own
            mask = np.zeros(len(index), bool)
            mask[masked] = True
            found, best, reached = index.snapshot.word_search.search_and_score(
                articles, 2, others, threshold=0.1, mask=mask
            )
            only = index.snapshot.word_search.search(articles, 2, threshold=0.1, mask=mask)
            assert np.array_equal(found, only[0]) and np.array_equal(best, only[1])
            for at, wanted in enumerate(others):
                known = dict(zip(rows[at].tolist(), scores[at].tolist(), strict=True))
                assert reached[at].tolist() == [known.get(row, 0.0) for row in wanted.tolist()]
            assert reached[1].any() and reached[0].any()


@pytest.mark.usefixtures("quick_disks")
def test_an_index_moves_to_the_newest_commit_when_it_is_told_to(index, word_encoder):
    assert not index.refresh()
    with NewsIndex.open(index.path, encoder=word_encoder) as other:
        other.add([Article("late", "storm")])
        assert "late" not in index
        assert index.refresh()
        assert "late" in index and index.get("late").title == "storm"
        assert not index.refresh()
        other.remove(["late"])
        other.compact()
        assert index.refresh()
        with pytest.raises(UnknownArticleError):
            index.neighbours("late")
        assert len(index.neighbours("a1", by="words")) > 1
    index.add([Article("own", "flood")])
    assert not index.refresh()


def test_states_of_articles_and_stories_are_told_apart(index):
    empty = index.stories.version()
    find_stories(index)
    found = index.stories.version()
    assert found != empty
    find_stories(index)
    assert index.stories.version() == found
    index.add([replace(index.get("a1"), title="another")])
    assert index.stories.version() != found


def test_contents_tell_what_changed(index):
    before = index.snapshot.contents(["a1", "a2", "nobody"])
    assert before.keys() == {"a1", "a2"} and before["a1"] != before["a2"]
    given = Article("own", title="storm", language="en")
    index.add([given])
    assert index.snapshot.contents(["own"]) == {"own": given.content_key()}
    index.add([replace(index.get("a1"), source="X")])
    after = index.snapshot.contents(["a1", "a2"])
    assert after["a1"] != before["a1"] and after["a2"] == before["a2"]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="this system does not list open files")
def test_a_closed_index_leaves_no_file_open_though_it_is_still_referred_to(index):
    before = len(os.listdir("/proc/self/fd"))
    gc.disable()  # what hangs in a circle would wait for it
    try:
        kept = []
        for _ in range(3):
            with NewsIndex.open(index.path, encoder=index.encoder) as opened:
                assert opened.neighbours("a1", k=1, by="words") and len(os.listdir("/proc/self/fd")) > before + 10
            kept.append(opened)
        # SQLite may keep its own files open while another connection of this process holds locks on them
        assert len(os.listdir("/proc/self/fd")) <= before + len(kept)
    finally:
        gc.enable()
