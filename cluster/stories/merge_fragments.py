"""Merge fragments of one event that the cut of the pair graph left apart.

An article is scored against its nearest neighbours only, and in the cut a pair that was not scored counts as unrelated.
Most pairs of a large event, reported in many ways and languages, are not scored. So for two fragments that a scored
pair joins, all pairs of their most central articles are scored. A logistic model estimates the probability that the two
are one event, and the graph of fragments is cut by the constant Potts model, until nothing changes. Two fragments of
full texts in one language are never merged: their articles were compared already, and events of one day are similar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sada.cluster.scoring import pair_scorer
from sada.cluster.scoring.blocking import WINDOW_DAYS
from sada.cluster.scoring.pair_scorer import MEANINGS, StorySet
from sada.cluster.stories.labels import strengths
from sada.cluster.stories.potts import by_first_row, partition
from sada.indexes.minhash.lsh import code_pairs, split_pairs
from sada.indexes.ragged import bounds_of, unique, unrolled

FEATURES = ("odds", "strongest", "meaning", "gap", "two_languages", "size", "odds_of_sizes")
"""Features of two fragments, over all pairs of their central articles: log-odds of the mean probability; the largest
probability; mean closeness in meaning (the sum of two encoders); ln(1 + days between their mean times); share of pairs
in two languages; ln of the larger size; the first feature times ln of the smaller size."""
CENTRAL = 20
"""Central articles of a fragment at most."""
ROUNDS = 8
"""Rounds of merging at most; after four there is mostly no change."""
_WEAKEST = 0.05
_UNSURE = 1e-3
_AT_ONCE = 1 << 18
_MEANINGS = [list(pair_scorer.FEATURES).index(name) for name in MEANINGS]


@dataclass(frozen=True, slots=True)
class Fragments:
    """A cut of n rows of a prepared set into fragments.

    Attributes:
        rows: int64 (n,), rows of the set.
        numbers: int64 (n,), the fragment of each: 0 to fragments - 1.
        order: int64 (n,), positions in ``rows`` by fragment, the most central first.
        sizes: int64 (fragments,), articles of each fragment.
    """

    rows: np.ndarray
    numbers: np.ndarray
    order: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(
        cls, rows: np.ndarray, numbers: np.ndarray, left: np.ndarray, right: np.ndarray, probability: np.ndarray
    ) -> Fragments:
        """Build the fragments; a row is central if its scored pairs inside the fragment are probable."""
        inside = numbers[left] == numbers[right]
        strength = strengths(left[inside], right[inside], probability[inside], len(rows))
        return cls(rows, numbers, np.lexsort((-strength, numbers)), np.bincount(numbers))

    def members(self, fragments: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return the rows at some places of fragments, 0 for the most central row."""
        return self.rows[self.order[bounds_of(self.sizes)[fragments] + places]]


def join_fragments(
    prepared: StorySet,
    rows: np.ndarray,
    numbers: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    probability: np.ndarray,
) -> np.ndarray:
    """Merge fragments: return a coarser cut (int64 (n,)), numbered in order of first row.

    Args:
        prepared: the set.
        rows: int64 (n,), rows of the set.
        numbers: int64 (n,), the fragment of each row.
        left: int64 (m,), the first row of each scored pair, as a position in ``rows``.
        right: int64 (m,), the second.
        probability: float64 (m,), of each pair.
    """
    resolution = prepared.weights["resolution"]["fragments"]
    return put_together(prepared, rows, numbers, left, right, probability, prepared.weights["fragments"], resolution)


def put_together(
    prepared: StorySet,
    rows: np.ndarray,
    numbers: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    probability: np.ndarray,
    weights: Mapping[str, float],
    resolution: float,
) -> np.ndarray:
    """:func:`join_fragments` with a model and a resolution that are given."""
    _, numbers = np.unique(numbers, return_inverse=True)
    state, known = np.arange(numbers.max(initial=-1) + 1), _Known()  # the identity of a fragment changes when it grows
    for _ in range(ROUNDS):
        fragments = Fragments.of(rows, numbers, left, right, probability)
        one, other = neighbours(prepared, fragments, left, right, probability)
        codes = state[one] << 32 | state[other]
        chance, new = known.of(codes)
        chance[new] = likely(measures(prepared, fragments, one[new], other[new]), weights)
        known.keep(codes, chance)
        whole = partition(len(state), one, other, chance, np.full(len(state), resolution))
        if whole.max(initial=-1) + 1 == len(state):
            break
        numbers, grown = whole[numbers], np.bincount(whole) > 1
        _, first = np.unique(whole, return_index=True)
        state = np.where(grown, state.max() + 1 + np.arange(len(grown)), state[first])
    return by_first_row(numbers)


