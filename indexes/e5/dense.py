"""Products with the matrices of a layer: of 4-bit numbers as they are in the file, or of float32 with BLAS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from sada.indexes.e5.product_kernels import UNIT, multiply, pack
from sada.indexes.e5.tile_kernels import BLOCK, COLUMNS, QUAD, ROWS
from sada.indexes.e5.weights import WeightFile, unpacked


class Dense(Protocol):
    """A matrix and a bias."""

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Multiply rows with the matrix and add the bias: float32 (n, inputs) to float32 (n, outputs)."""


class FloatDense:
    """All in float32.

    Args:
        blocks: a matrix as the file has it (outputs, inputs / 32).
        bias: float32 (outputs,).
        factors: float32 (outputs,), what each output is multiplied by.
    """

    def __init__(self, blocks: np.ndarray, bias: np.ndarray, factors: np.ndarray) -> None:
        self._matrix = np.ascontiguousarray((unpacked(blocks) * factors[:, None]).T)
        self._bias = bias * factors

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Multiply rows with the matrix and add the bias."""
        found: np.ndarray = values @ self._matrix
        found += self._bias
        return found


class PackedDense:
    """The matrix in 4 bits, and rows rounded to 8 bits with a scale for each 32 numbers, as the package has them.

    Args:
        blocks: a matrix as the file has it (outputs, inputs / 32).
        bias: float32 (outputs,).
        factors: float32 (outputs,), what each output is multiplied by.
    """

    def __init__(self, blocks: np.ndarray, bias: np.ndarray, factors: np.ndarray) -> None:
        self._blocks = blocks.shape[1]
        numbers = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=-1)
        tiles = numbers.reshape(-1, COLUMNS, self._blocks, BLOCK // QUAD, QUAD)
        self._columns = np.ascontiguousarray(tiles.transpose(0, 2, 3, 1, 4))
        scales = (blocks["scale"].astype(np.float32) * factors[:, None]).reshape(-1, COLUMNS, self._blocks)
        self._scales = np.ascontiguousarray(scales.transpose(0, 2, 1))
        self._bias = bias * factors

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Multiply rows with the matrix and add the bias."""
        tiles = -(-len(values) // ROWS)
        numbers = np.zeros((tiles, self._blocks, ROWS, BLOCK), np.int8)
        scales, firsts = np.zeros((2, tiles, self._blocks, ROWS), np.float32)
        pack(values, numbers, scales, firsts.view(np.int32))
        found = np.empty((tiles * ROWS, len(self._bias)), np.float32)
        multiply(numbers, scales, firsts.view(np.int32), self._columns, self._scales, self._bias, found)
        return found[: len(values)]


def read_dense(weights: WeightFile, names: Sequence[str], inputs: int, factors: Sequence[float] = (1,)) -> Dense:
    """Read matrices as one, their outputs beside one another, in the form that this processor is fastest with.

    Args:
        weights: the file.
        names: of the matrices.
        inputs: how many each has.
        factors: what the outputs of each are multiplied by; one for all, or one for each.
    """
    blocks = [weights.packed(f"{name}.w", inputs) for name in names]
    sizes = list(map(len, blocks))
    many = np.repeat(np.resize(np.array(factors, np.float32), len(names)), sizes)
    bias = np.concatenate([weights.floats(f"{name}.b") for name in names])
    return (FloatDense if UNIT is None else PackedDense)(np.concatenate(blocks), bias, many)
