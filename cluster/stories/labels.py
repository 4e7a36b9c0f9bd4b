"""Keywords of stories, and the most central member, whose headline a story takes."""

from __future__ import annotations

import json
import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain, count

import numpy as np

from sada.indexes.article import Article
from sada.indexes.ragged import bounds_of, owners_of, unrolled
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
_ARABIC_PREFIXES = "وف"  # "and", "so": written as part of the word that follows
_AND, _AND_THE = "و", "وال"
_ARABIC_FRONTS = ("و", "ف", "ب", "ك", "ل", "ال", "لل", "بال", "كال", "وال", "فال", "ولل", "وب", "ول", "وبال")
_RANKED = 2 * KEYWORDS  # of which those that are another form of a better one are left out
_LEAST_SHARED = 4  # letters that two forms of a word begin with, with an ending of
_ENDING = 2  # letters at most


def strengths(left: np.ndarray, right: np.ndarray, probability: np.ndarray, count: int) -> np.ndarray:
    """Sum the probabilities of the pairs of each row: float64 (count,). The row with the largest sum is most central.

    Sums are rounded: the vectors of an encoder may differ in the last bit between batches, which must not decide.
    """
    found = np.bincount(left, probability, minlength=count) + np.bincount(right, probability, minlength=count)
    return np.round(found, 3)


@cache
def _marks() -> str:
    """Return all vowel signs and other marks."""
    return "".join(map(chr, np.flatnonzero(folding.load().kinds == MARK)))


@cache
def _word() -> re.Pattern[str]:
    """Compile a pattern of words: letters with vowel signs and other marks, which no class of ``re`` covers."""
    marks = re.escape(_marks())
    run = rf"[^\W\d_](?:[^\W\d_]|[{marks}])*"
    return re.compile(rf"{run}(?:['’\u200c\u200d-]+{run})*")


