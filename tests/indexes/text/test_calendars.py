"""Dates in the Hijri and the Jalali calendar."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.text.dates import parse_date

_JULY_31 = datetime(2024, 7, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["25 محرم 1446هـ", "٢٥ محرم ١٤٤٦ هـ", "25 محرم 1446", "25 محرّم، 1446 هـ", "25 من محرم عام 1446 هجرية",
     "25 محرم الحرام 1446", "الأربعاء 25 محرم 1446هـ", "نُشر في: 25 محرم 1446هـ", "25/01/1446هـ", "25/1/1446 هـ",
     "\u200f٢٥\u200f/١\u200f/١٤٤٦ هـ", "1446/01/25 هـ", "1446-01-25 ه.ق", "25 Muharram 1446", "25 Muharram 1446 AH",
     "25/1/1446 AH", "25 محرم الحرام 1446ھ"],
)  # fmt: skip
def test_hijri_dates(text):
    pytest.importorskip("hijridate")
    assert parse_date(text) == _JULY_31


@pytest.mark.parametrize(
    "text",
    ["۱۰ مرداد ۱۴۰۳", "١٠ مرداد ۱۴۰۳", "چهارشنبه ۱۰ مرداد ۱۴۰۳", "۱۰ مرداد ۱۴۰۳ ه.ش", "1403/05/10 ه.ش",
     "1403/5/10 هجری شمسی", "10/05/1403 ه ش", "۱۰ اسد ۱۴۰۳", "10 Mordad 1403", "تاریخ انتشار: ۱۰ مرداد ۱۴۰۳"],
)  # fmt: skip
def test_jalali_dates(text):
    pytest.importorskip("persiantools")
    assert parse_date(text) == _JULY_31


def test_a_time_and_a_zone_beside_them():
    pytest.importorskip("hijridate")
    pytest.importorskip("persiantools")
    right = _JULY_31 + timedelta(hours=14, minutes=5)
    assert parse_date("الأربعاء 25 محرم 1446هـ الساعة 5:05 م بتوقيت مكة المكرمة") == right
    assert parse_date("۱۰ مرداد ۱۴۰۳ - ۱۴:۰۵") == parse_date("چهارشنبه ۱۰ مرداد ۱۴۰۳ ساعت ۱۴:۰۵") == right
    assert parse_date("اول فروردین ۱۴۰۳") == datetime(2024, 3, 20, tzinfo=UTC)


def test_the_day_of_the_week_decides_where_the_moon_was_seen_later():
    pytest.importorskip("hijridate")
    assert parse_date("الخميس 25 محرم 1446") == _JULY_31 + timedelta(days=1)
    assert parse_date("الثلاثاء 25 محرم 1446") == _JULY_31 - timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    ["25/01/1446", "1446-02-30", "30/02/1446", "1403/05/10", "۱۴۰۳-۰۵-۱۰", "السبت 25 محرم 1446", "1/5/1446 AH",
     "30 اسفند 1404", "31 محرم 1446", "25 محرم 1310", "25 محرم 1446 ه.ش"],
)  # fmt: skip
def test_what_is_not_named_or_no_day_is_noted(text):
    with pytest.raises(ValueError, match=r"^date .*: a Hijri or Jalali date\? \("):
        parse_date(text)


@pytest.mark.parametrize(("text", "package"), [("25 محرم 1446", "hijridate"), ("10 مرداد 1403", "persiantools")])
def test_without_its_package_a_date_is_noted_with_the_command(monkeypatch, text, package):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setitem(sys.modules, f"{package}.jdatetime", None)
    with pytest.raises(ValueError) as error:
        parse_date(text)
    assert str(error.value) == (
        f"date '{text}': a Hijri or Jalali date?"
        ' (pip install "sada-news[calendars]" reads it, or write it in the Gregorian calendar)'
    )
    assert parse_date(f"{text} - 31 يوليو 2024") == _JULY_31


@given(st.dates(date(1925, 1, 1), date(2027, 12, 31)))
def test_days_read_back(day):
    hijridate = pytest.importorskip("hijridate")
    persian = pytest.importorskip("persiantools.jdatetime")
    hijri, jalali = hijridate.Gregorian.fromdate(day).to_hijri(), persian.JalaliDate(day)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert parse_date(f"{hijri.day}/{hijri.month}/{hijri.year} هـ") == midnight
    assert parse_date(f"{jalali.year}/{jalali.month}/{jalali.day} ه.ش") == midnight
