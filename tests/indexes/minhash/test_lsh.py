from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash.bands import Bands
from sada.indexes.minhash.lsh import (
    LshRun,
    candidate_pairs,
    every_pair,
    merged_band,
    packed_keys,
    short_keys,
    split_pairs,
)
from sada.indexes.storage.arrays import BLOCK, StoredArray, write_array
from sada.indexes.threads import use_threads

BANDS, ROWS = 32, 4
CUT = Bands(BANDS, ROWS)


def planted(seeds):
    """uint32 (n, 128) signatures whose bands are drawn from few values, so that many collide."""
    rows = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        rows.append(np.repeat(rng.integers(0, 40, BANDS), ROWS) * 4 + np.tile(np.arange(ROWS), BANDS))
    return np.array(rows, np.uint32).reshape(-1, BANDS * ROWS)


def joined(signatures, rows=None):
    rows = np.arange(len(signatures)) if rows is None else rows
    ties = signatures[:, -1].astype(np.uint64)
    found = candidate_pairs(short_keys(signatures, CUT), rows, ties)
    return found.left, found.right


def stored(signatures, rows=None):
    """A run as an index has it."""
    with tempfile.TemporaryDirectory() as folder:
        entry = write_array(Path(folder), "lsh", packed_keys(signatures, CUT, rows))
        return LshRun(CUT, StoredArray(Path(folder), entry))


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
    answer = stored(found).query(wanted)
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
    assert len(left) < 9 * 10_000
    assert set(left[right == 9999].tolist()) == {*range(8), 9998}
    sixteen = joined(np.zeros((16, 128), np.uint32))
    assert len(sixteen[0]) == 120


def test_rows_may_be_named():
    rows = np.array([10, 40, 70])
    run = stored(planted([1, 2, 1]), rows)
    left, right = joined(planted([1, 2, 1]), rows)
    assert (10, 70) in set(zip(left.tolist(), right.tolist(), strict=True))
    assert {10, 70} <= set(run.query(planted([1])[0]).tolist()) <= {10, 40, 70}
    assert run.stored.whole().dtype == np.uint64


@pytest.mark.parametrize("count", [0, 1])
def test_no_pairs_without_two_rows(count):
    run = stored(planted([3] * count))
    assert [len(side) for side in joined(planted([3] * count))] == [0, 0]
    assert run.query(planted([3])[0]).tolist() == list(range(count))
    assert run.stored.whole().shape == (BANDS, count)


@given(signatures)
def test_any_number_of_threads_finds_the_same(found):
    with use_threads(1):
        alone = joined(found)
    with use_threads(5):
        together = joined(found)
    for one, several in zip(alone, together, strict=True):
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
    runs = [packed_keys(planted(part), CUT) for part in parts]
    kept = np.flatnonzero(called >= 0)
    whole = packed_keys(planted(seeds)[kept], CUT, called[kept])
    for band in range(BANDS):
        merged = merged_band([run[band] for run in runs], names)
        assert merged.dtype == np.uint64 and np.array_equal(merged, whole[band])


def test_packed_keys_hold_every_row_once_a_band_sorted_by_key():
    found, rows = planted(range(50)), np.arange(50) * 3
    packed = packed_keys(found, CUT, rows)
    keys = short_keys(found, CUT)
    for band in range(BANDS):
        assert packed[band].tolist() == sorted(
            (int(key) << 32) | row for key, row in zip(keys[band], rows.tolist(), strict=True)
        )


def test_a_query_may_find_much():
    run = stored(np.zeros((5000, 128), np.uint32))
    assert run.query(np.zeros(128, np.uint32)).tolist() == list(range(5000))


@pytest.fixture(scope="module")
def large():
    """Rows whose run takes many blocks, some bucket of it several, and the rows' signatures."""
    found = np.random.default_rng(4).integers(0, 1 << 32, (20_000, 128), np.uint32)
    found[3000:9000, 8:12] = 5
    return found, packed_keys(found, CUT)


def test_queries_of_a_run_of_many_blocks(large, tmp_path):
    found, packed = large
    run = LshRun(CUT, StoredArray(tmp_path, write_array(tmp_path, "lsh", packed)))
    assert run.query(found[77]).tolist() == [77]
    assert 0 < run.stored.checked.sum() < len(run.stored.checked) / 2
    for row in (0, 77, 19_999):
        assert run.query(found[row]).tolist() == [row]
    assert run.query(found[3000]).tolist() == list(range(3000, 9000))
    assert run.query(np.full(128, 123_456, np.uint32)).tolist() == []


def test_a_query_looks_at_no_damaged_block(large, tmp_path):
    """With any one block damaged it either finds what it should, or says so."""
    found, packed = large
    entry = write_array(tmp_path, "lsh", packed)
    whole = (tmp_path / entry.name).read_bytes()
    refused = 0
    for block in range(1, len(whole) // BLOCK):
        data = bytearray(whole)
        data[block * BLOCK : (block + 1) * BLOCK] = bytes(BLOCK)
        (tmp_path / entry.name).write_bytes(data)
        try:
            assert LshRun(CUT, StoredArray(tmp_path, entry)).query(found[3000]).tolist() == list(range(3000, 9000))
        except IndexDamagedError:
            refused += 1
    assert 0 < refused < len(whole) // BLOCK / 2


def test_every_pair_within_spans():
    rows = np.array([9, 3, 5, 5, 1, 8])
    codes = every_pair(rows, np.array([0, 4]), np.array([3, 6]))
    left, right = split_pairs(np.sort(codes))
    assert list(zip(left, right, strict=True)) == [(1, 8), (3, 5), (3, 9), (5, 9)]
    assert len(every_pair(rows, np.zeros(0, np.int64), np.zeros(0, np.int64))) == 0
