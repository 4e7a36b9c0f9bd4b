from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import re
import sys
import threading
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sada.indexes.errors import InputError, MissingPackageError
from sada.indexes.parsing.file_names import FORMATS
from sada.indexes.parsing.magic import binary_refusal
from sada.indexes.reading.readers import FieldMap, Problem, read_articles
from sada.indexes.timestamps import UNDATED

ROWS = [
    {"id": "a", "title": "عنوان", "text": 'one\ntwo, "three"; four\t', "date": "2020-01-02T03:04:05Z", "lang": "ar"},
    {"id": "b", "title": "", "text": "\u2028text\x1f", "date": "", "lang": "", "views": "3"},
]
in_tmp = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(name, data):
    data = data.encode() if isinstance(data, str) else data
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "wb") as file:
        file.write(data)
    return name


def as_jsonl(rows):
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def as_csv(rows, delimiter=","):
    out = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(*args, **options):
    """Articles, report and problems of one read; checks the law of every read."""
    problems = []
    reader = read_articles(*args, on_problem=problems.append, **options)
    articles = list(reader)
    report = reader.report
    assert report.read == len(articles) + report.skipped + report.bad
    kinds = [problem.kind for problem in problems]
    assert (kinds.count("bad"), kinds.count("note"), kinds.count("skipped")) == (
        report.bad,
        report.notes,
        report.skipped,
    )
    # Notes on fields that no row fills come last; they have tests of their own.
    unfilled = [problem for problem in problems if " gave a " in problem.reason]
    assert problems[len(problems) - len(unfilled) :] == unfilled
    return SimpleNamespace(
        articles=articles,
        report=report,
        problems=problems[: len(problems) - len(unfilled)],
        unfilled=unfilled,
        ids=[a.id for a in articles],
    )


def feed(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


# every format


def formats_of(rows):
    lines = as_jsonl(rows)
    yield "a.jsonl", lines
    yield "b.jsonl", b"\xef\xbb\xbf" + lines.replace(b"\n", b"\r\n\n")
    yield "a.jsonl.gz", gzip.compress(lines[:50]) + gzip.compress(lines[50:])
    yield "a.ndjson.zst", zstandard.compress(lines[:50]) + zstandard.compress(lines[50:])
    yield "lines.json", lines
    yield "a.json", json.dumps(rows, indent=1)
    yield "b.json", orjson.dumps({"status": "ok", "articles": rows})
    yield "a.json.gz", gzip.compress(orjson.dumps(rows))
    yield "a.csv", "\ufeff" + as_csv(rows)
    yield "b.csv", as_csv(rows, ";")
    yield "a.tsv", as_csv(rows, "\t")
    yield "a.csv.zst", zstandard.compress(as_csv(rows).encode())
    yield "nameless", lines
    yield "nameless2", gzip.compress(as_csv(rows).encode())


@pytest.mark.parametrize("number", range(14))
def test_every_format_gives_the_same_articles(number, monkeypatch):
    name, data = list(formats_of(ROWS))[number]
    expected = read(write("reference.jsonl", as_jsonl(ROWS))).articles
    if "csv" in name or "tsv" in name or name == "nameless2":
        expected = read(write("reference.jsonl", as_jsonl([{**ROWS[0], "views": ""}, ROWS[1]]))).articles
    assert read(write(name, data)).articles == expected
    feed(monkeypatch, Path(name).read_bytes())
    assert read("-").articles == expected


def test_parquet_gives_the_same_articles(monkeypatch):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    rows = [{**ROWS[0], "date": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), "views": None}, {**ROWS[1], "date": None}]
    expected = read(write("reference.jsonl", as_jsonl([{**ROWS[0], "views": None}, ROWS[1]]))).articles
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), "a.parquet")
    data = Path("a.parquet").read_bytes()
    write("nameless", data)
    write("a.parquet.gz", gzip.compress(data))
    for name in ("a.parquet", "nameless", "a.parquet.gz"):
        assert read(name).articles == expected
    feed(monkeypatch, data)
    assert read("-").articles == expected
    reader = read_articles("a.parquet")
    list(reader)
    assert reader.progress() == (len(data), len(data))


