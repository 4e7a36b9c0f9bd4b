from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.indexes.boilerplate.shared_runs import shared_runs
from sada.indexes.minhash.sketches import sketch

LETTERS = {"latin": "bdfgklmnprst", "arabic": "بتدرسفقكلمن", "chinese": "港口船市场法官暴雨桥梁学校图书馆花园"}


def words(chance, script, count):
    between = "" if script == "chinese" else " "
    return between.join("".join(chance.choices(LETTERS[script], k=5)) for _ in range(count))


FOOTS = {script: words(random.Random(99), script, 55) for script in LETTERS}


def articles(script, count, body, seed=4):
    """Titles and texts of unrelated articles, each of a random body and the same foot."""
    chance = random.Random(seed)
    titles = [words(chance, script, 4) for _ in range(count)]
    return titles, [f"{title} {words(chance, script, body)} {FOOTS[script]}" for title in titles]


def hashes(*texts):
    return sorted({int(one) for text in texts for one in sketch([text]).shingles})


def brute(titles, texts, least):
    """The definition, where titles are alike only if they are equal."""
    sets = [set(hashes(text)) for text in texts]
    rows, good = set(range(len(titles))), set().union(*sets)
    while True:
        having = defaultdict(set)
        for row in rows:
            for one in sets[row] & good:
                having[one] |= {titles[row]} - {""}
        good = {one for one in good if len(having[one]) >= least}
        left = {row for row in rows if 2 * len(good & sets[row]) >= len(sets[row])}
        if left == rows:
            return sorted(good)
        rows = left


@pytest.mark.parametrize("script", FOOTS)
@pytest.mark.parametrize("body", [0, 1, 2, 4, 8, 20, 40])
def test_a_foot_under_ten_unlike_titles_is_found(script, body):
    titles, texts = articles(script, 10, body)
    found = shared_runs(titles, sketch(texts))
    shared = set.intersection(*(set(hashes(text)) for text in texts))
    assert found.dtype == np.uint32 and found.tolist() == sorted(shared) and shared <= set(hashes(FOOTS[script]))
    assert len(shared) == len(hashes(FOOTS[script]))
    assert shared_runs(titles[:9], sketch(texts[:9])).tolist() == []
    assert shared_runs([titles[0]] * 10, sketch(texts)).tolist() == []
    assert shared_runs([f"{titles[0]} {number}" for number in range(10)], sketch(texts)).tolist() == []
    assert shared_runs([""] * 10, sketch(texts)).tolist() == []


def test_a_run_that_is_less_than_half_of_the_articles_is_none():
    assert len(shared_runs(*read(articles("latin", 20, 8)))) == 53
    assert shared_runs(*read(articles("latin", 20, 60))).tolist() == []
    short, long = articles("latin", 10, 2), articles("latin", 10, 300, seed=9)
    assert len(shared_runs(*read((short[0] + long[0], short[1] + long[1])))) == 53  # the long ones have it, too


def test_the_foot_of_some_is_found_beside_a_series_of_others():
    titles, texts = articles("latin", 12, 3)
    series = [f"At noon the wool was sold at {number} crowns and the salt at {number * 7}" for number in range(30)]
    found = shared_runs(titles + ["Market"] * 30, sketch(texts + series))
    assert found.tolist() == hashes(FOOTS["latin"])


def read(given):
    return given[0], sketch(given[1])


TITLES = st.sampled_from(["", "ferry late", "judge ill", "wool sold", "mayor out"])
TEXTS = st.lists(st.sampled_from("abcdef"), min_size=3, max_size=7).map(" ".join)


@given(st.lists(st.tuples(TITLES, TEXTS), max_size=12), st.integers(1, 4), st.randoms())
def test_what_is_found_is_what_the_definition_says(rows, least, chance):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sada.indexes.boilerplate.shared_runs.LEAST", least)
        for _ in range(2):
            titles, texts = [title for title, _ in rows], [text for _, text in rows]
            assert shared_runs(titles, sketch(texts)).tolist() == brute(titles, texts, least)
            chance.shuffle(rows)


def test_titles_and_sets_belong_together():
    with pytest.raises(ValueError, match="1 titles for 2 articles"):
        shared_runs(["a"], sketch(["a", "b"]))
    with pytest.raises(ValueError, match="is one text"):
        shared_runs("ab", sketch(["a", "b"]))
