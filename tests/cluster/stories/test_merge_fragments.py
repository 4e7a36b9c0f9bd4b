"""Fragments of one event put together: what is measured of them, and who may be joined."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import pytest

from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.scoring.weights import load_weights
from sada.cluster.stories import merge_fragments
from sada.cluster.stories.merge_fragments import FEATURES, Fragments, join_fragments, likely, measures, neighbours
from sada.indexes.article import Article

START = datetime(2021, 7, 24, tzinfo=UTC)
WORDS = [
    "storm",
    "lisbon",
    "harbour",
    "mayor",
    "ferry",
    "flood",
    "school",
    "bridge",
    "rescue",
    "boats",
    "night",
    "vote",
]
Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]


def headlines(count: int = 24, seed: int = 0) -> list[Article]:
    """Titles that share some words, hours apart, every third in another language, every seventh undated."""
    random = np.random.default_rng(seed)
    return [
        Article(
            f"a{row}",
            title=" ".join(random.choice(WORDS, 4, replace=False)),
            language="pt" if row % 3 == 0 else "en",
            published=None if row % 7 == 0 else START + timedelta(hours=float(random.uniform(0, 200))),
        )
        for row in range(count)
    ]


def every_pair(prepared: StorySet) -> Pairs:
    left, right = np.triu_indices(len(prepared), 1)
    return left, right, prepared.probability(left, right)


def embedded(articles: list[Article]) -> StorySet:
    vectors = np.random.default_rng(1).normal(size=(len(articles), 384)).astype(np.float32)
    return StorySet.build(articles, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), "e5")


@pytest.mark.parametrize("central", [2, 40])
def test_what_is_measured_by_brute_force(monkeypatch: pytest.MonkeyPatch, central: int) -> None:
    monkeypatch.setattr(merge_fragments, "CENTRAL", central)
    monkeypatch.setattr(merge_fragments, "_AT_ONCE", 20)
    prepared = embedded(headlines())
    left, right, probability = every_pair(prepared)
    numbers = np.random.default_rng(2).integers(0, 5, len(prepared))
    found = Fragments.of(np.arange(len(prepared)), numbers, left, right, probability)
    one, other = np.array(list(product(range(5), range(5))))[[1, 4, 8, 14, 19]].T
    rows = measures(prepared, found, one, other)
    table = np.zeros((len(prepared), len(prepared)))
    table[left, right] = table[right, left] = probability
    for (a, b), row in zip(zip(one, other, strict=True), rows, strict=True):
        strength = np.where(numbers[:, None] == numbers, table, 0).sum(axis=1)
        sides = [np.flatnonzero(numbers == part) for part in (a, b)]
        looked_at = [side[np.argsort(-strength[side], kind="stable")][:central] for side in sides]
        pairs = list(product(*looked_at))
        near = [0 if abs(prepared.times[x] - prepared.times[y]) > 4 else table[x, y] for x, y in pairs]
        odds = np.log((np.mean(near) + 1e-3) / (1 - np.mean(near) + 1e-3))
        meaning = np.mean([prepared.meaning.closeness(np.array([x]), np.array([y])).sum() for x, y in pairs])
        gap = abs(np.subtract(*(np.nanmean(prepared.times[side]) for side in sides)))
        two = np.mean([prepared.languages[x] != prepared.languages[y] for x, y in pairs])
        smaller, larger = sorted(map(len, sides))
        want = [odds, max(near), meaning, np.log1p(gap), two, np.log(larger), odds * np.log(smaller)]
        assert row == pytest.approx(want, abs=1e-6)


def test_without_dates_no_time_lies_between() -> None:
    articles = [Article(f"a{row}", title="Storm in Lisbon") for row in range(4)]
    prepared = StorySet.build(articles)
    found = Fragments.of(np.arange(4), np.array([0, 0, 1, 1]), *every_pair(prepared))
    assert measures(prepared, found, np.array([0]), np.array([1]))[0, FEATURES.index("gap")] == 0


def test_those_that_a_scored_pair_joins_are_neighbours() -> None:
    prepared = StorySet.build(headlines(8))
    numbers = np.arange(8) // 2
    left, right = np.array([0, 1, 2, 0, 5]), np.array([1, 3, 4, 2, 7])
    probability = np.array(
        [0.9, 0.05, 0.049, 0.6, 0.2]
    )  # in one, joins 0 and 1, too weak, joins 0 and 1, joins 2 and 3
    found = Fragments.of(np.arange(8), numbers, left, right, probability)
    assert np.stack(neighbours(prepared, found, left, right, probability)).tolist() == [[0, 2], [1, 3]]


def test_full_texts_in_one_language_are_not_put_together() -> None:
    texts = {"en": "the council met by night and spoke of boats and bridges for an hour or two more", "pt": "o " * 20}
    kinds = [("en", True), ("en", True), ("en", False), ("pt", True), ("", True), ("", True)]
    articles = [
        Article(
            f"{kind}{copy}", title="Storm", text=texts.get(language, texts["en"]) if full else "", language=language
        )
        for kind, (language, full) in enumerate(kinds)
        for copy in range(2)
    ]
    prepared = StorySet.build(articles)
    left, right, _ = every_pair(prepared)
    sure = np.ones(len(left))
    found = Fragments.of(np.arange(12), np.arange(12) // 2, left, right, sure)
    joined = set(zip(*(side.tolist() for side in neighbours(prepared, found, left, right, sure)), strict=True))
    assert set(zip(*np.triu_indices(6, 1), strict=True)) - joined == {(0, 1), (4, 5)}


def test_more_of_one_event_is_more_likely_one_event() -> None:
    for weights in (one["fragments"] for one in load_weights()["encoders"].values()):
        assert set(weights) == {"bias", *FEATURES}
        assert weights["odds"] >= 0 <= weights["strongest"] and weights["meaning"] >= 0 >= weights["gap"]
        values = np.random.default_rng(0).normal(size=(20, len(FEATURES)))
        odds = values @ [weights[name] for name in FEATURES] + weights["bias"]
        assert likely(values, weights) == pytest.approx(1 / (1 + np.exp(-odds)))


def test_fragments_of_one_event_are_joined_and_others_stay() -> None:
    """One event told in two wordings and another one; only the first of each wording was compared with the others."""
    told = ["Storm floods Lisbon harbour", "Lisbon harbour flooded by storm", "Mayor of Porto wins election"]
    articles = [
        Article(f"{kind}-{copy}", title=f"{title} {copy}", language="en", published=START + timedelta(hours=copy))
        for kind, title in enumerate(told)
        for copy in range(6)
    ]
    prepared, numbers = StorySet.build(articles), np.arange(18) // 6
    left, right, probability = every_pair(prepared)
    scored = (numbers[left] == numbers[right]) | (left % 6 + right % 6 == 0)
    joined = join_fragments(prepared, np.arange(18), numbers, left[scored], right[scored], probability[scored])
    assert joined.tolist() == [0] * 12 + [1] * 6


def test_numbers_and_order_of_pairs_do_not_matter() -> None:
    prepared = embedded(headlines(40, seed=3))
    left, right, probability = every_pair(prepared)
    numbers = np.unique(np.random.default_rng(4).integers(0, 15, 40), return_inverse=True)[1]
    joined = join_fragments(prepared, np.arange(40), numbers, left, right, probability)
    turned = np.random.default_rng(5).permutation(len(left))
    again = join_fragments(prepared, np.arange(40), numbers, right[turned], left[turned], probability[turned])
    assert (joined == again).all()
