from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.fields import RowMapper
from sada.indexes.formats import csv_rows, json_rows, jsonl_rows, unique_names
from sada.indexes.json_text import BadJson, load_json
from sada.indexes.problems import Fault, Unreadable, WrongEncoding
from sada.indexes.sniff import delimiter_of, format_of_name, sniff
from sada.indexes.streams import Progress, as_file, decode, read_chunks, take


def split(data):
    """``data`` line by line, as a file would give it."""
    return data.splitlines(keepends=True)


def lines_of_csv(text, delimiter=None):
    data = text if isinstance(text, bytes) else text.encode()
    return list(csv_rows([line + b"\n" for line in data.split(b"\n") if line], delimiter, RowMapper()))


def fault(item):
    line, found = item
    assert isinstance(found, Fault)
    return line, found.kind, found.reason


# JSON text


def test_integers_over_64_bits_stay_exact():
    assert load_json(b'{"id": 123456789012345678901234567890}') == {"id": 123456789012345678901234567890}
    assert load_json(b'{"x": [{"y": -18446744073709551617}]}') == {"x": [{"y": -18446744073709551617}]}
    assert load_json(b'{"x": 1e300, "y": 9223372036854775807}') == {"x": 1e300, "y": 9223372036854775807}


def test_what_the_fast_parser_refuses_is_read_all_the_same():
    assert load_json(b'{"x": Infinity, "y": -Infinity}') == {"x": float("inf"), "y": float("-inf")}
    assert load_json(b'{"x": NaN}')["x"] != load_json(b'{"x": NaN}')["x"]
    assert load_json(b'{"x": "\\ud83d"}') == {"x": "\ud83d"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"id": 1', "not JSON: unexpected end (check the line, or drop it)"),
        (b'{"id": "a', "not JSON: unexpected end (check the line, or drop it)"),
        (b"{'id': 1}", "not JSON: expecting property name enclosed in double quotes at column 2 (check the line"),
        (b"{} {}", "not JSON: extra data at column 4 (check the line, or drop it)"),
        (b'{"id": "caf\xe9"}', "broken UTF-8 at byte 11 of the line (convert the file to UTF-8, for example with ico"),
        (b'{"x":' + b"9" * 5000 + b"}", "not JSON: a number with too many digits (check the line, or drop it)"),
        (b"[" * 201 + b"]" * 201, "JSON nested more than 200 levels deep (flatten the row, or drop it)"),
        (b"[" * 100_000 + b"]" * 100_000, "JSON nested more than 200 levels deep (flatten the row, or drop it)"),
    ],
)
def test_what_is_wrong_with_json(data, reason):
    with pytest.raises(BadJson) as caught:
        load_json(data)
    assert str(caught.value).startswith(reason)


def test_two_hundred_levels_are_fine():
    assert load_json(b"[" * 200 + b"]" * 200) is not None


def test_json_lines():
    items = list(jsonl_rows(split(b'{"id": 1}\r\n\n  \n[1]\n"x"\nnull\n7\n{"id": 2}')))
    assert [items[0], items[-1]] == [(1, {"id": 1}), (8, {"id": 2})]
    kinds = [fault(item) for item in items[1:-1]]
    assert [(line, kind) for line, kind, _ in kinds] == [(4, "bad"), (5, "bad"), (6, "bad"), (7, "bad")]
    starts = [reason.partition(",")[0] for _, _, reason in kinds]
    assert starts == ["a list", "text", "null", "a number"]


# JSON as a whole


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
    ((found_line, kind, found_reason),) = map(fault, json_rows(data, RowMapper()))
    assert (found_line, kind) == (line, "bad")
    assert found_reason.startswith(reason)


def test_items_of_an_array_are_counted_in_faults():
    deep = '{"title": "t", "x": ' + "[" * 300 + "]" * 300 + "}"
    items = list(json_rows(f'[{{"title": "t", "n": {2**70}}}, 7, {deep}]'.encode(), RowMapper()))
    assert items[0] == (None, {"title": "t", "n": 2**70})
    assert fault(items[1])[2].startswith("item 2: a number, not an object")
    assert fault(items[2])[2] == "item 3: nested more than 200 levels deep (flatten it, or drop it)"


# CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_line_breaks_in_quotes_knows_its_lines(delimiter):
    rows = [["id", "title", "te,xt;\t"], ["a", "x\ny", '"q"'], [], ["b", "z", ""]]
    text = "\n".join(delimiter.join(f'"{cell}"'.replace('""q""', '"""q"""') for cell in row) for row in rows)
    found = list(csv_rows(split(text.encode()), None, RowMapper()))
    assert found == [(2, {"id": "a", "title": "x\ny", "te,xt;\t": '"q"'}), (5, {"id": "b", "title": "z", "te,xt;\t": ""})]


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
    assert len(items) == 3


