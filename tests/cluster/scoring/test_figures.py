"""Numbers in their context against dictionaries of sets."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sada.cluster.scoring.figures import Figures
from sada.cluster.scoring.rarity import inverse_frequencies
from sada.indexes.text.terms import words

TOKENS = ["dead", "hurt", "in", "march", "5", "50", "3", "4"]
TEXTS = st.lists(st.sampled_from(TOKENS), max_size=9).map(" ".join)


def in_context(texts) -> dict[tuple[str, str], set[str]]:
    """The numbers of each word that one stands before or after."""
    found: dict[tuple[str, str], set[str]] = {}
    for text in texts:
        row = text.split()
        for first, second in pairwise(row):
            if first.isdigit() and not second.isdigit():
                found.setdefault((second, "after"), set()).add(first)
            if second.isdigit() and not first.isdigit():
                found.setdefault((first, "before"), set()).add(second)
    return found


def figures_of(*articles) -> Figures:
    parts = [words(list(texts)) for texts in zip(*articles, strict=True)]
    return Figures.build(parts, len(articles))


@settings(max_examples=150)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
@example([("3 march", "5 dead 4 dead"), ("4 march 3 march", "dead 5")])
def test_what_is_compared_is_what_dictionaries_hold(articles):
    figures, rows = figures_of(*articles), [in_context(one) for one in articles]
    left, right = map(np.ravel, np.meshgrid(np.arange(len(rows)), np.arange(len(rows))))
    same, other = figures.compare(left, right)
    for place, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        sums = [0.0, 0.0]
        for context in rows[a].keys() & rows[b].keys():
            frequency = sum(context in row for row in rows)
            differs = rows[a][context].isdisjoint(rows[b][context])
            sums[differs] += float(inverse_frequencies(np.array([frequency]), len(rows))[0])
        assert [same[place], other[place]] == pytest.approx(sums, abs=1e-5)


def test_a_number_beside_a_number_or_at_the_edge_of_title_and_text_is_no_context():
    figures = figures_of(("5 50", ""), ("dead", "5"))
    assert len(figures.contexts) == 0
    assert figures.bounds.tolist() == [0, 0, 0]
    assert figures_of(("", "")).compare(np.array([0]), np.array([0]))[0].tolist() == [0.0]


def test_digits_of_any_script_are_the_same_number():
    figures = figures_of(("5 قتلى", ""), ("٥ قتلى", ""), ("50 قتلى", ""))
    same, other = figures.compare(np.array([0, 0]), np.array([1, 2]))
    assert same[0] > 0 == other[0]
    assert same[1] == 0 < other[1]
