"""Frames against a count by hand: shares of weight, leads, stories and days."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sada.cluster.routine import frames as frames_of
from sada.cluster.routine.frames import Frames
from sada.indexes.minhash.sketches import ShingleSets, sketch

LEAST_LEAD, FORMULAIC, LEAST = 0.05, 0.1, 3


def by_hand(
    texts: list[str], leads: list[str], stories: list[int], days: list[int], *, own: bool
) -> dict[int, dict[int, float]]:
    """For each candidate and day the largest share that an article of another story has, or of its own."""
    sets = [set(sketch([text]).shingles.tolist()) for text in texts]
    of_lead = [set(sketch([lead]).shingles.tolist()) for lead in leads]
    count = max(stories) + 1
    having = {one: [row for row, shingles in enumerate(sets) if one in shingles] for one in set().union(*sets)}
    weight = {one: math.log(count / len({stories[row] for row in rows})) for one, rows in having.items()}

    def total(shingles: set[int]) -> float:
        return sum(weight.get(one, 0.0) for one in sorted(shingles))

    def is_formulaic(one: int, row: int) -> bool:
        return len({days[other] for other in having[one]} - {days[row]}) >= LEAST

    whole = [total(shingles) for shingles in sets]
    formulaic = [total({one for one in sets[row] if is_formulaic(one, row)}) for row in range(len(texts))]
    rows = [row for row in range(len(texts)) if formulaic[row] >= max(FORMULAIC * whole[row], 1e-300)]
    found: dict[int, dict[int, float]] = {row: {} for row in rows}
    for row in rows:
        for other in rows:
            if (stories[other] == stories[row]) != own or days[other] == days[row]:
                continue
            share = total(sets[row] & sets[other]) / whole[row]
            lead = total(of_lead[row] & of_lead[other]) / max(total(of_lead[row]), 1e-9)
            if lead >= LEAST_LEAD:
                found[row][days[other]] = max(share, found[row].get(days[other], 0.0))
    return found


def compare(texts: list[str], leads: list[str], stories: list[int], days: list[int]) -> Frames:
    found = Frames.of(
        sketch(texts), lambda rows: [leads[row] for row in rows.tolist()], np.array(stories), np.array(days)
    )
    for own, shares in ((False, found.shares), (True, found.own)):
        expected = by_hand(texts, leads, stories, days, own=own)
        assert found.rows.tolist() == list(expected)
        for row, counted in zip(found.rows.tolist(), shares, strict=True):
            wanted = [expected[row].get(day, 0.0) for day in range(len(counted))]
            np.testing.assert_allclose(counted, wanted, atol=1e-5)
    return found


@st.composite
def collections(draw: st.DrawFn) -> tuple[list[str], list[str], list[int], list[int]]:
    """Texts of a few phrases in any order, so that many days have a shingle and some do not."""
    phrases = [f"a{phrase} b{phrase} c{phrase} d{phrase}" for phrase in range(6)]
    count = draw(st.integers(1, 14))
    texts, leads = [], []
    for number in range(count):
        order = draw(st.lists(st.sampled_from(phrases), min_size=1, max_size=4, unique=True))
        texts.append(" . ".join([*order, f"own{number} words{number} here{number}"]))
        leads.append(order[0])
    days = [draw(st.integers(0, 6)) for _ in range(count)]
    return texts, leads, [draw(st.integers(0, 8)) for _ in range(count)], days


@given(collections())
def test_shares_are_those_counted_by_hand(collection: tuple[list[str], list[str], list[int], list[int]]) -> None:
    compare(*collection)


def test_the_frame_of_a_series_is_found_and_its_sibling_of_each_day() -> None:
    texts = [f"rain will fall over the {name} valley and the hills of {name} today" for name in "abcdef"]
    texts += [f"x{number} y{number} z{number}" for number in range(6)]
    found = compare(texts, texts, list(range(12)), [0, 1, 2, 3, 4, 5] * 2)
    assert found.rows.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.siblings[0].tolist() == [-1, 1, 2, 3, 4, 5]


def test_three_other_days_make_a_shingle_formulaic() -> None:
    frame = "rain will fall over the northern hills"
    texts = [f"{frame} {name}" for name in "abcd"] + [f"x{number} y{number} z{number}" for number in range(4)]
    assert len(compare(texts, texts, [0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3] * 2).rows) == 4
    assert len(compare(texts, texts, [0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 2] * 2).rows) == 0
    assert len(compare(texts, texts, [0, 1, 1, 1, 4, 5, 6, 7], [0, 1, 2, 3] * 2).rows) == 4


def test_shares_of_the_own_story_are_told_apart() -> None:
    texts = [f"rain will fall over the northern hills {name}" for name in "abcd"]
    texts += [f"x{number} y{number} z{number}" for number in range(4)]
    found = compare(texts, texts, [0, 0, 0, 1, 4, 5, 6, 7], [0, 1, 2, 3] * 2)
    assert (found.shares[0] > 0).tolist() == [False, False, False, True]
    assert (found.own[0] > 0).tolist() == [False, True, True, False]
    assert found.siblings[0].tolist() == [-1, -1, -1, 3]


def test_equal_words_at_the_end_alone_are_background_and_no_frame() -> None:
    background = "the war in the north began four years ago when troops crossed the river at dawn"
    texts = [f"one{day} two{day} three{day} four{day} five{day} {background}" for day in range(6)]
    texts += [f"x{number} y{number} z{number}" for number in range(6)]
    leads = [" ".join(text.split()[:5]) for text in texts]
    assert not compare(texts, leads, list(range(12)), [0, 1, 2, 3, 4, 5] * 2).shares.any()


def test_long_lists_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"rain will fall over the northern hills {name}" for name in "abcdef"]
    texts += [f"x{number} y{number} z{number}" for number in range(6)]
    collection = (sketch(texts), lambda rows: [texts[row] for row in rows.tolist()], np.arange(12), np.arange(12))
    assert Frames.of(*collection).shares.any()
    monkeypatch.setattr(frames_of, "_MOST", 5)
    assert not Frames.of(*collection).shares.any()


@pytest.mark.parametrize("texts", [[], [""], ["", "one two three"]])
def test_without_formulas_there_are_no_candidates(texts: list[str]) -> None:
    count = np.arange(len(texts))
    sets: ShingleSets = sketch(texts)
    assert len(Frames.of(sets, lambda rows: [texts[row] for row in rows.tolist()], count, count).rows) == 0
