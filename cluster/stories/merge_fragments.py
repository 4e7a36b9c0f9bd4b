"""Put together again what the cut of the pair graph left apart: the fragments of a large event.

An article is scored against its nearest ones only, and in the cut a pair that was never scored counts as unrelated; of
an event told in a hundred ways, in many languages, most pairs are of that kind. So fragments that some scored pair
joins are looked at as wholes: all pairs of their most central articles are scored, a logistic model says how likely the
two are one event, and they are cut again, as rows were before, until nothing moves. Two fragments of full texts in one
language are never put together: what their articles say has been compared already, and events of one day look alike.
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
from sada.indexes.ragged import bounds_of, unrolled

FEATURES = ("odds", "strongest", "meaning", "gap", "two_languages", "size", "odds_of_sizes")
"""Of two fragments, over all pairs of central articles: the log-odds of the mean probability; the greatest probability;
the mean closeness in meaning (of two encoders the sum); ln(1 + days between their mean times); the share in two
languages; ln of the larger size; the first times ln of the smaller size."""
CENTRAL = 20
"""Articles of a fragment that are looked at."""
ROUNDS = 8
"""How often fragments are put together at most; mostly nothing moves any more after four."""
_WEAKEST = 0.05
_UNSURE = 1e-3
_AT_ONCE = 1 << 18
_MEANINGS = [list(pair_scorer.FEATURES).index(name) for name in MEANINGS]


@dataclass(frozen=True, slots=True)
class Fragments:
    """A cut of some rows of a set.

    Attributes:
        rows: int64 (n,), rows of the set.
        numbers: int64 (n,), the fragment of each: 0 to fragments - 1.
        order: int64 (n,), places in ``rows`` by fragment, the most central first.
        sizes: int64 (fragments,).
    """

    rows: np.ndarray
    numbers: np.ndarray
    order: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(
        cls, rows: np.ndarray, numbers: np.ndarray, left: np.ndarray, right: np.ndarray, probability: np.ndarray
    ) -> Fragments:
        """By scored pairs of places in ``rows``: central is what is strongly linked inside."""
        inside = numbers[left] == numbers[right]
        strength = strengths(left[inside], right[inside], probability[inside], len(rows))
        return cls(rows, numbers, np.lexsort((-strength, numbers)), np.bincount(numbers))

    def members(self, fragments: np.ndarray, places: np.ndarray) -> np.ndarray:
        """The rows at places of fragments, 0 for the most central."""
        return self.rows[self.order[bounds_of(self.sizes)[fragments] + places]]


def join_fragments(
    prepared: StorySet,
    rows: np.ndarray,
    numbers: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    probability: np.ndarray,
) -> np.ndarray:
    """A coarser cut (int64 (n,), numbered in order of first row), a function of the set and the cut alone.

    Args:
        prepared: the set.
        rows: int64 (n,), rows of it.
        numbers: int64 (n,), their cut.
        left: int64 (m,), one of each scored pair of places in ``rows``.
        right: int64 (m,), the other.
        probability: float64 (m,), of each.
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
    state, known = np.arange(numbers.max(initial=-1) + 1), _Known()  # a fragment that grew is another one
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
    """What was said of pairs in the round before, so that only those of which one grew are looked at again."""

    def __init__(self) -> None:
        self.keep(np.zeros(0, np.int64), np.zeros(0))

    def of(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """float64 (m,), what is kept of each pair's code, and the places (int64) of those of which nothing is."""
        at = np.searchsorted(self._codes, codes)
        found = np.where(self._codes[at] == codes, self._chances[at], np.nan)
        return found, np.flatnonzero(np.isnan(found))

    def keep(self, codes: np.ndarray, chances: np.ndarray) -> None:
        """Keep these, and nothing else."""
        order = np.argsort(codes)
        self._codes = np.append(codes[order], np.iinfo(np.int64).max)
        self._chances = np.append(chances[order], np.nan)


def likely(features: np.ndarray, weights: Mapping[str, float]) -> np.ndarray:
    """float64 (m,): the logistic model of (m, features)."""
    values = np.array([weights[name] for name in FEATURES])
    return 1 / (1 + np.exp(-(features @ values + weights["bias"])))


def neighbours(
    prepared: StorySet, fragments: Fragments, left: np.ndarray, right: np.ndarray, probability: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of fragments (int64 (m,) each, the first less) that a scored pair joins and that may be put together."""
    some = probability >= _WEAKEST
    one, other = fragments.numbers[left[some]], fragments.numbers[right[some]]
    one, other = split_pairs(np.unique(code_pairs(one, other)[one != other]))
    has_body = prepared.lexicon.has_body[fragments.rows]
    texts = np.bincount(fragments.numbers, has_body) > fragments.sizes / 2
    language = prepared.languages[fragments.members(np.arange(len(texts)), np.zeros(len(texts), np.int64))]
    compared = texts[one] & texts[other] & (language[one] == language[other])
    return one[~compared], other[~compared]


def measures(prepared: StorySet, fragments: Fragments, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """float64 (m, features), a column for each of ``FEATURES``."""
    parts = [np.zeros((0, 4))]
    parts += [_over_pairs(prepared, fragments, one[part], other[part]) for part in _parts(fragments, one, other)]
    mean, strongest, meaning, two_languages = np.concatenate(parts).T
    odds = np.log((mean + _UNSURE) / (1 - mean + _UNSURE))
    times = prepared.times[fragments.rows]
    dated = np.bincount(fragments.numbers, ~np.isnan(times))
    middle = np.bincount(fragments.numbers, np.nan_to_num(times)) / np.where(dated > 0, dated, np.nan)
    gap = np.nan_to_num(np.abs(middle[one] - middle[other]))
    sizes = np.sort(np.stack([fragments.sizes[one], fragments.sizes[other]]), axis=0)
    columns = [odds, strongest, meaning, np.log1p(gap), two_languages, np.log(sizes[1]), odds * np.log(sizes[0])]
    return np.stack(columns, axis=1)


def _parts(fragments: Fragments, one: np.ndarray, other: np.ndarray) -> Iterator[slice]:
    """Spans of pairs of fragments that have some hundred thousand pairs of articles each."""
    looked_at = np.minimum(fragments.sizes, CENTRAL)
    group = np.cumsum(looked_at[one] * looked_at[other]) // _AT_ONCE
    edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(one)]
    return (slice(start, stop) for start, stop in pairwise(edges) if stop > start)


def _over_pairs(prepared: StorySet, fragments: Fragments, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """float64 (m, 4): mean and greatest probability, mean meaning, share in two languages, of central articles."""
    looked_at = np.minimum(fragments.sizes, CENTRAL)
    counts = looked_at[one] * looked_at[other]
    owner, place = unrolled(np.zeros_like(counts), counts)
    across = looked_at[other][owner]
    left = fragments.members(one[owner], place // across)
    right = fragments.members(other[owner], place % across)
    features = prepared.features(left, right)
    probability = prepared.of_features(left, right, features)
    probability[np.abs(prepared.times[left] - prepared.times[right]) > WINDOW_DAYS] = 0
    greatest = np.maximum.reduceat(probability, bounds_of(counts)[:-1])
    two = prepared.in_two_languages(left, right)
    sums = [np.bincount(owner, values) / counts for values in (probability, features[:, _MEANINGS].sum(axis=1), two)]
    return np.stack([sums[0], greatest, sums[1], sums[2]], axis=1)
