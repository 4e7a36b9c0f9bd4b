"""Articles that share words with a query: BM25 over the stored postings.

Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009) as a share of the
most that any article could reach:

    score = sum over the query's terms of w * f / (f + k1 * (1 - b + b * length / mean length))  /  sum of w
    w = ln(1 + (N - n + 0.5) / (n + 0.5)) * (k3 + 1) * q / (k3 + q)

with f how often the term stands in the article and q how often in the query (a title's words count twice), n how many
of the N living articles have it; k1 = 1.2, b = 0.75, k3 = 8. A term that no article has counts in the sum of w, too.
N, n and the mean length are those of the living articles, so that a score depends on the set of articles alone.

Of a long query the title and the first words of the text are asked with, and of these the terms of largest w: on
labelled events of full articles that finds about as many reports as all words do, and reads an eighth of the postings.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sada.indexes import unicode_table
from sada.indexes.article import Article
from sada.indexes.postings import Postings
from sada.indexes.segments import Part
from sada.indexes.terms import words
from sada.indexes.text import fold
from sada.indexes.unicode_table import MARK, SEPARATOR, SPACELESS

K1, B, K3 = 1.2, 0.75, 8.0
LEAD_WORDS = 60
MOST_TERMS = 40
_TITLE_TIMES = 2
_EVERY = 1 << 40  # words
_EVERY_ROW = np.zeros(0, bool)


class _Query(NamedTuple):
    """Distinct terms (uint64, ascending) and how often each stands in the query (int64)."""

    terms: np.ndarray
    times: np.ndarray


class WordSearch:
    """The words of all articles of a snapshot.

    Only what a query comes by is read and checked, but for the lengths of articles.

    Args:
        parts: the segments.
        threads: how many to use for several queries, 0 for one a core; results are the same for any number.

    Raises:
        IndexDamaged: from a search that comes by bytes that are not what was written.
    """

    def __init__(self, parts: Sequence[Part], threads: int = 0) -> None:
        self._postings = [Postings(stored, rows) for stored, rows in parts]
        self._threads = threads or os.cpu_count() or 1

    def search(
        self, queries: Sequence[Article], k: int, *, threshold: float | None = None, mask: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The k articles of highest score for each query, those that share no term with it left out.

        Args:
            queries: m articles, asked with by title and text; either may be empty.
            k: results a query, at least 1.
            threshold: lowest score kept, included.
            mask: bool (n,), which rows may be found; None for all.

        Returns:
            Rows, int64 (m, k), short ones filled with -1, and scores, float32 (m, k), in [0, 1), filled with -inf;
            nearest first, equal scores by row.

        Raises:
            ValueError: if ``k`` is below 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        rows, scores = np.full((len(queries), k), -1), np.full((len(queries), k), -np.inf, np.float32)
        least = np.float32(-np.inf if threshold is None else threshold)
        allowed = _EVERY_ROW if mask is None else np.ascontiguousarray(mask, bool)
        slack = self._slack  # before threads ask for it

        def answer(at: int) -> None:
            found, reached = self._best(asked[at], min(k, self._count), least, allowed, slack)
            rows[at, : len(found)], scores[at, : len(found)] = found, reached

        asked = _queries(queries)
        if len(asked) < 2 or self._threads == 1:
            for at in range(len(asked)):
                answer(at)
        else:
            with ThreadPoolExecutor(min(self._threads, len(asked))) as pool:
                list(pool.map(answer, range(len(asked))))
        return rows, scores

    def idf(self, terms: np.ndarray) -> np.ndarray:
        """float64 (m,): the inverse document frequency ln(1 + (N - n + 0.5) / (n + 0.5)) of some terms (uint64)."""
        return self._idf(self._counts(len(terms), [part.find(terms) for part in self._postings]))

    @cached_property
    def _count(self) -> int:
        """How many articles live."""
        return sum(int(np.count_nonzero(part.rows >= 0)) for part in self._postings)

    @cached_property
    def _slack(self) -> list[np.ndarray]:
        """float32 of each segment: k1 * (1 - b + b * length / mean length) of each of its articles."""
        lengths = [part.lengths() for part in self._postings]
        living = (one[part.rows >= 0] for one, part in zip(lengths, self._postings, strict=True))
        mean = sum(int(one.sum(dtype=np.int64)) for one in living) / max(self._count, 1) or 1.0
        return [(K1 * (1 - B + B / mean * one)).astype(np.float32) for one in lengths]

    def _best(
        self, query: _Query, k: int, least: np.float32, mask: np.ndarray, slack: list[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows and scores of one query."""
        from sada.indexes import word_kernels

        if not k:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        found = [part.find(query.terms) for part in self._postings]
        counts = self._counts(len(query.terms), found)
        weights = self._idf(counts) * (K3 + 1) * query.times / (K3 + query.times)
        order = np.argsort(-weights, kind="stable")
        chosen = np.sort(order[counts[order] > 0][:MOST_TERMS])
        shares = (weights[chosen] / max(weights[order[:MOST_TERMS]].sum(), 1e-9)).astype(np.float32)
        best, best_rows, filled = np.empty(k, np.float32), np.empty(k, np.int64), 0
        for part, places, stretch in zip(self._postings, found, slack, strict=True):
            here = places[chosen] >= 0
            if here.any():
                scores = np.zeros(len(stretch), np.float32)
                part.add_up(places[chosen][here], shares[here], stretch, scores)
                filled = word_kernels.keep_best(scores, part.rows, mask, least, best, best_rows, filled)
        order = np.lexsort((best_rows[:filled], -best[:filled]))
        return best_rows[order], best[order]

    def _counts(self, count: int, found: Sequence[np.ndarray]) -> np.ndarray:
        """int64 (count,): how many living articles have each of so many terms, given where these stand."""
        articles = np.zeros(count, np.int64)
        for part, places in zip(self._postings, found, strict=True):
            here = np.flatnonzero(places >= 0)
            articles[here] += part.counts(places[here])
        return articles

    def _idf(self, articles: np.ndarray) -> np.ndarray:
        """float64 (m,): that of terms that so many living articles have."""
        return np.log1p((self._count - articles + 0.5) / (articles + 0.5))


