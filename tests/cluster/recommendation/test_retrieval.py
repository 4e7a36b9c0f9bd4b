"""Candidates: which are looked at, and that what is said of each pair is exact."""

from __future__ import annotations

import numpy as np
import pytest

from sada.cluster.recommendation.index_state import IndexState
from sada.cluster.recommendation.pipeline import seeds_of
from sada.cluster.recommendation.reading_history import reading_history, weights_of
from sada.cluster.recommendation.retrieval import STORY, retrieve
from sada.indexes import NewsIndex

NOBODY = np.zeros(0, np.int64)
READS = [["e0r0"], ["e1r1", "e1r2"], ["e5r3", "z0", "e5r0", "e4r1"], ["z3"]]


@pytest.fixture(params=["words", "none"])
def index(request, tmp_path, word_encoder, events):
    with NewsIndex.create(tmp_path / "i.sada", encoder=word_encoder if request.param == "words" else "none") as made:
        made.add(events)
        yield made


@pytest.fixture
def state(index):
    return IndexState.of(index, index.snapshot.view)


@pytest.mark.parametrize("depth", [1, 2, 4, 200])
def test_every_candidate_has_exact_evidence_from_the_seed_that_it_goes_with_best(index, state, depth, monkeypatch):
    monkeypatch.setattr("sada.cluster.recommendation.retrieval._LEAST_DEPTH", 1)
    histories = [reading_history(index.snapshot.columns, read) for read in READS]
    seeds = seeds_of(index, state, histories)
    found = retrieve(seeds, depth, None, NOBODY)
    every = np.arange(len(index))
    words = index.snapshot.word_search.search_and_score(seeds.articles, 1, [every] * len(seeds.rows))[2]
    for owner, read in enumerate(READS):
        own = np.flatnonzero(seeds.owners == owner)
        here = np.flatnonzero(found.owners == owner)
        assert [index.snapshot.columns.ids[row] for row in seeds.rows[own]] == read
        assert len(here)
        for at in here.tolist():
            row = int(found.rows[at])
            best = []
            for seed, weight in zip(own.tolist(), weights_of(len(own)).tolist(), strict=True):
                meaning = 0.0
                if index.snapshot.dimension:
                    cosine = float(index.snapshot.vectors[seeds.rows[seed]].astype(float) @ index.snapshot.vectors[row])
                    meaning = min(max((cosine - state.unrelated) / (1 - state.unrelated), 0), 1)
                story = STORY * (state.stories[row] == state.stories[seeds.rows[seed]])
                shared = float(words[seed][row])
                best.append((weight * (1 - (1 - story) * (1 - meaning) * (1 - shared)), seed, meaning, shared))
            relevance, seed, meaning, shared = max(best)
            assert found.relevance[at] == pytest.approx(relevance, abs=1e-5)
            assert found.seeds[at] == seed
            assert (found.meaning[at], found.words[at]) == pytest.approx((meaning, shared), abs=1e-5)


def test_candidates_are_the_nearest_by_each_way_and_the_latest_of_the_story(index, state):
    seeds = seeds_of(index, state, [reading_history(index.snapshot.columns, "e3r0")])
    found = {index.snapshot.columns.ids[row] for row in retrieve(seeds, 3, None, NOBODY).rows}
    row = seeds.rows[0]
    expected = {index.snapshot.columns.ids[row] for row in index.snapshot.word_search.search(seeds.articles, 3)[0][0]}
    expected |= {"e3c", "e3r4", "e3r3"}  # in order of publication the last of the five reports and the copy
    if index.snapshot.dimension:
        expected |= {
            index.snapshot.columns.ids[row]
            for row in index.snapshot.vector_search.search(index.snapshot.vectors[[row]], 3)[0][0]
        }
    assert found == expected


def test_a_mask_holds_for_all_but_what_is_always_a_candidate(index, state):
    mask = index.snapshot.columns.source_codes.among({"outlet2"})
    always = np.array(index.snapshot.columns.rows(["z1", "e0r0"]))
    seeds = seeds_of(
        index, state, [reading_history(index.snapshot.columns, "e3r0"), reading_history(index.snapshot.columns, "e4r0")]
    )
    found = retrieve(seeds, 60, mask, always)
    for owner in (0, 1):
        rows = found.rows[found.owners == owner]
        assert set(always.tolist()) <= set(rows.tolist())
        assert all(mask[row] or row in always for row in rows)
        assert len(rows) > 2


def test_a_search_that_found_all_there_is_says_so(index, state):
    seeds = seeds_of(index, state, [reading_history(index.snapshot.columns, read) for read in ("e0r0", "z1")])
    assert retrieve(seeds, 500, None, NOBODY).complete.tolist() == [True, True]
    shallow = retrieve(seeds, 3, None, NOBODY).complete.tolist()
    assert shallow == [
        False,
        not index.snapshot.dimension,
    ]  # by words nothing but itself is found for what stands alone


def test_unrelated_articles_are_those_of_different_stories(index, state):
    if not index.snapshot.dimension:
        assert state.unrelated == 0
        return
    vectors, stories = index.snapshot.vectors.astype(float), state.stories
    apart = stories[:, None] != stories
    cosines = (vectors @ vectors.T)[apart]
    assert state.unrelated == pytest.approx(cosines.sum() / (apart.sum() + 50))
    assert 0 < state.unrelated < 0.5
