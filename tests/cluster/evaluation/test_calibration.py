"""Average precision and calibration against their definitions, worked out pair by pair."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster import average_precision, expected_calibration_error

PROBABILITY = st.integers(0, 20).map(lambda twentieths: twentieths / 20)  # many ties, and every edge of a bin
PAIRS = st.lists(st.tuples(PROBABILITY, st.booleans()), max_size=30)
SOME_RIGHT = PAIRS.filter(lambda rows: any(same for _, same in rows))


def columns(rows):
    return [score for score, _ in rows], [same for _, same in rows]


def average_precision_by_hand(rows):
    """For each pair that belongs together, the precision of all that score as high or higher."""
    precisions = []
    for score, same in rows:
        if same:
            taken = [other for at_least, other in rows if at_least >= score]
            precisions.append(sum(taken) / len(taken))
    return sum(precisions) / len(precisions)


def calibration_by_hand(rows, bins):
    total = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [row for row in rows if low <= row[0] < high or (number == bins - 1 and row[0] == 1)]
        if inside:
            mean, share = (sum(row[column] for row in inside) / len(inside) for column in (0, 1))
            total += len(inside) / len(rows) * abs(mean - share)
    return total


@given(SOME_RIGHT)
@settings(max_examples=150)
def test_average_precision_is_its_definition(rows):
    assert average_precision(*columns(rows)) == pytest.approx(average_precision_by_hand(rows))


@given(PAIRS, st.sampled_from([1, 2, 4, 5, 10]))
@settings(max_examples=150)
def test_calibration_is_its_definition(rows, bins):
    found = expected_calibration_error(*columns(rows), bins=bins)
    assert found == pytest.approx(calibration_by_hand(rows, bins) if rows else 0.0, abs=1e-12)
    assert 0 <= found <= 1


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_as_scikit_learn_has_it(seed):
    peer = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(seed)
    scores, same = random.integers(0, 40, 300) / 40, random.random(300) < 0.3
    assert average_precision(scores, same) == pytest.approx(peer.average_precision_score(same, scores))


@given(SOME_RIGHT, st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_only_the_multiset_counts(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert average_precision(*columns(shuffled)) == pytest.approx(average_precision(*columns(rows)), abs=1e-12)
    calibration = expected_calibration_error(*columns(rows))
    assert expected_calibration_error(*columns(shuffled)) == pytest.approx(calibration, abs=1e-12)


@given(SOME_RIGHT)
@settings(max_examples=50)
def test_average_precision_counts_the_order_alone(rows):
    scores, same = columns(rows)
    assert average_precision([math.exp(3 * score) - 7 for score in scores], same) == average_precision(scores, same)


@given(SOME_RIGHT)
@settings(max_examples=50)
def test_the_truth_as_a_score_is_perfect(rows):
    _, same = columns(rows)
    assert average_precision(same, same) == 1.0
    assert expected_calibration_error(same, same) == 0.0


def test_worked_examples():
    assert average_precision([0.9, 0.8, 0.8, 0.1], [True, False, True, True]) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert average_precision([0.5] * 4, [1, 0, 0, 0]) == 0.25
    # Bins [0, .1): 0.0 and 0.05, none together; [.9, 1]: 0.9 and 1.0, one together.
    error = expected_calibration_error([0.0, 0.05, 0.9, 1.0], [0, 0, 1, 0])
    assert error == pytest.approx(2 / 4 * 0.025 + 2 / 4 * (0.95 - 0.5))
    assert expected_calibration_error([], []) == 0.0


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(ValueError, match="there is none"):
        average_precision([0.5, 0.6], [False, False])
    with pytest.raises(ValueError, match="there is none"):
        average_precision([], [])
    for measure in (average_precision, expected_calibration_error):
        with pytest.raises(ValueError, match=r"aligned.*\(2,\), \(1,\)"):
            measure([0.5, 0.6], [True])
        with pytest.raises(ValueError, match="finite"):
            measure([0.5, math.nan], [True, False])
    with pytest.raises(ValueError, match=r"0\.2 to 1\.5"):
        expected_calibration_error([0.2, 1.5], [True, False])
    with pytest.raises(ValueError, match="bins must be 1 or more"):
        expected_calibration_error([0.2], [True], bins=0)