# A backslash before a line break in quotes is taken for one of MySQL.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).filter(
    lambda text: not re.search(r"\\\r?\n", text)
)


@in_tmp
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_any_text_comes_through_json_lines_json_and_csv(pairs):
    rows = [{"id": str(n), "title": title, "text": text} for n, (title, text) in enumerate(pairs)]
    expected = [(row["title"], row["text"]) for row in rows if row["title"].strip() or row["text"].strip()]
    for name, data in (("a.jsonl", as_jsonl(rows)), ("a.json", orjson.dumps(rows)), ("a.csv", as_csv(rows))):
        result = read(write(name, data))
        assert [(article.title, article.text) for article in result.articles] == expected
        assert (result.report.read, result.report.bad) == (len(rows), 0)


bad_lines = st.sampled_from([b"{", b"[1]", b"7", b'{"title": {"x": 1}}', b'{"title": "\xff"}', b'{"id": "x', b"null"])
lines = st.one_of(
    bad_lines.map(lambda line: ("bad", line)),
    st.integers(0, 9).map(lambda n: ("good", orjson.dumps({"id": f"g{n}", "title": "t"}))),
    st.just(("skipped", b'{"id": "s", "title": " ", "text": null}')),
    st.just(("note", b'{"id": "n", "title": "t", "date": "soon"}')),
    st.just(("blank", b" \t")),
)


@in_tmp
@given(st.lists(lines, max_size=40))
def test_sums_add_up_whatever_rows_are_bad(drawn):
    result = read(write("x.jsonl", b"\n".join(line for _, line in drawn)))
    kinds = [kind for kind, _ in drawn]
    report = result.report
    notes = report.notes - len(result.unfilled)
    assert (report.bad, report.skipped, notes) == tuple(map(kinds.count, ("bad", "skipped", "note")))
    assert len(result.articles) == kinds.count("good") + kinds.count("note")
    assert [problem.line for problem in result.problems] == [
        number for number, kind in enumerate(kinds, 1) if kind in ("bad", "skipped", "note")
    ]
    assert [p.kind for p in report.problems].count("bad") == min(10, report.bad)
    assert [p.kind for p in report.problems].count("note") == min(10, report.notes)
    assert len(report.problems) == min(10, report.bad) + min(10, report.notes)
    assert len(result.unfilled) <= 5 * bool(result.articles)


@in_tmp
@given(
    st.sampled_from(sorted({*FORMATS} - {"parquet", "arrow", "orc", "xlsx"})),
    st.binary(max_size=60),
    st.sampled_from([b"", b"title,text\n", b'{"title":']),
)
def test_any_bytes_are_articles_or_problems(input_format, data, start):
    write("x", start + data)
    try:
        reader = read_articles("x", input_format=input_format)
    except MissingPackageError:
        return  # the format needs an extra that is not installed
    except InputError as error:
        assert (binary_refusal(start + data) or "--encoding") in str(error)
        return
    count = sum(1 for _ in reader)
    assert reader.report.read == count + reader.report.skipped + reader.report.bad


@in_tmp
@given(st.sampled_from(["a.jsonl.gz", "a.ndjson.zst", "a.json", "a.csv"]), st.integers(0, 10**6), st.binary(max_size=3))
def test_damaged_files_are_articles_or_problems(name, at, damage):
    data = dict(formats_of(ROWS))[name]
    data = data.encode() if isinstance(data, str) else data
    at %= len(data)
    write(name, data[:at] + damage + data[at + len(damage) + 1 :])
    try:
        reader = read_articles(name)
    except InputError as error:
        assert "--encoding" in str(error)
        return
    count = sum(1 for _ in reader)
    assert reader.report.read == count + reader.report.skipped + reader.report.bad


def test_references_of_html_are_read_in_rows_and_pages_but_not_in_plain_text():
    row = {"title": "Q&amp;A", "text": "&quot;x&quot;"}
    for name, data in (
        ("a.jsonl", as_jsonl([row])),
        ("a.json", json.dumps([row])),
        ("a.csv", as_csv([row])),
        ("a.tsv", as_csv([row], "\t")),
    ):
        (article,) = read(write(name, data)).articles
        assert (article.title, article.text) == ("Q&A", '"x"')
    (page,) = read(write("a.html", "<title>Q&amp;A</title><p>&amp;quot;")).articles
    assert (page.title, page.text) == ("Q&A", "&quot;")
    (text,) = read(write("a.txt", "Q&amp;A\n\n&quot;")).articles
    assert (text.title, text.text) == ("Q&amp;A", "&quot;")


