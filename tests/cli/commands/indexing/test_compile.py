"""`sada compile` counts the kernels and names where they are kept; with --check it fails if one was not kept before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sada import cluster, indexes
from sada.cluster import ahead
from sada.cluster.ahead import CompileReport

KERNELS = [
    path.read_text("utf-8") for package in (indexes, cluster) for path in Path(package.__path__[0]).rglob("*kernels.py")
]


def test_all_kernels_that_have_a_signature_are_compiled_and_kept(sada):
    (report,) = sada("compile").rows
    assert (
        report["kernels"]
        == sum(len(re.findall(r"^(?:@|    \w+ = )kernel\((?!\)|fastmath)", text, re.MULTILINE)) for text in KERNELS)
        > 40
    )
    assert report["folders"] and all(any(Path(folder).glob("*.nbc")) for folder in report["folders"])
    assert sada("compile").rows == [report]


def test_no_kernel_is_left_to_the_cache_of_numba():
    assert len(KERNELS) > 15
    assert [text for text in KERNELS if "njit" in text] == []


@pytest.mark.parametrize(("compiled", "code"), [(0, 0), (2, 1)])
def test_a_check_fails_if_one_had_to_be_compiled(sada, monkeypatch, compiled, code):
    monkeypatch.setattr(ahead, "compile_kernels_of", lambda packages: CompileReport(47, compiled, ("a", "b")))
    ran = sada("compile", "--check", code=code)
    assert ran.rows == [{"kernels": 47, "compiled": compiled, "folders": ["a", "b"]}]
    assert sada("compile").rows == ran.rows
