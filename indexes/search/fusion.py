"""How near two articles are in three ways, and the one score that is made of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_MOST = 1 - 1e-6  # of one score, so that another still counts beside a certain one
WAYS = ("meaning", "words", "copy")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer to a query.

    Attributes:
        meaning: cosine of embeddings in [0, 1]; 0 where the encoder does not know the language of one of them.
        words: BM25 as a share of the most that the query allows, in [0, 1).
        copy: exact Jaccard of shingles, in [0, 1].
        shared: words of the answer, as written, that the query has too.
    """

    meaning: float
    words: float
    copy: float
    shared: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Score and share of each way; shares add up to 1, unless nothing speaks for the answer."""
        scores = [self.meaning, self.words, self.copy]
        weights = [-math.log1p(-min(score, _MOST)) for score in scores]
        total = sum(weights) or 1.0
        return {
            way: {"score": round(score, 4), "share": round(weight / total, 4)}
            for way, score, weight in zip(WAYS, scores, weights, strict=True)
        }

    def reasons(self) -> list[str]:
        """The same in words, what weighs most first."""
        told = [
            (self.meaning, f"close in meaning ({self.meaning:.2f})"),
            (self.words, f"common words ({self.words:.2f}){': ' if self.shared else ''}{', '.join(self.shared)}"),
            (self.copy, f"common passages (Jaccard {self.copy:.2f})"),
        ]
        return [reason for score, reason in sorted(told, key=lambda one: -one[0]) if score >= 0.005]


def fused(scores: Sequence[np.ndarray]) -> np.ndarray:
    """float64 (m,) in [0, 1]: the scores of several ways together, 1 - (1 - a)(1 - b)(1 - c).

    Each way is heard as independent evidence ("noisy or", Pearl, "Probabilistic Reasoning in Intelligent Systems",
    1988): an answer that is near in two ways comes before one as near in either, and one that is near in a single way,
    as a report in another language is, still comes before one that is near in none. Unlike a fusion of ranks it says of
    a single pair how near it is, whatever else was found. What it finds is in ``benchmarks/results/neighbours.json``.
    """
    apart = np.ones(len(scores[0]))
    for score in scores:
        apart *= 1 - np.clip(score, 0, 1)
    return 1 - apart
