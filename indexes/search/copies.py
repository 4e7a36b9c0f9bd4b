"""Search by copy: the LSH candidates of an article, verified by exact Jaccard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash.sketches import Sketches, sketch
from sada.indexes.search.filters import Filter
from sada.indexes.search.fusion import Evidence
from sada.indexes.segments.segment import StoredSegment, home_codes, home_pairs
from sada.indexes.storage.article_rows import Home, Kept
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.columns import Columns
from sada.indexes.timestamps import or_undated


class CopyQuery(NamedTuple):
    """A query for copies.

    Attributes:
        name: the id of the article asked for.
        kept: the article of that id in the index, which is never an answer; None if there is none.
        article: the article given; None to ask for the copies of ``kept``.
    """

    name: str
    kept: Kept | None
    article: Article | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One result of a query.

    >>> nearest = index.neighbours("en-001", k=1, by="copy")[0]
    >>> nearest.id, round(nearest.score, 2)
    ('en-121', 1.0)

    Attributes:
        query: id of the article asked for.
        id: id of the article found.
        score: similarity in [0, 1]: by meaning the cosine, by words the share of the highest possible BM25, by copy
            the exact Jaccard, by all the three combined.
        article: the article found.
        by: what the score measures; ``"words"`` where meaning was asked for and the encoder cannot read the query.
        evidence: the similarity in every way, where that was asked for.
    """

    query: str
    id: str
    score: float
    article: Article
    by: str
    evidence: Evidence | None = None

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``neighbours`` command."""
        row = {
            "query": self.query,
            "id": self.id,
            "score": round(self.score, 4),
            "title": self.article.plain_title,
            "source": self.article.source,
            "language": self.article.language,
            "published": self.article.published_text(),
            "by": self.by,
        }
        if self.evidence is not None:
            row |= {"parts": self.evidence.to_dict(), "reasons": self.evidence.reasons()}
        return row


def by_copy(
    catalog: Catalog,
    stored: Sequence[StoredSegment],
    query: CopyQuery,
    k: int,
    threshold: float | None,
    filters: Filter,
) -> list[Neighbour]:
    """Find the k articles most similar to the query by Jaccard, among its LSH candidates; ties in reading order.

    Only blocks that the search needs are read and checked, so that it costs about the same in an index of any size.

    Args:
        catalog: of the index.
        stored: its segments.
        query: the article whose copies are wanted.
        k: most results.
        threshold: lowest Jaccard kept, included; None for every candidate that shares a shingle.
        filters: which articles may be returned.

    Raises:
        IndexDamagedError: if a block that is read is not what was written.
    """
    own = _own(stored, query)
    if not own.sizes[0]:
        return []
    ranked = _ranked(catalog, query, _candidates(stored, own, 0.0 if threshold is None else threshold))
    found: list[Neighbour] = []
    for start in range(0, len(ranked), k):
        part = ranked[start : start + k]
        articles = _articles(catalog, part)
        mask = filters.mask(Columns.of(articles))
        passing = range(len(part)) if mask is None else np.flatnonzero(mask)
        found += [Neighbour(query.name, articles[at].id, part[at].score, articles[at], "copy") for at in passing]
        if len(found) >= k:
            break
    return found[:k]


def _own(stored: Sequence[StoredSegment], query: CopyQuery) -> Sketches:
    """The sketch of the query."""
    if query.article is not None:
        return sketch([query.article.body])
    assert query.kept is not None
    home = home_codes(*np.array([query.kept.home]).T)
    for one in stored:
        (position,) = one.positions_of(home)
        if position >= 0:
            return one.take(np.array([position]))
    raise IndexDamagedError(f"article {query.name!r}: it is in no segment; find what is wrong with: sada verify")


def _candidates(stored: Sequence[StoredSegment], own: Sketches, least: float) -> dict[Home, float]:
    """The homes of articles that share a band and a shingle with a sketch, and their exact Jaccard."""
    found: dict[Home, float] = {}
    for one in stored:
        positions = one.lsh_candidates(own.signatures[0])
        if not len(positions):
            continue
        scores = one.jaccards(own.row(0), positions)
        similar = np.flatnonzero((scores >= least) & (scores > 0))
        found |= zip(home_pairs(one.homes[positions[similar]]), scores[similar].tolist(), strict=True)
    return found


class _Candidate(NamedTuple):
    score: float
    number: int
    home: Home


def _ranked(catalog: Catalog, query: CopyQuery, scores: dict[Home, float]) -> list[_Candidate]:
    """The candidates that are in the index, without the query's own article: by score, then in reading order."""
    stored = catalog.stored_at(list(scores))
    if query.kept is not None:
        stored.pop(query.kept.home, None)
    order = [(-scores[home], or_undated(published), number, home) for home, (number, published) in stored.items()]
    return [_Candidate(-score, number, home) for score, _, number, home in sorted(order)]


def _articles(catalog: Catalog, candidates: Sequence[_Candidate]) -> list[Article]:
    """The articles of the candidates, in the order given."""
    kept = {(one.number, one.home): one.article for one in catalog.kept("number", [one.number for one in candidates])}
    wanted = [(one.number, one.home) for one in candidates]
    if not kept.keys() >= set(wanted):
        raise IndexDamagedError(f"{catalog.path}: articles: some cannot be read; find what is wrong with: sada verify")
    return [kept[one] for one in wanted]
