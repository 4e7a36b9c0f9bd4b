"""Stages made perfect, on a small set whose answers can be counted."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from story_stages import Scored, row_of, stages

from sada.cluster.evaluation.metrics import b_cubed
from sada.cluster.scoring.pair_scorer import StorySet
from sada.indexes.article import Article


@pytest.fixture
def one() -> Scored:
    titles = ["Ferry hits pier in fog", "Ferry hits pier", "Ferry strikes harbour wall", "Snow in the hills"]
    prepared = StorySet.build([Article(str(at), title, language="en") for at, title in enumerate(titles)])
    pairs = np.array([[0, 0, 1], [1, 3, 3]])
    return Scored(prepared, np.array([0, 0, 0, 1]), *pairs, np.array([0.2, 0.9, 0.1]))


def test_the_truth_takes_the_place_of_the_pairs_it_is_told_of(one):
    assert one.same.tolist() == [True, False, False]
    assert one.told(one.same).probability.tolist() == [1.0, 0.9, 0.1]
    assert one.told(~one.same).probability.tolist() == [0.2, 0.0, 0.0]


def test_all_true_pairs_are_among_the_candidates(one):
    whole = one.complete()
    assert list(zip(whole.left.tolist(), whole.right.tolist(), strict=True)) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3)]


def test_each_stage_gives_stories(one):
    found = dict(stages(one))
    assert found["scorer: all candidates"] == [0, 0, 1, 2]
    assert "scorer: pairs of two languages" not in found


def test_articles_of_all_sizes_together_are_all_articles(one):
    found, truth = [0, 0, 1, 1], one.events.tolist()
    row = row_of("set", "stage", found, truth)
    assert row["B-Cubed F1"] == round(b_cubed(found, truth).f1, 3)
    assert row["events of 1"] == pytest.approx(2 / 3, abs=1e-3)  # half precise, whole
    assert row["events of 2 to 3"] == pytest.approx(2 * (5 / 6) * (5 / 9) / (5 / 6 + 5 / 9), abs=1e-3)
    assert row["events of 10 and more"] == ""
