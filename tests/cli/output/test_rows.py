from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.cli.output.columns import Column, printable
from sada.cli.output.rows import write_lines, write_rows
from sada.cli.output.table import draw
from sada.indexes.errors import SadaError

ROWS = [
    {"id": "a1", "score": 0.5, "title": "صدى الخبر", "languages": ["ar", "en"], "copy": {"kind": "exact"}},
    {"id": "a2", "score": None, "title": 'He said "no", then\nleft', "languages": [], "later": True},
]
COLUMNS = [Column("id", "ID", wrap=False), Column("score", "Score", justify="right"), Column("title", "Title")]


class Screen(io.TextIOWrapper):
    """Standard output as a terminal, or as a pipe."""

    def __init__(self, terminal, encoding="utf-8"):
        super().__init__(io.BytesIO(), encoding=encoding)
        self.terminal = terminal

    def isatty(self):
        return self.terminal

    def text(self):
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


@pytest.fixture
def show(monkeypatch):
    """What a call writes on standard output."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "CLICOLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)

    def show(rows, columns=COLUMNS, terminal=False, encoding="utf-8", **options):
        screen = Screen(terminal, encoding)
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", screen)
            write_rows(rows, **{"format": None, "output": None, "columns": columns, "limit": None, **options})
        return screen.text()

    return show


@pytest.fixture(scope="module")
def show_lines():
    """The lines of a cell of names, as a table of that width breaks them."""

    def lines(names, width):
        column = Column("names", "Names", max_width=width)
        return draw([{"names": names}], [column], to_stdout=False).splitlines()[2:]

    return lines


def table(show, *titles, **options):
    """The lines of a table of titles, without its head."""
    rows = [{"title": title} for title in titles]
    text = show(rows, [Column("title", "Title"), Column(lambda row: "end", "End")], format="table", **options)
    return [line for line in text.splitlines() if line.strip()][2:]


def test_a_pipe_gets_every_key_of_every_row_as_json_lines(show):
    lines = show(iter(ROWS)).splitlines()
    assert [list(json.loads(line).items()) for line in lines] == [list(row.items()) for row in ROWS]
    assert "صدى الخبر" in lines[0]


def test_a_terminal_gets_the_columns_as_a_table(show):
    text = show(ROWS, terminal=True)
    assert "Score" in text and "0.500" in text and 'He said "no", then left' in text
    assert "languages" not in text and "exact" not in text


def test_json_is_one_array(show):
    assert json.loads(show(ROWS, format="json")) == ROWS
    assert json.loads(show([], format="json")) == []
    assert json.loads(show(ROWS[:1], format="json")) == ROWS[:1]


def test_csv_has_all_keys_lists_joined_and_objects_as_json(show):
    text = show(ROWS, format="csv")
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert list(first) == ["id", "score", "title", "languages", "copy", "later"]
    assert first == {
        "id": "a1",
        "score": "0.5",
        "title": "صدى الخبر",
        "languages": "ar | en",
        "copy": '{"kind":"exact"}',
        "later": "",
    }
    assert second["title"] == ROWS[1]["title"] and second["later"] == "true" and second["score"] == ""
    members = [{"members": [{"id": "a"}, {"id": "b"}], "pairs": [["a", "b"], []]}]
    row = next(csv.DictReader(io.StringIO(show(members, format="csv"))))
    assert row == {"members": '{"id":"a"} | {"id":"b"}', "pairs": '["a","b"] | []'}
    assert show([], format="csv") == show([], format="jsonl") == ""


@given(st.lists(st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.lists(st.text())), max_size=4))
def test_json_lines_and_json_give_back_what_went_in(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("out")
    for name in ("rows.jsonl", "rows.json"):
        write_rows(rows, format=None, output=str(folder / name), columns=[], limit=None)
    assert json.loads((folder / "rows.json").read_bytes()) == rows
    lines = (folder / "rows.jsonl").read_bytes().split(b"\n")
    assert [json.loads(line) for line in lines[:-1]] == rows and lines[-1] == b""


def test_what_orjson_refuses_is_written_too(show):
    row = {"big": 2**70, "lone": "\ud800"}
    assert json.loads(show([row])) == row
    assert show([row], format="csv") == f"big,lone\n{2**70},?\n"


def test_an_unknown_format_is_refused(show):
    with pytest.raises(ValueError, match="'page' is not one of table, jsonl, json, csv"):
        show(ROWS, format="page")


def test_limit_asks_for_no_more_rows(show):
    def rows():
        yield from ROWS
        raise AssertionError("asked for a third row")

    assert [json.loads(line) for line in show(rows(), limit=2).splitlines()] == ROWS
    assert show(ROWS, limit=9) == show(ROWS)
    assert show(ROWS, limit=1) == show(ROWS[:1])


def test_rows_come_out_before_the_last_is_made(tmp_path):
    pipe_out, pipe_in = os.pipe()
    with os.fdopen(pipe_out, "rb") as reader, os.fdopen(pipe_in, "w") as writer, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", writer)

        def rows():
            yield {"id": "x" * 20_000}
            assert json.loads(reader.readline()) == {"id": "x" * 20_000}
            yield {"id": "last"}

        write_rows(rows(), format="jsonl", output="-", columns=[], limit=None)
        assert json.loads(reader.readline()) == {"id": "last"}


@pytest.mark.parametrize(
    ("name", "first"),
    [("r.csv", "id,score"), ("r.JSON", "["), ("r.jsonl", '{"id"'), ("r.txt", '{"id"'), ("r", '{"id"')],
)
def test_the_suffix_of_a_file_says_its_format(show, tmp_path, name, first):
    assert show(ROWS, terminal=True, output=str(tmp_path / name)) == ""
    assert (tmp_path / name).read_text().startswith(first)
    assert os.listdir(tmp_path) == [name]


def test_format_wins_over_the_suffix_and_a_file_gets_no_colours(show, tmp_path, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    path = tmp_path / "r.json"
    show(ROWS, [Column("id", "ID", style="bold red")], terminal=True, format="table", output=str(path))
    assert "ID" in path.read_text() and "\x1b" not in path.read_text()


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_text("old\n")

    def rows():
        yield from ROWS
        assert path.read_text() == "old\n"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_rows(rows(), format=None, output=str(path), columns=[], limit=None)
    assert path.read_text() == "old\n" and os.listdir(tmp_path) == ["r.jsonl"]


def test_a_replaced_file_keeps_its_mode_and_its_links(show, tmp_path):
    target, link = tmp_path / "target.jsonl", tmp_path / "link.jsonl"
    target.write_text("old\n")
    target.chmod(0o640)
    link.symlink_to(target)
    show(ROWS, output=str(link))
    assert link.is_symlink() and len(target.read_text().splitlines()) == 2
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_in_place(show):
    show(ROWS, output=os.devnull)
    assert not os.path.isfile(os.devnull)


def test_a_file_that_cannot_be_written_is_an_error_before_any_row_is_made(tmp_path):
    def rows():
        raise AssertionError("asked for a row")
        yield {}

    for path in (tmp_path / "none" / "r.jsonl", tmp_path):
        with pytest.raises(SadaError, match="cannot be written"):
            write_rows(rows(), format=None, output=str(path), columns=[], limit=None)
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_an_error():
    with pytest.raises(SadaError, match=r"/dev/full: cannot be written \(No space left"):
        write_rows(ROWS, format="jsonl", output="/dev/full", columns=[], limit=None)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link", None])
def test_standard_output_by_its_name_goes_on_where_it_is(tmp_path, name):
    (tmp_path / "link").symlink_to("/dev/stdout")
    name = str(tmp_path / name) if name == "link" else name
    code = f"""
