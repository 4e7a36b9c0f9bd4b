"""The choice among candidates, against one that computes everything anew at every step."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster.recommendation import ranking_kernels
from sada.indexes.ragged import bounds_of

MOST = np.iinfo(np.int64).max


def choose(scores, stories, sets, vectors, known=(), pinned=0, unrelated=0.0, penalty=0.3, cap=MOST, k=8):
    """What the kernel chooses; candidates stand first among the sets, in order."""
    bounds = bounds_of(np.array([len(one) for one in sets], np.int64))
    shingles = np.array([value for one in sets for value in sorted(one)], np.uint32)
    chosen, worths = np.empty(k, np.int64), np.empty(k)
    count = ranking_kernels.choose(
        np.array(scores, np.float64), np.array(stories, np.int64), np.arange(len(scores)), pinned,
        np.array(known, np.int64), vectors, vectors.any(axis=1), bounds, shingles, unrelated, penalty, cap, chosen,
        worths,
    )  # fmt: skip
    return list(zip(chosen[:count].tolist(), worths[:count].tolist(), strict=True))


def shares(one, other):
    both = len(one & other)
    return both / max(len(one | other), 1), both / max(min(len(one), len(other)), 1)


def are_copies(one, other):
    jaccard, containment = shares(one, other)
    return jaccard >= 0.8 or (min(len(one), len(other)) >= 10 and containment >= 0.8)


def slowly(scores, stories, sets, vectors, known, pinned, unrelated, penalty, cap, k):
    """The same, word by word."""

    def likeness(a, b):
        if stories[a] == stories[b]:
            return 0.0
        if vectors[a].any() and vectors[b].any():
            return min(max((float(vectors[a].astype(float) @ vectors[b]) - unrelated) / (1 - unrelated), 0), 1)
        return shares(sets[a], sets[b])[min(len(sets[a]), len(sets[b])) >= 10]

    def worth(at):
        return scores[at] * (1 - penalty * max((likeness(at, one) for one, _ in found), default=0.0))

    found, left = [], [at for at in range(len(scores)) if not any(are_copies(sets[at], sets[one]) for one in known)]
    while left and len(found) < k:
        pins = [at for at in left if at < pinned]
        best = pins[0] if pins else min(left, key=lambda at: (-worth(at), at))
        left.remove(best)
        beside = sum(stories[one] == stories[best] for one, _ in found)
        if not any(are_copies(sets[best], sets[one]) for one, _ in found) and (best < pinned or beside < cap):
            found.append((best, worth(best)))
    return found


@settings(max_examples=300)
@given(st.data())
def test_choices_are_those_of_the_definition(data):
    count = data.draw(st.integers(0, 9))
    pool = st.frozensets(st.integers(0, 30), max_size=25)
    originals = data.draw(st.lists(pool, min_size=1, max_size=4))
    edited = st.tuples(st.sampled_from(originals), st.frozensets(st.integers(0, 40), max_size=3)).map(
        lambda two: two[0] ^ two[1]
    )
    sets = data.draw(st.lists(edited, min_size=count + 2, max_size=count + 2))
    pinned = data.draw(st.integers(0, count))
    scores = data.draw(st.lists(st.integers(0, 50), min_size=count, max_size=count))
    scores = [*(one / 50 for one in scores[:pinned]), *sorted((one / 50 for one in scores[pinned:]), reverse=True)]
    stories = data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    random = np.random.default_rng(data.draw(st.integers(0, 1000)))
    vectors = random.normal(size=(count + 2, data.draw(st.sampled_from([0, 3, 4, 9])))).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    vectors[random.random(count + 2) < 0.3] = 0
    known = [count, count + 1][: data.draw(st.integers(0, 2))]
    more = (known, pinned, data.draw(st.sampled_from([0.0, 0.2])), data.draw(st.sampled_from([0.0, 0.3, 1.0])),
            data.draw(st.integers(1, 3)), data.draw(st.integers(1, 5)))  # fmt: skip
    found, expected = choose(scores, stories, sets, vectors, *more), slowly(scores, stories, sets, vectors, *more)
    assert [at for at, _ in found] == [at for at, _ in expected]
    assert np.allclose([worth for _, worth in found], [worth for _, worth in expected], atol=1e-6)


def test_a_copy_is_told_to_the_last_shingle():
    nothing = np.zeros((3, 0), np.float32)
    for size in (5, 10, 50, 100):
        base = set(range(size))
        for extra in range(2 * size):
            longer = set(range(size + extra))
            shifted = {value + extra for value in base}
            for other in (longer, shifted):
                found = choose([0.9, 0.8], [0, 1], [base, other], nothing[:2], penalty=0.0)
                assert found == [(0, 0.9), (1, 0.8)][: 1 + (not are_copies(base, other))]
            found = choose([0.9], [0], [base, shifted], nothing[:2], known=[1])
            assert found == ([] if are_copies(base, shifted) else [(0, 0.9)])


def test_articles_without_a_word_are_copies_of_none():
    assert choose([0.5, 0.4], [0, 1], [set(), set()], np.zeros((2, 0), np.float32)) == [(0, 0.5), (1, 0.4)]
