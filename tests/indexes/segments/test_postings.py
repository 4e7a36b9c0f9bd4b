"""Postings against counters in plain Python, and merged ones against those made in one go."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sada.indexes.article import Article
from sada.indexes.errors import IndexDamagedError
from sada.indexes.minhash.bands import Bands
from sada.indexes.search import bm25_kernels as word_kernels
from sada.indexes.segments import postings
from sada.indexes.segments.postings import LENGTHS, POSTINGS, TERMS, MergedPostings, Postings, word_arrays
from sada.indexes.segments.segment import StoredSegment
from sada.indexes.storage import arrays
from sada.indexes.storage.array_store import ArrayStore
from sada.indexes.storage.arrays import BLOCK, write_array
from sada.indexes.text.terms import words
from sada.indexes.threads import use_threads

WORDS = ["storm", "storms", "5", "50", "المدرسة", "مدرسة", "ووزير", "東京", "東京都", "ไทย", "हिन्दी", "a", "—", "été"]
EVERY = 1 << 40
texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
batches = st.lists(st.builds(Article, st.just("x"), title=texts, text=texts), max_size=8)


@pytest.fixture(autouse=True)
def _no_waiting_for_disks(monkeypatch):
    monkeypatch.setattr(arrays.os, "fsync", lambda handle: None)


def counted(article: Article) -> Counter[int]:
    """How often each term stands in an article, a title's twice."""
    title, text = (words([part], EVERY).terms.tolist() for part in (article.title, article.text))
    return Counter({term: min(count, 255) for term, count in Counter(title * 2 + text).items()})


def reference(articles: list[Article]) -> dict[str, list]:
    found = [counted(article) for article in articles]
    terms = sorted({term for one in found for term in one})
    rows = [[(position, one[term]) for position, one in enumerate(found) if term in one] for term in terms]
    return {TERMS: list(zip(terms, rows, strict=True)), LENGTHS: [one.total() for one in found]}


def listed(made: dict[str, np.ndarray]) -> dict[str, list]:
    """The arrays read as the documentation says."""
    terms, begins = made[TERMS].T.tolist()
    flat = [(int.from_bytes(bytes(one[:4]), "little"), one[4]) for one in made[POSTINGS].tolist()]
    spans = [flat[start:stop] for start, stop in pairwise(begins)]
    assert begins[-1] == len(flat)
    return {TERMS: list(zip(terms, spans, strict=False)), LENGTHS: made[LENGTHS].tolist()}


def written(folder, made: dict[str, np.ndarray]) -> StoredSegment:
    kinds = made | {"keys": np.zeros(len(made[LENGTHS]), np.uint64)}
    files = {kind: write_array(folder, kind, array) for kind, array in kinds.items()}
    return StoredSegment(ArrayStore(folder, {1: files}), 1, Bands(32, 4))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches, st.integers(1, 3))
@example([Article("x"), Article("x", title="storm", text="storm 5")], 1)
def test_the_arrays_are_the_reference(monkeypatch, articles, at_once):
    monkeypatch.setattr(postings, "_ARTICLES_AT_ONCE", at_once)
    made = word_arrays(articles)
    assert listed(made) == reference(articles)
    assert [made[kind].dtype for kind in (TERMS, POSTINGS, LENGTHS)] == [np.uint64, np.uint8, np.uint32]


def test_many_terms_and_any_number_of_threads():
    random = Random(1)
    articles = [Article("x", text=" ".join(str(random.randrange(9000)) for _ in range(400))) for _ in range(200)]
    articles.append(Article("x", text=" ".join(map(str, range(20_000)))))
    with use_threads(1):
        made = word_arrays(articles)
    assert len(made[TERMS]) == 20_001
    assert listed(made) == reference(articles)
    with use_threads(3):
        assert all(np.array_equal(one, made[kind]) for kind, one in word_arrays(articles).items())


def test_a_word_counts_at_most_255_times():
    made = word_arrays([Article("x", title="storm " * 100, text="storm " * 54), Article("y", text="storm " * 300)])
    assert made[POSTINGS][:, 4].tolist() == [254, 255]
    assert made[LENGTHS].tolist() == [254, 255]


def test_terms_are_found_and_counted(tmp_path):
    articles = [Article("a", text="storm 5"), Article("b", text="مدرسة storm"), Article("c", text="storm 50")]
    part = Postings(written(tmp_path, word_arrays(articles)), np.array([7, -1, 9]))
    asked = words(["storm 5 50 المدرسة unheard"], EVERY).terms
    found = part.find(asked)
    assert (found >= 0).tolist() == [True, True, True, True, False]
    for _ in range(2):  # once counted, and once remembered
        assert part.counts(found[:4]).tolist() == [2, 1, 1, 0]
    starts, stops = part.spans(found[:4])
    assert (stops - starts).tolist() == [3, 1, 1, 1]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 1000])
