"""What a student begins with."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from benchmarks.train_encoder.beginning import begin
from benchmarks.train_encoder.student import Student

from .planted import unit


def test_a_student_begins_with_what_teachers_say_of_words() -> None:
    """Words along a few axes: no direction is lost, but each is divided by its variance to the power of .35."""
    random = np.random.default_rng(0)
    pieces = [f"▁{chr(97 + row % 26)}{row}" for row in range(400)] + ["▁"]
    axes = {"use": random.normal(size=(9, 512)), "e5": random.normal(size=(9, 384))}
    said = {name: random.normal(size=(401, 9)) @ axis + 3 * axis[0] for name, axis in axes.items()}
    student, read = Student(torch.ones(401), {"use": 512, "e5": 384}), np.arange(401) % 2 == 0
    begin(student, pieces, said, np.array(["en"] * 400 + ["FULL"]), read)
    centred = {name: unit(one - one[:400].mean(axis=0))[:400] for name, one in said.items()}
    joined = unit(np.concatenate([centred["use"] * read[:400, None], centred["e5"]], axis=1))
    values, directions = np.linalg.eigh(joined.T @ joined)
    whitened = unit(joined @ directions[:, -18:] * values[-18:] ** -0.35)
    with torch.no_grad():
        vectors = student.layer(student.rows).double().numpy()[:400]
        heads = {name: head.weight.double().numpy() for name, head in student.heads.items()}
    assert not student.rows[400].any()
    assert np.allclose(vectors @ vectors.T, whitened @ whitened.T, atol=0.02)
    for name, head in heads.items():
        assert ((unit(vectors @ head.T) * centred[name]).sum(axis=1)[read[:400]] > 0.99).all()
