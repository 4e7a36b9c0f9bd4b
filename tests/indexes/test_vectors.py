"""VectorIndex against brute force."""

from __future__ import annotations

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.indexes import vectors as module
from sada.indexes.vectors import VectorIndex

DIMENSION = 4
# Few directions, so that equal vectors and exact ties are common.
POOL = np.array(
    [[1, 0, 0, 0], [0, 1, 0, 0], [-1, 0, 0, 0], [0.6, 0.8, 0, 0], [0.5, 0.5, 0.5, 0.5], [0, 0, 0, 0]], dtype=np.float32
)


def unit(rows: int, dimension: int, seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).normal(size=(rows, dimension))
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


def brute(
    held: dict[int, np.ndarray], query: np.ndarray, k: int, threshold: float = -np.inf
) -> tuple[list[int], list[float]]:
    if not query.any():
        return [], []
    scored = [(-float(np.float32((vector.astype(float) * query).sum())), number) for number, vector in held.items()]
    best = [(number, max(-1.0, min(1.0, -minus))) for minus, number in sorted(scored)]
    best = [(number, score) for number, score in best if score >= np.float32(threshold)][:k]
    return [number for number, _ in best], [score for _, score in best]


def found(numbers: np.ndarray, scores: np.ndarray) -> tuple[list[int], list[float]]:
    """One row of results; checks that the filling is at its end and of both arrays."""
    count = int((numbers >= 0).sum())
    assert (numbers[count:] == -1).all()
    assert np.isneginf(scores[count:]).all()
    return numbers[:count].tolist(), scores[:count].tolist()


@pytest.mark.parametrize("queries", [1, 40])  # FAISS sums few queries and many in different ways
def test_nearest_of_random_vectors(queries: int) -> None:
    stored, asked = unit(500, 32, 1), unit(queries, 32, 2)
    index = VectorIndex(32)
    index.add(np.arange(500) * 7, stored)
    numbers, scores = index.search(asked, 10)
    assert numbers.shape == scores.shape == (queries, 10)
    assert (numbers.dtype, scores.dtype) == (np.int64, np.float32)
    for row in range(queries):
        want_numbers, want_scores = brute(dict(zip(range(0, 3500, 7), stored, strict=True)), asked[row], 10)
        assert numbers[row].tolist() == want_numbers
        assert scores[row] == pytest.approx(want_scores, abs=1e-7)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_history_and_filter_equals_brute_force(data: st.DataObject) -> None:
    index, held = VectorIndex(DIMENSION), {}
    for _ in range(data.draw(st.integers(1, 4))):
        absent = st.sampled_from(sorted(set(range(61)) - held.keys()))
        fresh = data.draw(st.lists(absent, unique=True, max_size=25))
        rows = POOL[data.draw(st.lists(st.integers(0, 5), min_size=len(fresh), max_size=len(fresh)))]
        index.add(np.array(fresh, np.int64), rows.reshape(-1, DIMENSION))
        held.update(zip(fresh, rows, strict=True))
        gone = data.draw(st.lists(st.integers(0, 60), max_size=10))
        assert index.remove(np.array(gone, np.int64)) == len(held.keys() & set(gone))
        held = {number: vector for number, vector in held.items() if number not in gone}
    assert len(index) == len(held)
    assert [number for number in range(61) if number in index] == sorted(held)
    for number, vector in held.items():
        assert index.reconstruct(number).tolist() == vector.tolist()

    maybe = st.none() | st.lists(st.integers(0, 70), max_size=40)
    allowed, exclude = data.draw(maybe), data.draw(maybe)
    threshold = data.draw(st.sampled_from([None, 0.0, 0.5, 0.6, 1.0]))
    k = data.draw(st.integers(1, 30))
    kept = {n: v for n, v in held.items() if (allowed is None or n in allowed) and n not in (exclude or ())}
    numbers, scores = index.search(
        POOL,
        k,
        threshold=threshold,
        allowed=None if allowed is None else np.array(allowed, np.int64),
        exclude=None if exclude is None else np.array(exclude, np.int64),
    )
    for row, query in enumerate(POOL):
        want = brute(kept, query, k, -np.inf if threshold is None else threshold)
        assert found(numbers[row], scores[row]) == want


def test_more_ties_than_any_first_fetch_holds() -> None:
    index = VectorIndex(8)
    vector = unit(1, 8, 3)
    index.add(np.arange(1000)[::-1].copy(), np.repeat(vector, 1000, axis=0))
    index.add(np.arange(1000, 1100), unit(100, 8, 4))
    numbers, scores = index.search(vector, 5)
    assert numbers.tolist() == [[0, 1, 2, 3, 4]]
    assert scores.max() <= 1.0
    assert index.search(vector, 3, exclude=np.arange(500))[0].tolist() == [[500, 501, 502]]


