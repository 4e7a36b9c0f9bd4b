"""The history of stories: laws over any sequence of groupings, and what an index tells of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster import find_stories, story_history
from sada.cluster.stories.history import changes_between, members_of, replay
from sada.cluster.stories.stable_ids import match_ids
from sada.cluster.stories.stories import stored_stories
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError, UnknownStoryError
from sada.indexes.storage.story_tables import StoryChange

from .arrivals import stir

ARTICLES = [f"m{number}" for number in range(10)]


@st.composite
def steps(draw):
    """A grouping of some of the articles, in another order each time, and whether stories are named anew."""
    labels = draw(st.lists(st.integers(-1, 4), min_size=len(ARTICLES), max_size=len(ARTICLES)))
    groups: dict[int, list[str]] = {}
    for article, label in draw(st.permutations(list(zip(ARTICLES, labels, strict=True)))):
        if label >= 0:
            groups.setdefault(label, []).append(article)
    return list(groups.values()), draw(st.booleans())


@settings(max_examples=300)
@given(st.lists(steps(), min_size=1, max_size=7))
def test_laws_of_any_sequence_of_adds_removals_and_groupings(sequence):
    before, redirects, history = {}, {}, []
    for clusters, anew in sequence:
        ids, redirects = match_ids(clusters, before, redirects, anew=anew)
        after = {id_: set(cluster) for id_, cluster in zip(ids, clusters, strict=True)}
        changes = changes_between(before, after, redirects)
        assert all(change.story in before or change.story in after for change in changes)
        assert changes or before == after, "whatever changes is told"
        assert not changes or before != after, "and nothing else"
        history += changes
        assert replay(history) == after, "replayed from nothing it gives what is there"
        ever = {change.story for change in history}
        assert ever == {*after, *redirects}, "every id that was ever given lives, leads to one that does, or ended"
        assert set(redirects.values()) <= {*after, ""}
        before = after


@settings(max_examples=200)
@given(steps(), steps())
def test_a_change_has_two_sides(first, second):
    """What leaves one story for another joins it, or opens it; what comes from none and goes to none is new or gone."""
    ids, _ = match_ids(first[0], {}, {})
    before = dict(zip(ids, first[0], strict=True))
    ids, redirects = match_ids(second[0], {id_: set(articles) for id_, articles in before.items()}, {}, anew=second[1])
    after = dict(zip(ids, second[0], strict=True))
    changes = changes_between(before, after, redirects)
    had = {article: id_ for id_, articles in before.items() for article in articles}
    has = {article: id_ for id_, articles in after.items() for article in articles}
    went = {(article, one.story, one.other) for one in changes if one.change in ("left", "merged", "ended")
            for article in one.articles}  # fmt: skip
    assert went == {(article, id_, has.get(article, "")) for article, id_ in had.items() if has.get(article) != id_}
    joined = {(article, one.story, one.other) for one in changes if one.change == "joined" for article in one.articles}
    assert joined == {(article, id_, had.get(article, "")) for article, id_ in has.items()
                      if had.get(article) != id_ and id_ in before}  # fmt: skip
    for story in set(after) - set(before):
        (opened,) = [one for one in changes if one.story == story]
        assert (opened.change, opened.articles) == ("opened", sorted(after[story]))
        sources = [had[article] for article in after[story] if article in had]
        assert opened.other == (min(sources, key=lambda id_: (-sources.count(id_), id_)) if sources else "")


def test_changes_by_value():
    before = {"a": ["a1", "a2", "a3", "a4"], "b": ["b1", "b2"], "c": ["c1"], "d": ["d1", "d2"], "e": ["e1"]}
    after = {"a": ["a1", "b2", "b1", "new"], "d": ["d2", "d1"], "f": ["a3", "a2"], "e": ["e1", "c2"]}
    assert changes_between(before, after, {"b": "a", "c": ""}) == [
        StoryChange("a", "left", ["a4"], ""),
        StoryChange("a", "left", ["a2", "a3"], "f"),
        StoryChange("b", "merged", ["b1", "b2"], "a"),
        StoryChange("c", "ended", ["c1"], ""),
        StoryChange("a", "joined", ["new"], ""),
        StoryChange("a", "joined", ["b1", "b2"], "b"),
        StoryChange("e", "joined", ["c2"], ""),
        StoryChange("f", "opened", ["a2", "a3"], "a"),
    ]


def test_a_merge_of_what_a_split_and_a_removal_left():
    changes = changes_between({"a": list("wxyz"), "b": ["b"]}, {"b": list("bxw"), "c": ["y"]}, {"a": "b"})
    assert changes == [
        StoryChange("a", "left", ["z"], ""),
        StoryChange("a", "left", ["y"], "c"),
        StoryChange("a", "merged", ["w", "x"], "b"),
        StoryChange("b", "joined", ["w", "x"], "a"),
        StoryChange("c", "opened", ["y"], "a"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        [("a", "joined", "x")],
        [("a", "left", "x")],
        [("a", "ended", "")],
        [("a", "opened", "x"), ("a", "opened", "y")],
        [("a", "opened", "x"), ("a", "joined", "x")],
        [("a", "opened", "x"), ("a", "left", "y")],
        [("a", "opened", "xy"), ("a", "merged", "x")],
        [("a", "opened", "x"), ("a", "ended", "x"), ("a", "joined", "y")],
        [("a", "opened", "x"), ("a", "burst", "x")],
    ],
)
def test_a_history_that_cannot_be_is_refused(changes):
    with pytest.raises(ValueError, match=f"story a: '{changes[-1][1]}' cannot follow"):
        replay(StoryChange(*change) for change in changes)


@pytest.fixture
def clock(monkeypatch):
    """Commits are an hour apart, the first on New Year's Day at one."""
    moments = (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(1, 99))
    monkeypatch.setattr("sada.indexes.storage.story_tables.now", lambda: int(next(moments).timestamp() * 1_000_000))


