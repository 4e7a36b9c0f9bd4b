"""Rows of a catalog with right digests: what is not of its kind is told, and nothing else happens."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from sada.indexes import Article, NewsIndex
from sada.indexes.errors import IndexDamagedError
from sada.indexes.storage.digests import digest_sum, row_digest, seal_settings
from sada.indexes.storage.schema import DIGESTED
from sada.indexes.values.rows import fits_its_table, is_file

CHECKSUM = "ab" * 16


@pytest.fixture
def forge(sample_path, tmp_path):
    """Changes rows of a table in a copy of the sample's index, makes the digests right, and returns the path."""

    def change(table, sql, *values):
        path = shutil.copytree(sample_path, tmp_path / "stranger.sada")
        columns = DIGESTED[table]
        with closing(sqlite3.connect(path / "catalog.sqlite", isolation_level=None)) as connection:
            connection.execute("BEGIN")
            assert connection.execute(sql, values).rowcount > 0
            rows = connection.execute(f"SELECT {columns} FROM {table}").fetchall()
            digests = [row_digest(row) for row in rows]
            if table != "files":
                where = " AND ".join(f"{name} IS ?" for name in columns.split(", "))
                pairs = [(digest, *row) for digest, row in zip(digests, rows, strict=True)]
                connection.executemany(f"UPDATE {table} SET digest = ? WHERE {where}", pairs)
            total = json.dumps(f"{digest_sum(digests):032x}")
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (f"digest:{table}", total))
            seal_settings(connection)
            connection.execute("COMMIT")
        return path

    return change


FIRST = "(SELECT min(number) FROM articles)"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("published", 1 << 62), ("published", "noon"), ("keywords", "5"), ("keywords", '"word"'),
        ("keywords", "[" * 9999),
        ("extra", "[]"), ("extra", '{"a":' * 20_000), ("extra", "NaN"), ("extra", b"\xff"), ("title", b"\x00\xff"),
        ("source", b"x"), ("language", b"x"), ("segment", -1), ("segment", 1 << 32), ("position", "first"),
        ("position", 1 << 40), ("certainty", "sure"), ("certainty", 1.5), ("id", ""),
    ],
)  # fmt: skip
def test_an_impossible_article_is_told_by_every_way_to_it(forge, column, value):
    path = forge("articles", f"UPDATE articles SET {column} = ? WHERE number = {FIRST}", value)
    with NewsIndex.open(path) as index:
        (id_,) = index.snapshot.catalog.query(f"SELECT id FROM articles WHERE number = {FIRST}")[0]
        for use in (
            lambda: index.snapshot.catalog.after(0, 1),
            lambda: list(index.snapshot.catalog.articles([id_])),
            lambda: index.neighbours(id_, by="copy") if id_ else index.snapshot.columns,
        ):
            if column == "language" or (column == "id" and not value):  # an identified one stands in for it
                continue
            with pytest.raises(IndexDamagedError, match=r"articles.*not of their kind"):
                use()
        assert any("not of their kind" in finding.what for finding in index.verify())


@pytest.mark.parametrize("content", ["x", 5, None])
def test_a_content_key_is_bytes(forge, content):
    sql = f"UPDATE articles SET content = ? WHERE number = {FIRST}"
    if content is None:
        with pytest.raises(sqlite3.IntegrityError):
            forge("articles", sql, content)
        return
    with NewsIndex.open(forge("articles", sql, content)) as index:
        (id_,) = index.snapshot.catalog.query(f"SELECT id FROM articles WHERE number = {FIRST}")[0]
        with pytest.raises(IndexDamagedError, match="not of their kind"):
            index.snapshot.contents([id_])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("members", "5"), ("members", '["a"]'), ("members", "[1, 1]"), ("members", "[9223372036854775808]"),
        ("members", "["),
        ("row", "[]"), ("row", '{"pieces": [[99]]}'), ("row", '{"pieces": [[0], [0]]}'),
        ("row", '{"titles": [[0, 5]]}'),
        ("row", '{"titles": [[77, "x"]]}'), ("row", '{"keywords": "x"}'), ("row", '{"pieces": [[-1]]}'), ("row", b"x"),
    ],
)  # fmt: skip
def test_an_impossible_story_is_told(forge, column, value):
    path = forge("stories", f"UPDATE stories SET {column} = ? WHERE story = (SELECT min(story) FROM stories)", value)
    with NewsIndex.open(path) as index:
        with pytest.raises(IndexDamagedError, match=r"stories 's\w+': values are not of their kind"):
            index.stories.stored()
        assert any("not of their kind" in finding.what for finding in index.verify())


