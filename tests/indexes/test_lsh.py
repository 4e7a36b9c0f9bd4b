from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.lsh import BANDS, ROWS, LshRun, band_keys, every_pair, miss_probability, runs_of_equal, split_pairs


def planted(seeds):
    """uint32 (n, 128) signatures whose bands are drawn from few values, so that many collide."""
    rows = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        rows.append(np.repeat(rng.integers(0, 40, BANDS), ROWS) * 4 + np.tile(np.arange(ROWS), BANDS))
    return np.array(rows, np.uint32).reshape(-1, BANDS * ROWS)


def shares_a_band(left, right):
    return bool((left.reshape(BANDS, ROWS) == right.reshape(BANDS, ROWS)).all(axis=1).any())


def connected(count, left, right):
    """The smallest row that each row is connected to."""
    root = list(range(count))
    changed = True
    while changed:
        changed = False
        for a, b in zip(left, right, strict=True):
            low = min(root[a], root[b])
            changed |= root[a] != low or root[b] != low
            root[a] = root[b] = low
    return root


signatures = st.lists(st.integers(0, 5000), max_size=12).map(planted)


@given(signatures)
def test_candidates_equal_brute_force(found):
    left, right = LshRun.build(found).candidates()
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    expected = [
        (a, b) for a in range(len(found)) for b in range(a + 1, len(found)) if shares_a_band(found[a], found[b])
    ]
    assert left.dtype == right.dtype == np.int64
    assert pairs == expected


@given(signatures, st.integers(0, 5000))
def test_a_query_equals_brute_force(found, seed):
    wanted = planted([seed])[0]
    answer = LshRun.build(found).query(wanted)
    assert answer.dtype == np.int64
    assert answer.tolist() == [row for row in range(len(found)) if shares_a_band(found[row], wanted)]


@given(st.lists(st.integers(0, 60), min_size=13, max_size=60))
def test_big_buckets_stay_connected_and_hold_only_true_candidates(seeds):
    found = planted(seeds)
    found[:, :ROWS] = 7  # one bucket that holds every row
    left, right = LshRun.build(found).candidates()
    assert (left < right).all()
    assert len(set(zip(left.tolist(), right.tolist(), strict=True))) == len(left)
    assert connected(len(found), left, right) == [0] * len(found)


@given(st.lists(st.integers(0, 3), min_size=13, max_size=50))
def test_rows_of_one_bucket_are_connected_and_others_are_not(groups):
    found = np.zeros((len(groups), 128), np.uint32)
    found += np.array(groups, np.uint32)[:, None]
    left, right = LshRun.build(found).candidates()
    firsts = [groups.index(group) for group in groups]
    assert connected(len(groups), left, right) == firsts


def test_a_big_bucket_costs_pairs_in_proportion():
    left, right = LshRun.build(np.zeros((10_000, 128), np.uint32)).candidates()
    assert len(left) < 5 * 10_000
    assert set(left[right == 9999].tolist()) == {0, 1, 2, 3, 9998}
    twelve = LshRun.build(np.zeros((12, 128), np.uint32)).candidates()
    assert len(twelve[0]) == 66


def test_rows_may_be_named():
    run = LshRun.build(planted([1, 2, 1]), np.array([10, 40, 70]))
    left, right = run.candidates()
    assert (10, 70) in set(zip(left.tolist(), right.tolist(), strict=True))
    assert {10, 70} <= set(run.query(planted([1])[0]).tolist()) <= {10, 40, 70}
    assert run.rows.dtype == np.int32 and run.keys.dtype == np.uint64


@pytest.mark.parametrize("count", [0, 1])
def test_no_pairs_without_two_rows(count):
    run = LshRun.build(planted([3] * count))
    assert [len(side) for side in run.candidates()] == [0, 0]
    assert run.query(planted([3])[0]).tolist() == list(range(count))
    assert run.keys.shape == run.rows.shape == (BANDS, count)


@given(signatures)
def test_band_keys_are_equal_where_bands_are(found):
    keys = band_keys(found)
    assert keys.shape == (BANDS, len(found)) and keys.dtype == np.uint64
    bands = found.reshape(-1, BANDS, ROWS)
    for a in range(len(found)):
        for b in range(len(found)):
            assert ((keys[:, a] == keys[:, b]) == (bands[a] == bands[b]).all(axis=1)).all()


@given(st.lists(st.integers(0, 6)).map(sorted))
def test_runs_of_equal(values):
    starts, stops = runs_of_equal(np.array(values, np.uint64))
    expected = [value for value in sorted(set(values)) if values.count(value) > 1]
    assert [values[start] for start in starts] == expected
    assert (stops - starts).tolist() == [values.count(value) for value in expected]


def test_every_pair_within_spans():
    rows = np.array([9, 3, 5, 5, 1, 8])
    codes = every_pair(rows, np.array([0, 4]), np.array([3, 6]))
    left, right = split_pairs(np.sort(codes))
    assert list(zip(left, right, strict=True)) == [(1, 8), (3, 5), (3, 9), (5, 9)]
    assert len(every_pair(rows, np.zeros(0, np.int64), np.zeros(0, np.int64))) == 0


def test_miss_probability():
    assert miss_probability(1.0) == 0.0
    assert miss_probability(0.0) == 1.0
    assert miss_probability(0.5) == pytest.approx((1 - 0.5**4) ** 32)
    assert miss_probability(0.8) < 1e-7
