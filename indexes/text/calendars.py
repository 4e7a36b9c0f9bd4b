"""Dates in the Hijri and the Jalali calendar, where these are named."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from sada.indexes.text.month_names import fold, numbered, weekday_of

OTHER_CALENDAR = range(1300, 1501)
"""Years that are no Gregorian year of news: the Hijri and the Jalali calendar count these today."""

# As in the tables of Gregorian months: Arabic, Urdu, and English.
_HIJRI = """
محرم/المحرم صفر ربيع_الأول/ربيع_أول ربيع_الآخر/ربيع_الثاني/ربيع_ثاني/ربيع_آخر جمادى_الأولى/جمادى_الأول/جمادى_أولى
 جمادى_الآخرة/جمادى_الثانية/جمادى_الثاني/جمادى_الآخر رجب شعبان رمضان شوال
 ذو_القعدة/ذي_القعدة/ذوالقعدة/ذو_القعده/ذوالقعده
 ذو_الحجة/ذي_الحجة/ذوالحجة/ذو_الحجه/ذوالحجه
محرم_الحرام صفر_المظفر ربیع‌الاول ربیع‌الثانی جمادی‌الاول جمادی‌الثانی/جمادی_الثانی رجب_المرجب شعبان_المعظم رمضان_المبارک
 شوال_المکرم ذیقعدہ/ذی_القعدہ/ذیقعده ذوالحجہ/ذی_الحجہ/ذیحجه
muharram safar rabi_al-awwal/rabi'_al-awwal/rabi_i rabi_al-thani/rabi'_al-thani/rabi_al-akhir/rabi_ii
 jumada_al-ula/jumada_al-awwal/jumada_i jumada_al-akhirah/jumada_al-thani/jumada_ii rajab sha'ban/shaban/shaaban
 ramadan/ramadhan/ramazan shawwal dhu_al-qadah/dhu_al-qi'dah/dhul_qadah dhu_al-hijjah/dhul_hijjah/dhu'l-hijjah
"""
# Persian, Dari, and English.
_JALALI = """
فروردین اردیبهشت خرداد تیر مرداد/امرداد شهریور مهر آبان آذر دی بهمن اسفند
حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت
farvardin ordibehesht khordad tir mordad shahrivar mehr aban azar dey bahman esfand
"""
_NAMES_JALALI = r"ه\.? ?ش\.?|هجري (?:شمسي|خورشيدي)|شمسي|خورشيدي"
_NAMES_HIJRI = r"ه\.? ?ق\.?|هجري قمري|هجري[ةه]?|قمري|[هھ]\.?|a\.?h\.?|h\.?"
_AROUND = r"[ ,()\[\]/|-]*"
_ORDINALS = {"اول": "1", "نخست": "1"}


class MissingCalendarError(ValueError):
    """A date is in another calendar, and the package that reads it is not installed."""


@cache
def other_date() -> re.Pattern[str]:
    """A date of another calendar in folded text, and what joins it to the same day in the Gregorian one."""
    names = "|".join(sorted(map(re.escape, hijri_months() | jalali_months()), key=len, reverse=True))
    year, between = r"1(?:[34]\d\d|500)", r"[-/.]"
    forms = (
        rf"(?P<day>\d{{1,2}}|{'|'.join(_ORDINALS)}) ?(?:من )?(?P<month>{names})"
        rf"(?: ?,| عام| سنة| سال)? ?(?P<year>{year})",
        rf"(?P<day2>\d{{1,2}}){between}(?P<month2>\d{{1,2}}){between}(?P<year2>{year})",
        rf"(?P<year3>{year}){between}(?P<month3>\d{{1,2}}){between}(?P<day3>\d{{1,2}})",
    )
    joined = rf"{_AROUND}(?:(?:ال)?موافق(?: ل)?{_AROUND})?"
    named = rf"(?: ?(?:(?P<jalali>{_NAMES_JALALI})|(?P<hijri>{_NAMES_HIJRI}))(?!\w))?"
    return re.compile(rf"{joined}(?<!\w)(?:{'|'.join(forms)})(?!\d){named}{joined}")


@cache
def hijri_months() -> dict[str, int]:
    """The number of each name of a month in the Hijri calendar, folded."""
    return numbered(_HIJRI, 1)


@cache
def jalali_months() -> dict[str, int]:
    """The number of each name of a month in the Jalali calendar, folded."""
    return numbered(_JALALI, 1)


def has_other_calendar(text: str) -> bool:
    """True if a date of the Hijri or the Jalali calendar stands in a text: by the month's name or by the year."""
    return other_date().search(fold(text)) is not None


def in_gregorian(text: str) -> str:
    """Folded ``text`` with the date of another calendar in the Gregorian one, as ``2024-07-31``.

    A Hijri day is that of the Umm al-Qura calendar of Saudi Arabia. Where the moon is sighted a month may begin a day
    earlier or later; a day of the week in the text decides then.

    Raises:
        MissingCalendarError: if the package that reads the calendar is not installed.
        ValueError: if the calendar is not named, or has no such day.
    """
    match = other_date().search(text)
    if match is None:
        raise ValueError
    day = _convert(match)
    if _is_hijri(match) and (weekday := weekday_of(text)) is not None:
        off = (weekday - day.weekday() + 3) % 7 - 3
        if abs(off) > 1:
            raise ValueError
        day += timedelta(days=off)
    return f"{text[: match.start()]} {day.isoformat()} {text[match.end() :]}".strip()


def _is_hijri(match: re.Match[str]) -> bool:
    return match["month"] in hijri_months() if match["month"] else bool(match["hijri"])


def _convert(match: re.Match[str]) -> date:
    is_hijri = _is_hijri(match)
    to_gregorian = _hijri if is_hijri else _jalali
    if is_hijri and match["jalali"]:
        raise ValueError
    if name := match["month"]:
        month = (hijri_months() if is_hijri else jalali_months())[name]
        return to_gregorian(int(match["year"]), month, int(_ORDINALS.get(match["day"], match["day"])))
    year, month, day = (int(match[f"{part}2"] or match[f"{part}3"]) for part in ("year", "month", "day"))
    is_english = (match["hijri"] or "").startswith(("a", "h"))
    if not (match["hijri"] or match["jalali"]) or (is_english and match["year2"] and day <= 12):
        raise ValueError  # no name of the calendar; English writes the month first, too
    return to_gregorian(year, month, day)


def _hijri(year: int, month: int, day: int) -> date:
    try:
        from hijridate import Hijri
    except ImportError:
        raise MissingCalendarError from None
    return _day(lambda: Hijri(year, month, day).to_gregorian())


def _jalali(year: int, month: int, day: int) -> date:
    try:
        from persiantools.jdatetime import JalaliDate
    except ImportError:
        raise MissingCalendarError from None
    return _day(lambda: JalaliDate(year, month, day).to_gregorian())


def _day(convert: Callable[[], date]) -> date:
    try:
        return convert()
    except OverflowError:  # a year outside the tables
        raise ValueError from None
