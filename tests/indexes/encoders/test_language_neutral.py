"""What tells the language of a text is taken out of the vectors of the default encoder."""

from __future__ import annotations

import numpy as np
import pytest

from sada.indexes.encoders import language_neutral
from sada.indexes.encoders.language_neutral import without_language
from sada.indexes.encoders.loading import load_encoder

EVENTS = [
    ("Flood cuts off three villages in the north", "فيضان يعزل ثلاث قرى في الشمال", "سیل سه روستای شمال را جدا کرد"),
    ("Parliament approves the new budget", "البرلمان يقر الموازنة الجديدة", "مجلس بودجه جدید را تصویب کرد"),
    ("Striker scores twice in the cup final", "المهاجم يسجل هدفين في نهائي الكأس", "مهاجم در فینال جام دو گل زد"),
    (
        "Museum finds a lost painting in its cellar",
        "متحف يعثر على لوحة مفقودة في قبوه",
        "موزه نقاشی گمشده‌ای در زیرزمین یافت",
    ),
]


def test_the_mean_and_the_directions_are_taken_out() -> None:
    mean, directions = language_neutral._language()
    assert (mean.shape, directions.shape, mean.dtype, directions.dtype) == ((384,), (24, 384), np.float32, np.float32)
    np.testing.assert_allclose(directions @ directions.T, np.eye(24), atol=1e-5)
    draw = np.random.default_rng(3).normal(size=(20, 384)).astype(np.float32)
    vectors = np.vstack([draw / np.linalg.norm(draw, axis=1, keepdims=True), np.zeros((1, 384), np.float32)])
    found = without_language(vectors)
    assert found.dtype == np.float32 and (found[-1] == 0).all()
    assert np.linalg.norm(found[:-1], axis=1) == pytest.approx(1, abs=1e-5)
    assert np.abs(found @ directions.T).max() < 1e-5
    apart = vectors[:-1].astype(float) - mean
    apart -= apart @ directions.T @ directions
    np.testing.assert_allclose(found[:-1], apart / np.linalg.norm(apart, axis=1, keepdims=True), atol=1e-5)


def test_a_report_in_another_language_is_nearer_than_other_news_in_the_same() -> None:
    encoder = load_encoder("default")
    texts = [text for event in EVENTS for text in event]
    which = np.repeat(np.arange(len(EVENTS)), 3)

    def least_margin(vectors: np.ndarray) -> float:
        cosines = vectors @ vectors.T
        same = which[:, None] == which
        return float((np.where(same, cosines, 2).min(axis=1) - np.where(same, -2, cosines).max(axis=1)).min())

    assert least_margin(encoder.encode(texts)) > max(0.2, 5 * least_margin(encoder.pooled(texts)))
