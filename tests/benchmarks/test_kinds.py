"""The script that reads files of every kind counts what is right, and can find what is wrong."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from kinds import line_of, row_of, score_one
from reading import all_kinds
from reading.kind import Kind, lines
from reading.scoring import count_right, write
from reading.stories import STORIES

from sada.indexes import read_articles

KINDS = {kind.label: kind for kind in all_kinds()}
FIELDS = ("title", "text", "date", "source", "language", "url")
PLAIN = Kind(
    "plain",
    "july.jsonl",
    lines(lambda s: {"id": s.id, "title": s.title, "text": s.text, "date": s.iso, "source": s.source,
                     "language": s.language, "url": s.url}),
)  # fmt: skip


def test_the_articles_are_told_apart():
    assert len({story.title for story in STORIES}) == len({story.date for story in STORIES}) == len(STORIES) == 11
    assert len({story.language for story in STORIES}) == 9
    assert all(len(story.paragraphs) == 3 for story in STORIES)
    assert (STORIES[0].iso, STORIES[0].offset) == ("2024-07-14T09:05:00Z", "2024-07-14T12:05:00+03:00")
    assert STORIES[0].rfc == "Sun, 14 Jul 2024 12:05:00 +0300"


def test_no_two_kinds_have_one_name():
    kinds = all_kinds()
    assert len(KINDS) == len(kinds) > 200
    assert all(" " not in kind.file and set(kind.carries.split()) <= set(FIELDS) for kind in kinds)


@pytest.mark.parametrize(
    "name",
    [
        "NewsAPI", "news-please", "Event Registry, stored on a later day", "Elasticsearch, fields in place of _source",
        "WordPress REST", "Solr, schemaless, every value a list", "schema.org, a list of items", "Webz.io",
        "CSV, MySQL", "CSV, Arabic names", "CSV, Unicode text of a spreadsheet", "TSV, PostgreSQL COPY",
        "CSV in another encoding, windows-1256", "JSON, pages of answers", "Feed as JSON, xml2js", "MLSUM",
        "CSV of a spreadsheet, a column for the day and one for the time",
    ],
)  # fmt: skip
def test_kinds_that_need_no_other_package_are_read_right(name):
    found = score_one(KINDS[name])
    of = found["of"]
    assert of >= 2
    assert {field: found[field] for field in FIELDS if field in found} == dict.fromkeys(KINDS[name].carries.split(), of)
    assert (found["read"], found["right"], found["command"]["exit"], found["command"]["read"]) == (of, True, 0, of)


def test_every_field_that_is_wrong_is_counted(tmp_path):
    path = write(tmp_path, PLAIN)
    articles = list(read_articles(path))
    assert count_right(PLAIN, STORIES, articles) == dict.fromkeys(FIELDS, 11)
    first = articles[0]
    for field, value in [
        ("date", first.published + timedelta(minutes=1)), ("title", "x"), ("text", f"{first.text} x"), ("source", "x"),
        ("language", "en"), ("url", ""),
    ]:  # fmt: skip
        changed = [replace(first, **{"published" if field == "date" else field: value}), *articles[1:]]
        assert count_right(PLAIN, STORIES, changed) == dict.fromkeys(FIELDS, 11) | {field: 10}
    assert count_right(PLAIN, STORIES, articles[1:]) == dict.fromkeys(FIELDS, 10)
    other_day = [replace(first, published=first.published + timedelta(hours=20)), *articles[1:]]
    assert count_right(replace(PLAIN, day_only=True), STORIES, other_day)["date"] == 10


def test_a_file_that_is_read_in_part_is_not_right():
    half = replace(PLAIN, make=lambda stories: PLAIN.make(stories[:6]))
    found = score_one(half)
    assert (found["read"], found["title"], found["right"]) == (6, 6, False)
    assert row_of(found)["read"] == 6
    assert line_of(found).startswith("WRONG plain: read 6 of 11; title 6 text 6")
    named = replace(PLAIN, make=lines(lambda s: {"id": s.id, "kicker": s.title, "text": s.text}), carries="title text")
    assert (score_one(named)["title"], score_one(named)["right"]) == (0, False)
    assert score_one(replace(named, options={"title_field": "kicker"}))["right"]


def test_what_must_be_refused_is_right_only_if_it_is():
    found = score_one(KINDS["pickle"])
    assert (found["right"], found["command"]["exit"]) == (True, 2)
    assert found["command"]["says"].startswith("sada: july.pkl: ")
    assert row_of(found) == {"kind": "pickle", "read": "refused"}
    assert row_of(score_one(replace(PLAIN, refused=True))) == {"kind": "plain", "read": "not refused"}


def test_a_kind_whose_package_is_missing_is_left_out():
    found = score_one(replace(PLAIN, needs="no_such_package"))
    assert found["right"] is None
    assert row_of(found) == {"kind": "plain", "read": "not made"}
