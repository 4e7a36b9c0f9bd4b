"""Where the student begins: each piece as the teachers read it alone, as a word.

What a teacher says of single words is most of what a sum of words can say of a sentence, and it is known of words that
no sentence here holds (Tulkens and van Dongen, "Model2Vec", 2024, begin and end with it). The directions of both
teachers' vectors in which words differ most are kept (principal components), and made more alike: what sets names
apart lies in directions of little variance (partly whitened; Mu and Viswanath, "All-but-the-Top", ICLR 2018, take the
greatest away).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from benchmarks.train_encoder.student import DIMENSION, ROW, Student
from benchmarks.train_encoder.teachers import centre
from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.subwords.chunks import WORD_START

FEWEST = 300  # pieces of one home that make a mean
WHITENED = 0.35
"""Each direction is divided by its variance to this power: at 0 none is changed, at .5 all become equal."""


def begin(
    student: Student, pieces: Sequence[str], vectors: Mapping[str, np.ndarray], homes: np.ndarray, read: np.ndarray
) -> None:
    """Sets a student's rows, its linear way and its heads.

    Args:
        student: changed in place.
        pieces: V of them.
        vectors: (V, dimension) by teacher, of each piece as a word of its own: "use" and "e5".
        homes: (V,) the language or script of each piece, whose mean says nothing of one word.
        read: bool (V,), whether "use" reads the language of a piece.
    """
    parts = [_centred(vectors["use"], homes) * read[:, None], _centred(vectors["e5"], homes)]
    joined = unit_rows(np.concatenate(parts, axis=1))
    joined[pieces.index(WORD_START)] = 0
    values, axes = np.linalg.eigh(joined.T @ joined)
    kept = np.argsort(-values)[:ROW]
    spread = (np.maximum(values[kept], 1e-6) / values.max()).astype(np.float32) ** WHITENED
    axes = axes[:, kept].astype(np.float32)
    # Turned at random, no column is greater than another, so that few bits hold all of them alike.
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(ROW, ROW)))[0].astype(np.float32)
    with torch.no_grad():
        student.rows.copy_(torch.from_numpy(joined @ (axes / spread) @ turn))
        student.skip.weight.copy_(torch.from_numpy(turn[:DIMENSION] * ROW**-0.5))
        start = 0
        for head, part in zip(student.heads.values(), parts, strict=True):
            back = axes[start : start + part.shape[1], :DIMENSION] * spread[:DIMENSION]
            head.weight.copy_(torch.from_numpy(back))
            start += part.shape[1]


def _centred(vectors: np.ndarray, homes: np.ndarray) -> np.ndarray:
    """Float32 unit rows, less the mean of their home, or of all where that has few."""
    wide = vectors.astype(np.float32)
    return centre(wide, homes, FEWEST, wide.mean(axis=0))
