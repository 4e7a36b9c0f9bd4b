"""The README says what is so: its commands run, its Python runs, its tables are those of the results."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sada.cli.main import cli, main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working folder with this checkout's ``cli`` beside it, as the renderer has."""
    (tmp_path / "cli").symlink_to(ROOT / "cli")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_of_the_transcripts_run(folder, capsys):
    commands = re.findall(r"^\$ sada (.+)$", README, re.MULTILINE)
    assert commands[0] == "demo -i demo.sada"
    for command in commands:
        assert main(shlex.split(command)) == 0, command
    assert "avoided" in capsys.readouterr().out


def test_the_python_tour_runs(folder, capsys):
    tour = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    exec(compile(tour, "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert "en-001 " in "\n".join(printed)
    assert printed[-1] == "copy"


def test_every_verb_is_shown():
    for verb in cli.list_commands(None):
        assert re.search(rf"\bsada {verb}\b|`{verb}`", README), verb


def test_the_tables_are_those_of_the_results():
    checked = subprocess.run([sys.executable, ROOT / "benchmarks" / "render.py", "--check"], check=False)
    assert checked.returncode == 0


def test_the_two_commands_that_ci_runs_are_marked():
    for name in ("first-command", "test-command"):
        block = re.search(rf"<!-- {name} -->\n```sh\n(.+)\n```", README)
        assert block and block[1].startswith("pip install "), name
