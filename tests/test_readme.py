"""README and docs say what is so: their commands run, their Python runs, their links and tables are right."""

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sada.cli.main import cli, main

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
LINKED = [*sorted(ROOT.glob("*.md")), *DOCS, ROOT / "benchmarks" / "README.md"]
DEMO = "demo -i demo.sada"
FAST = Path("data", "fast")  # holds no room: it is a distribution of its own
READER = {"read": ["ar-063", "ar-001"], "seen": ["ru-063"]}
"""What the service of docs/python.md is asked on its standard input."""


def commands(page):
    return re.findall(r"^\$ sada (.+)$", page.read_text("utf-8"), re.MULTILINE)


def python_blocks(page):
    return re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working folder with this checkout's ``cli`` beside it, as the renderer has."""
    (tmp_path / "cli").symlink_to(ROOT / "cli")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_transcripts_are_rendered_from_the_demo_on():
    assert commands(README)[0] == DEMO and len(commands(README)) == 3
    assert len([command for page in DOCS for command in commands(page)]) >= 10
    for page in (README, *DOCS):
        asked = re.findall(r"<!-- run \d+: sada (.+?) -->", page.read_text("utf-8"))
        assert commands(page) == asked


def test_the_commands_of_the_transcripts_run(folder, capsys):
    for page in (README, *DOCS):
        for command in commands(page):
            assert main(shlex.split(command)) == 0, (page.name, command)
    assert "avoided" in capsys.readouterr().out


def test_the_python_tour_of_the_readme_runs(folder, capsys):
    (tour,) = python_blocks(README)
    exec(compile(tour, "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert "en-001 " in "\n".join(printed)
    assert printed[-1] == "copy"


def test_the_python_of_the_docs_runs(folder, capsys, monkeypatch):
    assert main(shlex.split(DEMO)) == 0
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(READER) + "\n" + json.dumps({"read": ["gone"]}) + "\n"))
    pages = [page for page in DOCS if page.name != "recipes.md"]  # whose programs have tests of their own
    blocks = [(page.name, block) for page in pages for block in python_blocks(page)]
    for name, block in blocks:
        exec(compile(block, name, "exec"), {})
    printed = capsys.readouterr().out
    assert "no article 'gone' in the index" in printed
    assert '"id": "en-036"' in printed  # what the house pinned
    assert len(blocks) >= 3


@pytest.mark.parametrize("page", [README, *DOCS], ids=lambda page: page.name)
def test_the_commands_of_shell_blocks_have_options_that_exist(page):
    for block in re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        for part in re.split(r"\||&&|>|\n", block):
            word, *rest = [*shlex.split(part, comments=True), ""]
            if word != "sada":
                continue
            verb = cli.get_command(None, rest[0])
            known = {option for one in verb.params for option in (*one.opts, *one.secondary_opts)}
            assert {option for option in rest[1:] if option.startswith("-") and option != "-"} <= known, part


def test_every_verb_is_in_the_table_of_the_readme():
    table = re.search(r"\| verb \|.*?\n\n", README.read_text("utf-8"), re.DOTALL)[0]
    assert re.findall(r"^\| `sada (\w+)` \|", table, re.MULTILINE) == cli.list_commands(None)


def test_every_room_is_on_the_page_about_the_layout():
    page = (ROOT / "docs" / "layout.md").read_text("utf-8")
    for top in ("indexes", "cluster", "cli"):
        section = re.search(rf"^## {top}\n(.*?)(?=^## )", page, re.MULTILINE | re.DOTALL)[1]
        rooms = {path.parent.relative_to(ROOT / top) for path in (ROOT / top).rglob("__init__.py")} - {Path()}
        rooms = {room for room in rooms if FAST not in room.parents}
        files = {path.relative_to(ROOT / top) for path in (ROOT / top).glob("*.py")}
        named = set(re.findall(r"`([\w/.]+)`", section))
        wanted = {f"{room.as_posix()}/" for room in rooms} | {f.name for f in files if not f.name.startswith("__")}
        assert wanted <= named, wanted - named


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", text):
        if target.startswith("https://"):
            continue
        path = (page.parent / target) if target else page
        assert path.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
            assert anchor in slugs, (target, anchor)


def test_the_tables_are_those_of_the_results():
    checked = subprocess.run([sys.executable, ROOT / "benchmarks" / "render.py", "--check"], check=False)
    assert checked.returncode == 0


def test_the_figures_of_the_readme_are_those_of_the_other_results(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import results
    import summary

    assert summary.rows() == results.load("summary")["rows"]


def test_the_two_commands_that_ci_runs_are_marked():
    for name in ("first-command", "test-command"):
        block = re.search(rf"<!-- {name} -->\n```sh\n(.+)\n```", README.read_text("utf-8"))
        assert block and block[1].startswith("pip install "), name
