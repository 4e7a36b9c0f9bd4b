"""Made-up prose for tests of copies and stories."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

START = datetime(2024, 3, 1, tzinfo=UTC)


class Prose:
    """Random words from a vocabulary so wide that two texts share next to no three words in a row."""

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)

    def word(self) -> str:
        return "".join(self.random.choice("bcdfgklmnprst") + self.random.choice("aeiou") for _ in range(3))

    def words(self, count: int) -> list[str]:
        return [self.word() for _ in range(count)]

    def text(self, count: int) -> str:
        return " ".join(self.words(count))

    def edited(self, text: str, changes: int) -> str:
        """The text with that many words replaced, spread evenly; each change costs three shingles a side."""
        words = text.split()
        for change in range(changes):
            words[(2 * change + 1) * len(words) // (2 * changes)] = self.word()
        return " ".join(words)

    @staticmethod
    def moment(hours: float) -> datetime:
        """That many hours after the first."""
        return START + timedelta(hours=hours)


@pytest.fixture
def prose() -> Prose:
    return Prose()
