"""What the other articles of two stories say: which articles are prepared, and why stories differ from a pair."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from sada.cluster import explain, find_stories
from sada.cluster.explanation import story_context
from sada.cluster.explanation.story_context import StoryContext
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.time_window import days_of
from sada.cluster.stories.stories import METHOD, story_set
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.errors import IndexBusyError
from sada.indexes.handle.story_store import StoryStore


@pytest.fixture
def made(tmp_path):
    """Makes an index of some articles without encoder, with stories of their own."""
    opened = []

    def make(articles):
        index = NewsIndex.create(tmp_path / f"{len(opened)}.sada", encoder="none")
        opened.append(index)
        index.add(articles)
        return index

    yield make
    for index in opened:
        index.close()


def put(index, *stories):
    """Store these articles as these stories, and each other article alone."""
    named = {id_ for story in stories for id_ in story}
    stories = [*stories, *([id_] for id_ in index.snapshot.columns.ids if id_ not in named)]
    before = [story.id for story in find_stories(index).stories]
    rows = [
        (f"planted{at}", index.snapshot.columns.numbers[index.snapshot.columns.rows(list(story))].tolist(), {})
        for at, story in enumerate(stories)
    ]
    index.stories.store(rows, {}, METHOD, ended=before)
    assert index.stories.are_current(METHOD)


def why(index, a, b):
    return explain(index, a, b).story["why"]


def test_nothing_is_said_where_they_agree(made, events):
    index = made(events)
    for a, b in (("e0r0", "e0r1"), ("e0r0", "e0c"), ("e0r0", "e3r0"), ("z0", "z1"), ("z0", "z0")):
        found = explain(index, a, b).story
        assert found["same"] == (found["probability"] >= found["needed"])
        assert found["why"] is None


def test_reports_that_are_days_apart_are_never_linked_directly(made, events, prose):
    late = [replace(one, published=prose.moment(24 * 9)) for one in events if one.id == "e0r1"]
    index = made([*(one for one in events if one.id != "e0r1"), *late])
    found = explain(index, "e0r0", "e0r1").story
    assert found["probability"] >= found["needed"] and not found["same"]
    assert found["why"] == (
        "Yet they are in two stories: they were published 9.0 days apart, and articles more than four days apart are"
        " never linked directly."
    )


def test_a_story_may_hold_two_through_another(made, prose):
    words = [prose.words(60) for _ in range(2)]
    both = [*words[0][:40], *words[1][:40]]
    prose.random.shuffle(both)
    articles = [
        Article("a", " ".join(words[0][:6]), " ".join(words[0]), published=prose.moment(0), language="en"),
        Article("b", " ".join(words[1][:6]), " ".join(words[1]), published=prose.moment(1), language="en"),
        Article("c", " ".join([*words[0][:3], *words[1][:3]]), " ".join(both), published=prose.moment(2),
                language="en"),
        *(Article(f"z{n}", prose.text(6), prose.text(60), published=prose.moment(3)) for n in range(30)),
    ]  # fmt: skip
    index = made(articles)
    put(index, ["z0", "a", "b", "c", "z1"])
    found = explain(index, "a", "b").story
    assert found["probability"] < found["needed"] and found["same"]
    one, other = (explain(index, id_, "c").story["probability"] for id_ in "ab")
    assert min(one, other) >= found["needed"]
    assert found["why"] == (
        "Yet they are in one story: it was put together through other articles; c is likely with both"
        f" ({one:.2f} and {other:.2f})."
    )
    put(index, ["a", "b", "z0"])
    assert why(index, "a", "b") == (
        "Yet they are in one story: it was put together through other articles, none of which is likely with both."
    )
    put(index, ["a", "b"])
    assert "looked at once more as a whole" in why(index, "a", "b")


def test_copies_in_two_languages_count_as_one_article(made, prose):
    text = prose.text(80)
    index = made(
        [
            Article("a", "", text, published=prose.moment(0), language="en"),
            Article("b", "", text, published=prose.moment(1), language="fr"),
        ]
    )
    found = explain(index, "a", "b")
    assert found.copy["jaccard"] == 1
    assert found.story["same"] and found.story["probability"] < found.story["needed"]
    assert (
        found.story["why"]
        == "Yet they are in one story: articles with the words of copies, published near each other, count as one."
    )
    assert found.story["would_change"] == [
        "With the words of copies, and published near each other, they are one story whatever their score."
    ]


def mean_likely(index, some, others):
    """The mean probability of pairs, 0 for those more than four days apart."""
    times = dict(zip(index.snapshot.columns.ids, days_of(index.snapshot.columns).tolist(), strict=True))
    return np.mean(
        [
            explain(index, a, b).story["probability"] * (abs(times[a] - times[b]) <= WINDOW_DAYS)
            for a, b in product(some, others)
        ]
    )


def two_angles(prose, shared):
    """Six reports of one event, in two groups: all have some words, and those of a group twenty more."""
    event = prose.words(shared)
    for angle in (prose.words(20), prose.words(20)):
        group = []
        for number in range(3):
            words = [*event, *angle, *prose.words(5)]
            prose.random.shuffle(words)
            title = " ".join(prose.random.sample(angle, 5))
            moment = prose.moment(shared + number)
            group.append(Article(f"{angle[0]}{number}", title, " ".join(words), published=moment))
        yield group


def test_each_may_be_likelier_with_others(made, prose):
    events = [list(two_angles(prose, shared)) for shared in range(20, 80, 5)]
    index = made([article for groups in events for group in groups for article in group])
    named = [[[article.id for article in group] for group in groups] for groups in events]
    put(index, *(story for groups in named for story in groups))
    told = 0
    for one, other in named:
        a, b = one[0], other[1]
        own = [mean_likely(index, [a], one[1:]), mean_likely(index, [b], [other[0], other[2]])]
        across = [mean_likely(index, [a], other), mean_likely(index, [b], one)]
        sentence = why(index, a, b)
        if sentence and own[0] > across[0] and own[1] > across[1]:
            told += 1
            numbers = re.findall(r"\d\.\d\d", sentence)  # which may round otherwise where they lie between two
            assert [float(number) for number in numbers] == pytest.approx([*own, *across], abs=0.0051)
            assert re.sub(r"\d\.\d\d", "#", sentence) == (
                "Yet they are in two stories: each is likelier with the others of its own (# and # on average) than"
                " with the other's (# and #)."
            )
    assert told


def test_the_cut_of_all_pairs_is_named_where_nothing_else_is(made, events):
    """As where one of two that belong together stands alone: it is not likelier with others."""
    index = made(events)
    put(index, *([f"e{event}r0", f"e{event}r1"] for event in range(8)))
    for event in range(8):
        for a, b in ((f"e{event}r2", f"e{event}r0"), (f"e{event}r0", f"e{event}r2")):
            assert why(index, a, b).endswith("; sada stories --recompute starts from scratch.")


def test_pairs_too_far_apart_in_time_for_a_link_count_for_nothing(made, prose):
    words = prose.words(60)
    articles = []
    for number, hours in enumerate([0, 1, 102, 103, 104, 105, 106, 107, 108]):
        prose.random.shuffle(words)
        title, text = " ".join(words[:5]), " ".join(words)
        articles.append(Article(f"r{number}", title, text, published=prose.moment(hours), language="en"))
    index = made([*articles, *(Article(f"z{n}", prose.text(6), published=prose.moment(n)) for n in range(9))])
    put(index, ["r0"], [f"r{number}" for number in range(1, 9)])
    first = explain(index, "r0", "r1").story["probability"]
    assert first > 0.9 and explain(index, "r0", "r8").story["probability"] > 0.5
    assert why(index, "r0", "r1") == (
        f"Yet they are in two stories: all pairs between the two are likely to {first / 8:.2f} on average, less than is"
        " needed."
    )


def test_two_stories_may_be_unlike_on_the_whole(made, events):
    index = made(events)
    put(index, ["e0r0", "z0", "z1", "z2"], ["e0r1", "e1r1", "e2r1"])
    found = explain(index, "e0r0", "e0r1").story
    assert found["probability"] >= found["needed"]
    stories = [["e0r0", "z0", "z1", "z2"], ["e0r1", "e1r1", "e2r1"]]
    mean = mean_likely(index, *stories)
    assert mean < found["needed"]
    assert found["why"] == (
        f"Yet they are in two stories: all pairs between the two are likely to {mean:.2f} on average, less than is"
        " needed."
    )


def test_what_is_prepared_is_what_may_be_linked(made, prose):
    days = [0, 1, 3.9, 4.1, 8, 20, 21, 23.9, 24.1, 28, 29, 30, 31]
    articles = [Article(f"d{day}", prose.text(5), prose.text(20), published=prose.moment(24 * day)) for day in days]
    index = made([*articles, Article("undated", prose.text(5)), Article("bare", prose.text(5))])

    def prepared(a, b):
        rows = index.snapshot.columns.rows([a, b])
        return {article.id for article in StoryContext.of(index, *rows).articles}

    latest = ["d28", "d29", "d30", "d31"]
    assert prepared("d0", "d1") == {"d0", "d1", "d3.9", "d4.1"}
    assert prepared("d0", "d20") == {"d0", "d1", "d3.9", "d20", "d21", "d23.9"}
    assert prepared("d20", "d20") == {"d20", "d21", "d23.9"}
    assert prepared("undated", "bare") == {"undated", "bare", *latest}  # an unknown time stands for the latest
    assert prepared("undated", "d8") == {"undated", "bare", *latest, "d4.1", "d8"}


def test_of_too_many_the_nearest_in_time_are_prepared(made, prose, monkeypatch):
    articles = [Article(f"h{hour}", prose.text(5), published=prose.moment(hour)) for hour in range(0, 96, 8)]
    index = made([*articles, *(Article(f"u{n}", prose.text(5)) for n in range(3))])
    monkeypatch.setattr(story_context, "MOST_COMPARED", 6)

    def prepared(a, b):
        return {article.id for article in StoryContext.of(index, *index.snapshot.columns.rows([a, b])).articles}

    assert prepared("h16", "h40") == {"h16", "h40", "h8", "h24", "h32", "h48"}
    put(index, ["h16", "h88"])
    assert prepared("h16", "h40") == {"h16", "h40", "h8", "h24", "h32", "h48", "h88"}  # and those of the stories
    assert prepared("u0", "u1") == {"u0", "u1", "u2", "h72", "h80", "h88"}


def test_in_an_index_of_some_days_the_evidence_is_that_of_all(made, events):
    short = [one for one in events if one.id[:2] in ("e0", "e1", "e2")]
    index = made(short)
    prepared, row = story_set(index), index.snapshot.columns.row_of
    for a, b in (("e0r0", "e0r3"), ("e0r1", "e2r1"), ("e1r0", "e1c")):
        expected = float(prepared.probability(np.array([row[a]]), np.array([row[b]]))[0])
        assert explain(index, a, b).story["probability"] == round(expected, 4)


def test_stories_that_cannot_be_stored_are_explained_too(made, events, monkeypatch):
    index = made(events)

    def busy(*arguments, **options):
        raise IndexBusyError("another process")

    monkeypatch.setattr(StoryStore, "store", busy)
    found = explain(index, "e0r0", "e0r1").story
    assert found["same"] and not index.stories.exist()


def test_the_other_articles_that_are_likely_with_two_titles_are_a_reason(made):
    titles = [
        "Ferry hits pier in fog",
        "Ferry hits pier at Tamrit",
        "Tamrit ferry in fog hits pier",
        "Pier hit by ferry",
    ]
    index = made([Article(f"t{at}", title, language="en") for at, title in enumerate([*titles, "Snow in the hills"])])
    prepared = story_set(index)
    rows = np.arange(len(prepared))
    left, right = prepared.blocked_pairs()
    _, _, second = prepared.looked_at(rows, left, right)
    chances = dict(zip(zip(left.tolist(), right.tolist(), strict=True), second.tolist(), strict=True))
    story = explain(index, "t0", "t1").story
    assert story["probability"] == pytest.approx(chances[0, 1], abs=1e-3)
    assert story["features"]["shared_neighbours"] > 0
    assert any("for: the same other articles are likely with both" in reason for reason in story["reasons"])
    alone = explain(made([Article(f"t{at}", title, language="en") for at, title in enumerate(titles[:2])]), "t0", "t1")
    assert "shared_neighbours" not in alone.story["features"]