def test_every_term_is_found_where_it_stands(tmp_path, count):
    random = Random(count)
    terms = np.array(sorted(random.getrandbits(64) for _ in range(count)), np.uint64)
    directory = postings._directory(terms, np.ones(count, np.int64))
    made = {TERMS: directory, POSTINGS: np.zeros((count, 5), np.uint8), LENGTHS: np.ones(1, np.uint32)}
    part = Postings(written(tmp_path, made), np.zeros(1, np.int64))
    assert part.find(terms[::-1].copy()).tolist() == list(range(count))[::-1]
    others = np.setdiff1d(np.concatenate([terms + np.uint64(1), terms - np.uint64(1), [0, 1 << 63]]), terms)
    assert (part.find(others.astype(np.uint64)) == -1).all()


histories = st.lists(st.tuples(batches.filter(len), st.integers(0, 1 << 8)), min_size=1, max_size=4)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories, st.integers(1, 20), st.randoms(use_true_random=False))
def test_merged_postings_are_those_of_one_batch(tmp_path_factory, monkeypatch, history, at_once, random):
    monkeypatch.setattr(postings, "_AT_ONCE", at_once)
    folder = tmp_path_factory.mktemp("merged")
    kept = [(at, position) for at, (batch, gone) in enumerate(history)
            for position in range(len(batch)) if not gone >> position & 1]  # fmt: skip
    order = sorted(range(len(kept)), key=lambda one: (kept[one][1], random.random()))  # a part keeps its order
    places = [kept[one] for one in order]
    names = [np.full(len(batch), -1) for batch, _ in history]
    for name, (at, position) in enumerate(places):
        names[at][position] = name
    files = MergedPostings([written(folder, word_arrays(batch)) for batch, _ in history], names).write(folder)
    store = ArrayStore(folder, {1: files})
    expected = word_arrays([history[at][0][position] for at, position in places])
    for kind in (TERMS, POSTINGS):
        assert np.array_equal(store.array(1, kind).whole(), expected[kind]), kind
        assert store.array(1, kind).whole().dtype == expected[kind].dtype


def large(folder) -> StoredSegment:
    """Some ten blocks of each array: numbers of which only those below 8 are in many articles."""
    articles = [
        Article("x", text=f"{n % 8} {' '.join(str(100 + 30 * n + at) for at in range(30))}") for n in range(500)
    ]
    stored = written(folder, word_arrays(articles))
    assert all(len(stored.array(kind).checked) > 4 for kind in (TERMS, POSTINGS))
    return stored


def damage(folder, kind: str, at: int) -> None:
    (path,) = folder.glob(f"{kind}-*.npy")
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("kind", [TERMS, POSTINGS])
def test_only_what_is_touched_is_checked(tmp_path, kind):
    stored = large(tmp_path)
    directory = stored.array(TERMS).whole()
    last = len(directory) - 2
    place = stored.array(kind).offset + (16 * last if kind == TERMS else 5 * (int(directory[last, 1]) - 1))
    damage(tmp_path, kind, place)
    stored = StoredSegment(ArrayStore(tmp_path, stored._store.files), 1, Bands(32, 4))
    part = Postings(stored, np.arange(500))
    scores = np.zeros(500, np.float32)

    def ask(at: int) -> None:
        found = part.find(directory[at : at + 1, 0])
        part.add_up(found, np.ones(1, np.float32), np.ones(500, np.float32), scores)

    ask(0)
    assert scores.any() and np.count_nonzero(stored.array(kind).checked) < len(stored.array(kind).checked)
    with pytest.raises(IndexDamagedError, match=kind):
        ask(last)


@pytest.mark.parametrize("kind", [TERMS, POSTINGS])
def test_damage_is_not_merged(tmp_path, kind):
    stored = large(tmp_path)
    damage(tmp_path, kind, 3 * BLOCK)
    stored = StoredSegment(ArrayStore(tmp_path, stored._store.files), 1, Bands(32, 4))
    with pytest.raises(IndexDamagedError, match=kind):
        MergedPostings([stored], [np.arange(500)])


@given(st.lists(st.integers(0, 6), max_size=40), st.integers(1, 12), st.integers(-1, 5))
def test_the_best_are_kept_in_any_order(values, k, least):
    scores = np.array(values, np.float32)
    rows = np.array(Random(len(values)).sample(range(100), len(values)), np.int64)
    best, best_rows = np.empty(k, np.float32), np.empty(k, np.int64)
    cut = len(values) // 2
    filled = 0
    for part in (slice(0, cut), slice(cut, None)):
        given_rows, mask = rows[part].copy(), np.zeros(0, bool)
        filled = word_kernels.keep_best(
            scores[part].copy(), given_rows, mask, np.float32(least), best, best_rows, filled
        )
    passing = [(-score, row) for score, row in zip(values, rows.tolist(), strict=True) if score > 0 and score >= least]
    kept = zip((-best[:filled]).tolist(), best_rows[:filled].tolist(), strict=True)
    assert sorted(kept) == sorted(passing)[:k]


@pytest.mark.parametrize("removed", [False, True])
def test_positions_of_no_article_are_not_merged(tmp_path, removed):
    made = word_arrays([Article("a", text="storm rain"), Article("b", text="storm sun")])
    made[POSTINGS][-1, :4] = [2, 0, 0, 0]
    names = np.array([0, -1 if removed else 1])
    with pytest.raises(IndexDamagedError, match="its positions are not those of 2 articles"):
        MergedPostings([written(tmp_path, made)], [names]).write(tmp_path)
