"""How alike two articles are as copies: by their words, and by what else speaks for it or against it.

The measure is the exact Jaccard of their shingles. Where that is just too low, long texts are compared without their
titles. Pairs that share hardly more than a template, boilerplate or a bare title are in doubt, and do not count.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from sada.cluster.likeness.bare_titles import BareTitles
from sada.cluster.likeness.pairs import (
    BOILERPLATE,
    DOUBTS,
    FIRST_DOUBT,
    RESPELT,
    TEMPLATE,
    TEXT,
    TITLE,
    Doubt,
    Pairs,
    measure,
)
from sada.cluster.likeness.shared_boilerplate import SharedBoilerplate
from sada.cluster.likeness.slots import FilledSlots
from sada.cluster.likeness.spellings import Spellings
from sada.cluster.likeness.text_sets import TextSets
from sada.cluster.likeness.texts import Texts
from sada.indexes.errors import refuse_one_text
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.storage.columns import Columns

BODIES_FROM = 0.5
"""The least Jaccard of title and text at which texts are compared without their titles."""


class Likeness(Protocol):
    """Measures pairs of articles."""

    def measure(self, left: np.ndarray, right: np.ndarray) -> Pairs:
        """Measure pairs of rows (int64 (m,) each), in which ``jaccard`` is 0 if it is in doubt."""

    def keys(self) -> np.ndarray:
        """uint64 (n,): equal for exact duplicates; 0 for articles without words."""


@dataclass(frozen=True)
class WordLikeness:
    """Measures by words alone."""

    sets: ShingleSets

    def measure(self, left: np.ndarray, right: np.ndarray) -> Pairs:
        """Measure pairs of rows (int64 (m,) each)."""
        return measure(self.sets, left, right)

    def keys(self) -> np.ndarray:
        """uint64 (n,): equal for texts with the same words in the same order; 0 for those without words."""
        return self.sets.keys


class Evidence:
    """What is known of n articles beside their shingles; it is found when it is first needed.

    Args:
        columns, sets, texts: of the articles.
        spellings: uint32 (4, n) of :func:`~sada.indexes.minhash.respelling.blocking_keys`.
    """

    def __init__(self, columns: Columns, sets: ShingleSets, texts: Texts, spellings: np.ndarray) -> None:
        self.columns, self.sets, self.texts = columns, sets, texts
        self.bare_titles = BareTitles(columns, sets, texts)
        self.text_sets = TextSets(len(sets), texts)
        self.spellings = Spellings(sets, texts, spellings)
        self.slots = FilledSlots(sets, texts)
        self.boilerplate = SharedBoilerplate(columns, sets, texts)


@dataclass(frozen=True)
class JudgedLikeness:
    """Measures by words, by texts without titles, and by what speaks against a pair.

    Attributes:
        evidence: of n articles.
        least: the least Jaccard of copies.
        unite: doubts that are not raised.
    """

    evidence: Evidence
    least: float
    unite: frozenset[Doubt]

    def keys(self) -> np.ndarray:
        """uint64 (n,): equal for exact duplicates; 0 for articles without words."""
        evidence = self.evidence
        return evidence.sets.keys if "title" in self.unite else evidence.bare_titles.keys()

    def measure(self, left: np.ndarray, right: np.ndarray) -> Pairs:
        """Measure pairs of rows (int64 (m,) each); a Jaccard and a containment that are in doubt become 0."""
        return without_doubts(self.judge(measure(self.evidence.sets, left, right)))

    def judge(self, pairs: Pairs) -> Pairs:
        """Give pairs that are measured by words their grounds; of those in doubt the values stay."""
        pairs = self._raised(pairs)
        grounds = pairs.grounds.copy()
        copies = np.flatnonzero(pairs.jaccard >= self.least)
        near, respelt = (copies[(grounds[copies] == RESPELT) == other] for other in (False, True))
        if "boilerplate" not in self.unite:
            near = _doubted(grounds, near, self.evidence.boilerplate.explains(pairs.where(near)), BOILERPLATE)
        if "title" not in self.unite:
            _doubted(grounds, respelt, self._are_titles_apart(pairs, respelt), TITLE)
            near = _doubted(grounds, near, self._are_titles_apart(pairs, near), TITLE)
        if "template" not in self.unite:
            _doubted(grounds, near, self.evidence.slots.explain(pairs.where(near)), TEMPLATE)
        return replace(pairs, grounds=grounds)

    def _are_titles_apart(self, pairs: Pairs, places: np.ndarray) -> np.ndarray:
        return self.evidence.bare_titles.are_apart(pairs.left[places], pairs.right[places])

    def _raised(self, pairs: Pairs) -> Pairs:
        """Give pairs of too few common words the Jaccard of their texts without titles, or of their letters."""
        jaccard, grounds = pairs.jaccard.copy(), pairs.grounds.copy()
        evidence, least = self.evidence, self.least
        below = np.flatnonzero((jaccard >= BODIES_FROM) & (jaccard < least))
        _raise(jaccard, grounds, below, evidence.text_sets.jaccard(pairs.left[below], pairs.right[below]), least, TEXT)
        below = np.flatnonzero(jaccard < least)
        alike = evidence.spellings.jaccard(pairs.left[below], pairs.right[below], least)
        _raise(jaccard, grounds, below, alike, least, RESPELT)
        return replace(pairs, jaccard=jaccard, grounds=grounds)

    def at(self, least: float) -> JudgedLikeness:
        """The same measure for another least Jaccard of copies, with the evidence found so far."""
        return replace(self, least=least)

    def beside(self, other: JudgedLikeness) -> JudgedLikeness:
        """The same measure, with the boilerplate that another one has found of the same outlets."""
        evidence = copy(self.evidence)
        evidence.boilerplate = evidence.boilerplate.and_that_of(other.evidence.boilerplate)
        return replace(self, evidence=evidence)


def check_doubts(unite: Collection[str]) -> frozenset[Doubt]:
    """The doubts that are named.

    Raises:
        ValueError: if one is unknown, or if there is one text instead of several.
    """
    refuse_one_text(unite=unite)
    for name in unite:
        if name not in DOUBTS:
            raise ValueError(f"unite={name!r}: choose from {', '.join(DOUBTS)}")
    return frozenset(name for name in DOUBTS if name in unite)


def without_doubts(pairs: Pairs) -> Pairs:
    """The same pairs, with a Jaccard and a containment of 0 where they are in doubt."""
    doubted = pairs.grounds >= FIRST_DOUBT
    if not doubted.any():
        return pairs
    return replace(
        pairs, jaccard=np.where(doubted, 0.0, pairs.jaccard), containment=np.where(doubted, 0.0, pairs.containment)
    )


def _raise(
    jaccard: np.ndarray, grounds: np.ndarray, places: np.ndarray, alike: np.ndarray, least: float, ground: int
) -> None:
    """Write a Jaccard that is enough, and what it is of, over that of words."""
    enough = places[alike >= least]
    jaccard[enough], grounds[enough] = alike[alike >= least], ground


def _doubted(grounds: np.ndarray, places: np.ndarray, doubted: np.ndarray, ground: int) -> np.ndarray:
    """Write a doubt about some pairs to their grounds; returns the places of the others."""
    grounds[places[doubted]] = ground
    return places[~doubted]