def test_results_do_not_depend_on_batch_threads_or_insertion(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, asked = unit(300, 96, 5), unit(64, 96, 6)
    stored[200:] = stored[:100]
    one, two = VectorIndex(96, threads=1), VectorIndex(96, threads=2)
    one.add(np.arange(300), stored)
    two.add(np.arange(300)[::-1].copy(), stored[::-1])
    numbers, scores = one.search(asked, 20)
    alone = [two.search(asked[row : row + 1], 20) for row in range(64)]
    assert (np.concatenate([n for n, _ in alone]) == numbers).all()
    assert (np.concatenate([s for _, s in alone]) == scores).all()
    monkeypatch.setattr(module, "_RESULTS_AT_ONCE", 100)
    monkeypatch.setattr(module, "_PAIRS_AT_ONCE", 7)
    again = one.search(asked, 20)
    assert (again[0] == numbers).all()
    assert (again[1] == scores).all()


def test_threads_are_restored() -> None:
    before = faiss.omp_get_max_threads()
    index = VectorIndex(8, threads=before + 1)
    index.add(np.arange(3), unit(3, 8, 7))
    index.search(unit(1, 8, 8), 1)
    assert faiss.omp_get_max_threads() == before


def test_threshold_is_included_and_scores_are_clipped() -> None:
    index = VectorIndex(DIMENSION)
    index.add(np.array([3, 4]), np.array([[0.7, np.sqrt(0.51), 0, 0], [1.0000001, 0, 0, 0]], np.float32))
    numbers, scores = index.search(POOL[:1], 2, threshold=0.7)
    assert numbers.tolist() == [[4, 3]]
    assert scores[0, 0] == 1.0
    assert index.search(POOL[2:3], 2)[1].min() == -1.0


def test_nothing_to_find() -> None:
    index = VectorIndex(DIMENSION)
    assert found(*(array[0] for array in index.search(POOL[:1], 3))) == ([], [])
    index.add(np.array([1]), POOL[:1])
    assert index.search(np.empty((0, DIMENSION), np.float32), 3)[0].shape == (0, 3)
    for filters in ({"allowed": np.array([])}, {"allowed": np.array([9])}, {"exclude": np.array([1])}):
        assert found(*(array[0] for array in index.search(POOL[:1], 3, **filters))) == ([], [])


@pytest.mark.parametrize(
    ("numbers", "vectors", "message"),
    [
        ([5, 5], POOL[:2], "number 5 is given twice"),
        ([7], POOL[:1], "number 7 is already in the index"),
        ([-1], POOL[:1], "number -1 is negative"),
        ([1, 2], POOL[:1], "2 numbers for 1 vectors"),
        ([1], POOL[:1, :3], r"\(1, 3\) for an index of dimension 4"),
        ([1], POOL[0], r"\(4,\) for an index of dimension 4"),
        ([1, 2], np.array([[1, 0, 0, 0], [0, np.nan, 0, 0]]), "row 1 of vectors"),
        ([1], np.array([[np.inf, 0, 0, 0]]), "row 0 of vectors"),
        ([1.5], POOL[:1], "flat array of integers"),
    ],
)
def test_refused_and_left_as_it_was(numbers: list, vectors: np.ndarray, message: str) -> None:
    index = VectorIndex(DIMENSION)
    index.add(np.array([7]), POOL[:1])
    with pytest.raises(ValueError, match=message):
        index.add(np.array(numbers), vectors)
    assert len(index) == 1
    assert index.search(POOL[:1], 5)[0].tolist() == [[7, -1, -1, -1, -1]]


def test_refused_queries() -> None:
    index = VectorIndex(DIMENSION)
    with pytest.raises(ValueError, match="k must be at least 1"):
        index.search(POOL, 0)
    with pytest.raises(ValueError, match=r"queries of shape \(2, 3\) for an index of dimension 4"):
        index.search(np.zeros((2, 3), np.float32), 1)
    with pytest.raises(ValueError, match="row 0 of queries"):
        index.search(np.full((1, DIMENSION), np.nan, np.float32), 1)
    with pytest.raises(ValueError, match="dimension must be at least 1"):
        VectorIndex(0)
    with pytest.raises(KeyError, match="number 3 is not in the index"):
        index.reconstruct(3)


def test_a_removed_number_can_come_back() -> None:
    index = VectorIndex(DIMENSION)
    index.add(np.array([1, 2]), POOL[:2])
    assert index.remove(np.array([1, 99])) == 1
    assert 1 not in index
    index.add(np.array([1]), POOL[3:4])
    assert index.reconstruct(1).tolist() == POOL[3].tolist()
    assert "1" not in index
