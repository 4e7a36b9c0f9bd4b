"""Agreement of two groupings: pairwise and B-Cubed scores, and the V-measure.

A grouping is a sequence of labels, one for each item; items with equal labels are together. Labels are any hashable
values. Everything is computed from the contingency table of the two groupings, so the cost grows with the number of
items and not of pairs.

Precision is 1 when nothing is claimed (no two items are together in ``found``) and recall is 1 when there is nothing to
find (no two items are together in ``truth``); F1 is the harmonic mean of the two, 0 when both are 0.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement of a grouping with the truth, each value in [0, 1], higher is better.

    Args:
        precision: share of what was put together that belongs together.
        recall: share of what belongs together that was put together.
        f1: harmonic mean of the two.
    """

    precision: float
    recall: float
    f1: float

    def to_dict(self) -> dict[str, float]:
        """Return plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class VMeasure:
    """Homogeneity and completeness of a grouping, each value in [0, 1], higher is better.

    >>> measure = v_measure([1, 1, 1, 2], ["a", "a", "b", "c"])
    >>> measure.completeness, round(measure.homogeneity, 3)
    (1.0, 0.541)

    Args:
        homogeneity: share of the entropy of the truth that the grouping removes; 1 if no group mixes clusters.
        completeness: share of the entropy of the grouping that the truth removes; 1 if no cluster is split.
        v: harmonic mean of the two.
    """

    homogeneity: float
    completeness: float
    v: float

    def to_dict(self) -> dict[str, float]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def pairwise(found: Sequence[Hashable], truth: Sequence[Hashable]) -> Score:
    """Compute precision and recall over pairs of items that are together.

    Args:
        found: label of each item in the grouping to score.
        truth: label of each item in the true grouping, aligned with ``found``.

    Raises:
        ValueError: if the two differ in length.
    """
    groups, answers = codes_of(found, truth)
    return _score(_pairs(joined(groups, answers)), _pairs(groups), _pairs(answers))


def pairwise_between(found: Sequence[Hashable], truth: Sequence[Hashable], kinds: Sequence[Hashable]) -> Score:
    """Do the same as :func:`pairwise` for pairs of different kinds only: with languages, the cross-language score.

    Args:
        found: label of each item in the grouping to score.
        truth: label of each item in the true grouping, aligned with ``found``.
        kinds: kind of each item, for example its language, aligned with ``found``.

    Raises:
        ValueError: if the three differ in length.
    """
    groups, answers, sorts = codes_of(found, truth, kinds)

    def between(codes: Codes) -> int:
        return _pairs(codes) - _pairs(joined(codes, sorts))

    return _score(between(joined(groups, answers)), between(groups), between(answers))


def b_cubed(found: Sequence[Hashable], truth: Sequence[Hashable]) -> Score:
    """Compute precision and recall of each item's group, averaged over items (Bagga & Baldwin 1998).

    An item counts as together with itself, so an item that is alone in both groupings scores 1; no items score 1, too.

    Args:
        found: label of each item in the grouping to score.
        truth: label of each item in the true grouping, aligned with ``found``.

    Raises:
        ValueError: if the two differ in length.
    """
    groups, answers = codes_of(found, truth)
    items = len(groups)
    if not items:
        return Score(1.0, 1.0, 1.0)
    first, shared = contingency(groups, answers)
    squares = shared.astype(np.float64) ** 2
    sizes = np.bincount(groups)[groups[first]], np.bincount(answers)[answers[first]]
    # fsum rounds once, so the result does not depend on the order in which labels were met.
    precision, recall = (math.fsum((squares / size).tolist()) / items for size in sizes)
    return Score(precision, recall, _harmonic_mean(precision, recall))


def v_measure(found: Sequence[Hashable], truth: Sequence[Hashable]) -> VMeasure:
    """Compute homogeneity, completeness and their harmonic mean (Rosenberg & Hirschberg 2007, beta = 1).

    With H the entropy over items, homogeneity is 1 - H(truth | found) / H(truth) and completeness is
    1 - H(found | truth) / H(found). Either is 1 if its denominator is 0, so no items score 1.

    >>> v_measure([1, 1, 2, 2], ["a", "a", "b", "b"])
    VMeasure(homogeneity=1.0, completeness=1.0, v=1.0)

    Args:
        found: label of each item in the grouping to score.
        truth: label of each item in the true grouping, aligned with ``found``.

    Raises:
        ValueError: if the two differ in length.
    """
    groups, answers = codes_of(found, truth)
    homogeneity, completeness = _entropy_removed(groups, answers), _entropy_removed(answers, groups)
    return VMeasure(homogeneity, completeness, _harmonic_mean(homogeneity, completeness))


def codes_of(*sequences: Sequence[Hashable]) -> list[Codes]:
    """Replace the labels of each sequence by 0, 1, … in order of first appearance: int64 (items,).

    Raises:
        ValueError: if they differ in length.
    """
    lengths = [len(labels) for labels in sequences]
    if len(set(lengths)) > 1:
        raise ValueError(f"groupings must be aligned, one label an item, but they have {lengths} labels")
    return [_codes(labels) for labels in sequences]


def _codes(labels: Sequence[Hashable]) -> Codes:
    seen: dict[Hashable, int] = {}
    return np.fromiter((seen.setdefault(label, len(seen)) for label in labels), np.int64, len(labels))


def contingency(groups: Codes, answers: Codes) -> tuple[Codes, Codes]:
    """Return the first item and the number of items of each cell of the contingency table that is not empty, int64."""
    _, first, shared = np.unique(joined(groups, answers), return_index=True, return_counts=True)
    return first, shared


def joined(left: Codes, right: Codes) -> Codes:
    """Return codes of the coarsest grouping that refines both: equal only where both are equal."""
    if not len(left):
        return left
    return np.unique(left * (right.max() + 1) + right, return_inverse=True)[1]


def _pairs(codes: Codes) -> int:
    """Count the pairs of items with equal codes."""
    sizes = np.bincount(codes).astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _entropy_removed(known: Codes, wanted: Codes) -> float:
    """Return the share of the entropy of ``wanted`` that knowing ``known`` removes; 1 if there is none."""
    sizes = np.bincount(wanted)
    entropy = math.fsum((sizes * np.log(len(wanted) / sizes)).tolist())
    if not entropy:
        return 1.0
    first, shared = contingency(known, wanted)
    left = math.fsum((shared * np.log(np.bincount(known)[known[first]] / shared)).tolist())
    return max(0.0, 1 - left / entropy)  # groupings that are independent may come out a rounding below 0


def _score(right: int, claimed: int, wanted: int) -> Score:
    precision = right / claimed if claimed else 1.0
    recall = right / wanted if wanted else 1.0
    return Score(precision, recall, _harmonic_mean(precision, recall))


def _harmonic_mean(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
