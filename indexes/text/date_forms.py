"""Reads dates that are written for people: with names of months, or with day, month and year as numbers."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

from sada.indexes.text.month_names import fold, months, other_months, weekdays

OTHER_CALENDAR = range(1300, 1501)
"""Years that are no Gregorian year of news: the Hijri and the Jalali calendar count these today."""

_LONGEST = 100
# All patterns are matched against folded text: lower case, digits of ASCII, no marks on letters.
_MORNING = r"a\. ?m\.?|am|صباحا|ص|ق\. ?ظ\.?|قبل از ظهر|上午|午前"
_EVENING = r"p\. ?m\.?|pm|مساء|م|ب\. ?ظ\.?|بعد از ظهر|下午|午後"
_HALF = rf"{_MORNING}|{_EVENING}"
# Only names with one offset: "AST", "CST" and "IST" mean different offsets to different writers.
_ZONES = {
    "z": "+00:00", "ut": "+00:00", "utc": "+00:00", "gmt": "+00:00", "cet": "+01:00", "cest": "+02:00", "eet": "+02:00",
    "eest": "+03:00", "jst": "+09:00", "بتوقيت غرينتش": "+00:00", "بتوقيت جرينتش": "+00:00",
    "بتوقيت مكة المكرمة": "+03:00", "بتوقيت مكة": "+03:00",
}  # fmt: skip
_ZONE_NAMES = "|".join(sorted(_ZONES, key=len, reverse=True))
_ZONE = rf"\+00:?00 utc|[+-]\d\d:?\d\d|(?:utc|gmt) ?[+-]\d{{1,2}}(?::?\d\d)?|{_ZONE_NAMES}"
_CLOCK = (
    rf"(?:(?P<before>上午|下午|午前|午後) ?)?(?<!\d)(?P<hour>\d{{1,2}})(?=[:.h]| ?(?:{_HALF}))"
    r"(?:h|[:.h](?P<minute>\d\d)(?::(?P<second>\d\d(?:\.\d+)?))?)?(?: ?(?:uhr|hrs))?"
    rf"(?: ?(?P<after>{_HALF}))?(?: ?\(?(?P<zone>{_ZONE})\)?(?:\[[a-z_/+-]+\])?)?"  # Java adds "[Asia/Riyadh]"
)
_AT = r"at|a las?|as|a|alle ore|alle|ore|um|o godz\.|godz\.|o|saat|в|(?:في |علي |عند )?الساعة|ساعت"
_BEFORE_CLOCK = rf"(?: ?t ?|[ ,]*(?:[-|•·/@] *)?(?:(?:{_AT}) )?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.?o|\.)?"
_MONTH = r"(?P<name>[^\W\d_](?:[^\W\d_]|[ ./()]){1,38}?)"
_YEAR = r"(?P<year>\d{4})(?: ?(?:г\.?|года|r\.|roku|م(?!\w)))?"  # "year" in Russian and Polish, Arabic "of our era"
_EAST_ASIAN_DAY = r"(?: ?\(?(?:星期|[月火水木金土日]曜日|[月火水木金土日一二三四五六])[日一二三四五六]?\)?)?"
_DATES = (
    r"(?P<year>\d{4})(?P<between>[-/.]) ?(?P<month>\d{1,2})(?P=between) ?(?P<day>\d{1,2})\.?",
    rf"(?P<year>\d{{4}}) ?年 ?(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?日{_EAST_ASIAN_DAY}",
    rf"(?P<first>\d{{1,2}})(?P<between>[-/.]) ?(?P<other>\d{{1,2}})(?P=between) ?{_YEAR}",
    rf"{_DAY}[ /-]*(?:del? |dell'|of |من )?{_MONTH}[ ,./-]*(?:del? )?{_YEAR}",
    rf"{_MONTH}[ .-]*{_DAY}[ ,-]+{_YEAR}",
    rf"{_YEAR}[ ./-]+{_MONTH}[ ./-]*{_DAY}",
)
_PATTERNS = (
    *(re.compile(rf"{date}(?:{_BEFORE_CLOCK}{_CLOCK})?") for date in _DATES),
    *(re.compile(rf"(?:(?:{_AT}) )?{_CLOCK}[ ,|•·/-]+{date}") for date in _DATES),
    re.compile(rf"{_MONTH} {_DAY},? {_CLOCK} {_YEAR}"),  # old tweets, and C's ctime
)
_CROATIAN = re.compile(r"\d\. ?listopada")  # October, and November in Polish, which has no full stop after the day
_ARTICLE = re.compile(r"(?:le|el|il|am|den|dnia) (?=\d)")
_WORDS_FIRST = re.compile(r"(?:يوم )?([^\W\d_]+)(?:([ -][^\W\d_]+))?\.?,?(?: +|$)")
_AROUND_OTHER = r"[ ,()\[\]/|-]*"


def read_written(text: str, *, day_first: bool = False) -> datetime:
    """Read a date that is written for people, with or without a day of the week and a time.

    Args:
        text: the date, not folded.
        day_first: read ``03/04/2020`` as 3 April; False refuses it. A date with one reading is read either way.

    Returns:
        The time; naive if the text has no offset.

    Raises:
        ValueError: if the text has no such form, has two readings, or names a day or time that does not exist.
    """
    if len(text) > _LONGEST:
        raise ValueError
    text = _ARTICLE.sub("", _other_date().sub(" ", fold(text)).strip())
    if _CROATIAN.search(text):
        raise ValueError
    for candidate in _without_weekday(text):
        for match in (pattern.fullmatch(candidate) for pattern in _PATTERNS):
            if match and (month_and_day := _month_and_day(parts := match.groupdict(), day_first)):
                return _assemble(parts, *month_and_day)
    raise ValueError


def is_other_calendar(text: str) -> bool:
    """True if a date of the Hijri or the Jalali calendar stands in the text: by the month's name or by the year."""
    return len(text) <= _LONGEST and _other_date().search(fold(text)) is not None


