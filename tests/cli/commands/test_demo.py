from __future__ import annotations

import io
import re
import shlex
import tempfile
from contextlib import redirect_stdout

import pytest

from sada.cli.commands import demo
from sada.cli.main import main
from sada.cli.output import html_report
from sada.indexes.index import NewsIndex


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder with the index and the page of one demo, and what it wrote. Not to be written to."""
    folder, out = tmp_path_factory.mktemp("kept"), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setenv("COLUMNS", "120")
        patch.chdir(folder)
        assert main(["demo", "-i", "my demo.sada"]) == 0
    out.flush()
    return folder, out.buffer.getvalue().decode()


def test_it_scores_itself_on_the_planted_truth(sada, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    out = sada("demo").out
    assert out.startswith("125 of 125 articles indexed: 9 languages, 20 outlets, 2026-03-02 to 2026-03-06\n")
    scores = dict(re.findall(r"^(\S.*?) {2,}(\d\.\d{3} .*\d\.\d{3})\s*$", out, re.MULTILINE))
    assert scores["copies, pairs"].split() == scores["contained or containing"].split() == ["1.000"] * 3
    f1 = {}
    for name in ("stories, B-Cubed", "stories, pairs", "stories, pairs in two languages"):
        precision, recall, f1[name] = map(float, scores[name].split())
        assert abs(f1[name] - 2 * precision * recall / (precision + recall)) < 0.001, name
        assert precision > 0.95, name
    assert f1["stories, B-Cubed"] >= 0.89
    told = re.findall(r"^(avoided|taken for .*?) {2,}(.*?) {2,}", out.split("\nTraps")[1], re.MULTILINE)
    assert told == [
        ("avoided", "ar-091, ar-092, ar-093"),
        ("avoided", "en-091, en-092"),
        ("taken for one story", "en-093, en-094"),
        ("taken for one story", "ar-094, ar-095"),
        ("avoided", "ar-096, ar-097, ar-098"),
        ("avoided", "en-095, en-096"),
        ("avoided", "ar-099, ar-100"),
        ("avoided", "ar-033, ar-034,"),
    ]
    assert re.findall(r"^\(with (.*?)\) ", out, re.MULTILINE) == [
        "ar-094, ar-095",
        "en-093, en-094",
    ]
    assert "en-121 (exact 1.00), en-122 (near 0.82)" in out
    assert "ar-125 is in ar-031 (0.98)" in out and "ar-126 contains ar-101 (1.00)" in out
    (folder,) = tmp_path.iterdir()
    assert [page.name for page in folder.iterdir()] == ["report.html"]  # the index is thrown away
    assert f"\nAll of it as a page for the browser: {folder / 'report.html'}\n" in out
    assert out.count("\n  sada ") == 5 and "\n  sada demo -i demo.sada " in out


def test_it_shows_what_the_verbs_show(sada, kept):
    folder, out = kept
    path = folder / "my demo.sada"
    stories = sada("stories", path, "--sort", "size").rows
    assert f"\nThe largest of {len(stories)} stories\n" in out
    shown = re.findall(r"^(s[0-9a-f]{10}) ", out, re.MULTILINE)
    assert shown == [row["story"] for row in stories[:10]]
    headings = ["Copies, and articles that hold or abridge another", "Nearest in meaning to ", "Who echoes whom",
                "What its reader would want next", "How well that was done", "Traps: "]  # fmt: skip
    assert all(f"\n{heading}" in out for heading in headings)
    for verb, options in (("neighbours", ["ar-063", "-k", "5"]), ("related", ["ar-063", "-k", "5"])):
        for row in sada(verb, path, *options).rows:
            assert f"{row['score']:.3f}  " in out, (verb, row["id"])
    echoes = out.split("Who echoes whom")[1].split("How well")[0]
    assert all(row["source"].split()[0] in echoes for row in sada("sources", path, "--limit", "5").rows)


def test_the_page_is_beside_the_index_and_the_commands_to_try_work(sada, kept, tmp_path, monkeypatch):
    folder, out = kept
    monkeypatch.chdir(folder)
    assert sorted(found.name for found in folder.iterdir()) == ["my demo-report.html", "my demo.sada"]
    assert "\nAll of it as a page for the browser: my demo-report.html\n" in out
    page = (folder / "my demo-report.html").read_text(encoding="utf-8")
    sada("report", "my demo.sada", "--whole", "-o", tmp_path / "again.html")
    made = re.compile(r'"made":\d+')
    assert made.sub("", page) == made.sub("", (tmp_path / "again.html").read_text(encoding="utf-8"))
    commands = re.findall(r"^  sada (.*)$", out.split("What to try next:")[1], re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["explain", "search", "related", "build"]
    for command in commands[:-1]:
        assert sada(*shlex.split(command)).out


@pytest.mark.parametrize("arguments", [["-i", "kept.sada"], []])
def test_an_error_later_on_leaves_no_page(sada, tmp_path, monkeypatch, arguments):
    def broken(*arguments, **options):
        raise OSError("no space left")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(html_report, "report_page", broken)
    sada("demo", *arguments, code=2)
    assert [found.name for found in tmp_path.iterdir()] == arguments[1:]  # an index that was asked for stays


def test_a_demo_that_fails_while_indexing_leaves_no_index(sada, tmp_path, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(NewsIndex, "add", interrupted)
    ran = sada("demo", "-i", tmp_path / "demo.sada", code=130)
    assert ran.err.splitlines()[-1] == "sada: interrupted"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kept", "variable"),
    [
        ("indexes/__pycache__/kernels.decode-29.py311.nbi", None),
        ("cache/numba/indexes_0a/kernels.decode-29.py311.nbi", "XDG_CACHE_HOME"),
        ("cache/indexes_0a/kernels.decode-29.py311.nbi", "NUMBA_CACHE_DIR"),
    ],
)
def test_kernels_that_are_compiled_already_are_known(tmp_path, monkeypatch, kept, variable):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "cache"))
    assert not demo._are_compiled(tmp_path / "indexes")
    (tmp_path / kept).parent.mkdir(parents=True)
    (tmp_path / kept).touch()
    assert demo._are_compiled(tmp_path / "indexes")


@pytest.mark.parametrize("compiled", [True, False])
def test_compiling_is_announced_only_where_it_happens(sada, tmp_path, monkeypatch, compiled):
    monkeypatch.setattr(demo, "_are_compiled", lambda room: compiled)
    err = sada("demo", "-i", tmp_path / "absent" / "x", code=2).err
    assert ("compiles its kernels" in err) is not compiled


def test_the_index_may_be_kept_and_is_never_written_over(sada, kept):
    path = kept[0] / "my demo.sada"
    with NewsIndex.open(path) as index:
        assert len(index) == 125 and not index.verify()
    assert "already exists" in sada("demo", "-i", path, code=2).err
    for id_ in ("ar-001", "fa-031"):
        ran = sada("neighbours", path, id_, "-k", "2")
        assert len(ran.rows) == 2 and ran.err == ""
