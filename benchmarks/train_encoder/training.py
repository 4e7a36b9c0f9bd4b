"""The loop: batches, steps, checkpoints from which it goes on."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import torch

from benchmarks.train_encoder.lessons import Lessons
from benchmarks.train_encoder.rows import RowAdam
from benchmarks.train_encoder.student import Student, loss_of

BATCH = 1024


class Rates(NamedTuple):
    """The greatest step of rows, of their weights, and of the layers."""

    rows: float
    weights: float
    layers: float


LEARNING = Rates(2e-4, 5e-4, 2e-3)
"""Rows begin as what the teachers say of words and move slowly: faster, names lose what they began with."""
SETTLING = Rates(0, 0, 5e-4)
"""The layers get used to rows of two bits a value."""
WARM = 200
KEPT_EVERY = 2000


def train(
    student: Student,
    lessons: Lessons,
    steps: int,
    checkpoint: Path,
    judge: Callable[[int], None],
    rates: Rates = LEARNING,
) -> None:
    """Teaches ``student`` for ``steps`` batches, from the checkpoint if there is one, and judges each one kept."""
    rows, weights = RowAdam(student.rows.data), RowAdam(student.weights.data)
    dense = [value for name, value in student.named_parameters() if name not in ("rows", "weights")]
    optimiser = torch.optim.AdamW(dense, lr=rates.layers, weight_decay=0.01)
    start = _resume(checkpoint, student, optimiser, rows, weights)
    begun = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(lessons.draw, start, BATCH)
        for step in range(start, steps):
            lesson, ahead = ahead.result(), pool.submit(lessons.draw, step + 1, BATCH)
            share = min((step + 1) / WARM, 0.5 + 0.5 * math.cos(math.pi * step / steps))
            distinct, places = torch.unique(lesson.pieces, return_inverse=True)
            row, weight = (table.data[distinct].requires_grad_() for table in (student.rows, student.weights))
            vectors = student(places, lesson.starts, row, weight)
            loss, parts = loss_of(student, vectors, lesson)
            optimiser.zero_grad()
            loss.backward()
            for group in optimiser.param_groups:
                group["lr"] = rates.layers * share
            optimiser.step()
            rows.step(distinct, row.grad, rates.rows * share)
            weights.step(distinct, weight.grad, rates.weights * share)
            if step % 100 == 0:
                said = " ".join(f"{name} {part:.3f}" for name, part in parts.items())
                print(f"{step} {time.monotonic() - begun:.0f} s {said}", flush=True)
            if (step + 1) % KEPT_EVERY == 0 or step + 1 == steps:
                _keep(checkpoint, step + 1, student, optimiser, rows, weights)
                judge(step + 1)


def _keep(path: Path, step: int, student: Student, optimiser: torch.optim.Optimizer, *rows: RowAdam) -> None:
    state = {
        "step": step,
        "student": student.state_dict(),
        "optimiser": optimiser.state_dict(),
        "rows": [(one.mean, one.square, one.steps) for one in rows],
    }
    fresh = path.with_suffix(".new")
    torch.save(state, fresh)
    fresh.replace(path)


def _resume(path: Path, student: Student, optimiser: torch.optim.Optimizer, *rows: RowAdam) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    student.load_state_dict(state["student"])
    optimiser.load_state_dict(state["optimiser"])
    for one, (mean, square, steps) in zip(rows, state["rows"], strict=True):
        one.mean, one.square, one.steps = mean, square, steps
    return int(state["step"])
