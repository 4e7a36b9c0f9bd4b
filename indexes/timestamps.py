"""Moments as microseconds since 1970 in UTC, as columns hold them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

import numpy as np

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The time that timestamps count from."""


def to_micros(moment: datetime | None) -> int | None:
    """Microseconds since 1970 in UTC, None for None."""
    return None if moment is None else (moment - EPOCH) // timedelta(microseconds=1)


@overload
def from_micros(micros: int) -> datetime: ...


@overload
def from_micros(micros: None) -> None: ...


def from_micros(micros: int | None) -> datetime | None:
    """The UTC moment of :func:`to_micros`."""
    return None if micros is None else EPOCH + timedelta(microseconds=micros)


UNDATED = np.iinfo(np.int64).max


def or_undated(moment: int | None) -> int:
    """Microseconds as columns hold them: ``UNDATED``, which comes after all others, for None."""
    return UNDATED if moment is None else moment


SECOND = 1_000_000
"""Microseconds, as the next three."""
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
