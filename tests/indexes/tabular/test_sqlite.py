from __future__ import annotations

import gzip
import io
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from sada.indexes.errors import InputError
from sada.indexes.index import NewsIndex
from sada.indexes.reading.readers import read_articles
from sada.indexes.sample import sample_articles

ARTICLES = """
    CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, body TEXT, published TEXT, outlet TEXT, lang TEXT);
    INSERT INTO articles VALUES (7, 'جسر جديد', 'افتتح', '2026-03-03 09:00', 'صحيفة المثال', 'ar');
    INSERT INTO articles VALUES (9, 'Cup', 'Harbour won.', 1772614800, 'Wire', 'en');
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def database(name, script):
    with closing(sqlite3.connect(name)) as connection:
        connection.executescript(script)
    return name


def read(*args, **options):
    told = []
    reader = read_articles(*args, on_problem=lambda one: told.append(f"{one.kind} {one}"), **options)
    articles = list(reader)
    assert reader.report.read == len(articles) + reader.report.skipped + reader.report.bad
    told = [one for one in told if " gave a " not in one]
    return SimpleNamespace(articles=articles, told=told, ids=[a.id for a in articles], reader=reader)


def test_the_one_table_of_articles_is_found(monkeypatch):
    others = "CREATE TABLE sources (name TEXT, link TEXT); CREATE TABLE tags (id INTEGER, title TEXT);"
    data = Path(database("news.db", ARTICLES + others)).read_bytes()
    result = read("news.db")
    first, second = result.articles
    assert (first.id, first.title, first.text, first.source, first.language) == (
        "7",
        "جسر جديد",
        "افتتح",
        "صحيفة المثال",
        "ar",
    )
    assert [str(one.published) for one in (first, second)] == ["2026-03-03 09:00:00+00:00", "2026-03-04 09:00:00+00:00"]
    assert result.told == []
    assert result.reader.progress() == (len(data), len(data))
    Path("nameless").write_bytes(data)
    Path("news.sqlite.gz").write_bytes(gzip.compress(data))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    for name in ("nameless", "news.sqlite.gz", "-"):
        assert read(name).articles == result.articles


def test_several_tables_are_listed_and_one_can_be_named():
    database("news.db", ARTICLES + 'CREATE TABLE "old \'news" AS SELECT * FROM articles WHERE id = 9;')
    result = read("news.db")
    assert result.told == [
        "bad news.db: several tables of articles: articles, old 'news (name one: --table articles)",
    ]
    assert read("news.db", table="articles").ids == ["7", "9"]
    assert read("news.db", table="OLD 'news").ids == ["9"]
    assert read("news.db", table="x").told == ["bad news.db: no table 'x' (there are: articles, old 'news)"]


def test_a_database_without_articles_says_what_it_has():
    database("news.db", "CREATE TABLE people (name TEXT, age INT);")
    assert read("news.db").told == [
        "bad news.db: no table with a column for a title or a text among: people (name, age)"
        " (name one with --table, and its fields with --title-field and --text-field)"
    ]


def test_views_count_and_the_indexes_of_full_text_search_do_not():
    tables = """
        CREATE TABLE a (id, t); CREATE TABLE b (id, x);
        INSERT INTO a VALUES (1, 'Cup'); INSERT INTO b VALUES (1, 'Harbour won.');
        CREATE VIEW broken AS SELECT * FROM gone;
        CREATE VIEW news AS SELECT a.id, t AS title, x AS text FROM a JOIN b USING (id);
        CREATE VIRTUAL TABLE news_fts USING fts5 (title, text);
    """
    assert [(one.title, one.text) for one in read(database("news.db", tables)).articles] == [("Cup", "Harbour won.")]
    fts = "CREATE VIRTUAL TABLE f USING fts5 (title, text); INSERT INTO f VALUES ('Cup', 'Harbour won.');"
    assert [one.title for one in read(database("fts.db", fts)).articles] == ["Cup"]


def test_values_are_plain_and_texts_that_are_not_utf8_are_bad_rows():
    database(
        "news.db",
        "CREATE TABLE n (id, title, text, score, raw);"
        "INSERT INTO n VALUES (1, 'a', x'C3A9', 0.5, x'FF'), (2, CAST(x'FFFE' AS TEXT), 'b', NULL, NULL),"
        " (3, 'c', 'd', 1, 2);",
    )
    result = read("news.db")
    assert result.ids == ["1", "3"]
    assert (result.articles[0].text, dict(result.articles[0].extra)) == ("é", {"score": 0.5, "raw": {"base64": "/w=="}})
    assert result.told == ["bad news.db: a row of n has a text that is not UTF-8 (mend it in the database)"]


def test_a_database_that_is_written_to_is_read_with_its_log():
    with closing(sqlite3.connect("news.db")) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.executescript(ARTICLES)
        before = Path("news.db").read_bytes()
        assert read("news.db").ids == ["7", "9"]
        assert Path("news.db").read_bytes() == before


def test_a_database_that_cannot_be_locked_is_read_as_it_lies_and_its_log_noted(monkeypatch):
    def connect(place, **options):
        return connected(place, **options) if "immutable" in place else Unopenable()

    class Unopenable:
        def execute(self, _):
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error

        def close(self):
            pass

    connected = sqlite3.connect
    with closing(connected("news.db")) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.executescript(ARTICLES)
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.execute("INSERT INTO articles (id, title) VALUES (11, 'Late')")
        writer.commit()
        monkeypatch.setattr(sqlite3, "connect", connect)
        result = read("news.db")
    assert result.ids == ["7", "9"]
    assert result.told == [
        "note news.db: the changes in news.db-wal are not read (open the database where it can be written)"
    ]


def test_a_database_that_another_program_locks_is_not_read_half_written(monkeypatch):
    monkeypatch.setattr("sada.indexes.tabular.sqlite._PATIENCE", 0)
    with closing(sqlite3.connect(database("news.db", ARTICLES), isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert read("news.db").told == [
            "bad news.db: not readable as SQLite: database is locked (copy the database, and read the copy)"
        ]


def test_damage_is_named():
    data = Path(database("news.db", ARTICLES)).read_bytes()
    Path("news.db").write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    assert read("news.db").told == [
        "bad news.db: not readable as SQLite: database disk image is malformed (copy the database, and read the copy)"
    ]
    Path("empty.db").write_bytes(b"not a database")
    assert read("empty.db").told[0].startswith("bad empty.db: not readable as SQLite: file is not a database")


def test_an_index_is_no_input():
    with NewsIndex.create("news.sada", encoder="none") as index:
        index.add(sample_articles()[:2])
    assert read("news.sada/catalog.sqlite").told == [
        "bad news.sada/catalog.sqlite: the catalog of an index of Sada (name the files that it was built from)"
    ]
    database("news.db", ARTICLES)
    assert read(".").ids == ["7", "9"]


def test_table_is_for_formats_with_tables():
    Path("a.csv").write_text("title,text\na,b\n")
    with pytest.raises(InputError, match=r"^a\.csv: --table names a table in SQLite or Excel, and this is csv \(leave"):
        list(read_articles("a.csv", table="x"))