from sada.cli.output.rows import write_lines
print("before")
write_lines([b"one\\n", b"two\\n"], {name!r})
print("after")
"""
    path = tmp_path / "out"
    path.write_bytes(b"what was there\n")
    with path.open("ab") as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    assert path.read_text() == "what was there\nbefore\none\ntwo\nafter\n"
    assert sorted(os.listdir(tmp_path)) == ["link", "out"]


def test_a_descriptor_is_written_from_where_it_stands(tmp_path):
    with (tmp_path / "out").open("w+b", buffering=0) as file:
        file.write(b"before\n")
        write_lines([b"one\n"], f"/dev/fd/{file.fileno()}")
        file.write(b"after\n")
    assert (tmp_path / "out").read_bytes() == b"before\none\nafter\n"
    assert os.listdir(tmp_path) == ["out"]
    with pytest.raises(SadaError, match=r"/dev/fd/9999: cannot be written \(Bad file descriptor\)"):
        write_lines([b"one\n"], "/dev/fd/9999")


def test_a_pipe_by_name_or_number_is_written_as_it_is(tmp_path):
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    theirs = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    write_lines([b"one\n"], str(fifo))
    assert os.read(theirs, 100) == b"one\n"
    os.close(theirs)
    assert stat.S_ISFIFO(fifo.stat().st_mode) and os.listdir(tmp_path) == ["pipe"]
    theirs, ours = os.pipe()
    write_lines([b"two\n"], f"/dev/fd/{ours}")
    assert os.read(theirs, 100) == b"two\n"
    os.close(theirs)
    os.close(ours)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_behind_standard_output_is_told_once(news):
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "sada.cli", "dedup", str(news)]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 2
    (told,) = ran.stderr.splitlines()[1:]
    assert told.startswith("sada: standard output: cannot be written (No space left on device); make room, or name a")


def test_a_reader_that_goes_away_ends_it_quietly():
    code = """
