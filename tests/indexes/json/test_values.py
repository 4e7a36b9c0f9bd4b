from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.json import cursor as json_cursor
from sada.indexes.json.values import JsonValues


class Slow(io.BufferedReader):
    """A stream that gives a few bytes at a time."""

    def __init__(self, data, size):
        super().__init__(io.BytesIO(data))
        self.step = size

    def read1(self, size=-1):
        return super().read(self.step)


def split(data, size=1 << 16):
    values = JsonValues(Slow(data, size))
    return [(value.data.strip(), value.number) for value in values], values.unclosed


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('a"\\[]{},: \n'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('b"\\]},', max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(anything, max_size=6), st.integers(1, 40), st.sampled_from([None, 1]))
def test_the_items_of_an_array_are_its_values(items, size, indent):
    values, unclosed = split(json.dumps(items, indent=indent).encode(), size)
    assert [json.loads(data) for data, _ in values] == items
    assert [number for _, number in values] == list(range(1, len(items) + 1))
    assert not unclosed


@given(st.lists(st.dictionaries(st.text(max_size=3), anything, max_size=3), max_size=4), st.integers(1, 40))
def test_documents_may_follow_one_another(documents, size):
    values, _ = split("\n".join(json.dumps(one, indent=1) for one in documents).encode(), size)
    assert [json.loads(data) for data, _ in values] == documents
    assert {number for _, number in values} <= {None}


@pytest.mark.parametrize(
    ("data", "found", "unclosed"),
    [
        (b'[{"a": 1}] [2, 3]\n{"b": 4}', [(b'{"a": 1}', 1), (b"2", 1), (b"3", 2), (b'{"b": 4}', None)], False),
        (b"[1, ]", [(b"1", 1), (b"", 2)], False),
        (b"[1, 2", [(b"1", 1), (b"2", 2)], True),
        (b'[1, {"a": "b', [(b"1", 1), (b'{"a": "b', 2)], True),
        (b"[1,", [(b"1", 1)], True),
        (b" \n", [], False),
        (b"[ ]", [], False),
        (b"nonsense\n[1]", [(b"nonsense", None), (b"1", 1)], False),
    ],
)
def test_faults_stay_in_their_value(data, found, unclosed):
    assert split(data) == (found, unclosed)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_value_knows_its_line_and_column(size):
    values = JsonValues(Slow(b'[\n  {"a": "\xd8\xa7\n"},   {"b": 2},\n\n 3]\n {"c": 4}', size))
    assert [values.position() for _ in values] == [(2, 2), (3, 6), (5, 1), (6, 1)]


def test_a_large_value_is_read_whole_and_a_large_array_is_not_kept(monkeypatch):
    monkeypatch.setattr(json_cursor, "_CHUNK", 64)
    long = json.dumps("x" * 10_000)
    values = JsonValues(io.BufferedReader(io.BytesIO(f"[{long}, {'7, ' * 20_000}{long}]".encode())))
    sizes = []
    for value in values:
        sizes.append(len(values._cursor._buffer))
        assert len(value.data) in (1, 10_002)
    assert len(sizes) == 20_002
    assert max(sizes[8_000:19_500]) <= 200
