"""Logistic regression whose weights keep to given signs."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

Bounds = tuple[float | None, float | None]
ANY: Bounds = (None, None)
FOR: Bounds = (0.0, None)
AGAINST: Bounds = (None, 0.0)
NONE: Bounds = (0.0, 0.0)
CONVERGED = {"maxiter": 5000, "maxfun": 10_000, "ftol": 1e-12, "gtol": 1e-8}
"""Stopped earlier, weights of features that say much the same depend on the way that was taken."""


def fit(features: np.ndarray, same: np.ndarray, signs: dict[str, Bounds], ridge: float = 1e-3) -> dict[str, float]:
    """Logistic regression; ``signs`` names the features and between what their weights may lie."""
    scale = features.std(axis=0) + 1e-9
    scaled, count = features / scale, len(same)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = scaled @ weights[1:] + weights[0]
        error = (1 / (1 + np.exp(-odds)) - same) / count
        value = (np.logaddexp(0, odds) - same * odds).mean() + ridge * (weights[1:] ** 2).sum()
        return value, np.concatenate([[error.sum()], scaled.T @ error + 2 * ridge * weights[1:]])

    bounds = [ANY, *signs.values()]
    best = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B", options=CONVERGED)
    weights = {name: round(float(value), 3) for name, value in zip(signs, best.x[1:] / scale, strict=True)}
    return {"bias": round(float(best.x[0]), 3)} | weights
