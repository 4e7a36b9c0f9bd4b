"""Pairs of articles with exact Jaccard and containment, and what these are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from sada.indexes.minhash.lsh import code_pairs
from sada.indexes.minhash.sketches import ShingleSets, shared_shingles

Doubt = Literal["template", "boilerplate", "title"]
"""What speaks against a pair of articles that are copies by their words, see
:func:`~sada.cluster.copies.copies.find_copies`."""

DOUBTS = get_args(Doubt)
KIND_OF: dict[str, str] = {"template": "filled template", "boilerplate": "boilerplate", "title": "bare title"}
REASONS: dict[str, str] = {
    "template": "names or figures in the slots of a template differ",
    "boilerplate": "only boilerplate is shared",
    "title": "only a title is shared",
}
"""All doubts, what links call them, and the sentences that say them."""

GROUNDS = ("words", "text", "respelt", *DOUBTS)
WORDS, TEXT, RESPELT, TEMPLATE, BOILERPLATE, TITLE = range(len(GROUNDS))
"""What the Jaccard of a pair is of (its words, its texts without titles, its letters), or which doubt there is."""

FIRST_DOUBT = TEMPLATE
DOUBT_NAMES = dict(enumerate(DOUBTS, FIRST_DOUBT))


@dataclass(frozen=True, slots=True)
class Pairs:
    """m verified pairs of rows.

    Attributes:
        left, right: int64 (m,), ``left < right``.
        jaccard: float64 (m,), |A and B| / |A or B|, exact.
        containment: float64 (m,), |A and B| / min(|A|, |B|), exact.
        grounds: uint8 (m,), what the Jaccard is of, or why it does not count: ``WORDS``, ``TEXT`` and so on.
    """

    left: np.ndarray
    right: np.ndarray
    jaccard: np.ndarray
    containment: np.ndarray
    grounds: np.ndarray

    def __len__(self) -> int:
        return len(self.left)

    def where(self, mask: np.ndarray | slice) -> Pairs:
        """Select pairs by a mask, a slice or positions."""
        return Pairs(*(column[mask] for column in self.columns()))

    def columns(self) -> tuple[np.ndarray, ...]:
        """All columns, in the order of the attributes."""
        return self.left, self.right, self.jaccard, self.containment, self.grounds

    def both_ways(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Each pair in both directions: the row that it starts from, the other row, and the Jaccard; (2 * m,) each."""
        return (
            np.concatenate([self.left, self.right]),
            np.concatenate([self.right, self.left]),
            np.concatenate([self.jaccard, self.jaccard]),
        )


def measure(sets: ShingleSets, left: np.ndarray, right: np.ndarray) -> Pairs:
    """Compute exact Jaccard and containment of pairs of rows (int64 (m,) each)."""
    shared = shared_shingles(sets, left, right)
    one, other = sets.sizes_of(left), sets.sizes_of(right)
    smaller, union = np.minimum(one, other), one + other - shared
    grounds = np.full(len(left), WORDS, np.uint8)
    return Pairs(left, right, shared / np.maximum(union, 1), shared / np.maximum(smaller, 1), grounds)


def join(first: Pairs, second: Pairs) -> Pairs:
    """Merge two sets of pairs: each pair once, sorted."""
    codes = np.concatenate([code_pairs(pairs.left, pairs.right) for pairs in (first, second)])
    _, kept = np.unique(codes, return_index=True)
    return Pairs(*(np.concatenate(both)[kept] for both in zip(first.columns(), second.columns(), strict=True)))
