"""Timestamps: times as microseconds since 1970 in UTC, as columns hold them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import overload

import numpy as np

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The time that timestamps count from."""


@overload
def to_micros(time: datetime) -> int: ...


@overload
def to_micros(time: None) -> None: ...


@overload
def to_micros(time: datetime | None) -> int | None: ...


def to_micros(time: datetime | None) -> int | None:
    """Microseconds since 1970 in UTC, None for None."""
    return None if time is None else (time - EPOCH) // timedelta(microseconds=1)


@overload
def from_micros(micros: int) -> datetime: ...


@overload
def from_micros(micros: None) -> None: ...


def from_micros(micros: int | None) -> datetime | None:
    """The UTC time of a timestamp, None for None."""
    return None if micros is None else EPOCH + timedelta(microseconds=micros)


FIRST, LAST = (to_micros(time.replace(tzinfo=UTC)) for time in (datetime.min, datetime.max))
"""The first and the last timestamp that is a time."""

UNDATED = np.iinfo(np.int64).max
"""The timestamp of what has no date; it sorts after all others."""


def or_undated(time: int | None) -> int:
    """A timestamp as columns hold it: ``UNDATED``, which sorts after all others, for None."""
    return UNDATED if time is None else time


SECOND = 1_000_000
MINUTE, DAY = 60 * SECOND, 86_400 * SECOND
"""Microseconds."""


def current_year() -> int:
    """The year of today, in UTC; with a clock that was never set, the year of the first release."""
    return max(datetime.now(UTC).year, 2026)


@cache
def day_text(number: int) -> str:
    """A day by its number since 1970-01-01, as 2024-07-31."""
    return (EPOCH + timedelta(days=number)).date().isoformat()
