"""Times of publication in days since 1970: which articles are near in time, and which time is the latest."""

from __future__ import annotations

import numpy as np

from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.indexes.storage.columns import Columns
from sada.indexes.timestamps import DAY, UNDATED

_LEAST_BEFORE = 3  # with fewer articles in the window before it, the latest date may be an error
_FAR = 31.0  # days; a few dates so much later than all others are errors


def days_of(columns: Columns) -> np.ndarray:
    """Return times of publication in days since 1970: float64 (n,), NaN if unknown."""
    return np.where(columns.published == UNDATED, np.nan, columns.published / DAY)


def around(times: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return which times are at most four days from one of ``others``: bool (n,); all in days, NaN if unknown.

    An unknown time in ``others`` counts as the latest of ``times``, and all unknown ``times`` are near it.
    """
    known = others[~np.isnan(others)]
    undated = len(known) < len(others)
    known = np.sort(np.append(known, latest(times)) if undated else known)
    first = np.searchsorted(known, times - WINDOW_DAYS, "left")
    near = np.searchsorted(known, times + WINDOW_DAYS, "right") > first
    return np.where(np.isnan(times), undated, near)


def latest(times: np.ndarray) -> float:
    """Return the latest time that others come shortly before, so that it is no error; NaN if all are unknown."""
    known = np.sort(times[~np.isnan(times)])
    if not len(known):
        return np.nan
    before = np.arange(len(known)) - np.searchsorted(known, known - WINDOW_DAYS, "left")
    return float(known[before >= min(_LEAST_BEFORE, before.max())][-1])


def newest(times: np.ndarray) -> float:
    """Return the latest time, without one or two a month or more after all others; NaN if all are unknown."""
    known = np.sort(times[~np.isnan(times)])
    while True:
        gaps = np.flatnonzero(np.diff(known[-_LEAST_BEFORE:]) > _FAR)
        if not len(gaps):
            return float(known[-1]) if len(known) else np.nan
        known = known[: len(known) - len(known[-_LEAST_BEFORE:]) + gaps[0] + 1]
