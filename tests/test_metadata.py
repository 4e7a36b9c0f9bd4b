"""The metadata says what is so: name, extras and packages are those that code and documentation speak of."""

import ast
import re
import tomllib
from itertools import chain
from pathlib import Path

from sada.indexes import distribution

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NAME = PROJECT["project"]["name"]
EXTRAS = set(PROJECT["project"]["optional-dependencies"])
ROOMS = ("indexes", "cluster", "cli")
CODE = [path for folder in (*ROOMS, "benchmarks", "tools") for path in sorted((ROOT / folder).rglob("*.py"))]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "benchmarks" / "README.md"]
HINT = re.compile(r'pip install [^\n`]*?"?([\w.-]*)\[([\w,]+)\]')


def hints(text):
    return [(name, set(extras.split(","))) for name, extras in HINT.findall(text)]


def test_the_distribution_is_called_one_thing():
    assert distribution.NAME == NAME == "sada-news"
    assert distribution.version() == PROJECT["project"]["version"]
    assert distribution.install_hint("e5") == 'pip install "sada-news[e5]"'


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
    assert hints('pip install "sada-news[e5]"') == [("sada-news", {"e5"})]
    assert hints('pip install -q -e ".[test,dev]"') == [(".", {"test", "dev"})]


def test_the_packages_are_the_folders_that_are_packages():
    folders = {path.parent.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("__init__.py")}
    assert {"sada." + ".".join(folder.parts) for folder in folders} == set(PROJECT["tool"]["setuptools"]["packages"])


def test_every_script_that_the_makefile_runs_is_there():
    scripts = re.findall(r"\$\(PYTHON\) ([\w/]+\.py)", (ROOT / "Makefile").read_text("utf-8"))
    assert len(scripts) >= 3
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


def test_every_dependency_is_on_the_page_of_licences():
    page = (ROOT / "THIRD_PARTY_LICENSES.md").read_text("utf-8")
    extras = PROJECT["project"]["optional-dependencies"]
    read = [extras[name] for name in re.findall(r"[a-z]+", extras["formats"][0].partition("[")[2])]
    needed = [*PROJECT["project"]["dependencies"], *extras["e5"], *chain.from_iterable(read)]
    for name in (re.match(r"[\w-]+", requirement)[0] for requirement in needed):
        assert f"\n| {name} | " in page