def _queries(articles: Sequence[Article]) -> list[_Query]:
    """What some articles ask for."""
    titles = words([article.title for article in articles], _EVERY, 1)
    leads = words([article.text for article in articles], LEAD_WORDS, 1)
    asked = []
    for at in range(len(articles)):
        title, lead = (one.terms[one.bounds[at] : one.bounds[at + 1]] for one in (titles, leads))
        terms, times = np.unique(np.concatenate([*[title] * _TITLE_TIMES, lead]), return_counts=True)
        asked.append(_Query(terms, times))
    return asked


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
    asked = words([query.body], _EVERY, 1).terms
    pieces = found.body.split()
    have = words(pieces, _EVERY, 1)
    shared = np.flatnonzero(np.isin(have.terms, asked))
    terms, first = np.unique(have.terms[shared], return_index=True)
    places = shared[first]
    order = np.argsort(places) if idf is None else np.lexsort((places, -idf(terms)))
    owners = np.searchsorted(have.bounds, places, "right") - 1
    return [_written(pieces[owners[at]], terms[at]) for at in order[:most].tolist()]


def _written(piece: str, term: np.uint64) -> str:
    """The word within a piece of text that makes a term."""
    spans = _token_spans(piece)
    spelled = [piece[start:stop] for start, stop in spans]
    spelled += [piece[start:stop] for (start, _), (_, stop) in pairwise(spans)]
    made = words(spelled, _EVERY, 1)
    at = np.flatnonzero(made.terms == term)[0]
    return spelled[np.searchsorted(made.bounds, at, "right") - 1]


def _token_spans(text: str) -> list[tuple[int, int]]:
    """Where the tokens of a text (:func:`sada.indexes.text.tokens`) begin and end in it."""
    kinds = unicode_table.load().kinds
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
