"""Why an article is listed, in words that its reader would accept: above all the names that both articles have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sada.cluster.recommendation.index_state import IndexState
from sada.cluster.stories.labels import function_words
from sada.indexes.article import Article
from sada.indexes.text.language_codes import base_language, language_name
from sada.indexes.text.term_spans import TermSpans
from sada.indexes.text.terms import words
from sada.indexes.text.tokens import fold

MOST_NAMES = 3
BACKGROUND_DAYS = 30
"""From so many days before the latest article read on, an article is background."""
_LEAD_WORDS, _LEAD_LETTERS = 60, 600
_CLOSE = 0.35  # of meaning, from which on it is said to be close
_COMMON = 0.05  # a word in more articles than this share of those in the language tells nobody why ...
_LEAST_COMMON = 5  # ... unless it is in so few
_LONGEST = 4  # words of a name
_LONGEST_SPACELESS = 7  # pairs of letters
_LEAST_LETTERS = 4  # of a word in small letters
_CAPITAL = 1.5
_BEFORE_CAPITALS = "\n.!?:…"
_TITLE = 80  # letters of the title of what was read
_LEAD = re.compile(rf"\s*(?:\S+\s+){{0,{_LEAD_WORDS - 1}}}\S*")
_JOINTS = frozenset(" -’'\u00a0\u200c\u200d")
"""What may stand between two words of a name."""
_SEPARATE = np.uint64(0x9E3779B97F4A7C15)


class Names(NamedTuple):
    """The words of an article's title and lead, ready to be found in others.

    Attributes:
        text: title and lead.
        starts, stops: where in it each term is written.
        terms: the terms, in order.
        telling: how telling each is; 0 for common words, function words and figures.
        told: the places of those that are telling.
        joined: for each term but the last the code of it and the next one; 0 if more than a space stands between them.
    """

    text: str
    starts: list[int]
    stops: list[int]
    terms: list[int]
    telling: list[float]
    told: list[int]
    joined: list[int]


class Facts(NamedTuple):
    """What is known of a candidate that is listed.

    Attributes:
        article: itself.
        seed: the article read that it goes with; ``several`` if it is one of several.
        same_story, new_language, new_source: whether it is of the seed's story, and neither in a language nor of an
            outlet of what was read.
        meaning: how near it is to the seed in meaning, in [0, 1].
        days: how long before the reference moment it was published, 0 if after it or unknown.
        pinned, liked: whether it is pinned, and what is preferred about it.
    """

    article: Article
    seed: Article
    several: bool
    same_story: bool
    new_language: str
    new_source: bool
    meaning: float
    days: float
    pinned: bool
    liked: Sequence[str]


def reasons(facts: Facts, shared: Sequence[str]) -> tuple[str, ...]:
    """The reasons for one article; at least one.

    Args:
        facts: what is known of it.
        shared: the names that it has in common with the seed.
    """
    told = ["pinned by the editors"] if facts.pinned else []
    abroad = f"in {language_name(facts.new_language)}" if facts.new_language else ""
    if facts.same_story:
        told.append(f"same story, {abroad}" if abroad else "same story")
        if facts.new_source:
            told.append(f"as {facts.article.source} reports it")
    if shared:
        told.append(f"same people and terms: {', '.join(shared)}")
    if facts.meaning >= _CLOSE:
        told.append("close in meaning")
    elif not told:
        told.append("loosely related")
    if abroad and not facts.same_story:
        told.append(abroad)
    if facts.days >= BACKGROUND_DAYS and facts.article.published is not None:
        told.append(f"background from {facts.article.published:%Y-%m-%d}")
    told += facts.liked
    if facts.several:
        told.append(f"goes with: {_shortened(facts.seed.title or facts.seed.text)}")
    return tuple(told)


def names_of(state: IndexState, rows: Sequence[int], articles: Sequence[Article]) -> list[Names]:
    """The names in some articles of the index."""
    texts = [_head(article) for article in articles]
    spellings = [TermSpans.of(text) for text in texts]
    terms = np.concatenate([np.zeros(0, np.uint64), *(spelling.terms for spelling in spellings)])
    distinct, back = np.unique(terms, return_inverse=True)
    weights, start = state.view.words.idf(distinct)[back], 0
    found = []
    for row, text, spelling in zip(rows, texts, spellings, strict=True):
        own = weights[start : start + len(spelling.terms)]
        start += len(own)
        telling = _telling(state, row, text, spelling, own)
        told = [at for at, weight in enumerate(telling) if weight]
        terms, starts, stops = spelling
        found.append(Names(text, starts, stops, terms.tolist(), telling, told, _joined(text, spelling)))
    return found


def shared_names(names: Sequence[Names], articles: Sequence[Article]) -> list[list[str]]:
    """What each of some articles has in common with the names beside it, as it is written there, most telling first."""
    made = words([_head(article) for article in articles], 1 << 40)
    pairs = _codes(made.terms)
    found = []
    for at, own in enumerate(names):
        start, stop = made.bounds[at], made.bounds[at + 1]
        have = set(made.terms[start:stop].tolist())
        beside = set(pairs[start : max(stop - 1, start)].tolist())
        found.append(_best(own, _runs(own, have, beside)))
    return found


def _best(own: Names, runs: Iterable[tuple[int, int]]) -> list[str]:
    """How the most telling of some runs of terms are written, each once."""
    found: dict[str, str] = {}
    for _, start, stop in sorted((-sum(own.telling[start:stop]), start, stop) for start, stop in runs):
        name = " ".join(own.text[own.starts[start] : own.stops[stop - 1]].split())
        folded = _folded(name)
        if not any(folded in other or other in folded for other in found):
            found[folded] = name
        if len(found) == MOST_NAMES:
            break
    return list(found.values())


def _runs(own: Names, have: set[int], beside: set[int]) -> Iterator[tuple[int, int]]:
    """Where terms that are shared, and follow one another in both, begin and end; the first and last are telling."""
    count, last = len(own.terms), 0
    for start in own.told:
        if start < last or own.terms[start] not in have:
            continue
        stop = last = start + 1
        spaceless = stop < count and own.starts[stop] < own.stops[start]
        most = min(start + (_LONGEST_SPACELESS if spaceless else _LONGEST), count)
        while stop < most and own.joined[stop - 1] in beside:
            stop += 1
            last = stop if own.telling[stop - 1] else last
        yield start, last


def _telling(state: IndexState, row: int, text: str, spelling: TermSpans, idf: np.ndarray) -> list[float]:
    """The inverse document frequency of an article's terms; 0 of common ones, function words and what has no letter."""
    count, most = len(state.columns), max(_COMMON * state.in_language_of(row), _LEAST_COMMON)
    left_out = function_words().get(base_language(state.columns.languages[row]), frozenset())
    found = np.where(idf >= np.log1p((count - most + 0.5) / (most + 0.5)), idf, 0.0).tolist()
    for at, (start, stop) in enumerate(zip(spelling.starts, spelling.stops, strict=True)):
        if found[at]:
            word = text[start:stop]
            found[at] *= 0.0 if _folded(word) in left_out else _namelike(word, text[max(start - 3, 0) : start])
    return found


