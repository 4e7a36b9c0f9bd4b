from __future__ import annotations

import errno
import os
import sqlite3
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sada.indexes.article import Article
from sada.indexes.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexReadOnlyError,
    NotAnIndexError,
    SadaError,
)
from sada.indexes.storage import catalog as catalog_module
from sada.indexes.storage.arrays import ArrayFile
from sada.indexes.storage.article_rows import Placed
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.schema import DIGESTED, FORMAT
from sada.indexes.timestamps import from_micros, to_micros


def a_file(kind, number):
    return ArrayFile(f"{kind}-{number:016x}.npy", 10, "ab" * 16)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["\0", "a\0b", "\ufffe", "'", "%"]
)
numbers = st.integers() | st.integers(-(1 << 90), 1 << 90) | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
articles = st.builds(
    Article,
    id=texts.filter(bool),
    title=texts,
    text=texts,
    url=texts,
    source=texts,
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
    language=texts,
    keywords=st.lists(texts, max_size=3).map(tuple),
    extra=st.dictionaries(texts, json_values, max_size=3),
)


def placed(*some, identified=""):
    return [Placed(article, article.content_key(), identified, position) for position, article in enumerate(some)]


def put(catalog, segment, *some, identified=""):
    with catalog.writing():
        catalog.put(segment, {"keys": a_file("keys", segment)}, placed(*some, identified=identified))


def raw(folder, sql, *values):
    connection = sqlite3.connect(folder / "catalog.sqlite", isolation_level=None)
    connection.execute(sql, values)
    connection.close()


def everything(catalog):
    ids = [id_ for (id_,) in catalog.query("SELECT id FROM articles")]
    return sorted(catalog.articles(ids), key=lambda article: article.id)


@pytest.fixture
def folder(tmp_path):
    Catalog.create(tmp_path, {"encoder": {"name": "none", "dimension": 0}, "encoder_spec": None})
    return tmp_path


@pytest.fixture
def catalog(folder):
    found = Catalog(folder)
    yield found
    found.close()


def test_a_new_catalog_has_an_empty_log_so_that_those_who_may_only_read_can_follow(folder):
    sizes = {path.name.removeprefix("catalog.sqlite"): path.stat().st_size for path in folder.iterdir()}
    assert set(sizes) == {"", "-wal", "-shm"}
    assert sizes["-wal"] == 0
    header = (folder / "catalog.sqlite").read_bytes()[:100]
    assert header[18:20] == b"\2\2"  # write-ahead log
    assert header[68:72] == b"SADA"


def test_settings(catalog):
    assert catalog.setting("encoder") == {"name": "none", "dimension": 0}
    assert catalog.setting("encoder_spec", 5) is None
    assert catalog.setting("absent") is None and catalog.setting("absent", 5) == 5
    with catalog.writing():
        catalog.set_setting("absent", [1, "ع"])
    assert catalog.setting("absent") == [1, "ع"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(articles, max_size=4, unique_by=lambda article: article.id))
def test_articles_come_back_by_value(tmp_path_factory, some):
    folder = tmp_path_factory.mktemp("catalog")
    Catalog.create(folder, {})
    catalog = Catalog(folder)
    put(catalog, 1, *some)
    catalog.close()
    catalog = Catalog(folder)
    found = everything(catalog)
    assert found == sorted(some, key=lambda article: article.id)
    for article in some:
        assert list(catalog.articles([article.id])) == [article]
        assert next(catalog.articles([article.id])).content_key() == article.content_key()
    assert catalog.contents([article.id for article in some]) == {article.id: article.content_key() for article in some}
    catalog.close()


def test_the_identified_language_stands_in_for_an_absent_one(catalog):
    put(catalog, 1, Article("a"), Article("b", language="fr"), identified="ar")
    assert [article.language for article in everything(catalog)] == ["ar", "fr"]


def test_the_language_counts_as_known_where_it_is_certain(catalog):
    some = [Article("a"), Article("b", language="fr"), Article("c"), Article("d")]
    certainties = [0.5, None, 0.49, 0.0]
    with catalog.writing():
        catalog.put(1, {}, [
            Placed(article, b"", "ar" if certainty else "", at, certainty)
            for at, (article, certainty) in enumerate(zip(some, certainties, strict=True))
        ])  # fmt: skip
    kept = catalog.after(0, 9)
    assert [one.certainty for one in kept] == [0.5, 1.0, 0.49, 0.0]
    assert [one.known_language for one in kept] == ["ar", "fr", "", ""]


