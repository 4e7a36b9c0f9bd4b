"""VectorSearch against brute force, for every kind of search."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.indexes.encoders.encoder import unit_rows
from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash.bands import Bands
from sada.indexes.search import dense as module
from sada.indexes.search import quantized
from sada.indexes.search.dense import VectorSearch
from sada.indexes.segments.segment import VECTORS, Part, StoredSegment
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.arrays import write_array
from sada.indexes.threads import use_threads

KINDS = ["exact", "scan", "lists"]
# Few directions, so that equal vectors and exact ties are common.
POOL = np.array(
    [[1, 0, 0, 0], [0, 1, 0, 0], [-1, 0, 0, 0], [0.6, 0.8, 0, 0], [0.5, 0.5, 0.5, 0.5], [0, 0, 0, 0]], np.float16
)


def random_rows(rows: int, dimension: int, seed: int) -> np.ndarray:
    return unit_rows(np.random.default_rng(seed).normal(size=(rows, dimension))).astype(np.float16)


def part(folder: Path, segment: int, vectors: np.ndarray, rows: np.ndarray) -> Part:
    keys = write_array(folder, "keys", np.zeros(len(vectors), np.uint64))
    store = ArrayStore(folder, {segment: {VECTORS: write_array(folder, VECTORS, vectors), "keys": keys}})
    return Part(StoredSegment(store, segment, Bands(1, 1)), np.asarray(rows, np.int64))


def brute(
    held: dict[int, np.ndarray], query: np.ndarray, k: int, threshold: float = -np.inf
) -> tuple[list[int], list[float]]:
    """The nearest of float16 vectors by row."""
    rows = np.array([row for row, vector in held.items() if vector.any() and query.any()], np.int64)
    if not len(rows):
        return [], []
    units = unit_rows(np.array([held[row] for row in rows.tolist()])).astype(float)
    scores = (units * query).sum(axis=1).clip(-1.0, 1.0).astype(np.float32)
    best = [at for at in np.lexsort((rows, -scores)) if scores[at] >= np.float32(threshold)][:k]
    return rows[best].tolist(), scores[best].tolist()


def found(rows: np.ndarray, scores: np.ndarray) -> tuple[list[int], list[float]]:
    """One line of results; checks that the filling is at its end and of both arrays."""
    count = int((rows >= 0).sum())
    assert (rows[count:] == -1).all()
    assert np.isneginf(scores[count:]).all()
    return rows[:count].tolist(), scores[:count].tolist()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have every segment, however small, be searched in one way, in which nothing can be missed."""
    force(monkeypatch, request.param)
    return str(request.param)


