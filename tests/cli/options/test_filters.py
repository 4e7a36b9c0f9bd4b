"""Which articles count."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sada.cli.options.filters import filter_options
from sada.indexes.search.filters import Filter


def test_filter_options_make_a_filter(call):
    arguments = ["--language", "AR", "--language", "en-US", "--source", "BBC", "--source", "الجزيرة"]
    arguments += ["--since", "2024-07-01", "--until", "2024-07-02T12:00+03:00", "--exclude", "a1", "--exclude", "a2"]
    filters = call(*arguments, bundles=[filter_options])["filters"]
    assert filters == Filter(
        languages=("ar", "en"),
        sources=("BBC", "الجزيرة"),
        since=datetime(2024, 7, 1, tzinfo=UTC),
        until=datetime(2024, 7, 2, 9, tzinfo=UTC),
        exclude=frozenset({"a1", "a2"}),
    )


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-07-31", datetime(2024, 8, 1, tzinfo=UTC)),
        (" 20240731 ", datetime(2024, 8, 1, tzinfo=UTC)),
        ("2024-07-31T00:00", datetime(2024, 7, 31, tzinfo=UTC)),
        ("2024-07-31 18:30+03:00", datetime(2024, 7, 31, 15, 30, tzinfo=UTC)),
        ("1722384000", datetime(2024, 7, 31, tzinfo=UTC)),
        ("9999-12-31", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_until_a_date_counts_that_whole_day(call, value, moment):
    assert call("--until", value, bundles=[filter_options])["filters"].until == moment


def test_one_day_may_be_both_bounds(call):
    filters = call("--since", "2024-07-31", "--until", "2024-07-31", bundles=[filter_options])["filters"]
    assert (filters.since, filters.until) == (datetime(2024, 7, 31, tzinfo=UTC), datetime(2024, 8, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "yesterday"], "'yesterday' is no date; write 2024-07-31"),
        (["--until", "03/04/2020"], "'03/04/2020' is no date"),
        (["--since", ""], "'' is no date"),
        (["--since", "2024-08-01", "--until", "2024-07-01"], "--since is not before --until"),
    ],
)
def test_wrong_dates_are_usage_errors(call, arguments, message):
    code, error = call(*arguments, bundles=[filter_options])
    assert code == 2 and message in error
