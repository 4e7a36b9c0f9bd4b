"""Machine code is loaded where it is there and right, made anew where it is not, and what cannot be kept is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

INNER = """
from sada.indexes.compiled import kernel
STEP = 10

@kernel()
def step(value):
    return value + STEP
"""
OUTER = """
from numba import types
from sada.indexes.compiled import kernel
from little.inner_kernels import step

@kernel(types.int64(types.int64))
def twice(value):
    "A docstring."
    return step(step(value))
"""
CALL = """
from little import outer_kernels as outer
print(outer.twice(1), sum(outer.twice.stats.cache_misses.values()), outer.twice._cache.cache_path)
"""
READ_ONLY = """
from sada.indexes.compilation.folders import Folder
def refuse(self): raise PermissionError(self.path)
Folder.make = refuse
"""
FULL = """
from numba.core.caching import IndexDataCacheFile
def refuse(self, name, data): raise OSError(28, "No space left on device")
IndexDataCacheFile._save_data = refuse
"""
AHEAD = """
from sada.indexes.compilation.ahead import compile_kernels_of
report = compile_kernels_of(["little"])
print(report.kernels, report.compiled, *report.folders)
"""


class Ran(NamedTuple):
    """What a process printed: its words, and its lines on standard error."""

    out: list[str]
    errors: list[str]


class Little:
    """A package outside of Sada, whose kernel ``twice`` adds ``STEP`` two times; beside it, nothing can be written."""

    def __init__(self, root: Path) -> None:
        self.root, self.beside = root, root / "little" / "__pycache__"
        self.beside.parent.mkdir()
        (root / "blocked").write_text("")
        self.write(INNER, OUTER)

    def write(self, inner: str, outer: str) -> None:
        (self.root / "little" / "inner_kernels.py").write_text(inner)
        (self.root / "little" / "outer_kernels.py").write_text(outer)

    def run(self, code: str, **variables: Path) -> Ran:
        """Run code in a new process, in which no folder but the one beside the source and those given is writable."""
        nowhere = self.root / "blocked" / "folder"  # in a file, so that not even root can make it
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
        environment |= {"PYTHONPATH": os.pathsep.join([str(self.root), *sys.path]), "PYTHONDONTWRITEBYTECODE": "1"}
        folders = {"HOME": nowhere, "XDG_CACHE_HOME": nowhere, "TMPDIR": nowhere} | variables
        environment |= {name: str(path) for name, path in folders.items()}
        ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return Ran(ran.stdout.split(), ran.stderr.splitlines())

    def files(self, ending: str) -> list[Path]:
        return sorted(self.beside.glob(f"*twice*{ending}"))


@pytest.fixture
def little(tmp_path: Path) -> Little:
    return Little(tmp_path)


def told(ran: Ran) -> bool:
    """Whether one warning, and nothing else, says that the machine code is not kept."""
    lines = [line for line in ran.errors if not line.startswith("  ")]  # Python shows the line of source as well
    assert len(lines) <= 1
    return any("NUMBA_CACHE_DIR" in line and "sada compile" in line for line in lines)


def test_the_second_process_loads_it_also_where_nothing_can_be_written(little):
    first = little.run(CALL)
    assert first == (["21", "1", str(little.beside)], [])
    assert little.run(READ_ONLY + CALL) == (["21", "0", str(little.beside)], [])


@pytest.mark.parametrize(
    ("changed", "answer"),
    [((INNER.replace("10", "100"), OUTER), "201"), ((INNER.replace("value +", "value -"), OUTER), "-19")],
    ids=["constant", "kernel"],
)
def test_a_change_in_another_file_is_noticed(little, changed, answer):
    assert little.run(CALL).out[0] == "21"
    little.write(*changed)
    assert little.run(CALL).out[:2] == [answer, "1"]
    assert little.run(CALL).out[:2] == [answer, "0"]


def test_a_comment_or_another_place_in_the_file_changes_nothing(little):
    little.run(CALL)
    little.write("# a comment\n\n\n" + INNER, OUTER.replace("docstring", "longer docstring"))
    assert little.run(CALL).out[:2] == ["21", "0"]


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "TMPDIR"])
def test_where_the_source_cannot_be_written_another_folder_serves(little, tmp_path, variable):
    little.beside.write_text("")
    other = tmp_path / "other"
    other.mkdir(mode=0o755)
    for misses in ("1", "0"):
        out, errors = little.run(CALL, **{variable: other})
        assert (out[:2], errors) == (["21", misses], [])
        assert out[2].startswith(str(other))
    if variable != "NUMBA_CACHE_DIR":
        (private,) = other.iterdir()
        assert private.stat().st_mode & 0o777 == 0o700


def test_where_no_folder_serves_one_line_says_so_and_the_answer_is_right(little):
    little.beside.write_text("")
    ran = little.run(CALL)
    assert ran.out == ["21", "1", "None"] and told(ran)


def test_a_full_disk_is_no_error(little):
    ran = little.run(FULL + CALL)
    assert ran.out == ["21", "1", "None"] and told(ran)
    assert not told(little.run(CALL))


def test_a_private_folder_that_others_can_use_is_neither_read_nor_written(little, tmp_path):
    little.beside.write_text("")
    other = tmp_path / "other"
    other.mkdir()
    little.run(CALL, TMPDIR=other)
    (private,) = other.iterdir()
    private.chmod(0o777)
    ran = little.run(CALL, TMPDIR=other)
    assert ran.out == ["21", "1", "None"] and told(ran)


@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize("damage", ["empty", "cut", "flipped"])
def test_damaged_machine_code_is_made_anew(little, ending, damage):
    little.run(CALL)
    (path,) = little.files(ending)
    content = path.read_bytes()
    middle = len(content) // 2
    at = content.index(bytes(16)) + 8 if ending == ".nbc" else middle  # of machine code a bit that only a digest shows
    flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    path.write_bytes({"empty": b"", "cut": content[:middle], "flipped": flipped}[damage])
    answer, misses, _ = little.run(CALL).out
    assert answer == "21"
    assert misses == "1" or (ending, damage) == (".nbi", "flipped")  # whose bits do not all matter
    assert little.run(CALL) == (["21", "0", str(little.beside)], [])


def test_ahead_all_are_compiled_and_counted_once(little):
    assert little.run(AHEAD) == (["1", "1", str(little.beside)], [])
    assert little.run(READ_ONLY + AHEAD) == (["1", "0", str(little.beside)], [])


def test_ahead_it_is_an_error_if_nothing_can_be_kept(little):
    little.beside.write_text("")
    caught = AHEAD.replace("report = ", "import sada.indexes.errors as e\ntry: ").partition("print")[0]
    ran = little.run(caught + "except e.SadaError as error: print(error)")
    assert "NUMBA_CACHE_DIR" in ran.out and ran.errors == []
