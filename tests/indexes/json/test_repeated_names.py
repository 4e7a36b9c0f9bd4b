"""A name that stands twice in one object is noted once an input, at the row that has it first."""

from __future__ import annotations

import json

import pytest

from sada.indexes.json.repeated_names import RepeatedNames
from sada.indexes.reading.readers import read_articles

ROW = '{"id": "a", "title": "first", "text": "x", "date": "2026-03-03", "source": "A", "title": "last"}'
SECOND = ROW.replace('"a"', '"c"')
PLAIN = '{"id": "b", "title": "t", "text": "A \\"title\\": and \\"text\\": on it", "date": "2026-03-03", "source": "A"}'
NOTE = "title given twice in one row, the last one counts (later rows of this kind are not noted)"


def read(path, text):
    path.write_text(text, "utf-8")
    problems = []
    articles = list(read_articles(path, on_problem=problems.append))
    return [article.title for article in articles], [(problem.line, problem.reason) for problem in problems]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.jsonl", f"{PLAIN}\n{ROW}\n{SECOND}\n", 2),
        ("a.json", f"[{PLAIN},\n{ROW},\n{SECOND}]", 2),
        ("b.json", f'{{"status": "ok",\n"articles": [{PLAIN},\n{ROW}, {SECOND}]}}', 1),
    ],
)
def test_the_first_row_with_a_repeated_name_is_noted(tmp_path, name, text, line):
    assert read(tmp_path / name, text) == (["t", "last", "last"], [(line, NOTE)])


def test_names_inside_objects_and_names_of_inner_objects():
    nested = '{"title": "t", "source": {"title": "u", "id": 1}, "a": [{"id": 1}, {"id": 2}]}'
    assert in_rows(nested) == []
    assert in_rows('{"source": {"id": 1, "id": 2}}') == [NOTE.replace("title", "id")]
    assert in_rows('{"a": 1, "b": 1, "a": 2, "b": 2}') == [NOTE.replace("title", "a, b")]
    assert in_rows('{"a": 1, "a": 2}', '{"b": 1, "a": 1, "b": 2, "a": 2}') == [
        NOTE.replace("title", "a"),
        NOTE.replace("title", "b"),
    ]


def test_rows_after_the_first_two_thousand_are_not_looked_at():
    assert in_rows(*['{"a": 1}'] * 1999, '{"b": 1, "b": 2}') == [NOTE.replace("title", "b")]
    assert in_rows(*['{"a": 1}'] * 2000, '{"b": 1, "b": 2}') == []


def in_rows(*rows):
    looker = RepeatedNames()
    notes = (looker.in_row(row.encode(), json.loads(row)) for row in rows)
    return [note.reason for note in notes if note is not None]


def test_the_line_of_the_row_after_a_note_is_its_own(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(f"{PLAIN}\n{ROW}", "utf-8")
    batches = list(read_articles(path).batches(lambda article: b"made"))
    assert batches[0].ids == ["b", "a"]
    assert batches[0].lines[1] == ROW.encode()


def test_columns_with_one_name_are_noted(tmp_path):
    text = "id,title,text,title,title\na,first,x,second,third\n"
    titles, notes = read(tmp_path / "a.csv", text)
    assert titles == ["first"]
    assert notes[0] == (1, "columns with the name of another: title is read as title_2, title is read as title_3")
