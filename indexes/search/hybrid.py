"""Queries to one commit of an index: by meaning, by words, and by all ways combined.

All that a query needs of a commit is in one object. A write through the same open index, meanwhile, can then never mix
the rows of one commit with the arrays of another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import Encoder, encode_unit, encoder_text, understands, unit_rows
from sada.indexes.languages.language_id import believed, identify
from sada.indexes.minhash.sketches import Sketches, sketch
from sada.indexes.ragged import unique
from sada.indexes.search.bm25 import WordSearch
from sada.indexes.search.dense import VectorSearch
from sada.indexes.search.fusion import Evidence, fused
from sada.indexes.segments.segments import Segments
from sada.indexes.storage.columns import Columns
from sada.indexes.text.term_spans import shared_words

_DEPTH = 100  # candidates of each way, beside k, that are then scored in all three ways

Found = tuple[np.ndarray, np.ndarray]
"""Rows, int64 (m,), and scores (m,), highest first."""


class Query(NamedTuple):
    """A query: the article for which similar ones are wanted.

    Attributes:
        article: the article.
        row: the row of the article of the same id in the index, which is never an answer; None if there is none.
        stored: True if ``article`` is the index's own, False if it was given.
    """

    article: Article
    row: int | None
    stored: bool


@dataclass(frozen=True)
class QueryView:
    """One commit of an index, as queries need it.

    Attributes:
        columns, segments: of all articles.
        vectors: the search by meaning; None without encoder.
        words: the search by words.
        languages: the languages that the encoder knows; None if they are not limited.
        load: returns the encoder.
    """

    columns: Columns
    segments: Segments
    vectors: VectorSearch | None
    words: WordSearch
    languages: frozenset[str] | None
    load: Callable[[], Encoder | None]

    def languages_of(self, queries: Sequence[Query]) -> list[str]:
        """The language of each query, given or identified; empty where it is not certain."""
        unnamed = [one.article.body for one in queries if not one.stored and not one.article.language]
        identified = iter(identify(unnamed))
        return [
            self.columns.known_language(one.row)
            if one.stored and one.row is not None
            else one.article.language or believed(*next(identified))
            for one in queries
        ]

    def by_one(
        self, prepared: PreparedQueries, by: str, k: int, threshold: float | None, mask: np.ndarray | None
    ) -> tuple[list[Found], list[str]]:
        """Find the k answers to each query by meaning or by words.

        Words are used where ``by`` says so, and where there is no vector of the query.

        Returns:
            The answers to each query, and for each which of the two ways was used.
        """
        queries = prepared.queries
        hits: list[Found] = [(np.zeros(0, np.int64), np.zeros(0))] * len(queries)
        ways = ["words"] * len(queries)
        if by == "meaning" and self.vectors is not None:
            with_vector = np.flatnonzero(prepared.vectors.any(axis=1)).tolist()
            found = self.vectors.search(prepared.vectors[with_vector], k + 1, threshold=threshold, mask=mask)
            for at, hit in zip(with_vector, _lists(*found), strict=True):
                ways[at], hits[at] = "meaning", hit
        others = [at for at, way in enumerate(ways) if way == "words"]
        if others:
            found = self.words.search([queries[at].article for at in others], k + 1, threshold=threshold, mask=mask)
            for at, hit in zip(others, _lists(*found), strict=True):
                hits[at] = hit
        return [_without(one.row, hit, k) for one, hit in zip(queries, hits, strict=True)], ways

    def by_all(
        self, prepared: PreparedQueries, k: int, threshold: float | None, mask: np.ndarray | None
    ) -> list[Found]:
        """Find the k answers to each query by the combined score, among the candidates of all three ways."""
        depth = min(k + _DEPTH, max(len(self.columns), 1))
        lists = [self.words.search([one.article for one in prepared.queries], depth, mask=mask)[0]]
        if self.vectors is not None:
            lists.append(self.vectors.search(prepared.vectors, depth, mask=mask)[0])
        found = []
        for at, one in enumerate(prepared.queries):
            copies = self.segments.lsh_candidates(prepared.sketches.signatures[at])
            copies = copies if mask is None else copies[mask[copies]]
            rows = unique(np.concatenate([copies, *(part[at] for part in lists)]))
            rows = rows[(rows >= 0) & (rows != (-1 if one.row is None else one.row))]
            scores = fused(self._scores(prepared, at, rows))
            order = np.lexsort((rows, -scores))
            order = order[scores[order] > 0] if threshold is None else order[scores[order] >= threshold]
            found.append((rows[order[:k]], scores[order[:k]]))
        return found

    def evidence(self, prepared: PreparedQueries, answers: Sequence[Sequence[Article]]) -> list[list[Evidence]]:
        """The evidence for each answer to each query."""
        evidence = []
        for at, articles in enumerate(answers):
            rows = np.array(self.columns.rows([article.id for article in articles]), np.int64)
            order = np.argsort(rows)
            scores = np.stack(self._scores(prepared, at, rows[order]), axis=1)[np.argsort(order)].tolist()
            own = prepared.queries[at].article
            shared = (tuple(shared_words(own, article, idf=self.words.idf)) for article in articles)
            evidence.append(
                [
                    Evidence(meaning, words, copy, both)
                    for (meaning, words, copy), both in zip(scores, shared, strict=True)
                ]
            )
        return evidence

    def _scores(self, prepared: PreparedQueries, at: int, rows: np.ndarray) -> list[np.ndarray]:
        """Score rows (int64 (m,), ascending) for a query by meaning, by words and as copies: float64 (m,) each."""
        meaning, words = np.zeros(len(rows)), np.zeros(len(rows))
        if self.vectors is not None:
            vectors = self.segments.vectors_of(rows, self.vectors.dimension).astype(np.float64)
            meaning = np.maximum((vectors * prepared.vectors[at]).sum(axis=1), 0)
        if len(rows):
            mask = np.zeros(len(self.columns), bool)
            mask[rows] = True
            found, scores = self.words.search([prepared.queries[at].article], len(rows), mask=mask)
            words[np.searchsorted(rows, found[found >= 0])] = scores[found >= 0]
        return [meaning, words, self.segments.jaccards(prepared.sketches.row(at), rows)]


class PreparedQueries:
    """Queries to a view, with their sketches and vectors, which are made once, when they are first needed."""

    def __init__(self, view: QueryView, queries: Sequence[Query]) -> None:
        self.queries = queries
        self._view = view

    @cached_property
    def sketches(self) -> Sketches:
        """The sketches of all queries."""
        return sketch([one.article.body for one in self.queries])

    @cached_property
    def vectors(self) -> np.ndarray:
        """float32 (m, dimension): the stored vectors of the index's own articles; all others are encoded in one batch.

        A row of zeros where the encoder does not know the language.
        """
        view = self._view
        if view.vectors is None:
            return np.zeros((len(self.queries), 0), np.float32)
        out = np.zeros((len(self.queries), view.vectors.dimension), np.float32)
        inside = [at for at, one in enumerate(self.queries) if one.stored]
        rows = np.array([self.queries[at].row for at in inside], np.int64)
        out[inside] = view.segments.vectors_of(rows, view.vectors.dimension)
        given = [at for at, one in enumerate(self.queries) if not one.stored]
        if given:
            encoder = view.load()
            assert encoder is not None
            languages = view.languages_of([self.queries[at] for at in given])
            known = [at for at, one in zip(given, languages, strict=True) if understands(view.languages, one)]
            vectors = encode_unit(encoder, [encoder_text(self.queries[at].article) for at in known])
            out[known] = unit_rows(vectors.astype(np.float16))  # as they would be stored
        return out


def _lists(rows: np.ndarray, scores: np.ndarray) -> list[Found]:
    """The results of each query, without what they were filled up with."""
    return [(found[found >= 0], score[found >= 0]) for found, score in zip(rows, scores, strict=True)]


def _without(own: int | None, found: Found, k: int) -> Found:
    """The first k results that are not the query's own row."""
    kept = np.flatnonzero(found[0] != (-1 if own is None else own))[:k]
    return found[0][kept], found[1][kept]
