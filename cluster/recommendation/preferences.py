"""What a list should be like: preferences, pinned and blocked articles, and how many of one story."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sada.cluster.recommendation.index_state import IndexState
from sada.indexes.text.language_codes import base_language


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a list should be like, beside what its filters say.

    Args:
        languages: ISO 639-1 codes of languages that are preferred.
        sources: outlets that are preferred.
        per_story: how many articles of one story at most; None for any number.
        pinned: ids that come first, in this order, if they meet the filters and are no copies of what was read, was
            blocked or stands before them; ids that are not in the index are passed over.
        blocked: ids of articles that are never listed, nor copies of them.
        now: the moment from which freshness is counted back; None for the publication of the latest article read.

    Raises:
        ValueError: if ``per_story`` is below 1, ``now`` has no offset, or one text stands where several are expected.
    """

    languages: Collection[str] = ()
    sources: Collection[str] = ()
    per_story: int | None = 1
    pinned: Collection[str] = ()
    blocked: Collection[str] = ()
    now: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("languages", "sources", "pinned", "blocked"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"{name}={getattr(self, name)!r} is one text: put it in a list")
        if self.per_story is not None and self.per_story < 1:
            raise ValueError(f"per_story={self.per_story}: choose at least 1, or None for any number")
        if self.now is not None and self.now.utcoffset() is None:
            raise ValueError("now needs an offset, for example +00:00")


@dataclass(frozen=True, eq=False)
class Rules:
    """Wishes and filters in terms of the rows of one state of an index.

    Attributes:
        preferences: as they were given.
        mask: bool (n,), which rows may be listed; None for all.
        pinned, blocked: int64, rows; those pinned are in the mask and not blocked.
    """

    preferences: Preferences
    mask: np.ndarray | None
    pinned: np.ndarray
    blocked: np.ndarray

    @classmethod
    def of(cls, state: IndexState, preferences: Preferences, mask: np.ndarray | None) -> Rules:
        """The rules of one state; ``mask`` is what the filters say of it."""
        pinned, blocked = (_rows(state, ids) for ids in (preferences.pinned, preferences.blocked))
        if len(blocked):
            mask = np.ones(len(state.columns), bool) if mask is None else mask.copy()
            mask[blocked] = False
        return cls(preferences, mask, pinned if mask is None else pinned[mask[pinned]], blocked)

    @property
    def per_story(self) -> int:
        """How many articles of one story."""
        return np.iinfo(np.int64).max if self.preferences.per_story is None else self.preferences.per_story


def prefers_language(state: IndexState, preferences: Preferences, rows: np.ndarray) -> np.ndarray:
    """Bool (m,): which rows are in a language that is preferred."""
    return state.columns.language_codes.among(set(map(base_language, preferences.languages)), rows)


def prefers_source(state: IndexState, preferences: Preferences, rows: np.ndarray) -> np.ndarray:
    """Bool (m,): which rows are of an outlet that is preferred."""
    return state.columns.source_codes.among({name.casefold() for name in preferences.sources}, rows)


def _rows(state: IndexState, ids: Collection[str]) -> np.ndarray:
    known = state.columns.row_of
    return np.array([known[id_] for id_ in dict.fromkeys(ids) if id_ in known], np.int64)