def force(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(quantized, "EXACT_VALUES", 1 << 60 if kind == "exact" else 0)
    monkeypatch.setattr(quantized, "SCAN_ROWS", 1 << 60 if kind == "scan" else 0)
    monkeypatch.setattr(quantized, "PROBES", 1000)  # all lists
    monkeypatch.setattr(quantized, "_SPARE", 1000)


pytestmark = pytest.mark.filterwarnings("ignore:.*faiss. missing; made anew")


@pytest.mark.parametrize("asked", [1, 40])
def test_nearest_of_random_vectors(asked: int, kind: str, tmp_path: Path) -> None:
    vectors, queries = random_rows(3000, 32, 1), unit_rows(random_rows(asked, 32, 2))
    search = VectorSearch([part(tmp_path, 3, vectors, np.arange(3000) * 7)], 32, tmp_path / "faiss")
    rows, scores = search.search(queries, 10)
    assert search.describe()[0]["search"] == kind
    assert rows.shape == scores.shape == (asked, 10)
    assert (rows.dtype, scores.dtype) == (np.int64, np.float32)
    held = dict(zip(range(0, 21000, 7), vectors, strict=True))
    for row in range(asked):
        want_rows, want_scores = brute(held, queries[row], 10)
        assert rows[row].tolist() == want_rows
        assert scores[row] == pytest.approx(want_scores, abs=1e-7)
    assert search.recall(sample=50) == 1.0


def test_several_segments_with_removed_articles_and_a_filter(kind: str, tmp_path: Path) -> None:
    vectors, queries = random_rows(4000, 16, 3), unit_rows(random_rows(5, 16, 4))
    row_at = np.random.default_rng(5).permutation(4000)
    row_at[np.random.default_rng(6).random(4000) < 0.3] = -1
    cuts = [0, 2500, 2500, 2700, 4000]
    parts = [part(tmp_path, n, vectors[a:b], row_at[a:b]) for n, (a, b) in enumerate(pairwise(cuts))]
    search = VectorSearch(parts, 16, tmp_path / "faiss")
    for share in (1.0, 0.6, 0.01):
        mask = np.random.default_rng(7).random(4000) < share
        held = {row: vector for row, vector in zip(row_at.tolist(), vectors, strict=True) if row >= 0 and mask[row]}
        rows, scores = search.search(queries, 8, mask=mask)
        for row, query in enumerate(queries):
            assert found(rows[row], scores[row]) == brute(held, query, 8)
        assert (search.search(queries, 8, mask=mask, exact=True)[0] == rows).all()
    whole = search.search(queries, 8)
    again = search.search(queries, 8, mask=np.ones(4000, bool))
    assert all((one == other).all() for one, other in zip(whole, again, strict=True))


def test_a_large_segment_without_files_is_searched_exactly_in_blocks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    force(monkeypatch, "lists")
    vectors, queries = random_rows(3000, 16, 1), unit_rows(random_rows(4, 16, 2))
    vectors[2000:] = vectors[:1000]
    held, parts = dict(enumerate(vectors)), [part(tmp_path, 0, vectors, np.arange(3000))]
    monkeypatch.setattr(module, "_VALUES_AT_ONCE", 16 * 700)
    search = VectorSearch(parts, 16)
    assert search.describe() == [{"segment": 0, "vectors": 3000, "search": "exact", "bytes": 0}]
    for k in (5, 900):
        rows, scores = search.search(queries, k)
        for row, query in enumerate(queries):
            assert found(rows[row], scores[row]) == brute(held, query, k)


def test_a_filter_of_what_is_far_away_is_answered_in_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    force(monkeypatch, "lists")
    monkeypatch.setattr(quantized, "PROBES", 0.01)  # one list
    monkeypatch.setattr(quantized, "_SPARE", 20)
    monkeypatch.setattr(quantized, "_TIMES", 1)
    far, near = random_rows(3000, 8, 1), np.repeat(POOL[:1], 1000, axis=0)
    vectors = np.concatenate([np.hstack([near, near * 0]), far])
    search = VectorSearch([part(tmp_path, 0, vectors, np.arange(4000))], 8, tmp_path / "faiss")
    query = unit_rows(vectors[:1])
    held = dict(enumerate(vectors))
    mask = far @ query[0] < 0
    allowed = np.concatenate([np.zeros(1000, bool), mask.astype(bool)])
    rows, scores = search.search(query, 5, mask=allowed)
    assert len(found(rows[0], scores[0])[0]) == 5
    assert allowed[rows[0]].all()
    assert scores[0].tolist() == pytest.approx(brute({r: held[r] for r in rows[0]}, query[0], 5)[1])


def test_recall_counts_what_is_missed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    force(monkeypatch, "lists")
    monkeypatch.setattr(quantized, "PROBES", 0.01)  # one list
    search = VectorSearch([part(tmp_path, 0, random_rows(3000, 32, 1), np.arange(3000))], 32, tmp_path / "faiss")
    queries, k = search._sample(100), 10
    rows, exact = search.search(queries, k + 1)[0], search.search(queries, k + 1, exact=True)[0]
    assert (rows[:, 0] == exact[:, 0]).all()
    by_hand = np.mean([np.isin(right[1:], line[1:]).mean() for line, right in zip(rows, exact, strict=True)])
    assert 0.05 < by_hand < 0.95
    assert search.recall(k, 100) == pytest.approx(by_hand)


@settings(max_examples=40)
@given(st.data())
@pytest.mark.parametrize("kind_", KINDS)
def test_any_history_and_filter_equals_brute_force(kind_: str, data: st.DataObject) -> None:
    """Small sets of vectors with many ties, cut into segments, with some gone since."""
    count = data.draw(st.integers(0, 60))
    vectors = POOL[data.draw(st.lists(st.integers(0, 5), min_size=count, max_size=count))].reshape(-1, 4)
    row_at = np.array(data.draw(st.permutations(range(count))), np.int64)
    row_at[data.draw(st.lists(st.integers(0, count - 1), max_size=20)) if count else []] = -1
    cut = data.draw(st.integers(0, count))
    mask = data.draw(st.none() | st.lists(st.booleans(), min_size=count, max_size=count).map(np.array))
    mask = None if mask is None else mask.astype(bool)
    threshold = data.draw(st.sampled_from([None, 0.0, 0.5, 0.6, 1.0]))
    k = data.draw(st.integers(1, 30))
    living = {row: vector for row, vector in zip(row_at.tolist(), vectors, strict=True) if row >= 0}
    kept = {row: vector for row, vector in living.items() if mask is None or mask[row]}
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as monkeypatch:
        force(monkeypatch, kind_)
        monkeypatch.setattr("os.fsync", lambda _: None)
        folder = Path(name)
        parts = [part(folder, 0, vectors[:cut], row_at[:cut]), part(folder, 1, vectors[cut:], row_at[cut:])]
        search = VectorSearch(parts, 4, folder / "faiss")
        queries = unit_rows(POOL)
        rows, scores = search.search(queries, k, threshold=threshold, mask=mask)
    for row, query in enumerate(queries):
        assert found(rows[row], scores[row]) == brute(kept, query, k, -np.inf if threshold is None else threshold)


def test_more_ties_than_any_first_fetch_holds(tmp_path: Path) -> None:
    vector = random_rows(1, 8, 3)
    vectors = np.concatenate([np.repeat(vector, 1000, axis=0), random_rows(100, 8, 4)])
    row_at = np.concatenate([np.arange(1000)[::-1], np.arange(1000, 1100)])
    search = VectorSearch([part(tmp_path, 0, vectors, row_at)], 8)
    rows, scores = search.search(unit_rows(vector), 1000)
    assert sorted(rows[0].tolist()) == list(range(1000))
    assert scores.max() <= 1.0
    assert search.search(unit_rows(vector), 5)[0].tolist() == [[0, 1, 2, 3, 4]]
    mask = np.arange(1100) >= 500
    assert search.search(unit_rows(vector), 3, mask=mask)[0].tolist() == [[500, 501, 502]]


def test_results_do_not_depend_on_batch_or_threads(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantized, "PROBES", 1)
    vectors, queries = random_rows(3000, 96, 5), unit_rows(random_rows(64, 96, 6))
    vectors[2000:2500] = vectors[:500]
    (tmp_path / "b").mkdir()
    one = VectorSearch([part(tmp_path, 0, vectors, np.arange(3000))], 96, tmp_path / "faiss")
    two = VectorSearch([part(tmp_path / "b", 0, vectors, np.arange(3000))], 96, tmp_path / "b" / "faiss")
    with use_threads(1):
        rows, scores = one.search(queries, 20)
    with use_threads(2):
        whole = two.search(queries, 20)
    alone = [two.search(query[None], 20) for query in queries]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda query: two.search(query[None], 20), queries))
    for other in (alone, together, [whole]):
        assert (np.concatenate([found_rows for found_rows, _ in other]) == rows).all()
        assert (np.concatenate([found_scores for _, found_scores in other]) == scores).all()


