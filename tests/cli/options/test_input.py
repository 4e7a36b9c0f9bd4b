"""How input files are read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from sada.cli.options.input import input_options
from sada.indexes.errors import InputError
from sada.indexes.reading.fields import FieldMap


def test_field_options_make_a_field_map(call):
    names = ("id", "title", "text", "date", "url", "source", "language", "keywords")
    arguments = [word for name in names for word in (f"--{name}-field", f"my {name}")]
    reading = call(*arguments, bundles=[input_options])["reading"]
    assert reading.fields == FieldMap(**{name: f"my {name}" for name in names})


def test_reading_reads_articles_as_it_was_told(call, tmp_path):
    path = tmp_path / "news.dat"
    path.write_text("Key;Kopf;Wann\na1;Echo;2024-07-01 09:00\n;;\n")
    arguments = ["--input-format", "csv", "--timezone", "+03:00"]
    arguments += ["--id-field", "Key", "--title-field", "Kopf", "--date-field", "Wann"]
    reading = call(*arguments, bundles=[input_options])["reading"]
    (article,) = reading.articles([str(path)])
    assert (article.id, article.title) == ("a1", "Echo")
    assert article.published == datetime(2024, 7, 1, 6, tzinfo=UTC)


def test_options_choose_the_reading_of_a_date(call, tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text('{"id": "a", "title": "t", "date": "03/04/2020"}\n')
    for arguments, expected in (
        ([], None),
        (["--day-first"], datetime(2020, 4, 3, tzinfo=UTC)),
        (["--date-format", "%m/%d/%Y"], datetime(2020, 3, 4, tzinfo=UTC)),
    ):
        reading = call(*arguments, bundles=[input_options])["reading"]
        assert [article.published for article in reading.articles([str(path)])] == [expected]


def test_a_date_format_that_names_no_day_is_an_input_error(call, tmp_path):
    reading = call("--date-format", "%H:%M", bundles=[input_options])["reading"]
    with pytest.raises(InputError, match=r"^date format '%H:%M' lacks year, month or day"):
        reading.articles([str(tmp_path)])


def test_strict_reading_stops_at_a_bad_row_and_other_reading_tells(call, tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text('{"id": "a", "title": "t"}\n{"id": \n')
    problems = []
    reading = call(bundles=[input_options])["reading"]
    assert [article.id for article in reading.articles([str(path)], problems.append)] == ["a"]
    assert [problem.line for problem in problems if problem.line is not None] == [2]
    # Of the fields that most articles have, only the title was given; a language is identified.
    assert [problem.reason.split(" (")[0] for problem in problems if problem.line is None] == [
        f"no row gave a {field}" for field in ("text", "date", "source")
    ]
    with pytest.raises(InputError):
        list(call("--strict", bundles=[input_options])["reading"].articles([str(path)]))


def test_an_unknown_input_format_is_a_usage_error(call):
    code, error = call("--input-format", "xml", bundles=[input_options])
    assert code == 2 and "'jsonl'" in error and "'parquet'" in error


def test_names_and_rows_reach_the_reader(call, tmp_path):
    names = tmp_path / "names.json"
    names.write_text('{"title": ["kicker"], "text": ["words"]}')
    path = tmp_path / "news.json"
    path.write_text('{"news": {"all": [{"id": "a", "kicker": "t", "words": "x"}]}}')
    reading = call("--field-names", str(names), "--rows", "news.all", bundles=[input_options])["reading"]
    (article,) = reading.articles([str(path)])
    assert (article.id, article.title, article.text) == ("a", "t", "x")


def test_a_table_of_several_can_be_named(call, tmp_path):
    with closing(sqlite3.connect(tmp_path / "news.db")) as connection:
        for name in ("old", "new"):
            connection.execute(f"CREATE TABLE {name} AS SELECT '{name}' AS title, 'x' AS text")
            connection.commit()
    reading = call("--table", "new", bundles=[input_options])["reading"]
    assert [article.title for article in reading.articles([str(tmp_path / "news.db")])] == ["new"]
