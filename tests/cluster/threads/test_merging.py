"""Merging of stories against a plain one that computes all cosines again at each step."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from sada.cluster.threads import merging
from sada.cluster.threads.merging import merge_stories


def unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


def merged(rows: np.ndarray, *, sizes=None, days=None) -> list[set[int]]:
    """The threads of stories of one day each, as sets."""
    count = len(rows)
    times = np.zeros(count) if days is None else np.array(days, float)
    heads = merge_stories(csr_array(unit(rows)), np.array(sizes or [1] * count), times, times).tolist()
    return sorted(({at for at in range(count) if heads[at] == head} for head in set(heads)), key=min)


def plainly_merged(rows: np.ndarray, sizes: list[int], days: list[float]) -> list[set[int]]:
    """The nearest two of all neighbouring threads first; neighbours are those of which some stories are candidates."""
    terms = unit(rows)
    having = (terms > 0).sum(axis=0)
    rare = having <= max(merging.FEW, merging.RARE * len(rows))
    pairs = {
        (one, other)
        for one, other in itertools.combinations(range(len(rows)), 2)
        if terms[one] @ terms[other] >= merging.LEAST_COSINE and abs(days[one] - days[other]) <= merging.MOST_APART
    }
    threads = [{story} for story in range(len(rows))]
    weighted = terms * np.sqrt(sizes)[:, None]

    def cosine(one: set[int], other: set[int]) -> float:
        left, right = weighted[sorted(one)].sum(axis=0), weighted[sorted(other)].sum(axis=0)
        return float(left @ right / np.linalg.norm(left) / np.linalg.norm(right))

    def may(one: set[int], other: set[int]) -> bool:
        near = any((min(a, b), max(a, b)) in pairs for a in one for b in other)
        shares = (terms[sorted(one | other)] > 0).mean(axis=0)
        in_both = (terms[sorted(one)] > 0).any(axis=0) & (terms[sorted(other)] > 0).any(axis=0)
        cores = in_both & rare & (shares >= merging.CORE - 1e-9)
        return near and cores.sum() >= merging.CORES and cosine(one, other) >= merging.LEAST_COSINE

    while True:
        found = [
            (cosine(one, other), one, other) for one, other in itertools.combinations(threads, 2) if may(one, other)
        ]
        if not found:
            return sorted(threads, key=min)
        _, one, other = max(found, key=lambda entry: entry[0])
        threads = [thread for thread in threads if thread not in (one, other)] + [one | other]


@given(st.integers(0, 10_000), st.integers(2, 12))
def test_it_is_centroid_linkage(seed, count):
    chance = np.random.default_rng(seed)
    rows = chance.random((count, 8)) * (chance.random((count, 8)) < 0.5)
    sizes, days = chance.integers(1, 9, count).tolist(), (chance.random(count) * 9).tolist()
    assert merged(rows, sizes=sizes, days=days) == plainly_merged(rows, sizes, days)


def test_a_chain_of_which_no_two_names_are_in_most_ends(monkeypatch):
    chain = np.zeros((5, 12))
    for at in range(5):
        chain[at, 2 * at : 2 * at + 4] = 1  # each story shares two names with the next
    assert max(map(len, merged(chain))) == 2
    monkeypatch.setattr(merging, "CORE", 0.1)
    assert max(map(len, merged(chain))) == 5


def test_one_name_is_not_enough(monkeypatch):
    topic = np.eye(6, 7)
    topic[:, 6] = 1
    assert len(merged(topic)) == 6
    monkeypatch.setattr(merging, "CORES", 1)
    assert len(merged(topic)) == 1


def test_names_that_many_stories_have_are_none(monkeypatch):
    rows = np.eye(6, 8)
    rows[:, 6:] = 1
    assert len(merged(rows)) == 1
    monkeypatch.setattr(merging, "FEW", 5)
    assert len(merged(rows)) == 6


def test_four_of_five_stories_must_have_a_name():
    rows = np.zeros((5, 4))
    rows[:, :3] = 1
    rows[4, 0] = 0  # four of five have the first name, all have the others
    assert merged(rows) == [{0, 1, 2, 3, 4}]
    rows[3, :2], rows[4, :2] = (0, 1), (1, 0)
    rows[:, 2] = 0
    rows[3:, 3] = 1  # what joins the last two is one name
    assert {0, 1, 2} in merged(rows)


@pytest.mark.parametrize(("apart", "threads"), [(5, 1), (5.01, 2)])
def test_five_days_apart_is_near(apart, threads):
    assert len(merged(np.ones((2, 3)), days=[0, apart])) == threads


def test_undated_stories_stay_alone():
    assert len(merged(np.ones((3, 3)), days=[0, np.nan, np.nan])) == 3


def test_stories_without_terms_stay_alone():
    rows = np.zeros((3, 3))
    rows[:2] = 1
    assert merged(rows) == [{0, 1}, {2}]
    assert merged(np.zeros((0, 3))) == []
