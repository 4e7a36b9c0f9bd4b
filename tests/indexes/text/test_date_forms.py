"""Dates that are written for people, in the languages of newsrooms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sada.indexes.text.dates import parse_date

TIMES = [
    "31.07.2024 14:05", "31.7.2024, 14:05:00", "31. 07. 2024 14.05 Uhr", "31.07.2024 | 14:05", "31.07.2024 - 14:05",
    "31/07/2024 14:05", "31/07/2024 02:05 م", "31/7/2024 2:05:00 PM", "31/07/2024 14:05 GMT", "31-07-2024 14:05",
    "07/31/2024 2:05 PM", "Le 31/07/2024 à 14h05", "14:05 - 31/07/2024", "2024-07-31 02:05 م",
    "2024年7月31日 14:05", "2024年07月31日14:05", "2024年07月31日（水） 14:05", "2024年7月31日 星期三 下午2:05",
    "2024. 7. 31. 14:05", "2024 July 31 14:05",
    "31 يوليو 2024 الساعة 14:05", "٣١ يوليو ٢٠٢٤ ٢:٠٥ م", "٣١ يوليو ٢٠٢٤، ٢:٠٥ مساءً", "02:05 م، 31 يوليو 2024",
    "الأربعاء، 31 يوليو (تموز) 2024 14:05", "يوم الأربعاء 31 تموز 2024 في الساعة 14:05", "31 من يوليو 2024 14:05",
    "31 جويلية 2024 على الساعة 14:05", "31 يوليوز 2024 - 14:05", "31 يوليو 2024 14:05 بتوقيت غرينتش",
    "31 يوليو 2024 17:05 بتوقيت مكة المكرمة",
    "25 محرم 1446هـ - 31 يوليو 2024م 14:05", "الأربعاء 25 محرم 1446 هـ الموافق 31 يوليو 2024 14:05",
    "25/01/1446هـ - 31/07/2024م 14:05", "31 يوليو 2024 14:05 (25 محرم 1446)",
    "۳۱ ژوئیه ۲۰۲۴ ساعت ۱۴:۰۵", "چهارشنبه ۳۱ ژوئیه ۲۰۲۴ - ۱۴:۰۵", "چهارشنبه 31 جولای 2024، 2:05 ب.ظ",
    "31 جولائی 2024 14:05",
    "31 juillet 2024 à 14h05", "mercredi 31 juillet 2024 à 14:05", "31 Juli 2024 um 14:05 Uhr",
    "31 luglio 2024, 14:05", "mercoledì 31 luglio 2024 alle ore 14:05", "31 lipca 2024, 14:05",
    "środa, 31 lipca 2024 r., godz. 14:05", "31 de julho de 2024 às 14h05", "quarta-feira, 31 de julho de 2024 14:05",
    "31 de julio de 2024 a las 14:05",
    "2024-07-31 T 18:35:00 +0430", "2024-07-31 14:05:00 +0000 UTC", "2024-07-31T17:05:00+03:00[Asia/Riyadh]",
    "Wed Jul 31 14:05:00 +0000 2024", "Wed Jul 31 14:05:00 2024", "Wed Jul 31 14:05:00 UTC 2024",
    "July 31, 2024 5:05 PM GMT+3", "July 31, 2024 5:05 PM UTC+03:00", "31 July 2024 16:05 CEST",
    "Jul 31, 2024 @ 14:05:00.000", "Wednesday 31 July 2024 14.05",
]  # fmt: skip


@pytest.mark.parametrize("text", TIMES)
def test_times_as_newsrooms_write_them(text):
    assert parse_date(text) == datetime(2024, 7, 31, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "month", "day", "hour", "minute"),
    [
        ("31.07.2024", 7, 31, 0, 0),
        ("07/31/2024", 7, 31, 0, 0),
        ("05/05/2024", 5, 5, 0, 0),
        ("2024年7月31日", 7, 31, 0, 0),
        ("31 يوليو 2024 10:00 م", 7, 31, 22, 0),
        ("31 يوليو 2024 09:15 ص", 7, 31, 9, 15),
        ("31 يوليو 2024 09:15 صباحاً", 7, 31, 9, 15),
        ("31 يوليو 2024 12:30 م", 7, 31, 12, 30),
        ("31 يوليو 2024 12:30 ص", 7, 31, 0, 30),
        ("31 July 2024 2 p.m.", 7, 31, 14, 0),
        ("31 juillet 2024 à 14h", 7, 31, 14, 0),
        ("15 كانون ثاني 2024", 1, 15, 0, 0),
        ("15 تشرين الثاني 2024", 11, 15, 0, 0),
        ("15 آب 2024", 8, 15, 0, 0),
        ("15 غشت 2024", 8, 15, 0, 0),
        ("15 أوت 2024", 8, 15, 0, 0),
        ("15 فوریه 2024", 2, 15, 0, 0),
        ("15 مه 2024", 5, 15, 0, 0),
        ("15 października 2024", 10, 15, 0, 0),
        ("11 listopada 2024", 11, 11, 0, 0),
        ("1 março 2024", 3, 1, 0, 0),
        ("1 settembre 2024", 9, 1, 0, 0),
    ],
)
def test_days_and_halves_of_the_day(text, month, day, hour, minute):
    assert parse_date(text) == datetime(2024, month, day, hour, minute, tzinfo=UTC)


def test_times_without_an_offset_are_in_the_time_zone():
    riyadh = timezone(timedelta(hours=3))
    assert parse_date("31.07.2024 17:05", riyadh) == parse_date("31.07.2024 16:05 CEST", riyadh)


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2020",
        "03-04-2020 10:00",
        "31.07.24",
        "32/13/2024",
        "31/02/2024",
        "10:00 م",
        "31 July 2024 14",
        "31 July 2024 13:05 م",
        "31 July 2024 14:05 IST",
        "31 July 2024 14:05 CST",
        "Wed, 31 Jul 2024 14:05:00 CST",
        "Wed Jul 31 14:05:00 AST 2024",
        "11. listopada 2024",
    ],
)
def test_what_has_no_reading_or_two_is_refused(text):
    with pytest.raises(ValueError, match=r"^date .* not understood$"):
        parse_date(text)


@pytest.mark.parametrize(
    "text",
    ["25 محرم 1446", "٢٥ محرم ١٤٤٦ هـ", "15 محرم 1446", "25/01/1446", "30/02/1446", "1446-02-30", "۱۰ مرداد ۱۴۰۳",
     "الأربعاء 10 مرداد 1403 - 14:05", "1403/05/10", "15 Ramadan 1445"],
)  # fmt: skip
def test_dates_of_other_calendars_are_never_gregorian(text):
    with pytest.raises(ValueError, match=r"^date .*: a Hijri or Jalali date\? "):
        parse_date(text)


def test_the_day_comes_first_where_the_caller_says_so():
    assert parse_date("03/04/2020 10:00", day_first=True) == datetime(2020, 4, 3, 10, tzinfo=UTC)
    assert parse_date("2020-03-04", day_first=True) == datetime(2020, 3, 4, tzinfo=UTC)
    with pytest.raises(ValueError):
        parse_date("07/31/2024", day_first=True)
