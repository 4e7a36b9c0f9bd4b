"""Search by words: BM25 over the stored postings.

The score is Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009),
divided by the most that any article could reach:

    score = sum over the query's terms of w * f / (f + k1 * (1 - b + b * length / mean length))  /  sum of w
    w = ln(1 + (N - n + 0.5) / (n + 0.5)) * (k3 + 1) * q / (k3 + q)

where f is how often the term is in the article, q how often it is in the query (a title's words count twice), and n how
many of the N living articles have it; k1 = 1.2, b = 0.75, k3 = 8. A term that no article has counts in the sum of w,
too. N, n and the mean length are those of the living articles, so that a score depends on the set of articles alone.

Of a long query only the title and the first words of the text are used, and of these the terms of largest w. On
labelled events of full articles that finds about as many reports as all words do, and reads an eighth of the postings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sada.indexes.article import Article
from sada.indexes.segments.postings import Postings
from sada.indexes.segments.segment import Part
from sada.indexes.text.terms import TITLE_TIMES, words
from sada.indexes.threads import thread_count, worker_pool

K1, B, K3 = 1.2, 0.75, 8.0
LEAD_WORDS = 60
MOST_TERMS = 40
_EVERY_ROW = np.zeros(0, bool)
_NO_ROWS = np.zeros(0, np.int64)


class _Query(NamedTuple):
    """Distinct terms (uint64, ascending) and how often each stands in the query (int64)."""

    terms: np.ndarray
    times: np.ndarray


class WordSearch:
    """Searches the words of all articles of a snapshot.

    Only the postings that a query needs are read and checked, and the lengths of all articles.

    Args:
        parts: the segments.

    Raises:
        IndexDamagedError: from a search that reads bytes that are not what was written.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self._postings = [Postings(stored, rows) for stored, rows in parts]

    def search(
        self, queries: Sequence[Article], k: int, *, threshold: float | None = None, mask: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the k articles of highest score for each query; one that shares no term with it is never found.

        Args:
            queries: m articles, of which title and text are used; either may be empty.
            k: results a query, at least 1.
            threshold: lowest score kept, included.
            mask: bool (n,), which rows may be found; None for all.

        Returns:
            Rows, int64 (m, k), filled up with -1, and scores, float32 (m, k) in [0, 1), filled up with -inf; highest
            score first, equal scores by row.

        Raises:
            ValueError: if ``k`` is below 1.
        """
        return self.search_and_score(queries, k, [_NO_ROWS] * len(queries), threshold=threshold, mask=mask)[:2]

    def search_and_score(
        self,
        queries: Sequence[Article],
        k: int,
        others: Sequence[np.ndarray],
        *,
        threshold: float | None = None,
        mask: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
        """Search as :meth:`search` does, and score some other rows (int64, for each query its own) in the same pass.

        Returns:
            Rows and scores of :meth:`search`, and for each query the scores of its other rows, float32, whatever
            ``threshold`` and ``mask`` are; 0 where no term is shared.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        rows, scores = np.full((len(queries), k), -1), np.full((len(queries), k), -np.inf, np.float32)
        reached = [np.zeros(len(one), np.float32) for one in others]
        least = np.float32(-np.inf if threshold is None else threshold)
        allowed = _EVERY_ROW if mask is None else np.ascontiguousarray(mask, bool)
        slack = self._slack  # computed before threads read it
        open_ = [mask is None or bool(allowed[part.rows[part.rows >= 0]].any()) for part in self._postings]

        def answer(at: int) -> None:
            found, best = self._best(
                terms_of[at], min(k, self._count), least, allowed, open_, slack, others[at], reached[at]
            )
            rows[at, : len(found)], scores[at, : len(found)] = found, best

        terms_of = _queries(queries)
        if len(queries) < 2 or thread_count() == 1:
            for at in range(len(queries)):
                answer(at)
        else:
            with worker_pool(min(thread_count(), len(queries))) as pool:
                list(pool.map(answer, range(len(queries))))
        return rows, scores, reached

    def idf(self, terms: np.ndarray) -> np.ndarray:
        """float64 (m,): the inverse document frequency ln(1 + (N - n + 0.5) / (n + 0.5)) of some terms (uint64)."""
        return self._idf(self._counts(len(terms), [part.find(terms) for part in self._postings]))

    @cached_property
    def _count(self) -> int:
        """How many living articles there are."""
        return sum(int(np.count_nonzero(part.rows >= 0)) for part in self._postings)

    @cached_property
    def _slack(self) -> list[np.ndarray]:
        """For each segment float32 (n,): k1 * (1 - b + b * length / mean length) of each of its articles."""
        lengths = [part.lengths() for part in self._postings]
        living = (one[part.rows >= 0] for one, part in zip(lengths, self._postings, strict=True))
        mean = sum(int(one.sum(dtype=np.int64)) for one in living) / max(self._count, 1) or 1.0
        return [(K1 * (1 - B + B / mean * one)).astype(np.float32) for one in lengths]

    @cached_property
    def _positions(self) -> tuple[np.ndarray, np.ndarray]:
        """int64 (n,) each: the segment that holds the article of each row, and the position there."""
        which, positions = np.empty(self._count, np.int64), np.empty(self._count, np.int64)
        for at, part in enumerate(self._postings):
            living = np.flatnonzero(part.rows >= 0)
            which[part.rows[living]], positions[part.rows[living]] = at, living
        return which, positions

    def _best(
        self,
        query: _Query,
        k: int,
        least: np.float32,
        mask: np.ndarray,
        open_: list[bool],
        slack: list[np.ndarray],
        others: np.ndarray,
        reached: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Find the rows and scores of one query, and write the scores of the other rows to ``reached``.

        ``open_`` says for each segment whether the mask lets through any of its articles.
        """
        from sada.indexes.search import bm25_kernels

        if not k:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        found = [part.find(query.terms) for part in self._postings]
        counts = self._counts(len(query.terms), found)
        weights = self._idf(counts) * (K3 + 1) * query.times / (K3 + query.times)
        order = np.argsort(-weights, kind="stable")
        chosen = np.sort(order[counts[order] > 0][:MOST_TERMS])
        shares = (weights[chosen] / max(weights[order[:MOST_TERMS]].sum(), 1e-9)).astype(np.float32)
        best, best_rows, filled = np.empty(k, np.float32), np.empty(k, np.int64), 0
        which, positions = self._positions if len(others) else (_NO_ROWS, _NO_ROWS)
        for at, (part, places, stretch) in enumerate(zip(self._postings, found, slack, strict=True)):
            here, mine = places[chosen] >= 0, np.flatnonzero(which[others] == at)
            if here.any() and (open_[at] or len(mine)):
                scores = np.zeros(len(stretch), np.float32)
                part.add_up(places[chosen][here], shares[here], stretch, scores)
                reached[mine] = scores[positions[others[mine]]]
                filled = bm25_kernels.keep_best(scores, part.rows, mask, least, best, best_rows, filled)
        order = np.lexsort((best_rows[:filled], -best[:filled]))
        return best_rows[order], best[order]

    def _counts(self, count: int, found: Sequence[np.ndarray]) -> np.ndarray:
        """int64 (count,): how many living articles have each of ``count`` terms, whose entries are given."""
        articles = np.zeros(count, np.int64)
        for part, places in zip(self._postings, found, strict=True):
            here = np.flatnonzero(places >= 0)
            articles[here] += part.counts(places[here])
        return articles

    def _idf(self, articles: np.ndarray) -> np.ndarray:
        """float64 (m,): the inverse document frequency of terms that so many living articles have."""
        return np.log1p((self._count - articles + 0.5) / (articles + 0.5))


def _queries(articles: Sequence[Article]) -> list[_Query]:
    """The terms that articles are searched with."""
    titles = words([article.plain_title for article in articles])
    leads = words([article.plain_text for article in articles], LEAD_WORDS)
    queries = []
    for at in range(len(articles)):
        title, lead = (one.terms[one.bounds[at] : one.bounds[at + 1]] for one in (titles, leads))
        terms, times = np.unique(np.concatenate([*[title] * TITLE_TIMES, lead]), return_counts=True)
        queries.append(_Query(terms, times))
    return queries