def test_broken_utf8_in_csv_spoils_its_row_alone():
    items = lines_of_csv(b'id,title\na,"x\ny\xff"\nb,c')
    assert fault(items[0]) == (
        2,
        "bad",
        "broken UTF-8 at byte 1 of the line (convert the file to UTF-8, for example with iconv)",
    )
    assert items[1:] == [(4, {"id": "b", "title": "c"})]


def test_a_file_without_header_is_one_fault():
    ((line, kind, reason),) = map(fault, lines_of_csv("1,2\n3,4"))
    assert (line, kind) == (1, "bad")
    assert reason.startswith("no column for a title or a text among: 1, 2 (the first line must name the columns")
    assert fault(lines_of_csv('title,"text\nx')[0])[:2] == (1, "bad")
    assert fault(lines_of_csv("title,text\rx,y\rz,w")[0])[2].startswith("a bare carriage return outside quotes")


def test_columns_of_one_name_do_not_hide_one_another():
    assert unique_names(["title", "x", "x", "x_2", "x", "", ""]) == ["title", "x", "x_2", "x_2_2", "x_3", "", "_2"]


@pytest.mark.parametrize(
    ("header", "delimiter"), [("a,b;c,d", ","), ('"a,b,c";d', ";"), ("a\tb,c\td", "\t"), ("title", ",")]
)
def test_delimiters(header, delimiter):
    assert delimiter_of(header) == delimiter


# streams


def through(data, size=1 << 16):
    chunks = (data[start : start + size] for start in range(0, len(data), size))
    return b"".join(decode(iter(chunks)))


@given(st.binary(max_size=400), st.binary(max_size=400), st.integers(1, 50))
def test_members_and_frames_are_read_one_after_the_other(first, second, size):
    plain = b"{" + b" " * 3 + first + second
    halves = b"{   " + first, second
    assert through(b"".join(map(gzip.compress, halves)), size) == plain
    assert through(b"".join(map(zstandard.compress, halves)), size) == plain
    assert through(gzip.compress(halves[0]) + b"\0" * 64 + gzip.compress(second) + b"\0" * 9, size) == plain
    assert through(plain, size) == plain


def test_skippable_frames_are_skipped():
    frame = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"abc"
    assert through(frame + zstandard.compress(b'{"id": 1}')) == b'{"id": 1}'