# problems


def test_a_problem_reads_as_one_line():
    write("july.jsonl", '{"id": 1, "title": "t"}\n\n{"id": 2, "title"')
    (problem,) = read("july.jsonl").problems
    assert str(problem) == "july.jsonl:3: not JSON: unexpected end (check the line, or drop it)"
    assert problem.to_dict() == {
        "kind": "bad",
        "file": "july.jsonl",
        "line": 3,
        "reason": "not JSON: unexpected end (check the line, or drop it)",
    }
    assert str(Problem("bad", "a.json", None, "x")) == "a.json: x"


def test_each_kind_of_problem():
    write("x.jsonl", b'{"title": [1, 2]}\n{"title": "t", "date": "yesterday"}\n{"id": "e"}\n{"text": "caf\xe9"}\n')
    result = read("x.jsonl")
    assert [str(problem) for problem in result.problems] == [
        "x.jsonl:1: title is a list, not text: [1, 2] (name the field that holds the title)",
        "x.jsonl:2: date 'yesterday' not understood, kept in extra",
        "x.jsonl:3: neither a title nor a text",
        "x.jsonl:4: broken UTF-8 at byte 13 of the line (if the file is in another encoding, "
        "name its encoding: --encoding NAME)",
    ]
    assert result.articles[0].extra == {"date": "yesterday"}
    assert result.report.to_dict() == {
        "read": 4,
        "bad": 2,
        "skipped": 1,
        "notes": 1 + len(result.unfilled),
        "problems": [
            problem.to_dict() for problem in (*result.problems, *result.unfilled) if problem.kind != "skipped"
        ],
    }


def test_strict_stops_at_the_first_bad_row_but_not_at_a_note():
    write("x.jsonl", '{"id": 1, "title": "t", "date": "soon"}\n{"id": 2, "title": "t"}\nno\n{"id": 3, "title": "t"}')
    reader = read_articles("x.jsonl", strict=True)
    assert [next(reader).id, next(reader).id] == ["1", "2"]
    with pytest.raises(InputError) as caught:
        next(reader)
    assert str(caught.value) == "x.jsonl:3: not JSON: expecting value at column 1 (check the line, or drop it)"
    assert (reader.report.read, reader.report.bad, reader.report.notes) == (3, 1, 1)
    assert list(reader) == []


def test_what_only_the_slow_parser_reads_is_an_article():
    big = 2**64 + 1
    write("x.jsonl", f'{{"id": {big}, "title": "\\ud800 t", "text": NaN, "x": [Infinity], "n": {big}}}')
    (article,) = read("x.jsonl").articles
    assert (article.id, article.title, article.text) == (str(big), "\ufffd t", "")
    assert article.extra == {"x": [float("inf")], "n": big}
    assert article.content_key()


@pytest.mark.parametrize(("suffix", "compress"), [("gz", gzip.compress), ("zst", zstandard.compress)])
@pytest.mark.parametrize("keep", [0.5, 0.99])
def test_rows_before_a_broken_stream_are_kept(suffix, compress, keep):
    noise = random.Random(1)
    rows = [{"id": str(n), "title": str(noise.random())} for n in range(20_000)]
    data = compress(as_jsonl(rows))
    write(f"x.jsonl.{suffix}", data[: int(len(data) * keep)])
    result = read(f"x.jsonl.{suffix}")
    assert result.ids == [str(n) for n in range(len(result.ids))]
    assert 3000 < len(result.ids) < 20_000
    assert [(p.line, p.reason) for p in result.problems] == [
        (None, f"the {suffix} stream breaks off, what follows is lost (fetch the file again)")
    ]


