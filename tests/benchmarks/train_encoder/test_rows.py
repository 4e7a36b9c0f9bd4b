"""Steps of the rows of a table, by hand."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from benchmarks.train_encoder.rows import RowAdam


@pytest.mark.parametrize("columns", [(), (3,)])
def test_steps_of_rows_by_hand(columns: tuple[int, ...]) -> None:
    random = np.random.default_rng(0)
    table = random.normal(size=(5, *columns))
    optimiser = RowAdam(torch.tensor(table, dtype=torch.float32))
    mean, square, steps = np.zeros_like(table), np.zeros(5), np.zeros(5)
    for rows in ([0, 3], [3], [1, 3, 4], [0, 4]):
        gradient = random.normal(size=(len(rows), *columns))
        optimiser.step(torch.tensor(rows), torch.tensor(gradient, dtype=torch.float32), 0.1)
        for row, slope in zip(rows, gradient, strict=True):
            steps[row] += 1
            mean[row] = 0.9 * mean[row] + 0.1 * slope
            square[row] = 0.99 * square[row] + 0.01 * np.mean(slope**2)
            move = mean[row] / (1 - 0.9 ** steps[row]) / (square[row] / (1 - 0.99 ** steps[row])) ** 0.5
            table[row] -= 0.1 * move
    assert np.allclose(optimiser.table.numpy(), table, atol=1e-5)
    assert steps.tolist() == optimiser.steps.tolist() == [2, 1, 0, 3, 2]