@pytest.fixture
def index(tmp_path, word_encoder):
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder) as made:
        yield made


def told(index, id_):
    """The history as (hour, story, change, articles, other)."""
    return [
        (one.at.hour, one.story, one.change, "".join(one.articles), one.other)
        for one in story_history(index, id_).changes
    ]


def two_events(prose):
    """Articles a and b of one event, c and d of another, and c told like the first."""
    first, second = [(prose.text(6), prose.words(60)) for _ in range(2)]

    def report(id_, event, hour):
        text = " ".join(prose.random.sample(event[1], 50))
        return Article(id_, title=event[0], text=text, published=prose.moment(hour))

    some = [report("a", first, 0), report("b", first, 1), report("c", second, 2), report("d", second, 3)]
    return some, [report("c", first, 2), report("d", first, 3)]


def test_the_history_that_an_index_tells(index, prose, clock):
    articles, told_anew = two_events(prose)
    index.add(articles[:1])
    one = find_stories(index).of("a").id
    index.add(articles[1:])
    two = find_stories(index).of("c").id
    assert find_stories(index).of("b").id == one  # nothing to do, and so no commit
    index.add(told_anew[:1])
    assert find_stories(index).of("c").id == one
    index.add(told_anew[1:])
    assert find_stories(index).redirects == {two: one}
    merged = [(2, two, "opened", "cd", ""), (3, two, "left", "c", one), (4, two, "merged", "d", one)]
    whole = [
        (1, one, "opened", "a", ""),
        *sorted([(2, one, "joined", "b", ""), (2, two, "opened", "cd", "")]),  # in a commit by story
        (3, two, "left", "c", one),
        (3, one, "joined", "c", two),
        (4, two, "merged", "d", one),
        (4, one, "joined", "d", two),
    ]
    assert told(index, one) == whole
    assert (story_history(index, one).story, story_history(index, one).now) == (one, one)
    assert told(index, two) == merged
    assert (story_history(index, two).story, story_history(index, two).now) == (two, one)
    index.remove(["a"])
    assert told(index, one) == whole  # until the stories are brought up to date
    find_stories(index)
    assert told(index, one) == [*whole, (5, one, "left", "a", "")]
    index.compact()
    index.remove(["b", "c", "d"])
    assert find_stories(index).redirects == {one: "", two: ""}
    ended = [*whole, (5, one, "left", "a", ""), (6, one, "ended", "bcd", "")]
    assert told(index, one) == ended and told(index, two) == merged
    assert story_history(index, one).now == story_history(index, two).now == ""
    index.compact()
    index.reencode("none")
    with NewsIndex.open(index.path) as again:
        assert told(again, one) == ended
        assert again.verify() == []
        with pytest.raises(
            UnknownStoryError, match=f"^no story 's0' in {again.path}, now or ever; list them with: sada "
        ):
            story_history(again, "s0")