def test_a_small_broken_stream_keeps_its_rows_too():
    data = gzip.compress(as_jsonl(ROWS))
    for name in ("x.jsonl.gz", "nameless"):
        write(name, data[:-8])
        result = read(name)
        assert (result.ids, result.report.bad) == (["a", "b"], 1)
    write("x.jsonl.gz", data[:5])
    assert (read("x.jsonl.gz").ids, read("x.jsonl.gz").report.bad) == ([], 1)


# ids


@in_tmp
@given(st.permutations(range(6)), st.booleans())
def test_ids_do_not_depend_on_order_and_copies_stay_two(order, with_url):
    rows = [
        {"title": f"t{n // 2}", "text": "x", **({"url": f"http://a/{n // 2}"} if with_url else {})} for n in range(6)
    ]
    straight = read(write("a.jsonl", as_jsonl(rows))).articles
    shuffled = read(write("b.jsonl", as_jsonl([rows[n] for n in order]))).articles
    assert {(a.id, a.title) for a in straight} == {(a.id, a.title) for a in shuffled}
    assert len({a.id for a in straight}) == 6
    assert sorted(a.id[17:] for a in straight) == ["", "", "", "-2", "-2", "-2"]
    assert all(a.id[0] == ("u" if with_url else "h") for a in straight)


def test_ids_are_the_same_in_every_format_and_across_files():
    rows = [{"title": "t", "text": "x", "date": "2020-01-02", "source": "s"}]
    write("a.jsonl", as_jsonl(rows))
    write("a.csv", as_csv(rows))
    (first,) = read("a.jsonl").ids
    assert read("a.csv").ids == [first]
    assert read(["a.jsonl", "a.csv"]).ids == [first, f"{first}-2"]


# folders and documents


def test_a_folder_of_everything():
    write("f/x/2.txt", "Title\n\nBody.")
    write("f/1.html", "<html lang=en><title>T</title><meta property='article:published_time' content='soon'><p>B")
    write("f/rows.jsonl", as_jsonl(ROWS))
    write("f/.hidden/3.txt", "no")
    write("f/empty.txt", "")
    write("f/latin.txt", b"ok\ncaf\xe9")
    write("f/wide.txt", "Wide\n\nBody.".encode("utf-16"))
    write("f/wide2.txt", "wide".encode("utf-16-le"))
    write("f/labels.csv", "id,label\na,1\n")
    result = read("f")
    assert result.ids == ["1.html", "a", "b", "wide.txt", "x/2.txt"]
    assert [str(problem) for problem in result.problems] == [
        "f/1.html: date 'soon' not understood, kept in extra",
        "f/empty.txt: an empty file",
        "f/labels.csv:1: no column for a title or a text among: id, label (the first line must name the columns, or "
        "name the fields)",
        "f/latin.txt:2: broken UTF-8 at byte 3 of the line (if the file is in another encoding, "
        "name its encoding: --encoding NAME)",
        "f/wide2.txt: UTF-16 or binary, not UTF-8 (if it is text, name its encoding: --encoding utf-16-le)",
    ]
    page, text = result.articles[0], result.articles[-1]
    assert (page.title, page.text, page.language, page.extra) == ("T", "B", "en", {"date": "soon"})
    assert (text.title, text.text, text.published, text.extra) == ("Title", "Body.", None, {})


def test_a_single_document_is_called_by_its_name(monkeypatch):
    write("f/a.txt", "\ufeffOne. Two.")
    (article,) = read("f/a.txt").articles
    assert article.to_dict()["extra"] == {"title_derived": True}
    assert (article.id, article.title, article.text) == ("a.txt", "One.", "One. Two.")
    assert read(["f", "f/a.txt"]).ids == ["a.txt", "a.txt-2"]
    feed(monkeypatch, b"Just words")
    assert read("-", input_format="txt").articles[0].text == "Just words"


def test_names_of_fields_do_not_touch_documents():
    write("f/a.txt", "Title\n\nBody")
    write("f/b.jsonl", '{"id": "b", "h": "H"}')
    assert [a.title for a in read("f", fields=FieldMap(title="h")).articles] == ["Title", "H"]


# fields and time zones


