"""Embeddings as evidence: centred, measured against unrelated pairs, two encoders each on its own."""

from __future__ import annotations

import numpy as np
import pytest

from sada.cluster.scoring.semantic import Meaning, cosines_of_unrelated_pairs, load_means, means_of
from sada.cluster.scoring.weights import load_weights


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_the_spread_of_unrelated_pairs_is_found_among_related_ones():
    draw = np.random.default_rng(1)
    events = unit(draw.normal(size=(60, 40)) + 0.5)
    alone = (events @ events.T)[np.triu_indices(60, 1)]
    mean, deviation = cosines_of_unrelated_pairs(events)
    assert (mean, deviation) == pytest.approx((alone.mean(), alone.std()), abs=0.02)
    reports = unit(np.repeat(events, 8, axis=0) + draw.normal(size=(480, 40)) / 30)
    cosines = (reports @ reports.T)[np.triu_indices(480, 1)]
    found = cosines_of_unrelated_pairs(np.concatenate([reports, np.zeros((3, 40), np.float32)]))
    assert found == pytest.approx((mean, deviation), abs=0.02)
    assert cosines.std() > found[1] + 0.02  # which related pairs swell
    assert cosines_of_unrelated_pairs(reports[::-1]) == pytest.approx(found, abs=1e-6)


def test_the_spread_of_many_vectors_does_not_depend_on_their_order():
    vectors = unit(np.random.default_rng(2).normal(size=(2500, 8)) + 1)
    found = cosines_of_unrelated_pairs(vectors)
    assert cosines_of_unrelated_pairs(vectors[::-1]) == pytest.approx(found, abs=1e-6)
    cosines = (vectors @ vectors.T)[np.triu_indices(2500, 1)]
    middle, below = np.percentile(cosines, [50, 15.866])
    assert found == pytest.approx((middle, middle - below), abs=0.02)


def test_the_spread_without_pairs():
    assert cosines_of_unrelated_pairs(np.zeros((4, 3), np.float32)) == (0.0, 1.0)
    assert cosines_of_unrelated_pairs(np.eye(3, dtype=np.float32)[:1]) == (0.0, 1.0)


def embeddings(mean: np.ndarray, count: int, seed: int) -> np.ndarray:
    own = np.random.default_rng(seed).normal(size=(count, len(mean))) / len(mean) ** 0.5
    return unit(own + 2 * mean)


def centred(vectors: np.ndarray, mean: np.ndarray, read: int) -> np.ndarray:
    shared = (vectors[:read].sum(axis=0) + 50 * mean) / (read + 50)
    return unit(vectors[:read] - shared)


@pytest.mark.parametrize("encoder", sorted(load_means()))
def test_vectors_are_centred_by_what_unrelated_texts_share(encoder):
    mean = load_means()[encoder].astype(float)
    vectors = embeddings(mean, 70, 3)
    found = Meaning.of(vectors, ["en"] * 60 + ["xh"] * 10, encoder, frozenset({"en"}))
    assert np.allclose(found.vectors[:60], centred(vectors, mean, 60), atol=1e-5)
    assert not found.vectors[60:].any()
    assert found.understood.tolist() == [True] * 60 + [False] * 10


def test_closeness_of_two_encoders_side_by_side_is_that_of_each():
    halves = [load_means()[name].astype(float) for name in ("use", "e5")]
    parts = [embeddings(mean, 40, seed) for seed, mean in enumerate(halves)]
    both = Meaning.of(np.hstack(parts) / np.float32(2**0.5), ["en"] * 40, "use+e5")
    left, right = np.triu_indices(40, 1)
    found = both.closeness(left, right)
    for column, (part, mean) in enumerate(zip(parts, halves, strict=True)):
        own = centred(part, mean, 40)
        usual, spread = load_weights()["encoders"]["use+e5"]["unrelated"][column]
        assert np.allclose(found[:, column], ((own[left] * own[right]).sum(axis=1) - usual) / spread, atol=1e-4)
    assert np.linalg.norm(both.vectors, axis=1) == pytest.approx(np.ones(40))
    assert np.allclose(both.vectors[:, :512] * 2**0.5, centred(parts[0], halves[0], 40), atol=1e-5)


def test_one_encoder_has_no_second_closeness():
    vectors = embeddings(load_means()["use"], 5, 1)
    left, right = np.triu_indices(5, 1)
    assert not Meaning.of(vectors, ["en"] * 5, "use").closeness(left, right)[:, 1].any()


def test_a_row_without_meaning_is_close_to_none():
    vectors = embeddings(load_means()["use"], 3, 1)
    vectors[1] = 0
    found = Meaning.of(vectors, ["en"] * 3, "use").closeness(np.array([0, 0]), np.array([1, 2]))
    assert found[0].tolist() == [0, 0]
    assert found[1, 0] != 0


@pytest.mark.parametrize(
    ("encoder", "dimension", "widths"),
    [("use", 512, [512]), ("fast+e5", 896, [512, 384]), ("use", 511, []), ("nobody", 512, []), ("use+nobody", 896, [])],
)
def test_means_are_known_of_encoders_with_weights_alone(encoder, dimension, widths):
    assert [len(mean) for mean in means_of(encoder, dimension)] == widths


def test_an_unfitted_encoder_is_measured_against_its_own_pairs():
    vectors = embeddings(np.full(8, 0.1), 30, 2)
    found = Meaning.of(vectors, ["en"] * 30, "nobody")
    assert found.unrelated == (cosines_of_unrelated_pairs(vectors),)
    assert np.array_equal(found.vectors, vectors)


def test_vectors_that_are_not_finite_are_refused():
    vectors = embeddings(load_means()["use"], 3, 1)
    vectors[1, 5] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        Meaning.of(vectors, ["en"] * 3, "use")
