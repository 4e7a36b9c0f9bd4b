"""Reading histories, and their seeds: the latest articles, on which recommendations are based."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sada.cluster.recommendation.index_state import IndexState
from sada.indexes.article import Article
from sada.indexes.storage.columns import Columns

SEEDS = 10
"""Number of latest articles of a history that are seeds. Of earlier ones, only copies are left out."""
FADE, LEAST_FADE = 0.9, 0.5
"""The weight of a seed is FADE times that of the one read after it, but at least LEAST_FADE."""


class ReadingHistory(NamedTuple):
    """The articles that one reader has read.

    Attributes:
        ids: without repeats, the latest read last.
        rows: int64, their rows.
    """

    ids: tuple[str, ...]
    rows: np.ndarray

    @property
    def seeds(self) -> np.ndarray:
        """The rows of the seeds, int64."""
        return self.rows[-SEEDS:]


@dataclass(frozen=True, eq=False)
class Seeds:
    """The s seeds of h histories, one history after the other.

    Attributes:
        state: the state of the index.
        owners: int64 (s,), the number of each seed's history.
        rows: int64 (s,), the row of each seed.
        weights: float64 (s,), 1 for the last seed of each history.
        articles: the article of each seed.
    """

    state: IndexState
    owners: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    articles: Sequence[Article]

    @cached_property
    def vectors(self) -> np.ndarray:
        """The embeddings of the seeds, float32 (s, dimension)."""
        return self.state.vectors(self.rows)

    @cached_property
    def bounds(self) -> np.ndarray:
        """Where the seeds of each history begin and end, int64 (h + 1,)."""
        return np.searchsorted(self.owners, np.arange(self.owners.max(initial=-1) + 2))


def weights_of(count: int) -> np.ndarray:
    """Return the weights of the seeds of a history, the last read last: float64 (count,)."""
    return np.maximum(FADE ** np.arange(count - 1, -1, -1, dtype=np.float64), LEAST_FADE)


def reading_history(columns: Columns, read: str | Sequence[str]) -> ReadingHistory:
    """Build a history from the ids of articles, the latest read last; of an article read twice the last time counts.

    Raises:
        UnknownArticleError: if an id is not in the index.
        ValueError: if nothing was read.
    """
    ids = [read] if isinstance(read, str) else list(read)
    if not ids:
        raise ValueError("nothing was read: name an article")
    ids = list(dict.fromkeys(reversed(ids)))[::-1]
    return ReadingHistory(tuple(ids), np.array(columns.rows(ids), np.int64))
