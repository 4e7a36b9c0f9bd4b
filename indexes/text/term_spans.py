"""Where the terms of a text are written, and which words two articles share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sada.indexes.article import Article
from sada.indexes.text.terms import words
from sada.indexes.text.tokens import read

# Anything but letters of Latin, Greek, Cyrillic and Arabic, their punctuation and Arabic vowels. What folding drops,
# other marks, signs that are tokens, numbers with groups or signs, and hyphens at the ends of lines are unusual, too.
_UNUSUAL = re.compile(
    r"[^\x00-\x22\x26-\x2a\x2c-\x5e\x60-\xa1\xa6-\xac\xae-\xb0\xb4-\xb8\xba-\xbb\xbf-\u02b8\u0370-\u0482"
    r"\u048a-\u052f\u060c\u061b\u061f\u0621-\u0652\u0660-\u0669\u066d\u0671-\u06d4\u06f0-\u06f9\u2010-\u2027"
    r"\u2032-\u2043\u2045-\u205e]|[-\u2010]\s|\d[,'\u2019\u060c\xa0]\d|[-\u2012\u2013]\d"
)
_RUNS = re.compile(r"[\w\u064b-\u0652]+")


class TermSpans(NamedTuple):
    """The terms of a text as they are written.

    Attributes:
        terms: uint64 (m,), in order; in a script without spaces two adjacent letters are one.
        starts, stops: where in the text each term begins and ends.
    """

    terms: np.ndarray
    starts: list[int]
    stops: list[int]

    @classmethod
    def of(cls, text: str) -> TermSpans:
        """Find where the terms of a text are written."""
        spans = _spans(text)
        terms, single = _terms(text, spans)
        found = [(at, span, terms[at]) for at, span in enumerate(spans) if single[at]]
        beside = [at for at, (one, other) in enumerate(pairwise(spans)) if one[1] >= other[0]]
        beside = [at for at in beside if not (single[at] or single[at + 1])]  # no words
        if beside:
            pairs = [(spans[at][0], spans[at + 1][1]) for at in beside]
            terms, single = _terms(text, pairs)
            found += [(at, pair, term) for at, pair, term, one in zip(beside, pairs, terms, single, strict=True) if one]
            found.sort(key=lambda one: one[0])
        starts, stops = [start for _, (start, _), _ in found], [stop for _, (_, stop), _ in found]
        return cls(np.array([term for *_, term in found], np.uint64), starts, stops)


def _terms(text: str, spans: Sequence[tuple[int, int]]) -> tuple[list[int], list[bool]]:
    """The first term of each span of a text, and whether the span has exactly one term."""
    made = words([text[start:stop] for start, stop in spans])
    firsts = np.append(made.terms, np.uint64(0))[made.bounds[:-1]]
    return firsts.tolist(), (np.diff(made.bounds) == 1).tolist()


def _spans(text: str) -> list[tuple[int, int]]:
    """As :func:`token_spans`, but quicker for texts of only those scripts whose words ``re`` finds."""
    return token_spans(text) if _UNUSUAL.search(text) else [found.span() for found in _RUNS.finditer(text)]


def shared_words(
    query: Article, found: Article, most: int = 8, idf: Callable[[np.ndarray], np.ndarray] | None = None
) -> list[str]:
    """The words that two articles share, as they are written in the second.

    Words of the same stem count once. In a script without spaces two adjacent letters are a word.

    Args:
        query: the first article.
        found: the second article.
        most: the most words returned.
        idf: returns the inverse document frequency of terms, for example :meth:`WordSearch.idf`. The rarest words come
            first; without it, and where it is equal, words are in the order of the second article.
    """
    wanted = words([query.body]).terms
    parts = found.body.split()
    have = words(parts)
    shared = np.flatnonzero(np.isin(have.terms, wanted))
    terms, first = np.unique(have.terms[shared], return_index=True)
    positions = shared[first]
    order = np.argsort(positions) if idf is None else np.lexsort((positions, -idf(terms)))
    owners = np.searchsorted(have.bounds, positions, "right") - 1
    return [_written(parts[owners[at]], terms[at]) for at in order[:most].tolist()]


def _written(part: str, term: np.uint64) -> str:
    """The word within a part of a text that has that term."""
    spans = token_spans(part)
    spelled = [part[start:stop] for start, stop in spans]
    spelled += [part[start:stop] for (start, _), (_, stop) in pairwise(spans)]
    made = words(spelled)
    at = np.flatnonzero(made.terms == term)[0]
    return spelled[np.searchsorted(made.bounds, at, "right") - 1]


def token_spans(text: str) -> list[tuple[int, int]]:
    """Where each token of a text (:func:`sada.indexes.text.tokens.tokens`) begins and ends in it."""
    return [(token.start, token.stop) for token in read(text)]
