"""How terms are written: where in a text each stands, and which of them two articles share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sada.indexes.article import Article
from sada.indexes.text import folding
from sada.indexes.text.folding import MARK, SEPARATOR, SPACELESS
from sada.indexes.text.terms import words
from sada.indexes.text.tokens import fold

# Latin, Greek, Cyrillic and Arabic, with the punctuation of all; without what is dropped in folding or is a mark, but
# for Arabic vowels.
_UNUSUAL = re.compile(
    r"[^\x00-\x5e\x60-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u060c\u061b\u061f\u0621-\u0652\u0660-\u066d"
    r"\u0671-\u06d4\u06f0-\u06f9\u2010-\u2027\u2030-\u205e\u20ac]"
)
_RUNS = re.compile(r"[\w\u064b-\u0652]+")


class TermSpans(NamedTuple):
    """The terms of a text as they are written.

    Attributes:
        terms: uint64 (m,), in order; of a spaceless script two letters side by side.
        starts, stops: where in the text each is written.
    """

    terms: np.ndarray
    starts: list[int]
    stops: list[int]

    @classmethod
    def of(cls, text: str) -> TermSpans:
        """Where the terms of a text are written."""
        spans = _spans(text)
        terms, single = _terms(text, spans)
        found = [(at, span, terms[at]) for at, span in enumerate(spans) if single[at]]
        beside = [at for at, (one, other) in enumerate(pairwise(spans)) if one[1] >= other[0]]
        beside = [at for at in beside if not (single[at] or single[at + 1])]  # words are not taken together
        if beside:
            pairs = [(spans[at][0], spans[at + 1][1]) for at in beside]
            terms, single = _terms(text, pairs)
            found += [(at, pair, term) for at, pair, term, one in zip(beside, pairs, terms, single, strict=True) if one]
            found.sort(key=lambda one: one[0])
        starts, stops = [start for _, (start, _), _ in found], [stop for _, (_, stop), _ in found]
        return cls(np.array([term for *_, term in found], np.uint64), starts, stops)


def _terms(text: str, spans: Sequence[tuple[int, int]]) -> tuple[list[int], list[bool]]:
    """The first term of each span of a text, and whether it is one term."""
    made = words([text[start:stop] for start, stop in spans])
    firsts = np.append(made.terms, np.uint64(0))[made.bounds[:-1]]
    return firsts.tolist(), (np.diff(made.bounds) == 1).tolist()


def _spans(text: str) -> list[tuple[int, int]]:
    """As :func:`token_spans`, quicker where there are no letters but of scripts whose words ``re`` knows."""
    return token_spans(text) if _UNUSUAL.search(text) else [found.span() for found in _RUNS.finditer(text)]


def shared_words(
    query: Article, found: Article, most: int = 8, idf: Callable[[np.ndarray], np.ndarray] | None = None
) -> list[str]:
    """Words that two articles share, as they are written in the one found.

    Words of one stem are one. Of a spaceless script it is two letters in a row.

    Args:
        query: the one.
        found: the other.
        most: how many words at most.
        idf: how telling terms are, for example :meth:`WordSearch.idf`: the most telling come first; without it, and
            where that is equal, they come in the order of the article found.
    """
    asked = words([query.body]).terms
    pieces = found.body.split()
    have = words(pieces)
    shared = np.flatnonzero(np.isin(have.terms, asked))
    terms, first = np.unique(have.terms[shared], return_index=True)
    places = shared[first]
    order = np.argsort(places) if idf is None else np.lexsort((places, -idf(terms)))
    owners = np.searchsorted(have.bounds, places, "right") - 1
    return [_written(pieces[owners[at]], terms[at]) for at in order[:most].tolist()]


def _written(piece: str, term: np.uint64) -> str:
    """The word within a piece of text that makes a term."""
    spans = token_spans(piece)
    spelled = [piece[start:stop] for start, stop in spans]
    spelled += [piece[start:stop] for (start, _), (_, stop) in pairwise(spans)]
    made = words(spelled)
    at = np.flatnonzero(made.terms == term)[0]
    return spelled[np.searchsorted(made.bounds, at, "right") - 1]


def token_spans(text: str) -> list[tuple[int, int]]:
    """Where the tokens of a text (:func:`sada.indexes.text.tokens.tokens`) begin and end in it."""
    kinds = folding.load().kinds
    found: list[tuple[int, int]] = []
    start, stop, open_kind = 0, 0, SEPARATOR
    for at, letter in enumerate(text):
        for folded in fold(letter):  # a token may begin or end within a letter, as in ½
            kind = kinds[ord(folded)]
            if kind != MARK:
                if open_kind == SPACELESS or (open_kind != SEPARATOR and kind in (SEPARATOR, SPACELESS)):
                    found.append((start, stop))
                    open_kind = SEPARATOR
                if open_kind == SEPARATOR:
                    start, open_kind = at, kind
            stop = stop if open_kind == SEPARATOR else at + 1
    return found if open_kind == SEPARATOR else [*found, (start, stop)]
