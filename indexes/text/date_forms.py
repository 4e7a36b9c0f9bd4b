"""Reads dates that are written for people: with names of months, or with day, month and year as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

from sada.indexes.text.calendars import has_other_calendar, in_gregorian, other_date
from sada.indexes.text.date_words import AT, BEFORE_CLOCK, HALF, ZONE, hour_of, in_zone, without_lead
from sada.indexes.text.month_names import fold, months, without_first_weekday, without_weekdays
from sada.indexes.timestamps import current_year

_LONGEST = 100
_FIRST_SHORT_YEAR = 1970
# All patterns are matched against folded text: lower case, digits of ASCII, no marks on letters.
_HOUR_SIGN = "時时点點시"
_CLOCK = (
    rf"(?:(?P<before>{BEFORE_CLOCK}) ?)?(?<!\d)(?P<hour>\d{{1,2}})"
    rf"(?:(?:[:.]| ?h ?|[{_HOUR_SIGN}] ?)(?P<minute>\d\d|\d(?=[分분]))[分분]?"
    r"(?:(?::|(?<=[分분]) ?)(?P<second>\d\d(?:[.,]\d+)?|\d(?=[秒초]))[秒초]?|\.(?P<dotted>\d\d\.\d+))?"
    rf"| ?h|[{_HOUR_SIGN}]|(?= ?(?:{HALF})))"
    rf"(?: ?(?:uhr|uur|hrs?\.?|hs\.?|h|น\.?|ч\.?))?(?: ?(?P<after>{HALF})(?![^\W\d_]))?(?: ?\(?(?P<zone>{ZONE})\)?)?"
)
_BEFORE_CLOCK = rf"(?: ?t ?|[ ,]*(?:[-–—|•·/@] *)?(?:(?:{AT}) ?)?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.?o|e|ي|\.)?"
_LETTER = r"(?:[^\W\d_]|[\u0900-\u0eff])"  # Indic and Thai vowels count as no letters
_MONTH = rf"(?P<name>{_LETTER}(?:{_LETTER}|[ ./()]){{1,38}}?)"
# What follows a year: "year" in Slavic languages, and "of our era" in Arabic, Persian and Urdu.
_AFTER_YEAR = r"(?: ?(?:г\.?|года|р\.?(?!\w)|року|r\.?(?!\w)|roku|م(?!\w)|ميلادي[ةه]?|ء|an(?!\w)))?\.?"
_YEAR = rf"(?:[คพ]\.ศ\. ?)?(?P<year>\d{{4}}){_AFTER_YEAR}"
_SHORT = r"(?P<short>'?\d\d)(?![:.]?\d)"
_OF = r"(?:del? |dell'|d'|of |من |ที่ )"
_EAST_ASIAN_DAY = r"(?: ?\(?(?:(?:星期|周|週)[一二三四五六日天]|[月火水木金土日](?:曜日)?|[一二三四五六])\)?)?"
_DATES = (
    r"(?P<year>\d{4})(?P<between>[-/.]) ?(?P<month>\d{1,2})(?P=between) ?(?P<day>\d{1,2})\.?",
    rf"(?P<year>\d{{4}}) ?年 ?(?P<month>\d{{1,2}}) ?月 ?(?P<day>\d{{1,2}}) ?[日号號]{_EAST_ASIAN_DAY}",
    r"(?P<year>\d{4}) ?년 ?(?P<month>\d{1,2}) ?월 ?(?P<day>\d{1,2}) ?일",
    rf"(?P<first>\d{{1,2}})(?P<between>[-/.]) ?(?P<other>\d{{1,2}})(?P=between) ?{_YEAR}",
    r"(?P<one>\d\d)(?P<between>[-/.])(?P<two>\d\d)(?P=between)(?P<three>\d\d)(?!\d)\.?",
    rf"{_DAY},? thang (?P<month>\d{{1,2}})(?:, ?| nam |, nam | ){_YEAR}",  # Vietnamese
    rf"{_DAY}[ /-]*{_OF}?{_MONTH}[ ,./-]*{_OF}?(?:{_YEAR}|{_SHORT})",
    rf"{_MONTH}[ .-]*{_DAY}(?:[ ,-]+{_YEAR}|, ?{_SHORT})",
    rf"{_YEAR}[ ./-]+{_MONTH}[ ./-]*{_DAY}",
)
_CROATIAN = re.compile(r"\d\. ?listopada")  # October, and November in Polish, which has no full stop after the day


def read_written(text: str, *, day_first: bool = False) -> datetime:
    """Read a date that is written for people, with or without a day of the week and a time.

    Args:
        text: the date, not folded.
        day_first: read ``03/04/2020`` as 3 April; False refuses it. A date with one reading is read either way.

    Returns:
        The time; naive if the text has no offset.

    Raises:
        MissingCalendarError: if the date is in another calendar, whose package is not installed.
        ValueError: if the text has no such form, has two readings, or names a day or time that does not exist.
    """
    if len(text) > _LONGEST:
        raise ValueError
    text = fold(text)
    gregorian, others = other_date().subn(" ", text)
    if _CROATIAN.search(text):
        raise ValueError
    found = _find(gregorian.strip(), day_first)
    if found is None and others:
        found = _find(in_gregorian(text), day_first)
    if found is None:
        raise ValueError
    return found


def is_other_calendar(text: str) -> bool:
    """True if a date of the Hijri or the Jalali calendar stands in the text: by the month's name or by the year."""
    return len(text) <= _LONGEST and has_other_calendar(text)


