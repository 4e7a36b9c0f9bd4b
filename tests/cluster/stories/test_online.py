"""Placement against a slow one that does what the rule says, and its laws."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.stories.online import JOIN_TEXTS, JOIN_TITLES, place
from sada.indexes.threads import use_threads


class Scored:
    """Articles whose pairs have the probabilities given; those of 0 are not worth scoring, nor those far apart."""

    def __init__(self, probabilities, times, has_body):
        self._probabilities = np.array(probabilities, float)
        self.times = np.array(times, float)
        self.lexicon = SimpleNamespace(has_body=np.array(has_body, bool))

    def blocked_pairs(self, rows, asked):
        pairs = [(a, b) for a, b in combinations(range(len(rows)), 2) if asked[a] or asked[b]]
        pairs = [(a, b) for a, b in pairs if self.between(rows[a], rows[b]) > 0]
        return (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))

    def probability(self, left, right):
        return self._probabilities[left, right]

    def between(self, one, other):
        return 0.0 if self.apart(one, other) else self._probabilities[one, other]

    def apart(self, one, other):
        return abs(self.times[one] - self.times[other]) > WINDOW_DAYS


def slow(articles, stories, order, leaders):
    """What :func:`place` says it does, literally; opened stories are named by their first article."""
    found = {int(row): (int(stories[row]) if stories[row] >= 0 else None) for row in order}
    for row in order:
        if found[row] is not None:
            continue
        if leaders[row] != row:
            found[row] = found[leaders[row]]
            continue
        best = (0.0, 0, None)
        for story in {found[other] for other in order if found[other] is not None and leaders[other] == other}:
            inside = [other for other in order if found[other] == story and leaders[other] == other]
            near = [articles.between(row, other) for other in inside if not articles.apart(row, other)]
            if near and sum(near):
                chance = sum(sorted(near)[-3:]) / min(3, len(near))
                best = max(best, (chance, -order.index(inside[0]), story), key=lambda one: one[:2])
        least = JOIN_TEXTS if articles.lexicon.has_body[row] else JOIN_TITLES
        found[row] = best[2] if best[0] >= least else f"opened by {row}"
    return found


def partition(found):
    by_story = {}
    for row, story in found:
        by_story.setdefault(story, set()).add(row)
    return {frozenset(rows) for rows in by_story.values()}


@st.composite
def streams(draw):
    """Articles, some in stories, some copies, their order, and the probabilities of pairs."""
    count = draw(st.integers(1, 9))
    values = st.sampled_from([0.0, 0.0, 0.25, 0.375, 0.5, 0.625, 1.0])
    matrix = np.zeros((count, count))
    for one, other in combinations(range(count), 2):
        matrix[one, other] = matrix[other, one] = draw(values)
    times = draw(st.lists(st.sampled_from([0.0, 2.0, 4.0, 7.0, np.nan]), min_size=count, max_size=count))
    has_body = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    stories = np.array(draw(st.lists(st.integers(-1, 3), min_size=count, max_size=count)))
    order = np.array(draw(st.permutations(range(count))))
    leaders = np.arange(count)
    for at, row in enumerate(order):
        able = [other for place, other in enumerate(order) if place < at or stories[other] >= 0]
        if able and draw(st.integers(0, 4)) == 0:
            leaders[row] = leaders[draw(st.sampled_from(able))] if stories[row] < 0 else row
    return Scored(matrix, times, has_body), stories, order, leaders


@settings(max_examples=400)
@given(streams())
def test_it_is_what_the_rule_says(stream):
    articles, stories, order, leaders = stream
    found = place(articles, stories, order, leaders)
    wanted = slow(articles, stories, order.tolist(), leaders)
    assert (found[stories >= 0] == stories[stories >= 0]).all(), "what was placed stays"
    assert (found >= 0).all(), "every article is in one story"
    assert partition(enumerate(found.tolist())) == partition(wanted.items())
    joined = {row: story for row, story in wanted.items() if isinstance(story, int)}
    assert {row: found[row] for row in joined} == joined
    assert (found[[row for row in wanted if row not in joined]] > stories.max(initial=-1)).all()


@settings(max_examples=200)
@given(streams(), st.randoms())
def test_where_the_rows_stand_says_nothing(stream, random):
    articles, stories, order, leaders = stream
    shuffled = list(range(len(order)))
    random.shuffle(shuffled)
    at = np.array(shuffled)  # the old row of each new one
    back = np.argsort(at)
    other = Scored(articles._probabilities[np.ix_(at, at)], articles.times[at], articles.lexicon.has_body[at])
    assert (
        place(other, stories[at], back[order], back[leaders[at]])[back].tolist()
        == place(articles, stories, order, leaders).tolist()
    )


def put(probabilities, stories, times=None, has_body=False):
    """Where the last article goes whose probabilities with those before are given."""
    count = len(stories) + 1
    matrix = np.zeros((count, count))
    matrix[-1, :-1] = matrix[:-1, -1] = probabilities
    articles = Scored(matrix, times or [0.0] * count, [has_body] * count)
    rows = np.arange(count)
    return place(articles, np.array([*stories, -1]), rows, rows)[-1]


@pytest.mark.parametrize(
    ("probabilities", "stories", "has_body", "story"),
    [
        ([0.40], [0], False, 0),
        ([0.39], [0], False, 1),
        ([0.49], [0], True, 1),
        ([0.50], [0], True, 0),
        ([0.79, 0], [0, 0], False, 1),  # fewer than three members: divided by how many there are
        ([0.80, 0], [0, 0], False, 0),
        ([0.55, 0.4, 0.3, 0.1, 0.1], [0] * 5, False, 0),  # only the three best count
        ([0.9, 0.1, 0.1], [0, 0, 0], False, 1),
        ([0.5, 0.6], [0, 1], False, 1),
        ([0.6, 0.6], [5, 2], False, 5),  # the story whose first article comes first
        ([0.3, 0.3], [0, 1], False, 2),
    ],
)
def test_by_value(probabilities, stories, has_body, story):
    assert put(probabilities, stories, has_body=has_body) == story


def test_only_members_within_four_days_count():
    assert put([0, 0, 0.5], [0, 0, 0], times=[0.0, 1.0, 9.0, 10.0]) == 0
    assert put([0, 0, 0.5], [0, 0, 0], times=[6.0, 7.0, 9.0, 10.0]) == 1
    assert put([0, 0, 0.5], [0, 0, 0], times=[np.nan, 1.0, 9.0, 10.0]) == 1


def test_an_opened_story_is_joined_by_what_comes_after():
    matrix = np.array([[0, 0.9, 0], [0.9, 0, 0.8], [0, 0.8, 0]])
    articles = Scored(matrix, [0.0] * 3, [False] * 3)
    new = np.full(3, -1)
    rows = np.arange(3)
    assert place(articles, new, rows, rows).tolist() == [0, 0, 0]  # .8 and 0, by two
    assert place(articles, new, np.array([0, 2, 1]), rows).tolist() == [0, 0, 1]
    assert place(articles, np.array([-1, 7, -1]), rows, rows).tolist() == [7, 7, 7]


def test_nothing_and_no_stories(prose):
    empty = np.zeros(0, np.int64)
    assert place(StorySet.build([]), empty, empty, empty).tolist() == []


def test_real_articles_go_to_their_events_whatever_the_threads(events):
    order = np.lexsort(([article.id for article in events], [article.published for article in events]))
    event = {name: at for at, name in enumerate(sorted({article.id[:2] for article in events}))}
    truth = np.array([event[article.id[:2]] for article in events])
    earliest = {}
    for row in order.tolist():
        earliest.setdefault(truth[row], row)
    stories = np.where(np.isin(np.arange(len(events)), list(earliest.values())), truth, -1)
    for threads in (1, 3):
        with use_threads(threads):
            prepared = StorySet.build(events)
            assert place(prepared, stories, order, np.arange(len(events))).tolist() == truth.tolist()
