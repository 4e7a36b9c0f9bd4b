from __future__ import annotations

from itertools import combinations, groupby

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.minhash import join_kernels
from sada.indexes.minhash.lsh import coded_pairs, split_pairs


def test_intersections_count_what_sets_share():
    rng = np.random.default_rng(7)
    sets = [np.unique(rng.integers(0, 60, size)).astype(np.uint32) for size in (0, 1, 5, 30, 60, 200)]
    bounds = np.concatenate([[0], np.cumsum(list(map(len, sets)))]).astype(np.int64)
    left, right = (side.ravel().astype(np.int64) for side in np.meshgrid(range(6), range(6)))
    out = np.empty(36, np.int64)
    join_kernels.intersections(np.concatenate(sets), bounds, left, right, 0, 36, out)
    assert out.tolist() == [len(np.intersect1d(sets[a], sets[b])) for a, b in zip(left, right, strict=True)]


@given(st.sets(st.integers(0, 2**32 - 1), max_size=4), st.integers(0, 400), st.integers(0, 9), st.randoms())
def test_a_small_set_is_looked_up_in_a_large_one(small, size, common, random):
    large = {random.randrange(2**32) for _ in range(size)} | set(list(small)[: random.randrange(5)])
    large |= {value + step for value in small for step in range(common) if value + step < 2**32}
    sets = [np.array(sorted(values), np.uint32) for values in (small, large)]
    bounds = np.array([0, len(small), len(small) + len(large)], np.int64)
    out = np.empty(2, np.int64)
    left, right = np.array([0, 1], np.int64), np.array([1, 0], np.int64)
    join_kernels.intersections(np.concatenate(sets), bounds, left, right, 0, 2, out)
    assert out.tolist() == [len(small & large)] * 2


def test_sets_on_both_sides_of_the_limit_of_looking_up():
    edge = int(join_kernels.MUCH_LARGER) * 3
    large = np.arange(0, 4 * edge, 2, dtype=np.uint32)
    for size in (edge - 1, edge, edge + 1, 2 * edge):
        for small in ([0, 2, 4], [1, 2 * size - 2, 2 * size], [2**32 - 1], []):
            shingles = np.concatenate([large[:size], np.array(small, np.uint32)])
            bounds, out = np.array([0, size, size + len(small)], np.int64), np.empty(1, np.int64)
            join_kernels.intersections(shingles, bounds, np.array([1]), np.array([0]), 0, 1, out)
            assert out[0] == len(set(small) & set(large[:size].tolist()))


def pairs_of_run(rows, whole, representatives, chained):
    if len(rows) <= whole:
        return set(combinations(rows, 2))
    pairs = {(first, row) for first in rows[:representatives] for row in rows if first < row}
    return pairs | ({(rows[at - 1], rows[at]) for at in range(1, len(rows))} if chained else set())


@given(
    st.sets(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=60),
    st.integers(0, 6), st.integers(0, 3), st.booleans(),
)  # fmt: skip
def test_pairs_of_runs_equal_those_made_one_by_one(postings, whole, representatives, chained):
    packed = np.array([key << 32 | row for key, row in sorted(postings)], np.uint64)
    runs = [[row for _, row in run] for _, run in groupby(sorted(postings), lambda posting: posting[0])]
    expected = [pairs_of_run(rows, whole, representatives, chained) for rows in runs]
    found = coded_pairs(packed, whole, representatives, chained=chained)
    left, right = split_pairs(found)
    assert len(found) == sum(map(len, expected))  # none twice within a run
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == set().union(*expected)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), max_size=30))
def test_a_tally_sums_what_is_equal(counted):
    counted.sort()
    codes, counts = np.array([code for code, _ in counted], np.uint64), np.array([n for _, n in counted], np.int32)
    out, sums = np.empty_like(codes), np.empty_like(counts)
    found = join_kernels.tally(codes, counts, out, sums)
    expected = {code: sum(n for other, n in counted if other == code) for code, _ in counted}
    assert dict(zip(out[:found].tolist(), sums[:found].tolist(), strict=True)) == expected and found == len(expected)


def test_sampling_places_are_all_different():
    values = np.arange(0, 1 << 32, 65_521, dtype=np.uint32)
    places = np.array([join_kernels.sample_place(value) for value in values])
    assert len(np.unique(places)) == len(values)
    assert abs((places < 1 << 30).mean() - 0.25) < 0.01
