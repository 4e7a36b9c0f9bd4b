from __future__ import annotations

import csv
import gzip
import json
from dataclasses import FrozenInstanceError

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sada.cluster.evaluation.labels import read_labels
from sada.indexes.errors import InputError

LABELS = {"a1": "s1", "a2": "s1", "b1": "s2"}
AS_ROWS = "".join(json.dumps({"id": id_, "story": label}) + "\n" for id_, label in LABELS.items())


@pytest.fixture
def write(tmp_path):
    def write(content, name="labels"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def in_two_frames(data):
    return zstandard.compress(data[:9]) + zstandard.compress(data[9:])


@pytest.mark.parametrize(
    "content",
    [
        AS_ROWS,
        AS_ROWS.replace("\n", "\r\n\r\n"),
        "\ufeff" + AS_ROWS,
        "id,story\na1,s1\na2,s1\nb1,s2\n",
        "id;story\r\na1;s1\r\na2;s1\r\nb1;s2\r\n",
        "story\tid\ns1\ta1\ns1\ta2\ns2\tb1\n",
        json.dumps([{"id": id_, "story": label} for id_, label in LABELS.items()]),
        json.dumps({"labels": {id_: {"story": label} for id_, label in LABELS.items()}}),
        json.dumps({"name": "a set", "labels": {id_: {"story": label} for id_, label in LABELS.items()}}, indent=2),
    ],
)
@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstandard.compress, in_two_frames])
def test_every_shape_reads_the_same(write, content, compress):
    labels = read_labels(write(compress(content.encode())))
    assert (labels.labels, labels.field, labels.other_fields) == (LABELS, "story", ())


@pytest.mark.parametrize("document", [LABELS, {"labels": LABELS}])
@pytest.mark.parametrize("indent", [None, 1])
def test_bare_labels_are_a_field_named_label(write, document, indent):
    path = write(json.dumps(document, indent=indent))
    assert read_labels(path).labels == LABELS
    assert read_labels(path, "label").field == "label"


def test_a_byte_order_mark_is_believed(write):
    assert read_labels(write("id,story\na1,s1\n".encode("utf-16"))).labels == {"a1": "s1"}


def test_one_line_with_an_id_is_a_row(write):
    assert read_labels(write('{"id": "a1", "story": "s1"}')).labels == {"a1": "s1"}


@given(st.dictionaries(st.text().map(str.strip).filter(bool), st.text(min_size=1).filter(str.strip), min_size=1))
def test_what_is_written_as_json_lines_is_read_back(tmp_path_factory, labels):
    path = tmp_path_factory.mktemp("labels") / "l.jsonl"
    path.write_text("".join(json.dumps({"id": i, "event": x}, ensure_ascii=False) + "\n" for i, x in labels.items()))
    assert read_labels(path).labels == {id_: label.strip() for id_, label in labels.items()}


def test_the_first_usual_field_present_is_taken_and_the_rest_named(write):
    path = write('{"id": "a1", "title": "t", "label": "l", "event": "e"}\n{"id": "a2", "cluster": "c", "event": "e"}\n')
    labels = read_labels(path)
    assert (labels.field, labels.labels) == ("cluster", {"a2": "c"})
    assert labels.other_fields == ("title", "label", "event")
    assert read_labels(path, "title").labels == {"a1": "t"}


def test_null_and_blank_labels_are_left_out(write):
    rows = [("a", None), ("b", ""), ("c", "  "), ("d", 0), ("e", 7), ("f", "é")]
    path = write("".join(json.dumps({"id": id_, "story": label}) + "\n" for id_, label in rows))
    assert read_labels(path).labels == {"d": "0", "e": "7", "f": "é"}
    assert read_labels(write("id,story\na,\nb,s\nc\n")).labels == {"b": "s"}


def test_whole_numbers_are_ids(write):
    assert read_labels(write('{"id": 7, "story": 1}\n{"id": "8", "story": "1"}\n')).labels == {"7": "1", "8": "1"}


def test_the_same_label_twice_is_no_contradiction(write):
    assert read_labels(write("id,story\na,s\na,\na,s\n")).labels == {"a": "s"}


