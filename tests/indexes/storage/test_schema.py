"""The tables of a catalog: those of Sada, and no other object that SQLite would run."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from sada.indexes import NewsIndex
from sada.indexes.errors import SadaError, UntrustedIndexError
from sada.indexes.storage.catalog import Catalog


@pytest.fixture
def path(sample_path, tmp_path):
    return shutil.copytree(sample_path, tmp_path / "stranger.sada")


def change(path, *statements):
    with closing(sqlite3.connect(path / "catalog.sqlite", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["CREATE TRIGGER t AFTER INSERT ON articles BEGIN DELETE FROM stories; END"], "trigger 't'"),
        (
            ["ALTER TABLE stories RENAME TO s", "CREATE VIEW stories AS SELECT * FROM s"],
            "index 'sqlite_autoindex|table",
        ),
        (["CREATE INDEX more ON articles (upper(title))"], "index 'more'"),
        (["CREATE TABLE more (x, y AS (x || x))"], "table 'more'"),
        (["CREATE VIRTUAL TABLE more USING fts5(words)"], "table 'more'"),
        (["ALTER TABLE articles ADD COLUMN more"], "table 'articles'"),
        (["DROP TABLE removed"], "table 'removed'"),
        (["DROP INDEX changes_of_story"], "index 'changes_of_story'"),
    ],
)
def test_a_foreign_object_is_named_and_never_run(path, statements, named):
    change(path, *statements)
    with pytest.raises(UntrustedIndexError, match=rf"catalog.sqlite: its ({named}).* is not as Sada makes it"):
        NewsIndex.open(path)


@pytest.mark.parametrize("number", [5, 6, 7, 8])
def test_the_tables_are_those_of_every_format_that_is_read(path, number):
    change(path, f"PRAGMA user_version = {number}")
    with closing(Catalog(path)) as catalog:
        assert catalog.format == number


def test_functions_of_a_schema_are_not_trusted(path):
    with closing(Catalog(path)) as catalog:
        told = [catalog.query(f"PRAGMA {name}")[0][0] for name in ("trusted_schema", "cell_size_check", "mmap_size")]
    assert told == [0, 1, 0]


def test_a_catalog_that_is_not_in_wal_mode_is_refused(path):
    change(path, "PRAGMA journal_mode = DELETE")
    with pytest.raises(SadaError, match="not in SQLite's WAL mode"):
        Catalog(path)