def test_articles_page_by_page_in_the_order_of_first_reading(catalog):
    put(catalog, 1, *map(Article, "abcde"))
    with catalog.writing():
        catalog.remove(["c"])
    put(catalog, 2, Article("a", "new"), Article("z"))
    pages = [[one.article.id for one in catalog.after(last, 2)] for last in (0, 2, 5, 6)]
    assert pages == [["a", "b"], ["d", "e"], ["z"], []]
    assert catalog.after(0, 1) == [(Article("a", "new"), 1, (2, 0), 1.0)]


def test_arrays_of_some_kinds_are_replaced(catalog):
    for segment in (1, 2):
        with catalog.writing():
            catalog.put(segment, {kind: a_file(kind, segment) for kind in ("keys", "old", "both")}, [])
    with catalog.writing():
        new = {1: {"both": a_file("both", 7)}, 2: {"more": a_file("more", 8)}}
        catalog.replace_arrays(("old", "both", "absent"), new)
    assert catalog.files() == {
        1: {"keys": a_file("keys", 1), "both": a_file("both", 7)},
        2: {"keys": a_file("keys", 2), "more": a_file("more", 8)},
    }


def test_an_update_keeps_the_number_and_a_number_is_never_used_again(catalog):
    def stored():
        return dict(catalog.query("SELECT id, number FROM articles"))

    put(catalog, 1, Article("a"), Article("b"), Article("c"))
    put(catalog, 2, Article("b", "new"), Article("d"))
    assert stored() == {"a": 1, "b": 2, "c": 3, "d": 4}
    with catalog.writing():
        assert len(catalog.remove(["d", "a", "absent"])) == 2
    put(catalog, 3, Article("a"), Article("e"))
    assert stored() == {"b": 2, "c": 3, "a": 5, "e": 6}
    assert next(catalog.articles(["b"])).title == "new"
    assert set(catalog.files()) == {1, 2, 3}
    assert catalog.files()[2] == {"keys": a_file("keys", 2)}


def test_places_are_of_articles_or_were(folder, catalog):
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    put(catalog, 1, *(Article(str(number), published=moment) for number in range(600)), Article("u"))
    put(catalog, 2, Article("7", "new"))
    with catalog.writing():
        catalog.remove([str(number) for number in range(100, 400)])
    assert catalog.removed() == [(1, 7), *((1, number) for number in range(100, 400))]
    living = [number for number in range(601) if number != 7 and number not in range(100, 400)]
    found = catalog.stored_at([(1, number) for number in range(601)] + [(2, 0)])
    expected = {(1, number): (number + 1, to_micros(moment) if number < 600 else None) for number in living}
    assert found == expected | {(2, 0): (8, None)}
    assert catalog.stored_at([]) == {}
    with pytest.raises(IndexDamagedError, match="none has place 601 in segment 1"):
        catalog.stored_at([(1, 5), (1, 601)])
    raw(folder, "DELETE FROM removed WHERE position = 7")
    catalog.refresh()
    with pytest.raises(IndexDamagedError, match="none has place 7 in segment 1"):
        catalog.stored_at([(1, 7)])
    with pytest.raises(IndexDamagedError, match="removed: rows are missing"):
        catalog.removed()
    raw(folder, "UPDATE removed SET position = 7 WHERE position = 100")
    catalog.refresh()
    with pytest.raises(IndexDamagedError, match="removed 1: its values are not those"):
        catalog.stored_at([(1, 7)])


def test_articles_with_their_homes(catalog):
    put(catalog, 1, Article("a"), Article("b"))
    put(catalog, 2, Article("a", "new"))
    assert sorted(catalog.kept("id", ["a", "b", "x"]), key=lambda kept: kept.number) == [
        (Article("a", "new"), 1, (2, 0), 1.0),
        (Article("b"), 2, (1, 1), 1.0),
    ]
    assert [kept.home for kept in catalog.kept("number", [2])] == [(1, 1)]


def test_more_articles_than_sqlite_takes_in_one_list_and_in_one_page(catalog):
    many = [Article(f"{number:05}") for number in range(2500)]
    put(catalog, 1, *many)
    assert everything(catalog) == many
    ids = [article.id for article in many]
    assert sorted(article.id for article in catalog.articles([*ids, "absent"])) == ids
    with catalog.writing():
        assert len(catalog.remove(ids)) == 2500
    assert everything(catalog) == []


