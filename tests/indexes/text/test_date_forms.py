"""Dates that are written for people, in the languages of newsrooms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sada.indexes.text import date_forms
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
        "25.12.24",
        "10/11/12",
        "31.07.30",
        "31.13.24",
        "12.05.69",
        "32/13/2024",
        "31/02/2024",
        "10:00 م",
        "31 July 2024 14",
        "31 July 2024 13:05 م",
        "31 July 2024 14:05 IST",
        "31 July 2024 14:05 CST",
        "31 July 2024 14:05 PST",
        "31 July 2024 14:05 BST",
        "31 July 2024 14:05 Asia/Nowhere",
        "31 July 2024 14:60",
        "31 يوليو 12 م",
        "31 July 14:05",
        "31.07.2024 - 01.08.24",
        "30-31 July 2024",
        "31 July 2024 24:01",
        "Expires 31 July 2024",
        "31 กรกฎาคม 24 25",
        "Wed, 31 Jul 2024 14:05:00 CST",
        "Wed Jul 31 14:05:00 AST 2024",
        "11. listopada 2024",
    ],
)
def test_what_has_no_reading_or_two_is_refused(text):
    with pytest.raises(ValueError, match=r"^date .* not understood$"):
        parse_date(text)


def test_the_day_comes_first_where_the_caller_says_so():
    assert parse_date("03/04/2020 10:00", day_first=True) == datetime(2020, 4, 3, 10, tzinfo=UTC)
    assert parse_date("2020-03-04", day_first=True) == datetime(2020, 3, 4, tzinfo=UTC)
    with pytest.raises(ValueError):
        parse_date("07/31/2024", day_first=True)
    assert parse_date("05/06/24", day_first=True) == datetime(2024, 6, 5, tzinfo=UTC)
    with pytest.raises(ValueError):
        parse_date("12/31/24", day_first=True)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.07.24", (2024, 7, 31)),
        ("31/07/24", (2024, 7, 31)),
        ("12/31/24", (2024, 12, 31)),
        ("24/07/31", (2024, 7, 31)),
        ("05.05.05", (2005, 5, 5)),
        ("31.12.99", (1999, 12, 31)),
        ("31-JUL-24", (2024, 7, 31)),
        ("05-JUL-99", (1999, 7, 5)),
        ("Jul 31, 24", (2024, 7, 31)),
        ("31 July '24", (2024, 7, 31)),
    ],
)
def test_years_of_two_digits_with_one_reading(monkeypatch, text, day):
    monkeypatch.setattr(date_forms, "current_year", lambda: 2026)
    assert parse_date(text) == datetime(*day, tzinfo=UTC)


def test_a_year_of_two_digits_is_none_after_the_next(monkeypatch):
    monkeypatch.setattr(date_forms, "current_year", lambda: 2030)
    assert parse_date("31 July 31") == datetime(2031, 7, 31, tzinfo=UTC)
    with pytest.raises(ValueError):
        parse_date("31 July 32")
    with pytest.raises(ValueError):
        parse_date("31.07.24")  # now 2031 is a year of news, too


MORE_TIMES = [
    "نُشر في: 31 يوليو 2024 14:05", "آخر تحديث: الأربعاء 31 يوليو 2024 - 14:05", "تاريخ النشر 31/07/2024 14:05",
    "يوم الأربعاء الموافق 31 يوليو 2024 الساعة 2:05 مساءً", "31 يوليو 2024 2:05 ظهراً", "يوليو 31, 2024 2:05 م",
    "الأربعاء 31 يوليو 2024 17:05 بتوقيت الرياض", "31 يوليو 2024 17:05 (بتوقيت السعودية)",
    "31 يوليو 2024 17:05 بتوقيت القاهرة", "31 يوليو 2024 18:05 بتوقيت أبوظبي", "31 يوليو 2024 14:05 بالتوقيت المحلي",
    "Published: July 31, 2024 2:05 PM", "Updated July 31, 2024, 14:05",
    "Last updated on Wednesday 31 July 2024 at 14:05",
    "Published 10:05 AM EDT, Wed July 31, 2024", "July 31, 2024 10:05 a.m. ET", "July 31, 2024 7:05 AM PT",
    "2024-07-31 16:05:00 Europe/Paris", "2024-07-31 10:05 America/New_York",
    "2024-07-31T10:05:00-04:00[America/New_York]",
    "Wed Jul 31 2024 17:05:00 GMT+0300 (Arabian Standard Time)", "2024-07-31 17:05:00.5 +0300 AST m=+0.01",
    "Veröffentlicht am Mittwoch, 31. Juli 2024 um 14.05 Uhr", "Stand: 31.07.24 14:05 Uhr",
    "31-JUL-24 02.05.00.000000 PM",
    "Publié le mercredi 31 juillet 2024 à 14 h 05", "Actualizado a 31 de julio de 2024 14:05h", "31/07/2024 14:05 hs",
    "Publicado em 31/07/2024 às 14h05", "Pubblicato il 31 luglio 2024 alle 14.05", "woensdag 31 juli 2024 om 14.05 uur",
    "Publicerad onsdag 31 juli 2024 kl. 14.05", "onsdag den 31. juli 2024 kl. 14:05", "Julkaistu 31.7.2024 klo 14.05",
    "středa 31. července 2024 v 14:05", "streda 31. júla 2024 o 14:05", "2024. július 31., szerda 14:05",
    "miercuri, 31 iulie 2024 ora 14:05", "Τετάρτη 31 Ιουλίου 2024, 2:05 μ.μ.", "31 липня 2024 року о 14:05",
    "Опубликовано: 31 июля 2024 в 17:05 (МСК)", "сряда, 31 юли 2024 г., 14:05", "31 Temmuz 2024 Çarşamba 14:05",
    "Rabu, 31 Juli 2024 21:05 WIB", "Rabu, 31 Julai 2024 2:05 PM", "Thứ tư, 31/7/2024, 21:05 (GMT+7)",
    "ngày 31 tháng 7 năm 2024 lúc 14:05", "יום רביעי, 31 ביולי 2024, בשעה 14:05", "פורסם: 31.7.2024 14:05",
    "बुधवार, 31 जुलाई 2024 02:05 PM", "বুধবার, ৩১ জুলাই ২০২৪, ১৪:০৫", "วันพุธที่ 31 ก.ค. 2024 14:05 น.",
    "2024년 7월 31일 (수) 오후 2:05", "기사입력 2024.07.31. 오후 2:05", "2024년 7월 31일 14시 5분",
    "2024年7月31日(水) 午後2時5分", "公開日時：2024年7月31日（水曜日）14時05分",
    "发布时间：2024年7月31日 星期三 下午2:05",
    "31ی تەمووزی 2024 14:05", "31ê tîrmeha 2024an 14:05", "31 ጁላይ 2024 14:05", "31 กรกฎาคม ค.ศ. 2024 14:05",
    "2024/07/31(水) 14:05", "31 جولائی 2024ء 14:05", "بدھ 31 جولائی 2024 2:05 PM", "۳۱ ژوئیهٔ ۲۰۲۴ میلادی ساعت ۱۴:۰۵",
]  # fmt: skip


@pytest.mark.parametrize("text", MORE_TIMES)
def test_times_with_words_days_of_the_week_and_zones_around_them(text):
    assert parse_date(text).replace(microsecond=0) == datetime(2024, 7, 31, 14, 5, tzinfo=UTC)


def test_the_last_minute_of_a_day_may_be_24():
    assert parse_date("31 July 2024 24:00") == datetime(2024, 8, 1, tzinfo=UTC)
