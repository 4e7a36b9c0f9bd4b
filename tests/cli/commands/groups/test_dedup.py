from __future__ import annotations

import itertools
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sada.cli.output import parquet
from sada.indexes.errors import SadaError
from sada.indexes.reading.readers import read_articles
from sada.indexes.storage.spool import Spool


def ids(ran):
    return [row["id"] for row in ran.rows]


def test_one_article_a_group_in_the_order_read(sada, news):
    ran = sada("dedup", news)
    assert ids(ran) == ["a1", "b1", "b2", "c1"]
    assert ran.err == "6 articles read, 2 dropped, 4 kept\n"


def test_what_is_kept_reads_back_as_the_same_articles(sada, news, corpus, write, tmp_path):
    odd = [
        {"headline": "Only a headline", "lead": ["x", {"y": 1}], "extra": {"deep": None}},
        {"id": 17, "title": "A number for an id", "date": "someday", "body": "Unlike all others", "content": "second"},
        {
            "id": "z",
            "title": "Control \u0000 and \u2028 and 😀",
            "tags": "a, b",
            "date": "2024-07-01T08:00:00.25+03:00",
        },
    ]
    path = write([*corpus, *odd])
    sada("dedup", path, "-o", tmp_path / "unique.jsonl")
    before = {article.id: article for article in read_articles(path)}
    after = {article.id: article for article in read_articles(tmp_path / "unique.jsonl")}
    assert len(after) == 7
    assert after == {id_: before[id_] for id_ in after}
    assert sada("dedup", tmp_path / "unique.jsonl").out == (tmp_path / "unique.jsonl").read_text()


def test_a_file_may_be_filtered_in_place(sada, corpus, write):
    path = write(corpus)
    sada("dedup", path, "-o", path)
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == ["a1", "b1", "b2", "c1"]


def test_standard_input_and_several_sources_are_one_set(sada, corpus, write):
    first = write(corpus[:2], "1.jsonl")
    assert ids(sada("dedup", first, "-", stdin=json.dumps(corpus[2]))) == ["a1"]


def test_an_article_alone_on_a_stream_keeps_its_bytes(sada):
    line = '{"body" : "words enough","id":7}'
    assert sada("dedup", "-", stdin=line).out == f"{line}\n"


def test_contained_articles_go_where_asked(sada, news):
    assert ids(sada("dedup", news, "--drop-contained")) == ["a1", "b2", "c1"]
    assert ids(sada("dedup", news, "--drop-contained", "--containment", "off")) == ["a1", "b1", "b2", "c1"]


def test_options_of_grouping(sada, news):
    assert ids(sada("dedup", news, "--threshold", "1")) == ["a1", "a3", "b1", "b2", "c1"]
    assert ids(sada("dedup", news, "--threads", "1")) == ids(sada("dedup", news, "--threads", "2"))


