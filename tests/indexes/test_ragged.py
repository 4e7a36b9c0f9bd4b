from __future__ import annotations

import doctest

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes import packing, ragged
from sada.indexes.ragged import bounds_of, concatenated, is_among, owners_of, places_of, spans, unique, unrolled

SIZES = st.lists(st.integers(0, 5), max_size=12)
HALVES = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), max_size=12)


@given(SIZES)
def test_owners_and_places_name_every_value_once(sizes):
    expected = [(row, place) for row, size in enumerate(sizes) for place in range(size)]
    assert list(zip(owners_of(sizes).tolist(), places_of(sizes).tolist(), strict=True)) == expected
    assert bounds_of(sizes).tolist() == [sum(sizes[:row]) for row in range(len(sizes) + 1)]
    assert owners_of(sizes).dtype == places_of(np.array(sizes, np.int32)).dtype == np.int64


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), max_size=12))
def test_spans_are_ranges_one_after_the_other(given):
    starts = np.array([start for start, _ in given], np.int64)
    stops = starts + np.array([size for _, size in given], np.int64)
    assert spans(starts, stops).tolist() == [at for start, size in given for at in range(start, start + size)]
    owners, numbers = unrolled(starts, stops)
    assert owners.tolist() == [number for number, (_, size) in enumerate(given) for _ in range(size)]
    assert numbers.tolist() == spans(starts, stops).tolist()


@given(st.lists(SIZES, max_size=4))
def test_parts_are_concatenated_and_no_part_is_an_empty_array(parts):
    found = concatenated((np.array(part, np.uint32) for part in parts), np.uint32)
    assert (found.dtype, found.tolist()) == (np.uint32, [value for part in parts for value in part])
    assert concatenated([], np.float32, (0, 3)).shape == (0, 3)


@given(HALVES)
def test_packed_pairs_sort_as_the_pairs_do_and_come_apart_again(pairs):
    high, low = np.array(pairs, np.int64).reshape(-1, 2).T
    packed = np.sort(packing.pack(high, low))
    assert packed.dtype == np.uint64
    assert list(zip(*(part.tolist() for part in packing.unpack(packed)), strict=True)) == sorted(pairs)


def test_the_examples_are_true():
    assert doctest.testmod(ragged, extraglobs={"np": np}) == (0, 7)


@given(st.lists(st.integers(-5, 5) | st.integers(-(1 << 63), (1 << 63) - 1)), st.lists(st.integers(-5, 5)))
def test_distinct_values_and_which_are_among_others(values, others):
    values, others = np.array(values, np.int64), np.array(others, np.int64)
    np.testing.assert_array_equal(unique(values), np.unique(values), strict=True)
    np.testing.assert_array_equal(is_among(values, np.sort(others)), np.isin(values, others), strict=True)
