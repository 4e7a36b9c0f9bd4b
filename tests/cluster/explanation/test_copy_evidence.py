"""Copies by the numbers, and the fewest shingles that change the verdict, against trying every number."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sada.cluster.explanation.copy_evidence import CopyEvidence
from sada.indexes.minhash.sketches import sketch
from sada.indexes.text.tokens import shingles

THRESHOLD, LOWEST, LEAST = 0.8, 0.5, 10
SIZES = st.integers(0, 60)


def verdict(shared, a, b):
    """Whether they are copies and whether one holds the other, by the definitions."""
    union, fewer = a + b - shared, min(a, b)
    is_copy = bool(union) and shared / union >= THRESHOLD
    return is_copy, fewer >= LEAST and shared / fewer >= THRESHOLD


def first(numbers, holds):
    return next((number for number in numbers if holds(number)), None)


@given(st.tuples(SIZES, SIZES, SIZES).map(sorted).flatmap(lambda three: st.permutations(three[1:]).map(
    lambda two: (three[0], *two))))  # fmt: skip
@example((0, 0, 0))
@example((4, 5, 4))
@example((8, 10, 10))
@example((8, 9, 9))
@example((60, 60, 60))
def test_the_changes_are_the_fewest_that_change_the_verdict(counts):
    shared, a, b = counts
    evidence = CopyEvidence(shared, a, b)
    is_copy, is_held = verdict(shared, a, b)
    assert (evidence.is_copy, evidence.is_contained) == (is_copy, is_held)
    told = evidence.to_dict("one", "two")["would_change"]
    numbers = {sentence: [float(number) for number in re.findall(r"\d+(?:\.\d+)?", sentence)] for sentence in told}
    smaller, larger = ("one", "two") if a <= b else ("two", "one")
    union, rest = a + b - shared, min(a, b) - shared
    expected = []
    if is_copy:
        spare = first(range(shared + 1), lambda n: not verdict(shared - n, a, b)[0])
        expected.append(("would have to differ for them to be no copies", [spare]))
        expected.append(("copies up to --threshold", [max(n for n in range(101) if shared / union >= n / 100) / 100]))
    elif union and shared / union >= LOWEST:
        missing = first(range(rest + 1), lambda n: verdict(shared + n, a, b)[0])
        if missing is not None:
            expected.append(("in both would make them copies", [missing]))
        expected.append(("With --threshold", [max(n for n in range(101) if shared / union >= n / 100) / 100]))
    if is_held and not is_copy:
        spare = first(range(shared + 1), lambda n: not verdict(shared - n, a, b)[1])
        cut = first(range(union), lambda n: verdict(shared, min(a, b), max(a, b) - n)[0])
        expected.append((f"of {smaller} would have to differ for {larger} not to hold it", [spare]))
        expected.append((f"shingles that {larger} alone has they would be copies", [cut, max(a, b) - shared]))
    elif not is_copy and min(a, b) >= LEAST and shared / min(a, b) >= LOWEST:
        missing = first(range(rest + 1), lambda n: verdict(shared + n, a, b)[1])
        expected.append((f"of {smaller} in it {larger} would hold {smaller}", [missing]))
    assert len(told) == len(expected)
    for sentence, (words, values) in zip(told, expected, strict=True):
        assert words in sentence and numbers[sentence] == values


def test_it_is_counted_of_the_shingles(prose):
    one = prose.text(80)
    for other in (prose.edited(one, 3), one, prose.text(50), f"{prose.text(30)} {one}", "", "a b"):
        left, right = set(shingles(one)), set(shingles(other))
        found = CopyEvidence.of(sketch([one, other]))
        assert (found.shared, found.of_a, found.of_b) == (len(left & right), len(left), len(right))
        row = found.to_dict("a", "b")
        assert row["a_in_b"] == pytest.approx(len(left & right) / len(left), abs=1e-4)
        assert row["b_in_a"] == pytest.approx(len(left & right) / max(len(right), 1), abs=1e-4)
        assert row["jaccard"] == pytest.approx(len(left & right) / len(left | right), abs=1e-4)
        assert row["containment"] == max(row["a_in_b"], row["b_in_a"])


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (
            (160, 180, 180),
            [
                "1 more shingle would have to differ for them to be no copies.",
                "They are copies up to --threshold 0.80.",
            ],
        ),
        (
            (75, 100, 90),
            [
                "10 more shingles in both would make them copies.",
                "With --threshold 0.65 they would be copies.",
                "4 more shingles of b would have to differ for a not to hold it.",
                "Without 22 of the 25 shingles that a alone has they would be copies.",
            ],
        ),
        ((60, 2000, 100), ["With 20 more shingles of b in it a would hold b."]),
        ((3, 2000, 3), []),
        ((0, 100, 100), []),
    ],
)
def test_what_would_change_in_sentences(counts, told):
    assert CopyEvidence(*counts).to_dict("a", "b")["would_change"] == told
