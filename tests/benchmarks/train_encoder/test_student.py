"""Vectors, the loss and steps of a student, against their formulas."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from benchmarks.train_encoder.rows import RowAdam
from benchmarks.train_encoder.student import DIMENSION, ROW, loss_of

from .planted import planted, small_lesson


def test_vectors_are_what_the_formula_says() -> None:
    student, lesson = small_lesson(planted())
    with torch.no_grad():
        student.outer.weight.normal_(std=0.1)
        student.inner.bias.normal_()
        found = student(lesson.pieces, lesson.starts, student.rows, student.weights)
        rows = (student.rows * student.weights.exp()[:, None]).double().numpy()
        skip, wide, bias, outer = (
            one.detach().double().numpy()
            for one in (student.skip.weight, student.inner.weight, student.inner.bias, student.outer.weight)
        )
    starts = lesson.starts.tolist()
    sums = np.array([rows[lesson.pieces.numpy()[a:b]].sum(axis=0) for a, b in pairwise(starts)])
    sums *= ROW**0.5 / np.linalg.norm(sums, axis=1, keepdims=True)
    inner = sums @ wide.T + bias
    inner *= 0.5 * (1 + np.tanh(0.7978845608 * (inner + 0.044715 * inner**3)))
    want = sums @ skip.T + inner @ outer.T
    want /= np.linalg.norm(want, axis=1, keepdims=True)
    assert found.shape == (32, DIMENSION)
    assert (found.numpy() * want).sum(axis=1).min() > 0.999  # the layer is computed in bfloat16


def test_the_loss_by_hand() -> None:
    """To within a percent or two: products are in bfloat16, and a temperature of .05 sharpens what that changes."""
    plan = planted()
    student, lesson = small_lesson(plan)
    random = np.random.default_rng(0)
    vectors = random.normal(size=(32, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    _, parts = loss_of(student, torch.tensor(vectors, dtype=torch.float32), lesson)
    target = lesson.targets["use"].double().numpy()
    seen = vectors @ student.heads["use"].weight.detach().double().numpy().T
    cosine = (seen * target).sum(axis=1) / np.linalg.norm(seen, axis=1)
    assert parts["vector use"] == pytest.approx(2 * (1 - cosine).mean(), rel=0.02)
    wanted, got = (softmax(rows @ rows.T / 0.05, np.eye(32, dtype=bool)) for rows in (target, vectors))
    apart = ~np.eye(32, dtype=bool)
    divergence = (wanted[apart] * np.log(wanted[apart] / got[apart])).sum() / 32
    assert parts["similarity"] == pytest.approx(divergence, rel=0.02)


def softmax(values: np.ndarray, left_out: np.ndarray) -> np.ndarray:
    """Of each row, without some."""
    raised = np.where(left_out, 0, np.exp(values - values.max(axis=1, keepdims=True)))
    return raised / raised.sum(axis=1, keepdims=True)


def test_every_part_learns_and_the_loss_falls() -> None:
    student, lesson = small_lesson(planted())
    rows, weights = RowAdam(student.rows.data), RowAdam(student.weights.data)
    dense = [value for name, value in student.named_parameters() if name not in ("rows", "weights")]
    optimiser = torch.optim.Adam(dense, lr=2e-3)
    losses = []
    for _ in range(15):
        distinct, places = torch.unique(lesson.pieces, return_inverse=True)
        row, weight = (table.data[distinct].requires_grad_() for table in (student.rows, student.weights))
        loss, parts = loss_of(student, student(places, lesson.starts, row, weight), lesson)
        assert float(loss.detach()) == pytest.approx(sum(parts.values()), rel=1e-3)
        optimiser.zero_grad()
        loss.backward()
        assert all(torch.isfinite(one.grad).all() and one.grad.any() for one in (*dense[:1], row, weight))
        optimiser.step()
        rows.step(distinct, row.grad, 0.01)
        weights.step(distinct, weight.grad, 0.01)
        losses.append(float(loss.detach()))
    assert set(parts) == {"vector use", "similarity"}
    assert losses[-1] < 0.8 * losses[0]
    assert all(value.grad.any() for value in dense)  # the second layer starts at zero, and its first learns from step 2
