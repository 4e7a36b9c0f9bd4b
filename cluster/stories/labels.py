"""Keywords of stories, and the most central member, whose headline a story takes."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from sada.indexes.article import Article
from sada.indexes.text import folding
from sada.indexes.text.folding import MARK
from sada.indexes.text.language_codes import base_language
from sada.indexes.text.scripts import spaceless_letter
from sada.indexes.text.tokens import fold

KEYWORDS = 6
_LEAD_CHARACTERS = 400
_LEAST_LETTERS = 3
_TITLE_WEIGHT = 2
_COMMON = 0.1  # a word in more than this share of the articles in its language is no keyword
_LEAST_COMMON = 5  # a word in so few articles is never common
_JOINT = re.compile(r"['’\u200c\u200d-]+")
_CACHED = 1 << 17  # words
_ARABIC_PREFIXES = "وف"  # "and", "so": written as part of the word that follows


def strengths(left: np.ndarray, right: np.ndarray, probability: np.ndarray, count: int) -> np.ndarray:
    """Sum the probabilities of the pairs of each row: float64 (count,). The row with the largest sum is most central.

    Sums are rounded: the vectors of an encoder may differ in the last bit between batches, which must not decide.
    """
    found = np.bincount(left, probability, minlength=count) + np.bincount(right, probability, minlength=count)
    return np.round(found, 3)


@cache
def _word() -> re.Pattern[str]:
    """Compile a pattern of words: letters with vowel signs and other marks, which no class of ``re`` covers."""
    marks = re.escape("".join(map(chr, np.flatnonzero(folding.load().kinds == MARK))))
    run = rf"[^\W\d_](?:[^\W\d_]|[{marks}])*"
    return re.compile(rf"{run}(?:['’\u200c\u200d-]+{run})*")


class Vocabulary:
    """Document frequencies of folded words in each language, from which keywords are chosen.

    Frequencies are counted for each language, since function words of one language are rare in a set of many
    languages. In small sets counts do not show function words, so these are also left out by a list.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self._languages = [base_language(article.language) for article in articles]
        self._words = [_words(article, language) for article, language in zip(articles, self._languages, strict=True)]
        self._articles_in = Counter(self._languages)
        self._articles_with: dict[str, Counter[str]] = {language: Counter() for language in self._articles_in}
        for language, words in zip(self._languages, self._words, strict=True):
            self._articles_with[language].update(words.keys())

    def keywords(self, rows: Sequence[int]) -> list[str]:
        """Return the keywords of a story from the rows of its articles, as they are written, the strongest first.

        The score of a word is the number of articles that have it (twice if the title has it) times its inverse
        document frequency, summed over languages. A word that is common in one of these languages is left out.
        """
        scores: dict[str, float] = defaultdict(float)
        written: dict[str, Counter[str]] = defaultdict(Counter)
        for language, several in self._by_language(rows).items():
            articles_with = self._articles_with[language]
            common = max(_COMMON * self._articles_in[language], len(several), _LEAST_COMMON)
            inside: Counter[str] = Counter()
            for row in several:
                for folded, (word, weight) in self._words[row].items():
                    inside[folded] += weight
                    written[folded][word] += 1
            for folded, weight in inside.items():
                idf = math.log((self._articles_in[language] + 1) / articles_with[folded])
                scores[folded] += weight * idf if articles_with[folded] <= common else -math.inf
        best = sorted(scores, key=lambda folded: (-scores[folded], folded))[:KEYWORDS]
        best = [folded for folded in best if scores[folded] > 0]
        return [min(written[folded], key=lambda word: (-written[folded][word], word)) for folded in best]

    def _by_language(self, rows: Sequence[int]) -> dict[str, list[int]]:
        several: dict[str, list[int]] = {}
        for row in rows:
            several.setdefault(self._languages[row], []).append(row)
        return several


def _words(article: Article, language: str) -> dict[str, tuple[str, int]]:
    """Return the words of title and lead by their folded form, each as written and with its weight.

    Parts of text without spaces, and function words of the language, are left out.
    """
    found: dict[str, tuple[str, int]] = {}
    for text, weight in ((article.plain_title, _TITLE_WEIGHT), (article.plain_text[:_LEAD_CHARACTERS], 1)):
        for word in _word().findall(text):
            folded = _keyword_form(word, language)
            if folded:
                found.setdefault(folded, (word, weight))
    return found


@lru_cache(maxsize=_CACHED)
def _keyword_form(word: str, language: str) -> str:
    """Fold a word; empty if it is too short, part of text without spaces, or a function word of the language."""
    if len(word) < _LEAST_LETTERS or spaceless_letter().search(word):
        return ""
    folded = fold(word)
    return "" if _is_function(word, folded, function_words().get(language, frozenset())) else folded


def _is_function(word: str, folded: str, function_words: frozenset[str]) -> bool:
    """Return whether a word is a function word, or several joined ones, as ``qu'une``."""
    folded = folded.replace("’", "'")  # "don't" is written with either
    parts = _JOINT.split(word)
    return folded in function_words or (len(parts) > 1 and all(fold(part) in function_words for part in parts))


@cache
def function_words() -> dict[str, frozenset[str]]:
    """Load the shipped function words, folded, by language."""
    with files("sada.cluster").joinpath("data", "function_words.json").open("rb") as file:
        listed: dict[str, str] = json.load(file)["words"]
    found = {language: frozenset(map(fold, words.split())) for language, words in listed.items()}
    prefixed = {prefix + word for prefix in _ARABIC_PREFIXES for word in found["ar"]}
    return found | {"ar": found["ar"] | prefixed}
