"""What encoders are measured with, against counting by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

pytest.importorskip("sklearn")
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from encoder_choices import beginnings
from encoder_measures import accuracy, agreement, average_precision, recall, remembered

from sada.indexes.article import Article
from sada.indexes.encoder import WORDS, encoder_text


def test_accuracy_and_agreement_of_dense_and_sparse_rows() -> None:
    left, right = np.eye(4), np.eye(4)[[0, 1, 3, 2]]
    assert accuracy(left, right) == accuracy(csr_matrix(left), csr_matrix(right)) == 0.5
    mixed = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 1]])
    ones = np.array([[1, 0]] * 4)
    assert agreement(mixed, ones, np.array([1, 2, 3, 4])) == pytest.approx(1)
    assert agreement(csr_matrix(mixed), csr_matrix(ones), np.array([4, 3, 2, 1])) == pytest.approx(-1)


def test_recall_looks_at_what_is_allowed_and_at_no_more_than_k() -> None:
    similar = np.array([[9.0, 8, 7, 1], [9, 8, 7, 1]])
    allowed = np.array([[False, True, True, True]] * 2)
    wanted = np.array([[True, False, False, True], [False] * 4])
    assert recall(similar, wanted, allowed, 2) == 0
    assert recall(similar, wanted, allowed, 3) == 1
    many = np.array([[False, True, True, True]] * 2)
    assert recall(similar, many, allowed, 2) == 1


@given(st.lists(st.booleans(), min_size=1, max_size=20).filter(any))
def test_average_precision_is_the_mean_of_precisions(true: list[bool]) -> None:
    scores = np.arange(len(true), 0, -1)
    want = [sum(true[: at + 1]) / (at + 1) for at, one in enumerate(true) if one]
    assert average_precision(scores, np.array(true)) == pytest.approx(sum(want) / len(want))


def test_vectors_are_made_once(word_encoder) -> None:
    class Counting:
        name, dimension, asked = "counting", word_encoder.dimension, 0

        def encode(self, texts):
            self.asked += len(texts)
            return word_encoder.encode(texts)

    encoder = Counting()
    vectors = remembered(encoder)
    assert (vectors(["a b", "c", "a b"]) == word_encoder.encode(["a b", "c", "a b"])).all()
    assert np.allclose(vectors(["d", "c"]), word_encoder.encode(["d", "c"]))
    assert encoder.asked == 3


def test_beginnings_are_what_encoders_read_at_their_own_length() -> None:
    article = Article("1", "A title of it", "word " * 300)
    assert beginnings([article], WORDS) == [encoder_text(article)]
    assert beginnings([article], 20) == ["A title of it\n" + " ".join(["word"] * 20)]
    assert beginnings([article], 0) == ["A title of it"]
