"""One state of an index as it is asked: by meaning, by words, and by all ways together.

What a question needs is held together here, so that whoever writes through the same open index meanwhile cannot give
the rows of one state to the arrays of another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sada.indexes.article import Article
from sada.indexes.encoders.encoder import Encoder, encode_unit, encoder_text, understands, unit_rows
from sada.indexes.minhash.sketches import Sketches, sketch
from sada.indexes.search.bm25 import WordSearch
from sada.indexes.search.dense import VectorSearch
from sada.indexes.search.fusion import Evidence, fused
from sada.indexes.segments.segments import Segments
from sada.indexes.storage.columns import Columns
from sada.indexes.text.language_id import believed, identify
from sada.indexes.text.term_spans import shared_words

_DEPTH = 100  # candidates of each way, beside k, that all three are then heard on

Found = tuple[np.ndarray, np.ndarray]
"""Rows int64 (m,) and scores (m,), nearest first."""


class Query(NamedTuple):
    """What is asked for.

    Attributes:
        article: with its own values.
        row: where the index has an article of its id, which is never an answer; None if it has none.
        stored: True if the index's own article is meant, and not another of its id.
    """

    article: Article
    row: int | None
    stored: bool


@dataclass(frozen=True)
class QueryView:
    """What one commit holds, for questions.

    Attributes:
        columns, segments: of all articles.
        vectors: their embeddings; None without encoder.
        words: their words.
        languages: those that the encoder knows, None if they are not limited.
        load: gives the encoder.
    """

    columns: Columns
    segments: Segments
    vectors: VectorSearch | None
    words: WordSearch
    languages: frozenset[str] | None
    load: Callable[[], Encoder | None]

    def languages_of(self, asked: Sequence[Query]) -> list[str]:
        """The language of each query, named or identified; empty where it is not certain."""
        unnamed = [one.article.body for one in asked if not one.stored and not one.article.language]
        identified = iter(identify(unnamed))
        return [
            self.columns.known_language(one.row)
            if one.stored and one.row is not None
            else one.article.language or believed(*next(identified))
            for one in asked
        ]

    def by_one(
        self, asked: PreparedQueries, by: str, k: int, threshold: float | None, mask: np.ndarray | None
    ) -> tuple[list[Found], list[str]]:
        """Answers by meaning, and by words where that is asked for or there is no meaning, and which it was."""
        queries = asked.queries
        hits: list[Found] = [(np.zeros(0, np.int64), np.zeros(0))] * len(queries)
        ways = ["words"] * len(queries)
        if by == "meaning" and self.vectors is not None:
            told = np.flatnonzero(asked.vectors.any(axis=1)).tolist()
            found = self.vectors.search(asked.vectors[told], k + 1, threshold=threshold, mask=mask)
            for at, hit in zip(told, _lists(*found), strict=True):
                ways[at], hits[at] = "meaning", hit
        told = [at for at, way in enumerate(ways) if way == "words"]
        if told:
            found = self.words.search([queries[at].article for at in told], k + 1, threshold=threshold, mask=mask)
            for at, hit in zip(told, _lists(*found), strict=True):
                hits[at] = hit
        return [_without(one.row, hit, k) for one, hit in zip(queries, hits, strict=True)], ways

    def by_all(self, asked: PreparedQueries, k: int, threshold: float | None, mask: np.ndarray | None) -> list[Found]:
        """The best of the three ways' candidates, by the score that all three make together."""
        depth = min(k + _DEPTH, max(len(self.columns), 1))
        lists = [self.words.search([one.article for one in asked.queries], depth, mask=mask)[0]]
        if self.vectors is not None:
            lists.append(self.vectors.search(asked.vectors, depth, mask=mask)[0])
        found = []
        for at, one in enumerate(asked.queries):
            copies = self.segments.lsh_candidates(asked.sketches.signatures[at])
            copies = copies if mask is None else copies[mask[copies]]
            rows = np.unique(np.concatenate([copies, *(part[at] for part in lists)]))
            rows = rows[(rows >= 0) & (rows != (-1 if one.row is None else one.row))]
            scores = fused(self._heard(asked, at, rows))
            order = np.lexsort((rows, -scores))
            order = order[scores[order] > 0] if threshold is None else order[scores[order] >= threshold]
            found.append((rows[order[:k]], scores[order[:k]]))
        return found

    def evidence(self, asked: PreparedQueries, answers: Sequence[Sequence[Article]]) -> list[list[Evidence]]:
        """What speaks for each answer to each query."""
        told = []
        for at, articles in enumerate(answers):
            rows = np.array(self.columns.rows([article.id for article in articles]), np.int64)
            order = np.argsort(rows)
            heard = np.stack(self._heard(asked, at, rows[order]), axis=1)[np.argsort(order)].tolist()
            own = asked.queries[at].article
            shared = (tuple(shared_words(own, article, idf=self.words.idf)) for article in articles)
            told.append(
                [
                    Evidence(meaning, words, copy, both)
                    for (meaning, words, copy), both in zip(heard, shared, strict=True)
                ]
            )
        return told

    def _heard(self, asked: PreparedQueries, at: int, rows: np.ndarray) -> list[np.ndarray]:
        """How near some rows (int64 (m,), ascending) are to a query by meaning, words and copy: float64 (m,) each."""
        meaning, words = np.zeros(len(rows)), np.zeros(len(rows))
        if self.vectors is not None:
            vectors = self.segments.vectors_of(rows, self.vectors.dimension).astype(np.float64)
            meaning = np.maximum((vectors * asked.vectors[at]).sum(axis=1), 0)
        if len(rows):
            mask = np.zeros(len(self.columns), bool)
            mask[rows] = True
            found, scores = self.words.search([asked.queries[at].article], len(rows), mask=mask)
            words[np.searchsorted(rows, found[found >= 0])] = scores[found >= 0]
        return [meaning, words, self.segments.jaccards(asked.sketches.row(at), rows)]


class PreparedQueries:
    """Queries to a view, with what is made of them once, when it is first needed."""

    def __init__(self, view: QueryView, queries: Sequence[Query]) -> None:
        self.queries = queries
        self._view = view

    @cached_property
    def sketches(self) -> Sketches:
        """The shingles and signatures of each."""
        return sketch([one.article.body for one in self.queries])

    @cached_property
    def vectors(self) -> np.ndarray:
        """float32 (m, dimension): stored embeddings of articles of the index, all others encoded in one batch.

        Zeros where the encoder does not know the language.
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
    """The filled part of each line of results."""
    return [(found[found >= 0], score[found >= 0]) for found, score in zip(rows, scores, strict=True)]


def _without(own: int | None, found: Found, k: int) -> Found:
    """The first k that are not the query's own row."""
    kept = np.flatnonzero(found[0] != (-1 if own is None else own))[:k]
    return found[0][kept], found[1][kept]