class Vocabulary:
    """Document frequencies of folded words in each language, from which keywords are chosen.

    Frequencies are counted for each language, since function words of one language are rare in a set of many
    languages. In small sets counts do not show function words, so these are also left out by a list.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self._languages = [base_language(article.language) for article in articles]
        self._places: list[int] = []  # of each article among those of its language
        alike: dict[str, list[Article]] = {}
        for article, language in zip(articles, self._languages, strict=True):
            several = alike.setdefault(language, [])
            self._places.append(len(several))
            several.append(article)
        self._words = {language: _LanguageWords(several, language) for language, several in alike.items()}

    def keywords(self, rows: Sequence[int]) -> list[str]:
        """Return the keywords of a story from the rows of its articles, as they are written, the strongest first.

        The score of a word is the number of articles that have it (twice if the title has it) times its inverse
        document frequency, summed over languages. A word that is common in one of these languages is left out.
        """
        if len(rows) == 1:  # as in most stories: there is nothing to sum, and one spelling of each word
            return self._words[self._languages[rows[0]]].keywords_of_one(self._places[rows[0]])
        several = [(self._words[language], places) for language, places in self._by_language(rows).items()]
        scores, folded = _summed([words.scores(places) for words, places in several])
        best = folded[_distinct(_strongest(scores, folded), folded)].tolist()
        spellings = [words.spellings(places, best) for words, places in several]
        return [_commonest(chain.from_iterable(written)) for written in zip(*spellings, strict=True)]

    def _by_language(self, rows: Sequence[int]) -> dict[str, list[int]]:
        several: dict[str, list[int]] = {}
        for row in rows:
            several.setdefault(self._languages[row], []).append(self._places[row])
        return several


class _LanguageWords:
    """The words of the articles of one language: an entry for each article and word that it has, by article.

    Spellings that fold to the same are one word. An article has the spelling that comes first in it.
    """

    def __init__(self, articles: Sequence[Article], language: str) -> None:
        parts: dict[str, int] = defaultdict(count().__next__)  # of texts, between spaces, each read once below
        occurring, ends = array("i"), array("q")
        for article in articles:
            for text in (article.plain_title, article.plain_text[:_LEAD_CHARACTERS]):
                occurring.extend(map(parts.__getitem__, text.split()))
                ends.append(len(occurring))
        written, bounds = _written_words(parts)
        folded = _keyword_forms(written, language)
        self._numbers: dict[str, int] = {}
        numbers = np.array(
            [self._numbers.setdefault(one, len(self._numbers)) if one else -1 for one in folded], np.int64
        )
        self._written, self._folded = np.array(written, object), np.array(list(self._numbers), object)
        which, spellings = unrolled(bounds[:-1][occurring], bounds[1:][occurring])
        texts = owners_of(np.diff(ends, prepend=0))[which]  # two of each article: its title, then its lead
        if language == "ar":
            self._part_conjunctions(numbers, np.bincount(numbers[spellings] + 1, minlength=len(self._folded) + 1)[1:])
        self._count(len(articles), texts, spellings, numbers[spellings])

    def _part_conjunctions(self, numbers: np.ndarray, times: np.ndarray) -> None:
        """Take the "and" off words that are as often written without it, or at all if the article follows it.

        So «وتعيين» counts as «تعيين», and «وزير», a minister, stays: hardly any text has the rest of it as a word. This
        changes ``numbers`` (int64, of each spelling) and how they are written; ``times`` is how often each word occurs.
        """
        for spelling, number in enumerate(numbers.tolist()):
            word = self._folded[number] if number >= 0 else ""
            rest = self._numbers.get(word[1:]) if word.startswith(_AND) else None
            if rest is not None and (times[rest] >= times[number] or word.startswith(_AND_THE)):
                numbers[spelling] = rest
                self._written[spelling] = self._written[spelling][1:].lstrip(_marks())

    def _count(self, articles: int, texts: np.ndarray, spellings: np.ndarray, words: np.ndarray) -> None:
        """Keep the first occurrence of each word in each article, and weigh the words.

        Args:
            articles: how many there are.
            texts: int64 (m,), of each occurrence; even for titles, odd for leads, two for each article.
            spellings: int64 (m,), how it is written.
            words: int64 (m,), the number of the folded word; -1 if it is none that may be a keyword.
        """
        kept = np.flatnonzero(words >= 0)
        _, first = np.unique((texts[kept] >> 1) * len(self._folded) + words[kept], return_index=True)
        texts, self._spellings, self._words = texts[kept][first], spellings[kept][first], words[kept][first]
        self._weights = np.where(texts & 1, 1, _TITLE_WEIGHT)
        self._bounds = bounds_of(np.bincount(texts >> 1, minlength=articles)).tolist()
        self._articles_with = np.bincount(self._words, minlength=len(self._folded))
        rarities = ((articles + 1) / np.maximum(self._articles_with, 1)).tolist()
        self._idf = np.array([math.log(rarity) for rarity in rarities])  # the last bit of NumPy's may differ
        self._common = max(_COMMON * articles, _LEAST_COMMON)
        self._alone = self._scores(self._words, self._weights, 1)

    def keywords_of_one(self, place: int) -> list[str]:
        """Return the keywords of a story of one article, as it has them written, the strongest first."""
        scores, folded = self.scores([place])
        best = _distinct(_strongest(scores, folded), folded)
        return self._written[self._spellings[self._entries([place])][best]].tolist()

    def scores(self, places: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Return the scores of all words of some articles, -inf for common ones, and the words, folded."""
        inside = self._entries(places)
        if len(places) == 1:  # each word is there once
            return self._alone[inside], self._folded[self._words[inside]]
        words, which = np.unique(self._words[inside], return_inverse=True)
        return self._scores(words, np.bincount(which, self._weights[inside]), len(places)), self._folded[words]

    def spellings(self, places: Sequence[int], folded: Sequence[str]) -> list[list[str]]:
        """Return for each of some folded words how each of the articles that have it writes it."""
        inside = self._entries(places)
        words, spellings = self._words[inside], self._spellings[inside]
        numbers = [self._numbers.get(word) for word in folded]  # None if no article of this language has it
        return [[] if one is None else self._written[spellings[words == one]].tolist() for one in numbers]

    def _entries(self, places: Sequence[int]) -> slice | np.ndarray:
        if len(places) == 1:
            return slice(self._bounds[places[0]], self._bounds[places[0] + 1])
        return np.concatenate([np.arange(self._bounds[place], self._bounds[place + 1]) for place in places])

    def _scores(self, words: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
        is_common = self._articles_with[words] > max(self._common, size)
        return np.where(is_common, -np.inf, weights * self._idf[words])


def _summed(found: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Sum scores of folded words over languages."""
    if len(found) == 1:
        return found[0]
    total: dict[str, float] = defaultdict(float)
    for scores, folded in found:
        for word, score in zip(folded.tolist(), scores.tolist(), strict=True):
            total[word] += score
    return np.array(list(total.values())), np.array(list(total), object)


def _strongest(scores: np.ndarray, folded: np.ndarray) -> list[int]:
    """Return the positions of the best words that are not common, the best first, ties in the order of the alphabet."""
    least = np.partition(scores, -_RANKED)[-_RANKED] if len(scores) > _RANKED else 0
    near = np.flatnonzero((scores >= least) & (scores > 0))
    ordered = sorted(zip((-scores[near]).tolist(), folded[near].tolist(), near.tolist(), strict=True))
    return [at for _, _, at in ordered[:_RANKED]]


def _distinct(places: Sequence[int], folded: np.ndarray) -> list[int]:
    """Return the first places at most whose words are no other form of a word before."""
    kept: list[int] = []
    for place in places:
        if not any(_is_form(folded[place], folded[better]) for better in kept):
            kept.append(place)
        if len(kept) == KEYWORDS:
            break
    return kept


def _is_form(word: str, other: str) -> bool:
    """Return whether two folded words are one with other letters in front, as Arabic has them, or with an ending."""
    short, long = sorted((word, other), key=len)
    is_longer = len(short) >= _LEAST_SHARED and len(long) - len(short) <= _ENDING and long.startswith(short)
    return is_longer or not _bare(word).isdisjoint(_bare(other))


def _bare(word: str) -> set[str]:
    """Return a word with and without the conjunction, preposition and article in front that it may have in Arabic."""
    rests = {word.removeprefix(front) for front in _ARABIC_FRONTS}
    return {word} | {rest for rest in rests if len(rest) >= _LEAST_LETTERS}


def _commonest(written: Iterable[str]) -> str:
    """Return the spelling that occurs most often; of several, the first in the order of the alphabet."""
    times = Counter(written)
    return min(times, key=lambda word: (-times[word], word))


def _written_words(parts: Iterable[str]) -> tuple[list[str], np.ndarray]:
    """Return the words in parts of texts, and int64 (n + 1,) where those of each part begin and end.

    The parts are what stands between spaces: a space is never inside a word.
    """
    find = _word().findall
    found = [[part] if part.isalpha() else find(part) for part in parts]  # most parts are letters alone
    return list(chain.from_iterable(found)), bounds_of([len(words) for words in found])


def _keyword_forms(words: Sequence[str], language: str) -> list[str]:
    """Fold words; empty if too short, part of text without spaces, or a function word of the language."""
    listed = function_words().get(language, frozenset())
    is_spaceless = spaceless_letter().search
    forms = fold("\n".join(words)).split("\n") if words else []  # all at once, which takes half the time
    return [
        "" if len(word) < _LEAST_LETTERS or is_spaceless(word) or _is_function(word, folded, listed) else folded
        for word, folded in zip(words, forms, strict=True)
    ]


def _is_function(word: str, folded: str, function_words: frozenset[str]) -> bool:
    """Return whether a word is a function word, or several joined ones, as ``qu'une``."""
    if word.isalpha():  # nothing is joined
        return folded in function_words
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
