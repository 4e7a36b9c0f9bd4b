"""What a story is called and what it is about: a member's own headline, and words that set it apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np

from sada.indexes import unicode_table
from sada.indexes.article import Article
from sada.indexes.text import fold
from sada.indexes.unicode_table import MARK

KEYWORDS = 6
_LEAD_CHARACTERS = 400
_LEAST_LETTERS = 3
_TITLE_WEIGHT = 2
_COMMON = 0.1  # a word in more than this share of all articles says nothing about one story
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def strengths(left: np.ndarray, right: np.ndarray, probability: np.ndarray, count: int) -> np.ndarray:
    """float64 (count,): how strongly each row is linked by the pairs given; the most linked names the story."""
    return np.bincount(left, probability, minlength=count) + np.bincount(right, probability, minlength=count)


@cache
def _word() -> re.Pattern[str]:
    """Letters with their vowel signs and other marks, which ``re`` takes for no part of a word."""
    marks = re.escape("".join(map(chr, np.flatnonzero(unicode_table.load().kinds == MARK))))
    run = rf"[^\W\d_](?:[^\W\d_]|[{marks}])*"
    return re.compile(rf"{run}(?:['’\u200c\u200d-]+{run})*")


class Vocabulary:
    """In how many articles of a set each folded word stands, so that common words can be left out of keywords."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._count = len(articles)
        self._words = [_words(article) for article in articles]
        self._articles_with: Counter[str] = Counter()
        for words in self._words:
            self._articles_with.update(words.keys())

    def keywords(self, rows: Sequence[int]) -> list[str]:
        """The words that most set some rows' articles apart, as they are written, the strongest first.

        A word weighs by the articles of the story that have it, twice where the title does, times its inverse document
        frequency in the set.
        """
        inside: Counter[str] = Counter()
        written: dict[str, Counter[str]] = {}
        for row in rows:
            for folded, (word, weight) in self._words[row].items():
                inside[folded] += weight
                written.setdefault(folded, Counter())[word] += 1
        common = max(_COMMON * self._count, len(rows))
        scores = {
            folded: weight * np.log((self._count + 1) / self._articles_with[folded])
            for folded, weight in inside.items()
            if self._articles_with[folded] <= common
        }
        best = sorted(scores, key=lambda folded: (-scores[folded], folded))[:KEYWORDS]
        return [min(written[folded], key=lambda word: (-written[folded][word], word)) for folded in best]


def _words(article: Article) -> dict[str, tuple[str, int]]:
    """The words of the title and the lead: folded, then as written and the weight; pieces of unspaced text are none."""
    found: dict[str, tuple[str, int]] = {}
    for text, weight in ((article.title, _TITLE_WEIGHT), (article.text[:_LEAD_CHARACTERS], 1)):
        for match in _word().finditer(text):
            word = match.group()
            if len(word) >= _LEAST_LETTERS and not _SPACELESS.search(word):
                found.setdefault(fold(word), (word, weight))
    return found
