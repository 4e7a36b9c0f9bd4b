"""Rows without an end are noticed, as what no file has room for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sada.indexes import Article, NewsIndex
from sada.indexes.disk import endless
from sada.indexes.disk.endless import count_rows, pieces
from sada.indexes.errors import IndexDamagedError
from sada.indexes.storage import digests
from sada.indexes.storage.catalog import Catalog

NUMBERS = "WITH RECURSIVE n(x) AS (VALUES (0) UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"


@pytest.fixture
def rows(tmp_path: Path):
    """A file with a table of 5,000 rows, and one that has no end."""
    with closing(sqlite3.connect(tmp_path / "rows.sqlite", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE rows (x INTEGER PRIMARY KEY)")
        connection.execute(f"INSERT INTO rows {NUMBERS} LIMIT 5000")
        connection.execute(f"CREATE TEMP VIEW endless AS {NUMBERS}")
        yield connection


def test_all_rows_that_a_file_has_room_for_are_read(rows):
    found = [row[0] for part in pieces(rows, rows.execute("SELECT x FROM rows ORDER BY x")) for row in part]
    assert found == list(range(5000)) and count_rows(rows, "rows") == 5000
    assert list(pieces(rows, rows.execute("SELECT x FROM rows WHERE x < 0"))) == []


def test_rows_without_an_end_are_told(rows):
    with pytest.raises(sqlite3.DatabaseError, match="more rows than the file has room for"):
        list(pieces(rows, rows.execute("SELECT x FROM endless")))
    with pytest.raises(sqlite3.DatabaseError, match="more rows than the file has room for"):
        count_rows(rows, "endless")


def test_values_that_are_larger_than_the_file_are_told_before_they_fill_the_memory(rows):
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {}) SELECT i, hex(zeroblob(50000)) FROM n"
    )
    few = endless.fetch_values(rows, rows.execute(many.format(9)))
    assert few == rows.execute(many.format(9)).fetchall()
    with pytest.raises(sqlite3.DatabaseError, match="more rows than the file has room for"):
        endless.fetch_values(rows, rows.execute(many.format(100_000_000)))


def test_they_are_damage_of_the_catalog(tmp_path, monkeypatch):
    with NewsIndex.create(tmp_path / "i.sada", encoder="none") as index:
        index.add([Article("first", "A title")])
    with closing(Catalog(tmp_path / "i.sada")) as catalog:
        assert catalog.count("articles") == 1
        for read in (catalog.query, lambda sql: list(catalog.stream(sql))):
            with pytest.raises(IndexDamagedError, match=r"catalog.sqlite: a table has more rows .*; restore the index"):
                read(NUMBERS)
        monkeypatch.setattr(endless, "_LEAST_BYTES", 1 << 40)
        with pytest.raises(IndexDamagedError, match="a table has more rows"):
            catalog.shrink()
        monkeypatch.setattr(digests, "_MOST_SETTINGS", 3)  # of the settings no more are read than there can be
        with pytest.raises(IndexDamagedError, match="settings: rows are missing, added or changed"):
            catalog.check_settings()
