"""Bootstrap intervals against draws that are laid out item by item, and against the laws that they must keep."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster import bootstrap_intervals, v_measure
from sada.cluster.evaluation.bootstrap import Intervals
from sada.cluster.evaluation.metrics import b_cubed, pairwise, pairwise_between

KINDS = ["ar", "en", "tr"]
PERFECT = Intervals(*[(1.0, 1.0)] * 4)


def partitions(random, items):
    """Random groupings of random fineness: what is found, the truth, and kinds."""
    found, truth = (random.integers(0, random.integers(1, items + 1), items).tolist() for _ in range(2))
    return found, truth, random.choice(KINDS, items).tolist()


def numbered(truth):
    """The clusters, each the list of its items, in order of their first items."""
    clusters = {}
    for item, label in enumerate(truth):
        clusters.setdefault(label, []).append(item)
    return list(clusters.values())


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def laid_out(found, truth, kinds, drawn):
    """F1 of the four measures on one draw, by looking at every two items of it.

    Every drawn cluster has a number of its own; two draws of one cluster do not see each other.
    """
    clusters = numbered(truth)
    scale = len(clusters) / max(len(clusters) - 1, 1)
    items = [(item, cluster, number) for number, cluster in enumerate(drawn) for item in clusters[cluster]]
    group, label = Counter(found), Counter(truth)
    cell = Counter(zip(found, truth, strict=True))
    right, wrong, wanted = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
    impurity = loss = 0.0
    for item, cluster, number in items:
        mine = cell[found[item], truth[item]]
        others = group[found[item]] - mine
        abroad = sum(
            found[x] == found[item] and truth[x] != truth[item] and kinds[x] != kinds[item] for x in range(len(found))
        )
        for other, its_cluster, its_number in items:
            together, different = found[item] == found[other], kinds[item] != kinds[other]
            if number == its_number and item != other:
                wanted[0] += 1
                wanted[1] += different
                right[0] += together
                right[1] += together and different
            elif together and cluster != its_cluster:
                wrong[0] += scale
                wrong[1] += scale * abroad / others
                impurity += scale / group[found[item]]
                loss += scale * math.log(group[found[item]] / mine) / others
    scores = [
        f1(r / (r + w) if r + w else 1.0, r / total if total else 1.0)
        for r, w, total in zip(right, wrong, wanted, strict=True)
    ]
    sizes = [(cell[found[i], truth[i]], group[found[i]], label[truth[i]]) for i, _, _ in items]
    recall = sum(c / t for c, _, t in sizes) / len(items)
    scores.append(f1(max(1 - impurity / len(items), 0.0), recall))
    of_truth, of_found = (sum(math.log(len(found) / size[which]) for size in sizes) for which in (2, 1))
    missed = sum(math.log(t / c) for c, _, t in sizes)
    homogeneity, completeness = (
        max(1 - lost / whole, 0.0) if whole else 1.0 for lost, whole in ((loss, of_truth), (missed, of_found))
    )
    return [*scores, f1(homogeneity, completeness)]


def values(intervals):
    return [intervals.pairs, intervals.between_languages, intervals.b_cubed, intervals.v_measure]


@pytest.mark.parametrize("seed", range(40))
def test_one_draw_is_what_it_is_item_by_item(seed):
    random = np.random.default_rng(seed)
    found, truth, kinds = partitions(random, int(random.integers(1, 25)))
    clusters = len(set(truth))
    drawn = np.random.default_rng(seed).integers(clusters, size=clusters).tolist()
    expected = laid_out(found, truth, kinds, drawn)
    for interval, value in zip(
        values(bootstrap_intervals(found, truth, kinds, draws=1, seed=seed)), expected, strict=True
    ):
        assert interval == pytest.approx((value, value))


@pytest.mark.parametrize("seed", range(60))
def test_the_score_lies_in_its_interval(seed):
    random = np.random.default_rng(seed)
    found, truth, kinds = partitions(random, int(random.integers(2, 150)))
    scores = (
        pairwise(found, truth).f1,
        pairwise_between(found, truth, kinds).f1,
        b_cubed(found, truth).f1,
        v_measure(found, truth).v,
    )
    for score, (low, high) in zip(scores, values(bootstrap_intervals(found, truth, kinds)), strict=True):
        assert 0 <= low <= high <= 1
        assert low - 1e-9 <= score <= high + 1e-9


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(KINDS)), max_size=20))
@settings(max_examples=30)
def test_a_perfect_grouping_is_sure(rows):
    truth, kinds = [label for label, _ in rows], [kind for _, kind in rows]
    assert bootstrap_intervals([f"story {label}" for label in truth], truth, kinds, draws=40) == PERFECT


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(KINDS)), max_size=16),
    st.permutations(range(5)),
)
@settings(max_examples=50)
def test_names_of_labels_do_not_matter(rows, names):
    found, truth, kinds = ([row[column] for row in rows] for column in range(3))
    renamed = bootstrap_intervals([names[label] for label in found], [names[label] for label in truth], kinds, draws=20)
    assert renamed == bootstrap_intervals(found, truth, kinds, draws=20)


def test_equal_clusters_treated_alike_leave_no_doubt():
    # Every cluster of four is cut in two halves: each draw of them gives the same scores.
    truth = [item // 4 for item in range(80)]
    found = [item // 2 for item in range(80)]
    intervals = bootstrap_intervals(found, truth, ["ar", "en"] * 40)
    assert intervals.pairs == pytest.approx((f1(1, 1 / 3),) * 2)
    assert intervals.b_cubed == pytest.approx((f1(1, 1 / 2),) * 2)


def test_a_score_that_hangs_on_one_cluster_is_unsure():
    # One cluster of ten is scattered whole, nine pairs are found: draws without the one score 1, with it much less.
    truth = [0] * 10 + [1 + item // 2 for item in range(18)]
    found = list(range(-10, 0)) + truth[10:]
    low, high = bootstrap_intervals(found, truth, ["en"] * 28).pairs
    assert pairwise(found, truth).f1 == pytest.approx(f1(1, 9 / 54))
    assert (low < 0.15, high) == (True, 1.0)
    assert bootstrap_intervals(found, truth, ["en"] * 28).between_languages == (1.0, 1.0)  # there is one language


def test_more_clusters_leave_less_doubt():
    def width(clusters):
        random = np.random.default_rng(5)
        truth = np.repeat(np.arange(clusters), 4)
        found = np.where(random.random(len(truth)) < 0.3, random.integers(clusters, size=len(truth)), truth)
        low, high = bootstrap_intervals(found.tolist(), truth.tolist(), [""] * len(truth)).b_cubed
        return high - low

    assert width(1600) == pytest.approx(width(100) / 4, rel=0.35)  # as the square root


def test_a_seed_is_repeated():
    found, truth, kinds = partitions(np.random.default_rng(3), 60)
    assert bootstrap_intervals(found, truth, kinds) == bootstrap_intervals(found, truth, kinds)
    assert bootstrap_intervals(found, truth, kinds, seed=1) != bootstrap_intervals(found, truth, kinds)


def test_unaligned_groupings_are_refused():
    with pytest.raises(ValueError, match=r"\[2, 1, 2\]"):
        bootstrap_intervals([1, 2], [1], [1, 1])
