"""Reads the dates of articles: in years that have news, and without the values that programs write for "no date"."""

from __future__ import annotations

import re
from copy import copy
from datetime import UTC, date, datetime, tzinfo

from sada.indexes.errors import InputError
from sada.indexes.text.calendars import OTHER_CALENDAR
from sada.indexes.text.dates import ask_calendar, parse_date, shorten, usual_micros, usual_time
from sada.indexes.text.month_names import plain
from sada.indexes.timestamps import EPOCH, current_year, to_micros

_FIRST_YEAR = 1600
_BUDDHIST = range(2500, 2601)
# Zero, and years 1 and 9999 as seconds, which are long enough to be read as milliseconds.
_NO_DATE = frozenset({0, "0", -1, -62135596800, "-62135596800", 253402300799, "253402300799"})
_NO_DATE_WORDS = frozenset({
    "none", "null", "nan", "nat", "nil", "n/a", "na", "-1", "undefined", "unknown", "invalid date", "غير معروف",
})  # fmt: skip
_SEVERAL_OFFSETS = re.compile(r"\b(?:AST|BST|CST|GST|IST|MST|PST)\b")
_ZEROS = "0-/.: TZ+–—"
"""What the zero dates of databases consist of, and dashes: ``0000-00-00 00:00:00``, ``00/00/0000``."""
# The first days of calendars of databases and spreadsheets, which stand where a value was missing.
_FIRST_DAYS = tuple(datetime(*day, tzinfo=UTC) for day in ((1601, 1, 1), (1753, 1, 1), (1899, 12, 30), (1900, 1, 1)))
_PLAIN_TYPES = (str, int, float)
_SAMPLE = datetime(2024, 7, 31, 14, 5, 9, tzinfo=UTC)


class NoNewsDateError(ValueError):
    """A value is understood, but is not the date of news.

    Attributes:
        kind: why; the same text for all values of a kind.
    """

    def __init__(self, value: object, kind: str) -> None:
        super().__init__(f"date {shorten(value)} {kind} (more such dates are not noted)")
        self.kind = kind


class NotedBeforeError(ValueError):
    """A value is not the date of news, of a kind for which :class:`NoNewsDateError` was raised before."""


