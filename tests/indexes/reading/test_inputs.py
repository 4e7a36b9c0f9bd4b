from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from sada.indexes.errors import InputError
from sada.indexes.parsing.file_names import FORMATS
from sada.indexes.reading.inputs import find_inputs


@pytest.fixture
def folder(tmp_path):
    for key in ("b/2.txt", "a.html", "b/1.HTM", "c.jsonl.gz", ".hidden.txt", ".git/x.txt", "note.md", "Z.csv"):
        path = tmp_path / key
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    return tmp_path


def test_a_folder_is_searched_in_order_and_hidden_files_left_out(folder):
    sources = find_inputs(folder, None)
    assert [source.key for source in sources] == ["Z.csv", "a.html", "b/1.HTM", "b/2.txt", "c.jsonl.gz"]
    assert [source.name for source in sources] == [os.path.join(folder, source.key) for source in sources]
    assert all(source.listed and source.size == 1 for source in sources)


def test_a_format_narrows_a_folder(folder):
    assert [source.key for source in find_inputs(str(folder), "html")] == ["a.html", "b/1.HTM"]
    assert [source.key for source in find_inputs(str(folder), "txt")] == ["b/2.txt"]


def test_every_format_narrows_a_folder_and_what_is_passed_over_is_counted(folder):
    passed_over = []
    found = find_inputs(str(folder), "jsonl", on_passed_over=lambda *told: passed_over.append(told))
    assert [source.key for source in found] == ["c.jsonl.gz"]
    assert passed_over == [(str(folder), "1 .csv, 1 .html, 1 .htm, 1 .txt, 1 .md")]
    passed_over.clear()
    find_inputs(folder, None, on_passed_over=lambda *told: passed_over.append(told))
    assert passed_over == [(str(folder), "1 .md")]


def test_several_sources_keep_their_order(folder):
    sources = find_inputs([folder / "c.jsonl.gz", "-", str(folder / "b/2.txt")], None)
    assert [source.key for source in sources] == ["c.jsonl.gz", "stdin", "2.txt"]
    assert [source.is_file for source in sources] == [True, False, True]


def test_a_pipe_is_a_source_of_unknown_size(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (source,) = find_inputs(tmp_path / "pipe", None)
    assert (source.size, source.is_file) == (None, False)


@pytest.mark.parametrize(
    ("given", "input_format", "message"),
    [
        ("july.jsonl", None, "july.jsonl: no such file"),
        ("", None, "an input has an empty name (name a file, a folder, or - for the standard input)"),
        (["-", ""], None, "an input has an empty name"),
        ([], None, "no input given (name a file, a folder, or - for the standard input)"),
        ("x\0y", None, "x\0y: cannot be read: "),
        ("-", "xml", f"no format 'xml' (there are {', '.join(FORMATS)})"),
    ],
)
def test_what_cannot_be_found_is_named(given, input_format, message):
    with pytest.raises(InputError) as caught:
        find_inputs(given, input_format)
    assert str(caught.value).startswith(message)


def test_folders_that_cannot_be_read_are_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("empty/.x.txt").write_text("x")
    with pytest.raises(
        InputError,
        match=r"^empty: nothing to read in this folder \(looked for \.jsonl, .*\.htm, \.xml, .*\.zip, \.tar, also",
    ):
        find_inputs("empty", None)
    with pytest.raises(
        InputError, match=r"^empty: nothing to read in this folder \(looked for \.txt, \.zip, \.tar, also"
    ):
        find_inputs("empty", "txt")
    Path("empty/a.xml.gz").write_text("x")
    Path("empty/README").write_text("x")
    with pytest.raises(InputError) as caught:
        find_inputs("empty", "jsonl")
    assert str(caught.value) == (
        "empty: nothing to read in this folder (looked for .jsonl, .ndjson, .zip, .tar, also with .gz, .bz2,"
        " .xz or .zst; it holds 1 no suffix, 1 .xml.gz)"
    )


@pytest.mark.parametrize("kind", ["none", "closed", "for writing"])
def test_a_closed_standard_input_is_told(monkeypatch, kind):
    (source,) = find_inputs("-", None)
    with open(os.devnull, "wb") as nowhere:
        stand_in = None if kind == "none" else io.TextIOWrapper(io.BytesIO(b"x"))
        if kind == "closed":
            stand_in.close()
        if kind == "for writing":
            stand_in = open(nowhere.fileno(), closefd=False)  # noqa: SIM115 - the descriptor is closed
        monkeypatch.setattr(sys, "stdin", stand_in)
        with pytest.raises(InputError, match=r"^the standard input is closed \(name a file, or send"):
            source.open()
