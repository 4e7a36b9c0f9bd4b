"""What stories are measured with, against counting by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from story_sets import cosines_of_all_pairs


def test_the_cosines_of_all_pairs_are_those_of_every_pair():
    vectors = np.random.default_rng(1).normal(size=(40, 5)) + 0.5
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = (vectors @ vectors.T)[np.triu_indices(40, 1)]
    mean, deviation = cosines_of_all_pairs(np.concatenate([vectors, np.zeros((3, 5))]).astype(np.float32))
    assert mean == pytest.approx(cosines.mean(), abs=1e-6)
    assert deviation == pytest.approx(cosines.std(), abs=1e-6)
