"""Quality of pair scores: whether they rank pairs well, and whether they are calibrated probabilities.

Pairs are given as two aligned columns: a score, and whether the two items belong together. The order of the pairs does
not matter.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray


def average_precision(scores: ArrayLike, same: ArrayLike) -> float:
    """Compute average precision: the mean precision over the pairs that belong together, in order of their scores.

    It is the sum over thresholds t, the distinct scores, of precision(t) · (recall(t) - recall at the threshold above).
    Pairs with equal scores count at once, and nothing is interpolated (Manning, Raghavan & Schütze 2008, 8.4).

    >>> average_precision([0.9, 0.8, 0.3], [True, False, True])
    0.8333333333333333

    Args:
        scores: (pairs,), finite, higher for pairs that are closer.
        same: (pairs,), whether the two belong together, bool or 0 and 1.

    Returns:
        A value in (0, 1]. If all scores are equal, it is the share of pairs that belong together.

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
    """Compute the expected calibration error of probabilities (Naeini, Cooper & Hauskrecht 2015).

    [0, 1] is cut into bins of equal width, each with its lower end, the last with both ends. The error is the sum over
    bins of (pairs in the bin / all pairs) · abs(mean probability - share of pairs that belong together).

    >>> round(expected_calibration_error([0.9, 0.8, 0.1], [True, True, False]), 3)
    0.133

    Args:
        probability: (pairs,), in [0, 1], that the two belong together.
        same: (pairs,), whether they do, bool or 0 and 1.
        bins: number of bins, at least 1.

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
    """Convert to arrays, and raise ValueError if they differ in shape or a score is not finite."""
    values, right = np.asarray(scores, np.float64), np.asarray(same, np.bool_)
    if values.ndim != 1 or values.shape != right.shape:
        raise ValueError(f"scores and same must be aligned, one a pair, but have shapes {values.shape}, {right.shape}")
    if not np.isfinite(values).all():
        raise ValueError("scores must be finite")
    return values, right
