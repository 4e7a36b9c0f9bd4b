from __future__ import annotations

import json
import math
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster.evaluation.metrics import Score, VMeasure, b_cubed, pairwise, pairwise_between, v_measure

LABEL = st.integers(0, 4)
ALIGNED = st.lists(st.tuples(LABEL, LABEL, st.sampled_from(["ar", "en", "tr"])), max_size=16)


def columns(rows):
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def pairs_by_hand(found, truth, allowed=lambda i, j: True):
    """Precision and recall by looking at every pair."""
    claimed = wanted = right = 0
    for i, j in combinations(range(len(found)), 2):
        if allowed(i, j):
            claimed += found[i] == found[j]
            wanted += truth[i] == truth[j]
            right += found[i] == found[j] and truth[i] == truth[j]
    return (right / claimed if claimed else 1.0), (right / wanted if wanted else 1.0)


def b_cubed_by_hand(found, truth):
    """Precision and recall by comparing the two groups of every item."""
    if not found:
        return 1.0, 1.0
    precision = recall = 0.0
    for i in range(len(found)):
        mine = {j for j in range(len(found)) if found[j] == found[i]}
        right = {j for j in range(len(found)) if truth[j] == truth[i]}
        precision += len(mine & right) / len(mine)
        recall += len(mine & right) / len(right)
    return precision / len(found), recall / len(found)


def entropy_by_hand(labels):
    return -sum(n / len(labels) * math.log(n / len(labels)) for n in Counter(labels).values())


def v_measure_by_hand(found, truth):
    """Homogeneity and completeness by the chain rule: H(truth | found) = H(truth, found) - H(found)."""
    both = entropy_by_hand(list(zip(found, truth, strict=True)))
    of_found, of_truth = entropy_by_hand(found), entropy_by_hand(truth)
    return (1 - (both - of_found) / of_truth if of_truth else 1.0), (
        1 - (both - of_truth) / of_found if of_found else 1.0
    )


@given(ALIGNED)
@settings(max_examples=150)
def test_all_scores_equal_the_definitions(rows):
    found, truth, kinds = columns(rows)
    cases = [
        (pairwise(found, truth), pairs_by_hand(found, truth)),
        (
            pairwise_between(found, truth, kinds),
            pairs_by_hand(found, truth, lambda i, j: kinds[i] != kinds[j]),
        ),
        (b_cubed(found, truth), b_cubed_by_hand(found, truth)),
    ]
    for score, (precision, recall) in cases:
        assert (score.precision, score.recall) == pytest.approx((precision, recall))
        harmonic = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        assert score.f1 == pytest.approx(harmonic)


