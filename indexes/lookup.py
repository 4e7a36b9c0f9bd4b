"""Nearest articles: by meaning (embeddings) and by copy (verified Jaccard)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sada.indexes.article import Article
from sada.indexes.columns import Columns
from sada.indexes.minhash import Sketches, shared_shingles, sketch
from sada.indexes.segments import Segments
from sada.indexes.vectors import VectorIndex


class Query(NamedTuple):
    """What is asked for: an article of the index, or one given with its own values.

    Attributes:
        name: its id.
        row: where the index has an article of that id, which is never an answer; None if it has none.
        article: the one given; None if the index's own is meant.
    """

    name: str
    row: int | None
    article: Article | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One answer to a query.

    Attributes:
        query: id of the article asked for.
        id: id of the article found.
        score: similarity in [0, 1], higher is closer: cosine by meaning, exact Jaccard by copy.
        article: the article found.
    """

    query: str
    id: str
    score: float
    article: Article

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``neighbours`` command."""
        return {
            "query": self.query,
            "id": self.id,
            "score": round(self.score, 4),
            "title": self.article.title,
            "source": self.article.source,
            "language": self.article.language,
            "published": self.article.published_text(),
        }


Hits = list[tuple[int, float]]


def by_meaning(
    index: VectorIndex,
    columns: Columns,
    vectors: np.ndarray,
    own_rows: list[int | None],
    k: int,
    threshold: float | None,
    mask: np.ndarray | None,
) -> list[Hits]:
    """(row, cosine) of the k articles nearest to each of float32 (m, dimension) unit vectors, itself left out."""
    allowed = None if mask is None else columns.numbers[mask]
    numbers, scores = index.search(vectors, k + 1, threshold=threshold, allowed=allowed)
    answers = []
    for own, found, similar in zip(own_rows, numbers, scores, strict=True):
        rows = columns.rows_of_numbers(found[found >= 0])
        hits = [(int(row), float(max(score, 0.0))) for row, score in zip(rows, similar, strict=False) if row != own]
        answers.append(hits[:k])
    return answers


def by_copy(
    segments: Segments, columns: Columns, query: Query, k: int, threshold: float | None, mask: np.ndarray | None
) -> Hits:
    """(row, Jaccard) of the k articles that share most shingles with the query among the LSH candidates.

    A copy of Jaccard .5 is a candidate with probability .87, one of .8 with 1 - 5e-8.
    """
    own = segments.sketch_of(np.array([query.row])) if query.article is None else sketch([query.article.body])
    if not own.sizes[0]:
        return []
    rows = segments.lsh_candidates(own.signatures[0])
    rows = rows[rows != query.row] if query.row is not None else rows
    rows = rows if mask is None else rows[mask[rows]]
    scores = jaccard_to_first(Sketches.join([own, segments.sketch_of(rows)]))
    order = np.lexsort((columns.reading_order[rows], -scores))
    least = 0.0 if threshold is None else threshold
    return [(int(rows[at]), float(scores[at])) for at in order[:k] if scores[at] >= least and scores[at] > 0]


def jaccard_to_first(sketches: Sketches) -> np.ndarray:
    """float64 (n - 1,): the exact Jaccard of the first row with every other."""
    others = np.arange(1, len(sketches))
    shared = shared_shingles(sketches, np.zeros(len(others), np.int64), others, threads=1)
    sizes = sketches.sizes
    return shared / np.maximum(sizes[0] + sizes[others] - shared, 1)
