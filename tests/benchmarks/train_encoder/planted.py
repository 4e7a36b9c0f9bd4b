"""Texts, pivots and teachers that are known, and lessons of them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch

from benchmarks.train_encoder.lessons import Lessons, Pieces
from benchmarks.train_encoder.student import Lesson, Student


def planted() -> SimpleNamespace:
    """Sixty texts, three for each of twenty pivots; use reads all pivots and each fifth text itself, e5 even pivots."""
    random = np.random.default_rng(0)
    pivots, languages = random.permutation(np.repeat(np.arange(20), 3)), random.integers(0, 4, 60)
    pieces = Pieces(np.repeat(np.arange(60), sizes(np.arange(60))), np.cumsum([0, *sizes(np.arange(60))]))
    targets = {"use": random.normal(size=(20, 16)), "e5": random.normal(size=(20, 12))}
    targets["e5"][1::2] = 0
    targets = {name: target.astype(np.float16) for name, target in targets.items()}
    chances = random.random(60)
    own, own_rows = random.normal(size=(12, 16)).astype(np.float16), np.full(60, -1)
    own_rows[::5] = np.arange(12)
    return SimpleNamespace(
        pieces=pieces,
        pivots=pivots,
        languages=languages,
        targets=targets,
        own=own,
        own_rows=own_rows,
        chances=chances / chances.sum(),
    )


def sizes(texts: np.ndarray) -> np.ndarray:
    """How many pieces a planted text has, each of which is its number."""
    return texts % 4 + 1


def taught(plan: SimpleNamespace, teachers: tuple[str, ...] = ("use", "e5"), seed: int = 0) -> Lessons:
    targets = {name: plan.targets[name] for name in teachers}
    own = (plan.own, plan.own_rows) if teachers[0] == "use" else (plan.own, np.full(60, -1))
    return Lessons(plan.pieces, np.arange(60), plan.pivots, plan.languages, plan.chances, targets, *own, seed)


def told(plan: SimpleNamespace, name: str, texts: list[int]) -> np.ndarray:
    """What a teacher says of each text: of itself if it reads it, else of its pivot."""
    found = plan.targets[name][plan.pivots[texts]].astype(float)
    rows = plan.own_rows[texts]
    if name == "use":
        found[rows >= 0] = plan.own[rows[rows >= 0]]
    return found


def small_lesson(plan: SimpleNamespace) -> tuple[Student, Lesson]:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    return Student(torch.ones(60), {"use": 16}), taught(plan, ("use",)).draw(0, 32)


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
