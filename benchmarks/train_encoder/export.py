"""The student as the package reads it: two bits a value of its rows, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.train_encoder.quantise import LEVELS, PLACES, quantise
from benchmarks.train_encoder.student import ROW, Student
from sada.indexes.encoders.static_weights import StaticWeights
from sada.indexes.subwords.chunks import WORD_START
from sada.indexes.subwords.unigram import Vocabulary, join_subwords

_AT_ONCE = 4096


@torch.inference_mode()
def encode(student: Student, vocabulary: Vocabulary, texts: Sequence[str]) -> np.ndarray:
    """Float32 (texts, dimension) vectors of the student as it is."""
    ids, starts = vocabulary.split(texts)
    found = []
    for start in range(0, len(texts), _AT_ONCE):
        bounds = torch.from_numpy(starts[start : start + _AT_ONCE + 1])
        pieces = torch.from_numpy(ids[bounds[0] : bounds[-1]].astype(np.int64))
        found.append(student(pieces, bounds - bounds[0], student.rows, student.weights))
    return torch.cat(found).numpy()


@torch.no_grad()
def round_rows(student: Student, pieces: list[str]) -> None:
    """Give a student the rows that its weight file would have, their weights within."""
    packed, scales = quantise(_rows(student, pieces))
    places = packed[:, None, :] >> PLACES[:, None] & 3
    values = LEVELS[places.reshape(len(packed), -1)] * scales.astype(np.float32)[:, None]
    student.rows.copy_(torch.from_numpy(values))
    student.weights.zero_()


def export(
    student: Student,
    pieces: list[str],
    scores: np.ndarray,
    path: Path,
    name: str = "fast",
    version: str = "1",
    languages: frozenset[str] = frozenset(),
) -> None:
    """Write the student as a weight file (:mod:`sada.indexes.encoders.static_weights`).

    Args:
        student: with a row for each of ``pieces``.
        pieces: in any order.
        scores: (len(pieces),) logarithms of their probabilities.
        path: of the file.
        name: of the encoder.
        version: of its weights.
        languages: ISO 639-1 codes of the languages it reads.
    """
    order = sorted(range(len(pieces)), key=pieces.__getitem__)
    packed, scales = quantise(_rows(student, pieces)[order])
    widened = ROW**0.5  # the student makes sums that much longer, the encoder does not
    weights = StaticWeights(
        *join_subwords([pieces[at] for at in order]),
        scores[order].astype(np.float16),
        packed,
        scales,
        skip=_half(student.skip.weight.T * widened),
        hidden_in=_half(student.inner.weight.T * widened),
        hidden_bias=_half(student.inner.bias),
        hidden_out=_half(student.outer.weight.T),
    )
    weights.write(path, name, version, languages)


def _rows(student: Student, pieces: list[str]) -> np.ndarray:
    """Float32 rows, weighted; that of a lone start of a word, which says nothing, is zero.

    As sums are made of length 1, what all rows are multiplied by does not matter: it makes their scales about 1.
    """
    rows = (student.rows * student.weights.exp()[:, None]).detach().numpy()
    rows[[piece == WORD_START for piece in pieces]] = 0
    rows /= np.median(np.abs(rows).max(axis=1))
    return rows


def _half(layer: torch.Tensor) -> np.ndarray:
    return layer.detach().numpy().astype(np.float16)