def test_threads_are_restored(kind: str, tmp_path: Path) -> None:
    before = faiss.omp_get_max_threads()
    parts = [part(tmp_path, 0, random_rows(3000, 8, 7), np.arange(3000))]
    with use_threads(before + 1):
        VectorSearch(parts, 8, tmp_path / "faiss").search(unit_rows(random_rows(3, 8, 8)), 1)
    assert faiss.omp_get_max_threads() == before


def test_threshold_is_included_and_scores_are_clipped(tmp_path: Path) -> None:
    search = VectorSearch([part(tmp_path, 0, POOL, np.arange(6))], 4)
    query = np.array([[1.0000001, 0, 0, 0]], np.float32)
    score = search.search(query, 6)[1][0, 1]
    assert score == pytest.approx(0.6, abs=1e-3)
    rows, scores = search.search(query, 6, threshold=float(score))
    assert rows.tolist() == [[0, 3, -1, -1, -1, -1]]
    assert scores[0, 0] == 1.0
    assert search.search(query, 6)[1].tolist()[0][-2:] == [-1.0, -np.inf]


def test_a_row_of_zeros_is_never_found(kind: str, tmp_path: Path) -> None:
    vectors = random_rows(3000, 16, 9)
    vectors[::2] = 0
    search = VectorSearch([part(tmp_path, 0, vectors, np.arange(3000))], 16, tmp_path / "faiss")
    rows, scores = search.search(unit_rows(vectors[1:4]), 2000)
    assert [len(found(*line)[0]) for line in zip(rows, scores, strict=True)] == [1500, 0, 1500]
    assert (rows[[0, 2], :1500] % 2 == 1).all()


