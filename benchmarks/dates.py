"""Measure how well written dates are read: Sada alone, dateparser alone, and Sada first, then dateparser.

Needs dateparser beside Sada with its extra ``calendars``. ``--show`` prints each string that was not read right.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from date_strings import LATER, STRINGS
from results import save

from sada.indexes.text.news_dates import NewsDates

_SETTINGS = {"TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True, "REQUIRE_PARTS": ["day", "month", "year"]}
_Case = tuple[str, str, datetime | None]
_Reader = Callable[[str, str], datetime | None]


def cases(strings: str) -> list[_Case]:
    """The language, the string and the right time of each case."""
    found: list[_Case] = []
    language = ""
    for line in strings.strip().splitlines():
        right, *texts = (part.strip() for part in line.split(" ; "))
        if not texts:
            language = right
        moment = None if right == "-" else datetime.fromisoformat(right).replace(tzinfo=UTC) if texts else None
        found += ((language, text, moment) for text in texts)
    return found


def with_sada(text: str, _language: str) -> datetime | None:
    """Sada's reading; None if it refuses the text."""
    try:
        return NewsDates().read(text)
    except ValueError:
        return None


def with_dateparser(text: str, language: str) -> datetime | None:
    """The reading of dateparser in the language named; in any language if none is named."""
    import dateparser

    languages = [{"no": "nb"}.get(language, language)] if language else None
    try:
        found = dateparser.parse(text, languages=languages, settings=_SETTINGS)
    except ValueError:  # it lacks the language
        return None
    return found and found.astimezone(UTC)


def with_guards(text: str, _language: str) -> datetime | None:
    """The reading of dateparser of dates that are written whole, if every order of day and month gives the same."""
    import dateparser

    guards = {"PARSERS": ["absolute-time"], "PREFER_LOCALE_DATE_ORDER": False}
    orders = ("DMY", "MDY", "YMD")
    found = {dateparser.parse(text, settings=_SETTINGS | guards | {"DATE_ORDER": order}) for order in orders} - {None}
    return found.pop().astimezone(UTC) if len(found) == 1 else None


def both(first: _Reader, second: _Reader) -> _Reader:
    """The first reader, and the second for what it refuses."""
    return lambda text, language: first(text, language) or second(text, language)


def measure(name: str, read: _Reader, everything: list[_Case], *, tells_language: bool = False) -> dict[str, Any]:
    """One row of the table."""
    counts = {"right": 0, "wrong": 0, "undated": 0}
    read(everything[0][1], "en")  # what is loaded late is loaded now
    started = time.process_time()
    answers = [read(text, language if tells_language else "") for language, text, _ in everything]
    micros = (time.process_time() - started) * 1e6 / len(everything)
    for (language, text, right), answer in zip(everything, answers, strict=True):
        outcome = "right" if answer == right else "undated" if answer is None else "wrong"
        counts[outcome] += 1
        if "--show" in sys.argv and outcome != "right":
            print(f"{name}\t{outcome}\t{language}\t{text}\t{answer}")
    return {"reader": name, "strings": len(everything), **counts, "microseconds each": round(micros)}


def table(everything: list[_Case]) -> list[dict[str, Any]]:
    """All rows of a table."""
    return [
        measure("sada", with_sada, everything),
        measure("dateparser", with_dateparser, everything),
        measure("dateparser, told the language", with_dateparser, everything, tells_language=True),
        measure("dateparser, with guards", with_guards, everything),
        measure("sada, then dateparser", both(with_sada, with_dateparser), everything),
        measure("sada, then dateparser with guards", both(with_sada, with_guards), everything),
    ]


def main() -> None:
    """Measure, save and print."""
    note = (
        "Every string has one right time, or must stay undated. dateparser is asked for day, month and year, in UTC;"
        " with guards only for dates that are written whole and that every order of day and month reads alike."
        f" dateparser {metadata.version('dateparser')}."
    )
    for name, strings in (("dates", STRINGS), ("dates_later", LATER)):
        everything = cases(strings)
        rows = table(everything)
        languages = len({language for language, _, _ in everything})
        save(name, f"{len(everything)} invented strings in {languages} languages", note, rows)
        for row in rows:
            print(row)


if __name__ == "__main__":
    main()
