from __future__ import annotations

import io
import json

import pytest

from sada.indexes.json.lines import JsonLines
from sada.indexes.parsing.csv_records import unique_names
from sada.indexes.parsing.faults import Fault
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.formats import csv_rows
from sada.indexes.reading.formats import json_rows as rows_of_stream
from sada.indexes.reading.readers import read_articles


def split(data):
    """``data`` line by line, as a file would give it."""
    return data.splitlines(keepends=True)


def json_rows(data, mapper):
    """The rows of ``data``, read as a stream."""
    return rows_of_stream(io.BufferedReader(io.BytesIO(data)), mapper)


def lines_of_csv(text, delimiter=None):
    data = text if isinstance(text, bytes) else text.encode()
    return list(csv_rows([line + b"\n" for line in data.split(b"\n") if line], delimiter, RowMapper()))


def fault(item):
    line, found = item
    assert isinstance(found, Fault)
    return line, found.kind, found.reason


def test_json_lines():
    items = list(JsonLines(split(b'{"id": 1}\r\n\n  \n[1]\n"x"\nnull\n7\n{"id": 2}')))
    assert [items[0], items[-1]] == [(1, {"id": 1}), (8, {"id": 2})]
    kinds = [fault(item) for item in items[1:-1]]
    assert [(line, kind) for line, kind, _ in kinds] == [(4, "bad"), (5, "bad"), (6, "bad"), (7, "bad")]
    starts = [reason.partition(",")[0] for _, _, reason in kinds]
    assert starts == ["a list", "text", "null", "a number"]


def test_a_text_may_have_line_breaks_as_they_are():
    rows = [b'{"id": 1, "text": "first\r\n\n\tsecond}\nthird"}\n', b'{"id": 2, "text": "a\tb"}\n', b'{"id": 3}\n']
    lines = JsonLines(split(b"".join(rows)))
    assert next(lines) == (1, {"id": 1, "text": "first\r\n\n\tsecond}\nthird"})
    assert (lines.line, lines.start) == (rows[0], 0)
    assert next(lines) == (5, {"id": 2, "text": "a\tb"})
    assert (lines.line, lines.start) == (rows[1], len(rows[0]))
    assert lines.mended == b'{"id": 2, "text": "a\\tb"}\n'
    assert list(lines) == [(6, {"id": 3})]
    assert lines.mended == b""


def test_dedup_writes_a_row_with_line_breaks_as_one_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "a", "title": "t", "text": "one\ntwo"}\n{"id": "b", "title": "u"}\n')
    (batch,) = read_articles(path).batches(lambda article: b"made")
    assert batch.lines[0] == b'{"id": "a", "title": "t", "text": "one\\ntwo"}\n'
    assert not isinstance(batch.lines[1], bytes)  # a place in the file


def test_items_of_an_array_may_have_line_breaks_as_they_are():
    items = list(json_rows(b'[{"id": 1, "text": "a\n\tb"},\n{"id": 2}, {"id": 3 "x"}]', RowMapper()))
    assert items[:2] == [(None, {"id": 1, "text": "a\n\tb"}), (None, {"id": 2})]
    assert fault(items[2])[:2] == (3, "bad")


def test_a_row_that_breaks_off_costs_no_row_after_it():
    lines = JsonLines(
        split(b'{"id": 1, "text": "first\n{"id": 2}\n{"id": 3, "text": "x\nrest}\n{"id": 4}\n{"id": 5, "t\n')
    )
    found = list(lines)
    assert [line for line, _ in found] == [1, 2, 3, 4, 5, 6]
    assert [row for _, row in found if isinstance(row, dict)] == [{"id": 2}, {"id": 4}]
    many = list(JsonLines([b'{"a":"x\n'] * 20_000))
    assert [line for line, _ in many] == list(range(1, 20_001))


@pytest.mark.parametrize(
    "value",
    [
        [{"id": "a", "title": "t"}],
        {"articles": [{"id": "a", "title": "t"}]},
        {"status": "ok", "errors": [], "articles": [{"id": "a", "title": "t"}], "links": [{"rel": "next"}]},
        {"title": "a feed", "items": [{"id": "a", "title": "t"}], "tags": ["x"]},
        {"data": [5, {"id": "a", "title": "t"}]},
    ],
)
def test_rows_are_found_in_a_json_text(value):
    found = [row for _, row in json_rows(json.dumps(value).encode(), RowMapper()) if not isinstance(row, Fault)]
    assert found == [{"id": "a", "title": "t"}]


@pytest.mark.parametrize("value", [[], {"articles": []}, {"articles": [], "errors": []}])
def test_no_rows_are_no_fault(value):
    assert list(json_rows(json.dumps(value).encode(), RowMapper())) == []


def test_an_object_that_is_an_article_is_one_row():
    article = {"title": "t", "text": "x", "related": [{"title": "other"}]}
    assert list(json_rows(json.dumps(article).encode(), RowMapper())) == [(None, article)]
    assert list(json_rows(b'{"title": "t"}', RowMapper())) == [(None, {"title": "t"})]


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b'{"a": 1}', None, "an object without a list of articles (a row must be a JSON object with fields such"),
        (b'{"a": [{"title": "x"}], "b": [{"text": "y"}]}', None, "several lists of articles: a, b (keep one, or"),
        (b"5", None, "a number, not an object"),
        (b'[{"title": "x"},\n {"title": ]', 2, "not JSON: expecting value at column 12"),
        (b'[{"title": "x"},\n {"title": "\xff"}]', 2, "broken UTF-8 at byte 12 of the line"),
    ],
)
def test_a_json_text_without_rows_is_one_fault(data, line, reason):
    *rows, last = json_rows(data, RowMapper())
    assert rows == ([(None, {"title": "x"})] if data.startswith(b"[") else [])  # rows before a fault are kept
    found_line, kind, found_reason = fault(last)
    assert (found_line, kind) == (line, "bad")
    assert found_reason.startswith(reason)