@pytest.mark.parametrize(("compress", "name"), [(gzip.compress, "gz"), (zstandard.compress, "zst")])
def test_a_stream_that_breaks_off_gives_what_came_before(compress, name):
    whole = b"".join(orjson.dumps({"id": number, "x": str(number**9)}) + b"\n" for number in range(40_000))
    data = compress(whole)
    stream = as_file(decode(read_chunks(as_file(iter([data[: len(data) // 2]])), Progress())))
    lines = []
    with pytest.raises(Unreadable, match=f"^the {name} stream breaks off, what follows is lost"):
        lines.extend(stream.readline() for _ in range(50_000))
    stream = as_file(decode(iter([data[: len(data) // 2]])))
    lines = []
    with pytest.raises(Unreadable):
        for line in stream:
            lines.append(line)
    assert 1000 < len(lines) < 40_000
    assert lines == split(whole)[: len(lines)]


@pytest.mark.parametrize("mark", [gzip.compress(b"x" * 5000)[:200], zstandard.compress(b"x")[:6]])
def test_damage_is_raised_where_it_stands(mark):
    head, rest = take(decode(iter([mark + b"\xff" * 90])), lambda chunk, head: True)
    assert set(head) <= set(b"x")
    with pytest.raises(Unreadable, match="what follows is lost"):
        list(rest)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_named(encoding):
    for data in ('{"id": 1}'.encode(encoding), gzip.compress('{"id": 1}'.encode(encoding))):
        with pytest.raises(WrongEncoding, match=r"^UTF-16 or binary, not UTF-8 \(convert it: iconv"):
            list(decode(iter([data])))


def test_a_mark_at_the_start_is_no_text():
    assert through(b"\xef\xbb\xbf{}") == through(gzip.compress(b"\xef\xbb\xbf{}")) == b"{}"
    assert through(b"\xef\xbb\xbf") == b""


def test_bytes_are_counted_as_they_lie_on_disk():
    data = gzip.compress(b"x" * 1_000_000)
    progress = Progress()
    assert len(b"".join(decode(read_chunks(as_file(iter([data])), progress)))) == 1_000_000
    assert progress.done == len(data)


# formats


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jsonl", "jsonl"),
        ("a.NDJSON.GZ", "jsonl"),
        ("x/a.json.zst", "json"),
        ("a.b.csv", "csv"),
        ("a.tsv", "tsv"),
        ("a.parquet", "parquet"),
        ("a.txt.gz", "txt"),
        ("a.htm", "html"),
        ("a.gz", None),
        ("jsonl", None),
    ],
)
def test_names_promise_formats(name, expected):
    assert format_of_name(name) == expected


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("-", b'{"title": "x"}\n{"title": "y"}\n', "jsonl"),
        ("-", b'\n{"title": "x"}\nnot json\n', "jsonl"),
        ("-", b'{"title": \n{"title": "y"}\n', "jsonl"),
        ("-", b'{"title": "x"}\n', "json"),
        ("-", b'{\n "articles": [\n', "json"),
        ("-", b' [{"title": "x"}]', "json"),
        ("-", b"id,title\n1,x\n", "csv"),
        ("-", b'"id";"Text"\n1;x\n', "csv"),
        ("-", b"text\nx\n", "csv"),
        ("-", b"  <!doctype html>", "html"),
        ("-", b"PAR1....", "parquet"),
        ("-", b"Just some words\n", None),
        ("a.json", b'{"title": "x"}\n{"title": "y"}\n', "jsonl"),
        ("a.json", b'{"title": "x"}', "json"),
        ("a.json", b"nothing", "json"),
        ("a.jsonl", b'[\n{"title": "x"}\n]', "json"),
        ("a.jsonl", b'[{"title": "x"},\n{"title": "y"}]', "json"),
        ("a.jsonl", b'[1]\n{"title": "x"}\n', "jsonl"),
        ("a.jsonl", b'{"title": \n', "jsonl"),
        ("a.txt", b'{"title": "x"}', "txt"),
    ],
)
def test_first_lines_tell_the_format(name, data, expected):
    for size in (1, 7, 1000):
        chunks = iter([data[start : start + size] for start in range(0, len(data), size)])
        found, rest = sniff(name, chunks, RowMapper().has_content)
        assert found == expected
        assert b"".join(rest) == data


# Parquet


def parquet_file(path, columns, **options):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.table(columns), path, **options)
    return path


def parquet_items(path):
    from sada.indexes.parquet import parquet_rows

    return [row for _, row in parquet_rows(path, lambda share: None)]


def test_parquet_values_are_plain(tmp_path):
    pa = pytest.importorskip("pyarrow")
    moment = datetime(2020, 1, 2, 3, 4, 5, 600_000)
    columns = {
        "title": pa.array([b"bytes", "نص".encode()], pa.binary()),
        "utc": pa.array([moment, None], pa.timestamp("us", "UTC")),
        "zoned": pa.array([moment.replace(tzinfo=UTC), None], pa.timestamp("ms", "Asia/Riyadh")),
        "naive": pa.array([1577934245123456789, None], pa.timestamp("ns")),
        "far": pa.array([2**40, None], pa.timestamp("s")),
        "day": [date(2020, 1, 2), None],
        "amount": [Decimal("1.50"), None],
        "nested": [{"when": moment, "all": [b"\xff"]}, None],
        "kind": pa.array(["x", "x"]).dictionary_encode(),
        "tags": [["a", "b"], []],
        "n": [1, 2**62],
        "f": [0.5, None],
    }
    first, second = parquet_items(parquet_file(tmp_path / "a.parquet", columns))
    assert first == {
        "title": "bytes",
        "utc": "2020-01-02 03:04:05.600000Z",
        "zoned": "2020-01-02 03:04:05.600Z",
        "naive": "2020-01-02 03:04:05.123456789",
        "far": first["far"],
        "day": "2020-01-02",
        "amount": "1.50",
        "nested": {"when": "2020-01-02T03:04:05.600000", "all": [{"base64": "/w=="}]},
        "kind": "x",
        "tags": ["a", "b"],
        "n": 1,
        "f": 0.5,
    }
    assert first["far"].lstrip("+").startswith("36812-02-20")
    nothing = {"utc", "zoned", "naive", "far", "day", "amount", "nested", "f"}
    assert second == {**dict.fromkeys(nothing), "title": "نص", "kind": "x", "tags": [], "n": 2**62}


def test_parquet_is_read_in_batches(tmp_path):
    path = parquet_file(tmp_path / "a.parquet", {"id": range(2500)}, row_group_size=700)
    assert [row["id"] for row in parquet_items(path)] == list(range(2500))


def test_damaged_parquet_is_unreadable(tmp_path):
    path = parquet_file(tmp_path / "a.parquet", {"id": ["a" * 50]})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Unreadable, match=r"^not readable as Parquet: .* \(fetch the file again\)$"):
        parquet_items(path)
