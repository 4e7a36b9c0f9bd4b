"""The copies of an article: LSH candidates, verified by exact Jaccard."""

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
    """What is asked for by copy.

    Attributes:
        name: its id.
        kept: the article of that id in the index, which is never an answer; None if there is none.
        article: the one given; None if the index's own is meant.
    """

    name: str
    kept: Kept | None
    article: Article | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One answer to a query.

    Attributes:
        query: id of the article asked for.
        id: id of the article found.
        score: similarity in [0, 1], higher is closer: cosine by meaning, share of the highest BM25 by words, exact
            Jaccard by copy, all three together by all.
        article: the article found.
        by: what the score is of; ``"words"`` where meaning was asked for and the encoder cannot read the query.
        evidence: how near it is in every way, where that was asked for.
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
            "title": self.article.title,
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
    """The k articles that share most shingles with the query among the LSH candidates; equal ones in reading order.

    It looks only at what it comes by, so that it costs about the same in an index of any size.

    Raises:
        IndexDamagedError: if what it looks at is not what was written.
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
    """The sketch of what is asked for."""
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
    """Homes of those that share a band and at least one shingle with a sketch, and their exact Jaccard."""
    found: dict[Home, float] = {}
    for one in stored:
        positions = one.run.query(own.signatures[0])
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
    """Those that are in the index, but for the query's own article: by score, then in reading order."""
    standing = catalog.stored_at(list(scores))
    if query.kept is not None:
        standing.pop(query.kept.home, None)
    order = [(-scores[home], or_undated(published), number, home) for home, (number, published) in standing.items()]
    return [_Candidate(-score, number, home) for score, _, number, home in sorted(order)]


def _articles(catalog: Catalog, candidates: Sequence[_Candidate]) -> list[Article]:
    """Their articles, in that order."""
    kept = {(one.number, one.home): one.article for one in catalog.kept("number", [one.number for one in candidates])}
    wanted = [(one.number, one.home) for one in candidates]
    if not kept.keys() >= set(wanted):
        raise IndexDamagedError(f"{catalog.path}: articles: some cannot be read; find what is wrong with: sada verify")
    return [kept[one] for one in wanted]
