"""What a reader has read, and the articles of it that recommendations go by."""

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
"""So many of the last articles of a history are gone by; of all others only copies are kept away."""
FADE, LEAST_FADE = 0.9, 0.5
"""By which an article counts less than the one that was read after it, and how much the first of many counts still."""


class ReadingHistory(NamedTuple):
    """What one reader has read.

    Attributes:
        ids: as they were given, without repeats, the last read last.
        rows: int64, their rows.
    """

    ids: tuple[str, ...]
    rows: np.ndarray

    @property
    def seeds(self) -> np.ndarray:
        """int64: the rows of the last ones."""
        return self.rows[-SEEDS:]


@dataclass(frozen=True, eq=False)
class Seeds:
    """The seeds of some histories, one after the other, and what is made of them once.

    Attributes:
        state: where they are.
        owners: int64 (s,), the number of each one's history.
        rows: int64 (s,).
        weights: float64 (s,), 1 for the last of each history.
        articles: the articles.
    """

    state: IndexState
    owners: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    articles: Sequence[Article]

    @cached_property
    def vectors(self) -> np.ndarray:
        """float32 (s, dimension): their embeddings."""
        return self.state.vectors(self.rows)

    @cached_property
    def bounds(self) -> np.ndarray:
        """int64 (h + 1,): where the seeds of each history begin."""
        return np.searchsorted(self.owners, np.arange(self.owners.max(initial=-1) + 2))


def weights_of(count: int) -> np.ndarray:
    """float64 (count,): how much the seeds of a history count, the last read last."""
    return np.maximum(FADE ** np.arange(count - 1, -1, -1, dtype=np.float64), LEAST_FADE)


def reading_history(columns: Columns, read: str | Sequence[str]) -> ReadingHistory:
    """One reader's history; of an article that was read twice the last time counts.

    Raises:
        UnknownArticleError: if an id is not in the index.
        ValueError: if nothing was read.
    """
    ids = [read] if isinstance(read, str) else list(read)
    if not ids:
        raise ValueError("nothing was read: name an article")
    ids = list(dict.fromkeys(reversed(ids)))[::-1]
    return ReadingHistory(tuple(ids), np.array(columns.rows(ids), np.int64))
