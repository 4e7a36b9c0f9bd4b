from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.text.dates import parse_date, shorten, usual_micros, usual_time
from sada.indexes.timestamps import to_micros

RIYADH = timezone(timedelta(hours=3))
MOMENT = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    "value",
    [
        "2020-01-02T03:04:05Z",
        "2020-01-02t03:04:05z",
        "2020-01-02 03:04:05+00:00",
        "2020-01-02 03:04:05 UTC",
        " 2020-01-02T06:04:05+0300 ",
        "2020-01-02 06:04:05 +03:00",
        "2020-01-01T22:04:05-05",
        "2020-01-02T03:04:05.000000000Z",
        "20200102T030405Z",
        "20200102T060405+0300",
        "Thu, 02 Jan 2020 03:04:05 GMT",
        "Thu, 2 Jan 2020 06:04:05 +0300",
        "02 Jan 20 03:04:05 -0000",
        "Wed, 01 Jan 2020 22:04:05 EST (winter)",
        1577934245,
        1577934245.0,
        "1577934245",
        "1577934245.0",
        1577934245000,
        "1577934245000",
        MOMENT,
        MOMENT.astimezone(RIYADH),
        {"$date": "2020-01-02T03:04:05Z"},
    ],
)
def test_every_form_names_the_same_moment(value):
    read = parse_date(value, RIYADH)
    assert read == MOMENT
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2020-01-02T03:04:05",
        "2020-01-02 03:04:05",
        "20200102T030405",
        "20200102030405",
        20200102030405,
        "Thu, 02 Jan 2020 03:04:05",
        datetime(2020, 1, 2, 3, 4, 5),
    ],
)
def test_without_an_offset_the_time_zone_given_holds(value):
    assert parse_date(value) == MOMENT
    assert parse_date(value, RIYADH) == MOMENT - timedelta(hours=3)
    assert parse_date(value, ZoneInfo("Asia/Riyadh")) == MOMENT - timedelta(hours=3)


@pytest.mark.parametrize("value", ["2020-01-02", "20200102", 20200102, "2020-W01-4", date(2020, 1, 2)])
def test_a_date_alone_is_its_midnight(value):
    assert parse_date(value) == datetime(2020, 1, 2, tzinfo=UTC)
    assert parse_date(value, RIYADH) == datetime(2020, 1, 1, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2024/07/31 14:05",
        "2024.07.31 14:05:00",
        "2024/7/31T14:05Z",
        "2024-7-31 2:05 pm",
        "٢٠٢٤-٠٧-٣١ ١٤:٠٥",
        "۲۰۲۴/۰۷/۳۱ ۱۴:۰۵",
        "\u200f2024/07/31\u00a014:05",
        "July 31, 2024 14:05",
        "JULY 31 2024, 14:05:00 UTC",
        "Jul. 31st, 2024 at 2:05 p.m.",
        "Wednesday, July 31, 2024 2:05 PM",
        "31 July 2024 14:05",
        "31 Jul 2024 17:05 +0300",
        "31-Jul-2024 14:05:00",
        "31st of July, 2024 14:05",
        "Wed, 31 July 2024 14:05 GMT",
        "31 يوليو 2024 14:05",
        "الأربعاء، ٣١ يوليو ٢٠٢٤ - ١٤:٠٥",
        "الأربعاء 31 تموز 2024، 14:05",
        "31 تموز/يوليو 2024م 14:05",
        "31 جويلية 2024 14:05",
        "mercredi 31 juillet 2024, 14:05",
        "31 juil. 2024 14:05",
        "miércoles, 31 de julio de 2024 14:05",
        "Mittwoch, 31. Juli 2024, 14:05",
        "31 Temmuz 2024 14:05",
        "среда, 31 июля 2024 г., 14:05",
        "31 ИЮЛЯ 2024 года 14:05",
    ],
)
def test_written_dates(value):
    assert parse_date(value) == datetime(2024, 7, 31, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "month", "day"),
    [
        ("1er août 2024", 8, 1),
        ("1º de enero de 2024", 1, 1),
        ("3. März 2024", 3, 3),
        ("Mar 3, 2024", 3, 3),
        ("mar 3 déc 2024", 12, 3),
        ("5 May 2024", 5, 5),
        ("31 كانون الثاني 2024", 1, 31),
        ("١ كانون الأول ٢٠٢٤", 12, 1),
        ("29 شباط 2024", 2, 29),
        ("٢ تشرين الاول ٢٠٢٤", 10, 2),
        ("2 ابريل 2024", 4, 2),
        ("15 Ağustos 2024", 8, 15),
        ("15 KASIM 2024", 11, 15),
        ("9 мая 2024", 5, 9),
        ("2024.01.02", 1, 2),
        ("July 4, 2024T00:00", 7, 4),
    ],
)
def test_names_of_months(value, month, day):
    assert parse_date(value) == datetime(2024, month, day, tzinfo=UTC)
    assert parse_date(value, RIYADH) == datetime(2024, month, day, tzinfo=RIYADH)


@pytest.mark.parametrize(
    "value",
    [
        "1446-01-15",
        "1446/01/15",
        "١٤٤٦/٠١/١٥",
        "1403-05-10 14:05",
        date(1446, 1, 15),
        "144601151030",
        14460115103000,
    ],
)
def test_what_may_be_hijri_is_refused(value):
    with pytest.raises(ValueError, match=r"^date .*: a Hijri or Jalali date\? \(write it in the Gregorian calendar\)$"):
        parse_date(value)


def test_years_beside_those_of_hijri_calendars():
    assert parse_date("1299-12-31").year == 1299
    assert parse_date("1501-01-01").year == 1501
    assert parse_date("1446-01-15T00:00Z") == datetime(1446, 1, 15, tzinfo=UTC)


