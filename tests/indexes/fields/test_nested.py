"""Lists of rows inside JSON documents."""

from __future__ import annotations

import json

import pytest

from sada.indexes.errors import InputError
from sada.indexes.fields.nested import rows_of_columns, value_at, without
from sada.indexes.reading.readers import read_articles

ROW = {"id": "a", "title": "t"}


def read(tmp_path, value, name="x.json", **options):
    path = tmp_path / name
    path.write_text(json.dumps(value), "utf-8")
    reader = read_articles(path, **options)
    return [article.id for article in reader], [p.reason for p in reader.report.problems if p.kind == "bad"]


@pytest.mark.parametrize(
    "value",
    [
        {"articles": {"results": [ROW], "totalResults": 1}},
        {"took": 1, "hits": {"total": {"value": 1}, "hits": [{"_id": "b", "_source": ROW}]}},
        {"status": "OK", "response": {"docs": [ROW], "meta": {"hits": 1}}},
        {"version": "1", "title": "a feed", "description": "of news", "items": [ROW], "authors": [{"name": "x"}]},
        {"id": {"0": "a"}, "title": {"0": "t"}},
    ],
)
def test_rows_are_found_inside(tmp_path, value):
    assert read(tmp_path, value) == (["a"], [])


def test_the_user_names_the_list(tmp_path):
    value = {"news": {"old": [{"id": "b", "title": "t"}], "new": [ROW]}, "one": ROW}
    assert read(tmp_path, value) == ([], [
        "several lists of articles: news.old, news.new (keep one, or name it: --rows news.old)"
    ])  # fmt: skip
    assert read(tmp_path, value, rows="news.new") == (["a"], [])
    assert read(tmp_path, value, rows="one") == (["a"], [])
    assert read(tmp_path, value, rows="news.none") == (
        [], ["no list 'news.none' in the document (lists there are: news.old, news.new)"]
    )  # fmt: skip


def test_lines_have_no_list_inside(tmp_path):
    with pytest.raises(InputError, match="--rows names a list in a JSON document, and this is jsonl"):
        read(tmp_path, ROW, "x.jsonl", rows="news")


def test_values_in_objects():
    row = {"a": {"b": {"c": 1}, "d": 2}}
    assert value_at(row, ("a", "b", "c")) == 1
    assert value_at(row, ("a", "x", "c")) is value_at(row, ("a", "d", "c")) is None
    assert without(row, ("a", "b", "c")) == {"a": {"d": 2}}
    assert without({"a": {"b": 1}}, ("a", "b")) == {}
    assert rows_of_columns({"a": {"0": 1}, "b": {"1": 2}}) is None


def articles(tmp_path, value):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(value), "utf-8")
    return [(one.title, one.text) for one in read_articles(path)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"title": ["t", "u"], "text": ["x", "y"], "n": [1, None]}, [("t", "x"), ("u", "y")]),
        ({"id": ["a", "b"], "text": [["x", "y"], ["z"]]}, [("", "x\ny"), ("", "z")]),
        ({"title": ["t"], "text": ["x"]}, [("t", "x")]),
        ({"title": ["t"], "text": ["x", "y"]}, [("t", "x\ny")]),
        ({"title": "t", "text": ["x", "y"]}, [("t", "x\ny")]),
        ({"text": ["x", "y"], "keywords": ["k", "l"]}, [("", "x\ny")]),
    ],
)
def test_lists_of_titles_and_of_texts_are_the_columns_of_a_table(tmp_path, value, expected):
    assert articles(tmp_path, value) == expected


def test_a_large_table_by_columns_is_one_article_a_row(tmp_path):
    texts = [f"{number} " + "word " * 500 for number in range(2000)]
    value = {"title": [f"t{number}" for number in range(2000)], "text": texts}
    assert articles(tmp_path, value) == [(f"t{number}", text) for number, text in enumerate(texts)]
