"""Dates of articles: only years that have news."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.errors import InputError
from sada.indexes.text import news_dates
from sada.indexes.text.dates import parse_date
from sada.indexes.text.news_dates import NewsDates, NoNewsDateError, NotedBeforeError
from sada.indexes.timestamps import to_micros

RIYADH = timezone(timedelta(hours=3))


@pytest.fixture(autouse=True)
def year(monkeypatch):
    monkeypatch.setattr(news_dates, "current_year", lambda: 2026)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("0001-01-01", "is in year 1, which stands for no date"),
        ("0001-01-01T00:00:00Z", "is in year 1, which stands for no date"),
        (-62135596800, "stands for no date"),
        ("1970-01-01T00:00:00Z", "is time zero of computers, which stands for no date"),
        ("1970-01-01", "is time zero of computers, which stands for no date"),
        ("1970-01-01T03:00:00+03:00", "is time zero of computers, which stands for no date"),
        ({"$date": "1970-01-01T00:00:00Z"}, "is time zero of computers, which stands for no date"),
        (0, "stands for no date"),
        (0.0, "stands for no date"),
        ("0", "stands for no date"),
        ("0000-00-00 00:00:00", "stands for no date"),
        ("0000-00-00T00:00:00Z", "stands for no date"),
        ("00/00/0000", "stands for no date"),
        ("0.0", "stands for no date"),
        (-1, "stands for no date"),
        ("NaT", "stands for no date"),
        (" None ", "stands for no date"),
        ("N/A", "stands for no date"),
        ("-", "stands for no date"),
        ("1899-12-30", "is the first day of a calendar of computers, which stands for no date"),
        ("1900-01-01 00:00:00", "is the first day of a calendar of computers, which stands for no date"),
        ("1/1/1753 12:00:00 AM", "is the first day of a calendar of computers, which stands for no date"),
        (253402300799999, "is in year 9999, which stands for no date"),
        ("/Date(-62135596800000)/", "is in year 1, which stands for no date"),
        ("31 กรกฎาคม พ.ศ. 2567", "may be in the Buddhist calendar, write it in the Gregorian one"),
        ("31 กรกฎาคม 2567", "may be in the Buddhist calendar, write it in the Gregorian one"),
        ("9999-12-31", "is in year 9999, which stands for no date"),
        ("2567-07-31", "may be in the Buddhist calendar, write it in the Gregorian one"),
        ("31 July 2567", "may be in the Buddhist calendar, write it in the Gregorian one"),
        ("1599-12-31", "is before 1600"),
        ("2028-01-01 00:00:00", "is after 2027"),
        (9_999_999_999, "is after 2027"),
    ],
)
def test_what_stands_for_no_date_is_refused_for_one_reason(value, reason):
    dates = NewsDates()
    with pytest.raises(NoNewsDateError) as error:
        dates.read(value)
    assert error.value.kind == reason
    assert str(error.value).endswith(f" {reason} (more such dates are not noted)")
    with pytest.raises(NotedBeforeError):
        dates.read(value)


def test_each_kind_is_raised_once_and_reading_quickly_does_not_count():
    dates = NewsDates()
    for value in ("1970-01-01T00:00:00Z", "2567-07-31 10:00:00", "2030-07-31T10:00:00Z"):
        for _ in range(2):
            with pytest.raises(NoNewsDateError):
                dates.micros(value)
        with pytest.raises(NoNewsDateError):
            dates.read(value)
        with pytest.raises(NotedBeforeError):
            dates.read(value)


def test_local_midnight_of_1970_is_time_zero_too():
    with pytest.raises(NoNewsDateError):
        NewsDates(RIYADH).read("1970-01-01 00:00:00")
    with pytest.raises(NoNewsDateError):
        NewsDates(RIYADH).read("1900-01-01")
    for text in ("9999-12-31T23:59:59Z", "0001-01-01T04:00:00"):
        with pytest.raises(NoNewsDateError):
            NewsDates(RIYADH).read(text)
    assert NewsDates().read("1900-01-01 10:00:00") == datetime(1900, 1, 1, 10, tzinfo=UTC)
    assert NewsDates().read("1970-01-01 10:00:00") == datetime(1970, 1, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", ["1446-01-15T00:00:00Z", "1403-05-10T14:05:00+03:30", "15/01/1446", "1446-01-15"])
def test_hijri_and_jalali_years_are_no_years_of_news(value):
    for _ in range(2):
        with pytest.raises(ValueError, match=r": a Hijri or Jalali date\? \(write it in the Gregorian calendar\)$"):
            NewsDates().read(value)


def test_the_first_and_the_last_year_of_news():
    assert NewsDates().read("1600-01-01").year == 1600
    assert NewsDates().read("2027-12-31T23:59:59Z").year == 2027
    assert NewsDates().micros("2027-12-31T23:59:59Z") == to_micros(datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert NewsDates().read(" ") is NewsDates().micros(None) is None


def test_two_readings_are_noted_and_settled_by_the_caller():
    with pytest.raises(ValueError, match=r"^date '03/04/2020' has two readings \(--day-first or --date-format FORMAT"):
        NewsDates().read("03/04/2020")
    with pytest.raises(ValueError, match=r"^date '25.12.24' has two readings"):
        NewsDates().read("25.12.24")
    assert NewsDates(day_first=True).read("03/04/2020") == datetime(2020, 4, 3, tzinfo=UTC)
    assert NewsDates(date_format="%m/%d/%Y").read("03/04/2020") == datetime(2020, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["AST", "IST", "CST"])
@pytest.mark.parametrize("time", ["Wed, 31 Jul 2024 14:05:00", "July 31, 2024 2:05 PM", "31 يوليو 2024 14:05"])
def test_a_zone_with_several_offsets_is_named(time, zone):
    with pytest.raises(ValueError) as error:
        NewsDates().read(f"{time} {zone}")
    reason = f"is in {zone}, which has several offsets (write an offset such as +03:00)"
    assert str(error.value) == f"date '{time} {zone}' {reason}"
    with pytest.raises(ValueError, match=r"not understood$"):
        NewsDates().read(f"{zone} said")


def test_a_format_comes_before_other_forms():
    dates = NewsDates(RIYADH, date_format="%Y-%d-%m %H:%M:%S")
    assert dates.read("2020-02-01 03:00:00") == datetime(2020, 1, 2, tzinfo=UTC)
    assert dates.micros("٢٠٢٠-٠٢-٠١ ٠٣:٠٠:٠٠") == to_micros(datetime(2020, 1, 2, tzinfo=UTC))
    assert dates.read("2020-01-02T03:00:00Z") == datetime(2020, 1, 2, 3, tzinfo=UTC)
    assert NewsDates(date_format="%d%m%Y").read(31072024) == datetime(2024, 7, 31, tzinfo=UTC)
    assert NewsDates(date_format="%d.%m.%y %H:%M %z").read("31.07.24 14:05 +0300").hour == 11
    with pytest.raises(ValueError, match="Hijri"):
        NewsDates(date_format="%d.%m.%Y").read("25.01.1446")


@pytest.mark.parametrize("form", ["", "%d/%m", "%H:%M", "%q/%m/%Y", "%d/%m/%Y %", "day"])
def test_forms_that_name_no_day_are_refused(form):
    with pytest.raises(InputError, match=f"^date format {form!r} "):
        NewsDates(date_format=form)


@given(
    st.datetimes(datetime(1600, 1, 1), datetime(2027, 12, 31)).filter(lambda time: time.hour or time.minute),
    st.sampled_from(["", "Z", "+00:00", " UTC", "+0000"]),
    st.sampled_from(["T", " ", "t"]),
    st.sampled_from(["seconds", "microseconds", "minutes", "milliseconds"]),
)
def test_every_iso_form_reads_back(time, zone, between, precision):
    text = time.isoformat("T", precision).replace("T", between)
    expected = datetime.fromisoformat(text).replace(tzinfo=UTC)
    if expected.year >= 1600:
        assert NewsDates().read(text + zone) == expected
        assert NewsDates().micros(text + zone) == to_micros(expected)


@given(st.dates(date(1600, 1, 1), date(2027, 12, 31)))
def test_numeric_days_read_back_or_have_two_readings(day):
    for form in ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"):
        text = day.strftime(form)
        expected = datetime(day.year, day.month, day.day, tzinfo=UTC)
        assert parse_date(text, day_first=True) == expected
        if day.day > 12 or day.day == day.month:
            assert parse_date(text) == expected
        else:
            with pytest.raises(ValueError):
                parse_date(text)


@pytest.mark.parametrize("zone", [UTC, RIYADH])
def test_the_short_way_reads_what_the_long_way_reads(zone):
    dates = NewsDates(zone)
    for text in ("2024-07-31 14:05:00", "2024-07-31T14:05:00Z", "1969-12-31 23:59:59", "1650-01-01T00:00:00"):
        assert dates.read(text) == parse_date(text, zone)
    for text in ("2023-02-29 10:00:00", "2024-07-31T25:00:00Z", "1970-01-01T00:00:00Z", "2029-01-01 00:00:00"):
        with pytest.raises(ValueError, match=r"^date '.*' (not understood|is )"):
            dates.read(text)
