"""Rows are shared out in parts that cover all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.encoders.parts import parts_of


def test_shares_its_work_in_parts_that_cover_all() -> None:
    parts = parts_of([5, 400, 100, 90, 200, 1, 384], 384)
    assert parts == [[1], [6], [4, 2], [3, 0, 5]]
    assert parts_of([], 384) == []


@given(st.lists(st.integers(2, 600), max_size=60))
def test_parts_hold_each_row_once_and_as_many_pieces_as_one_pass_takes(lengths: list[int]) -> None:
    parts = parts_of(lengths, 384)
    assert sorted(row for part in parts for row in part) == list(range(len(lengths)))
    assert all(len(part) == 1 or sum(lengths[row] for row in part) <= 384 for part in parts)
