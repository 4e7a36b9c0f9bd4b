"""The nearest of very many queries at once, against a search that compares all vectors one by one."""

from __future__ import annotations

import numpy as np
import pytest

from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.search import dense_batch
from sada.indexes.search.dense_batch import nearest_of_all
from sada.indexes.threads import use_threads


class Drawn:
    """Vectors drawn at random, some of them equal and some of zeros; a text is its number."""

    name, revision, dimension, languages = "drawn", "1", 24, None
    fingerprint = "0" * 32
    vectors = np.random.default_rng(3).normal(size=(700, 24)).astype(np.float32)
    vectors[::50] = 0
    vectors[101:260] = vectors[101]

    def encode(self, texts):
        return self.vectors[[int(text.split()[0]) for text in texts]]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with NewsIndex.create(tmp_path_factory.mktemp("batch") / "i.sada", encoder=Drawn()) as made:
        for start, stop in ((0, 400), (400, 640), (640, 700)):
            made.add(Article(f"a{at}", title=str(at)) for at in range(start, stop))
        made.remove([f"a{at}" for at in range(30, 700, 31)])
        made.add([Article("a33", title="34")])
        yield made


@pytest.fixture(params=[64, 1 << 13])
def blocks(request, monkeypatch):
    monkeypatch.setattr(dense_batch, "_ROWS_AT_ONCE", request.param)


@pytest.mark.parametrize("k", [1, 7, 64, 800])
@pytest.mark.parametrize("threads", [1, 3])
def test_what_is_found_is_what_an_exact_search_finds(index, blocks, k, threads):
    queries = index.snapshot.vectors[::5].copy()
    assert (~queries.any(axis=1)).any()
    for mask in (None, np.arange(len(index)) % 3 > 0, np.zeros(len(index), bool)):
        with use_threads(threads):
            found = nearest_of_all(index.snapshot.segments, queries, k, mask)
        expected = index.snapshot.vector_search.search(queries, k, mask=mask, exact=True)
        assert np.array_equal(found[0], expected[0])
        assert np.array_equal(found[1], expected[1])


def test_more_equal_vectors_than_there_is_room_for_leave_the_first(index, blocks):
    query = index.snapshot.vectors[[index.snapshot.columns.row_of["a101"]]]
    rows, scores = nearest_of_all(index.snapshot.segments, query, 10)
    assert np.array_equal(rows, index.snapshot.vector_search.search(query, 10, exact=True)[0])
    assert scores[0, -1] > 0.999


def test_no_queries_find_nothing(index):
    rows, scores = nearest_of_all(index.snapshot.segments, np.zeros((0, 24), np.float32), 5)
    assert rows.shape == scores.shape == (0, 5)
    assert (nearest_of_all(index.snapshot.segments, np.zeros((2, 24), np.float32), 5)[0] == -1).all()


def test_products_of_matrices_get_their_threads_back(index):
    limits = [library["num_threads"] for library in dense_batch._libraries().info() if library["user_api"] == "blas"]
    with pytest.raises(ValueError, match="matmul"):
        nearest_of_all(index.snapshot.segments, np.ones((3, 5), np.float32), 4)
    nearest_of_all(index.snapshot.segments, index.snapshot.vectors[:200], 4)
    after = [library["num_threads"] for library in dense_batch._libraries().info() if library["user_api"] == "blas"]
    assert after == limits and not dense_batch._inside
