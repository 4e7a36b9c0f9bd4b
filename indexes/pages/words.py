"""Words, as far as parts of pages are compared by them: what a text tells of a headline, and what stands together."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sada.indexes.text.tokens import fold, tokens

_STEM = 5
_SHORTEST = 3
_LEAST_TOLD = 2
# Arabic articles and particles written as one with the word behind them.
_ARTICLE = re.compile("(?:[وف]?(?:[بك]?ال|لل)|[وف]?[بلك](?=...)|و(?=...))(?=..)")
_BREAK = re.compile(r"[^\w\s'’\-ـ‌‍]+|\n")


def stem(token: str) -> str:
    """The first letters of a folded word, without an Arabic article or particle before them."""
    return _ARTICLE.sub("", token, count=1)[:_STEM] if "\u0600" <= token[:1] <= "\u06ff" else token[:_STEM]


def told_share(title: str, text: str, before: Iterable[str]) -> float:
    """The share of a headline's words that ``text`` has, of those that stand nowhere in ``before``: from 0 to 1.

    0 if it has less than two of them.
    """
    words = {stem(token) for token in tokens(title) if len(token) >= _SHORTEST}
    words -= {stem(token) for one in before for token in tokens(one)}
    told = words & {stem(token) for token in tokens(text)}
    return len(told) / len(words) if len(told) >= _LEAST_TOLD else 0.0


def phrases(texts: Iterable[str], longest: int) -> frozenset[tuple[str, ...]]:
    """The runs of up to ``longest`` words, as stems, that stand together in texts, no mark between them."""
    found: set[tuple[str, ...]] = set()
    for text in texts:
        for piece in _BREAK.split(text):
            words = stems(piece)
            for start in range(len(words)):
                for stop in range(start + 1, min(start + longest, len(words)) + 1):
                    found.add(tuple(words[start:stop]))
    return frozenset(found)


def stems(text: str) -> list[str]:
    """The stem of each word of ``text`` between white space, without marks; empty for one of marks alone."""
    return [stem("".join(filter(str.isalnum, fold(word)))) for word in text.split()]
