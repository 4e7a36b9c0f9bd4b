"""The options of a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from sada.indexes.search.filters import Filter

By = Literal["meaning", "words", "copy", "all"]


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """How the nearest articles are found.

    >>> options = QueryOptions(k=2, by="copy", threshold=0.5)
    >>> [hit.id for hit in index.search("en-001", options=options)]
    ['en-121', 'en-122']

    Args:
        k: how many at most.
        by: ``"meaning"`` (cosine of embeddings), ``"words"`` (BM25), ``"copy"`` (exact Jaccard of shingles), or
            ``"all"`` (the three together, see :func:`~sada.indexes.search.fusion.fused`). Words replace meaning for a
            text that the encoder cannot read, because it does not know the language or the index has no encoder;
            :attr:`~sada.indexes.search.copies.Neighbour.by` says which was used.
        threshold: least score, between 0 and 1; None for no limit.
        filters: which articles may be returned; applied inside the search.
        explain: add :attr:`~sada.indexes.search.copies.Neighbour.evidence`, the scores of each answer by every way.

    Raises:
        ValueError: if ``k`` is below 1, ``by`` is none of these, or ``threshold`` is no score.
    """

    k: int = 10
    by: By = "meaning"
    threshold: float | None = None
    filters: Filter = field(default_factory=Filter)
    explain: bool = False

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ValueError(f"k must be at least 1, not {self.k}")
        if self.by not in get_args(By):
            raise ValueError(f"by={self.by!r}: choose {', '.join(get_args(By)[:-1])} or all")
        if self.threshold is not None and not -1 <= self.threshold <= 1:
            raise ValueError(f"threshold={self.threshold}: choose a score between 0 and 1")