@pytest.mark.parametrize(
    ("column", "value"), [("at", 1 << 62), ("change", "vanished"), ("articles", '{"a": 1}'), ("articles", "[1]")]
)
def test_an_impossible_change_of_a_story_is_told(forge, column, value):
    path = forge("story_changes", f"UPDATE story_changes SET {column} = ? WHERE number = 1", value)
    with NewsIndex.open(path) as index, pytest.raises(IndexDamagedError, match="story_changes 1: values are not of"):
        index.stories.history("s1")


@pytest.mark.parametrize(("segment", "position"), [(-1, 0), (1, 1 << 33), ("x", 0), (1, 0.5)])
def test_an_impossible_place_of_a_removed_article_is_told(forge, segment, position):
    path = forge("removed", "INSERT INTO removed VALUES (?, ?, x'00')", segment, position)
    with NewsIndex.open(path) as index, pytest.raises(IndexDamagedError, match=r"removed .*: values are not of their"):
        index.add([Article("new", "New")])


def test_redirects_in_a_circle_end(forge):
    path = forge("redirects", "INSERT INTO redirects VALUES ('a', 'b', x'00'), ('b', 'a', x'00')")
    with NewsIndex.open(path) as index:
        assert index.stories.history("a") == ([], "b")
        assert any(finding.where == "story a" for finding in index.verify())


@pytest.mark.parametrize(
    "name",
    [
        "../catalog.sqlite", "../../elsewhere/keys-0123456789abcdef.npy", "/etc/passwd", "keys", "", "keys-0123.npy",
        "terms-0123456789abcdef.npy", "keys-0123456789abcdef.npy\n", "keys-0123456789ABCDEF.npy",
        "keys-0123456789abcdef.npy/",
    ],
)  # fmt: skip
def test_a_row_names_only_an_array_file_of_its_kind(forge, name):
    path = forge("files", "UPDATE files SET name = ? WHERE kind = 'keys'", name)
    with (
        NewsIndex.open(path) as index,
        pytest.raises(IndexDamagedError, match=r"files .*: values are not of their kind"),
    ):
        index.neighbours("ar-063", by="words")
    with NewsIndex.open(path) as index:
        assert index.verify()[0].where.endswith(f": files {name!r}")


@pytest.mark.parametrize(
    ("values", "right"),
    [
        ((1, "keys", "keys-0123456789abcdef.npy", 80, CHECKSUM), True),
        ((0, "keys", "keys-0123456789abcdef.npy", 80, CHECKSUM), False),
        ((1 << 32, "keys", "keys-0123456789abcdef.npy", 80, CHECKSUM), False),
        ((1, "keys", "keys-0123456789abcdef.npy", -1, CHECKSUM), False),
        ((1, "keys", "keys-0123456789abcdef.npy", "80", CHECKSUM), False),
        ((1, "keys", "keys-0123456789abcdef.npy", 80, CHECKSUM[1:]), False),
        ((1, b"keys", "keys-0123456789abcdef.npy", 80, CHECKSUM), False),
        ((1, "keys", "keys-0123456789abcdef.npy", 80, None), False),
    ],
)
def test_the_entry_of_an_array_file(values, right):
    assert is_file(*values) is right


