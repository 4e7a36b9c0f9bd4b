"""The page of licences is checked against what is installed, and no licence slips in unseen."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError

import pytest

pytest.importorskip("packaging", reason="tools need it")


@pytest.fixture(scope="module")
def licences(load_tool):
    module = load_tool("licences")
    try:
        module.page()
    except PackageNotFoundError as missing:
        pytest.skip(f"{missing}: `make install` and the extra use bring all")
    return module


def test_the_page_names_what_is_installed(licences):
    rows = {line.split(" | ")[0] for line in licences.page().splitlines() if line.startswith("| ")}
    named = {line.split(" | ")[0] for line in licences.PAGE.read_text("utf-8").splitlines() if line[:2] == "| "}
    assert rows <= named
    if sys.version_info < (3, 12):  # the oldest, with which the page is written, needs the most
        assert rows == named


def test_a_page_that_is_not_so_is_told(licences):
    text = licences.page()
    assert licences.complaints(text) == []
    assert licences.complaints(text.replace("| click | BSD-3-Clause |", "| click | GPL-3.0 |"))[-1] == (
        "a licence to look at: click, GPL-3.0"
    )
    gone = licences.complaints("\n".join(line for line in text.splitlines() if not line.startswith("| numba |")) + "\n")
    assert [line[:22] for line in gone] == ["differs: | numba | BSD"]


@pytest.mark.parametrize(
    ("stated", "free"),
    [
        ("MIT", True),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("", False),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0", False),
        ("Proprietary", False),
    ],
)
def test_a_licence_is_looked_at_unless_it_is_free(licences, stated, free):
    assert licences.unknown([stated]) == ([] if free else [stated])