def _find(text: str, day_first: bool) -> datetime | None:
    for candidate in _candidates(text):
        for day_text, clock in _splits(candidate):
            if day := _day(day_text, day_first):
                return _at_time(day, clock)
    return None


@cache
def _day_forms() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _DATES))


@cache
def _clock_places() -> tuple[re.Pattern[str], ...]:
    """A time after a day, before it, or before its year as in old tweets and C's ctime."""
    return (
        re.compile(rf"(?P<date>.+?)(?:(?=[ ,|•·/@–—-]|t\d)|(?<=[日号號일])){_BEFORE_CLOCK}{_CLOCK}"),
        re.compile(rf"(?:(?:{AT}) ?)?{_CLOCK}[ ,|•·/–—-]+(?P<date>.+)"),
        re.compile(rf"(?P<date>.+?),? {_CLOCK}(?P<year> \d{{4}})"),
    )


def _splits(text: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    """The text as a day, then as a day and the parts of a time."""
    yield text, {}
    for match in filter(None, (pattern.fullmatch(text) for pattern in _clock_places())):
        clock = match.groupdict()
        yield f"{clock['date']}{clock.get('year', '')}", clock


def _candidates(text: str) -> Iterator[str]:
    """The text without words before the date, then without days of the week: "mar" is March as well as a Tuesday."""
    text = without_lead(text)
    yield text
    bare = without_lead(without_first_weekday(text))
    if bare != text:
        yield bare
    if (barer := without_lead(without_weekdays(text))) not in (text, bare):
        yield barer


def _day(text: str, day_first: bool) -> date | None:
    """The day that a text is; None if it is none, or may be two."""
    for match in filter(None, (form.fullmatch(text) for form in _day_forms())):
        try:
            if day := _read_day(match.groupdict(), day_first):
                return day
        except ValueError:  # no such day
            continue
    return None


def _read_day(parts: dict[str, str | None], day_first: bool) -> date | None:
    if parts.get("one"):
        return _short_day(*(int(str(parts[place])) for place in ("one", "two", "three")), day_first=day_first)
    year = _full_year(str(parts.get("year") or parts.get("short")))
    if name := parts.get("name"):
        month = _month(name)
        return date(year, month, int(str(parts["day"]))) if month else None
    if first := parts.get("first"):
        one, other = int(first), int(str(parts["other"]))
        if day_first or one > 12 or one == other:
            return date(year, other, one)
        return date(year, one, other) if other > 12 else None
    return date(year, int(str(parts["month"])), int(str(parts["day"])))


def _short_day(one: int, two: int, three: int, *, day_first: bool) -> date | None:
    """The day of three numbers of two digits, None if they may be several days."""
    orders = [(three, two, one)] if day_first else [(three, two, one), (three, one, two), (one, two, three)]
    days = set()
    for year, month, day in orders:
        try:
            days.add(date(_full_year(f"{year:02}"), month, day))
        except ValueError:
            continue
    return days.pop() if len(days) == 1 else None


def _full_year(year: str) -> int:
    """A year, from two digits one from 1970 to the next; 0 if there is none."""
    number = int(year.removeprefix("'"))
    if len(year) == 4:
        return number
    return next((full for full in (2000 + number, 1900 + number) if _FIRST_SHORT_YEAR <= full <= current_year() + 1), 0)


def _month(names: str) -> int | None:
    """The number of a month that is given by one name, or by two that agree, as "تموز/يوليو" or "يوليو (تموز)"."""
    numbers = {months().get(name.strip(" .)")) for name in re.split("[/(]", names)}
    return numbers.pop() if len(numbers) == 1 else None


def _at_time(day: date, parts: dict[str, str | None]) -> datetime:
    midnight = datetime(day.year, day.month, day.day)
    if parts.get("hour") is None:
        return midnight
    hour = hour_of(int(str(parts["hour"])), parts["before"] or parts["after"])
    minute = int(parts["minute"] or 0)
    second, _, fraction = (parts["second"] or parts["dotted"] or "0").replace(",", ".").partition(".")
    if hour > 24 or minute > 59 or int(second) > 59 or (hour == 24 and minute):
        raise ValueError
    clock = timedelta(hours=hour, minutes=minute, seconds=int(second), microseconds=int(fraction[:6].ljust(6, "0")))
    return in_zone(midnight + clock, parts["zone"])
