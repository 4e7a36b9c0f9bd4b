"""Rows of four bits a value, against the row they stand for."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.train_encoder.quantise import FRACTIONS, quantise


def unpack(packed: np.ndarray) -> np.ndarray:
    """(n, D) whole numbers."""
    return np.stack([packed & 15, packed >> 4], axis=2).reshape(len(packed), -1).astype(int) - 8


def restored(rows: np.ndarray) -> np.ndarray:
    packed, scales = quantise(rows)
    assert (packed.dtype, scales.dtype) == (np.uint8, np.float16)
    return unpack(packed) * scales.astype(float)[:, None]


def errors(rows: np.ndarray, fraction: float) -> np.ndarray:
    """Squared error of each row when this fraction of its greatest value becomes 7."""
    scales = (np.abs(rows).max(axis=1, keepdims=True) / 7 * np.float32(fraction)).astype(np.float16).astype(float)
    whole = np.divide(rows, scales, out=np.zeros(rows.shape), where=scales > 0).round().clip(-7, 7)
    return np.square(rows - whole * scales).sum(axis=1)


def test_where_each_column_is_kept() -> None:
    packed, scales = quantise(np.array([[7, -7, 0, 1], [-14, 2, 4, 14]], np.float32))
    assert packed.tolist() == [[0x1F, 0x98], [0x91, 0xFA]]
    assert scales.tolist() == [1, 2]


def test_a_row_of_zeros() -> None:
    packed, scales = quantise(np.zeros((2, 6), np.float32))
    assert packed.tolist() == [[0x88] * 3] * 2
    assert scales.tolist() == [0, 0]


def test_no_rows() -> None:
    packed, scales = quantise(np.zeros((0, 6), np.float32))
    assert (packed.shape, scales.shape) == ((0, 3), (0,))


def test_one_great_value_is_cut_off() -> None:
    row = np.full((1, 1000), 0.7, np.float32)
    row[0, 3] = 10
    assert restored(row)[0, :3] == pytest.approx(0.714, abs=1e-3)  # half of 10 is 7: all others are 1


def test_a_scale_that_float16_lacks() -> None:
    with pytest.raises(ValueError, match="beyond float16"):
        quantise(np.full((1, 2), 7 * 65_505, np.float32))
    assert restored(np.full((1, 2), 7 * 65_504, np.float32)).tolist() == [[7 * 65_504] * 2]


def test_normal_rows_lose_little() -> None:
    rows = np.random.default_rng(5).normal(size=(500, 320)).astype(np.float32)
    found = restored(rows)
    assert np.square(rows - found).sum() < 0.015 * np.square(rows).sum()
    assert np.square(rows - found).sum() < 0.8 * errors(rows, 1).sum()


@given(
    arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=6).map(lambda shape: (shape[0], 2 * shape[1])),
           elements=st.floats(-1000, 1000, width=16, allow_subnormal=False)),
)  # fmt: skip
def test_the_least_error_of_all_fractions(rows: np.ndarray) -> None:
    packed, _ = quantise(rows)
    assert np.abs(unpack(packed)).max() <= 7
    found = np.square(rows - restored(rows)).sum(axis=1)
    want = np.min([errors(rows, fraction) for fraction in FRACTIONS], axis=0)
    assert found == pytest.approx(want, rel=1e-3, abs=1e-6 * float(np.square(rows).sum()))