def test_separators_inside_json_text_do_not_end_a_row(write):
    row = json.dumps({"id": "a", "story": "one\u2028two\x85three"}, ensure_ascii=False)
    assert read_labels(write(row + "\n")).labels == {"a": "one\u2028two\x85three"}


def test_cells_may_be_long_and_span_lines(write, tmp_path):
    path = tmp_path / "l.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["id", "text", "story"], ["a", "x\n" * 100_000, "s"], ["b", "", "s"]])
    assert read_labels(path).labels == {"a": "s", "b": "s"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a", "story": "s"}\n{"story": "s"}\n', r"labels, line 2: no id \(it has 'story'\)"),
        ('{"id": "a", "story": "s"}\n{"id": null, "story": "s"}\n', "line 2: no id"),
        ("id,story\n,s\n", "line 2: no id"),
        ("name,story\na,s\n", "line 1: no column named id among 'name', 'story'"),
        ("id,topic,place\na,t,p\n", r"no label field \(story, cluster, event, label\); it has 'topic', 'place'"),
        ("", "it has no labels at all"),
        ("{}", "it has no labels at all"),
        ("id,story\na,s1\nb,s2\na,s2\n", "line 4: 'a' has two labels, 's1' and 's2'"),
        ('{"a": "s1", "b": "s2", "a": "s2"}', "'a' has two labels, 's1' and 's2'"),
        ('{"id": "a", "story": "s"}\n{"id": "b", \n', r"line 2: not JSON \("),
        ('{"a": "s",\n "b": "t",\n}', r"labels, line [23]: not JSON \("),
        ('{"id": "a", "story": "s"}\n["b", "s"]\n', "line 2: not a row"),
        ('["a"]', "row 1: not a row"),
        ('{"id": "a", "story": ["s", "t"]}\n', "line 1: story is a list, not text"),
        ('{"id": true, "story": "s"}\n', "line 1: id is true or false"),
        ('{"a": ' + "9" * 5000 + "}", "not labels"),
        ("[" * 100_000, "not labels"),
        ('{"a":' * 100_000, "not labels"),
        ('id,text,story\na,"x\ny",s\nb,t,s,extra\n', "line 4: more cells than the header has columns"),
        (b"id,story\na,s\nb,\xff\n", "line 3: not UTF-8"),
        ("id,story".encode("utf-16-le"), "UTF-16 or binary, not UTF-8"),
        (b"PK\x03\x04rest", "labels are not read from xlsx; save them as CSV or JSON Lines"),
        (b"PAR1\x15\x04\xff", "labels are not read from parquet; save them as CSV"),
        (gzip.compress(AS_ROWS.encode(), mtime=0)[:-9], "the (gz|zst) stream (is damaged|breaks off)"),
        (zstandard.compress(AS_ROWS.encode() * 99)[:-3], "the (gz|zst) stream (is damaged|breaks off)"),
        (b"\x1f\x8bnot gzip at all", "the (gz|zst) stream (is damaged|breaks off)"),
        (b"\x28\xb5\x2f\xfdnot zstd at all", "the (gz|zst) stream (is damaged|breaks off)"),
    ],
)
def test_errors_name_the_place_and_the_mend(write, content, message):
    with pytest.raises(InputError, match=message) as caught:
        read_labels(write(content))
    assert "\n" not in str(caught.value)


def test_a_field_that_is_not_there_is_an_error_naming_those_that_are(write):
    with pytest.raises(InputError, match="no field 'topic'; it has 'story'"):
        read_labels(write(AS_ROWS), "topic")
    with pytest.raises(InputError, match="no field 'story'; it has 'label'"):
        read_labels(write(json.dumps(LABELS)), "story")


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: cannot be read \(No such file"):
        read_labels(tmp_path / "none.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_labels(tmp_path)


def test_labels_are_frozen_and_plain(write):
    labels = read_labels(write(AS_ROWS))
    assert json.loads(json.dumps(labels.to_dict())) == {"labels": LABELS, "field": "story", "other_fields": []}
    with pytest.raises(FrozenInstanceError):
        labels.field = "event"
