"""The Potts partition against exhaustive search and its own laws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster.stories.potts import partition


def cut(count, edges, resolution=0.3):
    left = np.array([edge[0] for edge in edges], np.int64)
    right = np.array([edge[1] for edge in edges], np.int64)
    probability = np.array([edge[2] for edge in edges], np.float64)
    costs = np.broadcast_to(np.asarray(resolution, np.float64), count).copy()
    return partition(count, left, right, probability, costs).tolist()


def score(labels, edges, costs) -> float:
    together = sum(p for a, b, p in edges if labels[a] == labels[b])
    pairs = ((a, b) for b in range(len(labels)) for a in range(b) if labels[a] == labels[b])
    return together - sum((costs[a] + costs[b]) / 2 for a, b in pairs)


def partitions(count: int) -> Iterator[list[int]]:
    """Every way to group ``count`` items, as restricted growth strings."""

    def grow(labels: list[int]) -> Iterator[list[int]]:
        if len(labels) == count:
            yield labels
            return
        for label in range(max(labels, default=-1) + 2):
            yield from grow([*labels, label])

    return grow([])


def components(count, edges) -> list[int]:
    labels = list(range(count))
    for a, b, _ in edges:
        old, new = labels[a], labels[b]
        labels = [new if label == old else label for label in labels]
    return labels


@st.composite
def graphs(draw, most=7):
    count = draw(st.integers(1, most))
    pairs = [(a, b) for b in range(count) for a in range(b)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    probability = st.floats(0.02, 1.0).map(lambda value: round(value, 3))
    edges = [(a, b, draw(probability)) for a, b in chosen]
    costs = draw(st.lists(st.sampled_from([0.2, 0.3]), min_size=count, max_size=count))
    return count, edges, costs


@settings(max_examples=200)
@given(graphs(most=12))
def test_never_worse_than_all_alone_or_than_connected_components(graph):
    count, edges, costs = graph
    found = score(cut(count, edges, costs), edges, costs)
    assert found >= -1e-9
    assert found >= score(components(count, edges), edges, costs) - 1e-9


@settings(max_examples=100)
@given(graphs(most=12))
def test_clusters_are_connected_and_numbered_by_their_first_row(graph):
    count, edges, costs = graph
    labels = cut(count, edges, costs)
    assert list(dict.fromkeys(labels)) == list(range(max(labels) + 1))
    inside = [edge for edge in edges if labels[edge[0]] == labels[edge[1]]]
    assert len(set(components(count, inside))) == len(set(labels))
    assert cut(count, list(reversed(edges)), costs) == labels
    assert cut(count, [(b, a, p) for a, b, p in edges], costs) == labels


def test_small_graphs_mostly_reach_the_best_of_all_partitions():
    generator = np.random.default_rng(5)
    best_reached, lost = 0, 0.0
    trials = 60
    for _ in range(trials):
        count = int(generator.integers(4, 8))
        pairs = [(a, b) for b in range(count) for a in range(b)]
        edges = [(a, b, float(generator.random())) for a, b in pairs if generator.random() < 0.6]
        edges = [edge for edge in edges if edge[2] >= 0.02]
        costs = [0.3] * count
        best = max(score(labels, edges, costs) for labels in partitions(count))
        found = score(cut(count, edges), edges, costs)
        assert found <= best + 1e-9
        best_reached += found >= best - 1e-9
        lost += best - found
    assert best_reached >= 0.8 * trials
    assert lost / trials < 0.05


def clique(rows, probability=0.9):
    return [(a, b, probability) for b in rows for a in rows if a < b]


def test_one_strong_pair_does_not_join_two_cliques():
    edges = [*clique(range(5)), *clique(range(5, 10)), (4, 5, 1.0)]
    assert cut(10, edges) == [0] * 5 + [1] * 5


def test_cliques_with_enough_between_them_do_join():
    between = [(a, b, 0.5) for a in range(4) for b in range(4, 8)]
    assert cut(8, [*clique(range(4)), *clique(range(4, 8)), *between]) == [0] * 8


def test_contraction_joins_what_no_single_move_would():
    """Pairs that hold fast inside, weak but many ties between: moving any one row loses, moving a pair gains."""
    edges = [(0, 1, 1.0), (2, 3, 1.0), *((a, b, 0.35) for a in (0, 1) for b in (2, 3))]
    assert cut(4, edges) == [0, 0, 0, 0]


@pytest.mark.parametrize(("probability", "together"), [(0.19, False), (0.21, True), (0.24, True), (0.26, True)])
def test_a_pair_is_judged_by_the_resolution_of_its_rows(probability, together):
    assert (len(set(cut(2, [(0, 1, probability)], 0.2))) == 1) == together
    mixed = cut(2, [(0, 1, probability)], [0.2, 0.3])
    assert (len(set(mixed)) == 1) == (probability > 0.25)


def test_rows_without_pairs_stand_alone():
    assert cut(0, []) == []
    assert cut(1, []) == [0]
    assert cut(4, []) == [0, 1, 2, 3]
    assert cut(5, [(1, 3, 0.9)]) == [0, 1, 2, 1, 3]
    assert cut(3, [(0, 2, 0.0), (0, 1, 0.019)]) == [0, 1, 2]


def test_many_rows_of_one_event_stay_one():
    """300 rows of which each was paired with its 30 nearest on a ring: the rest of the pairs count as 0."""
    count = 300
    edges = [(min(a, b), max(a, b), 0.95) for a in range(count) for step in range(1, 16) for b in [(a + step) % count]]
    labels = cut(count, edges, 0.3)
    assert len(set(labels)) > 1, "a ring is no clique: unscored pairs count against it"
    assert cut(40, clique(range(40), 0.35)) == [0] * 40


def test_the_same_every_time():
    generator = np.random.default_rng(6)
    edges = [(a, b, float(generator.random())) for b in range(80) for a in range(b) if generator.random() < 0.1]
    assert cut(80, edges) == cut(80, edges)


@settings(max_examples=200)
@given(graphs(most=9), st.data())
def test_rows_that_stay_together_are_cut_as_one(graph, data):
    count, edges, costs = graph
    numbers = data.draw(st.lists(st.integers(-2, 4), min_size=count, max_size=count))
    left, right = (np.array([edge[side] for edge in edges], np.int64) for side in (0, 1))
    chances = np.array([edge[2] for edge in edges], np.float64)
    found = partition(count, left, right, chances, np.array(costs), np.array(numbers)).tolist()
    assert all(found[a] == found[b] for a in range(count) for b in range(count) if numbers[a] == numbers[b])
    assert score(found, edges, costs) >= score(numbers, edges, costs) - 1e-9
    assert list(dict.fromkeys(found)) == list(range(max(found) + 1))
    renamed = [-7 * number % 23 for number in numbers]
    assert partition(count, left, right, chances, np.array(costs), np.array(renamed)).tolist() == found
    alone = partition(count, left, right, chances, np.array(costs), np.arange(count)).tolist()
    assert alone == cut(count, edges, np.array(costs))
