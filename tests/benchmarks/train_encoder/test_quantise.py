"""Rows of two bits a value, against the row they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from benchmarks.train_encoder.quantise import quantise


def unpack(packed: np.ndarray) -> np.ndarray:
    """(n, D) of -3, -1, 1 and 3."""
    places = np.concatenate([packed >> shift & 3 for shift in (0, 2, 4, 6)], axis=1)
    return 2 * places.astype(int) - 3


def restored(rows: np.ndarray) -> np.ndarray:
    packed, scales = quantise(rows)
    assert (packed.dtype, scales.dtype) == (np.uint8, np.float16)
    return unpack(packed) * scales.astype(float)[:, None]


def test_where_each_column_is_kept() -> None:
    packed, scales = quantise(np.array([[-3, 3, -1, 3, 1, -3, 3, -3], [2, -2, 6, -2, -6, 2, -2, 2]], np.float32))
    assert packed.tolist() == [[0b11_10_01_00, 0b00_00_11_11], [0b01_00_11_10, 0b10_10_01_01]]
    assert scales.tolist() == [1, 2]


def test_a_row_of_zeros() -> None:
    assert (restored(np.zeros((2, 8), np.float32)) == 0).all()


def test_no_rows() -> None:
    packed, scales = quantise(np.zeros((0, 8), np.float32))
    assert (packed.shape, scales.shape) == ((0, 2), (0,))


def test_a_scale_that_float16_lacks() -> None:
    with pytest.raises(ValueError, match="beyond float16"):
        quantise(np.full((1, 4), 3 * 65_540, np.float32))
    assert restored(np.full((1, 4), 3 * 65_504, np.float32)) == pytest.approx(3 * 65_504)


def test_normal_rows_lose_as_little_as_four_levels_allow() -> None:
    rows = np.random.default_rng(5).normal(size=(500, 640)).astype(np.float32)
    lost = np.square(rows - restored(rows)).sum() / np.square(rows).sum()
    assert lost == pytest.approx(0.118, abs=0.002)  # equally spaced levels lose .119 (Max, 1960)


@given(
    arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=6).map(lambda shape: (shape[0], 4 * shape[1])),
           elements=st.floats(-1000, 1000, width=16, allow_subnormal=False)),
)  # fmt: skip
def test_each_value_stands_for_the_nearest_level(rows: np.ndarray) -> None:
    _, scales = quantise(rows)
    scale = scales.astype(float)[:, None, None]
    nearest = np.abs(rows[:, :, None] - scale * np.array([-3, -1, 1, 3])).min(axis=2)
    assert np.abs(rows - restored(rows)) == pytest.approx(nearest, abs=1e-6)
    assert (np.square(nearest).sum(axis=1) <= np.square(rows).sum(axis=1) + 1e-6).all()