import itertools, sys
from sada.cli.output.rows import write_rows
write_rows(({"id": n} for n in itertools.count()), format="jsonl", output=None, columns=[], limit=None)
print("went on", file=sys.stderr)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b'{"id":0}\n'
        process.stdout.close()
        assert process.stderr.read() == b"went on\n"
    assert process.returncode == 0


def test_importing_stays_light():
    code = """
import sys
import sada.cli.options.filters, sada.cli.options.input, sada.cli.options.output, sada.cli.output.progress
print(sorted({"rich", "numpy", "numba", "faiss", "scipy", "zstandard", "pyarrow"} & set(sys.modules)))
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


# What a table shows


def test_text_of_articles_cannot_steer_the_terminal(show):
    hostile = "\x1b[31mred\x1b]0;title\x07 \x9b2J a\rb\x08c\x00\x7f [bold]d[/bold] :smile: \ud800"
    for terminal in (True, False):
        (line,) = table(show, hostile, terminal=terminal)
        body = line.replace("\x1b[0m", "").replace("\x1b[1m", "")
        assert body.isprintable()
        for part in ("␛[31mred␛]0;title␇", "a b␈c␀", "[bold]d[/bold] :smile:"):
            assert part in body


def test_overrides_of_direction_are_removed_and_joiners_kept():
    overrides = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
    assert printable(f"a{overrides}b") == "ab"
    assert printable("می\u200cخواهم") == "می\u200cخواهم"
    assert printable("one\ntwo\tthree\u2028four") == "one two three four"


@given(st.text(st.characters()))
def test_printable_text_is_one_line_without_control_characters(text):
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in shown)
    assert printable(shown) == shown
    shown.encode()


@pytest.mark.parametrize("title", ["صدى الخبر", "הד החדשות", "پژواک خبر", "BBC: صدى"])
def test_right_to_left_text_is_isolated_in_tables_only(show, title):
    (line,) = table(show, title)
    assert f"\u2068{title}\u2069" in line and line.rstrip().endswith("end")
    for format in ("jsonl", "json", "csv"):
        assert "\u2068" not in show([{"title": title}], format=format)


def test_left_to_right_text_is_not_isolated(show):
    assert "\u2068" not in "".join(table(show, "Plain text", "Ελληνικά", "新闻"))


def test_every_line_of_wrapped_text_is_isolated_and_columns_stay_aligned(show, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    title = " ".join(["صدى"] * 30)
    lines = [line.rstrip().removesuffix("end") for line in table(show, title, "x" * 10)]
    wrapped = lines[:-1]
    assert len(wrapped) > 2
    for line in wrapped:
        assert line.strip().startswith("\u2068") and line.count("\u2068") == line.count("\u2069") == 1
        assert line.rstrip().endswith("\u2069")
    assert " ".join(line.strip().strip("\u2068\u2069") for line in wrapped) == title


def test_isolates_take_no_room(show):
    arabic, latin = table(show, "صدى الخبر", "echoes of news")
    assert arabic.replace("\u2068", "").replace("\u2069", "").index("end") == latin.index("end")


def test_a_cell_kept_on_one_line_is_cut_inside_its_isolate(show):
    columns = [Column("title", "Title", wrap=False, max_width=10), Column("id", "ID")]
    lines = show([{"title": "صدى " * 20, "id": "a1"}], columns, format="table").splitlines()
    (line,) = [line for line in lines if "a1" in line]
    assert "…\u2069" in line and line.count("\u2068") == 1


def test_names_in_one_cell_are_isolated_each_on_its_own(show):
    names = ["هارون", "Harun", "وادي هارون", "a\u2068b"]
    text = show([{"names": names}], [Column("names", "Names")], format="table")
    assert text.splitlines()[2].strip() == "\u2068هارون\u2069, Harun, \u2068وادي هارون\u2069, ab"


def test_a_name_that_runs_over_two_lines_is_isolated_in_both(show):
    columns = [Column("names", "Names", max_width=12)]
    lines = show([{"names": ["Harun", "وادي هارون الكبير"]}], columns, format="table").splitlines()[2:]
    assert [line.strip() for line in lines] == ["Harun, \u2068وادي\u2069", "\u2068هارون الكبير\u2069"]


@given(st.lists(st.text("اب ab,", min_size=1), min_size=1, max_size=4), st.integers(7, 30))
def test_no_line_leaves_an_isolate_open(show_lines, names, width):
    for line in show_lines(names, width):
        depths = list(accumulate((c == "\u2068") - (c == "\u2069") for c in line))
        assert set(depths) <= {0, 1} and depths[-1:] in ([], [0])


def test_a_long_cell_is_cut(show):
    (*most, last, _) = table(show, "word " * 80)
    shown = " ".join(" ".join([*most, last]).split())
    assert shown.startswith("word word") and "…" in " ".join(table(show, "word " * 80))
    assert Column("title", "Title").cell({"title": "x" * 300}) == "x" * 300
    assert Column("title", "Title").cell({"title": "x" * 301}) == "x" * 299 + "…"
    cut = Column("title", "Title").cell({"title": "ا" * 400})
    assert len(cut) == 300 and cut.startswith("\u2068") and cut.endswith("…")


def test_values_are_shown_as_people_read_them(show):
    row = {"none": None, "yes": True, "list": ["ar", "en"], "count": 1200, "score": 0.98765}
    text = show(
        [row], [Column(key, key) for key in row] + [Column(lambda row: row["count"] // 100, "C")], format="table"
    )
    assert text.splitlines()[2].split() == ["yes", "ar,", "en", "1200", "0.988", "12"]


def test_no_color_is_honoured(show, monkeypatch):
    columns = [Column("id", "ID", style="red")]
    assert "\x1b[31m" in show(ROWS, columns, terminal=True)
    assert "\x1b" not in show(ROWS, columns, format="table")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in show(ROWS, columns, terminal=True)


def test_a_table_that_is_piped_has_a_usual_width(show, monkeypatch):
    monkeypatch.delenv("COLUMNS")
    for name in ("__stdout__", "__stderr__", "__stdin__"):
        monkeypatch.setattr(sys, name, io.StringIO())
    assert max(map(len, table(show, "word " * 99))) == 120
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, table(show, "word " * 99))) == 60


def test_a_terminal_of_few_letters_still_gets_its_table(show):
    text = show([{"id": "a1", "score": 1.0, "title": "صدى"}], terminal=True, encoding="ascii")
    assert "a1" in text and "???" in text