def test_the_report_says_what_was_dropped_and_why(sada, news, tmp_path):
    sada("dedup", news, "-o", tmp_path / "unique.jsonl", "--report", tmp_path / "dropped.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "dropped.jsonl").open()]
    told = {entry["id"]: entry.pop("dropped") for row in rows for entry in (*row["members"], *row["attached"])}
    assert told == {"a1": False, "a2": True, "a3": True, "b1": False, "b2": False}
    places = {entry["id"]: entry.pop("position") for row in rows for entry in (*row["members"], *row["attached"])}
    assert places == {"a1": 0, "a2": 1, "a3": 2, "b1": 3, "b2": 4}
    assert rows == sada("duplicates", news).rows


def test_the_report_says_what_was_dropped_though_ids_repeat(sada, corpus, write, tmp_path):
    path = write([corpus[0], corpus[1] | {"id": "a1"}, *corpus[3:5]])
    sada("dedup", path, "--report", tmp_path / "dropped.jsonl", "--drop-contained")
    copies, page = (json.loads(line) for line in (tmp_path / "dropped.jsonl").open())
    told = [(member["id"], member["position"], member["dropped"]) for member in copies["members"]]
    assert told == [("a1", 0, False), ("a1", 1, True)]
    assert [(member["id"], member["dropped"]) for member in page["members"]] == [("b1", True)]
    assert [(link["id"], link["kind"], link["dropped"]) for link in page["attached"]] == [("b2", "contains", False)]


def test_check_writes_nothing_and_tells_by_its_exit_code(sada, news, tmp_path):
    ran = sada("dedup", news, "--check", code=1)
    assert (ran.out, ran.err) == ("", "6 articles read, 2 dropped, 4 kept\n")
    assert list(tmp_path.iterdir()) == []
    sada("dedup", news, "-o", tmp_path / "unique.jsonl")
    assert sada("dedup", tmp_path / "unique.jsonl", "--check").out == ""
    sada("dedup", tmp_path / "unique.jsonl", "--check", "--drop-contained", code=1)


def test_a_check_has_a_report_and_no_output(sada, news, tmp_path):
    ran = sada("dedup", news, "--check", "-o", tmp_path / "unique.jsonl", code=2)
    assert ran.err.splitlines()[-1] == "Error: --check writes no articles and -o names a file for them: choose one"
    assert list(tmp_path.iterdir()) == []
    assert sada("dedup", news, "--check", "--report", tmp_path / "dropped.jsonl", code=1).out == ""
    assert [json.loads(line)["kept"] for line in (tmp_path / "dropped.jsonl").open()] == ["a1", "b1"]


def test_a_check_that_cannot_be_made_is_no_failed_check(sada, tmp_path):
    assert "no such file" in sada("dedup", tmp_path / "absent.jsonl", "--check", code=2).err


def test_articles_without_words_are_all_kept(sada, write):
    ran = sada("dedup", write([{"id": "p", "title": "🎉"}, {"id": "q", "title": "🎉"}, {"id": "r", "title": "word"}]))
    assert ids(ran) == ["p", "q", "r"]
    *notes, summary = ran.err.splitlines()
    assert summary == "3 articles read, 0 dropped, 3 kept (2 for want of words to compare)"
    assert all("no row gave a " in note for note in notes)


def test_an_output_that_cannot_be_written_is_told_before_reading(sada, tmp_path):
    for option in ("-o", "--report"):
        ran = sada("dedup", "absent.jsonl", option, tmp_path / "none" / "x.jsonl", code=2)
        assert "there is no folder" in ran.err and "absent" not in ran.err


def test_bad_rows_are_told_and_left_out(sada, corpus, write):
    path = write(corpus[:1])
    with path.open("a") as file:
        file.write("no json\n")
    ran = sada("dedup", path)
    assert ids(ran) == ["a1"] and f"bad: {path}:2: " in ran.err
    assert sada("dedup", path, "--strict", code=2).out == ""


def test_kept_rows_are_the_bytes_that_were_read(sada, tmp_path):
    lines = [
        b'{"guid" : 7,  "headline":"One of a kind","body":"\\u0627 words  enough to be one","pubDate":null}\n',
        b'{"guid":8,"headline":"Another","body":"quite other words than the first one","nested":{"b":1,"a":[]}}\r\n',
        b'{"guid":9,"headline":"Another","body":"quite other words than the first one"}\n',
        b'{"guid":10,"headline":"Last","body":"a line without an end, and with other words"}',
    ]
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(lines))
    sada("dedup", path, "-o", tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == lines[0] + lines[1] + lines[3] + b"\n"


def test_against_an_index_drops_what_is_there(sada, corpus, write, tmp_path):
    index = tmp_path / "index"
    sada("build", write(corpus[:1], "old.jsonl"), "-i", index, "--encoder", "none")
    fresh = {"id": "new", "title": "A thing apart", "text": "nothing of the kind was in the index before this"}
    ran = sada("dedup", write([*corpus[1:3], fresh], "new.jsonl"), "--against", index, "--report", tmp_path / "r.jsonl")
    assert ids(ran) == ["new"]
    known = [row for row in map(json.loads, (tmp_path / "r.jsonl").read_text().splitlines()) if "copy_of" in row]
    told = [(row["id"], row["position"], row["copy_of"]) for row in known]
    assert told == [("a2", 0, "a1"), ("a3", 1, "a1")]
    assert all(0.8 <= row["jaccard"] <= 1 for row in known)
    assert sada("dedup", tmp_path / "new.jsonl", "--against", index, "--check", code=1).code == 1


def test_a_copy_of_a_copy_of_what_the_index_has_is_kept(sada, write, tmp_path):
    words = [f"w{first}{second}" for first in "abcdefgh" for second in "abcdefgh"]
    drifted = [words, [*words[:20], "one", *words[21:40], "two", *words[41:]]]
    drifted.append([*drifted[1][:10], "three", *drifted[1][11:50], "four", *drifted[1][51:]])
    rows = [{"id": str(at), "text": " ".join(text)} for at, text in enumerate(drifted)]
    sada("build", write(rows[:1], "old.jsonl"), "-i", tmp_path / "index", "--encoder", "none")
    fresh = write(rows[1:], "new.jsonl")
    assert ids(sada("dedup", fresh)) == ["1"]
    assert ids(sada("dedup", fresh, "--against", tmp_path / "index")) == ["2"]


def test_a_source_is_not_overwritten_if_rows_of_it_would_be_lost(sada, corpus, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in corpus) + "not JSON\n")
    before = path.read_bytes()
    ran = sada("dedup", path, "-o", path, code=2)
    assert "1 rows of it would be lost with the copies; write to another file" in ran.err
    assert path.read_bytes() == before
    assert sada("dedup", path, "-o", tmp_path / "out.jsonl").err.endswith(
        "7 articles read, 2 dropped, 4 kept, 0 skipped, 1 bad\n"
    )


