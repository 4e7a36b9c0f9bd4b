from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.bands import Bands
from sada.indexes.lsh import LshRun, candidates, every_pair, short_keys, split_pairs

BANDS, ROWS = 32, 4
CUT = Bands(BANDS, ROWS)


def planted(seeds):
    """uint32 (n, 128) signatures whose bands are drawn from few values, so that many collide."""
    rows = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        rows.append(np.repeat(rng.integers(0, 40, BANDS), ROWS) * 4 + np.tile(np.arange(ROWS), BANDS))
    return np.array(rows, np.uint32).reshape(-1, BANDS * ROWS)


def joined(signatures, rows=None, threads=0):
    return candidates(short_keys(signatures, CUT), np.arange(len(signatures)) if rows is None else rows, threads)


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
    left, right = joined(found)
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    expected = [
        (a, b) for a in range(len(found)) for b in range(a + 1, len(found)) if shares_a_band(found[a], found[b])
    ]
    assert left.dtype == right.dtype == np.int64
    assert pairs == expected


@given(signatures, st.integers(0, 5000))
def test_a_query_equals_brute_force(found, seed):
    wanted = planted([seed])[0]
    answer = LshRun.build(found, CUT).query(wanted)
    assert answer.dtype == np.int64
    assert answer.tolist() == [row for row in range(len(found)) if shares_a_band(found[row], wanted)]


@given(st.lists(st.integers(0, 60), min_size=13, max_size=60))
def test_big_buckets_stay_connected_and_hold_only_true_candidates(seeds):
    found = planted(seeds)
    found[:, :ROWS] = 7  # one bucket that holds every row
    left, right = joined(found)
    assert (left < right).all()
    assert len(set(zip(left.tolist(), right.tolist(), strict=True))) == len(left)
    assert connected(len(found), left, right) == [0] * len(found)


@given(st.lists(st.integers(0, 3), min_size=13, max_size=50))
def test_rows_of_one_bucket_are_connected_and_others_are_not(groups):
    found = np.zeros((len(groups), 128), np.uint32)
    found += np.array(groups, np.uint32)[:, None]
    left, right = joined(found)
    firsts = [groups.index(group) for group in groups]
    assert connected(len(groups), left, right) == firsts


def test_a_big_bucket_costs_pairs_in_proportion():
    left, right = joined(np.zeros((10_000, 128), np.uint32))
    assert len(left) < 5 * 10_000
    assert set(left[right == 9999].tolist()) == {0, 1, 2, 3, 9998}
    twelve = joined(np.zeros((12, 128), np.uint32))
    assert len(twelve[0]) == 66


def test_rows_may_be_named():
    rows = np.array([10, 40, 70])
    run = LshRun.build(planted([1, 2, 1]), CUT, rows)
    left, right = joined(planted([1, 2, 1]), rows)
    assert (10, 70) in set(zip(left.tolist(), right.tolist(), strict=True))
    assert {10, 70} <= set(run.query(planted([1])[0]).tolist()) <= {10, 40, 70}
    assert run.rows.dtype == np.int32 and run.keys.dtype == np.uint64


@pytest.mark.parametrize("count", [0, 1])
def test_no_pairs_without_two_rows(count):
    run = LshRun.build(planted([3] * count), CUT)
    assert [len(side) for side in joined(planted([3] * count))] == [0, 0]
    assert run.query(planted([3])[0]).tolist() == list(range(count))
    assert run.keys.shape == run.rows.shape == (BANDS, count)


@given(signatures)
def test_any_number_of_threads_finds_the_same(found):
    for one, several in zip(joined(found, threads=1), joined(found, threads=5), strict=True):
        assert one.tolist() == several.tolist()


@given(st.lists(st.lists(st.integers(0, 60), max_size=8), min_size=1, max_size=4), st.integers(0, 60), st.data())
def test_merged_runs_answer_as_one_made_at_once(parts, seed, data):
    """Whatever rows are gone, and whatever the rest is called."""
    seeds = [seed for part in parts for seed in part]
    gone = data.draw(st.sets(st.sampled_from(range(len(seeds))) if seeds else st.nothing()))
    called = np.array(data.draw(st.permutations(range(len(seeds)))), np.int64)
    called[list(gone)] = -1
    edges = np.cumsum([0, *map(len, parts)])
    names = [called[start:stop] for start, stop in pairwise(edges.tolist())]
    merged = LshRun.merge([LshRun.build(planted(part), CUT) for part in parts], names)
    kept = np.flatnonzero(called >= 0)
    whole = LshRun.build(planted(seeds)[kept], CUT, called[kept])
    assert np.array_equal(merged.keys, whole.keys) and merged.rows.dtype == whole.rows.dtype
    assert merged.query(planted([seed])[0]).tolist() == whole.query(planted([seed])[0]).tolist()


def test_a_query_may_find_more_than_usual():
    run = LshRun.build(np.zeros((5000, 128), np.uint32), CUT)
    assert run.query(np.zeros(128, np.uint32)).tolist() == list(range(5000))


def test_every_pair_within_spans():
    rows = np.array([9, 3, 5, 5, 1, 8])
    codes = every_pair(rows, np.array([0, 4]), np.array([3, 6]))
    left, right = split_pairs(np.sort(codes))
    assert list(zip(left, right, strict=True)) == [(1, 8), (3, 5), (3, 9), (5, 9)]
    assert len(every_pair(rows, np.zeros(0, np.int64), np.zeros(0, np.int64))) == 0