def test_a_name_that_no_row_has_is_an_error_before_the_first_article():
    write("x.jsonl", as_jsonl(ROWS))
    reader = read_articles("x.jsonl", fields=FieldMap(text="bodyy"))
    with pytest.raises(InputError) as caught:
        next(reader)
    expected = "no row has the text field 'bodyy' (fields there are: id, title, text, date, lang, views)"
    assert str(caught.value) == expected
    write("x.csv", "id,headlines\na,b\n")
    with pytest.raises(InputError, match=r"^no row has the title field 'h' \(fields there are: id, headlines\)$"):
        list(read_articles("x.csv", fields=FieldMap(title="h")))


def test_a_name_that_a_later_row_has_is_fine():
    write("x.jsonl", as_jsonl([{"id": "a", "title": "t"}, {"id": "b", "title": "u", "abstract": "x"}]))
    result = read("x.jsonl", fields=FieldMap(text="abstract"))
    assert [(a.id, a.text) for a in result.articles] == [("a", ""), ("b", "x")]


def test_no_rows_miss_no_field():
    for data in ("", "no\n"):
        assert read(write("x.jsonl", data), fields=FieldMap(text="body")).articles == []


@pytest.mark.parametrize("zone", ["Asia/Riyadh", "+03:00", "+0300", timezone(timedelta(hours=3))])
def test_time_zones(zone):
    write("x.jsonl", '{"title": "t", "date": "2020-01-02 03:04:05"}')
    assert read("x.jsonl", timezone=zone).articles[0].published == datetime(2020, 1, 2, 0, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "Asia", "../x", "+99:99"])
def test_unknown_time_zones(zone):
    write("x.jsonl", "")
    with pytest.raises(InputError) as caught:
        read_articles("x.jsonl", timezone=zone)
    assert str(caught.value).startswith(f"no time zone {zone!r} (write a name such as Asia/Riyadh")


def test_dates_with_two_readings_are_noted_unless_the_caller_chooses():
    write("x.jsonl", '{"title": "t", "date": "03/04/2020"}')
    result = read("x.jsonl")
    assert [str(problem) for problem in result.problems] == [
        "x.jsonl:1: date '03/04/2020' has two readings (--day-first or --date-format FORMAT chooses one), kept in extra"
    ]
    assert result.articles[0].published is None
    for choice, expected in (({"day_first": True}, (4, 3)), ({"date_format": "%m/%d/%Y"}, (3, 4))):
        assert read("x.jsonl", **choice).articles[0].published == datetime(2020, *expected, tzinfo=UTC)
    with pytest.raises(InputError, match=r"^date format '%m/%d' lacks year, month or day"):
        read_articles("x.jsonl", date_format="%m/%d")


