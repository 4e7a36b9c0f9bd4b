"""The evidence that two articles report one event, and the probability if some evidence were different."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sada.cluster.scoring.pair_scorer import FEATURES, MEANINGS, REGIMES, StorySet

NAMES = tuple(FEATURES)
LEAST_SHARE = 0.005
"""The least share of all evidence for which a feature is described in words."""


@dataclass(frozen=True)
class StoryEvidence:
    """The evidence of two articles of a prepared set.

    Attributes:
        prepared: the set.
        a, b: rows of the two articles in the set.
    """

    prepared: StorySet
    a: int
    b: int

    @cached_property
    def features(self) -> dict[str, float]:
        """The value of each of :data:`~sada.cluster.scoring.pair_scorer.FEATURES`."""
        return dict(zip(NAMES, self.prepared.features(*self._rows)[0].tolist(), strict=True))

    @cached_property
    def contributions(self) -> dict[str, float]:
        """What each feature adds to the log-odds."""
        return dict(zip(NAMES, self._of_model[0][0].tolist(), strict=True))

    @property
    def bias(self) -> float:
        """The log-odds without any evidence."""
        return float(self._of_model[1][0])

    @cached_property
    def weights(self) -> dict[str, float]:
        """The weight of each feature in the log-odds."""
        shares, _ = self.prepared.contributions(*self._rows, np.ones((1, len(NAMES))))
        return dict(zip(NAMES, shares[0].tolist(), strict=True))

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
        values = [(self.features | dict(features))[name] for name in NAMES]
        return float(self.prepared.of_features(*self._rows, np.array([values]))[0])

    def published_apart(self, days: float) -> float:
        """Return the probability if the two had been published so many days apart."""
        times = self.prepared.times.copy()
        times[[self.a, self.b]] = 0.0, days
        return float(replace(self.prepared, times=times).probability(*self._rows)[0])

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
    def _of_model(self) -> tuple[np.ndarray, np.ndarray]:
        return self.prepared.contributions(*self._rows)


def _reason(name: str, share: float) -> str:
    what = FEATURES[name]
    if name in MEANINGS and share < 0:
        what = "no closer in meaning than unrelated articles"
    return f"{'for' if share > 0 else 'against'}: {what} ({100 * abs(share):.0f} %)"
