from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import numpy as np
import pytest

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError, UnknownArticleError
from sada.indexes.storage.article_rows import Placed
from sada.indexes.storage.catalog import Catalog
from sada.indexes.storage.columns import Columns
from sada.indexes.timestamps import UNDATED, to_micros

DAY = [datetime(2020, 1, day, tzinfo=UTC) for day in (1, 2)]
ARTICLES = [
    Article("z", source="BBC", language="en", published=DAY[1]),
    Article("m"),
    Article("a", published=DAY[0]),
    Article("b", published=DAY[0]),
]


@pytest.fixture
def catalog(tmp_path):
    Catalog.create(tmp_path, {})
    found = Catalog(tmp_path)
    for segment, some in enumerate([ARTICLES[:3], ARTICLES[3:]]):
        placed = [
            Placed(article, b"", "ar", position, None if article.language else 0.25 * position)
            for position, article in enumerate(some)
        ]
        with found.writing():
            found.put(segment, {}, placed)
    yield found
    found.close()


def test_columns_stand_in_the_order_of_first_reading(catalog):
    columns = Columns.load(catalog)
    assert columns.ids == ["z", "m", "a", "b"] and len(columns) == 4
    assert columns.numbers.tolist() == [1, 2, 3, 4]
    assert columns.segments.tolist() == [0, 0, 0, 1]
    assert columns.positions.tolist() == [0, 1, 2, 0]
    assert columns.published.tolist() == [to_micros(DAY[1]), UNDATED, to_micros(DAY[0]), to_micros(DAY[0])]
    assert columns.languages == ["en", "ar", "ar", "ar"]
    assert columns.sources == ["BBC", "", "", ""]
    assert columns.certainties.tolist() == [1.0, 0.25, 0.5, 0.0] and columns.certainties.dtype == np.float64
    assert [columns.known_language(row) for row in range(4)] == ["en", "", "ar", ""]
    assert {column.dtype for column in (columns.numbers, columns.segments, columns.positions, columns.published)} == {
        np.dtype(np.int64)
    }


def test_an_update_stays_in_its_row(catalog):
    with catalog.writing():
        catalog.put(2, {}, [Placed(Article("m", "new"), b"", "", 0)])
    columns = Columns.load(catalog)
    assert columns.ids == ["z", "m", "a", "b"]
    assert (columns.segments.tolist(), columns.positions.tolist()) == ([0, 2, 0, 1], [0, 0, 2, 0])


def test_columns_of_no_index_agree(catalog):
    stored, free = Columns.load(catalog), Columns.of(ARTICLES)
    assert (free.ids, free.sources) == (stored.ids, stored.sources)
    assert np.array_equal(free.published, stored.published)
    assert np.array_equal(free.reading_order, stored.reading_order)
    assert free.certainties.tolist() == [1.0] * 4


def test_rows_of_ids_and_numbers(catalog):
    columns = Columns.load(catalog)
    assert columns.rows(["b", "z", "b"]) == [3, 0, 3]
    with pytest.raises(UnknownArticleError, match="no article 'x' in the index"):
        columns.rows(["b", "x", "y"])
    assert columns.rows_of_numbers(np.array([4, 1, 9, 0, -1])).tolist() == [3, 0, -1, -1, -1]
    with catalog.writing():
        catalog.remove(["m"])
    assert Columns.load(catalog).rows_of_numbers(np.array([1, 2, 3, 4])).tolist() == [0, -1, 1, 2]


def test_reading_order_is_by_time_then_arrival_with_undated_last(catalog):
    assert Columns.load(catalog).reading_order.tolist() == [2, 3, 0, 1]


