"""A student drawn at random, and the encoder that reads its weight file."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
import torch

from benchmarks.train_encoder.export import encode, export, round_rows
from benchmarks.train_encoder.student import DIMENSION, Student
from sada.indexes.encoders.static import StaticEncoder
from sada.indexes.encoders.static_weights import StaticWeights
from sada.indexes.subwords.unigram import Vocabulary

PIECES = ["▁the", "京都", "▁", "a", "h", "t", "e", "▁مدرس", "ه", "𠀀", "س"]
SCORES = np.linspace(-9, -3, len(PIECES), dtype=np.float32)
TEXTS = ["the", "The heat", "المدرسة", "مدرسه the", "京都", "𠀀 tea", "the the the 京都"]


@pytest.fixture
def student() -> Student:
    torch.manual_seed(4)
    student = Student(torch.arange(1.0, 1 + len(PIECES)), {})
    torch.nn.init.normal_(student.outer.weight, std=0.1)
    torch.nn.init.normal_(student.inner.bias)
    student.rows.data *= torch.logspace(-3, 1, len(PIECES))[:, None]
    return student


def test_the_encoder_agrees_with_the_student(student: Student, tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    export(student, PIECES, SCORES, path, "own", "7", frozenset({"en", "ar"}))
    encoder = StaticEncoder(path, 1)
    assert (encoder.revision, encoder.languages, encoder.dimension) == ("7", {"ar", "en"}, DIMENSION)
    wrote, vocabulary = encoder.encode(TEXTS), Vocabulary(PIECES, SCORES)
    student.rows.data[PIECES.index("▁")] = 0
    assert (wrote * encode(student, vocabulary, TEXTS)).sum(axis=1).min() > 0.85  # two bits a value
    round_rows(student, PIECES)
    assert (wrote * encode(student, vocabulary, TEXTS)).sum(axis=1).min() > 0.999
    again = tmp_path / "again.safetensors"
    export(student, PIECES, SCORES, again, "own", "7", frozenset({"en", "ar"}))
    assert (StaticWeights.read(again).rows == StaticWeights.read(path).rows).all()


def test_order_scores_and_scales(student: Student, tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    export(student, PIECES, SCORES, path)
    weights = StaticWeights.read(path)
    found = [weights.letters[start:stop] for start, stop in pairwise([0, *weights.ends])]
    assert found == sorted(PIECES)
    scores = dict(zip(PIECES, SCORES, strict=True))
    assert weights.scores.tolist() == pytest.approx([scores[piece] for piece in found], rel=1e-3)
    assert 0.1 <= np.median(weights.scales) <= 0.5  # of a normal row half of the root of its mean square


def test_the_lone_start_of_a_word_says_nothing(student: Student, tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    export(student, PIECES, SCORES, path)
    assert not StaticEncoder(path, 1).encode(["новый", "ш 5"]).any()
    weights = StaticWeights.read(path)
    assert np.flatnonzero(weights.scales == 0).tolist() == [sorted(PIECES).index("▁")]
