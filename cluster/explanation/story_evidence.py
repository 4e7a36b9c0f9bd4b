"""The evidence that two articles report one event, and the probability if some evidence were different."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sada.cluster.scoring.pair_scorer import FEATURES, MEANINGS, REGIMES, StorySet
from sada.cluster.scoring.second_pass import NEIGHBOURS, Look, logistic

_WORDS = FEATURES | {NEIGHBOURS: "the same other articles are likely with both"}
LEAST_SHARE = 0.005
"""The least share of all evidence for which a feature is described in words."""


@dataclass(frozen=True)
class StoryEvidence:
    """The evidence of two articles of a prepared set.

    Attributes:
        prepared: the set.
        a, b: rows of the two articles in the set.
        shared: the cosine of both neighbourhoods, see :mod:`~sada.cluster.scoring.second_pass`; NaN if there are none.
    """

    prepared: StorySet
    a: int
    b: int
    shared: float = math.nan

    @cached_property
    def features(self) -> dict[str, float]:
        """The value of each of :data:`~sada.cluster.scoring.pair_scorer.FEATURES`, and of the second pass."""
        first = self.prepared.features(*self._rows)[0].tolist()
        return dict(zip(_WORDS, [*first, 0.0 if math.isnan(self.shared) else self.shared], strict=True))

    @cached_property
    def contributions(self) -> dict[str, float]:
        """What each feature adds to the log-odds."""
        return {name: value * self.weights[name] for name, value in self.features.items()}

    @cached_property
    def bias(self) -> float:
        """The log-odds without any evidence."""
        look, (_, bias) = self._look, self._of_ones
        return float(look.bias[0] + look.odds[0] * bias[0])

    @cached_property
    def weights(self) -> dict[str, float]:
        """The weight of each feature in the log-odds."""
        look, (weights, _) = self._look, self._of_ones
        return dict(zip(_WORDS, [*(look.odds[0] * weights[0]).tolist(), float(look.shared[0])], strict=True))

    @cached_property
    def probability(self) -> float:
        """The probability that both report one event, in [0, 1]."""
        return self.given({})

    @cached_property
    def needed(self) -> float:
        """The least probability at which such a pair counts as one story."""
        return float(self.prepared.resolutions(np.array([self.a, self.b])).mean())

    @property
    def is_likely(self) -> bool:
        """Whether the probability reaches what is needed."""
        return self.probability >= self.needed

    @property
    def margin(self) -> float:
        """The log-odds minus the log-odds needed."""
        return self.bias + sum(self.contributions.values()) - math.log(self.needed / (1 - self.needed))

    @property
    def days_apart(self) -> float:
        """Days between the two publications; NaN if one has no date."""
        return float(abs(self.prepared.times[self.a] - self.prepared.times[self.b]))

    @property
    def shares(self) -> dict[str, float]:
        """The share of each feature in all evidence, negative if it counts against a link; absolute values sum to 1."""
        total = sum(map(abs, self.contributions.values()))
        return {name: one / total for name, one in self.contributions.items() if one}

    @property
    def reasons(self) -> list[str]:
        """The shares in words, the largest first."""
        shares = self.shares
        shown = sorted((name for name in shares if abs(shares[name]) >= LEAST_SHARE), key=lambda n: -abs(shares[n]))
        return [_reason(name, shares[name]) for name in shown]

    def given(self, features: Mapping[str, float]) -> float:
        """Return the probability if some features had other values."""
        odds = sum(value * self.weights[name] for name, value in (self.features | dict(features)).items())
        return float(logistic(np.array(self.bias + odds)))

    def published_apart(self, days: float) -> float:
        """Return the probability if the two had been published so many days apart."""
        times = self.prepared.times.copy()
        times[[self.a, self.b]] = 0.0, days
        return replace(self, prepared=replace(self.prepared, times=times)).probability

    @property
    def regime(self) -> str:
        """The regime of the pair, one of :data:`~sada.cluster.scoring.pair_scorer.REGIMES`."""
        return REGIMES[int(self.prepared.regimes(*self._rows)[0])]

    @property
    def has_meaning(self) -> bool:
        """Whether both articles have an embedding."""
        return bool(self.prepared.with_meaning(*self._rows)[0])

    @property
    def _rows(self) -> tuple[np.ndarray, np.ndarray]:
        return np.array([self.a]), np.array([self.b])

    @cached_property
    def _look(self) -> Look:
        return self.prepared.second_look(*self._rows).where(np.array([not math.isnan(self.shared)]))

    @cached_property
    def _of_ones(self) -> tuple[np.ndarray, np.ndarray]:
        return self.prepared.contributions(*self._rows, np.ones((1, len(FEATURES))))


def _reason(name: str, share: float) -> str:
    what = _WORDS[name]
    if name in MEANINGS and share < 0:
        what = "no closer in meaning than unrelated articles"
    return f"{'for' if share > 0 else 'against'}: {what} ({100 * abs(share):.0f} %)"
