"""Made-up prose for tests of copies and stories."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sada.indexes.article import Article

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

    def drifting(self, count: int, length: int) -> list[str]:
        """Texts of which each is the one before with two words replaced, so that only neighbours are copies."""
        words = self.words(length)
        texts = []
        for _ in range(count):
            for place in self.random.sample(range(length), 2):
                words[place] = self.word()
            texts.append(" ".join(words))
        return texts

    @staticmethod
    def moment(hours: float) -> datetime:
        """That many hours after the first."""
        return START + timedelta(hours=hours)


@pytest.fixture
def prose() -> Prose:
    return Prose()


def tell_events(prose: Prose) -> list[Article]:
    """Eight events (``e0`` to ``e7``), each reported five times in other words' order, a day and more apart.

    Reports of one event share most of their words and no run of three, so that none is a copy. Ids are ``e0r0`` and
    so on; report 0 has a copy ``e0c``, and four articles stand alone (``z0`` to ``z3``).
    """
    articles = []
    for event in range(8):
        title, body = prose.words(7), prose.words(90)
        for report in range(5):
            articles.append(
                Article(
                    f"e{event}r{report}",
                    title=" ".join(prose.random.sample(title, 5)),
                    text=" ".join(prose.random.sample(body, 70)),
                    published=prose.moment(30 * event + 2.5 * report),
                    source=f"outlet{report}",
                    language="en",
                )
            )
        first = articles[-5]
        articles.append(
            replace(
                first,
                id=f"e{event}c",
                title=first.title.upper(),
                published=prose.moment(30 * event + 11),
                source="copier",
            )
        )
    for alone in range(4):
        moment = prose.moment(50 * alone)
        articles.append(Article(f"z{alone}", title=prose.text(6), text=prose.text(60), published=moment, language="en"))
    prose.random.shuffle(articles)
    return articles


@pytest.fixture
def events(prose: Prose) -> list[Article]:
    """Those of :func:`tell_events`; what ``prose`` tells afterwards is new."""
    return tell_events(prose)
