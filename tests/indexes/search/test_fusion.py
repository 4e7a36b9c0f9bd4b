from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.search.fusion import Evidence, fused

scores = st.lists(st.floats(0, 1), min_size=3, max_size=3)


@given(scores)
def test_fused_is_one_minus_the_product_of_what_is_missing(ways):
    (found,) = fused([np.array([way]) for way in ways]).tolist()
    assert found == pytest.approx(1 - math.prod(1 - way for way in ways), abs=1e-12)
    assert max(ways) - 1e-12 <= found <= 1


@given(scores, st.integers(0, 2), st.floats(0, 1))
def test_more_of_one_way_is_never_less_of_all(ways, at, more):
    raised = [max(way, more) if place == at else way for place, way in enumerate(ways)]
    low, high = (fused([np.array([way]) for way in some])[0] for some in (ways, raised))
    assert high >= low - 1e-12


def test_cosines_beyond_their_range_are_cut():
    assert fused([np.array([-0.2, 1.0000002]), np.array([0.5, 0.0])]).tolist() == [0.5, 1.0]


@given(scores)
def test_shares_add_up_and_follow_the_scores(ways):
    parts = Evidence(*ways).to_dict()
    shares = [part["share"] for part in parts.values()]
    assert sum(shares) == pytest.approx(1 if any(way > 1e-3 for way in ways) else sum(shares), abs=2e-4)
    for a, b in ((0, 1), (1, 2), (0, 2)):
        if ways[a] > ways[b] + 1e-3 and ways[b] < 0.999:
            assert shares[a] >= shares[b]


def test_shares_of_known_scores():
    # ln 2, ln 4 and nothing: a third and two thirds
    assert Evidence(0.5, 0.75, 0.0).to_dict() == {
        "meaning": {"score": 0.5, "share": 0.3333},
        "words": {"score": 0.75, "share": 0.6667},
        "copy": {"score": 0.0, "share": 0.0},
    }
    assert Evidence(1.0, 0.0, 1.0).to_dict()["copy"] == {"score": 1.0, "share": 0.5}
    assert {part["share"] for part in Evidence(0, 0, 0).to_dict().values()} == {0.0}


def test_reasons_name_what_weighs_most_first_and_nothing_that_is_nothing():
    assert Evidence(0.41, 0.62, 0.0, ("fog", "pier")).reasons() == [
        "common words (0.62): fog, pier",
        "close in meaning (0.41)",
    ]
    assert Evidence(0.0, 0.0, 1.0).reasons() == ["common passages (Jaccard 1.00)"]
