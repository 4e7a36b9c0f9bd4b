"""The asking side of an index: neighbours by meaning, by words, as copies, and by all three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, overload

import numpy as np

from sada.indexes.article import Article, encodable
from sada.indexes.encoder import encode_unit, encoder_text, understands
from sada.indexes.evidence import WAYS, Evidence, fused
from sada.indexes.filters import Filter
from sada.indexes.languages import believed, identify
from sada.indexes.lookup import CopyQuery, Neighbour, by_copy
from sada.indexes.minhash import sketch
from sada.indexes.segments import unit_rows
from sada.indexes.snapshot import Snapshot

_EVERY = Filter()
_DEPTH = 100  # candidates of each way, beside k, that all three are then heard on

Found = tuple[np.ndarray, np.ndarray]
"""Rows int64 (m,) and scores (m,), nearest first."""


class _Query(NamedTuple):
    """What is asked for.

    Attributes:
        article: with its own values.
        row: where the index has an article of its id, which is never an answer; None if it has none.
        stored: True if the index's own article is meant, and not another of its id.
    """

    article: Article
    row: int | None
    stored: bool


class Searcher(Snapshot):
    """A snapshot that can be asked; :class:`~sada.indexes.index.NewsIndex` adds writing.

    Args:
        path: the index's directory.
        encoder, options, threads: see :class:`~sada.indexes.snapshot.Snapshot`.

    Raises:
        NotAnIndex, IndexMismatch, IndexDamaged: naming what is there and what was expected.
    """

    @overload
    def neighbours(  # type: ignore[overload-overlap] # a text is one query, though also a sequence of texts
        self, query: str | Article, k: int = ..., *, by: str = ..., threshold: float | None = ...,
        filters: Filter = ..., explain: bool = ...,
    ) -> list[Neighbour]: ...  # fmt: skip

    @overload
    def neighbours(
        self, query: Sequence[str | Article], k: int = ..., *, by: str = ..., threshold: float | None = ...,
        filters: Filter = ..., explain: bool = ...,
    ) -> list[list[Neighbour]]: ...  # fmt: skip

    def neighbours(
        self,
        query: str | Article | Sequence[str | Article],
        k: int = 10,
        *,
        by: str = "meaning",
        threshold: float | None = None,
        filters: Filter = _EVERY,
        explain: bool = False,
    ) -> list[Neighbour] | list[list[Neighbour]]:
        """The articles nearest to each query.

        Args:
            query: the id of an article in the index, or an :class:`Article` whose own values are asked with; or
                several, as one batch.
            k: how many at most.
            by: ``"meaning"`` (cosine of embeddings), ``"words"`` (BM25), ``"copy"`` (exact Jaccard of shingles), or
                ``"all"`` (the three together, see :func:`~sada.indexes.evidence.fused`). What the encoder cannot read
                (text in a language it does not know, or any, in an index without encoder) is asked for by words in
                place of meaning; :attr:`Neighbour.by` says which it was.
            threshold: least score.
            filters: which articles may be returned; applied inside the search.
            explain: add :attr:`Neighbour.evidence`: how near each answer is in every way.

        Returns:
            The neighbours, nearest first, without the article of the query's own id; a list a query for several.

        Raises:
            UnknownArticle: if an id is not in the index.
            ValueError: if ``k`` is below 1 or ``by`` is none of these.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if by not in (*WAYS, "all"):
            raise ValueError(f"by={by!r}: choose {', '.join(WAYS)} or all")
        if isinstance(query, str | Article):
            return self.neighbours([query], k, by=by, threshold=threshold, filters=filters, explain=explain)[0]
        if by == "copy":
            with self._lock:
                found = [by_copy(self._catalog, self.stored, item, k, threshold, filters)
                         for item in self._copy_queries(query)]  # fmt: skip
            return self._explained(query, found) if explain else found
        asked = self._asked(query)
        mask = filters.mask(self.columns)
        if by == "all":
            hits = self._by_all(asked, k, threshold, mask)
            ways = [by] * len(asked)
        else:
            hits, ways = self._by_one(asked, by, k, threshold, mask)
        found = self._named(asked, hits, ways)
        return self._explained(query, found) if explain else found

    def languages_of(self, queries: Sequence[str | Article]) -> list[str]:
        """The language of each query, named or identified; empty where it is not certain."""
        asked = self._asked(queries)
        unnamed = [one.article.body for one in asked if not one.stored and not one.article.language]
        identified = iter(identify(unnamed))
        return [
            self.columns.known_language(one.row)
            if one.stored and one.row is not None
            else one.article.language or believed(*next(identified))
            for one in asked
        ]

    def _asked(self, queries: Sequence[str | Article]) -> list[_Query]:
        stored = [query for query in queries if isinstance(query, str)]
        rows = iter(self.columns.rows(stored))
        articles = iter(self.get_many(stored))
        return [
            _Query(next(articles), next(rows), True)
            if isinstance(query, str)
            else _Query(query, self.columns.row_of.get(query.id), False)
            for query in queries
        ]

    def _vectors_of(self, asked: Sequence[_Query]) -> np.ndarray:
        """float32 (m, dimension): stored embeddings of articles of the index, all others encoded in one batch.

        Zeros where the encoder does not know the language.
        """
        out = np.zeros((len(asked), self.dimension), np.float32)
        if not self.dimension:
            return out
        inside = [at for at, one in enumerate(asked) if one.stored]
        out[inside] = self.segments.vectors_of(np.array([asked[at].row for at in inside], np.int64), self.dimension)
        given = [at for at, one in enumerate(asked) if not one.stored]
        if given:
            assert self.encoder is not None
            languages = self.languages_of([asked[at].article for at in given])
            known = [at for at, one in zip(given, languages, strict=True) if understands(self.encoder_languages, one)]
            vectors = encode_unit(self.encoder, [encoder_text(asked[at].article) for at in known])
            out[known] = unit_rows(vectors.astype(np.float16))  # as they would be stored
        return out

    def _by_one(
        self, asked: Sequence[_Query], by: str, k: int, threshold: float | None, mask: np.ndarray | None
    ) -> tuple[list[Found], list[str]]:
        """Answers by meaning, and by words where that is asked for or there is no meaning, and which it was."""
        hits: list[Found] = [(np.zeros(0, np.int64), np.zeros(0))] * len(asked)
        ways = ["words"] * len(asked)
        if by == "meaning" and self.dimension:
            vectors = self._vectors_of(asked)
            told = np.flatnonzero(vectors.any(axis=1)).tolist()
            found = self.vector_search.search(vectors[told], k + 1, threshold=threshold, mask=mask)
            for at, hit in zip(told, _lists(*found), strict=True):
                ways[at], hits[at] = "meaning", hit
        told = [at for at, way in enumerate(ways) if way == "words"]
        if told:
            found = self.word_search.search([asked[at].article for at in told], k + 1, threshold=threshold, mask=mask)
            for at, hit in zip(told, _lists(*found), strict=True):
                hits[at] = hit
        return [_without(one.row, hit, k) for one, hit in zip(asked, hits, strict=True)], ways

    def _by_all(self, asked: Sequence[_Query], k: int, threshold: float | None, mask: np.ndarray | None) -> list[Found]:
        """The best of the three ways' candidates, by the score that all three make together."""
        depth = k + _DEPTH
        vectors = self._vectors_of(asked)
        lists = [self.word_search.search([one.article for one in asked], depth, mask=mask)[0]]
        if self.dimension:
            lists.append(self.vector_search.search(vectors, depth, mask=mask)[0])
        found = []
        for at, one in enumerate(asked):
            copies = self.segments.lsh_candidates(sketch([one.article.body], threads=1).signatures[0])
            copies = copies if mask is None else copies[mask[copies]]
            rows = np.unique(np.concatenate([copies, *(part[at] for part in lists)]))
            rows = rows[(rows >= 0) & (rows != (-1 if one.row is None else one.row))]
            scores = fused(self._heard(one, vectors[at], rows))
            order = np.lexsort((rows, -scores))
            order = order[scores[order] > 0] if threshold is None else order[scores[order] >= threshold]
            found.append((rows[order[:k]], scores[order[:k]]))
        return found

    def _heard(self, query: _Query, vector: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
        """How near some rows (int64 (m,)) are to a query by meaning, by words and as copies: float64 (m,) each."""
        meaning = np.zeros(len(rows))
        if self.dimension:
            vectors = self.segments.vectors_of(rows, self.dimension).astype(np.float64)
            meaning = np.maximum((vectors * vector).sum(axis=1), 0)
        words = np.zeros(len(rows))
        if len(rows):
            mask = np.zeros(len(self.columns), bool)
            mask[rows] = True
            found, scores = self.word_search.search([query.article], len(rows), mask=mask)
            words[np.searchsorted(rows, found[found >= 0])] = scores[found >= 0]
        own = sketch([query.article.body], threads=1)
        return [meaning, words, self.segments.jaccards(own.row(0), rows)]

    def _explained(self, queries: Sequence[str | Article], found: list[list[Neighbour]]) -> list[list[Neighbour]]:
        """The same answers with the evidence for each."""
        from sada.indexes.words import shared_words

        asked, idf = self._asked(queries), self.word_search.idf
        explained = []
        for one, vector, hits in zip(asked, self._vectors_of(asked), found, strict=True):
            rows = np.array(self.columns.rows([hit.id for hit in hits]), np.int64)
            order = np.argsort(rows)
            heard = np.stack(self._heard(one, vector, rows[order]), axis=1)[np.argsort(order)].tolist()
            shared = [tuple(shared_words(one.article, hit.article, idf=idf)) for hit in hits]
            explained.append(
                [
                    replace(hit, evidence=Evidence(meaning, words, copy, both))
                    for hit, (meaning, words, copy), both in zip(hits, heard, shared, strict=True)
                ]
            )
        return explained

    def _copy_queries(self, items: Sequence[str | Article]) -> list[CopyQuery]:
        ids = [item.id if isinstance(item, Article) else item for item in items]
        kept = {one.article.id: one for one in self._catalog.kept("id", list(map(encodable, ids)))}
        lost = [item for item in items if isinstance(item, str) and item not in kept]
        if lost:
            self.columns.rows(lost)  # raises, unless only looking it up went wrong
            self._explain_absence(lost[0])
        articles = (item if isinstance(item, Article) else None for item in items)
        return [CopyQuery(id_, kept.get(id_), article) for id_, article in zip(ids, articles, strict=True)]

    def _named(self, asked: Sequence[_Query], hits: Sequence[Found], ways: Sequence[str]) -> list[list[Neighbour]]:
        ids = self.columns.ids
        wanted = sorted({ids[row] for rows, _ in hits for row in rows})
        articles = {article.id: article for article in self.get_many(wanted)}
        return [
            [
                Neighbour(one.article.id, ids[row], max(score, 0.0), articles[ids[row]], way)
                for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
            ]
            for one, (rows, scores), way in zip(asked, hits, ways, strict=True)
        ]


def _lists(rows: np.ndarray, scores: np.ndarray) -> list[Found]:
    """The filled part of each line of results."""
    return [(found[found >= 0], score[found >= 0]) for found, score in zip(rows, scores, strict=True)]


def _without(own: int | None, found: Found, k: int) -> Found:
    """The first k that are not the query's own row."""
    kept = np.flatnonzero(found[0] != (-1 if own is None else own))[:k]
    return found[0][kept], found[1][kept]
