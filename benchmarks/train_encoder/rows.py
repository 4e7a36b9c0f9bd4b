"""An optimiser for the piece embeddings, of which a batch touches few: Adam on the touched rows alone."""

from __future__ import annotations

import torch
from torch import Tensor


class RowAdam:
    """Adam (Kingma and Ba, 2015) with one second moment a row, applied to the rows that a batch touched.

    A second moment for each row, not each value, is what keeps the state small and the step quick.

    Args:
        table: (n, columns) or (n,), changed in place.
    """

    def __init__(self, table: Tensor, first: float = 0.9, second: float = 0.99) -> None:
        self.table = table
        self.first, self.second = first, second
        self.mean = torch.zeros_like(table)
        self.square = torch.zeros(len(table))
        self.steps = torch.zeros(len(table))

    @torch.no_grad()
    def step(self, rows: Tensor, gradient: Tensor, rate: float) -> None:
        """One step for the distinct ``rows``, whose gradient is (len(rows), columns) or (len(rows),)."""
        wide = gradient.reshape(len(rows), -1)
        steps = self.steps[rows] + 1
        mean = self.mean[rows].reshape(len(rows), -1).lerp_(wide, 1 - self.first)
        square = self.square[rows].lerp_(wide.square().mean(1), 1 - self.second)
        self.steps[rows], self.square[rows] = steps, square
        self.mean[rows] = mean.reshape(gradient.shape)
        scale = rate / (1 - self.first**steps) / ((square / (1 - self.second**steps)).sqrt() + 1e-8)
        self.table[rows] -= (mean * scale[:, None]).reshape(gradient.shape)