@cache
def _other_date() -> re.Pattern[str]:
    """A date of another calendar and what joins it to the same day in the Gregorian one."""
    names = "|".join(sorted(map(re.escape, other_months()), key=len, reverse=True))
    year, between = r"1(?:[34]\d\d|500)", r"[-/.]"
    forms = (
        rf"\d{{1,2}} (?:{names})(?: ?,| عام| سنة)? {year}",
        rf"\d{{1,2}}{between}\d{{1,2}}{between}{year}",
        rf"{year}{between}\d{{1,2}}{between}\d{{1,2}}",
    )
    joined = rf"{_AROUND_OTHER}(?:(?:ال)?موافق(?: ل)? )?"
    return re.compile(rf"{joined}(?<!\d)(?:{'|'.join(forms)})(?!\d)(?: ?ه(?!\w)\.?)?{joined}")


def _without_weekday(text: str) -> list[str]:
    """The text as it is, then without a day of the week before it: "mar" is March as well as a Tuesday."""
    found = [text]
    if words := _WORDS_FIRST.match(text):
        one, two = words[1], words[1] + (words[2] or "")
        if two in weekdays():
            found.append(text[words.end() :])
        elif one in weekdays():
            found.append(text[words.end(1) :].lstrip(" .,"))
    return found


def _assemble(parts: dict[str, str | None], month: int, day: int) -> datetime:
    date = f"{parts['year']}-{month:02}-{day:02}"
    if parts.get("hour") is None:
        return datetime.fromisoformat(date)
    clock = f"{_hour(parts):02}:{parts['minute'] or '00'}:{parts['second'] or '00'}"
    return datetime.fromisoformat(f"{date}T{clock}{_offset(parts['zone'])}")


def _month_and_day(parts: dict[str, str | None], day_first: bool) -> tuple[int, int] | None:
    """The numbers of month and day; None for a name that is no month, and for two readings."""
    if name := parts.get("name"):
        month = _month(name)
        return (month, int(str(parts["day"]))) if month else None
    if first := parts.get("first"):
        one, other = int(first), int(str(parts["other"]))
        if day_first or one > 12 or one == other:
            return other, one
        return (one, other) if other > 12 else None
    return int(str(parts["month"])), int(str(parts["day"]))


def _month(names: str) -> int | None:
    """The number of a month that is given by one name, or by two that agree, as "تموز/يوليو" or "يوليو (تموز)"."""
    numbers = {months().get(name.strip(" .)")) for name in re.split("[/(]", names)}
    return numbers.pop() if len(numbers) == 1 else None


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(str(parts["hour"]))
    half = parts["before"] or parts["after"]
    if half is None:
        return hour
    is_morning = re.fullmatch(_MORNING, half) is not None
    if hour > 12 or (hour == 0 and not is_morning):
        raise ValueError
    return hour % 12 + (0 if is_morning else 12)


def _offset(zone: str | None) -> str:
    """A zone as ISO 8601 writes it, empty for None."""
    if zone is None:
        return ""
    if zone in _ZONES:
        return _ZONES[zone]
    sign, digits = zone.removeprefix("utc").removeprefix("gmt").strip()[0], re.sub(r"\D", "", zone)
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{sign}{int(hours):02}:{minutes}"
