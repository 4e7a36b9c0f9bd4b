"""Title, date, text and related headlines of real news pages, beside trafilatura alone.

    python benchmarks/pages.py FOLDER

``FOLDER`` holds the checkouts that ``page_fixtures.py`` names. Half of the pages were looked at while the rules were
made ("seen"), half were not ("unseen").
"""

from __future__ import annotations

import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from page_fixtures import Fixture, fixtures
from results import save

from sada.indexes.article import Article
from sada.indexes.reading.page_rows import articles_of
from sada.indexes.text.news_dates import NewsDates
from sada.indexes.text.tokens import tokens

MANY = 40
_QUOTES = str.maketrans("“”„‘’´", "\"\"\"'''")


class Reading(NamedTuple):
    """What a reader finds on a page."""

    title: str
    published: datetime | None
    text: str
    headlines: int


def sada(html: str) -> Reading:
    """As ``sada build`` reads a folder of pages."""
    page, *others = articles_of(Article("page", text=html), as_html=True)
    around = page.extra.get("page", {})
    listed = len(others) + len(around.get("inline", ())) + len(around.get("similar", ()))
    return Reading(page.title, page.published, page.text, listed)


def trafilatura_alone(html: str) -> Reading:
    """With its own choice of options, but the time of day where it can give one."""
    import trafilatura

    form = {"outputformat": "%Y-%m-%dT%H:%M:%S", "original_date": True, "extensive_search": True}
    found = trafilatura.bare_extraction(html, with_metadata=True, include_comments=False, date_extraction_params=form)
    fields: dict[str, Any] = found.as_dict() if found is not None else {}
    return Reading(fields.get("title") or "", _time(fields.get("date")), fields.get("text") or "", 0)


def _time(value: str | None) -> datetime | None:
    try:
        return NewsDates().read(value)
    except ValueError:
        return None


def _without_trafilatura() -> AbstractContextManager[Any]:
    return patch.dict(sys.modules, {"trafilatura": None})


def measured(pages: list[Fixture], read: Callable[[str], Reading]) -> dict[str, Any]:
    """One row of the table: how many of which are right."""
    began = time.process_time()
    found = [read(page.html) for page in pages]
    seconds = time.process_time() - began
    titled = [(one, page) for one, page in zip(found, pages, strict=True) if page.title]
    dated = [(one.published, page.published) for one, page in zip(found, pages, strict=True) if page.published]
    shares = [_shares(one.text, page.text) for one, page in zip(found, pages, strict=True)]
    precision, recall = (sum(column) / len(pages) for column in zip(*shares, strict=True))
    return {
        "titles": f"{sum(_plain(one.title) == _plain(page.title) for one, page in titled)} of {len(titled)}",
        "days": f"{sum(_same(one, known, 10) for one, known in dated)} of {len(dated)}",
        "minutes": f"{sum(_same(one, known, 16) for one, known in dated)} of {len(dated)}",
        "text precision": precision,
        "text recall": recall,
        "pages with related headlines": sum(one.headlines > 0 for one in found),
        "ms a page": round(1000 * seconds / len(pages)),
    }


def _plain(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title).translate(_QUOTES).split())


def _same(found: datetime | None, known: datetime, letters: int) -> bool:
    """True if two times agree so far; one that is known without an offset may be that of any zone, by its minutes."""
    if found is None:
        return False
    if known.tzinfo is not None:
        there = found.astimezone(known.tzinfo)
        return there.isoformat()[:letters] == known.isoformat()[:letters]
    hours = abs(found - known.replace(tzinfo=UTC)).total_seconds() / 3600
    return hours <= 14 and (letters <= 10 or found.minute == known.minute)


def _shares(found: str, known: str) -> tuple[float, float]:
    """The share of the words found that are right, and of the right ones that are found."""
    words, right = Counter(tokens(found)), Counter(tokens(known))
    both = (words & right).total()
    return both / max(1, words.total()), both / right.total()


def main() -> None:
    """Measure, and write the result."""
    pages = fixtures(Path(sys.argv[1]))
    groups = {
        f"the first {MANY}": pages[:MANY],
        f"of these {MANY // 2} unseen": pages[1:MANY:2],
        "all": pages,
        "of all the unseen": pages[1::2],
    }
    readers = {
        "sada": (sada, nullcontext()),
        "sada without trafilatura": (sada, _without_trafilatura()),
        "trafilatura alone": (trafilatura_alone, nullcontext()),
    }
    rows = []
    for name, some in groups.items():
        for reader, (read, context) in readers.items():
            with context:
                rows.append({"pages": f"{name} ({len(some)})", "reader": reader, **measured(some, read)})
            print(rows[-1])
    outlets, languages = len({page.name for page in pages[:MANY]}), len({page.language for page in pages[:MANY]})
    save(
        "pages",
        f"Test fixtures of Fundus and newspaper4k: {len(pages)} pages, one an outlet of Fundus; the first {MANY} are "
        f"of {outlets} outlets in {languages} languages",
        "Right is what the fixtures say: the title letter by letter but for the form of quotation marks; the day and "
        "the minute; the words of the text, each as often as it is there. Unseen: not looked at while the rules were "
        f"made. trafilatura {metadata.version('trafilatura')}.",
        rows,
    )


if __name__ == "__main__":
    main()
