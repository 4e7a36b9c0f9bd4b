"""Terms that are kept give the lexical vectors of the texts to the bit, whatever was asked for before."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sada.cluster.scoring import kept_terms as kept
from sada.cluster.scoring.kept_terms import KeptTerms, kept_terms
from sada.cluster.scoring.lexical import Lexicon
from sada.cluster.scoring.pair_scorer import StorySet
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.boilerplate.lines import Boilerplate

WORDS = ["dead", "hurt", "Kuwait", "الكويت", "الرياض", "水", "5", "50", "march", "and", "C++"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
ARTICLES = [
    Article(str(at), " ".join(WORDS[at % 5 : at % 7 + 3]), " ".join(WORDS[at % 3 :] * (at % 4))) for at in range(30)
]
HOMES = np.arange(30, dtype=np.uint64)[::-1] << np.uint64(32)


def prepared(lexicon, count):
    return StorySet.of(lexicon, np.arange(count) / 10, [""] * count, [""] * count, None)


def same(found, articles):
    """Whether candidates, features and weights are those of the texts of all, to the bit."""
    count = len(articles)
    one, other = prepared(found, count), prepared(Lexicon.build(articles), count)
    pairs = np.array([*combinations(range(count), 2)], np.int64).reshape(-1, 2).T.copy()
    assert np.array_equal(one.features(*pairs), other.features(*pairs))
    assert np.array_equal(one.lexicon.has_body, other.lexicon.has_body)
    assert all(np.array_equal(*some) for some in zip(one.blocked_pairs(), other.blocked_pairs(), strict=True))
    for name in ("title", "title_grams", "lead", "body", "numbers"):
        ours, theirs = getattr(one.lexicon, name), getattr(other.lexicon, name)
        assert np.array_equal(ours.masses, theirs.masses) and np.array_equal(ours.matrix.data, theirs.matrix.data)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=9), st.lists(st.sets(st.integers(0, 8)), max_size=5))
def test_whatever_was_asked_before(texts, requests):
    articles = [Article(str(at), *parts) for at, parts in enumerate(texts)]
    terms, read = KeptTerms(Boilerplate()), []

    def lexicon(rows):
        def give(places):
            read.extend(rows[places].tolist())
            return [articles[row] for row in rows[places].tolist()]

        return terms.lexicon(HOMES[rows], give)

    for request in [*requests, range(len(articles))]:
        rows = np.array([row for row in request if row < len(articles)], np.int64)
        same(lexicon(rows), [articles[row] for row in rows.tolist()])
    assert sorted(read) == list(range(len(articles)))  # each once


@pytest.mark.parametrize(("most", "at_once"), [(12, 5), (1000, 3)])
def test_what_is_not_asked_for_any_more_is_dropped(monkeypatch, most, at_once):
    monkeypatch.setattr(kept, "MOST", most)
    monkeypatch.setattr(kept, "_SPARE", 2)
    monkeypatch.setattr(kept, "_AT_ONCE", at_once)
    monkeypatch.setattr(kept, "_LATELY", 1)
    terms, chance, read = KeptTerms(Boilerplate()), np.random.default_rng(1), []
    for step in range(40):
        rows = chance.permutation(30)[: chance.integers(1, 11)]

        def give(places, rows=rows):
            read.append(len(places))
            return [ARTICLES[row] for row in rows[places].tolist()]

        same(terms.lexicon(HOMES[rows], give), [ARTICLES[row] for row in rows.tolist()])
        assert len(rows) <= len(terms._homes) <= min(most, 3 * len(rows) + 2)
        numbers, runs = terms._fields["title"]
        assert len(runs.bounds) == len(terms._homes) + 1 and (not step or len(numbers) <= 2 * len(WORDS))
    assert max(read) == at_once and sum(read) > 30
    for _ in range(2):  # what is missing comes on top the first time
        terms.lexicon(HOMES[:2], lambda places: [ARTICLES[place] for place in places])
    numbers, runs = terms._fields["title"]
    assert len(terms._homes) <= 6 and sorted(set(runs.first.tolist())) == list(range(len(numbers)))


def test_a_request_for_few_drops_none_that_were_asked_for_lately(monkeypatch):
    monkeypatch.setattr(kept, "_SPARE", 2)
    monkeypatch.setattr(kept, "_LATELY", 3)
    terms, sizes = KeptTerms(Boilerplate()), []
    for count in (20, 1, 1, 1, 20):
        terms.lexicon(HOMES[:count], lambda places: [ARTICLES[place] for place in places])
        sizes.append(len(terms._homes))
    assert sizes == [20, 20, 20, 1, 20]


def test_more_than_are_kept_are_read_at_once(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 20)
    terms, read = KeptTerms(Boilerplate()), []
    same(terms.lexicon(HOMES, lambda places: read.append(places) or ARTICLES), ARTICLES)
    assert [places.tolist() for places in read] == [list(range(30))] and not len(terms._homes)


def test_each_open_index_has_its_own_until_its_boilerplate_changes(tmp_path, events):
    lines = [replace(one, text=f"{one.text}\nFollow us for more of this", source="copier") for one in events]
    with NewsIndex.create(tmp_path / "a.sada", encoder="none") as index:
        index.add(lines)
        terms = kept_terms(index)
        assert kept_terms(index) is terms
        with NewsIndex.open(index.path) as other:
            assert kept_terms(other) is not terms
        assert index.boilerplate.learn().learned
        assert kept_terms(index) is not terms
