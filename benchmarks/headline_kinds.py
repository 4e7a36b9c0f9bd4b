"""Whether headlines that are alike are told apart, kind by kind; writes ``results/headline_kinds.json``.

    python benchmarks/headline_kinds.py

Every headline is invented. Those of each kind are grouped among the titles of the shipped sample, by each encoder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from results import save

from sada.cluster import find_stories
from sada.indexes import NewsIndex, read_articles
from sada.indexes.article import Article

ENCODERS = ("e5-short", "none")
SAMPLE = Path(__file__).parent.parent / "indexes/data/sample.jsonl"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


class Told(NamedTuple):
    """A headline: the number of its event, how many hours after the noon of the first day it was told, its words."""

    event: int
    hours: float
    title: str


KINDS = {
    "preview and result": [
        Told(1, -30, "Preview: Varnholt Rovers face Osk Town in Saturday's cup final"),
        Told(1, -27, "What to expect from the cup final between Varnholt Rovers and Osk Town"),
        Told(2, 6, "Varnholt Rovers beat Osk Town 2-1 to win the cup final"),
        Told(2, 7, "Late header gives Varnholt Rovers the cup against Osk Town"),
    ],
    "preview and result, Arabic": [
        Told(1, 60, "اليوم.. الوادي يواجه النجم في نهائي كأس المرفأ"),
        Told(1, 61, "نهائي كأس المرفأ: مواجهة مرتقبة بين الوادي والنجم اليوم"),
        Told(2, 72, "الوادي يتوج بطلا لكأس المرفأ بعد فوزه على النجم 3-1"),
        Told(2, 73, "ثلاثية تمنح الوادي لقب كأس المرفأ أمام النجم"),
    ],
    "another stage": [
        Told(1, -24, "Ilmari Kettu beats Dario Senn to reach semi-finals of the Marel Open"),
        Told(1, -23, "Kettu into Marel Open semi-finals after three-set win over Senn"),
        Told(2, 1, "Ilmari Kettu beats Paolo Brandt to reach the final of the Marel Open"),
        Told(2, 2, "Kettu into Marel Open final after straight-sets win over Brandt"),
    ],
    "another stage, Arabic": [
        Told(1, -24, "نادي الوادي يهزم الساحل ويبلغ نصف نهائي كأس المرفأ"),
        Told(1, -23, "الوادي إلى نصف نهائي كأس المرفأ بفوزه على الساحل"),
        Told(2, 1, "نادي الوادي يهزم الصخور ويبلغ نهائي كأس المرفأ"),
        Told(2, 2, "الوادي إلى نهائي كأس المرفأ على حساب الصخور"),
    ],
    "men and women": [
        Told(1, 0, "Tarvia win men's 4x100m relay gold in national record time"),
        Told(1, 1, "Gold for Tarvia in the men's sprint relay, with a national record"),
        Told(2, 2, "Tarvia win women's 4x100m relay gold after photo finish"),
        Told(2, 3, "Photo finish hands Tarvia gold in the women's sprint relay"),
    ],
    "medal tables of two days": [
        Told(1, -24, "Medal table after day 5 of the Lakeland Games"),
        Told(2, 0, "Medal table after day 6 of the Lakeland Games"),
    ],
    "live blog and event": [
        Told(1, 0, "Lakeland Games live: latest updates, results and reaction from day 6"),
        Told(2, 1, "Swimmer Oona Rask breaks world record in the 200m butterfly at Lakeland Games"),
        Told(2, 1.5, "World record for Oona Rask in Lakeland 200m butterfly"),
    ],
    "round-up and one of its events": [
        Told(1, 8, "Lakeland Games round-up: world record for Rask, relay gold for Tarvia and a judo upset"),
        Told(2, 2, "Judo favourite Marten Holl knocked out in first round at Lakeland Games"),
        Told(2, 3, "Holl, favourite for judo gold, loses his first bout at the Lakeland Games"),
    ],
    "profile and event": [
        Told(1, 12, "Who is Oona Rask? The swimmer from a village without a pool"),
        Told(2, 1, "Swimmer Oona Rask breaks world record in the 200m butterfly at Lakeland Games"),
        Told(2, 1.5, "World record for Oona Rask in Lakeland 200m butterfly"),
    ],
}


def measure(told: list[Told], encoder: str) -> tuple[str, str]:
    """How many pairs of one event are united, and how many of two events are told apart."""
    language = "ar" if "\u0627" in told[0].title else "en"
    articles = [
        Article(f"told-{at}", one.title, "", language=language, source=f"outlet {at}", published=_moment(one.hours))
        for at, one in enumerate(told)
    ]
    others = [replace(article, text="") for article in read_articles(SAMPLE) if article.title]
    with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a.sada", encoder=encoder) as index:
        index.add([*articles, *others])
        stories = find_stories(index)
    right: dict[bool, list[bool]] = {True: [], False: []}
    for (one, a), (other, b) in combinations(zip(told, articles, strict=True), 2):
        of_one = one.event == other.event
        right[of_one].append((stories.of(a.id).id == stories.of(b.id).id) == of_one)
    return tuple(f"{sum(right[of_one])} of {len(right[of_one])}" for of_one in (True, False))


def _moment(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def rows() -> Iterator[dict[str, Any]]:
    """A row a kind and encoder."""
    for kind, told in KINDS.items():
        for encoder in ENCODERS:
            united, apart = measure(told, encoder)
            yield {"kind": kind, "encoder": encoder, "one event, united": united, "two events, told apart": apart}


if __name__ == "__main__":
    note = "Pairs of invented headlines among the titles of the shipped sample."
    print(save("headline_kinds", "Headlines that are alike", note, list(rows())).read_text())
