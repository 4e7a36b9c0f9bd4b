"""The student in torch: a weighted sum of piece embeddings and one small layer, and what it is taught by."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

ROW, HIDDEN, DIMENSION = 640, 1024, 512
TEMPERATURE = 0.05


class Student(nn.Module):
    """Pieces of texts to unit vectors, as :mod:`sada.indexes.encoders.static` computes them.

    Args:
        frequencies: (pieces,) how often each occurs; frequent ones start with little weight (Arora et al., "A Simple
            but Tough-to-Beat Baseline for Sentence Embeddings", ICLR 2017).
        teachers: dimension of each teacher; each has a linear head that training alone uses.
    """

    def __init__(self, frequencies: Tensor, teachers: dict[str, int]) -> None:
        super().__init__()
        self.rows = nn.Parameter(torch.randn(len(frequencies), ROW) * ROW**-0.5)
        share = frequencies / frequencies.sum()
        self.weights = nn.Parameter(torch.log(1e-4 / (1e-4 + share)).clamp(min=-4))
        self.skip = nn.Linear(ROW, DIMENSION, bias=False)
        self.inner = nn.Linear(ROW, HIDDEN)
        self.outer = nn.Linear(HIDDEN, DIMENSION, bias=False)
        nn.init.zeros_(self.outer.weight)
        self.heads = nn.ModuleDict({name: nn.Linear(DIMENSION, size, bias=False) for name, size in teachers.items()})

    def forward(self, pieces: Tensor, starts: Tensor, rows: Tensor, weights: Tensor) -> Tensor:
        """(texts, DIMENSION), of length 1; ``rows`` and ``weights`` are those of the pieces in the batch."""
        sums = functional.embedding_bag(
            pieces, rows, starts, mode="sum", per_sample_weights=weights.exp()[pieces], include_last_offset=True
        )
        return self.layer(functional.normalize(sums))

    def layer(self, sums: Tensor) -> Tensor:
        """Unit sums to unit vectors."""
        wide = sums * ROW**0.5
        with _halved():
            inner = functional.gelu(self.inner(wide), approximate="tanh")
            vectors = self.skip(wide) + self.outer(inner)
        return functional.normalize(vectors.float())


@dataclass
class Lesson:
    """A batch: two texts for each of n pivots, those of the first kind before those of the second."""

    pieces: Tensor
    starts: Tensor
    targets: dict[str, Tensor]
    """(2n, dimension) unit vectors by teacher."""


def loss_of(student: Student, vectors: Tensor, lesson: Lesson) -> tuple[Tensor, dict[str, float]]:
    """What is made small: vectors far from the teachers', similarities unlike theirs.

    Two texts of one pivot have one target, so that likeness to each other is among the similarities.
    """
    parts: dict[str, Tensor] = {}
    wanted = torch.zeros(len(vectors), len(vectors))
    for name, target in lesson.targets.items():
        with _halved():
            seen = student.heads[name](vectors).float()
        parts["vector " + name] = (1 - functional.cosine_similarity(seen, target)).mean() * (2 / len(lesson.targets))
        wanted += functional.softmax((_products(target) / TEMPERATURE).masked_fill(_itself(len(vectors)), -30), 1)
    likeness = _products(vectors)
    got = functional.log_softmax((likeness / TEMPERATURE).masked_fill(_itself(len(vectors)), -30), 1)
    parts["similarity"] = functional.kl_div(got, wanted / len(lesson.targets), reduction="batchmean")
    return sum(parts.values()), {name: part.item() for name, part in parts.items()}  # type: ignore[return-value]


def _halved() -> torch.autocast:
    """Matrix products in bfloat16: several times as quick on processors that have it."""
    return torch.autocast("cpu", torch.bfloat16)


def _products(vectors: Tensor) -> Tensor:
    """(n, n) float32 inner products of the rows."""
    with _halved():
        return (vectors @ vectors.T).float()


def _itself(size: int) -> Tensor:
    return torch.eye(size, dtype=torch.bool)
