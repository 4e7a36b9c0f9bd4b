"""The examples in docstrings are true: those of all public names, and those of how threads are asked for.

In them ``articles`` is the shipped sample as a list, and ``index`` an index of it, without encoder, whose stories are
found; the public names are imported. Each docstring gets a list and a copy of the index of its own.
"""

from __future__ import annotations

import doctest
import inspect
import shutil

import pytest

import sada.cluster
import sada.indexes.threads
from sada.indexes import NewsIndex

PACKAGES = (sada.cluster, sada.indexes)
PUBLIC = {f"{package.__name__}.{name}": getattr(package, name) for package in PACKAGES for name in package.__all__}
WITHOUT_EXAMPLE = {"sada.indexes.errors"}  # a module
_FINDER = doctest.DocTestFinder(exclude_empty=True)


def examples(thing, name, known=()):
    """The docstrings with examples of a public name: its own, and those of its methods."""
    return [test for test in _FINDER.find(thing, name, module=False, globs=dict(known)) if test.examples]


TESTS = [test for name, thing in PUBLIC.items() if not inspect.ismodule(thing) for test in examples(thing, name)]
TESTS += examples(sada.indexes.threads, "sada.indexes.threads", vars(sada.indexes.threads))


@pytest.fixture
def names(articles, sample_path, tmp_path):
    """What examples may use without importing it."""
    public = {name.rpartition(".")[2]: thing for name, thing in PUBLIC.items()}
    with NewsIndex.open(shutil.copytree(sample_path, tmp_path / "sample.sada")) as index:
        yield {**public, "articles": list(articles), "index": index}


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_examples_are_true(test, names):
    test.globs |= names
    failures = []
    doctest.DocTestRunner(verbose=False).run(test, out=failures.append, clear_globs=True)
    assert not failures, "".join(failures)


@pytest.mark.parametrize("name", sorted(PUBLIC.keys() - WITHOUT_EXAMPLE))
def test_every_public_name_has_an_example(name):
    assert any(test.name == name for test in examples(PUBLIC[name], name))


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_examples_are_short(test):
    lines = [line for example in test.examples for line in (example.source + example.want).splitlines()]
    assert len(lines) <= 6
