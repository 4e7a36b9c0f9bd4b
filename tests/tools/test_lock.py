"""The locked versions are those of a file with a hash each, and hold all that pyproject.toml asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def lock(load_tool):
    return load_tool("lock")


@pytest.fixture(scope="module")
def locked(lock):
    """The entries of the file: name, version, marker and hashes of each."""
    text = re.sub(r"^#.*\n", "", lock.LOCKED.read_text("utf-8"), flags=re.MULTILINE)
    entries = re.sub(r" \\\n *", " ", text).splitlines()
    found = [re.fullmatch(r"([\w.-]+)==(\S+)(?: ; (.+?))?((?: --hash=sha256:[0-9a-f]{64})+)", one) for one in entries]
    assert None not in found, entries
    return [one.groups() for one in found]


def test_every_file_has_a_hash_and_no_package_is_named_twice_for_one_python(locked):
    assert len(locked) > 50
    named = [(name, marker) for name, _, marker, _ in locked]
    assert len(set(named)) == len(named)
    whole = {name for name, marker in named if marker is None}
    assert not whole & {name for name, marker in named if marker}


def test_all_that_is_asked_for_is_locked_in_a_version_that_will_do(lock, locked):
    requirements = pytest.importorskip("packaging.requirements")
    utils = pytest.importorskip("packaging.utils")
    versions = {utils.canonicalize_name(name): version for name, version, _, _ in locked}
    asked = [requirements.Requirement(one) for one in lock.requirements()]
    assert len(asked) > 30
    for one in asked:
        assert versions[utils.canonicalize_name(one.name)] in one.specifier, one


def test_extras_that_name_extras_are_unfolded(lock):
    plain, more = lock.requirements(()), lock.requirements(("formats",))
    assert plain[0].startswith("setuptools") and any(one.startswith("numba") for one in plain)
    assert {re.match(r"[\w-]+", one)[0] for one in set(more) - set(plain)} == {
        "pyarrow", "openpyxl", "trafilatura", "lxml-html-clean", "feedparser", "lxml", "fastwarc", "hijridate",
        "persiantools",
    }  # fmt: skip


def test_versions_of_several_pythons_become_one_file(lock):
    files = {
        "3.11": {("a", "1"): {"f1"}, ("b", "1"): {"f2"}},
        "3.12": {("a", "1"): {"f3"}, ("b", "2"): {"f4"}},
        "3.13": {("a", "1"): {"f1"}, ("b", "2"): {"f4"}},
    }
    assert lock.lines(files) == [
        "a==1 \\\n    --hash=sha256:f1 \\\n    --hash=sha256:f3",
        "b==1 ; python_version == '3.11' \\\n    --hash=sha256:f2",
        "b==2 ; python_version == '3.12' or python_version == '3.13' \\\n    --hash=sha256:f4",
    ]


def test_what_is_kept_are_the_locked_versions(lock, locked):
    assert [re.split("==| ; ", one)[:2] for one in lock.kept_versions()] == [[one[0], one[1]] for one in locked]
