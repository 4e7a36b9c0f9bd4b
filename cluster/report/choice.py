"""Which stories are in a report, and how many are not, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sada.cluster.routine.routine import find_routine
from sada.cluster.scoring.time_window import days_of, newest
from sada.cluster.stories.stories import Stories
from sada.cluster.stories.story import Story
from sada.indexes.search.filters import Filter
from sada.indexes.timestamps import DAY

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex


def choose_stories(
    index: NewsIndex,
    found: Stories,
    *,
    filters: Filter,
    days: float | None,
    min_size: int,
    routine: bool,
    limit: int | None,
) -> tuple[list[Story], dict[str, int]]:
    """Return the stories of a report, and how many others pass the filters, by the first reason that they are left out.

    Args:
        index: an open index.
        found: its stories.
        filters: a story passes if one of its articles does.
        days: only stories with an article of so many days before the latest of all; None for any. Undated ones stay.
        min_size: the least number of articles, copies counted.
        routine: whether routine stories are in it.
        limit: how many at most, the first of ``found``; None for all.

    Returns:
        The stories, and a dictionary of ``older``, ``small``, ``routine``, and ``beyond`` the limit.
    """
    left = _passing(index, found, filters)
    earliest = _before_newest(index, days)
    series = None if routine else find_routine(index, found)
    rules: dict[str, Callable[[Story], bool]] = {
        "older": lambda story: story.last is None or story.last.timestamp() * 1e6 > earliest,
        "small": lambda story: story.size >= min_size,
        "routine": lambda story: series is None or story.id not in series,
    }
    counts = {}
    for reason, keeps in rules.items():
        kept = [story for story in left if keeps(story)]
        counts[reason] = len(left) - len(kept)
        left = kept
    chosen = left[:limit]
    return chosen, counts | {"beyond": len(left) - len(chosen)}


def _before_newest(index: NewsIndex, days: float | None) -> float:
    """Return the time so many days before the latest publication, in microseconds since 1970; -inf for any."""
    last = newest(days_of(index.snapshot.columns))
    return -np.inf if days is None or np.isnan(last) else (last - days) * DAY


def _passing(index: NewsIndex, found: Stories, filters: Filter) -> list[Story]:
    """Return the stories with an article that passes the filters."""
    columns = index.snapshot.columns
    mask = filters.mask(columns)
    if mask is None:
        return list(found.stories)
    passing = {id_ for id_, ok in zip(columns.ids, mask, strict=True) if ok}
    return [story for story in found.stories if not passing.isdisjoint(story.articles)]
