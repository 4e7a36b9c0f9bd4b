"""Candidate pairs against nearest neighbours found by comparing everything with everything."""

from __future__ import annotations

import numpy as np
import pytest

from sada.cluster.scoring import blocking
from sada.cluster.scoring.blocking import NEAREST, NEAREST_OTHER_LANGUAGE, WINDOW_DAYS, blocked_pairs
from sada.cluster.scoring.lexical import Field
from sada.indexes.text.terms import words


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def random_field(generator: np.random.Generator, count: int) -> Field:
    vocabulary = [f"w{letter}{other}" for letter in "abcdefghij" for other in "klmnopqrst"]
    texts = [" ".join(generator.choice(vocabulary, generator.integers(3, 9))) for _ in range(count)]
    return Field.build([(words(texts, 99), 1.0)], count)


def nearest(similar: np.ndarray, near: np.ndarray, count: int) -> tuple[set, set]:
    """(pairs that must be there, pairs that may be there) by one kind of similarity; ties are free."""
    must, may = set(), set()
    for row in range(len(similar)):
        others = [o for o in np.flatnonzero(near[row] & (similar[row] > 1e-6)) if o != row]
        scores = similar[row, others]
        for other, score in zip(others, scores, strict=True):
            pair = (min(row, int(other)), max(row, int(other)))
            if (scores >= score - 1e-6).sum() <= count:
                must.add(pair)
            if (scores > score + 1e-6).sum() < count:
                may.add(pair)
    return must, may


def brute(fields, vectors, times, languages) -> tuple[set, set]:
    near = ~(np.abs(times[:, None] - times[None, :]) > WINDOW_DAYS)
    found = [nearest((f.matrix @ f.matrix.T).toarray(), near, NEAREST) for f in fields]
    if vectors is not None:
        similar = vectors @ vectors.T
        found.append(nearest(similar, near, NEAREST))
        different = near & (languages[:, None] != languages[None, :])
        found.append(nearest(similar, different, NEAREST_OTHER_LANGUAGE))
    return set().union(*(must for must, _ in found)), set().union(*(may for _, may in found))


def as_set(pairs: tuple[np.ndarray, np.ndarray]) -> set[tuple[int, int]]:
    return set(zip(pairs[0].tolist(), pairs[1].tolist(), strict=True))


@pytest.mark.parametrize(("block", "span"), [(512, 1 << 16), (16, 64)])
@pytest.mark.parametrize("days", [3, 60])
@pytest.mark.parametrize("undated", [0.0, 0.2])
def test_pairs_are_the_nearest_in_the_window(monkeypatch, block, span, days, undated):
    monkeypatch.setattr(blocking, "_BLOCK", block)
    monkeypatch.setattr(blocking, "_SPAN", span)
    generator = np.random.default_rng(days)
    count = 160
    fields = [random_field(generator, count), random_field(generator, count)]
    vectors = unit(generator.normal(size=(count, 24)))
    vectors[::17] = 0
    times = generator.uniform(0, days, count)
    times[generator.random(count) < undated] = np.nan
    languages = generator.integers(0, 3, count)
    for given in (vectors, None):
        found = as_set(blocked_pairs(fields, given, times, languages))
        must, may = brute(fields, given, times, languages)
        assert must <= found
        assert found <= may


@pytest.mark.parametrize("block", [512, 16])
def test_rows_asked_for_find_their_nearest_and_others_none(monkeypatch, block):
    monkeypatch.setattr(blocking, "_BLOCK", block)
    generator = np.random.default_rng(4)
    field, times = random_field(generator, 120), generator.uniform(0, 20, 120)
    times[generator.random(120) < 0.1] = np.nan
    vectors, languages = unit(generator.normal(size=(120, 24))), generator.integers(0, 3, 120)
    asked = generator.random(120) < 0.3
    found = as_set(blocked_pairs([field], vectors, times, languages, asked))
    alone = [as_set(blocked_pairs([field], vectors, times, languages, np.arange(120) == row)) for row in range(120)]
    assert found == set().union(*(alone[row] for row in np.flatnonzero(asked)))
    assert all(row in pair for row in range(120) for pair in alone[row])
    assert set().union(*alone) == as_set(blocked_pairs([field], vectors, times, languages))


def test_pairs_are_ordered_distinct_and_never_of_a_row_with_itself():
    generator = np.random.default_rng(1)
    field = random_field(generator, 50)
    left, right = blocked_pairs([field, field], None, np.zeros(50), np.zeros(50, np.int64))
    codes = left << 32 | right
    assert (left < right).all()
    assert (np.diff(codes) > 0).all()
    assert left.dtype == right.dtype == np.int64


