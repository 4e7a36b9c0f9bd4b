"""Fields that no row fills, or few, are noted once a read."""

from __future__ import annotations

import json

import pytest

from sada.indexes.reading.readers import read_articles

FULL = {"title": "t", "text": "x", "date": "2026-03-03", "source": "A", "lang": "en"}


def notes(path, rows, **options):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    problems = []
    reader = read_articles(path, on_problem=problems.append, **options)
    assert len(list(reader)) + reader.report.skipped == len(rows)
    assert reader.report.notes == len(problems) - reader.report.skipped
    batched = []
    list(read_articles(path, on_problem=batched.append, **options).batches())
    assert [str(problem) for problem in batched] == [str(problem) for problem in problems]
    return [problem.reason for problem in problems if problem.kind == "note"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.jsonl"


def test_rows_that_have_all_fields_give_no_note(path):
    assert notes(path, [{"id": "a", **FULL}]) == []


def test_a_field_that_no_row_fills_is_noted_with_the_names_that_look_like_it(path):
    rows = [{"id": str(n), **FULL, "date": None, "publishDay": "x", "meta": {"day time": 1}} for n in range(3)]
    names = "publishDay, meta.day time look like one: --date-field publishDay"
    assert notes(path, rows) == [f"no row gave a date; {names}"]
    of_crawl = {"warc_headers": {"warc-type": "x"}}
    assert notes(path, [{"id": "a", **FULL, "title": "", **of_crawl, "title_of": {"ar": "x"}, "headline": {}}]) == [
        "no row gave a title (if a field holds it, name it: --title-field NAME)"
    ]
    assert notes(path, [{"id": "a", **FULL, "title": "", "Big Headline!": "x"}]) == [
        "no row gave a title; Big Headline! looks like one: --title-field 'Big Headline!'"
    ]
    assert notes(path, [{"id": "a", **FULL, "source": ""}]) == [
        "no row gave a source (if a field holds it, name it: --source-field NAME)"
    ]


def test_an_id_inside_an_object_looks_like_no_other_field(path):
    rows = [{"id": "a", **FULL, "date": "", "update": {"_id": "3"}, "updates": 1}]
    assert notes(path, rows) == ["no row gave a date; updates looks like one: --date-field updates"]


def test_a_language_is_missed_only_if_a_name_looks_like_one(path):
    assert notes(path, [{"id": "a", **FULL, "lang": ""}]) == []
    rows = [{"id": str(n), **FULL, **({"lang": ""} if n else {})} for n in range(20)]
    assert notes(path, rows) == []
    assert notes(path, [{"id": "a", **FULL, "lang": "", "site locale": "en_GB"}]) == [
        "no row gave a language; site locale looks like one: --language-field 'site locale'"
    ]


def test_a_field_that_few_rows_fill_is_noted(path):
    rows = [{"id": str(n), **FULL, **({"source": ""} if n else {})} for n in range(20)]
    assert notes(path, rows) == ["only 1 of 20 rows gave a source (if a field holds it, name it: --source-field NAME)"]
    assert notes(path, rows[:10]) == []


def test_nothing_is_noted_without_articles_and_for_documents(path, tmp_path):
    assert notes(path, []) == notes(path, [{"id": "a", "date": ""}]) == []
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a.txt").write_text("Title\n\nText of it.")
    problems = []
    list(read_articles(tmp_path / "f", on_problem=problems.append))
    assert problems == []


def test_a_date_that_is_not_understood_was_given(path):
    assert notes(path, [{"id": "a", **FULL, "date": "soon"}]) == ["date 'soon' not understood, kept in extra"]


def test_rows_with_tags_are_noted_once(path):
    kept = "left out of shingles, words and vectors, and stored as they are"
    html = {"id": "a", **FULL, "text": "<p>x</p>"}
    title = {"id": "b", **FULL, "title": "&lt;b&gt;t&lt;/b&gt;"}
    assert notes(path, [html, {"id": "c", **FULL, "text": "a < b, x<y>z"}]) == [f"1 row holds HTML tags: {kept}"]
    assert notes(path, [html, title, {"id": 3, **FULL, "text": "<br>x"}]) == [f"3 rows hold HTML tags: {kept}"]
    assert not any("HTML tags" in reason for reason in notes(path, [html], pages=True))