def test_plain_values(index, clock):
    index.add([Article("a", title="Only this")])
    (story,) = find_stories(index).stories
    (change,) = story_history(index, story.id).changes
    assert change.to_dict() == {
        "at": "2025-01-01T01:00:00Z",
        "story": story.id,
        "change": "opened",
        "articles": ["a"],
        "other": "",
    }


def test_an_article_that_was_taken_down_and_put_back_in_between_changes_nothing(index, prose):
    articles, _ = two_events(prose)
    index.add(articles)
    before = find_stories(index)
    index.remove(["a", "b"])
    index.add(articles[:2])
    after = find_stories(index)
    assert [story.id for story in after.stories] == [story.id for story in before.stories]
    for story in after.stories:
        assert [change.change for change in story_history(index, story.id).changes] == ["opened"]
    index.remove(["a", "b"])
    find_stories(index)
    index.add(articles[:2])
    other = find_stories(index)
    assert other.of("a").id not in {story.id for story in before.stories}  # that one has ended
    assert other.redirects == {before.of("a").id: ""}


def test_of_what_was_removed_no_text_stays_and_the_id_does(index, prose):
    index.add([replace(one, id=f"taken-{one.id}", title=f"{one.title} {one.id}zebra") for one in two_events(prose)[0]])
    story = find_stories(index).of("taken-a").id
    index.remove(["taken-a", "taken-b"])
    index.compact()
    with NewsIndex.open(index.path) as other:
        left = b"".join(file.read_bytes() for file in other.path.rglob("*") if file.is_file())
    assert b"taken-a" in left and b"azebra" not in left and b"bzebra" not in left and b"czebra" in left
    assert story not in {one.id for one in stored_stories(index).stories}
    assert find_stories(index).redirects == {story: ""}


def memberships(index):
    return {story.id: set(story.articles) for story in find_stories(index).stories}


@pytest.mark.parametrize("seed", range(3))
def test_stories_of_an_index_are_what_its_history_says(index, events, prose, seed):
    """Random adds, updates, removals and recomputations, each told of, end in what replaying gives."""
    prose.random.seed(seed)
    ever = set()
    for _ in range(6):
        stir(index, events, prose.random)
        stories = find_stories(index, recompute=prose.random.random() < 0.3)
        ever |= {story.id for story in stories.stories}
        assert replay(row.change for row in index.stories.changes(ever)) == memberships(index)
        assert ever == {*memberships(index), *stories.redirects}
        assert members_of(index, index.stories.stored()[0]) == memberships(index)
    assert index.verify() == []


def test_recomputing_keeps_the_history(index, prose):
    articles, _ = two_events(prose)
    index.add(articles)
    before = find_stories(index)
    index.add([Article("0", title=articles[0].title, text=articles[0].text, published=prose.moment(-1))])
    assert find_stories(index).of("a").id == before.of("a").id
    again = find_stories(index, recompute=True)
    assert again.of("a").id != before.of("a").id and again.of("c").id == before.of("c").id
    assert again.redirects == {before.of("a").id: again.of("a").id}
    assert again.get(before.of("a").id) is again.of("a")
    changes = [change[1:] for change in told(index, again.of("a").id)]
    assert changes == [
        (before.of("a").id, "opened", "ab", ""),
        (before.of("a").id, "joined", "0", ""),
        (before.of("a").id, "merged", "0ab", again.of("a").id),
        (again.of("a").id, "opened", "0ab", before.of("a").id),
    ]
    assert find_stories(index, recompute=True) == again
    assert len(told(index, again.of("a").id)) == 4  # nothing changed
    assert index.verify() == []


def test_a_history_of_other_articles_is_no_ground_to_go_on(index, prose):
    articles, _ = two_events(prose)
    index.add(articles)
    find_stories(index)
    _, numbers, row = index.stories.stored()[0][0]
    for changes in ([], [StoryChange("s", "joined", ["a"])]):
        index.stories.store([("s", [*numbers, 99], row)], {}, "m", changes=changes)
        with pytest.raises(IndexDamagedError, match=r"story s: .*find what is wrong with: sada verify"):
            members_of(index, index.stories.stored()[0])