@given(ALIGNED)
@settings(max_examples=150)
def test_the_v_measure_equals_its_definition(rows):
    found, truth, _ = columns(rows)
    homogeneity, completeness = v_measure_by_hand(found, truth)
    score = v_measure(found, truth)
    assert (score.homogeneity, score.completeness) == pytest.approx((homogeneity, completeness), abs=1e-9)
    assert 0 <= score.homogeneity <= 1 and 0 <= score.completeness <= 1
    together = score.homogeneity + score.completeness
    assert score.v == pytest.approx(2 * score.homogeneity * score.completeness / together if together else 0.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_v_measure_as_scikit_learn_has_it(seed):
    peer = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(seed)
    truth = random.integers(0, 30, 200)
    found = np.where(random.random(200) < 0.4, random.integers(0, 40, 200), truth)
    score = v_measure(found.tolist(), truth.tolist())
    expected = peer.homogeneity_completeness_v_measure(truth, found)
    assert (score.homogeneity, score.completeness, score.v) == pytest.approx(expected)


@given(ALIGNED, st.permutations(range(5)), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_laws_of_the_v_measure(rows, names, random):
    found, truth, _ = columns(rows)
    score, swapped = v_measure(found, truth), v_measure(truth, found)
    assert (swapped.homogeneity, swapped.completeness) == (score.completeness, score.homogeneity)
    assert v_measure([names[label] for label in found], found) == VMeasure(1.0, 1.0, 1.0)
    shuffled = list(rows)
    random.shuffle(shuffled)
    again = v_measure(*columns(shuffled)[:2])
    assert again.to_dict() == pytest.approx(score.to_dict(), abs=1e-12)


def test_worked_v_measures():
    # Halves cut in quarters: nothing is mixed, and the truth tells one bit of two.
    assert v_measure("aabbccdd", "xxxxyyyy") == VMeasure(1.0, pytest.approx(1 / 2), pytest.approx(2 / 3))
    assert v_measure("aabb", "xyxy") == VMeasure(0.0, 0.0, 0.0)
    assert v_measure("aaaa", "xxyy") == VMeasure(0.0, 1.0, 0.0)
    assert v_measure("", "") == v_measure("a", "x") == VMeasure(1.0, 1.0, 1.0)
    assert v_measure("aab", "xxy").to_dict() == {"homogeneity": 1.0, "completeness": 1.0, "v": 1.0}
    with pytest.raises(ValueError, match="aligned"):
        v_measure([1], [])


@given(ALIGNED)
@settings(max_examples=100)
def test_swapping_the_groupings_swaps_precision_and_recall(rows):
    found, truth, kinds = columns(rows)
    for one, other in [
        (pairwise(found, truth), pairwise(truth, found)),
        (b_cubed(found, truth), b_cubed(truth, found)),
        (pairwise_between(found, truth, kinds), pairwise_between(truth, found, kinds)),
    ]:
        assert (one.precision, one.recall, one.f1) == (other.recall, other.precision, other.f1)


@given(ALIGNED)
@settings(max_examples=50)
def test_a_grouping_agrees_wholly_with_itself(rows):
    found, _, kinds = columns(rows)
    whole = Score(1.0, 1.0, 1.0)
    assert pairwise(found, found) == b_cubed(found, found) == pairwise_between(found, found, kinds) == whole


@given(ALIGNED, st.permutations(range(5)), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_names_of_labels_and_order_of_items_do_not_matter(rows, names, random):
    found, truth, kinds = columns(rows)
    renamed = [f"cluster {names[label]}" for label in found]
    assert pairwise(renamed, truth) == pairwise(found, truth)
    assert b_cubed(renamed, truth) == b_cubed(found, truth)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert pairwise(*columns(shuffled)[:2]) == pairwise(found, truth)
    assert b_cubed(*columns(shuffled)[:2]) == b_cubed(found, truth)
    assert pairwise_between(*columns(shuffled)) == pairwise_between(found, truth, kinds)


def test_a_worked_example():
    # found {1,2,3} {4,5}; truth {1,2} {3,4,5}: 4 pairs claimed, 4 wanted, 2 of them right.
    found, truth = "aaabb", "xxyyy"
    assert pairwise(found, truth) == Score(0.5, 0.5, 0.5)
    score = b_cubed(found, truth)
    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert score.recall == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    # Between languages, claimed 1-3 2-3 4-5, wanted 3-4 4-5: one right.
    assert pairwise_between(found, truth, ["ar", "ar", "en", "ar", "en"]) == Score(1 / 3, 0.5, pytest.approx(0.4))


def test_nothing_claimed_is_precise_and_nothing_to_find_is_found():
    assert pairwise([1, 2, 3], [7, 7, 7]) == Score(1.0, 0.0, 0.0)
    assert pairwise([7, 7, 7], [1, 2, 3]) == Score(0.0, 1.0, 0.0)
    assert pairwise([1, 2], [3, 4]) == Score(1.0, 1.0, 1.0)
    assert pairwise([], []) == b_cubed([], []) == pairwise_between([], [], []) == Score(1.0, 1.0, 1.0)


def test_one_language_has_no_pair_between_languages():
    assert pairwise_between([1, 1, 2], [1, 2, 2], ["ar"] * 3) == Score(1.0, 1.0, 1.0)


def test_disjoint_pairs_score_zero():
    assert pairwise("aabb", "xyxy") == Score(0.0, 0.0, 0.0)


def test_labels_may_be_any_mix_of_hashables():
    assert pairwise([("a", 1), ("a", 1), None, "a"], [None, None, 3.5, "صدى"]) == Score(1.0, 1.0, 1.0)


def test_large_groupings_do_not_visit_pairs():
    size = 200_000
    score = pairwise([0] * size, [item % 2 for item in range(size)])
    half = size // 2
    assert score.precision == 2 * (half * (half - 1) // 2) / (size * (size - 1) // 2)
    assert score.recall == 1.0


def test_unaligned_groupings_are_refused():
    with pytest.raises(ValueError, match=r"\[2, 1\]"):
        pairwise([1, 2], [1])
    with pytest.raises(ValueError, match="aligned"):
        b_cubed([1], [])
    with pytest.raises(ValueError, match="aligned"):
        pairwise_between([1], [1], [])


def test_a_score_is_plain_values():
    values = pairwise("aab", "xxx").to_dict()
    assert json.loads(json.dumps(values)) == {"precision": 1.0, "recall": 1 / 3, "f1": 0.5}
