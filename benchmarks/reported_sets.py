"""The sets that stories are reported on; nothing is fitted on them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from story_sets import TRIPLES, headlines, labelled, read

from sada.indexes import read_articles
from sada.indexes.article import Article

ENCODERS = ("e5-short", "e5", "use", "fast", "none", "use+e5", "fast+e5")
DAY = "Saudi news day, full text"
QUICK = ("e5-short", "use", "fast", "none")
"""For full texts, of which the slow encoder would read for an hour."""
Set = tuple[str, list[Article], dict[str, str], Sequence[str]]


def sets(data: Path) -> list[Set]:
    """(name, articles, label by id, encoders) of everything that is reported."""
    last, last_labels = headlines(data)[1]
    held_out = ("Olympics headlines, last 40 %", last, _labels(last, last_labels), ENCODERS)
    labels = json.loads((data / "stories/saudi_2015-07-26_labels.json").read_text())["labels"]
    day = [article for article in read_articles(data / "neardup/saudi_dev.jsonl.zst") if article.id in labels]
    events = {id_: label["event"] for id_, label in labels.items()}
    found = [held_out, (DAY, day, events, ENCODERS)]
    rows = read(data / "stories/allsides_triples.jsonl.zst")[2 * TRIPLES :]
    for name, part in (("triples, full text", rows), ("BASIL, full text", read(data / "stories/basil.jsonl"))):
        articles, clusters = labelled(part, [None] * len(part))
        found.append((name, articles, _labels(articles, clusters), QUICK))
    return found


def _labels(articles: Sequence[Article], labels: Sequence[str]) -> dict[str, str]:
    return {article.id: label for article, label in zip(articles, labels, strict=True)}
