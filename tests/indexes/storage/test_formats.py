"""An index of every format from 8 on, as the program of its time wrote it, still opens, answers and can be added to."""

from __future__ import annotations

import sqlite3
import warnings

import pytest

from sada.indexes import Article, NewsIndex
from sada.indexes.errors import IndexMismatchError, IndexWarning
from sada.indexes.storage.schema import FORMAT, OLDEST

from .formats.fixture import FOOTER, HERE, REMOVED, Letters, answers, expected, unpack

FIRST = 8  # the first format of which an index was kept
FORMATS = range(max(FIRST, OLDEST), FORMAT + 1)
REFUSED = "index format {}, this Sada reads {} {}: {}"


def opened(path):
    return NewsIndex.open(path, encoder=Letters())


def set_format(path, number):
    connection = sqlite3.connect(path / "catalog.sqlite")
    connection.execute(f"PRAGMA user_version = {number}")
    connection.close()


def test_of_every_format_there_is_an_index():
    """Whoever makes a new format runs formats/fixture.py once, and commits what it writes."""
    kept = {path.name for path in HERE.iterdir() if path.name.startswith("format-")}
    assert kept == {f"format-{number}.{kind}" for number in range(FIRST, FORMAT + 1) for kind in ("zip", "json")}


@pytest.mark.parametrize("number", FORMATS)
def test_it_opens_and_is_whole(tmp_path, number):
    path = unpack(number, tmp_path)
    before = {file: file.read_bytes() for file in path.rglob("*.npy")}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with opened(path) as index:
            assert index.info()["format"] == number and index.verify() == []
            assert len(index) == 39 and REMOVED not in index
            assert [line.line for line in index.boilerplate.lines()] == [FOOTER]
            assert len(index.snapshot.stored) > 1 and index.snapshot.catalog.removed()
    assert number < FORMAT or [one for one in told if issubclass(one.category, IndexWarning)] == []
    assert {file: file.read_bytes() for file in path.rglob("*.npy")} == before


@pytest.mark.parametrize("number", FORMATS)
def test_the_next_add_makes_it_one_of_today_with_the_same_answers(tmp_path, number):
    with opened(unpack(number, tmp_path)) as index:
        if number == FORMAT:
            assert answers(index) == expected(number)
        index.add([])
        assert index.info()["format"] == FORMAT
        assert answers(index) == expected(number)
        index.add([Article("new", "Comet seen", "A comet was seen above the quiet observatory", language="en")])
        assert index.verify() == []
        assert [hit.id for hit in index.neighbours(Article("q", "comet observatory"), 1, by="words")] == ["new"]


@pytest.mark.parametrize(
    ("number", "where", "bound", "advice"),
    [
        (FORMAT + 1, "up to", FORMAT, "upgrade Sada"),
        (FORMAT + 92, "up to", FORMAT, "upgrade Sada"),
        (OLDEST - 1, "from", OLDEST, "build the index anew with: sada build INPUT -i "),
        (0, "from", OLDEST, "build the index anew with: sada build INPUT -i "),
    ],
)
def test_another_format_is_refused_with_both_numbers_and_what_to_do(tmp_path, number, where, bound, advice):
    path = unpack(FORMAT, tmp_path)
    set_format(path, number)
    before = (path / "catalog.sqlite").read_bytes()
    with pytest.raises(IndexMismatchError) as refused:
        opened(path)
    assert str(refused.value).startswith(f"{path}: " + REFUSED.format(number, where, bound, advice))
    assert "\n" not in str(refused.value) and (path / "catalog.sqlite").read_bytes() == before
