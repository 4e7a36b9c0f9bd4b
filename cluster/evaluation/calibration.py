"""How far the scores of pairs can be trusted: whether they rank pairs rightly, and whether they are probabilities.

Pairs are given as two aligned columns: a score each, and whether the two belong together. Only the multiset of
(score, same) counts, never the order of the pairs.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray


def average_precision(scores: ArrayLike, same: ArrayLike) -> float:
    """Mean precision over the pairs that belong together, when pairs are taken from the highest score down.

    The sum over the thresholds t, the distinct scores, of precision(t) · (recall(t) - recall of the threshold above),
    so pairs of equal score are taken together and nothing is interpolated (Manning, Raghavan & Schütze 2008, 8.4).

    Args:
        scores: one a pair, higher is closer, of any finite range; (pairs,).
        same: whether the two belong together, bool or 0 and 1; (pairs,).

    Returns:
        A value in (0, 1]; the share of pairs that belong together is what one score for all earns.

    Raises:
        ValueError: if the two differ in shape, a score is not finite, or no pair belongs together.
    """
    values, right = _aligned(scores, same)
    if not right.any():
        raise ValueError("average precision needs a pair that belongs together, and there is none")
    distinct, at = np.unique(-values, return_inverse=True)
    right_at = np.bincount(at, right, minlength=len(distinct))
    precision = np.cumsum(right_at) / np.cumsum(np.bincount(at))
    return math.fsum((right_at * precision).tolist()) / int(right.sum())


def expected_calibration_error(probability: ArrayLike, same: ArrayLike, bins: int = 10) -> float:
    """How far probabilities stand from the frequencies they claim (Naeini, Cooper & Hauskrecht 2015).

    [0, 1] is cut into bins of equal width, each with its lower end, the last with both. The error is the sum over bins
    of (pairs in it / all pairs) · abs(mean probability - share that belongs together).

    Args:
        probability: that the two belong together, in [0, 1]; (pairs,).
        same: whether they do, bool or 0 and 1; (pairs,).
        bins: how many, at least 1.

    Returns:
        A value in [0, 1], lower is better; 0 for no pairs.

    Raises:
        ValueError: if the two differ in shape, a probability lies outside [0, 1], or there are no bins.
    """
    values, right = _aligned(probability, same)
    if bins < 1:
        raise ValueError(f"bins must be 1 or more, not {bins}")
    if len(values) and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(f"probabilities must be in [0, 1], not {values.min():g} to {values.max():g}")
    if not len(values):
        return 0.0
    at = np.minimum((values * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(at, values - right, minlength=bins)
    return math.fsum(np.abs(gaps).tolist()) / len(values)


def _aligned(scores: ArrayLike, same: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    values, right = np.asarray(scores, np.float64), np.asarray(same, np.bool_)
    if values.ndim != 1 or values.shape != right.shape:
        raise ValueError(f"scores and same must be aligned, one a pair, but have shapes {values.shape}, {right.shape}")
    if not np.isfinite(values).all():
        raise ValueError("scores must be finite")
    return values, right
