"""Spans of numbers, unrolled one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from sada.indexes.ragged import unrolled


@pytest.mark.parametrize(
    "spans",
    [[], [(3, 3)], [(5, 8)], [(0, 2), (0, 2)], [(4, 4), (7, 9), (9, 9), (1, 4), (2, 2)]],
)
def test_spans_are_unrolled_one_after_the_other(spans):
    starts, stops = np.array(spans, np.int64).reshape(-1, 2).T
    which, numbers = unrolled(starts, stops)
    expected = [(span, number) for span, ends in enumerate(spans) for number in range(*ends)]
    assert list(zip(which.tolist(), numbers.tolist(), strict=True)) == expected
    assert which.dtype == numbers.dtype == np.int64