def test_nothing_to_find(tmp_path: Path) -> None:
    query = unit_rows(POOL[:1])
    without = VectorSearch([], 4)
    assert found(*(array[0] for array in without.search(query, 3))) == ([], [])
    assert without.recall() == 1.0
    assert without.describe() == []
    search = VectorSearch([part(tmp_path, 0, POOL[:1], [0])], 4)
    assert search.search(np.empty((0, 4), np.float32), 3)[0].shape == (0, 3)
    assert found(*(array[0] for array in search.search(query, 3, mask=np.zeros(1, bool)))) == ([], [])
    assert search.search(query, 3)[0].tolist() == [[0, -1, -1]]


def test_it_says_how_each_segment_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantized, "EXACT_VALUES", 8 * 500)
    monkeypatch.setattr(quantized, "SCAN_ROWS", 1000)
    parts = [part(tmp_path, n, random_rows(size, 8, n), np.arange(size)) for n, size in enumerate((500, 1000, 2000))]
    search = VectorSearch(parts, 8, tmp_path / "faiss")
    told = [("exact", 500), ("scan", 1000), ("lists", 2000)]
    assert [(one["search"], one["vectors"]) for one in search.describe()] == told
    assert [one["bytes"] for one in search.describe()] == [0, 0, 0]
    search.search(unit_rows(random_rows(1, 8, 0)), 1)
    assert [(one["search"], one["vectors"]) for one in search.describe()] == told
    assert [one["bytes"] > 0 for one in search.describe()] == [False, True, True]
    assert {one["search"] for one in VectorSearch(parts, 8).describe()} == {"exact"}


def test_refused(tmp_path: Path) -> None:
    search = VectorSearch([part(tmp_path, 0, POOL, np.arange(6))], 4)
    with pytest.raises(ValueError, match="k must be at least 1"):
        search.search(unit_rows(POOL), 0)
    with pytest.raises(ValueError, match=r"queries of shape \(2, 3\) for vectors of dimension 4"):
        search.search(np.zeros((2, 3), np.float32), 1)
    with pytest.raises(ValueError, match="query 0 holds"):
        search.search(np.full((1, 4), np.nan, np.float32), 1)
    with pytest.raises(ValueError, match="dimension must be at least 1"):
        VectorSearch([], 0)
    with pytest.raises(IndexDamagedError, match="segment 7: vectors of dimension 4 where the index has 5"):
        VectorSearch([part(tmp_path, 7, POOL, np.arange(6))], 5)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_stored_vector_that_is_not_finite_is_refused(bad: float, kind: str, tmp_path: Path) -> None:
    vectors = random_rows(3000, 8, 1)
    vectors[1700, 3] = bad
    search = VectorSearch([part(tmp_path, 0, vectors, np.arange(3000))], 8, tmp_path / "faiss")
    with pytest.raises(IndexDamagedError, match=r"vector \d+ holds a value that is not finite"):
        search.search(unit_rows(POOL[:1].repeat(2, axis=1)), 1)


def test_a_damaged_vector_is_told(tmp_path: Path) -> None:
    one = part(tmp_path, 0, random_rows(3000, 8, 1), np.arange(3000))
    path = tmp_path / one.stored.array(VECTORS).entry.name
    content = bytearray(path.read_bytes())
    content[20_000] ^= 1
    path.write_bytes(content)
    store = ArrayStore(tmp_path, {0: {kind: one.stored.file(kind) for kind in (VECTORS, "keys")}})
    search = VectorSearch([Part(StoredSegment(store, 0, Bands(1, 1)), one.rows)], 8)
    with pytest.raises(IndexDamagedError, match="its bytes are not those that were written"):
        search.search(unit_rows(random_rows(1, 8, 2)), 1)
