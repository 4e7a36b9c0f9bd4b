"""Average link against SciPy's, and its own laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from sada.cluster.stories.average_link import average_link
from sada.cluster.stories.potts import by_first_row


def linked(chances: np.ndarray, resolution: float | np.ndarray, together=None) -> list[int]:
    left, right = np.nonzero(np.triu(chances, 1))
    needed = np.broadcast_to(np.asarray(resolution, np.float64), len(chances)).copy()
    return average_link(len(chances), left, right, chances[left, right], needed, together).tolist()


@st.composite
def matrices(draw, most=25):
    count = draw(st.integers(2, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    chances = np.triu(rng.random((count, count)) * draw(st.floats(0.3, 1)), 1)  # distinct: no ties
    chances[rng.random((count, count)) < draw(st.floats(0, 0.9))] = 0
    chances[chances < 0.02] = 0
    return chances + chances.T


@settings(max_examples=150)
@given(matrices(), st.sampled_from([0.1, 0.3, 0.5]))
def test_it_is_that_of_scipy(chances, resolution):
    tree = linkage(squareform(1 - chances - np.eye(len(chances)), checks=False), "average")
    assert linked(chances, resolution) == by_first_row(fcluster(tree, 1 - resolution, "distance")).tolist()


def test_a_strong_pair_does_not_join_groups_that_have_nothing_else_in_common():
    chances = np.zeros((6, 6))
    chances[:3, :3] = chances[3:, 3:] = 0.9
    chances[2, 3] = chances[3, 2] = 0.8
    np.fill_diagonal(chances, 0)
    assert linked(chances, 0.1) == [0, 0, 0, 1, 1, 1]
    assert linked(chances, 0.8 / 9 - 1e-9) == [0, 0, 0, 0, 0, 0]


def test_of_equally_likely_the_first_are_taken():
    chances = np.full((3, 3), 0.6)
    chances[0, 2] = chances[2, 0] = 0
    np.fill_diagonal(chances, 0)
    assert linked(chances, 0.4) == [0, 0, 1]
    assert linked(chances, 0.3) == [0, 0, 0]


def test_the_resolution_of_two_clusters_is_the_mean_of_theirs():
    chances = np.array([[0, 0.5], [0.5, 0]])
    assert linked(chances, np.array([0.3, 0.7])) == [0, 0]
    assert linked(chances, np.array([0.3, 0.72])) == [0, 1]


@given(matrices(12), st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_rows_that_stay_together_do(chances, groups):
    groups = np.array(groups[: len(chances)])
    found = np.array(linked(chances, 0.4, groups))
    for group in np.unique(groups):
        assert len(set(found[groups == group].tolist())) == 1
    assert by_first_row(found).tolist() == found.tolist()


def test_pairs_below_a_fiftieth_count_as_not_scored():
    chances = np.array([[0, 0.019], [0.019, 0]])
    assert linked(chances, 0.0) == [0, 1]
    assert linked(chances + 0.001 * (chances > 0), 0.0) == [0, 0]


@pytest.mark.parametrize("count", [0, 1, 4])
def test_without_pairs_each_row_is_alone(count):
    assert linked(np.zeros((count, count)), 0.3) == list(range(count))
