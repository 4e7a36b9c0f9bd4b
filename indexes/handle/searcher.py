"""The asking side of an index: neighbours by meaning, by words, as copies, and by all three."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar, overload

from sada.indexes.article import Article, encodable
from sada.indexes.handle.snapshot import Snapshot
from sada.indexes.search.copies import CopyQuery, Neighbour, by_copy
from sada.indexes.search.filters import Filter
from sada.indexes.search.fusion import WAYS
from sada.indexes.search.hybrid import Found, PreparedQueries, Query, QueryView
from sada.indexes.threads import carries_threads

_EVERY = Filter()
_T = TypeVar("_T")


class Searcher(Snapshot):
    """A snapshot that can be asked; :class:`~sada.indexes.index.NewsIndex` adds writing.

    Args:
        path: the index's directory.
        encoder, options, threads: see :class:`~sada.indexes.handle.snapshot.Snapshot`.

    Raises:
        NotAnIndexError, IndexMismatchError, IndexDamagedError: naming what is there and what was expected.
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

    @carries_threads
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
                ``"all"`` (the three together, see :func:`~sada.indexes.search.fusion.fused`). What the encoder cannot
                read (text in a language it does not know, or any, in an index without encoder) is asked for by words in
                place of meaning; :attr:`Neighbour.by` says which it was.
            threshold: least score.
            filters: which articles may be returned; applied inside the search.
            explain: add :attr:`Neighbour.evidence`: how near each answer is in every way.

        Returns:
            The neighbours, nearest first, without the article of the query's own id; a list a query for several.

        Raises:
            UnknownArticleError: if an id is not in the index.
            ValueError: if ``k`` is below 1, ``by`` is none of these, or ``threshold`` is no score.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if by not in (*WAYS, "all"):
            raise ValueError(f"by={by!r}: choose {', '.join(WAYS)} or all")
        if threshold is not None and not -1 <= threshold <= 1:
            raise ValueError(f"threshold={threshold}: choose a score between 0 and 1")
        if isinstance(query, str | Article):
            return self.neighbours([query], k, by=by, threshold=threshold, filters=filters, explain=explain)[0]
        if by == "copy" and not explain:
            return self._by_copy(query, k, threshold, filters)
        return self.in_one_state(lambda view: self._answers(view, query, k, by, threshold, filters, explain))

    def languages_of(self, queries: Sequence[str | Article]) -> list[str]:
        """The language of each query, named or identified; empty where it is not certain."""
        return self.in_one_state(lambda view: view.languages_of(self._asked(view, queries)))

    def refresh(self) -> bool:
        """Move to the newest commit, of whatever process; True if that is another. Questions under way begin again."""
        with self._lock:
            before = self._catalog.query("PRAGMA data_version")
            self._catalog.refresh()
            if self._catalog.query("PRAGMA data_version") == before:
                return False
            self._forget()
            return True

    def in_one_state(self, answer: Callable[[QueryView], _T]) -> _T:
        """An answer from one commit, asked for again where another thread wrote through this object meanwhile."""
        while True:
            with self._lock:
                view = self.view
            try:
                found = answer(view)
            except Exception:
                with self._lock:
                    if view is self.view:
                        raise
                continue
            with self._lock:
                if view is self.view:
                    return found

    def _answers(
        self,
        view: QueryView,
        queries: Sequence[str | Article],
        k: int,
        by: str,
        threshold: float | None,
        filters: Filter,
        explain: bool,
    ) -> list[list[Neighbour]]:
        asked = PreparedQueries(view, self._asked(view, queries))
        most = min(k, max(len(view.columns), 1))
        mask = filters.mask(view.columns)
        if by == "copy":
            found = self._by_copy(queries, k, threshold, filters)
        elif by == "all":
            found = self._named(view, asked.queries, view.by_all(asked, most, threshold, mask), [by] * len(queries))
        else:
            found = self._named(view, asked.queries, *view.by_one(asked, by, most, threshold, mask))
        if not explain:
            return found
        told = view.evidence(asked, [[hit.article for hit in hits] for hits in found])
        return [
            [replace(hit, evidence=one) for hit, one in zip(hits, evidence, strict=True)]
            for hits, evidence in zip(found, told, strict=True)
        ]

    def _asked(self, view: QueryView, queries: Sequence[str | Article]) -> list[Query]:
        """The queries as articles without what their outlets print under many."""
        stored = [query for query in queries if isinstance(query, str)]
        rows = iter(view.columns.rows(stored))
        found = iter(self.get_many(stored))
        articles = self.known_lines.read([next(found) if isinstance(query, str) else query for query in queries])
        return [
            Query(article, next(rows), True)
            if isinstance(query, str)
            else Query(article, view.columns.row_of.get(article.id), False)
            for query, article in zip(queries, articles, strict=True)
        ]

    def _by_copy(
        self, queries: Sequence[str | Article], k: int, threshold: float | None, filters: Filter
    ) -> list[list[Neighbour]]:
        with self._lock:
            asked = self._copy_queries(queries)
            return [by_copy(self._catalog, self.stored, item, k, threshold, filters) for item in asked]

    def _copy_queries(self, items: Sequence[str | Article]) -> list[CopyQuery]:
        ids = [item.id if isinstance(item, Article) else item for item in items]
        kept = {one.article.id: one for one in self._catalog.kept("id", list(map(encodable, ids)))}
        lost = [item for item in items if isinstance(item, str) and item not in kept]
        if lost:
            self.columns.rows(lost)  # raises, unless only looking it up went wrong
            self._explain_absence(lost[0])
        given = iter(self.known_lines.read([item for item in items if isinstance(item, Article)]))
        articles = (next(given) if isinstance(item, Article) else None for item in items)
        return [CopyQuery(id_, kept.get(id_), article) for id_, article in zip(ids, articles, strict=True)]

    def _named(
        self, view: QueryView, asked: Sequence[Query], hits: Sequence[Found], ways: Sequence[str]
    ) -> list[list[Neighbour]]:
        ids = view.columns.ids
        wanted = sorted({ids[row] for rows, _ in hits for row in rows})
        articles = {article.id: article for article in self.get_many(wanted)}
        return [
            [
                Neighbour(one.article.id, ids[row], max(score, 0.0), articles[ids[row]], way)
                for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
            ]
            for one, (rows, scores), way in zip(asked, hits, ways, strict=True)
        ]