def test_dates_that_stand_for_none_are_undated_and_each_kind_is_noted_once():
    dates = ["0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "2024-07-31T14:05:00Z", "2567-07-31 10:00:00"] * 2
    rest = {"title": "t", "text": "x", "source": "s", "language": "en"}
    rows = [{"id": str(number), **rest, "date": date} for number, date in enumerate(dates)]
    write("x.jsonl", as_jsonl(rows))
    result = read("x.jsonl")
    assert [article.published is None for article in result.articles] == [True, True, False, True] * 2
    assert [problem.line for problem in result.problems] == [1, 2, 4]
    reader = read_articles("x.jsonl")
    (batch,) = reader.batches()
    assert [micros == UNDATED for micros in batch.published] == [True, True, False, True] * 2
    assert reader.report.problems == result.problems


# sources


def test_what_cannot_be_read_is_found_at_once():
    write("wide.jsonl", '{"id": 1}'.encode("utf-16-le"))
    write("words", "just some words")
    os.mkdir("folder")
    for named, options, message in [
        ("july.jsonl", {}, "july.jsonl: no such file"),
        (["words", "july.jsonl"], {"input_format": "txt"}, "july.jsonl: no such file"),
        (
            "wide.jsonl",
            {},
            "wide.jsonl: UTF-16 or binary, not UTF-8 (if it is text, name its encoding: --encoding utf-16-le)",
        ),
        (
            "words",
            {},
            f"words: its format cannot be told (say which: {', '.join(FORMATS)})",
        ),
        (
            "folder",
            {"input_format": "jsonl"},
            "folder: nothing to read in this folder (looked for .jsonl, .ndjson, .zip, .tar,"
            " also with .gz, .bz2, .xz or .zst)",
        ),
    ]:
        with pytest.raises(InputError) as caught:
            read_articles(named, **options)
        assert str(caught.value) == message


def test_a_file_that_may_not_be_opened(monkeypatch):
    write("x.jsonl", as_jsonl(ROWS))
    write("f/x.jsonl", as_jsonl(ROWS))

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied", "x.jsonl")

    monkeypatch.setattr("sada.indexes.reading.inputs.open", refuse, raising=False)
    with pytest.raises(InputError, match=r"^x\.jsonl: cannot be read: Permission denied$"):
        read_articles("x.jsonl")
    assert [str(problem) for problem in read("f").problems] == ["f/x.jsonl: cannot be read: Permission denied"]


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv", "x.txt", "x.html", "x.parquet", "x", "x.jsonl.gz"])
def test_an_empty_file_is_no_fault(name, monkeypatch):
    if name == "x.parquet":
        pytest.importorskip("pyarrow")
    write(name, b"")
    assert read(name).report.read == 0
    feed(monkeypatch, b"")
    assert read("-").report.read == 0
    write("x.jsonl.gz", gzip.compress(b""))
    assert read("x.jsonl.gz").report.read == 0


def test_a_format_that_is_forced_wins_over_the_name():
    write("x.txt", as_jsonl(ROWS))
    assert read("x.txt", input_format="jsonl").ids == ["a", "b"]
    write("x.data", "title|x\tid\na\tb\n")
    assert [(a.id, a.extra) for a in read("x.data", input_format="tsv", fields=FieldMap(title="title|x")).articles] == [
        ("b", {})
    ]


def test_a_pipe_is_read_once():
    os.mkfifo("pipe")
    writer = threading.Thread(target=write, args=("pipe", gzip.compress(as_jsonl(ROWS))))
    writer.start()
    reader = read_articles("pipe")
    assert [article.id for article in reader] == ["a", "b"]
    writer.join()
    assert reader.progress()[1] is None


def test_parquet_without_pyarrow_names_the_install_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    write("f/x.parquet", "PAR1")
    for source in ("f", "f/x.parquet"):
        with pytest.raises(MissingPackageError, match=r'pip install "sada-news\[parquet\]"$'):
            read_articles(source)


def test_progress_counts_bytes_on_disk(monkeypatch):
    data = gzip.compress(as_jsonl(ROWS))
    write("x.jsonl.gz", data)
    write("y.txt", "text")
    reader = read_articles(["x.jsonl.gz", "y.txt"])
    assert reader.progress() == (0, len(data) + 4)
    next(reader)
    assert reader.progress() == (len(data), len(data) + 4)
    list(reader)
    assert reader.progress() == (len(data) + 4, len(data) + 4)
    feed(monkeypatch, data)
    reader = read_articles(["-", "y.txt"])
    list(reader)
    assert reader.progress() == (len(data) + 4, None)


def test_the_standard_input_stays_open(monkeypatch):
    feed(monkeypatch, as_jsonl(ROWS))
    assert read("-").ids == ["a", "b"]
    assert not sys.stdin.buffer.closed


# encodings, kinds and sizes

ARABIC = {"title": "افتتاح جسر جديد", "text": "افتتح رئيس البلدية اليوم جسرا جديدا فوق النهر", "source": "صحيفة المثال"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "windows-1256", "iso-8859-6"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.json", "a.txt", "a.csv.gz", "nameless"])
def test_other_encodings_read_if_they_are_marked_or_named(name, encoding):
    rows = [{"id": str(number), **ARABIC} for number in range(3)]
    if name == "a.txt":
        text = f"{ARABIC['title']}\n\n{ARABIC['text']}"
    elif "json" in name:
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        text = "\n".join(lines) if name == "a.jsonl" else f"[{', '.join(lines)}]"
    else:
        text = as_csv(rows, "\t" if name == "a.tsv" else ",")
    data = text.encode(encoding)
    write(name, gzip.compress(data) if name.endswith("gz") else data)
    articles = read(name, encoding=None if encoding == "utf-16" else encoding).articles
    assert {(article.title, article.text) for article in articles} == {(ARABIC["title"], ARABIC["text"])}
    if encoding == "windows-1256":
        with pytest.raises(InputError, match=rf"^{name}: .*encoding") if name != "a.txt" else nullcontext():
            assert read(name).articles == []


def test_lines_of_another_encoding_are_copied_as_utf8():
    line = json.dumps({"id": "a", **ARABIC}, ensure_ascii=False) + "\n"
    write("a.jsonl", line.encode("windows-1256"))
    (batch,) = read_articles("a.jsonl", encoding="windows-1256").batches(lambda article: b"x")
    assert batch.lines == [line.encode()]


def test_a_page_is_read_in_the_encoding_that_it_declares():
    write("a.html", f"<meta charset=windows-1256><title>{ARABIC['title']}</title><p>x".encode("windows-1256"))
    assert read("a.html").articles[0].title == ARABIC["title"]


def test_feeds_are_no_pages():
    write("feed.html", "<?xml version='1.0'?>\n<rss version='2.0'><channel><title>x</title></channel></rss>")
    reason = "a feed (root element <rss>), not a page (let its name end in .xml)"
    with pytest.raises(InputError, match=rf"^feed\.html: {re.escape(reason)}$"):
        read_articles("feed.html")
    os.makedirs("f")
    os.rename("feed.html", "f/feed.html")
    assert [str(problem) for problem in read("f").problems] == [f"f/feed.html: {reason}"]


@pytest.mark.parametrize("rows", ["7,article,Some words here\n", "article,video\narticle,image\n"])
def test_a_cell_that_is_called_article_makes_no_header(rows):
    result = read(write("x.csv", rows))
    assert result.articles == []
    assert "no column for a title or a text among" in result.problems[0].reason
    write("y", rows)
    if rows.startswith("7"):
        with pytest.raises(InputError, match="its format cannot be told"):
            read_articles("y")


def test_a_folder_says_what_it_passes_over_and_a_format_decides():
    write("f/a.jsonl", as_jsonl(ROWS))
    write("f/b.csv", "id,title\nc,d\n")
    for name in ("c.yaml", "d.yaml", "e.docx"):
        write(f"f/{name}", "x")
    result = read("f")
    assert (result.ids, [str(p) for p in result.problems]) == (
        ["a", "b", "c"],
        ["f: passed over 2 .yaml, 1 .docx (name a file to read it)"],
    )
    assert read("f", input_format="csv").ids == ["c"]


def test_documents_of_json_that_follow_one_another_are_read():
    text = "".join(json.dumps({"id": name, "title": "t"}, indent=1) + "\n" for name in "ab")
    assert read(write("a.json", text)).ids == ["a", "b"]
    assert read(write("b.json", '[{"id": "a", "title": "t"}]\n{"items": [{"id": "b", "title": "t"}]}')).ids == [
        "a",
        "b",
    ]
    result = read(write("c.json", '[{"id": "a", "title": "t"}'))
    assert (result.ids, [problem.reason for problem in result.problems]) == (
        ["a"],
        ["not JSON: unexpected end, the array is not closed (fetch the file again)"],
    )


def test_an_input_that_expands_beyond_the_limit_is_refused():
    write("x.jsonl.gz", gzip.compress(as_jsonl([{"id": "a", "title": "x" * 2_000_000}])))
    assert read("x.jsonl.gz").ids == ["a"]
    message = r"^x\.jsonl\.gz: expands to more than is allowed \(allow more: --expanded-limit GB\)$"
    with pytest.raises(InputError, match=message):
        list(read_articles("x.jsonl.gz", expanded_limit=0.001))


def test_named_inputs_without_an_article_are_kept_with_the_reason():
    write("a.jsonl", as_jsonl(ROWS))
    write("empty.jsonl", "")
    write("bad.jsonl", "no\n")
    write("f/empty.txt", "")
    write("f/a.txt", "x")
    reader = read_articles(["a.jsonl", "empty.jsonl", "bad.jsonl", "f"])
    assert len(list(reader)) == 3
    assert [str(problem) for problem in reader.unread] == [
        "empty.jsonl: it is empty",
        "bad.jsonl:1: not JSON: expecting value at column 1 (check the line, or drop it)",
    ]