def test_no_articles(catalog):
    with catalog.writing():
        catalog.remove(["z", "m", "a", "b"])
    for columns in (Columns.load(catalog), Columns.of([])):
        assert len(columns) == 0 and columns.row_of == {}
        assert columns.rows_of_numbers(np.array([1])).tolist() == [-1]
        assert columns.reading_order.tolist() == []
        assert columns.rows([]) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("published", 1 << 62), ("published", -(1 << 62)), ("published", "x"), ("source", b"x"), ("identified", b"\0"),
     ("position", "x"), ("segment", 1.5), ("certainty", "x"), ("certainty", 1.5), ("certainty", -0.5)]
)  # fmt: skip
def test_values_of_another_kind_are_found_on_loading(catalog, tmp_path, column, value):
    connection = sqlite3.connect(tmp_path / "catalog.sqlite", isolation_level=None)
    connection.execute(f"UPDATE articles SET {column} = ? WHERE number = 2", (value,))
    connection.close()
    catalog.refresh()
    with pytest.raises(IndexDamagedError, match="articles: values are not of their kind"):
        Columns.load(catalog)


@pytest.mark.parametrize("sql", ["DELETE FROM articles WHERE id = 'm'", "UPDATE articles SET digest = x'00'"])
def test_missing_rows_are_found_on_loading(catalog, tmp_path, sql):
    connection = sqlite3.connect(tmp_path / "catalog.sqlite", isolation_level=None)
    connection.execute(sql)
    connection.close()
    catalog.refresh()
    with pytest.raises(IndexDamagedError, match="articles: rows are missing, added or changed"):
        Columns.load(catalog)


def everything(columns):
    numbers = (columns.numbers, columns.segments, columns.positions, columns.published, columns.certainties)
    return (
        columns.ids,
        columns.languages,
        columns.sources,
        columns.digest,
        columns.row_of,
        *map(np.ndarray.tolist, numbers),
    )


@pytest.mark.parametrize("with_rows", [False, True])
def test_of_a_later_snapshot_only_what_was_added_is_read(catalog, monkeypatch, with_rows):
    known, read, query = Columns.load(catalog), [], catalog.query
    if with_rows:
        assert known.row_of["b"] == 3
    before = everything(known) if with_rows else None
    monkeypatch.setattr(catalog, "query", lambda sql, values=(): read.append(values) or query(sql, values))
    assert Columns.load(catalog, known) is known
    with catalog.writing():
        catalog.put(2, {}, [Placed(Article("c", source="Le Monde", published=DAY[1]), b"", "fr", 0, 0.5)])
    read.clear()
    later = Columns.load(catalog, known)
    assert read == [(5,)] and later.ids == ["z", "m", "a", "b", "c"]
    assert everything(later) == everything(Columns.load(catalog))
    assert len(known) == 4 and (before is None or everything(known) == before)


@pytest.mark.parametrize("change", ["remove", "remove the last", "update", "remove and add", "nothing is left"])
def test_of_a_later_snapshot_everything_is_read_if_more_changed(catalog, change):
    known = Columns.load(catalog)
    gone = {"remove": ["m"], "remove the last": ["b"], "remove and add": ["a"], "nothing is left": list("zmab")}
    with catalog.writing():
        catalog.remove(gone.get(change, []))
        if change in ("update", "remove and add"):
            catalog.put(2, {}, [Placed(Article("m" if change == "update" else "n"), b"", "", 0)])
    later = Columns.load(catalog, known)
    assert everything(later) == everything(Columns.load(catalog)) != everything(known)
    with catalog.writing():
        catalog.put(3, {}, [Placed(Article("y"), b"", "", 0)])
    assert everything(Columns.load(catalog, later)) == everything(Columns.load(catalog))


def test_damage_to_what_was_added_is_noticed(catalog):
    known = Columns.load(catalog)
    with catalog.writing():
        catalog.put(2, {}, [Placed(Article("c"), b"", "", 0)])
    with catalog.writing():
        catalog._connection.execute("DELETE FROM articles WHERE id = 'c'")
    with pytest.raises(IndexDamagedError, match="articles: rows are missing, added or changed"):
        Columns.load(catalog, known)