def test_lookalikes_outside_the_window_do_not_push_out_those_inside():
    count = 200  # one headline a week, and one report of each the same day that shares only a part of it
    texts = ["weekly lottery numbers drawn"] * count + [f"lottery item{n}x" for n in range(count)]
    times = np.concatenate([np.arange(count) * 7.0, np.arange(count) * 7.0 + 0.5])
    field = Field.build([(words(texts, 9), 1.0)], 2 * count)
    found = as_set(blocked_pairs([field], None, times, np.zeros(2 * count, np.int64)))
    assert found == {(number, number + count) for number in range(count)}


def test_what_too_many_of_the_window_have_is_passed_over(monkeypatch):
    """Ten reports with one word in common, half of them a month later: four of five share it in each window."""
    texts = [f"{'flood' if number % 5 else 'other'} n{'abcdefghij'[number]} " for number in range(10)]
    field = Field.build([(words(texts, 9), 1.0)], 10)
    times, languages = np.repeat([0.0, 30.0], 5), np.zeros(10, np.int64)
    whole = as_set(blocked_pairs([field], None, times, languages))
    assert len(whole) == 12
    monkeypatch.setattr(blocking, "COMMON", 4)
    assert as_set(blocked_pairs([field], None, times, languages)) == whole
    monkeypatch.setattr(blocking, "COMMON", 3)
    assert as_set(blocked_pairs([field], None, times, languages)) == set()


@pytest.mark.parametrize(("gap", "paired"), [(0.0, True), (3.99, True), (4.0, True), (4.01, False), (np.nan, True)])
def test_the_window_ends_after_four_days(gap, paired):
    field = Field.build([(words(["same words here"] * 2, 9), 1.0)], 2)
    found = as_set(blocked_pairs([field], None, np.array([1.0, 1.0 + gap]), np.zeros(2, np.int64)))
    assert found == ({(0, 1)} if paired else set())


def test_the_list_of_other_languages_reaches_past_nearer_ones_of_the_same():
    generator = np.random.default_rng(2)
    near = np.ones((100, 16)) + 0.01 * generator.normal(size=(100, 16))
    far = np.ones((1, 16)) + 0.8 * generator.normal(size=(1, 16))
    vectors = unit(np.vstack([near, far]))
    empty = Field.build([(words([""] * 101, 9), 1.0)], 101)
    same = as_set(blocked_pairs([empty], vectors, np.zeros(101), np.zeros(101, np.int64)))
    other = as_set(blocked_pairs([empty], vectors, np.zeros(101), np.array([1] * 100 + [2])))
    nearest = np.argsort(-vectors[:100] @ vectors[100])[:NEAREST]
    assert {one for one, last in same if last == 100} == set(nearest.tolist())
    assert {one for one, last in other if last == 100} == set(range(100))


def test_rows_without_words_or_vectors_pair_with_nothing():
    field = Field.build([(words(["aa bb", "", "aa bb", ""], 9), 1.0)], 4)
    vectors = unit(np.array([[1, 0], [0, 0], [1, 0.1], [0, 0]], np.float32))
    assert as_set(blocked_pairs([field], vectors, np.full(4, np.nan), np.arange(4))) == {(0, 2)}


def test_order_of_rows_does_not_matter():
    generator = np.random.default_rng(3)
    count = 120
    field = random_field(generator, count)
    vectors, times = unit(generator.normal(size=(count, 16))), generator.uniform(0, 9, count)
    languages = generator.integers(1, 3, count)
    before = as_set(blocked_pairs([], vectors, times, languages))
    shuffled = generator.permutation(count)
    after = blocked_pairs([], vectors[shuffled], times[shuffled], languages[shuffled])
    named = {tuple(sorted((int(shuffled[a]), int(shuffled[b])))) for a, b in as_set(after)}
    assert named == before
    assert len(as_set(blocked_pairs([field], None, times, languages))) > 0


def test_no_rows_and_one_row():
    for count in (0, 1):
        field = Field.build([(words(["aa"] * count, 9), 1.0)], count)
        vectors = unit(np.ones((count, 4)))
        for times in (np.full(count, np.nan), np.zeros(count)):
            assert as_set(blocked_pairs([field], vectors, times, np.zeros(count, np.int64))) == set()


def test_the_nearest_in_another_language_are_found_where_none_is_among_the_nearest_of_all():
    generator = np.random.default_rng(5)
    languages = np.repeat([1, 2], 150)
    vectors = generator.normal(0, 0.05, (300, 12))
    vectors[:, 0] += 1
    vectors[:150, 1] += 1  # each language is closer to itself
    vectors, times = unit(vectors), np.arange(300) / 300
    pairs = as_set(blocked_pairs([], vectors, times, languages))
    must, may = brute([], vectors, times, languages)
    assert must <= pairs <= may
    assert sum(one < 150 <= other for one, other in pairs) >= 150 * NEAREST_OTHER_LANGUAGE
