"""Exact search and exact cosines against brute force, of rows that are not of length 1 too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.errors import IndexDamagedError
from sada.indexes.segments import flat_vectors
from sada.indexes.segments.flat_vectors import FlatSearch, nearest, one_by_one, rescored
from sada.indexes.segments.segment import VECTORS
from sada.indexes.storage.arrays import StoredArray, write_array

LOWEST = np.float32(-np.inf)


def stored(folder: Path, rows: np.ndarray) -> StoredArray:
    return StoredArray(folder, write_array(folder, VECTORS, rows))


def random_rows(rows: int, dimension: int, seed: int) -> np.ndarray:
    return unit_rows(np.random.default_rng(seed).normal(size=(rows, dimension)))


def cosines(rows: np.ndarray, queries: np.ndarray) -> np.ndarray:
    return (queries.astype(float) @ unit_rows(rows).astype(float).T).astype(np.float32)


@pytest.mark.parametrize("dimension", [1, 3, 4, 31, 512])
def test_cosines_of_any_dimension(dimension: int, tmp_path: Path) -> None:
    rows = random_rows(50, dimension, 1).astype(np.float16)
    rows[7] = 0
    queries = random_rows(3, dimension, 2)
    candidates = np.array([[3, 7, -1, 0], [49, 3, 3 + 1, 7], [-1, -1, -1, -1]])
    found, scores = rescored(stored(tmp_path, rows), queries, 3, np.arange(50) * 10, candidates)
    wanted = cosines(rows, queries)
    for row, held in enumerate(([3, 0], [49, 3, 4], [])):
        order = sorted(held, key=lambda at: (-wanted[row, at], at))
        assert found[row].tolist() == [at * 10 for at in order] + [-1] * (3 - len(order))
        assert scores[row, : len(order)] == pytest.approx(wanted[row, order], abs=1e-7)
        assert np.isneginf(scores[row, len(order) :]).all()


@pytest.mark.parametrize("few", [0, 10_000])
def test_rows_of_any_length(few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAISS would take long rows to be near; what it misjudges by that is fetched too."""
    monkeypatch.setattr(flat_vectors, "_FEW", few)
    lengths = np.random.default_rng(3).uniform(0.2, 4, (1500, 1))
    rows = (random_rows(1500, 12, 4) * lengths).astype(np.float16)
    queries = random_rows(6, 12, 5)
    names = np.arange(1500)[::-1].copy()
    found, scores = FlatSearch(stored(tmp_path, rows), 200, 1400).find(queries, 9, names, None, LOWEST)
    wanted = cosines(rows[200:1400], queries)
    order = np.argsort(-wanted, axis=1, kind="stable")[:, :9]
    assert (found == names[order + 200]).all()
    assert scores == pytest.approx(np.take_along_axis(wanted, order, axis=1), abs=1e-7)


def test_a_high_threshold_spares_the_search_for_ties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.repeat(random_rows(1, 12, 4), 2000, axis=0).astype(np.float16)
    search, query = FlatSearch(stored(tmp_path, rows), 0, 2000), random_rows(1, 12, 6)
    widths = []
    fetch = search._fetch
    monkeypatch.setattr(search, "_fetch", lambda *given: widths.append(given[2]) or fetch(*given))
    assert search.find(query, 2, np.arange(2000), None, LOWEST)[0].tolist() == [[0, 1]]
    assert widths == [18, 72, 288, 1152, 2000]
    search.find(query, 2, np.arange(2000), None, np.float32(0.99))
    assert widths[5:] == [18]


def test_best_of_several_lists() -> None:
    names = np.array([[5, 4, 3, -1], [9, 8, -1, -1]])
    scores = np.array([[0.1, 0.7, 0.7, -np.inf], [0.2, 0.3, -np.inf, -np.inf]], np.float32)
    found, best = nearest(names, scores, 3)
    assert found.tolist() == [[3, 4, 5], [8, 9, -1]]
    assert best[1].tolist() == pytest.approx([0.3, 0.2, -np.inf])
    assert nearest(names, scores, 6)[0].tolist() == [[3, 4, 5, -1, -1, -1], [8, 9, -1, -1, -1, -1]]


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_what_is_not_finite_is_told(tmp_path: Path, bad: float) -> None:
    rows = np.array([[3, 4], [0, 0], [1, 0]], np.float16)
    rows[2, 1] = bad
    array = stored(tmp_path, rows)
    FlatSearch(array, 0, 2)
    with pytest.raises(IndexDamagedError, match=r"vectors-\w+\.npy: vector 2 holds a value that is not finite"):
        FlatSearch(array, 1, 3)
    with pytest.raises(IndexDamagedError, match="vector 2 holds"):
        one_by_one(array, random_rows(2, 2, 1), 2, np.arange(3), np.arange(3))


def test_no_positions(tmp_path: Path) -> None:
    array = stored(tmp_path, np.ones((2, 2), np.float16))
    found, scores = one_by_one(array, random_rows(2, 2, 1), 2, np.arange(2), np.zeros(0, np.int64))
    assert (found == -1).all()
    assert np.isneginf(scores).all()
