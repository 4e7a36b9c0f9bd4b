"""Units of time, and days as text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sada.indexes.timestamps import DAY, MINUTE, SECOND, day_text, to_micros


@pytest.mark.parametrize(
    "day", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2024, 2, 29, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]
)
def test_a_day_is_named_by_its_number(day):
    assert day_text(to_micros(day) // DAY) == day.strftime("%Y-%m-%d").zfill(10)


def test_units_are_microseconds():
    noon = to_micros(datetime(1970, 1, 1, 12, 34, 56, tzinfo=UTC))
    assert noon == 12 * 60 * MINUTE + 34 * MINUTE + 56 * SECOND
