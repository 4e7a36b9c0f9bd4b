"""Reads dates in the forms in which news has them, without guessing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sada.indexes.errors import InputError
from sada.indexes.text.month_names import fold, months, plain, weekdays
from sada.indexes.timestamps import EPOCH, SECOND

_ISO = re.compile(
    r"(\d{4}-?(?:\d\d-?\d\d|W\d\d(?:-?\d)?))"
    r"(?:(?:[Tt]| +)(\d\d(?::?\d\d){0,2}(?:[.,]\d+)?) ?([Zz]|UTC|GMT|[+-]\d\d(?::?\d\d){0,2})?)?",
    re.ASCII,
)
_USUAL = re.compile(r"(?:1[6-9]|2\d)\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ?", re.ASCII)  # no year that may be a Hijri one
# Only the zones that RFC 2822 defines: others ("AST", "IST") mean different offsets to different writers.
_RFC_2822 = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun),? +)?\d{1,2} +[a-z]{3} +(?:\d{4}|\d\d) +\d\d:\d\d(?::\d\d)?"
    r"(?: +(?:[+-]\d{4}|utc?|gmt|z|[ecmp][sd]t))?(?: +\([^()]*\))?",
    re.ASCII | re.IGNORECASE,
)
# What follows is matched against folded text: lower case, digits of ASCII.
_TIME = (
    r"(?:(?:t|,? +(?:[-|] *)?(?:at )?)(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?(?: ?([ap])\.?m\.?)?"
    r"(?: ?(z|utc|gmt|[+-]\d\d:?\d\d))?)?"
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.?o|\.)?"
_MONTH = r"(?P<month>[^\W\d_](?:[^\W\d_]|[ ./]){1,38}?)"
_YEAR = r"(?P<year>\d{4})(?: ?(?:г\.?|года|م))?"  # Russian "year", Arabic "of our era"
_NAMED = (
    re.compile(rf"{_DAY}[ /-]*(?:de |of )?{_MONTH}[ ,./-]*(?:del? )?{_YEAR}{_TIME}"),
    re.compile(rf"{_MONTH}[ .-]*{_DAY}[ ,-]+{_YEAR}{_TIME}"),
)
_FIRST_WORD = re.compile(r"([^\W\d_]+)\.?,? +")
_LONGEST_NAMED = 100
_HIJRI = range(1300, 1501)
# A fraction counts only after nine digits or more: "12.05" may be the twelfth of May.
_NUMBER = re.compile(r"-?\d+|-?\d{9,}\.\d+", re.ASCII)
_CALENDAR_FORMS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_SMALLESTEPOCH = 10**8
_FIRST_MILLISECONDS = 10**10


def parse_date(value: object, timezone: tzinfo = UTC) -> datetime | None:
    """Read a date or time.

    Understood are ISO 8601 (any offset, also compact, a space for the ``T``, a date alone), its order with slashes or
    full stops (``2024/07/31 14:05``), RFC 2822, ``datetime`` and ``date``, a ``{"$date": ...}`` of a MongoDB export,
    and numbers or digit strings: a calendar date written as 8, 12 or 14 digits (``20200102``, years 1900 to 2099), else
    epoch seconds up to ten digits and milliseconds beyond. Numbers of less than nine digits that are no calendar date
    are refused: they may be a year, or a zero that means "unknown".

    Also understood are day, name of the month and year of four digits, with or without the day of the week and a time,
    in English, French, Spanish, German, Turkish, Russian and Arabic (``31 تموز/يوليو 2024``, ``July 31, 2024 2:05
    pm``). Digits may be those of any system (``٢٠٢٤-٠٧-٣١``).

    Args:
        value: the value of the field.
        timezone: the zone of values that have no offset.

    Returns:
        The time in UTC, or ``None`` if the value is empty, ``None`` or NaN.

    Raises:
        ValueError: if the value is not understood (``03/04/2020`` has two readings), falls outside years 1 to 9999, or
            has no offset and a year from 1300 to 1500, which may be a Hijri year.
    """
    if isinstance(value, dict) and len(value) == 1 and "$date" in value:
        value = value["$date"]
    if value is None or (isinstance(value, float | datetime) and value != value):
        return None
    if isinstance(value, str) and not (value := value.strip()):
        return None
    try:
        moment = _read(value)
        is_hijri = moment.tzinfo is None and moment.year in _HIJRI
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=timezone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"date {shorten(value)} not understood") from None
    if is_hijri:
        raise ValueError(f"date {shorten(value)} may be a Hijri date (write it in the Gregorian calendar)")
    return moment


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


def usual_micros(text: str | None) -> int | None:
    """Read the most usual form, ``2024-07-31 14:05:00`` or with ``T`` or ``Z``, quicker than :func:`parse_date`.

    Returns:
        Microseconds since 1970 in UTC; None for any other form.

    Raises:
        ValueError: if the day or time does not exist.
    """
    if text is None or not _USUAL.fullmatch(text):
        return None
    return int(datetime.fromisoformat(f"{text[:19]}+00:00").timestamp()) * SECOND


def shorten(value: Any, limit: int = 60) -> str:
    """``value`` as messages show it: its ``repr`` on one line, cut at ``limit`` characters."""
    shown = repr(value[: 2 * limit] if isinstance(value, str) else value)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def _read(value: object) -> datetime:
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _read_number(value)
    raise ValueError


def _read_text(text: str) -> datetime:
    if not text.isascii():
        text = plain(text).strip()
    if _NUMBER.fullmatch(text):
        return _read_number(float(text) if "." in text else int(text))
    if match := _ISO.fullmatch(text):
        day, time, offset = match.groups()
        if time is None:
            return datetime.fromisoformat(day)
        return datetime.fromisoformat(f"{day}T{time}{_utc_sign(offset)}")
    if _RFC_2822.fullmatch(text):
        from email.utils import parsedate_to_datetime

        # RFC 2822 writes -0000 for "UTC, local offset unknown"; the standard library drops the zone there.
        return parsedate_to_datetime(text.replace("-0000", "+0000"))
    return _read_written(text)


def _read_written(text: str) -> datetime:
    """Read a date with the year first, or with the name of the month."""
    if len(text) > _LONGEST_NAMED:
        raise ValueError
    text = fold(text)
    if match := _YEAR_FIRST.fullmatch(text):
        year, _, month, day, *time = match.groups()
        return _assemble(year, int(month), day, time)
    # First as it is: "mar" is March as well as a Tuesday.
    word = _FIRST_WORD.match(text)
    candidates = [text, text[word.end() :]] if word and word.group(1) in weekdays() else [text]
    for match in (pattern.fullmatch(candidate) for candidate in candidates for pattern in _NAMED):
        if match:
            return _assemble(match["year"], _month(match["month"]), match["day"], match.groups()[3:])
    raise ValueError


def _month(names: str) -> int:
    """The number of a month that is given by one name, or by two that agree, as "تموز/يوليو"."""
    numbers = {months().get(name.strip(" ."), 0) for name in names.split("/")}
    if len(numbers) > 1:
        raise ValueError
    return numbers.pop()


def _assemble(year: str, month: int, day: str, time: Sequence[str | None]) -> datetime:
    hour, minute, second, half, offset = time
    moment = f"{year}-{month:02}-{int(day):02}"
    if hour is None:
        return datetime.fromisoformat(moment)
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError
        hours = hours % 12 + 12 * (half == "p")
    return datetime.fromisoformat(f"{moment}T{hours:02}:{minute}:{second or '00'}{_utc_sign(offset)}")


def _utc_sign(offset: str | None) -> str:
    return "" if offset is None else offset if offset[0] in "+-" else "+00:00"


def _read_number(number: int | float) -> datetime:
    whole = int(number)
    if whole == number and (form := _CALENDAR_FORMS.get(len(str(whole)))):
        try:
            moment = datetime.strptime(str(whole), form)
        except ValueError:
            moment = None
        if moment and 1900 <= moment.year < 2100:
            return moment
    if abs(number) < _SMALLESTEPOCH:
        raise ValueError
    if abs(number) < _FIRST_MILLISECONDS:
        return EPOCH + timedelta(seconds=number)
    return EPOCH + timedelta(milliseconds=number)