def _namelike(word: str, before: str) -> float:
    """By how much a word is likelier to be a name than another: 0 for figures, and for short words in small letters.

    A capital says so where no sentence or title begins with it.
    """
    if not any(map(str.isalpha, word)):
        return 0.0
    first = word[0]
    if first.upper() == first.lower():  # a script without capitals
        return 1.0
    if first.islower():
        return float(len(word) >= _LEAST_LETTERS)
    return 1.0 if not before.strip(" ") or before.rstrip(" ")[-1] in _BEFORE_CAPITALS else _CAPITAL


def _joined(text: str, spelling: TermSpans) -> list[int]:
    codes = _codes(spelling.terms).tolist()
    for at, (stop, start) in enumerate(zip(spelling.stops, spelling.starts[1:], strict=False)):
        if not _JOINTS.issuperset(text[stop:start]):
            codes[at] = 0
    return codes


def _codes(terms: np.ndarray) -> np.ndarray:
    """uint64: one number for each term and the next one."""
    return terms[:-1] * _SEPARATE + terms[1:]


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    return fold(word)


def _head(article: Article) -> str:
    lead = _LEAD.match(article.text[:_LEAD_LETTERS])
    return f"{article.title}\n{lead.group() if lead else ''}"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _TITLE else f"{text[: _TITLE - 1].rstrip()}…"
