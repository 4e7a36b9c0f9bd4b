"""How many pairs of full texts are true ones differs between collections, and with it what a probability is worth.

The share of true pairs among the candidates is estimated from their probabilities by expectation maximisation, and all
log-odds are shifted by as much as it differs from the share in training (Saerens, Latinne and Decaestecker, "Adjusting
the outputs of a classifier to new a priori probabilities", 2002). The estimate is followed with care: it takes whatever
else differs from training for a difference of shares, as articles that come in threes by design.
"""

from __future__ import annotations

import numpy as np

from sada.cluster.scoring.second_pass import log_odds, logistic

_ROUNDS = 200
_SETTLED = 1e-6
_EXPECTED = (-1.0, 0.5)
"""Between these the share of true pairs varies from one usual collection to another; nothing is shifted."""
_FOLLOWED = (0.3, 0.5)
"""How much is followed of what lies below and above."""
_FEW = 100
"""Articles with which the shift goes half of the way from what it was."""
_FURTHEST = 1.5


def estimated_share(odds: np.ndarray, trained: float) -> float:
    """Estimate the share of true pairs among some, in (0, 1).

    Args:
        odds: float64 (m,), their log-odds by a model that was trained where the share was ``trained``.
        trained: in (0, 1).
    """
    ratio = odds - float(log_odds(np.array(trained)))
    share = trained
    for _ in range(_ROUNDS):
        before, share = share, float(logistic(ratio + log_odds(np.array(share))).mean())
        if abs(share - before) < _SETTLED * before:
            break
    return share


def shift(odds: np.ndarray, trained: float, count: int, before: float = 0.0) -> float:
    """Return what to add to the log-odds of pairs of full texts, in [-1.5, 1.5].

    Args:
        odds: float64 (m,), of the candidate pairs.
        trained: the share of true pairs in training.
        count: the articles that the pairs are of.
        before: what was added until now; few articles change little of it.
    """
    share = np.array(estimated_share(odds, trained))
    moved = float(log_odds(share) - log_odds(np.array(trained)))
    below, above = min(moved - _EXPECTED[0], 0.0), max(moved - _EXPECTED[1], 0.0)
    followed = float(np.clip(_FOLLOWED[0] * below + _FOLLOWED[1] * above, -_FURTHEST, _FURTHEST))
    return before + (followed - before) * count / (count + _FEW)
