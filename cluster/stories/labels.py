"""What a story is called and what it is about: a member's own headline, and words that set it apart."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from sada.cluster.stories.story import base_language
from sada.indexes.article import Article
from sada.indexes.text import folding
from sada.indexes.text.folding import MARK
from sada.indexes.text.scripts import spaceless_letter
from sada.indexes.text.tokens import fold

KEYWORDS = 6
_LEAD_CHARACTERS = 400
_LEAST_LETTERS = 3
_TITLE_WEIGHT = 2
_COMMON = 0.1  # a word in more than this share of the articles of its language says nothing about one story
_LEAST_COMMON = 5  # in so few articles no word counts as common, however few there are in its language
_JOINT = re.compile(r"['’\u200c\u200d-]+")
_REMEMBERED = 1 << 17  # words; most of a text are common ones
_ARABIC_PREFIXES = "وف"  # "and", "so": written as part of the word that follows


def strengths(left: np.ndarray, right: np.ndarray, probability: np.ndarray, count: int) -> np.ndarray:
    """float64 (count,): how strongly each row is linked by the pairs given; the most linked names the story.

    Rounded: an encoder's vectors may differ in the last bit by what was encoded beside, which must not choose.
    """
    found = np.bincount(left, probability, minlength=count) + np.bincount(right, probability, minlength=count)
    return np.round(found, 3)


@cache
def _word() -> re.Pattern[str]:
    """Letters with their vowel signs and other marks, which ``re`` takes for no part of a word."""
    marks = re.escape("".join(map(chr, np.flatnonzero(folding.load().kinds == MARK))))
    run = rf"[^\W\d_](?:[^\W\d_]|[{marks}])*"
    return re.compile(rf"{run}(?:['’\u200c\u200d-]+{run})*")


class Vocabulary:
    """In how many articles of each language each folded word stands, so that common ones can be left out of keywords.

    What is common is told by language: in a set of many languages the function words of each would pass for rare. In
    a set so small that counts cannot tell, a list of them does, for the languages that it has.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self._languages = [base_language(article.language) for article in articles]
        self._words = [_words(article, language) for article, language in zip(articles, self._languages, strict=True)]
        self._articles_in = Counter(self._languages)
        self._articles_with: dict[str, Counter[str]] = {language: Counter() for language in self._articles_in}
        for language, words in zip(self._languages, self._words, strict=True):
            self._articles_with[language].update(words.keys())

    def keywords(self, rows: Sequence[int]) -> list[str]:
        """The words that most set some rows' articles apart, as they are written, the strongest first.

        A word weighs by the articles of the story that have it, twice where the title does, times its inverse document
        frequency in the language of each. One that is common in a language of the story's that has it is left out.
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
    """The words of the title and the lead: folded, then as written and the weight.

    Pieces of unspaced text are none, and function words of the language are left out.
    """
    found: dict[str, tuple[str, int]] = {}
    for text, weight in ((article.title, _TITLE_WEIGHT), (article.text[:_LEAD_CHARACTERS], 1)):
        for word in _word().findall(text):
            folded = _told(word, language)
            if folded:
                found.setdefault(folded, (word, weight))
    return found


@lru_cache(maxsize=_REMEMBERED)
def _told(word: str, language: str) -> str:
    """A word folded; empty if it is too short, a piece of unspaced text or a function word of the language."""
    if len(word) < _LEAST_LETTERS or spaceless_letter().search(word):
        return ""
    folded = fold(word)
    return "" if _is_function(word, folded, function_words().get(language, frozenset())) else folded


def _is_function(word: str, folded: str, function_words: frozenset[str]) -> bool:
    """True for a function word, also one of several that are joined, as ``qu'une``."""
    folded = folded.replace("’", "'")  # both are written in "don't"
    pieces = _JOINT.split(word)
    return folded in function_words or (len(pieces) > 1 and all(fold(piece) in function_words for piece in pieces))


@cache
def function_words() -> dict[str, frozenset[str]]:
    """The shipped function words of some languages, folded."""
    with files("sada.cluster").joinpath("data", "function_words.json").open("rb") as file:
        listed: dict[str, str] = json.load(file)["words"]
    found = {language: frozenset(map(fold, words.split())) for language, words in listed.items()}
    prefixed = {prefix + word for prefix in _ARABIC_PREFIXES for word in found["ar"]}
    return found | {"ar": found["ar"] | prefixed}
