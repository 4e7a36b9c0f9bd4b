"""What is grouped again after a change, what stays as it was, and that the end is that of grouping everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster import find_stories, place_new
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.scoring.time_window import around, latest
from sada.cluster.stories import stored
from sada.cluster.stories.incremental import STAY, IncrementalUpdate
from sada.cluster.stories.stories import METHOD, stored_stories
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.storage.story_tables import StoryChange

days = st.lists(st.one_of(st.integers(0, 30).map(float), st.just(np.nan)), max_size=12)


@settings(max_examples=300)
@given(days, days)
def test_around_is_what_is_at_most_four_days_from_any(times, moments):
    times, moments = np.array(times), np.array(moments)
    undated = np.isnan(moments).any()
    if undated:
        moments = np.append(moments, latest(times))
    near = [undated if np.isnan(time) else bool((np.abs(time - moments) <= WINDOW_DAYS).any()) for time in times]
    assert around(times, moments[: len(moments) - undated]).tolist() == near


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ([1, 2, 3, 4, 5], 5),
        ([1, 2, 3, 4, 5, 900], 5),
        ([1, 2, 3, 4, 5, 900, 901, 902], 5),
        ([1, 2, 3, 4, 5, 900, 901, 902, 903], 903),
        ([1, 2, np.nan], 2),
        ([7, 1], 7),  # neither has company
        ([7], 7),
    ],
)
def test_the_latest_date_that_is_no_error(times, found):
    assert latest(np.array(times, float)) == found
    assert np.isnan(latest(np.array([np.nan]))) and np.isnan(latest(np.zeros(0)))


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(-1, 3), st.booleans(), st.integers(0, 4)), max_size=12))
def test_what_is_frozen_stays_together_where_most_of_it_went(rows):
    stories, frozen, clusters = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else [np.zeros(0, int)] * 3
    )
    frozen = frozen.astype(bool) & (stories >= 0)
    found = IncrementalUpdate(np.arange(len(rows)), stories, frozen, np.unique(stories)).reunited(clusters)
    assert (found[~frozen] == clusters[~frozen]).all()
    for story in set(stories[frozen].tolist()):
        some = frozen & (stories == story)
        (where,) = set(found[some].tolist())
        counts = np.bincount(clusters[some])
        assert counts[where] == counts.max()


@pytest.mark.parametrize(("below", "parts"), [(0.5, False), (0.99, False), (1.01, True), (2, True)])
def test_a_story_parts_where_its_halves_are_clearly_unlikely_to_be_one(prose, below, parts):
    """Two pairs of titles, each pair likely one story; how likely the two are one is set: by so many gifts too low."""
    prepared = StorySet.build([Article(str(row), title=prose.text(4)) for row in range(6)])
    least = float(prepared.resolutions(np.array([0]))[0])
    repair = IncrementalUpdate(np.arange(6), np.array([0, 0, 0, 0, 1, -1]), np.zeros(6, bool), np.arange(2))
    left, right = np.array(list(combinations(range(6), 2))).T
    chance = np.where((left // 2) == (right // 2), 0.9, max(least - below * STAY * least, 0.0))
    chance[(left >= 4) | (right >= 4)] = 1.0  # other stories, and what is in none yet, are not looked at
    weights = prepared.weights | {"resolution": prepared.weights["resolution"] | {"fragments": 2.0}}
    found = repair.together(replace(prepared, weights=weights), np.arange(6), left, right, chance)
    assert found.tolist() == ([0, 0, 1, 1, 2, 3] if parts else [0, 0, 0, 0, 1, 2])


@pytest.fixture
def index(tmp_path, word_encoder):
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as made:
        yield made


def groups(stories):
    return {frozenset(story.articles) for story in stories.stories}


def rows_of(stories):
    return {story.id: story.to_dict() for story in stories.stories}


def test_from_nothing_it_is_the_batch(tmp_path, events):
    with NewsIndex.create(tmp_path / "none.sada", encoder="none") as index:
        index.add(events)
        assert find_stories(index) == find_stories(events)
        assert index.stories.grouped_up_to(METHOD).number == len(events)


@pytest.mark.parametrize("seed", range(3))
def test_in_one_window_it_ends_in_the_partition_of_the_batch(tmp_path, prose, events, seed):
    prose.random.seed(seed)
    events = [replace(one, published=prose.moment(prose.random.random() * 90)) for one in events]
    prose.random.shuffle(events)
    with NewsIndex.create(tmp_path / "none.sada", encoder="none") as index:
        for start in range(0, len(events), 13):
            index.add(events[start : start + 13])
            place_new(index) if prose.random.random() < 0.5 else find_stories(index)
        repaired = find_stories(index)
        assert groups(repaired) == groups(find_stories(events))
        again = find_stories(index, recompute=True)
        assert groups(again) == groups(repaired) and again.stories == find_stories(events).stories


def read_ids(monkeypatch):
    """The ids of the articles that are prepared for scoring from now on, in an index."""
    read, prepared_set = [], stored.prepared_set

    def watched(index, rows, *more):
        read.extend(index.snapshot.columns.ids[row] for row in rows)
        return prepared_set(index, rows, *more)

    monkeypatch.setattr(stored, "prepared_set", watched)
    return read


def test_far_stories_are_not_looked_at(index, events, monkeypatch):
    last = [one for one in events if one.id in ("e7r4", "e7c")]
    index.add([one for one in events if one not in last])
    before = find_stories(index)
    read = read_ids(monkeypatch)
    index.add(last)
    after = find_stories(index)
    assert groups(after) == groups(find_stories(events))
    time_of = {one.id: one.published for one in events}
    first = min(one.published for one in last)
    near = {
        story.id for story in after.stories if any(time_of[id_] >= first - timedelta(days=4) for id_ in story.articles)
    }
    prepared = {story.id for story in after.stories if not set(read).isdisjoint(story.articles)}
    assert prepared == near and 0 < len(near) < len(after.stories) / 2
    changed = {id_ for id_, row in rows_of(after).items() if rows_of(before)[id_]["articles"] != row["articles"]}
    assert changed == {after.of("e7r4").id}
    assert index.verify() == []


def test_what_went_or_changed_is_looked_for_among_its_story(index, events, monkeypatch):
    index.add(events)
    find_stories(index)
    read = read_ids(monkeypatch)
    index.remove(["e0r2"])
    assert find_stories(index).of("e0r0").size == 5
    assert {"e0r0", "e1r0"} <= set(read) and not {"e6r0", "e7r0"} & set(read)
    read.clear()
    moved, home = (next(one for one in events if one.id == id_) for id_ in ("e7r1", "e0r1"))
    index.add([replace(moved, title=home.title, text=f"{home.text} more", published=home.published)])
    after = find_stories(index)
    assert "e7r1" in after.of("e0r0").articles and "e7r1" not in after.of("e7r0").articles
    assert {"e0r0", "e1r0", "e6r0", "e7r0"} <= set(read)
    read.clear()
    index.remove(["z0"])
    assert "z0" not in {id_ for story in find_stories(index).stories for id_ in story.articles} and read == []


def test_an_unknown_state_means_everything(index, events, word_encoder, monkeypatch):
    index.add(events)
    find_stories(index)
    assert index.stories.grouped_up_to("another method") is None
    read = read_ids(monkeypatch)

    class Other(type(word_encoder)):
        name = "other words"

    index.reencode(Other())
    assert index.stories.grouped_up_to(METHOD) is None and groups(find_stories(index)) == groups(stored_stories(index))
    assert sorted(read) == sorted(index.snapshot.columns.ids)
    assert index.stories.grouped_up_to(METHOD) is not None


def store(index, *stories):
    """Store stories of these articles, as if they had been found, under the ids s0, s1 and so on."""
    rows = [
        (f"s{at}", index.snapshot.columns.numbers[index.snapshot.columns.rows(ids)].tolist(), {})
        for at, ids in enumerate(stories)
    ]
    changes = [StoryChange(f"s{at}", "opened", sorted(ids)) for at, ids in enumerate(stories)]
    index.stories.store(rows, {}, METHOD, changes=changes)


def test_what_is_far_stays_together_and_keeps_the_id(tmp_path, prose):
    """Of a story of five two old ones have nothing to do with the others, nor with each other; these are told again."""
    title, body = prose.words(7), prose.words(90)

    def report(id_, hours):
        text = " ".join(prose.random.sample(body, 70))
        return Article(id_, title=" ".join(title), text=text, published=prose.moment(hours), language="en")

    far = [Article(f"far{at}", title=prose.text(6), text=prose.text(70), published=prose.moment(at)) for at in range(2)]
    near = [report(f"near{at}", 140 + at) for at in range(3)]
    other = Article("other", title=prose.text(6), published=prose.moment(145))
    ids = [[one.id for one in some] for some in (far, near)]
    with NewsIndex.create(tmp_path / "none.sada", encoder="none") as index:
        index.add([*far, *near, other])
        store(index, [*ids[0], *ids[1]], ["other"])
        index.add([report("more", 143)])
        found = find_stories(index)
        assert groups(found) == {frozenset(ids[0]), frozenset([*ids[1], "more"]), frozenset(["other"])}
        assert (found.of("far0").id, found.of("other").id) == ("s0", "s1")
        assert found.of("near0").id not in ("s0", "s1") and found.redirects == {}
        assert groups(stored_stories(index)) == groups(found) and index.verify() == []
        index.remove([*ids[1], "more"])
        assert find_stories(index).of("far1").articles == ("far0", "far1")


def test_what_stands_together_stays_where_it_would_not_come_together(tmp_path, prose, monkeypatch):
    """Three titles each pair of which is just too unlikely to be one story."""
    chance = StorySet.build([]).weights["resolution"]["titles"] * (1 - STAY / 2)
    monkeypatch.setattr(
        StorySet, "looked_at", lambda self, rows, left, right: (self, *2 * [np.full(len(left), chance)])
    )
    for name in ("stories.stories.join_fragments", "stories.incremental.put_together"):
        monkeypatch.setattr(f"sada.cluster.{name}", lambda prepared, rows, numbers, *_: numbers)
    common = prose.text(3)
    a, b, c = (
        Article(id_, title=f"{common} {prose.text(2)}", published=prose.moment(at), language="en")
        for at, id_ in enumerate("abc")
    )
    for name, stories in (("together", [["a", "b"]]), ("apart", [["a"], ["b"]])):
        with NewsIndex.create(tmp_path / name, encoder="none") as index:
            index.add([a, b])
            store(index, *stories)
            index.add([c])
            assert groups(find_stories(index)) == {*map(frozenset, stories), frozenset("c")}
            assert [story.size for story in find_stories(index, recompute=True).stories] == [1, 1, 1]
