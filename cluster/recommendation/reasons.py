"""The reasons for a recommendation in words, above all the names and terms that both articles have."""

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
"""An article that is older by so many days is background."""
_LEAD_WORDS, _LEAD_LETTERS = 60, 600
_CLOSE = 0.35  # least closeness that counts as close in meaning
_COMMON = 0.05  # a word in a larger share of the articles in its language is too common ...
_LEAST_COMMON = 5  # ... unless it is in at most so many articles
_LONGEST = 4  # words of a name
_LONGEST_SPACELESS = 7  # pairs of letters of a name without spaces
_LEAST_LETTERS = 4  # of a word in lower case
_CAPITAL = 1.5  # weight of a word with a capital letter
_BEFORE_CAPITALS = "\n.!?:…"
_TITLE = 80  # letters of a title that is quoted
_LEAD = re.compile(rf"\s*(?:\S+\s+){{0,{_LEAD_WORDS - 1}}}\S*")
_JOINTS = frozenset(" -’'\u00a0\u200c\u200d")
"""What may stand between two words of a name."""
_SEPARATE = np.uint64(0x9E3779B97F4A7C15)


class Names(NamedTuple):
    """The terms of an article's title and lead, prepared to be found in other articles.

    Attributes:
        text: title and lead.
        starts, stops: where each term is written in the text.
        terms: the terms, in order.
        weights: the weight of each term; 0 for common words, function words and numbers.
        weighted: positions of the terms with a weight above 0.
        joined: for each term but the last, the code of this term and the next; 0 if more than a space is between.
    """

    text: str
    starts: list[int]
    stops: list[int]
    terms: list[int]
    weights: list[float]
    weighted: list[int]
    joined: list[int]


class Facts(NamedTuple):
    """What the reasons for a recommendation are made of.

    Attributes:
        article: the recommended article.
        seed: the most relevant article read.
        several: whether several articles were read.
        same_story: whether it is in the story of the seed.
        new_language: its language, if none of the articles read is in it; else empty.
        new_source: whether none of the articles read is of its outlet.
        meaning: its closeness in meaning to the seed, in [0, 1].
        days: its age in days at the reference time, 0 if unknown.
        pinned: whether it is pinned.
        preferred: the reasons that come from preferences.
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
    preferred: Sequence[str]


def reasons(facts: Facts, shared: Sequence[str]) -> tuple[str, ...]:
    """Return the reasons for one article; at least one.

    Args:
        facts: what the reasons are made of.
        shared: the names that it has in common with the seed.
    """
    found = ["pinned by the editors"] if facts.pinned else []
    abroad = f"in {language_name(facts.new_language)}" if facts.new_language else ""
    if facts.same_story:
        found.append(f"same story, {abroad}" if abroad else "same story")
        if facts.new_source:
            found.append(f"as {facts.article.source} reports it")
    if shared:
        found.append(f"same people and terms: {', '.join(shared)}")
    if facts.meaning >= _CLOSE:
        found.append("close in meaning")
    elif not found:
        found.append("loosely related")
    if abroad and not facts.same_story:
        found.append(abroad)
    if facts.days >= BACKGROUND_DAYS and facts.article.published is not None:
        found.append(f"background from {facts.article.published:%Y-%m-%d}")
    found += facts.preferred
    if facts.several:
        found.append(f"goes with: {_shortened(facts.seed.plain_title or facts.seed.plain_text)}")
    return tuple(found)


def names_of(state: IndexState, rows: Sequence[int], articles: Sequence[Article]) -> list[Names]:
    """Find the names in some articles of the index."""
    texts = [_head(article) for article in articles]
    spellings = [TermSpans.of(text) for text in texts]
    terms = np.concatenate([np.zeros(0, np.uint64), *(spelling.terms for spelling in spellings)])
    distinct, back = np.unique(terms, return_inverse=True)
    weights, start = state.view.words.idf(distinct)[back], 0
    found = []
    for row, text, spelling in zip(rows, texts, spellings, strict=True):
        own = weights[start : start + len(spelling.terms)]
        start += len(own)
        own_weights = _weights(state, row, text, spelling, own)
        weighted = [at for at, weight in enumerate(own_weights) if weight]
        terms, starts, stops = spelling
        found.append(Names(text, starts, stops, terms.tolist(), own_weights, weighted, _joined(text, spelling)))
    return found


def shared_names(names: Sequence[Names], articles: Sequence[Article]) -> list[list[str]]:
    """Return the names that each article shares with the names at its position, as written there, the best first."""
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
    """Return the runs of terms with the largest weights as they are written, each once."""
    found: dict[str, str] = {}
    for _, start, stop in sorted((-sum(own.weights[start:stop]), start, stop) for start, stop in runs):
        name = " ".join(own.text[own.starts[start] : own.stops[stop - 1]].split())
        folded = _folded(name)
        if not any(folded in other or other in folded for other in found):
            found[folded] = name
        if len(found) == MOST_NAMES:
            break
    return list(found.values())


def _runs(own: Names, have: set[int], beside: set[int]) -> Iterator[tuple[int, int]]:
    """Yield start and stop of runs of shared terms that are adjacent in both texts; first and last have a weight."""
    count, last = len(own.terms), 0
    for start in own.weighted:
        if start < last or own.terms[start] not in have:
            continue
        stop = last = start + 1
        spaceless = stop < count and own.starts[stop] < own.stops[start]
        most = min(start + (_LONGEST_SPACELESS if spaceless else _LONGEST), count)
        while stop < most and own.joined[stop - 1] in beside:
            stop += 1
            last = stop if own.weights[stop - 1] else last
        yield start, last


def _weights(state: IndexState, row: int, text: str, spelling: TermSpans, idf: np.ndarray) -> list[float]:
    """Weight an article's terms by inverse document frequency; 0 for common and function words, and numbers."""
    count, most = len(state.columns), max(_COMMON * state.in_language_of(row), _LEAST_COMMON)
    left_out = function_words().get(base_language(state.columns.languages[row]), frozenset())
    found = np.where(idf >= np.log1p((count - most + 0.5) / (most + 0.5)), idf, 0.0).tolist()
    for at, (start, stop) in enumerate(zip(spelling.starts, spelling.stops, strict=True)):
        if found[at]:
            word = text[start:stop]
            found[at] *= 0.0 if _folded(word) in left_out else _namelike(word, text[max(start - 3, 0) : start])
    return found


def _namelike(word: str, before: str) -> float:
    """Return how likely a word is a name, as a weight: 0 for numbers and short words in lower case.

    A capital letter counts unless a sentence or title begins with it.
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
    """Return the codes of adjacent terms; 0 if more than a space is between them."""
    codes = _codes(spelling.terms).tolist()
    for at, (stop, start) in enumerate(zip(spelling.stops, spelling.starts[1:], strict=False)):
        if not _JOINTS.issuperset(text[stop:start]):
            codes[at] = 0
    return codes


def _codes(terms: np.ndarray) -> np.ndarray:
    """Return a code for each term and the next one: uint64."""
    return terms[:-1] * _SEPARATE + terms[1:]


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> str:
    return fold(word)


def _head(article: Article) -> str:
    """Return title and lead."""
    lead = _LEAD.match(article.plain_text[:_LEAD_LETTERS])
    return f"{article.plain_title}\n{lead.group() if lead else ''}"


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _TITLE else f"{text[: _TITLE - 1].rstrip()}…"
