"""How sure the scores of a grouping are: bootstrap intervals over the clusters of the truth.

The clusters are the units that were sampled (another week brings other events, not other articles of the same ones), so
they are what is drawn again: as many as there are, with replacement, and a cluster drawn twice counts as two. The found
groups are not made anew, they are what is judged. For the terms of the scores this means:

- What concerns one cluster (pairs found, pairs missed, an item's recall, its entropy) counts once a draw of it.
- What concerns two clusters (a group that mixes them) counts once for every meeting of a draw of one with a draw of
  the other: m(s) · m(t) times if they were drawn m(s) and m(t) times. Two draws of one cluster do not meet: that their
  items share a found group is an artefact of the drawing, no error. The mean of m(s) · m(t) being (K - 1) / K for K
  clusters, meetings weigh K / (K - 1), so every term keeps its value on average.
- An item's own loss of precision, 1 - n(g, t) / n(g) in B-Cubed and log(n(g) / n(g, t)) in the V-measure, is shared
  equally among the items of other clusters in its group, so that it too is a sum over meetings; so are its wrong pairs
  between languages.

A perfect grouping keeps [1, 1]. With made-up groupings, some clusters split and some merged, the intervals held the
true score in 94 to 98 of 100 cases for 50 clusters and more, but in 84 to 90 for 20, where they are too narrow.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sada.cluster.evaluation.metrics import Codes, codes_of, contingency, joined

DRAWS = 400

Interval = tuple[float, float]

_Values = NDArray[np.float64]
_BOUNDS = (2.5, 97.5)  # percentiles
_PAIRS = slice(0, 2)  # the measures whose precision is over what is claimed, which the draw decides


@dataclass(frozen=True, slots=True)
class Intervals:
    """95 % intervals, (low, high), of the F1 of each score, and of V."""

    pairs: Interval
    between_languages: Interval
    b_cubed: Interval
    v_measure: Interval


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the scores are sums of; the four measures stand in the order of :class:`Intervals`.

    Attributes:
        groups, answers, shared: found group, cluster and number of items of each cell of the contingency table.
        others: items of other clusters in the cell's group.
        wrong: float64 (cells, 4): loss of precision in the cell.
        own: float64 (clusters, 3, 4): the loss of precision is out of the first, that of recall is the second out of
            the third.
    """

    groups: Codes
    answers: Codes
    shared: Codes
    others: Codes
    wrong: _Values
    own: _Values


def bootstrap_intervals(
    found: Sequence[Hashable],
    truth: Sequence[Hashable],
    kinds: Sequence[Hashable],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Intervals:
    """Percentile intervals of the scores of ``found``, by drawing the clusters of ``truth`` with replacement.

    Args:
        found: label of each item in the grouping to judge.
        truth: label of each item in the right grouping, aligned with ``found``.
        kinds: kind of each item, such as its language, aligned with ``found``.
        draws: how often the clusters are drawn.
        seed: of the drawing. Clusters are numbered by their first item, so another order of items draws others.

    Raises:
        ValueError: if the three differ in length.
    """
    groups, answers, sorts = codes_of(found, truth, kinds)
    if not len(groups):
        return Intervals(*[(1.0, 1.0)] * 4)
    terms = _terms(groups, answers, sorts)
    random = np.random.default_rng(seed)
    clusters = len(terms.own)
    drawn = (np.bincount(random.integers(clusters, size=clusters), minlength=clusters) for _ in range(draws))
    low, high = np.percentile([_f1(terms, times) for times in drawn], _BOUNDS, axis=0).tolist()
    return Intervals(*zip(low, high, strict=True))


def _f1(terms: _Terms, times: Codes) -> _Values:
    """float64 (4,): F1 of each measure if each cluster counts so many times."""
    clusters = len(times)
    items = times[terms.answers] * terms.shared
    met = times[terms.answers] * (np.bincount(terms.groups, items)[terms.groups] - items)
    weight = met / np.maximum(terms.others, 1) * clusters / max(clusters - 1, 1)
    wrong = weight @ terms.wrong
    claimed, missed, wanted = np.tensordot(times, terms.own, 1)
    claimed[_PAIRS] += wrong[_PAIRS]
    precision, recall = _kept(wrong, claimed), _kept(missed, wanted)
    return 2 * precision * recall / np.maximum(precision + recall, np.finfo(float).tiny)


def _kept(lost: _Values, whole: _Values) -> _Values:
    """The share not lost, 1 where there was nothing to lose; a draw can lose more than there is, which leaves 0."""
    return np.maximum(1 - np.divide(lost, whole, out=np.zeros_like(whole), where=whole > 0), 0.0)


def _terms(groups: Codes, answers: Codes, sorts: Codes) -> _Terms:
    cells = joined(groups, answers)
    first, shared = contingency(groups, answers)
    alike = np.stack([_sizes(codes) for codes in (cells, groups, answers)])  # each item's cell, group and cluster
    kin = np.stack([_sizes(joined(codes, sorts)) for codes in (cells, groups, answers)])
    columns = [_pair_terms(alike - 1), _pair_terms(alike - kin), _b_cubed_terms(alike), _entropy_terms(alike)]
    wrong, *own = (np.stack(column, axis=1).astype(np.float64) for column in zip(*columns, strict=True))
    return _Terms(
        groups=groups[first],
        answers=answers[first],
        shared=shared,
        others=np.bincount(groups)[groups[first]] - shared,
        wrong=_summed(wrong, cells),
        own=np.stack([_summed(column, answers) for column in own], axis=1),
    )


# Each item's loss of precision, what that is out of, its loss of recall, and what that is out of.


def _pair_terms(others: Codes) -> tuple[_Values, ...]:
    right, claimed, wanted = others
    return claimed - right, right, wanted - right, wanted


def _b_cubed_terms(alike: Codes) -> tuple[_Values, ...]:
    cell, group, cluster = alike
    one = np.ones(len(cell))
    return 1 - cell / group, one, 1 - cell / cluster, one


def _entropy_terms(alike: Codes) -> tuple[_Values, ...]:
    cell, group, cluster = alike
    items = len(cell)
    return np.log(group / cell), np.log(items / cluster), np.log(cluster / cell), np.log(items / group)


def _sizes(codes: Codes) -> Codes:
    """How many items share each item's code."""
    return np.bincount(codes)[codes]


def _summed(values: _Values, codes: Codes) -> _Values:
    """float64 (codes, 4): the sum of the rows of each code."""
    return np.stack([np.bincount(codes, column) for column in values.T], axis=1)