class NewsDates:
    """Reads the values of a date field.

    Args:
        timezone: the zone of dates without an offset.
        day_first: read ``03/04/2020`` as 3 April; False refuses it.
        date_format: a form as ``datetime.strptime`` writes it, tried before all others.

    Raises:
        InputError: if ``date_format`` is no such form, or lacks year, month or day.
    """

    def __init__(self, timezone: tzinfo = UTC, *, day_first: bool = False, date_format: str | None = None) -> None:
        if date_format is not None:
            _require_day(date_format)
        self._timezone = timezone
        self._day_first = day_first
        self._format = date_format
        self._last_year = current_year() + 1
        self._end_micros = to_micros(datetime(self._last_year + 1, 1, 1, tzinfo=UTC)) or 0
        self._noted: set[str] = set()
        self._reads_quickly = timezone is UTC and date_format is None

    @property
    def timezone(self) -> tzinfo:
        """The zone of dates without an offset."""
        return self._timezone

    def at(self, timezone: tzinfo) -> NewsDates:
        """Read dates without an offset in another zone, all else in the same way."""
        other = copy(self)
        other._timezone, other._reads_quickly = timezone, timezone is UTC and self._format is None
        return other

    def read(self, value: object) -> datetime | None:
        """Read a date in the forms of :func:`~sada.indexes.text.dates.parse_date`.

        Returns:
            The time in UTC, or ``None`` if the value is empty.

        Raises:
            NoNewsDateError: if the value stands for no date, or its year is before 1600 or after the next one, and is
                the first of its kind.
            NotedBeforeError: for the others of that kind.
            ValueError: if it is not understood, has two readings, or may be a Hijri or Jalali date.
        """
        try:
            return self._usual(value) if type(value) is str else self._find(value)
        except NoNewsDateError as error:
            if error.kind in self._noted:
                raise NotedBeforeError(str(error)) from None
            self._noted.add(error.kind)
            raise

    def micros(self, text: str | None) -> int | None:
        """Read a text as :meth:`read` does, the most usual form more quickly.

        Returns:
            Microseconds since 1970 in UTC; None if the text is empty.

        Raises:
            ValueError: if :meth:`read` refuses the text; it does not count as noted.
        """
        micros = usual_micros(text) if self._reads_quickly else None
        if micros and 0 < micros < self._end_micros:
            return micros
        return to_micros(self._find(text))

    def _usual(self, text: str) -> datetime | None:
        """Find the time of a text, the most usual form more quickly."""
        try:
            time = usual_time(text) if self._reads_quickly else None
        except ValueError:  # the long way says what is wrong
            time = None
        return time if time is not None and EPOCH.year < time.year <= self._last_year else self._find(text)

    def _find(self, value: object) -> datetime | None:
        if isinstance(value, _PLAIN_TYPES) and value in _NO_DATE:
            raise NoNewsDateError(value, "stands for no date")
        time = None if self._format is None else self._by_format(value, self._format)
        try:
            time = time or parse_date(value, self._timezone, day_first=self._day_first)
        except ValueError:
            if isinstance(value, str) and (not value.strip(_ZEROS) or value.strip().lower() in _NO_DATE_WORDS):
                raise NoNewsDateError(value, "stands for no date") from None
            if reason := self._why_unclear(value):
                raise ValueError(f"date {shorten(value)} {reason}") from None
            raise
        if time is None or EPOCH.year < time.year <= self._last_year:
            return time
        if time.year in OTHER_CALENDAR:
            raise ask_calendar(value)
        if kind := self._why_no_news(time):
            raise NoNewsDateError(value, kind)
        return time

    def _why_unclear(self, value: object) -> str:
        """Why a value that is not understood may be several dates, empty if it is none."""
        if not self._day_first and _is_date(value, self._timezone):
            return "has two readings (--day-first or --date-format FORMAT chooses one)"
        zone = _SEVERAL_OFFSETS.search(value) if isinstance(value, str) else None
        if zone and _is_date(f"{zone.string[: zone.start()]}{zone.string[zone.end() :]}", self._timezone):
            return f"is in {zone[0]}, which has several offsets (write an offset such as +03:00)"
        return ""

    def _by_format(self, value: object, date_format: str) -> datetime | None:
        text = _as_text(value)
        if text is None:
            return None
        try:
            time = datetime.strptime(text, date_format)
            return (time if time.tzinfo else time.replace(tzinfo=self._timezone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def _why_no_news(self, time: datetime) -> str:
        """Why a time is not that of news, empty if it may be."""
        if self._is_midnight_of(EPOCH, time):
            return "is time zero of computers, which stands for no date"
        if any(self._is_midnight_of(day, time) for day in _FIRST_DAYS):
            return "is the first day of a calendar of computers, which stands for no date"
        if time.year in (1, datetime.max.year):
            return f"is in year {time.year}, which stands for no date"
        if time.year < _FIRST_YEAR:
            return f"is before {_FIRST_YEAR}"
        if time.year in _BUDDHIST:
            return "may be in the Buddhist calendar, write it in the Gregorian one"
        return f"is after {self._last_year}" if time.year > self._last_year else ""

    def _is_midnight_of(self, day: datetime, time: datetime) -> bool:
        """True if ``time`` is the start of a day in UTC or in the zone of dates without an offset."""
        return time in (day, day.replace(tzinfo=self._timezone))


def _is_date(value: object, timezone: tzinfo) -> bool:
    """True if a value is a date once the day is known to come first."""
    try:
        return parse_date(value, timezone, day_first=True) is not None
    except ValueError:
        return False


def _as_text(value: object) -> str | None:
    """Text and whole numbers as text with digits of ASCII; None for other values."""
    if isinstance(value, dict) and len(value) == 1:
        value = value.get("$date")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        return (value if value.isascii() else plain(value)).strip()
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18
    return str(value) if is_whole else None


def _require_day(date_format: str) -> None:
    """Raise InputError if a form cannot be read, or does not name a day."""
    try:
        day = datetime.strptime(_SAMPLE.strftime(date_format), date_format).date()
    except ValueError as error:
        raise InputError(f"date format {date_format!r} is no form of strptime: {error} (write %d/%m/%Y)") from None
    if day != date(_SAMPLE.year, _SAMPLE.month, _SAMPLE.day):
        raise InputError(f"date format {date_format!r} lacks year, month or day (write %d/%m/%Y)")
