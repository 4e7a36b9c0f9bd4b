"""What a collection is like, counted by hand, and what follows for pairs of full texts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.cluster.scoring import collection
from sada.cluster.scoring.collection import Mates, crowd

SHARES = st.floats(0, 1)
MANY = 10**12
CROWDS = st.floats(1, 1e6)


def test_mates_are_counted_among_articles_without_a_sure_one():
    rows = np.array([4, 5, 6, 7, 8])
    left, right = np.array([4, 6, 7, 4]), np.array([5, 7, 8, 8])
    found = Mates.of(rows, left, right, np.array([0.95, 0.6, 0.2, 0.4]))
    assert found.unsure == pytest.approx(3 / 5)
    assert found.likely == pytest.approx(2 / 3)
    sure = Mates.of(rows[:2], left[:1], right[:1], np.array([1.0]))
    assert sure == (0.0, collection.USUAL_MATES)


def shift(mates: Mates, crowd: float, count: float = MANY) -> float:
    return collection.shift(mates, crowd, count)


def test_nothing_is_shifted_in_a_usual_collection_or_where_all_are_sure():
    assert shift(Mates(1.0, collection.USUAL_MATES), collection.USUAL_CROWD) == 0
    assert shift(Mates(0.0, 1.0), 1) == 0


def test_the_shift_is_that_of_the_formula():
    assert shift(Mates(0.3, 0.4), 2000) == pytest.approx((2 * math.log(0.45 / 0.35) - 0.6 * math.log(2)) / 2)


@given(SHARES, SHARES, SHARES, CROWDS, CROWDS)
def test_more_mates_raise_it_a_crowd_lowers_it_and_it_has_bounds(unsure, few, many, small, large):
    few, many = sorted((few, many))
    small, large = sorted((small, large))
    assert shift(Mates(unsure, few), small) <= shift(Mates(unsure, many), small)
    assert shift(Mates(unsure, few), small) >= shift(Mates(unsure, few), large)
    assert abs(shift(Mates(unsure, few), large)) <= collection.FURTHEST


def test_of_few_articles_little_is_believed():
    found = [shift(Mates(1.0, 0.5), 200, count) for count in (0, 20, MANY)]
    assert found[0] == 0 < found[1]
    assert found[1] == pytest.approx(found[2] / 2)


@given(st.lists(st.one_of(st.just(math.nan), st.floats(0, 30)), min_size=1, max_size=12))
def test_the_crowd_is_what_is_near_in_time(times):
    near = [sum(not abs(one - other) > 4 for other in times) for one in times]
    assert crowd(np.array(times)) == pytest.approx(np.mean(near))
