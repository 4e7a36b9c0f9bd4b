"""Answers queries: neighbours by meaning, by words, as copies, and by all three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sada.indexes.article import Article, encodable
from sada.indexes.errors import refuse_one_text
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.search.copies import CopyQuery, Neighbour, by_copy
from sada.indexes.search.hybrid import Found, PreparedQueries, Query, QueryView
from sada.indexes.search.options import QueryOptions


class Searcher:
    """Answers the queries of an index."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def answers(self, queries: Sequence[str | Article], options: QueryOptions) -> list[list[Neighbour]]:
        """Return the neighbours of each query, nearest first, without the article of the query's own id.

        Args:
            queries: ids of articles in the index, or articles that need not be in it; one batch.
            options: how many, by what, above which score, and which articles.

        Raises:
            UnknownArticleError: if an id is not in the index.
        """
        if options.by == "copy" and not options.explain:
            return self._by_copy(queries, options)
        return self._snapshot.in_one_state(lambda view: self._answers(view, queries, options))

    def languages_of(self, queries: Sequence[str | Article]) -> list[str]:
        """Return the language of each query, stated or identified; empty if it is uncertain."""
        refuse_one_text(queries=queries)
        return self._snapshot.in_one_state(lambda view: view.languages_of(self._prepared(view, queries)))

    def encoder_reads(self, queries: Sequence[str | Article]) -> list[bool]:
        """Whether the encoder makes something of each query."""
        refuse_one_text(queries=queries)

        def with_vector(view: QueryView) -> list[bool]:
            vectors = PreparedQueries(view, self._prepared(view, queries)).vectors
            return [bool(row.any()) for row in vectors]

        return self._snapshot.in_one_state(with_vector)

    def _answers(
        self, view: QueryView, queries: Sequence[str | Article], options: QueryOptions
    ) -> list[list[Neighbour]]:
        asked = PreparedQueries(view, self._prepared(view, queries))
        most = min(options.k, max(len(view.columns), 1))
        mask = options.filters.mask(view.columns)
        if options.by == "copy":
            found = self._by_copy(queries, options)
        elif options.by == "all":
            hits = view.by_all(asked, most, options.threshold, mask)
            found = self._named(view, asked.queries, hits, ["all"] * len(queries))
        else:
            found = self._named(view, asked.queries, *view.by_one(asked, options.by, most, options.threshold, mask))
        if not options.explain:
            return found
        shares = view.evidence(asked, [[hit.article for hit in hits] for hits in found])
        return [
            [replace(hit, evidence=one) for hit, one in zip(hits, evidence, strict=True)]
            for hits, evidence in zip(found, shares, strict=True)
        ]

    def _prepared(self, view: QueryView, queries: Sequence[str | Article]) -> list[Query]:
        """Return the queries as articles without boilerplate."""
        stored = [query for query in queries if isinstance(query, str)]
        rows = iter(view.columns.rows(stored))
        found = iter(self._snapshot.get_many(stored))
        given = [next(found) if isinstance(query, str) else query for query in queries]
        articles = self._snapshot.boilerplate.read(given)
        return [
            Query(article, next(rows), True)
            if isinstance(query, str)
            else Query(article, view.columns.row_of.get(article.id), False)
            for query, article in zip(queries, articles, strict=True)
        ]

    def _by_copy(self, queries: Sequence[str | Article], options: QueryOptions) -> list[list[Neighbour]]:
        with self._snapshot.lock:
            asked = self._copy_queries(queries)
            catalog, stored = self._snapshot.catalog, self._snapshot.stored
            return [by_copy(catalog, stored, one, options.k, options.threshold, options.filters) for one in asked]

    def _copy_queries(self, items: Sequence[str | Article]) -> list[CopyQuery]:
        ids = [item.id if isinstance(item, Article) else item for item in items]
        kept = {one.article.id: one for one in self._snapshot.catalog.kept("id", list(map(encodable, ids)))}
        lost = [item for item in items if isinstance(item, str) and item not in kept]
        if lost:
            self._snapshot.columns.rows(lost)  # raises, unless only looking it up went wrong
            self._snapshot.explain_absence(lost[0])
        given = iter(self._snapshot.boilerplate.read([item for item in items if isinstance(item, Article)]))
        articles = (next(given) if isinstance(item, Article) else None for item in items)
        return [CopyQuery(id_, kept.get(id_), article) for id_, article in zip(ids, articles, strict=True)]

    def _named(
        self, view: QueryView, asked: Sequence[Query], hits: Sequence[Found], ways: Sequence[str]
    ) -> list[list[Neighbour]]:
        ids = view.columns.ids
        wanted = sorted({ids[row] for rows, _ in hits for row in rows})
        articles = {article.id: article for article in self._snapshot.get_many(wanted)}
        return [
            [
                Neighbour(one.article.id, ids[row], max(score, 0.0), articles[ids[row]], way)
                for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
            ]
            for one, (rows, scores), way in zip(asked, hits, ways, strict=True)
        ]
