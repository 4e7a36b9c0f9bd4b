"""Evidence that two articles are copies: their common shingles, and how many more or fewer would change that."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sada.cluster.copies.candidates import LEAST_SHINGLES
from sada.cluster.copies.copies import CONTAINMENT, JACCARD, LOWEST
from sada.indexes.minhash.sketches import ShingleSets, shared_shingles


@dataclass(frozen=True, slots=True)
class CopyEvidence:
    """The shingles of articles a and b.

    Attributes:
        shared: number of common shingles.
        of_a, of_b: number of shingles of each article.
    """

    shared: int
    of_a: int
    of_b: int

    @classmethod
    def of(cls, sets: ShingleSets) -> CopyEvidence:
        """Count the shingles of two rows, the first two of ``sets``, exactly."""
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
        """Whether the articles are copies."""
        return self.jaccard >= JACCARD

    @property
    def is_contained(self) -> bool:
        """Whether one article contains the other."""
        return self._can_be_contained and self.containment >= CONTAINMENT

    def to_dict(self, a: str, b: str) -> dict[str, Any]:
        """Return the evidence, and what would change the verdict, as plain values; ``a`` and ``b`` are names."""
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
        """Say in sentences how few shingles would change the verdict; empty if many would be needed."""
        shared, union = self.shared, self._union
        if not self.is_copy:
            return [*self._to_be_copies(), *self._to_contain(a, b)]
        spare = _fewest(shared, lambda n: (shared - n) / (union + n) < JACCARD)
        return [
            f"{_more(spare)} would have to differ for them to be no copies.",
            f"They are copies up to --threshold {self._highest:.2f}.",
        ]

    def _to_be_copies(self) -> list[str]:
        """Say what would make the articles copies."""
        shared, union, rest = self.shared, self._union, self._fewer - self.shared
        if self.jaccard < LOWEST:
            return []
        missing = _fewest(rest, lambda n: (shared + n) / (union - n) >= JACCARD)
        found = [f"{_more(missing)} in both would make them copies."] if missing <= rest else []
        return [*found, f"With --threshold {self._highest:.2f} they would be copies."]

    def _to_contain(self, a: str, b: str) -> list[str]:
        """Say what would change whether one article contains the other."""
        shared, union, fewer = self.shared, self._union, self._fewer
        smaller, larger = (a, b) if self.of_a <= self.of_b else (b, a)
        if self.is_contained:
            alone = union - fewer
            spare = _fewest(shared, lambda n: (shared - n) / fewer < CONTAINMENT)
            cut = _fewest(alone, lambda n: shared / (union - n) >= JACCARD)
            return [
                f"{_more(spare)} of {smaller} would have to differ for {larger} not to hold it.",
                f"Without {cut:,} of the {alone:,} shingles that {larger} alone has they would be copies.",
            ]
        if self._can_be_contained and self.containment >= LOWEST:
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
    def _can_be_contained(self) -> bool:
        return self._fewer >= LEAST_SHINGLES


def _fewest(most: int, is_enough: Callable[[int], bool]) -> int:
    """Return the least number from 0 to ``most`` that is enough, given that all above are; ``most + 1`` if none is."""
    return bisect_left(range(most + 1), True, key=is_enough)


def _more(count: int) -> str:
    return f"{count:,} more shingle{'' if count == 1 else 's'}"