class _Known:
    """The probabilities of the round before, so that only pairs with a changed fragment are scored again."""

    def __init__(self) -> None:
        self.keep(np.zeros(0, np.int64), np.zeros(0))

    def of(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the kept probability of each code (float64 (m,), NaN if none), and the positions without one."""
        at = np.searchsorted(self._codes, codes)
        found = np.where(self._codes[at] == codes, self._chances[at], np.nan)
        return found, np.flatnonzero(np.isnan(found))

    def keep(self, codes: np.ndarray, chances: np.ndarray) -> None:
        """Replace what is kept."""
        order = np.argsort(codes)
        self._codes = np.append(codes[order], np.iinfo(np.int64).max)
        self._chances = np.append(chances[order], np.nan)


def likely(features: np.ndarray, weights: Mapping[str, float]) -> np.ndarray:
    """Apply the logistic model to features (m, features): float64 (m,)."""
    values = np.array([weights[name] for name in FEATURES])
    return 1 / (1 + np.exp(-(features @ values + weights["bias"])))


def neighbours(
    prepared: StorySet, fragments: Fragments, left: np.ndarray, right: np.ndarray, probability: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of fragments (int64 (m,) each, first < second) that a scored pair joins and that may merge."""
    some = probability >= _WEAKEST
    one, other = fragments.numbers[left[some]], fragments.numbers[right[some]]
    one, other = split_pairs(unique(code_pairs(one, other)[one != other]))
    has_body = prepared.lexicon.has_body[fragments.rows]
    texts = np.bincount(fragments.numbers, has_body) > fragments.sizes / 2
    language = prepared.languages[fragments.members(np.arange(len(texts)), np.zeros(len(texts), np.int64))]
    compared = texts[one] & texts[other] & (language[one] == language[other])
    return one[~compared], other[~compared]


def measures(prepared: StorySet, fragments: Fragments, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Compute the features of pairs of fragments: float64 (m, features), in the order of ``FEATURES``."""
    parts = [np.zeros((0, 4))]
    parts += [_over_pairs(prepared, fragments, one[part], other[part]) for part in _parts(fragments, one, other)]
    mean, strongest, meaning, two_languages = np.concatenate(parts).T
    odds = np.log((mean + _UNSURE) / (1 - mean + _UNSURE))
    times = prepared.times[fragments.rows]
    dated = np.bincount(fragments.numbers, ~np.isnan(times))
    mean_time = np.bincount(fragments.numbers, np.nan_to_num(times)) / np.where(dated > 0, dated, np.nan)
    gap = np.nan_to_num(np.abs(mean_time[one] - mean_time[other]))
    sizes = np.sort(np.stack([fragments.sizes[one], fragments.sizes[other]]), axis=0)
    columns = [odds, strongest, meaning, np.log1p(gap), two_languages, np.log(sizes[1]), odds * np.log(sizes[0])]
    return np.stack(columns, axis=1)


def _parts(fragments: Fragments, one: np.ndarray, other: np.ndarray) -> Iterator[slice]:
    """Cut the pairs of fragments into slices with some hundred thousand pairs of articles each."""
    central = np.minimum(fragments.sizes, CENTRAL)
    group = np.cumsum(central[one] * central[other]) // _AT_ONCE
    edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(one)]
    return (slice(start, stop) for start, stop in pairwise(edges) if stop > start)


def _over_pairs(prepared: StorySet, fragments: Fragments, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return mean and largest probability, mean closeness, and share in two languages: float64 (m, 4)."""
    central = np.minimum(fragments.sizes, CENTRAL)
    counts = central[one] * central[other]
    owner, place = unrolled(np.zeros_like(counts), counts)
    across = central[other][owner]
    left = fragments.members(one[owner], place // across)
    right = fragments.members(other[owner], place % across)
    features = prepared.features(left, right)
    probability = prepared.of_features(left, right, features)
    probability[np.abs(prepared.times[left] - prepared.times[right]) > WINDOW_DAYS] = 0
    greatest = np.maximum.reduceat(probability, bounds_of(counts)[:-1])
    two = prepared.in_two_languages(left, right)
    sums = [np.bincount(owner, values) / counts for values in (probability, features[:, _MEANINGS].sum(axis=1), two)]
    return np.stack([sums[0], greatest, sums[1], sums[2]], axis=1)
