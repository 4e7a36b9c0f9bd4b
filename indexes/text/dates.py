"""Reads dates in the forms in which news has them, without guessing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sada.indexes.distribution import install_hint
from sada.indexes.errors import InputError
from sada.indexes.text.calendars import OTHER_CALENDAR, MissingCalendarError
from sada.indexes.text.date_forms import is_other_calendar, read_written
from sada.indexes.text.month_names import plain
from sada.indexes.timestamps import EPOCH, SECOND

_ISO = re.compile(
    r"(\d{4}-?(?:\d\d-?\d\d|W\d\d(?:-?\d)?))"
    r"(?:(?:[Tt]| +)(\d\d(?::?\d\d){0,2}(?:[.,]\d+)?) ?([Zz]|UTC|GMT|[+-]\d\d(?::?\d\d){0,2})?)?",
    re.ASCII,
)
_END_OF_DAY = re.compile(r"24(?::?00){0,2}(?:[.,]0+)?")
_USUAL = re.compile(r"(?:1[6-9]|2\d)\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ?", re.ASCII)  # no year that may be a Hijri one
# Of the zones that RFC 2822 defines those with one meaning: "CST" is also China's, "AST" and "IST" are not defined.
_RFC_2822 = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun),? +)?\d{1,2} +[a-z]{3} +(?:\d{4}|\d\d) +\d\d:\d\d(?::\d\d)?"
    r"(?: +(?:[+-]\d{4}|utc?|gmt|z|[emp][sd]t|cdt))?(?: +\([^()]*\))?",
    re.ASCII | re.IGNORECASE,
)
# A fraction counts only after nine digits or more: "12.05" may be the twelfth of May.
_NUMBER = re.compile(r"-?\d+|-?\d{9,}\.\d+", re.ASCII)
_CALENDAR_FORMS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_DOT_NET = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/", re.ASCII)
_MONGO_SHELL = re.compile(r"(?:ISODate|ISO|new Date)\([\"']([^\"']+)[\"']\)")
_SMALLEST_EPOCH = 10**8
_YEAR_10000 = 253402300800
# An epoch below a bound counts in this unit: no news of year 10000, or of before 1978 in the next smaller unit.
_EPOCH_UNITS = (
    (10**10, "seconds"), (_YEAR_10000 * 10**3, "milliseconds"), (_YEAR_10000 * 10**6, "microseconds"),
)  # fmt: skip


def parse_date(value: object, timezone: tzinfo = UTC, *, day_first: bool = False) -> datetime | None:
    """Read a date or time.

    Understood are ISO 8601 (any offset, also compact, a space for the ``T``, a date alone), its order with slashes or
    full stops (``2024/07/31 14:05``), RFC 2822, ``datetime`` and ``date``, a ``{"$date": ...}`` of a MongoDB export,
    and numbers or digit strings: a calendar date written as 8, 12 or 14 digits (``20200102``, years 1900 to 2099), else
    epoch seconds up to ten digits, milliseconds up to the year 9999, then microseconds, then nanoseconds. Numbers of
    less than nine digits that are no calendar date are refused: they may be a year, or a zero that means "unknown".

    Also understood are day, month and year, with or without the day of the week, a time, and words such as "published
    on": in numbers with one reading (``31.07.2024``, ``2024年7月31日``, ``31.07.24``), and with the name of the month
    in some 50 languages (``31 تموز/يوليو 2024``, ``July 31, 2024 2:05 pm``). A year of two digits is one from 1970 to
    the next year. Digits may be those of any system (``٢٠٢٤-٠٧-٣١``). Beside a date in the Hijri or the Jalali calendar
    the Gregorian one counts (``25 محرم 1446هـ - 31 يوليو 2024م``); alone, such a date is read if the month's name or
    a mark names the calendar (``25 محرم 1446``, ``1403/05/10 ه.ش``) and the extra ``calendars`` is installed.

    Args:
        value: the value of the field.
        timezone: the zone of values that have no offset.
        day_first: read ``03/04/2020`` as 3 April; False refuses it.

    Returns:
        The time in UTC, or ``None`` if the value is empty, ``None`` or NaN.

    Raises:
        ValueError: if the value is not understood (``03/04/2020`` has two readings), falls outside years 1 to 9999,
            has no offset and a year from 1300 to 1500, which is a year of the Hijri or the Jalali calendar, or is in
            one of these, and the extra ``calendars`` is not installed.
    """
    if isinstance(value, list) and len(value) == 1:  # as Solr and Elasticsearch give fields with several values
        value = value[0]
    if isinstance(value, dict) and len(value) == 1 and "$date" in value:
        value = value["$date"]
        if isinstance(value, dict) and len(value) == 1 and "$numberLong" in value:
            value = value["$numberLong"]
    if value is None or (isinstance(value, float | datetime) and value != value):
        return None
    if isinstance(value, str) and not (value := value.strip()):
        return None
    try:
        time = _read(value, day_first)
        is_other = time.tzinfo is None and time.year in OTHER_CALENDAR
        time = (time if time.tzinfo else time.replace(tzinfo=timezone)).astimezone(UTC)
    except MissingCalendarError:
        raise ask_calendar(value, f"{install_hint('calendars')} reads it, or write") from None
    except (ValueError, OverflowError):
        if not (isinstance(value, str) and is_other_calendar(value)):
            raise ValueError(f"date {shorten(value)} not understood") from None
        is_other = True
    if is_other:
        raise ask_calendar(value)
    return time


def ask_calendar(value: object, mend: str = "write") -> ValueError:
    """The error for a date that is probably not one of the Gregorian calendar."""
    return ValueError(f"date {shorten(value)}: a Hijri or Jalali date? ({mend} it in the Gregorian calendar)")


def find_zone(timezone: str | tzinfo) -> tzinfo:
    """The time zone of a name such as ``Asia/Riyadh``, or of an offset such as ``+03:00``; a ``tzinfo`` is returned.

    Raises:
        InputError: if there is no such zone.
    """
    if isinstance(timezone, tzinfo):
        return timezone
    if timezone.upper() in ("UTC", "Z"):
        return UTC
    try:
        if timezone[:1] in ("+", "-"):
            return datetime.strptime(timezone, "%z").tzinfo or UTC
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        raise InputError(
            f"no time zone {timezone!r} (write a name such as Asia/Riyadh, or an offset such as +03:00)"
        ) from None


def usual_time(text: str | None) -> datetime | None:
    """Read the most usual form, ``2024-07-31 14:05:00`` or with ``T`` or ``Z``, quicker than :func:`parse_date`.

    Returns:
        The time in UTC; None for any other form.

    Raises:
        ValueError: if the day or time does not exist.
    """
    if text is None or not _USUAL.fullmatch(text):
        return None
    return datetime.fromisoformat(f"{text[:19]}+00:00")


def usual_micros(text: str | None) -> int | None:
    """Read what :func:`usual_time` reads, as microseconds since 1970 in UTC."""
    time = usual_time(text)
    return None if time is None else int(time.timestamp()) * SECOND


def shorten(value: Any, limit: int = 60) -> str:
    """``value`` as messages show it: its ``repr`` on one line, cut at ``limit`` characters."""
    shown = repr(value[: 2 * limit] if isinstance(value, str) else value)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def _read(value: object, day_first: bool) -> datetime:
    if isinstance(value, str):
        return _read_text(value, day_first)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _read_number(value)
    raise ValueError


def _read_text(text: str, day_first: bool) -> datetime:
    if not text.isascii():
        text = plain(text).strip()
    if _NUMBER.fullmatch(text):
        return _read_number(float(text) if "." in text else int(text))
    if match := _ISO.fullmatch(text):
        day, time, offset = match.groups()
        if time is None:
            return datetime.fromisoformat(day)
        if _END_OF_DAY.fullmatch(time):  # ISO 8601 has it, Python from 3.13 on
            return datetime.fromisoformat(f"{day}T00:00{_utc_sign(offset)}") + timedelta(days=1)
        return datetime.fromisoformat(f"{day}T{time}{_utc_sign(offset)}")
    if _RFC_2822.fullmatch(text):
        from email.utils import parsedate_to_datetime

        # RFC 2822 writes -0000 for "UTC, local offset unknown"; the standard library drops the zone there.
        return parsedate_to_datetime(text.replace("-0000", "+0000"))
    if match := _DOT_NET.fullmatch(text):  # its offset is only that of the program that wrote it
        return _read_number(int(match[1]))
    if match := _MONGO_SHELL.fullmatch(text):
        return _read_text(match[1], day_first)
    return read_written(text, day_first=day_first)


def _utc_sign(offset: str | None) -> str:
    return "" if offset is None else offset if offset[0] in "+-" else "+00:00"


def _read_number(number: int | float) -> datetime:
    whole = int(number)
    if whole == number and (form := _CALENDAR_FORMS.get(len(str(whole)))):
        try:
            moment = datetime.strptime(str(whole), form)
        except ValueError:
            moment = None
        if moment and (1900 <= moment.year < 2100 or moment.year in OTHER_CALENDAR):
            return moment
    if abs(number) < _SMALLEST_EPOCH:
        raise ValueError
    for bound, unit in _EPOCH_UNITS:
        if abs(number) < bound:
            return EPOCH + timedelta(**{unit: number})
    return EPOCH + timedelta(microseconds=number // 1000)