def test_rows_that_sada_writes_are_of_their_kind(sample_index):
    sample_index.remove(["ar-063"])
    for table in DIGESTED:
        rows = sample_index.snapshot.catalog.query(f"SELECT {DIGESTED[table]} FROM {table}")
        assert all(fits_its_table(table, row) for row in rows) and (rows or table == "redirects")


@pytest.mark.parametrize("last", [(1 << 63) - 1, 1 << 62, "many", None])
def test_a_last_number_that_none_can_follow_is_told(sample_path, tmp_path, last):
    path = shutil.copytree(sample_path, tmp_path / "stranger.sada")
    with closing(sqlite3.connect(path / "catalog.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'articles'", (last,))
    with NewsIndex.open(path) as index:
        with pytest.raises(IndexDamagedError, match="sqlite_sequence 'articles'"):
            index.add([Article("new", "New")])
        assert "sqlite_sequence 'articles'" in "".join(map(str, index.verify()))


def test_a_last_number_hides_no_other_damage(sample_path, tmp_path):
    path = shutil.copytree(sample_path, tmp_path / "stranger.sada")
    with closing(sqlite3.connect(path / "catalog.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = 'many' WHERE name = 'articles'")
        connection.execute("UPDATE articles SET title = 'changed' WHERE id = 'en-001'")
    with NewsIndex.open(path) as index:
        found = "".join(map(str, index.verify()))
    assert "sqlite_sequence 'articles'" in found and "articles en-001" in found


@pytest.mark.parametrize("table", ["articles", "story_changes"])
def test_a_last_number_below_one_that_is_given_is_found(sample_path, tmp_path, table):
    path = shutil.copytree(sample_path, tmp_path / "stranger.sada")
    with closing(sqlite3.connect(path / "catalog.sqlite", isolation_level=None)) as connection:
        highest = connection.execute(f"SELECT max(number) FROM {table}").fetchone()[0]
        connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (highest - 1, table))
    with NewsIndex.open(path) as index:
        what = f"number {highest} is given, and the next row would get {highest}"
        assert [(found.where, found.what) for found in index.verify()] == [(f"{path}/catalog.sqlite: {table}", what)]


@pytest.mark.parametrize(("column", "value"), [("segment", -1), ("position", 1 << 40), ("number", -5)])
def test_an_impossible_place_is_told_before_it_is_packed(forge, column, value):
    path = forge("articles", f"UPDATE articles SET {column} = ? WHERE number = {FIRST}", value)
    with (
        NewsIndex.open(path) as index,
        pytest.raises(IndexDamagedError, match="articles: values are not of their kind"),
    ):
        len(index)


@pytest.mark.parametrize("published", [1 << 62, "noon"])
def test_an_impossible_time_is_told_where_places_are_looked_up(forge, published):
    path = forge("articles", f"UPDATE articles SET published = ? WHERE number = {FIRST}", published)
    with NewsIndex.open(path) as index:
        catalog = index.snapshot.catalog
        home = catalog.query(f"SELECT segment, position FROM articles WHERE number = {FIRST}")[0]
        with pytest.raises(IndexDamagedError, match="not of their kind"):
            catalog.stored_at([home])


def test_a_digest_that_is_no_digest_is_told_when_its_row_goes(sample_path, tmp_path):
    path = shutil.copytree(sample_path, tmp_path / "stranger.sada")
    with closing(sqlite3.connect(path / "catalog.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE articles SET digest = 'x' WHERE id = 'ar-063'")
        total = digest_sum(digest for (digest,) in connection.execute("SELECT digest FROM articles"))
        settings = ("digest:articles", json.dumps(f"{total:032x}"))
        connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", settings)
        seal_settings(connection)
    with NewsIndex.open(path) as index, pytest.raises(IndexDamagedError, match="articles 'x': values are not of"):
        index.remove("ar-063")
