"""Values of options."""

from __future__ import annotations

from datetime import UTC, datetime

from sada.cli.options.params import DateParam


def test_dates_take_the_zone_they_are_given():
    zone = datetime.strptime("+0300", "%z").tzinfo
    assert DateParam(zone).convert("2024-07-01", None, None) == datetime(2024, 6, 30, 21, tzinfo=UTC)
    assert DateParam().convert(datetime(2024, 7, 1, tzinfo=UTC), None, None) == datetime(2024, 7, 1, tzinfo=UTC)
