"""What teachers are asked, once each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.train_encoder import teachers


class Teacher:
    """Hashes of texts for vectors; breaks off when it has been asked so often."""

    def __init__(self, patience: int = 1000) -> None:
        self.asked: list[str] = []
        self.patience = patience

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.patience -= 1
        if self.patience < 0:
            raise KeyboardInterrupt
        self.asked += texts
        return np.array([[len(text), sum(map(ord, text)) % 97, 1] for text in texts], np.float32)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teachers, "_BLOCK", 4)
    monkeypatch.setattr(teachers, "DIMENSIONS", {"use": 3, "e5": 3})


@pytest.mark.usefixtures("small_blocks")
def test_no_teacher_reads_a_text_twice(tmp_path: Path) -> None:
    texts = [f"text {row}" for row in range(10)]
    whole = Teacher()(texts)
    hurried, patient, idle, other = Teacher(patience=1), Teacher(), Teacher(patience=0), Teacher()
    with pytest.raises(KeyboardInterrupt):
        teachers.teach("use", texts, tmp_path, lambda: hurried)
    assert hurried.asked == texts[:4]
    assert (teachers.teach("use", texts, tmp_path, lambda: patient) == whole).all()
    assert patient.asked == texts[4:]
    shuffled = [texts[row] for row in (7, 0, 9, 3)]
    assert (teachers.teach("use", shuffled, tmp_path, lambda: idle) == whole[[7, 0, 9, 3]]).all()
    assert (teachers.teach("e5", texts[:2], tmp_path, lambda: other) == whole[:2]).all()  # the other's are not mixed in
    more = Teacher()
    both = teachers.teach("use", ["a new one", *texts], tmp_path, lambda: more)
    assert (both == np.concatenate([Teacher()(["a new one"]), whole])).all() and both.dtype == np.float16
    assert more.asked == ["a new one"]


@pytest.mark.usefixtures("small_blocks")
def test_a_teacher_is_not_loaded_for_nothing(tmp_path: Path) -> None:
    teachers.teach("use", ["one", "two"], tmp_path, Teacher)
    teachers.teach("use", ["two", "one"], tmp_path, lambda: pytest.fail("loaded"))


def test_centring_takes_the_mean_of_each_language() -> None:
    random = np.random.default_rng(0)
    vectors = (random.normal(size=(200, 8)) + 3).astype(np.float16)
    languages = np.array(["ar", "en"] * 80 + ["few"] * 40)
    vectors[[0, 5, 170]] = 0
    found = teachers.centre(vectors, languages)
    assert not found[[0, 5, 170]].any()
    for row in (1, 2, 3, 77, 169, 199):
        alike = (languages == languages[row]) & vectors.any(axis=1)
        wide = vectors[row].astype(float) - (vectors[alike].astype(float).mean(axis=0) if alike.sum() >= 50 else 0)
        assert np.allclose(found[row], wide / np.linalg.norm(wide), atol=2e-3)
    assert found.dtype == np.float16 and vectors[1].mean() > 2  # what is given stays as it is
