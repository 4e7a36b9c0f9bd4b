"""Evidence that two articles are copies: their common shingles, and how many more or fewer would change that."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sada.cluster.copies.candidates import LEAST_SHINGLES
from sada.cluster.copies.copies import CONTAINMENT, JACCARD, LOWEST
from sada.cluster.likeness.likeness import Evidence, JudgedLikeness
from sada.cluster.likeness.pairs import (
    DOUBT_NAMES,
    FIRST_DOUBT,
    GROUNDS,
    REASONS,
    RESPELT,
    TEXT,
    WORDS,
    Pairs,
    measure,
)
from sada.cluster.likeness.texts import IndexedTexts, JoinedTexts
from sada.indexes.minhash.sketches import ShingleSets, shared_shingles

if TYPE_CHECKING:
    from sada.indexes.index import NewsIndex

_BECAUSE = {TEXT: "their texts without the titles", RESPELT: "their letters, whatever the spelling,"}
_BY_TEXTS = "Their texts without the titles reach {:.3f}."


def evidence_of(index: NewsIndex, a: int, b: int) -> CopyEvidence:
    """The evidence on two rows of an index, judged with those that look like them."""
    segments, snapshot = index.snapshot.segments, index.snapshot
    two = np.array([a, b])
    around = [segments.lsh_candidates(signature) for signature in segments.sketch_of(two).signatures]
    rows = np.concatenate([two, np.setdiff1d(np.concatenate(around), two)])
    sets = segments.sketch_of(rows)
    evidence = Evidence(
        snapshot.columns.picked(rows), sets, JoinedTexts((IndexedTexts(snapshot), rows)), segments.spellings(rows)
    )
    evidence.spellings.verify(np.array([0]), np.array([1]))
    left, right = np.repeat([0, 1], len(rows)), np.tile(np.arange(len(rows)), 2)
    pairs = measure(sets, *(ends[left != right] for ends in (left, right)))
    evidence.boilerplate.learn(pairs)
    judged = JudgedLikeness(evidence, JACCARD, frozenset()).judge(measure(sets, np.array([0]), np.array([1])))
    return CopyEvidence.of(sets, judged)


@dataclass(frozen=True, slots=True)
class CopyEvidence:
    """The shingles of articles a and b.

    Attributes:
        shared: number of common shingles.
        of_a, of_b: number of shingles of each article.
        ground: what makes them copies, or why they are none although they share enough, see
            :class:`~sada.cluster.likeness.pairs.Pairs`.
        alike: the Jaccard of what makes them copies, or would make them copies but for a doubt.
    """

    shared: int
    of_a: int
    of_b: int
    ground: int = WORDS
    alike: float = 0.0

    @classmethod
    def of(cls, sets: ShingleSets, judged: Pairs | None = None) -> CopyEvidence:
        """Count the shingles of two rows, the first two of ``sets``, exactly; ``judged`` is this pair."""
        shared = shared_shingles(sets, np.array([0]), np.array([1]))
        ground, alike = (WORDS, 0.0) if judged is None else (int(judged.grounds[0]), float(judged.jaccard[0]))
        of_a, of_b = sets.sizes_of(np.array([0, 1])).tolist()
        return cls(int(shared[0]), of_a, of_b, ground, alike)

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
        return not self.is_doubted and max(self.jaccard, self.alike) >= JACCARD

    @property
    def is_doubted(self) -> bool:
        """Whether the articles would be copies but for a doubt."""
        return self.ground >= FIRST_DOUBT

    @property
    def is_contained(self) -> bool:
        """Whether one article contains the other."""
        return not self.is_doubted and self._can_be_contained and self.containment >= CONTAINMENT

    def to_dict(self, a: str, b: str) -> dict[str, Any]:
        """Return the evidence, and what would change the verdict, as plain values; ``a`` and ``b`` are names."""
        return {
            "jaccard": round(self.jaccard, 4),
            "containment": round(self.containment, 4),
            "shared": self.shared,
            "shingles_a": self.of_a,
            "shingles_b": self.of_b,
            "needed": JACCARD,
            "grounds": GROUNDS[self.ground],
            "a_in_b": round(self.shared / max(self.of_a, 1), 4),
            "b_in_a": round(self.shared / max(self.of_b, 1), 4),
            "containment_needed": CONTAINMENT,
            "would_change": self._changes(a, b),
        }

    def _changes(self, a: str, b: str) -> list[str]:
        """Say in sentences how few shingles would change the verdict; empty if many would be needed."""
        shared, union = self.shared, self._union
        if self.ground in DOUBT_NAMES:
            doubt = DOUBT_NAMES[self.ground]
            raised = [_BY_TEXTS.format(self.alike)] if self.jaccard < JACCARD else []
            return [*raised, f"They would be copies, but {REASONS[doubt]}: with --unite {doubt} they are."]
        if self.ground != WORDS:
            return [f"They are copies because {_BECAUSE[self.ground]} reach {self.alike:.3f}."]
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