def test_the_table_digest_depends_on_the_rows_and_not_on_their_history(catalog):
    def digests():
        return {table: catalog.stored_digest(table) for table in DIGESTED}

    empty = digests()
    assert set(empty.values()) == {"0" * 32}
    put(catalog, 1, Article("a"), Article("b"))
    one = digests()
    assert one["articles"] != empty["articles"] and one["files"] != empty["files"]
    with catalog.writing():
        catalog.remove(["a", "b"])
    assert digests()["articles"] == empty["articles"] and catalog.removed() == [(1, 0), (1, 1)]
    with catalog.writing():
        catalog.replace_segments([], {}, [(1, 0), (1, 1)])
    assert digests()["removed"] == empty["removed"] and catalog.removed() == []
    with catalog.writing():
        catalog.change_stories([("s", [1, 2], {"id": "s"}), ("t", [3], {})], [], {"old": "s"}, [])
    two = digests()
    with catalog.writing():
        catalog.change_stories([("s", [2], {}), ("u", [1], {})], ["t"], {"old": "u", "t": "s"}, [])
    assert catalog.stories() == ([("s", [2], {}), ("u", [1], {})], {"old": "u", "t": "s"})
    with catalog.writing():
        catalog.change_stories([("t", [3], {}), ("s", [1, 2], {"id": "s"})], ["u", "none"], {"old": "s"}, [])
    assert digests() == two
    assert catalog.stories() == ([("s", [1, 2], {"id": "s"}), ("t", [3], {})], {"old": "s"})
    with catalog.writing():
        catalog.change_stories([("old", [], {})], ["s", "t"], {}, [])
        catalog.change_stories([], ["old"], {}, [])
    assert digests() == {table: "0" * 32 for table in DIGESTED} | {"files": one["files"]}


def test_a_failed_transaction_leaves_nothing_and_keeps_a_snapshot(folder, catalog):
    put(catalog, 1, Article("a"))
    before = everything(catalog), catalog.files(), catalog.stored_digest("articles")
    with pytest.raises(KeyError), catalog.writing():
        catalog.put(2, {"keys": a_file("keys", 9)}, placed(Article("b"), Article("a", "new")))
        catalog.remove(["a"])
        raise KeyError
    assert (everything(catalog), catalog.files(), catalog.stored_digest("articles")) == before
    other = Catalog(folder)
    put(other, 2, Article("c"))
    other.close()
    assert everything(catalog) == before[0]  # still the snapshot
    put(catalog, 3, Article("b"))
    assert [article.id for article in everything(catalog)] == ["a", "b", "c"]
    catalog.check_rows("articles", [row[0] for row in catalog.query("SELECT digest FROM articles")])


def test_a_reader_keeps_its_snapshot_until_it_refreshes(folder, catalog):
    writer = Catalog(folder)
    put(writer, 1, Article("a"))
    assert everything(catalog) == []
    catalog.refresh()
    assert [article.id for article in everything(catalog)] == ["a"]
    writer.close()


def test_two_writing_at_once(folder, catalog):
    other = Catalog(folder)
    other._connection.execute("PRAGMA busy_timeout = 0")
    with catalog.writing():
        with pytest.raises(IndexBusyError, match=str(folder)), other.writing():
            pass
        catalog.touch()
    assert catalog.setting("generation") == 1
    other.close()


def test_not_a_catalog(tmp_path):
    with pytest.raises(NotAnIndexError, match=f"{tmp_path}: not a Sada index"):
        Catalog(tmp_path)
    with pytest.raises(NotAnIndexError):
        Catalog(tmp_path / "absent")
    (tmp_path / "file").write_text("text")
    with pytest.raises(NotAnIndexError):
        Catalog(tmp_path / "file")


def test_a_foreign_database_is_named_and_left_as_it_is(tmp_path):
    raw(tmp_path, "CREATE TABLE books (title)")
    before = (tmp_path / "catalog.sqlite").read_bytes()
    with pytest.raises(NotAnIndexError, match="not written by Sada"):
        Catalog(tmp_path)
    assert (tmp_path / "catalog.sqlite").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.sqlite"]


