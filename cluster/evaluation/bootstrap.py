"""Bootstrap intervals for the scores of a grouping, by resampling the clusters of the truth.

The clusters are the sampled units (another week has other events, not other articles on the same ones). So as many
clusters as there are get drawn with replacement, and a cluster drawn twice counts as two. The found groups stay as they
are. The terms of the scores count as follows:

- A term of one cluster (pairs found, pairs missed, an item's recall or entropy) counts once for each draw of it.
- A term of two clusters (a group that mixes them) counts once for each pair of a draw of one and a draw of the other:
  m(s) · m(t) times if they were drawn m(s) and m(t) times. Two draws of one cluster make no pair: that their items
  share a found group is an artefact of drawing and not an error. The mean of m(s) · m(t) is (K - 1) / K for K clusters,
  so such terms are weighted by K / (K - 1) and keep their value on average.
- An item's loss of precision, 1 - n(g, t) / n(g) in B-Cubed and log(n(g) / n(g, t)) in the V-measure, is shared equally
  among the items of other clusters in its group, so that it is a sum over pairs of clusters, too; so are its wrong
  pairs between languages.

A perfect grouping has the interval [1, 1]. With simulated groupings, some clusters split and some merged, the intervals
contained the true score in 94 to 98 of 100 cases for 50 clusters and more. For 20 clusters it was 84 to 90, so these
intervals are too narrow.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sada.cluster.evaluation.metrics import Codes, codes_of, contingency, joined

DRAWS = 400
"""Default number of draws."""

Interval = tuple[float, float]

_Values = NDArray[np.float64]
_BOUNDS = (2.5, 97.5)  # percentiles
_PAIRS = slice(0, 2)  # the measures whose precision is relative to the claimed pairs, which depend on the draw


@dataclass(frozen=True, slots=True)
class Intervals:
    """95 % intervals, (low, high), of the F1 of each score, and of V.

    >>> intervals = bootstrap_intervals([1, 1, 2, 2], ["a", "a", "b", "b"], ["en", "fr", "en", "en"])
    >>> intervals.pairs, intervals.v_measure
    ((1.0, 1.0), (1.0, 1.0))
    """

    pairs: Interval
    between_languages: Interval
    b_cubed: Interval
    v_measure: Interval


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms whose sums are the scores; the four measures are in the order of :class:`Intervals`.

    Attributes:
        groups, answers, shared: found group, cluster and number of items of each cell of the contingency table.
        others: number of items of other clusters in the cell's group.
        wrong: float64 (cells, 4), loss of precision in the cell.
        own: float64 (clusters, 3, 4): what the loss of precision is relative to, loss of recall, and what this is
            relative to.
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
    """Estimate percentile intervals of the scores of ``found``, by drawing the clusters of ``truth`` with replacement.

    >>> truth = [item // 4 for item in range(200)]
    >>> found = [label // 2 if label < 10 else label + 100 for label in truth]
    >>> low, high = bootstrap_intervals(found, truth, ["en"] * 200).b_cubed
    >>> 0.8 < low < 0.9, high  # B-Cubed F1 itself is 0.947
    (True, 1.0)

    Args:
        found: label of each item in the grouping to score.
        truth: label of each item in the true grouping, aligned with ``found``.
        kinds: kind of each item, such as its language, aligned with ``found``.
        draws: how often the clusters are drawn.
        seed: seed of the random draws. Clusters are numbered by their first item, so the order of items matters.

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
    """Compute F1 of each measure if clusters count so many ``times``: float64 (4,)."""
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
    """Return the share that is not lost; 1 if there was nothing to lose, and at least 0."""
    return np.maximum(1 - np.divide(lost, whole, out=np.zeros_like(whole), where=whole > 0), 0.0)


def _terms(groups: Codes, answers: Codes, sorts: Codes) -> _Terms:
    cells = joined(groups, answers)
    first, shared = contingency(groups, answers)
    alike = np.stack([_sizes(codes) for codes in (cells, groups, answers)])  # each item's cell, group and cluster
    alike_in_kind = np.stack([_sizes(joined(codes, sorts)) for codes in (cells, groups, answers)])
    columns = [_pair_terms(alike - 1), _pair_terms(alike - alike_in_kind), _b_cubed_terms(alike), _entropy_terms(alike)]
    wrong, *own = (np.stack(column, axis=1).astype(np.float64) for column in zip(*columns, strict=True))
    return _Terms(
        groups=groups[first],
        answers=answers[first],
        shared=shared,
        others=np.bincount(groups)[groups[first]] - shared,
        wrong=_summed(wrong, cells),
        own=np.stack([_summed(column, answers) for column in own], axis=1),
    )


# Each returns for every item: loss of precision, what it is relative to, loss of recall, and what that is relative to.


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
    """Count the items with the code of each item."""
    return np.bincount(codes)[codes]


def _summed(values: _Values, codes: Codes) -> _Values:
    """Sum the rows of each code: float64 (codes, 4)."""
    return np.stack([np.bincount(codes, column) for column in values.T], axis=1)
