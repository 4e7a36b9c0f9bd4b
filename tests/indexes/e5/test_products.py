"""Products in tiles, on each way that this processor has, against the same in NumPy."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from llvmlite.binding import get_host_cpu_features
from numba import njit

from sada.indexes.e5 import attention, dense, product_kernels
from sada.indexes.e5.attention_kernels import attention as in_tiles
from sada.indexes.e5.dense import FloatDense, PackedDense
from sada.indexes.e5.product_kernels import UNIT, product_of_bytes, row_packer
from sada.indexes.e5.tile_kernels import UNITS

HERE = [feature for feature in UNITS if UNIT is not None and get_host_cpu_features().get(feature)]
OUTPUTS, INPUTS = 96, 160
DRAW = np.random.default_rng(11)


def floats(*shape: int) -> np.ndarray:
    return DRAW.normal(0, 2, shape).astype(np.float32)


def some_blocks() -> np.ndarray:
    """A matrix as the file of weights has it."""
    blocks = np.zeros((OUTPUTS, INPUTS // 32), np.dtype([("scale", "<f2"), ("halves", "u1", 16)]))
    blocks["scale"], blocks["halves"] = DRAW.normal(size=blocks.shape), DRAW.integers(0, 256, (*blocks.shape, 16))
    blocks["halves"][0], blocks["halves"][1] = 0, 255  # the least and the greatest, for sums in 16 bits
    return blocks


def rounded(values: np.ndarray) -> np.ndarray:
    """Each 32 numbers rounded to whole multiples of a 127th of the greatest."""
    parts = values.astype(float).reshape(len(values), -1, 32)
    steps = np.abs(parts).max(axis=-1, keepdims=True) / 127
    return (np.rint(parts / np.where(steps > 0, steps, 1)) * steps).reshape(values.shape)


@cache
def made(feature: str) -> tuple[Any, Any, Any]:
    unit = UNITS[feature]
    return njit(row_packer(unit)), njit(product_of_bytes(unit)), njit(in_tiles(unit))


@pytest.fixture(params=HERE)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Multiply in one of the ways."""
    for room, name, function in zip(
        (dense, dense, attention), ("pack", "multiply", "attend_in_tiles"), made(request.param), strict=True
    ):
        monkeypatch.setattr(room, name, function)


@pytest.mark.parametrize("rows", [1, 5, 6, 13])
def test_products_are_those_of_rounded_rows(way: None, rows: int) -> None:
    blocks, bias, factors, values = some_blocks(), floats(OUTPUTS), floats(OUTPUTS), floats(rows, INPUTS)
    values[0, :64] = 0
    values[-1, 64:96] = 127.0  # all of a block the greatest
    found = PackedDense(blocks, bias, factors).apply(values)
    exact = (dense.unpacked(blocks).astype(float) @ rounded(values).T).T * factors + bias * factors
    assert (found.shape, found.dtype) == ((rows, OUTPUTS), np.float32)
    np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-3)


def test_all_ways_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks, bias, factors, values = some_blocks(), floats(OUTPUTS), floats(OUTPUTS), floats(20, INPUTS)
    found = []
    for feature in HERE:
        monkeypatch.setattr(dense, "pack", made(feature)[0])
        monkeypatch.setattr(dense, "multiply", made(feature)[1])
        found.append(PackedDense(blocks, bias, factors).apply(values))
    assert all((one == found[0]).all() for one in found)


def test_rows_do_not_depend_on_those_beside_them(way: None) -> None:
    matrix, values = PackedDense(some_blocks(), floats(OUTPUTS), floats(OUTPUTS)), floats(15, INPUTS)
    alone = np.concatenate([matrix.apply(values[row : row + 1]) for row in range(15)])
    assert (matrix.apply(values) == alone).all()


def test_rounding_the_rows_changes_little() -> None:
    given = some_blocks(), floats(OUTPUTS), floats(OUTPUTS)
    values = floats(30, INPUTS)
    exact = FloatDense(*given).apply(values)
    np.testing.assert_allclose(
        exact, (dense.unpacked(given[0]) @ values.T).T * given[2] + given[1] * given[2], rtol=1e-3, atol=1e-2
    )
    if HERE:
        error = PackedDense(*given).apply(values) - exact
        assert np.linalg.norm(error) < 0.01 * np.linalg.norm(exact)


def plainly(projected: np.ndarray, bounds: list[int], heads: int) -> np.ndarray:
    """Attention by its definition, head by head and row by row."""
    width = projected.shape[1] // 3
    found = np.zeros((len(projected), width))
    queries, keys, values = np.split(projected.astype(float), 3, axis=1)
    for start, stop in pairwise(bounds):
        for head in np.split(np.arange(width), heads):
            for row in range(start, stop):
                weights = np.exp(keys[start:stop][:, head] @ queries[row, head])
                found[row, head] = weights @ values[start:stop][:, head] / weights.sum()
    return found


def unknown() -> dict[str, bool]:
    raise RuntimeError("unknown processor")


def test_the_fastest_way_of_this_processor_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for feature in UNITS:
        monkeypatch.setattr(product_kernels, "get_host_cpu_features", lambda only=feature: {only: True, "avx2": True})
        assert product_kernels.unit_here() == UNITS[feature]
    for none in (dict, lambda: {"neon": True}, unknown):
        monkeypatch.setattr(product_kernels, "get_host_cpu_features", none)
        assert product_kernels.unit_here() is None
    monkeypatch.setattr(product_kernels, "get_host_cpu_features", lambda: {"avx2": True})
    monkeypatch.setattr(product_kernels.config, "CPU_NAME", "generic")
    assert product_kernels.unit_here() is None


BOUNDS = [0, 1, 6, 13, 45, 78, 150]


def test_attention_in_tiles(way: None) -> None:
    projected = floats(BOUNDS[-1], 3 * 64) / 2
    found = attention.attend(projected, np.array(BOUNDS), 2)
    assert (found.shape, found.dtype) == ((150, 64), np.float32)
    np.testing.assert_allclose(found, plainly(projected, BOUNDS, 2), atol=2e-5)


def test_attention_of_great_scores(way: None) -> None:
    projected = floats(40, 3 * 32) * 20
    expected = projected[:, 64:][(projected[:, :32] @ projected[:, 32:64].T).argmax(axis=1)]
    found = attention.attend(projected, np.array([0, 40]), 1)
    sure = np.partition(projected[:, :32] @ projected[:, 32:64].T, -2, axis=1)
    sure = sure[:, -1] - sure[:, -2] > 30  # one key takes all
    assert sure.sum() > 20
    np.testing.assert_allclose(found[sure], expected[sure], atol=1e-4)


def test_attention_in_other_heads_or_on_other_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    projected = floats(BOUNDS[-1], 3 * 64) / 2
    expected = plainly(projected, BOUNDS, 4)
    np.testing.assert_allclose(attention.attend(projected, np.array(BOUNDS), 4), expected, atol=2e-5)
    monkeypatch.setattr(attention, "UNIT", None)
    expected = plainly(projected, BOUNDS, 2)
    np.testing.assert_allclose(attention.attend(projected, np.array(BOUNDS), 2), expected, atol=2e-5)
