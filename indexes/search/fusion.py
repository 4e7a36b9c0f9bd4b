"""Fusion: how similar two articles are by meaning, by words and as copies, and the one score that combines these."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_MOST = 1 - 1e-6  # a single score is capped here, so that the others still count beside a certain one
WAYS = ("meaning", "words", "copy")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an article is an answer to a query: its similarity by meaning, by words and as a copy.

    Attributes:
        meaning: cosine of embeddings in [0, 1]; 0 where the encoder does not know the language of one of them.
        words: BM25 as a share of the most that the query allows, in [0, 1).
        copy: exact Jaccard of the shingles, in [0, 1].
        shared: words of the answer, as written, that are in the query too.
    """

    meaning: float
    words: float
    copy: float
    shared: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The score and the share of each way. Shares add up to 1, or are all 0 if every score is 0."""
        scores = [self.meaning, self.words, self.copy]
        weights = [-math.log1p(-min(score, _MOST)) for score in scores]
        total = sum(weights) or 1.0
        return {
            way: {"score": round(score, 4), "share": round(weight / total, 4)}
            for way, score, weight in zip(WAYS, scores, weights, strict=True)
        }

    def reasons(self) -> list[str]:
        """The evidence in words, the strongest first."""
        found = [
            (self.meaning, f"close in meaning ({self.meaning:.2f})"),
            (self.words, f"common words ({self.words:.2f}){': ' if self.shared else ''}{', '.join(self.shared)}"),
            (self.copy, f"common passages (Jaccard {self.copy:.2f})"),
        ]
        return [reason for score, reason in sorted(found, key=lambda one: -one[0]) if score >= 0.005]


def fused(scores: Sequence[np.ndarray]) -> np.ndarray:
    """Combine the scores of several ways: float64 (m,) in [0, 1], 1 - (1 - a)(1 - b)(1 - c).

    Each way counts as independent evidence ("noisy or", Pearl, "Probabilistic Reasoning in Intelligent Systems",
    1988). An answer that is similar in two ways comes before one that is as similar in one of them only. One that is
    similar in a single way, as a report in another language is, still comes before one that is similar in none. Unlike
    a fusion of ranks, the score of a pair does not depend on what else was found. Its retrieval quality is in
    ``benchmarks/results/neighbours.json``.
    """
    apart = np.ones(len(scores[0]))
    for score in scores:
        apart *= 1 - np.clip(score, 0, 1)
    return 1 - apart