def test_a_report_goes_over_nothing_that_is_needed(sada, news, tmp_path):
    for report in (news, tmp_path / "out.jsonl"):
        ran = sada("dedup", news, "-o", tmp_path / "out.jsonl", "--report", report, code=2)
        assert "would be written over an input or the output" in ran.err
    assert "name a file" in sada("dedup", news, "--report", "-", code=2).err
    assert len(news.read_text().splitlines()) == 6


@pytest.mark.parametrize("option", ["--report", "-o"])
@pytest.mark.parametrize("way", ["folder", "link"])
def test_a_source_in_a_folder_is_written_over_no_less(sada, corpus, tmp_path, option, way):
    folder = tmp_path / "news"
    folder.mkdir()
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in corpus) + "not JSON\n")
    before = path.read_bytes()
    (tmp_path / "other.jsonl").symlink_to(path)
    named = path if way == "folder" else tmp_path / "other.jsonl"
    ran = sada("dedup", folder, option, named, code=2)
    assert ("would be written over an input" if option == "--report" else "1 rows of it would be lost") in ran.err
    assert ran.out == "" and path.read_bytes() == before and [*folder.iterdir()] == [path]


@pytest.mark.parametrize("option", ["--report", "-o"])
def test_a_file_behind_standard_input_is_a_source_too(write, option):
    path = write([{"id": "a", "title": "some words"}, {"id": "nothing"}])
    before = path.read_bytes()
    with path.open() as file:
        command = [sys.executable, "-m", "sada.cli", "dedup", "-", option, str(path)]
        ran = subprocess.run(command, stdin=file, capture_output=True, text=True, check=False)
    assert ran.returncode == 2 and path.read_bytes() == before
    assert ("would be written over an input" if option == "--report" else "1 rows of it would be lost") in ran.stderr


