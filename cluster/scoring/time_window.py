"""When articles were published, in days since 1970; which of them are near in time, and which moment is now."""

from __future__ import annotations

import numpy as np

from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.indexes.storage.columns import Columns
from sada.indexes.timestamps import DAY, UNDATED

_COMPANY = 3  # with fewer articles in the window before it, the latest date may be an error
_FAR = 31.0  # days; a date so much later than all others, of fewer articles, is an error


def days_of(columns: Columns) -> np.ndarray:
    """float64 (n,): times of publication in days since 1970, NaN if unknown."""
    return np.where(columns.published == UNDATED, np.nan, columns.published / DAY)


def around(times: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Bool (n,): which times are at most four days from one of some moments; all in days, NaN if unknown.

    An unknown moment stands for the latest of the times, and all unknown times are near it.
    """
    known = moments[~np.isnan(moments)]
    undated = len(known) < len(moments)
    known = np.sort(np.append(known, latest(times)) if undated else known)
    first = np.searchsorted(known, times - WINDOW_DAYS, "left")
    near = np.searchsorted(known, times + WINDOW_DAYS, "right") > first
    return np.where(np.isnan(times), undated, near)


def latest(times: np.ndarray) -> float:
    """The latest of some times that others came shortly before, so that it is no error; NaN if all are unknown."""
    known = np.sort(times[~np.isnan(times)])
    if not len(known):
        return np.nan
    before = np.arange(len(known)) - np.searchsorted(known, known - WINDOW_DAYS, "left")
    return float(known[before >= min(_COMPANY, before.max())][-1])


def newest(times: np.ndarray) -> float:
    """The latest of some times but for one or two a month and more after all others; NaN if all are unknown."""
    known = np.sort(times[~np.isnan(times)])
    while True:
        gaps = np.flatnonzero(np.diff(known[-_COMPANY:]) > _FAR)
        if not len(gaps):
            return float(known[-1]) if len(known) else np.nan
        known = known[: len(known) - len(known[-_COMPANY:]) + gaps[0] + 1]
