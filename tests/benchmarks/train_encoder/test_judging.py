"""What the encoder is judged by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.train_encoder.examples import Examples
from benchmarks.train_encoder.judging import judge


def test_judging_asks_for_the_own_english_side() -> None:
    found = Examples()
    for row in range(30):
        pivot = found.place_pivot(f"an English sentence, number {row}", "en")
        found.add(f"جملة رقم {row}", pivot, "ar", "news")
        found.add(f"Satz Nummer {row}", pivot, "de", "news")
        found.add(f"kelime {row}", pivot, "tr", "lex_words")  # words do not count
        if row < 10:
            found.add(f"phrase numéro {row}", pivot, "fr", "news")  # too few of them

    def encode(texts: Sequence[str]) -> np.ndarray:
        """The number's own axis, but of every third German sentence the next one's."""
        numbers = [int(text.split()[-1]) for text in texts]
        wrong = [text.startswith("Satz") and number % 3 == 0 for text, number in zip(texts, numbers, strict=True)]
        return np.eye(30, dtype=np.float32)[(np.array(numbers) + wrong) % 30]

    assert judge(found, np.ones(len(found.text), bool), encode) == {"ar": 1.0, "de": pytest.approx(2 / 3)}