def test_items_of_an_array_are_counted_in_faults():
    deep = '{"title": "t", "x": ' + "[" * 300 + "]" * 300 + "}"
    items = list(json_rows(f'[{{"title": "t", "n": {2**70}}}, 7, {deep}]'.encode(), RowMapper()))
    assert items[0] == (None, {"title": "t", "n": 2**70})
    assert fault(items[1])[2].startswith("item 2: a number, not an object")
    assert fault(items[2])[2] == "item 3: nested more than 200 levels deep (flatten it, or drop it)"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_line_breaks_in_quotes_knows_its_lines(delimiter):
    rows = [["id", "title", "te,xt;\t"], ["a", "x\ny", '"q"'], [], ["b", "z", ""]]
    text = "\n".join(delimiter.join(f'"{cell}"'.replace('""q""', '"""q"""') for cell in row) for row in rows)
    found = list(csv_rows(split(text.encode()), None, RowMapper()))
    assert found == [
        (2, {"id": "a", "title": "x\ny", "te,xt;\t": '"q"'}),
        (5, {"id": "b", "title": "z", "te,xt;\t": ""}),
    ]


def test_a_delimiter_given_is_not_sniffed():
    assert lines_of_csv("title\ttext, body, all\nx\ty", "\t") == [(2, {"title": "x", "text, body, all": "y"})]
    assert lines_of_csv("text\nx\ny") == [(2, {"text": "x"}), (3, {"text": "y"})]


def test_rows_that_do_not_fit_the_header():
    items = lines_of_csv("id,title,text\na,b\nc,d,e,f\ng,h,i")
    assert fault(items[0]) == (2, "note", "2 fields where the header has 3, the last ones are empty")
    assert items[1] == (2, {"id": "a", "title": "b"})
    assert fault(items[2])[:2] == (3, "bad")
    assert items[3] == (4, {"id": "g", "title": "h", "text": "i"})


def test_quotes_out_of_place_are_bad_rows():
    items = lines_of_csv('id,title\na,"x "y" z"\nb,c\nd,"never closed\ne,f')
    assert fault(items[0])[:2] == (2, "bad")
    assert items[1] == (3, {"id": "b", "title": "c"})
    assert fault(items[2]) == (4, "bad", "a quote opened in this row is never closed (check the quotes)")
    assert items[3:] == [(5, {"id": "e", "title": "f"})]


def test_broken_utf8_in_csv_spoils_its_row_alone():
    items = lines_of_csv(b'id,title\na,"x\ny\xff"\nb,c')
    assert fault(items[0]) == (
        2,
        "bad",
        "broken UTF-8 at byte 1 of the line (if the file is in another encoding, name its encoding: --encoding NAME)",
    )
    assert items[1:] == [(4, {"id": "b", "title": "c"})]


def test_a_file_without_header_is_one_fault():
    ((line, kind, reason),) = map(fault, lines_of_csv("1,2\n3,4"))
    assert (line, kind) == (1, "bad")
    assert reason.startswith("no column for a title or a text among: 1, 2 (the first line must name the columns")
    assert fault(lines_of_csv('title,"text\nx')[0])[:2] == (1, "bad")
    assert fault(lines_of_csv("title,text\nx,y\rz,w")[0])[2].startswith("a bare carriage return outside quotes")


def test_columns_of_one_name_do_not_hide_one_another():
    assert unique_names(["title", "x", "x", "x_2", "x", "", ""]) == ["title", "x", "x_2", "x_2_2", "x_3", "", "_2"]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_header_of_a_file_that_was_joined_to_another_is_no_row(mark):
    items = lines_of_csv(f"id,title\na,x\n{mark}id,title\nb,title\nid,y")
    assert [row for _, row in items if type(row) is dict] == [
        {"id": "a", "title": "x"},
        {"id": "b", "title": "title"},
        {"id": "id", "title": "y"},
    ]
    assert fault(items[1]) == (3, "note", "the header again, as where files were joined: no row")
    assert lines_of_csv("title\nx\ntitle") == [(2, {"title": "x"}), (3, {"title": "title"})]


@pytest.mark.parametrize(
    "beside",
    [
        {"trending": [{"title": "Top", "url": "https://a.example/1"}]},
        {"errors": [{"title": "late"}], "status": "ok"},
        {"most_read": [{"title": "a"}, {"title": "b"}]},
    ],
)
def test_a_list_of_titles_outside_hides_no_articles_inside(beside):
    inside = {"data": {"articles": [{"title": "a", "text": "b"}, {"title": "c", "text": "d"}]}}
    data = json.dumps({**beside, **inside}).encode()
    ((_, found),) = rows_of_stream(io.BufferedReader(io.BytesIO(data)), RowMapper())
    (name,) = beside.keys() - {"status"}
    assert found.reason == (f"several lists of articles: {name}, data.articles (keep one, or name it: --rows {name})")
    named = rows_of_stream(io.BufferedReader(io.BytesIO(data)), RowMapper(rows="data.articles"))
    assert [row["title"] for _, row in named] == ["a", "c"]
    data = json.dumps({"articles": inside["data"]["articles"], "meta": beside}).encode()
    assert len(list(rows_of_stream(io.BufferedReader(io.BytesIO(data)), RowMapper()))) == 2
