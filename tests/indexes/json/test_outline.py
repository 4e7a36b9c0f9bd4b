from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.json import values as json_values
from sada.indexes.parsing.faults import Fault, UnreadableError
from sada.indexes.reading.fields import RowMapper
from sada.indexes.reading.formats import json_rows


class Slow(io.BufferedReader):
    """A stream that gives a few bytes at a time, and perhaps an error at its end."""

    def __init__(self, data, error=None):
        super().__init__(io.BytesIO(data))
        self.error = error

    def read1(self, size=-1):
        data = super().read(7)
        if not data and self.error:
            raise self.error
        return data

    def read(self, size=-1):
        return self.read1()


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(json_values, "LARGE", 20)


def rows_of(data, rows=None):
    return list(json_rows(Slow(data), RowMapper(rows=rows)))


def rows_whole(data, rows=None):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_values, "LARGE", 1 << 30)
        return rows_of(data, rows)


names = st.sampled_from(["title", "text", "articles", "results", "hits", "_source", "x", "ü"])
leaves = st.none() | st.integers() | st.text('a"\\[]{},: \n', max_size=6)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.dictionaries(names, inner, max_size=3), max_size=3)
        | st.dictionaries(names, inner, max_size=4)
    ),
    max_leaves=25,
)


@given(
    st.lists(st.dictionaries(names, anything, max_size=5), min_size=1, max_size=2),
    st.sampled_from([None, "articles", "results.hits", "x"]),
    st.sampled_from([None, 1]),
)
def test_large_objects_have_the_rows_of_small_ones(documents, rows, indent):
    data = "\n".join(json.dumps(one, indent=indent) for one in documents).encode()
    assert rows_of(data, rows) == rows_whole(data, rows)


ARTICLES = (
    b'{"status": "ok", "data": {"n": 2, "articles": [{"title": "a"}, {"title": "b"}]}, "total": [1, -2.5e3, true]}'
)


def test_several_lists_are_told_as_in_small_objects():
    data = ARTICLES[:-1] + b', "more": {"x": [{"title": "c"}]}}'
    assert rows_of(data) == rows_whole(data)
    assert isinstance(rows_of(data)[0][1], Fault)
    assert [row["title"] for _, row in rows_of(data, "more.x")] == ["c"]


@pytest.mark.parametrize(
    ("data", "titles", "faults"),
    [
        (ARTICLES[:70], ["a"], [(1, "not JSON: unexpected end, the object is not closed (fetch the file again)")]),
        (ARTICLES[:86], ["a", "b"], [(1, "not JSON: unexpected end (check the line, or drop it)")]),
        (
            ARTICLES.replace(b', "total"', b'\n "total"'),
            ["a", "b"],
            [(2, "not JSON: expecting ',', what follows is lost (mend the file)")],
        ),
        (
            ARTICLES.replace(b"true]}", b"true],}"),
            ["a", "b"],
            [(1, "not JSON: expecting a name in quotes, what follows is lost (mend the file)")],
        ),
        (
            ARTICLES.replace(b'"b"}', b'"b" "c"}'),
            ["a"],
            [(None, "item 2: not JSON: expecting ',' delimiter at column 15 (check the line, or drop it)")],
        ),
        (
            ARTICLES.replace(b'{"title": "b"}', b"7"),
            ["a"],
            [
                (
                    None,
                    "item 2: a number, not an object (a row must be a JSON object with fields such as title and text)",
                )
            ],
        ),
        (
            ARTICLES.replace(b"[1, -2", b"[1, x2"),
            ["a", "b"],
            [(1, "not JSON: expecting value at column 5 (check the line, or drop it)")],
        ),
    ],
)
def test_articles_before_a_fault_are_read(data, titles, faults):
    found = rows_of(data)
    assert [row["title"] for _, row in found if not isinstance(row, Fault)] == titles
    assert [(line, row.reason) for line, row in found if isinstance(row, Fault)] == faults


def test_a_stream_that_breaks_off_gives_what_came_before():
    found = json_rows(Slow(ARTICLES[:86], UnreadableError("breaks off")), RowMapper())
    assert [next(found)[1]["title"] for _ in range(2)] == ["a", "b"]
    with pytest.raises(UnreadableError, match="breaks off"):
        next(found)


def test_a_name_given_twice_counts_as_it_does_in_small_objects():
    data = b'{"articles": [{"title": "a"}, {"title": "b"}], "articles": [{"title": "c"}]}'
    assert rows_of(data) == rows_whole(data)
    assert [row["title"] for _, row in rows_of(data)[1:]] == ["c"]


def test_a_large_article_is_one_row_or_one_fault():
    data = b'{"title": "a", "text": "b", "comments": [{"x": 1}, {"x": [2]}]}'
    assert rows_of(data) == [(None, {"title": "a", "text": "b", "comments": [{"x": 1}, {"x": [2]}]})]
    ((line, fault),) = rows_of(data.replace(b"[2]", b"[2 3]"))
    assert (line, fault.reason[:9]) == (None, "not JSON:")
