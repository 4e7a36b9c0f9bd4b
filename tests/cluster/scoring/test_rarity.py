"""The inverse document frequency: its formula, and that a rare word is worth as much in any collection."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sada.cluster.scoring.rarity import RAREST, inverse_frequencies


@pytest.mark.parametrize("count", [20, 300, 3000, 100_000])
def test_a_term_of_one_row_is_worth_as_much_in_any_collection(count):
    assert inverse_frequencies(np.array([1]), count).tolist() == pytest.approx([RAREST])


def test_it_falls_with_frequency_and_never_below_its_floor():
    found = inverse_frequencies(np.array([1, 399, 400]), 400)
    scale = 7.6 / math.log(450 / 1.5)
    assert found.tolist() == pytest.approx([7.6, scale * math.log(450 / 399.5), scale * math.log(450 / 400.5)])
    assert inverse_frequencies(np.array([5000]), 5000).tolist() == pytest.approx([0.05])


def test_few_rows_say_little_of_what_is_rare():
    whole = 7.6 / math.log(52 / 1.5)
    assert inverse_frequencies(np.array([1, 2]), 2).tolist() == pytest.approx(
        [(1 + (whole - 1) * 0.1) * math.log(52 / df) for df in (1.5, 2.5)]
    )
    assert inverse_frequencies(np.zeros(0), 0).tolist() == []