def test_shorter_times_and_fractions():
    assert parse_date("2020-01-02T03") == MOMENT.replace(minute=0, second=0)
    assert parse_date("2020-01-02 03:04") == MOMENT.replace(second=0)
    assert parse_date("202001020304") == MOMENT.replace(second=0)
    assert parse_date("2020-01-02T03:04:05,25Z") == MOMENT.replace(microsecond=250_000)
    assert parse_date(1577934245123) == MOMENT.replace(microsecond=123_000)
    assert parse_date("1577934245.5") == MOMENT.replace(microsecond=500_000)
    assert parse_date("2021-07-01 08:01:00") == datetime(2021, 7, 1, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [1577934245000000, 1577934245000000000, "/Date(1577934245000)/", "/Date(1577934245000+0300)/",
     'ISODate("2020-01-02T03:04:05Z")', {"$date": {"$numberLong": "1577934245000"}}, "2020-01-02T03:04:05,000Z",
     ["2020-01-02T03:04:05Z"]],
)  # fmt: skip
def test_moments_as_databases_and_programs_write_them(value):
    assert parse_date(value, RIYADH) == MOMENT


def test_the_end_of_a_day_is_the_start_of_the_next():
    assert parse_date("2020-01-01T24:00:00Z") == parse_date("20200101T2400Z") == parse_date("2020-01-02")
    with pytest.raises(ValueError):
        parse_date("2020-01-01T24:00:01Z")


def test_size_tells_seconds_from_milliseconds():
    assert parse_date(9_999_999_999) == datetime(2286, 11, 20, 17, 46, 39, tzinfo=UTC)
    assert parse_date(10_000_000_000) == datetime(1970, 4, 26, 17, 46, 40, tzinfo=UTC)
    assert parse_date(253402300799999).year == 9999
    assert parse_date(253402300800000).year == 1978
    assert parse_date(-1577934245) == datetime(1919, 12, 31, 20, 55, 55, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "  \n", float("nan")])
def test_nothing_is_no_date(value):
    assert parse_date(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "03/04/2020",
        "2020/03-04",
        "2020/13/01",
        "04.03.2020",
        "٠٣/٠٤/٢٠٢٠",
        "31 Foo 2024",
        "Foo 31 July 2024",
        "July 2024",
        "31 July",
        "February 30, 2024",
        "31 تموز/يونيو 2024",
        "31 July 2024 13:05 pm",
        "31 July 2024 25:05",
        "31 July 2024 14:05 AST",
        "31 July 2024 and 1 August 2024",
        "31 July" + " " * 200 + "2024",
        "yesterday",
        "2020",
        2020,
        "2020-01",
        "202001",
        "12.05",
        0,
        "0",
        86400,
        True,
        float("inf"),
        "2020-13-01",
        "2020-01-02T25:00Z",
        "2020-01-02T03:04:05+25:00",
        "2020-01-02x03:04",
        "02 Foo 2020 03:04 GMT",
        "02 Jan 2020 03:04 AST",
        "0001-01-01T00:00:00+03:00",
        "10000-01-01",
        10**30,
        "9" * 5000,
        [],
        ["2020-01-02", "2020-01-03"],
        {"$date": []},
        {"year": 2020},
        b"2020-01-02",
    ],
)
def test_what_is_not_understood_is_refused(value):
    with pytest.raises(ValueError, match=r"^date .* not understood$"):
        parse_date(value)


@given(st.datetimes(datetime(1000, 1, 1), datetime(9998, 1, 1), timezones=offsets))
def test_iso_with_offset_reads_back(moment):
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(str(moment)) == moment


@given(st.dates(date(1600, 1, 1), date(2200, 1, 1)), st.sampled_from("٠۰०"))
def test_written_dates_read_back_in_any_digits(day, zero):
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    digits = str.maketrans({str(n): chr(ord(zero) + n) for n in range(10)})
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%A, %B %d, %Y", "%d-%b-%Y"):
        assert parse_date(day.strftime(form)) == parse_date(day.strftime(form).translate(digits)) == midnight


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=offsets))
def test_rfc_2822_reads_back(moment):
    assert parse_date(format_datetime(moment)) == moment.replace(microsecond=0)


@given(st.datetimes(datetime(1974, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_epochs_read_back(moment):
    seconds = int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    assert parse_date(seconds) == parse_date(str(seconds)) == moment.replace(microsecond=0)
    if moment.year > 2001:  # before, milliseconds have twelve digits, as a date with hour and minute
        assert parse_date(seconds * 1000 + 7) == moment.replace(microsecond=7000)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.binary(), st.lists(st.integers())))
def test_anything_is_a_moment_in_utc_or_nothing_or_refused(value):
    try:
        read = parse_date(value)
    except ValueError:
        return
    assert read is None or read.utcoffset() == timedelta(0)


def test_messages_show_values_on_one_short_line():
    assert shorten("a\nb") == r"'a\nb'"
    assert len(shorten("ب" * 10_000)) == 60


@given(st.datetimes(datetime(1500, 1, 1), datetime(2999, 12, 31)), st.sampled_from(["", "Z"]), st.sampled_from("T _"))
def test_the_usual_form_has_a_short_way(moment, zone, between):
    text = moment.replace(microsecond=0).isoformat(between) + zone
    found = usual_micros(text)
    if between == "_" or moment.year < 1600:
        assert found is None
    else:
        assert found == to_micros(parse_date(text)) == to_micros(usual_time(text))
    assert usual_micros(f" {text}") is usual_micros(text[:10]) is usual_micros(f"{text}+03:00") is None


def test_the_short_way_knows_the_calendar():
    with pytest.raises(ValueError):
        usual_micros("2023-02-29 10:00:00")
