"""The second pass against rows of a whole matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.cluster.scoring.second_pass import NEIGHBOURS, SECOND_PASS, Look, log_odds, logistic, neighbourhoods


@st.composite
def graphs(draw):
    count = draw(st.integers(2, 8))
    pairs = draw(st.lists(st.sampled_from([(a, b) for b in range(count) for a in range(b)]), unique=True, min_size=1))
    chances = [draw(st.floats(0, 1)) for _ in pairs]
    return count, np.array(pairs, np.int64), np.array(chances)


@given(graphs())
def test_neighbourhoods_are_cosines_of_rows_without_the_pair(graph):
    count, pairs, chances = graph
    whole = np.zeros((count, count))
    strong = np.where(chances >= 0.02, chances, 0)
    whole[pairs[:, 0], pairs[:, 1]] = whole[pairs[:, 1], pairs[:, 0]] = strong
    found = neighbourhoods(count, *pairs.T.copy(), chances)
    for (a, b), value in zip(pairs.tolist(), found.tolist(), strict=True):
        others = [row for row in range(count) if row not in (a, b)]
        one, other = whole[a, others], whole[b, others]
        if not one.any() and not other.any():
            assert np.isnan(value)
            continue
        lengths = (one @ one + 0.25) * (other @ other + 0.25)
        assert value == pytest.approx(one @ other / np.sqrt(lengths), abs=1e-12)
        assert 0 <= value < 1


@given(graphs(), st.integers(1, 3))
def test_pairs_asked_for_have_the_cosine_that_they_have_among_all(graph, every):
    count, pairs, chances = graph
    asked = np.arange(len(pairs)) % every == 0
    whole = neighbourhoods(count, *pairs.T.copy(), chances)
    assert np.array_equal(
        neighbourhoods(count, *pairs.T.copy(), chances, asked), np.where(asked, whole, np.nan), equal_nan=True
    )


def test_more_and_likelier_neighbours_in_common_say_more():
    def shared(chance, common):
        pairs = np.array([(0, 1)] + [(end, 2 + other) for other in range(common) for end in (0, 1)])
        return neighbourhoods(2 + common, *pairs.T.copy(), np.array([0.4] + [chance] * 2 * common))[0]

    assert np.isnan(shared(0.9, 0))
    assert shared(0.3, 1) < shared(0.9, 1) < shared(0.9, 4) < 1


def test_log_odds_have_bounds_and_are_undone():
    assert log_odds(np.array([0.0, 0.5, 1.0])).tolist() == [-20, 0, 20]
    values = np.array([0.01, 0.3, 0.99])
    assert logistic(log_odds(values)) == pytest.approx(values)


def test_only_regimes_with_weights_are_looked_at_again():
    weights = {SECOND_PASS.format("titles"): {"bias": -1.0, "odds": 0.5, NEIGHBOURS: 3.0}}
    look = Look.of(weights, ("titles", "texts"), np.array([0, 1]))
    assert look.again(np.array([2.0, 2.0]), np.array([0.4, 0.4])).tolist() == pytest.approx([1.2, 2.0])
    assert look.again(np.array([2.0, 2.0]), np.array([np.nan, np.nan])).tolist() == [2.0, 2.0]
    assert look.where(np.array([False, True])).again(np.ones(2), np.ones(2)).tolist() == [1.0, 1.0]
