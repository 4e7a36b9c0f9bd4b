"""How much of two articles is the same, shingle by shingle, and how far that is from making them copies."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sada.cluster.copies.copies import CONTAINMENT, JACCARD, LOWEST
from sada.cluster.copies.pairs import LEAST_SHINGLES
from sada.indexes.minhash.sketches import ShingleSets, shared_shingles


@dataclass(frozen=True, slots=True)
class CopyEvidence:
    """The shingles of articles a and b.

    Attributes:
        shared: how many both have.
        of_a, of_b: how many each has.
    """

    shared: int
    of_a: int
    of_b: int

    @classmethod
    def of(cls, sets: ShingleSets) -> CopyEvidence:
        """Counted exactly, of the two rows of a set."""
        shared = shared_shingles(sets, np.array([0]), np.array([1]))
        return cls(int(shared[0]), *sets.sizes_of(np.array([0, 1])).tolist())

    @property
    def jaccard(self) -> float:
        """|a and b| / |a or b|, in [0, 1]; 0 without a shingle."""
        return self.shared / max(self._union, 1)

    @property
    def containment(self) -> float:
        """|a and b| / min(|a|, |b|), in [0, 1]; 0 without a shingle."""
        return self.shared / max(self._fewer, 1)

    @property
    def is_copy(self) -> bool:
        """Whether they are copies."""
        return self.jaccard >= JACCARD

    @property
    def is_held(self) -> bool:
        """Whether one holds the other."""
        return self._can_be_held and self.containment >= CONTAINMENT

    def to_dict(self, a: str, b: str) -> dict[str, Any]:
        """The evidence, and what would change the verdict on articles that go by these names."""
        return {
            "jaccard": round(self.jaccard, 4),
            "containment": round(self.containment, 4),
            "shared": self.shared,
            "shingles_a": self.of_a,
            "shingles_b": self.of_b,
            "needed": JACCARD,
            "a_in_b": round(self.shared / max(self.of_a, 1), 4),
            "b_in_a": round(self.shared / max(self.of_b, 1), 4),
            "containment_needed": CONTAINMENT,
            "would_change": self._changes(a, b),
        }

    def _changes(self, a: str, b: str) -> list[str]:
        """Sentences on the fewest shingles that change the verdict, all else as it is; none if that is far away."""
        shared, union = self.shared, self._union
        if not self.is_copy:
            return [*self._to_be_copies(), *self._to_hold(a, b)]
        spare = _fewest(shared, lambda n: (shared - n) / (union + n) < JACCARD)
        return [
            f"{_more(spare)} would have to differ for them to be no copies.",
            f"They are copies up to --threshold {self._highest:.2f}.",
        ]

    def _to_be_copies(self) -> list[str]:
        shared, union, rest = self.shared, self._union, self._fewer - self.shared
        if self.jaccard < LOWEST:
            return []
        missing = _fewest(rest, lambda n: (shared + n) / (union - n) >= JACCARD)
        found = [f"{_more(missing)} in both would make them copies."] if missing <= rest else []
        return [*found, f"With --threshold {self._highest:.2f} they would be copies."]

    def _to_hold(self, a: str, b: str) -> list[str]:
        shared, union, fewer = self.shared, self._union, self._fewer
        smaller, larger = (a, b) if self.of_a <= self.of_b else (b, a)
        if self.is_held:
            alone = union - fewer
            spare = _fewest(shared, lambda n: (shared - n) / fewer < CONTAINMENT)
            cut = _fewest(alone, lambda n: shared / (union - n) >= JACCARD)
            return [
                f"{_more(spare)} of {smaller} would have to differ for {larger} not to hold it.",
                f"Without {cut:,} of the {alone:,} shingles that {larger} alone has they would be copies.",
            ]
        if self._can_be_held and self.containment >= LOWEST:
            missing = _fewest(fewer - shared, lambda n: (shared + n) / fewer >= CONTAINMENT)
            return [f"With {_more(missing)} of {smaller} in it {larger} would hold {smaller}."]
        return []

    @property
    def _highest(self) -> float:
        """The highest threshold, in hundredths, at which they are copies."""
        return 100 * self.shared // max(self._union, 1) / 100

    @property
    def _union(self) -> int:
        return self.of_a + self.of_b - self.shared

    @property
    def _fewer(self) -> int:
        return min(self.of_a, self.of_b)

    @property
    def _can_be_held(self) -> bool:
        return self._fewer >= LEAST_SHINGLES


def _fewest(most: int, is_enough: Callable[[int], bool]) -> int:
    """The least number from 0 to ``most`` that is enough, as all above it are; ``most + 1`` if none is."""
    return bisect_left(range(most + 1), True, key=is_enough)


def _more(count: int) -> str:
    return f"{count:,} more shingle{'' if count == 1 else 's'}"
