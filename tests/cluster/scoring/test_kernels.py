"""Compiled loops of scoring against NumPy."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from sada.cluster.scoring.kernels import find_positions

HASHES = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 40), st.integers(2**64 - 40, 2**64 - 1))


@given(st.lists(HASHES, max_size=60))
@example([0])
@example([2**64 - 1, 0, 2**63, 2**63 - 1])
def test_positions_are_those_of_a_sorted_search(terms):
    terms = np.array(terms, np.uint64)
    known, found = np.unique(terms), np.empty(len(terms), np.int32)
    find_positions(known, terms, found)
    assert found.tolist() == np.searchsorted(known, terms).tolist()
