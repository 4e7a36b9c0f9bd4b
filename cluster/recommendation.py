"""What to read next: near in meaning or of the same story, and never a copy of what was read or already listed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.candidates import measure
from sada.cluster.copies import CONTAINMENT, JACCARD
from sada.cluster.stories import find_stories, story_set
from sada.indexes.article import Article
from sada.indexes.filters import Filter

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

_AT_ONCE = 50  # of the best are looked at in one go, for those that are no copies


@dataclass(frozen=True, slots=True)
class Related:
    """One recommendation.

    Attributes:
        query: ids of the articles read, joined by a comma.
        rank: from 1.
        score: in [0, 1], higher is better: half the similarity to the nearest article read, and half for being of a
            story that was read.
        reasons: why, in words.
        article: what to read.
        story: id of its story.
    """

    query: str
    rank: int
    score: float
    reasons: tuple[str, ...]
    article: Article
    story: str

    def to_dict(self) -> dict[str, Any]:
        """The stable row of the ``related`` command."""
        return {
            "query": self.query,
            "rank": self.rank,
            "id": self.article.id,
            "score": round(self.score, 4),
            "reasons": list(self.reasons),
            "title": self.article.title,
            "source": self.article.source,
            "language": self.article.language,
            "published": self.article.published_text(),
            "story": self.story,
        }


def related(
    index: NewsIndex,
    read: str | Sequence[str],
    k: int = 8,
    *,
    exclude: Collection[str] = (),
    filters: Filter | None = None,
) -> list[Related]:
    """What a reader of some articles would want next.

    Args:
        index: where the articles are; its stories are brought up to date first.
        read: the id of an article, or of several: one reader's history.
        k: how many at most.
        exclude: ids that must not be listed.
        filters: which articles may be listed.

    Raises:
        UnknownArticle: if an id is not in the index.
        ValueError: if nothing was read or ``k`` is below 1.
    """
    ids = [read] if isinstance(read, str) else list(read)
    if not ids or k < 1:
        raise ValueError(f"read={ids}, k={k}: name an article that was read, and ask for at least one more")
    rows = np.array(index.columns.rows(ids), np.int64)
    stories = find_stories(index, threads=index.threads)
    similarity = _similarity(index, rows)
    read_stories = {stories.of(id_).id for id_ in ids}
    same = np.zeros(len(index), bool)
    same[index.columns.rows([id_ for story in read_stories for id_ in stories.get(story).articles])] = True
    scores = (similarity + same) / 2
    filters = filters or Filter()
    allowed = replace(filters, exclude=[*filters.exclude, *exclude, *ids]).mask(index.columns)
    assert allowed is not None  # the ids read are always left out
    order = np.lexsort((index.columns.reading_order, -scores))
    order = order[allowed[order] & (scores[order] > 0)]
    chosen = _without_copies(index, rows, order, k)
    articles = index.get_many([index.columns.ids[row] for row in chosen])
    return [
        Related(
            query=",".join(ids),
            rank=rank,
            score=float(scores[row]),
            reasons=_reasons(index, row, rows, bool(same[row]), float(similarity[row])),
            article=article,
            story=stories.of(article.id).id,
        )
        for rank, (row, article) in enumerate(zip(chosen, articles, strict=True), start=1)
    ]


def _similarity(index: NewsIndex, rows: np.ndarray) -> np.ndarray:
    """float64 (n,) in [0, 1]: each article's similarity to the nearest of the rows, by embedding, else by words."""
    if index.dimension:
        found = (index.vectors @ index.vectors[rows].T).max(axis=1)
    else:
        body = story_set(index).lexicon.body.matrix
        found = (body @ body[rows].T).max(axis=1).toarray().ravel()
    return np.clip(found.astype(np.float64), 0, 1)


def _without_copies(index: NewsIndex, read: np.ndarray, order: np.ndarray, k: int) -> list[int]:
    """The first k rows of ``order`` that are no copy of, and not contained in, those read or chosen before."""
    known = read.tolist()
    for start in range(0, len(order), _AT_ONCE):
        rows = np.concatenate([known, order[start : start + _AT_ONCE]]).astype(np.int64)
        sketches = index.segments.sketch_of(rows)
        kept = list(range(len(known)))
        for place in range(len(known), len(rows)):
            pairs = measure(sketches, np.array(kept), np.full(len(kept), place), threads=1)
            if not ((pairs.jaccard >= JACCARD) | (pairs.containment >= CONTAINMENT)).any():
                kept.append(place)
                known.append(int(rows[place]))
            if len(known) - len(read) == k:
                return known[len(read) :]
    return known[len(read) :]


def _reasons(index: NewsIndex, row: int, read: np.ndarray, same_story: bool, similarity: float) -> tuple[str, ...]:
    languages, sources = index.columns.languages, index.columns.sources
    language, source = languages[row], sources[row]
    known = {languages[place] for place in read} - {""}
    reasons = ["same story"] if same_story else []
    if language and known and language not in known:
        reasons.append(f"in another language ({language})")
    if same_story and source and source not in {sources[place] for place in read}:
        reasons.append(f"as {source} reports it")
    reasons.append(f"{'close in meaning' if index.dimension else 'common words'} ({similarity:.2f})")
    return tuple(reasons)
