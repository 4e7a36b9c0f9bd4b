"""Files are no more open than the umask says, and temporary ones can be neither guessed nor planted."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest

from sada.indexes.folder import paths

from .conftest import ROWS, write_jsonl

WRITES = """
import os, sys
os.umask({umask})
def tell(event, args):
    if event == "open" and args[2] & os.O_CREAT:
        print(f"{{args[2]}} {{os.path.abspath(os.fspath(args[0]))}}", file=sys.__stderr__)
{hook}
from sada.cli.main import main
for arguments in (
    ["build", "news.jsonl", "-i", "i.sada", "--encoder", "fast"], ["stories", "i.sada", "-o", "stories.jsonl"],
    ["report", "i.sada", "-o", "report.html"], ["dedup", "-", "-o", "less.jsonl", "--report", "groups.csv"],
    ["add", "i.sada", "more.jsonl"], ["reencode", "i.sada", "--encoder", "none"], ["compact", "i.sada"],
):
    assert main(arguments) == 0, arguments
"""


def writes(folder, umask, hook=""):
    """Lets the verbs that write run in a folder, each input on the standard input as well; gives what was told."""
    write_jsonl(folder / "news.jsonl", ROWS)
    write_jsonl(folder / "more.jsonl", [ROWS[0] | {"id": "z", "title": "Comet seen"}])
    (folder / "tmp").mkdir()
    environment = os.environ | {"TMPDIR": str(folder / "tmp")}
    with (folder / "news.jsonl").open("rb") as news:
        ran = subprocess.run(
            [sys.executable, "-c", WRITES.format(umask=umask, hook=hook)],
            cwd=folder, stdin=news, capture_output=True, text=True, env=environment,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stderr


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o027, 0o077])
def test_files_are_as_open_as_the_umask_says(tmp_path, umask):
    writes(tmp_path, umask)
    index = tmp_path / "i.sada"
    written = [index, *index.rglob("*"), *(tmp_path / one for one in ("stories.jsonl", "report.html", "less.jsonl"))]
    assert {"arrays", "catalog.sqlite"} <= {path.name for path in written} and len(written) > 12
    for path in written:
        made_by_sqlite = path.name.startswith(("catalog.sqlite", "writer.lock"))  # with 0o644 at most
        full = 0o777 if path.is_dir() else 0o644 if made_by_sqlite else 0o666
        assert oct(mode(path)) == oct(full & ~umask), path
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_file_that_is_replaced_keeps_its_mode(sada, index, tmp_path):
    (tmp_path / "out.jsonl").write_text("old")
    (tmp_path / "out.jsonl").chmod(0o604)
    sada("stories", index, "-o", tmp_path / "out.jsonl")
    assert oct(mode(tmp_path / "out.jsonl")) == oct(0o604) and "old" not in (tmp_path / "out.jsonl").read_text()


def test_temporary_files_are_new_ones_with_names_that_nobody_can_guess(tmp_path):
    """What is made in the folder for temporary files, and beside an output, is made with O_EXCL, and never twice."""
    made = []
    for time in ("first", "second"):
        folder = tmp_path / time
        folder.mkdir()
        told = (
            line.split(" ", 1) for line in writes(folder, 0o022, "sys.addaudithook(tell)").splitlines() if " /" in line
        )
        opened = [(int(flags), os.path.relpath(path, folder)) for flags, path in told if flags.isdigit()]
        passing = [
            (flags, path) for flags, path in opened if path.startswith("tmp/") or path.endswith((".part", ".tmp"))
        ]
        assert len(passing) > 10
        assert [path for flags, path in passing if path.endswith(".part") and not flags & os.O_EXCL] == []
        inside = [flags for flags, path in passing if path.startswith("tmp/")]
        assert all(flags & (os.O_EXCL | getattr(os, "O_TMPFILE", 0)) for flags in inside)
        made.append({path for _, path in passing if path != "tmp/"})
    assert made[0] and made[0].isdisjoint(made[1])


def test_a_link_that_waits_under_the_temporary_name_is_not_followed(sada, index, tmp_path, monkeypatch):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    monkeypatch.setattr(paths.secrets, "token_hex", lambda size: "guessed")
    (tmp_path / ".out.jsonl.guessed.part").symlink_to(victim)
    ran = sada("stories", index, "-o", tmp_path / "out.jsonl", code=2)
    assert "out.jsonl: cannot be written (File exists)" in ran.err and victim.read_text() == "mine"


def test_a_new_index_is_made_beside_its_place_under_a_name_that_nobody_can_guess(tmp_path, monkeypatch, sada, news):
    made, rename = [], Path.rename
    monkeypatch.setattr(Path, "rename", lambda path, target: made.append(path.name) or rename(path, target))
    for name in ("a.sada", "b.sada"):
        sada("build", news, "-i", tmp_path / name, "--encoder", "none")
    tokens = [name.split(".")[-2] for name in made if name.endswith(".partial")]
    assert len(set(tokens)) == 2 and all(len(token) == 8 and int(token, 16) >= 0 for token in tokens)


@pytest.mark.parametrize("letter", ["n", "\u0639"])
def test_any_name_that_the_file_system_takes_will_do(sada, sample_path, tmp_path, letter):
    longest = letter * (255 // len(letter.encode()))
    with chdir(tmp_path):
        sada("backup", sample_path, longest)
        sada("related", longest, "--all", "-o", longest[:-6] + ".jsonl")
        assert sorted(os.listdir()) == sorted([longest, longest[:-6] + ".jsonl"])
        assert "File name too long" in sada("backup", sample_path, longest + letter, code=2).err
