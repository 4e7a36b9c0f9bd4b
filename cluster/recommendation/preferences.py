"""Preferences for recommendations: languages, outlets, pinned and blocked articles, articles per story."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sada.cluster.recommendation.index_state import IndexState
from sada.indexes.errors import refuse_one_text
from sada.indexes.text.language_codes import base_language


@dataclass(frozen=True, slots=True)
class Preferences:
    """What recommendations should be like, in addition to filters.

    >>> german = Preferences(languages=["de"], per_story=None, blocked=["fr-001"])
    >>> [item.article.id for item in related(index, "en-001", 2, preferences=german)]
    ['de-001', 'es-001']

    Args:
        languages: ISO 639-1 codes of preferred languages.
        sources: preferred outlets.
        per_story: articles of one story at most; None for any number.
        pinned: ids of articles that come first, in this order, if they pass the filters and are no copies of articles
            that were read, are blocked, or come before. Ids that are not in the index are skipped.
        blocked: ids of articles that are never recommended, nor are copies of them.
        now: the time from which the age of articles is counted; None for the publication of the latest article read.

    Raises:
        ValueError: if ``per_story`` is below 1, ``now`` has no offset, or a string is given where several are expected.
    """

    languages: Collection[str] = ()
    sources: Collection[str] = ()
    per_story: int | None = 1
    pinned: Collection[str] = ()
    blocked: Collection[str] = ()
    now: datetime | None = None

    def __post_init__(self) -> None:
        refuse_one_text(languages=self.languages, sources=self.sources, pinned=self.pinned, blocked=self.blocked)
        if self.per_story is not None and self.per_story < 1:
            raise ValueError(f"per_story={self.per_story}: choose at least 1, or None for any number")
        if self.now is not None and self.now.utcoffset() is None:
            raise ValueError("now needs an offset, for example +00:00")


@dataclass(frozen=True, eq=False)
class Rules:
    """Preferences and filters in terms of the rows of one state of an index.

    Attributes:
        preferences: as they were given.
        mask: bool (n,), which rows may be recommended; None for all.
        pinned, blocked: int64, rows; pinned rows pass the mask and are not blocked.
    """

    preferences: Preferences
    mask: np.ndarray | None
    pinned: np.ndarray
    blocked: np.ndarray

    @classmethod
    def of(cls, state: IndexState, preferences: Preferences, mask: np.ndarray | None) -> Rules:
        """Build the rules for one state; ``mask`` is the mask of the filters."""
        pinned, blocked = (_rows(state, ids) for ids in (preferences.pinned, preferences.blocked))
        if len(blocked):
            mask = np.ones(len(state.columns), bool) if mask is None else mask.copy()
            mask[blocked] = False
        return cls(preferences, mask, pinned if mask is None else pinned[mask[pinned]], blocked)

    @property
    def per_story(self) -> int:
        """Articles of one story at most."""
        return np.iinfo(np.int64).max if self.preferences.per_story is None else self.preferences.per_story


def prefers_language(state: IndexState, preferences: Preferences, rows: np.ndarray) -> np.ndarray:
    """Return which rows are in a preferred language: bool, of the shape of ``rows``."""
    return state.columns.language_codes.among(set(map(base_language, preferences.languages)), rows)


def prefers_source(state: IndexState, preferences: Preferences, rows: np.ndarray) -> np.ndarray:
    """Return which rows are of a preferred outlet: bool, of the shape of ``rows``."""
    return state.columns.source_codes.among({name.casefold() for name in preferences.sources}, rows)


def _rows(state: IndexState, ids: Collection[str]) -> np.ndarray:
    """Return the rows of the ids that are in the index, each once."""
    known = state.columns.row_of
    return np.array([known[id_] for id_ in dict.fromkeys(ids) if id_ in known], np.int64)
