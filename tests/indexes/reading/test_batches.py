"""Articles as columns are the articles: same values, same order, same report, on any rows."""

from __future__ import annotations

import gzip
import json

import orjson
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sada.indexes.article import Article
from sada.indexes.errors import InputError
from sada.indexes.reading import batches as rooms
from sada.indexes.reading.batches import CopyFields, batches_of
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.readers import FieldMap, read_articles
from sada.indexes.storage.spool import Lines, Origin

values = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 2**70), st.floats(allow_nan=False), st.text(max_size=8),
    st.sampled_from(["", " ", " a ", "2020-01-02", "2020-01-02T03:04:05+03:00", "1440-01-01", "not a date",
                     "1577934245", "&amp; &quot;", "a &lt b", "<p>a <b>b</b>&amp;lt;",
                     "&lt;i&gt;a&lt;/i&gt;", "a <b", "<a x='\ud800'>a", "\u0627", "😀", "\ud800", "CNN", "ar"]),
    st.lists(st.text(max_size=3), max_size=2), st.dictionaries(st.sampled_from(["name", "$date", "$oid"]), st.text()),
)  # fmt: skip
names = st.sampled_from(
    ["id", "guid", "ID", "title", "headline", "text", "body", "date", "published", "source", "url", "lang", "views"]
)
rows = st.dictionaries(names, values, max_size=9)


def slim_rows(path, **options):
    reader = read_articles(path, **options)
    found = list(reader.batches(lambda article: b"new:" + article.id.encode()))
    lines = [read_again(line) for batch in found for line in batch.lines]
    columns = [
        (batch.ids, batch.sources, batch.published, batch.bodies, batch.title_units, batch.urls) for batch in found
    ]
    copy_fields = [CopyFields(*values) for column in columns for values in zip(*column, strict=True)]
    return copy_fields, lines, reader.report


def read_again(line):
    if not isinstance(line, Lines):
        return line
    with open(line.origin.path, "rb") as file:
        return file.read()[line.start : line.start + line.size]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.lists(rows, max_size=8))
def test_batches_hold_what_articles_hold(tmp_path, batch):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in batch), "utf-8")
    reader = read_articles(path)
    expected = [CopyFields.of(article) for article in reader]
    copy_fields, lines, report = slim_rows(path)
    assert copy_fields == expected
    assert (report.read, report.bad, report.skipped) == (reader.report.read, reader.report.bad, reader.report.skipped)
    read = path.read_bytes().splitlines(keepends=True)
    assert [line for line in read if line in lines] == lines


@given(rows)
def test_a_slim_row_is_its_article(row):
    copy_fields = RowMapper().copy_fields(row)
    if copy_fields is not None:
        assert copy_fields == CopyFields.of(RowMapper().article(row, []))


@given(st.lists(rows, max_size=4))
def test_rows_with_tags_are_counted_the_same_on_both_ways(batch):
    short, long = RowMapper(), RowMapper()
    for row in batch:
        if short.copy_fields(row) is not None:
            long.article(row, [])
    assert short.coverage.tagged == long.coverage.tagged


def test_ordinary_rows_take_the_short_way():
    row = {"id": "a", "title": "t &amp; u", "text": "x", "date": "2020-01-02", "source": " CNN ", "lang": "??"}
    expected = CopyFields.of(RowMapper().article(row, []))
    assert RowMapper().copy_fields(row) == expected
    assert expected.source == "CNN" and expected.body.decode("utf-16-le") == "t & u\nx"
    html = row | {"title": "<i>t</i> &amp; u", "text": "<p>&lt;b&gt;x&lt;/b&gt;</p>"}
    assert RowMapper().copy_fields(html) == expected


def test_other_sources_get_a_new_line(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("id,title\na,one\nb,two\n", "utf-8")
    copy_fields, lines, _ = slim_rows(path)
    assert [item.id for item in copy_fields] == ["a", "b"] and lines == [b"new:a", b"new:b"]
    batches = list(read_articles(path).batches())
    assert batches[0].ids == ["a", "b"] and batches[0].lines == []


def test_lines_may_be_made_anew(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(orjson.dumps({"id": "a", "title": "one"}) + b"\n")
    batch = next(read_articles(path).batches(lambda article: article.title.encode(), verbatim=False))
    assert batch.lines == [b"one"]
    (line,) = next(read_articles(path).batches(lambda article: b"")).lines
    assert line == Lines(Origin.of(str(path), path.stat()), 0, path.stat().st_size)
    path.write_bytes(b"\xef\xbb\xbf\n \n" + path.read_bytes() + b"\r\n" + path.read_bytes().strip())
    first, second = next(read_articles(path).batches(lambda article: b"")).lines
    assert read_again(first) == b'{"id":"a","title":"one"}\n' and second == b'{"id":"a","title":"one"}'


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_lines_of_an_archive_are_kept(tmp_path, pack):
    path = tmp_path / "rows.jsonl.packed"
    path.write_bytes(pack(b'{"id": "a", "title": "one"}\n'))
    reader = read_articles(path, input_format="jsonl")
    assert next(reader.batches(lambda article: b"")).lines == [b'{"id": "a", "title": "one"}\n']


def test_a_misspelt_field_gives_nothing(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"id": "a", "title": "one"}\n')
    with pytest.raises(InputError, match="no row has the text field 'txt'"):
        list(read_articles(path, fields=FieldMap(text="txt")).batches())


def test_batches_are_cut_by_count_and_by_size(monkeypatch):
    monkeypatch.setattr(rooms, "_AT_ONCE", 3)
    monkeypatch.setattr(rooms, "_BYTES_AT_ONCE", 100)
    articles = [Article(str(number), title="x" * (60 if number == 4 else 1)) for number in range(9)]
    found = list(batches_of((CopyFields.of(article), None) for article in articles))
    assert [batch.ids for batch in found] == [["0", "1", "2"], ["3", "4"], ["5", "6", "7"], ["8"]]