@pytest.mark.parametrize("content", [b"no database " * 1000, b"SQLite format 3\0" + bytes(4096)])
def test_bytes_that_are_no_database(tmp_path, content):
    (tmp_path / "catalog.sqlite").write_bytes(content)
    with pytest.raises(IndexDamagedError, match=r"catalog.sqlite: .*restore"):
        Catalog(tmp_path)


def test_an_empty_catalog_file_is_no_index(tmp_path):
    (tmp_path / "catalog.sqlite").touch()
    with pytest.raises(NotAnIndexError):
        Catalog(tmp_path)


def test_a_newer_format_names_both(folder):
    raw(folder, f"PRAGMA user_version = {FORMAT + 7}")
    with pytest.raises(IndexMismatchError, match=f"index format {FORMAT + 7}, this Sada reads up to {FORMAT}"):
        Catalog(folder)


@pytest.mark.parametrize(
    "column", ["title", "text", "url", "source", "language", "identified", "certainty", "keywords", "extra"]
)
def test_a_changed_article_is_never_read_silently(folder, catalog, column):
    put(catalog, 1, Article("a"), Article("b"))
    raw(folder, f"UPDATE articles SET {column} = '[\"x\"]' WHERE id = 'a'")
    catalog.refresh()
    with pytest.raises(IndexDamagedError, match="articles 1: its values are not those that were written"):
        list(catalog.articles(["a"]))
    with pytest.raises(IndexDamagedError):
        everything(catalog)
    assert list(catalog.articles(["b"])) == [Article("b")]


@pytest.mark.parametrize("sql", ["DELETE FROM files", "UPDATE files SET bytes = 11", "UPDATE files SET segment = 2"])
def test_changed_file_entries_are_found(folder, catalog, sql):
    put(catalog, 1, Article("a"))
    raw(folder, sql)
    catalog.refresh()
    with pytest.raises(IndexDamagedError, match="files: rows are missing, added or changed"):
        catalog.files()


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM stories WHERE story = 's'", "UPDATE stories SET members = '[2]'", "DELETE FROM redirects",
     "UPDATE redirects SET now = 't'", "UPDATE stories SET story = 'z' WHERE story = 's'"],
)  # fmt: skip
def test_changed_stories_are_found(folder, catalog, sql):
    with catalog.writing():
        catalog.change_stories([("s", [1, 2], {"id": "s"}), ("t", [3], {})], [], {"old": "s"}, [])
    raw(folder, sql)
    catalog.refresh()
    with pytest.raises(IndexDamagedError, match=r"(stories|redirects)"):
        catalog.stories()


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_come_back_to_the_microsecond(moment):
    assert from_micros(to_micros(moment)) == moment
    assert -(1 << 63) < to_micros(moment) < (1 << 63) - 1


def test_moments_by_value():
    assert to_micros(None) is from_micros(None) is None
    assert to_micros(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC)) == 1_000_005
    assert to_micros(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM settings WHERE key = 'encoder'", "UPDATE settings SET value = '5' WHERE key = 'encoder'",
     "UPDATE settings SET value = 'no json'", "INSERT INTO settings VALUES ('more', '1')",
     "DELETE FROM settings WHERE key = 'digest:settings'", "DELETE FROM settings"],
)  # fmt: skip
def test_changed_settings_are_found(folder, catalog, sql):
    raw(folder, sql)
    for call in (lambda: Catalog(folder), catalog.refresh):
        with pytest.raises(IndexDamagedError, match="settings: rows are missing, added or changed"):
            call()


def test_a_full_disk_while_a_catalog_is_made_is_told_as_such(tmp_path, monkeypatch):
    class Full(sqlite3.Connection):
        def executescript(self, _script):
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(catalog_module, "connect", lambda path, _: sqlite3.connect(path, factory=Full))
    with pytest.raises(SadaError, match="full"):
        Catalog.create(tmp_path, {})


@pytest.mark.parametrize("call", ["stat", "scandir"])
def test_who_may_not_read_the_folder_is_told(tmp_path, monkeypatch, call):
    """The folder itself is closed: then even what is in it cannot be asked."""
    Catalog.create(tmp_path, {})

    def denied(path, *_, **__):
        raise PermissionError(errno.EACCES, "no", str(path))

    monkeypatch.setattr(os, call, denied)
    with pytest.raises(IndexReadOnlyError, match=f"^{tmp_path}.*: this user may not read or write it"):
        Catalog(tmp_path)
