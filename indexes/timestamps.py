"""Moments as microseconds since 1970 in UTC, as columns hold them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import overload

import numpy as np

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(moment: datetime | None) -> int | None:
    """Microseconds since 1970 in UTC, None for None."""
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


@overload
def from_micros(micros: int) -> datetime: ...


@overload
def from_micros(micros: None) -> None: ...


def from_micros(micros: int | None) -> datetime | None:
    """The UTC moment of :func:`to_micros`."""
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


UNDATED = np.iinfo(np.int64).max


def or_undated(moment: int | None) -> int:
    """Microseconds as columns hold them: ``UNDATED``, which comes after all others, for None."""
    return UNDATED if moment is None else moment


SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
"""Microseconds, as the two before it."""


@cache
def day_text(number: int) -> str:
    """A day by its number since 1970-01-01, as 2024-07-31."""
    return (_EPOCH + timedelta(days=number)).date().isoformat()