def test_a_report_is_not_written_when_the_output_is_refused(sada, corpus, write, tmp_path):
    path = write([*corpus, {"id": "nothing"}])
    sada("dedup", path, "-o", path, "--report", tmp_path / "report.jsonl", code=2)
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "x.csv"], "dedup writes JSON Lines or Parquet: name it x.jsonl or x.parquet, or say what"),
        (["-o", "x.JSON"], "name it x.jsonl or x.parquet"),
        (["-o", "x.tsv"], "name it x.jsonl or x.parquet"),
        (["-o", "x.jsonl.gz"], "-o x.jsonl.gz: dedup does not compress: name it x.jsonl and run gzip on it"),
        (["-o", "x.parquet.zst"], "name it x.parquet and run zstd on it"),
        (["-o", "x.jsonl.gz", "--to", "jsonl"], "run gzip on it"),
        (["--report", "x.jsonl.zst"], "--report x.jsonl.zst: dedup does not compress"),
        (["--report", "x.parquet"], "no Parquet is written there; name it .jsonl, .json or .csv"),
        (["--report", "/dev/stdout"], "the articles go to standard output: name another file with --report"),
    ],
)
def test_a_name_that_misleads_is_refused_before_reading(sada, tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    ran = sada("dedup", "absent.jsonl", *arguments, code=2)
    assert told in ran.err and "absent" not in ran.err
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("name", ["x.jsonl", "x.NDJSON", "x.txt", "x", "x.2024", "x.csv"])
def test_other_names_are_json_lines(sada, news, tmp_path, name):
    sada("dedup", news, "-o", tmp_path / name, *(["--to", "jsonl"] if name == "x.csv" else []))
    assert [json.loads(line)["id"] for line in (tmp_path / name).open()] == ["a1", "b1", "b2", "c1"]


def test_an_empty_name_is_no_folder(sada, news, monkeypatch):
    monkeypatch.chdir(news.parent)
    assert sada("dedup", "", code=2).err.startswith("sada: an input has an empty name (name a file")


def test_a_source_that_is_replaced_before_it_was_read_through_is_refused(sada, write, tmp_path, monkeypatch):
    path = write([{"id": str(at), "title": f"number {at} of some"} for at in range(4)])
    added = Spool.add

    def replaced(spool, lines):
        (tmp_path / "other").write_bytes(b"x" * path.stat().st_size)
        (tmp_path / "other").replace(path)
        added(spool, lines)

    monkeypatch.setattr(Spool, "add", replaced)
    ran = sada("dedup", path, "-o", tmp_path / "out.jsonl", code=2)
    assert f"sada: {path}: changed while it was read (run it again)" in ran.err
    assert [*tmp_path.iterdir()] == [path]


def test_other_fields_never_take_the_place_of_known_ones(sada, tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id,Title,title,ttl,body\n1,x,y,the real one,some words of a text\n")
    ran = sada("dedup", path, "--title-field", "ttl")
    assert ran.rows == [{"extra_Title": "x", "extra_title": "y", "id": "1", "title": "the real one",
                         "text": "some words of a text"}]  # fmt: skip


def test_no_room_to_set_rows_aside_is_said(sada, news, monkeypatch):
    for buffered in (0, -1):  # what is buffered is written again when the file is closed
        full = Path("/dev/full").open("wb+", buffering=buffered)  # noqa: SIM115 - closed by the spool
        monkeypatch.setattr("sada.indexes.storage.spool.tempfile.TemporaryFile", lambda full=full, **_: full)
        ran = sada("dedup", "-", stdin=news.read_bytes(), code=2)
        assert "rows cannot be set aside there (No space left on device); set TMPDIR" in ran.err


ODD = [
    {
        "id": 17,
        "title": "عنوان بلا لغة",
        "text": "جسم المقال هنا",
        "date": "2024-07-01T08:00:00.123456+03:00",
    },
    {"id": "bare", "text": "Unlike all of the others in here"},
    {
        "id": "tags",
        "title": "Control \u0000 and 😀",
        "tags": ["a, b", "c"],
        "date": "1958-01-01",
        "link": "http://x/?a=1",
    },
]
FIELDS = ("id", "title", "text", "url", "source", "published", "language", "keywords")


def test_parquet_reads_back_as_the_same_articles(sada, corpus, write, tmp_path):
    pytest.importorskip("pyarrow")
    path = write([*corpus[:5], *ODD])
    ran = sada("dedup", path, "-o", tmp_path / "unique.PARQUET")
    assert (ran.out, ran.err) == ("", "8 articles read, 2 dropped, 6 kept\n")
    before = {article.id: article for article in read_articles(path)}
    after = list(read_articles(tmp_path / "unique.PARQUET"))
    assert [article.id for article in after] == ["a1", "b1", "b2", "17", "bare", "tags"]
    for article in after:
        assert [getattr(article, name) for name in FIELDS] == [getattr(before[article.id], name) for name in FIELDS]
    index = tmp_path / "index"
    sada("build", tmp_path / "unique.PARQUET", "-i", index, "--encoder", "none")
    assert len(sada("duplicates", index, "--all").rows) == 6


def test_parquet_has_typed_columns_and_loses_nothing(sada, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    large = {"id": "x", "text": "some words", "date": "2024-07-01", "n": 2**80, "deep": [{"a": None}, "\ud800"]}
    rows = "".join(json.dumps(row) + "\n" for row in (large, {"id": "y", "title": "others"}))
    sada("dedup", "-", "--to", "parquet", "-o", tmp_path / "out.data", stdin=rows)
    table = pyarrow.parquet.read_table(tmp_path / "out.data")
    text = pyarrow.string()
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == {
        **dict.fromkeys(["id", "title", "text", "url", "source", "language", "extra"], text),
        "published": pyarrow.timestamp("us", "UTC"),
        "keywords": pyarrow.list_(text),
    }
    first, second = table.to_pylist()
    assert first["published"] == datetime(2024, 7, 1, tzinfo=UTC)
    assert json.loads(first["extra"]) == {"n": 2**80, "deep": [{"a": None}, "\ud800"]}
    assert second == dict.fromkeys(["text", "url", "source", "language"], "") | {
        "id": "y", "title": "others", "published": None, "keywords": [], "extra": None,
    }  # fmt: skip


def test_a_named_input_without_an_article_writes_nothing(sada, write, tmp_path):
    ran = sada("dedup", write([]), "-o", tmp_path / "out.jsonl", code=2)
    assert "news.jsonl: it is empty; no article was read from it" in ran.err
    assert not (tmp_path / "out.jsonl").exists()


def test_a_stream_may_be_empty_but_not_unreadable(sada):
    assert sada("dedup", "-", stdin="").out == ""
    ran = sada("dedup", "-", stdin="<?xml version='1.0'?><catalog/>", code=2)
    assert (
        "stdin: XML (root element <catalog>), which is not read (write its articles as JSON Lines); no art" in ran.err
    )
    ran = sada("dedup", "-", stdin='{"id": 1, "message": "Rain"}\n{"id": 2}\n', code=2)
    assert "message looks like a text: --text-field message; no article was read from it" in ran.err


UNREADABLE = {"cut.jsonl": '{"id": 1, "title": "Ra\n', "binary.json": "\x00\x01", "blank.jsonl": '{"id": 2}\n'}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("command", [("dedup",), ("dedup", "--check"), ("duplicates",)])
def test_where_nothing_could_be_read_no_copies_is_no_answer(sada, tmp_path, command, name):
    for folder in (tmp_path / "one", tmp_path / "several"):
        folder.mkdir()
        (folder / name).write_text(UNREADABLE[name])
    (tmp_path / "several" / "empty.jsonl").touch()
    for folder, rows in (("one", 1), ("several", 2)):
        ran = sada(*command, tmp_path / folder, code=2)
        assert ran.out == ""
        assert ran.err.splitlines()[-1].startswith(f"sada: {tmp_path / folder}: no articles ({rows} rows read, ")
        assert sada("build", tmp_path / folder, "-i", tmp_path / "index", "--encoder", "none", code=2).out == ""
    assert name in sada(*command, tmp_path / "one" / name, code=2).err.splitlines()[-1]


@pytest.mark.parametrize("command", [("dedup", "--check"), ("duplicates",)])
def test_an_empty_stream_is_filtered_but_neither_checked_nor_grouped(sada, tmp_path, command):
    assert sada(*command, "-", stdin="", code=2).err.endswith("sada: -: no articles (0 rows read, 0 bad, 0 empty)\n")
    assert sada("build", "-", "-i", tmp_path / "index", "--encoder", "none", stdin="", code=2).out == ""
    assert sada("dedup", "-", stdin="").err == "0 articles read, 0 dropped, 0 kept\n"


@pytest.mark.parametrize("command", [("dedup", "--check"), ("duplicates",), ("build", "-i")])
def test_what_is_unreadable_beside_what_is_read(sada, news, tmp_path, command):
    bad = tmp_path / "folder" / "cut.jsonl"
    bad.parent.mkdir()
    bad.write_text(UNREADABLE[bad.name])
    target = [] if command[0] != "build" else [tmp_path / "index", "--encoder", "none"]
    code = 1 if "--check" in command else 0
    sada(*command, *target, news, bad.parent, code=code)  # of a folder each file may fail
    target[:1] = [tmp_path / "other"] if target else []
    assert "no article was read from it" in sada(*command, *target, news, bad, code=2).err


@pytest.mark.parametrize("count", [0, 1, 7])
def test_parquet_is_written_a_row_group_at_a_time(sada, tmp_path, monkeypatch, count):
    pyarrow = pytest.importorskip("pyarrow")
    monkeypatch.setattr(parquet, "_GROUP_BYTES", 300)
    rows = [{"id": str(at), "text": f"text number {at} is not as the others {at} are"} for at in range(count)]
    sada("dedup", "-", "-o", tmp_path / "out.parquet", stdin="".join(json.dumps(row) + "\n" for row in rows))
    with pyarrow.parquet.ParquetFile(tmp_path / "out.parquet") as file:
        assert file.num_row_groups == (count + 1) // 2
        assert file.read().column("id").to_pylist() == [row["id"] for row in rows]


def test_parquet_of_parquet_is_the_same(sada, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    row = {"id": "x", "title": "some words", "views": 7, "deep": [{"a": None}], "extra": "their own"}
    sada("dedup", "-", "-o", tmp_path / "1.parquet", stdin=json.dumps(row))
    sada("dedup", tmp_path / "1.parquet", "-o", tmp_path / "2.parquet")
    (first,), (second,) = (pyarrow.parquet.read_table(tmp_path / f"{at}.parquet").to_pylist() for at in (1, 2))
    assert first == second
    assert json.loads(second["extra"]) == {"views": 7, "deep": [{"a": None}], "extra": "their own"}
    (article,) = read_articles(tmp_path / "2.parquet")
    assert article.extra == {"views": 7, "deep": [{"a": None}], "extra": "their own"}


def test_parquet_is_written_whole_or_not_at_all(sada, news, tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")
    target = tmp_path / "out.parquet"
    target.write_text("what was there")

    def breaks(lines):
        yield from itertools.islice(chunks(lines), 1)
        raise SadaError("no more")

    chunks = parquet.parquet_chunks
    monkeypatch.setattr(parquet, "parquet_chunks", breaks)
    assert "no more" in sada("dedup", news, "-o", target, code=2).err
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]
    assert target.read_text() == "what was there"


def test_parquet_is_refused_before_reading_where_it_cannot_be_written(sada, tmp_path, monkeypatch):
    assert "name a file with -o" in sada("dedup", "absent.jsonl", "--to", "parquet", code=2).err
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = sada("dedup", "absent.jsonl", "-o", tmp_path / "x.parquet", code=2)
    assert ran.err == 'sada: writing Parquet needs pyarrow: pip install "sada-news[parquet]"\n'


def test_the_option_wins_over_the_name(sada, news, tmp_path):
    sada("dedup", news, "--to", "jsonl", "-o", tmp_path / "out.parquet")
    assert (tmp_path / "out.parquet").read_text() == sada("dedup", news).out
