"""The compiled loops of a layer against their definitions, and attention against a plain sum over subwords."""

from __future__ import annotations

import math

import numpy as np

from sada.indexes.e5.layer_kernels import add_and_normalise, gelu
from sada.indexes.e5.weights import unpacked

DRAW = np.random.default_rng(7)


def floats(*shape: int) -> np.ndarray:
    return DRAW.normal(0, 2, shape).astype(np.float32)


def test_gelu_is_that_of_its_definition() -> None:
    values = np.linspace(-9, 9, 6000, dtype=np.float32).reshape(4, 1500)
    expected = [[x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in row] for row in values.tolist()]
    gelu(values)
    np.testing.assert_allclose(values, expected, atol=5e-6)


def test_rows_are_normalised_to_mean_0_and_variance_1() -> None:
    values, more, scale, shift = floats(5, 96), floats(5, 96), floats(96), floats(96)
    total = (values.astype(float) + more).T
    expected = ((total - total.mean(axis=0)) / np.sqrt(total.var(axis=0) + 1e-5)).T * scale + shift
    add_and_normalise(values, more, scale, shift, np.float32(1e-5))
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-5)


def test_blocks_of_four_bits_are_unpacked_by_their_scale() -> None:
    kind = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
    blocks = np.zeros((2, 3), kind)
    blocks["scale"], blocks["halves"] = DRAW.normal(size=(2, 3)), DRAW.integers(0, 256, (2, 3, 16))
    expected = [
        [
            (((byte & 15) if half == 0 else byte >> 4) - 8) * float(block["scale"])
            for block in row
            for half in (0, 1)
            for byte in block["halves"].tolist()
        ]
        for row in blocks
    ]
    np.testing.assert_allclose(unpacked(blocks), expected, rtol=1e-6)
