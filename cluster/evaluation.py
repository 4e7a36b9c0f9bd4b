"""Scores of stories against labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sada.cluster.metrics import Score, b_cubed, pairwise, pairwise_between
from sada.cluster.stories import Stories


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How stories compare with labels, over the labelled articles that are in the stories.

    Attributes:
        labelled: how many articles were scored.
        missing: how many labelled articles are in no story.
        found, truth: how many groups the stories and the labels make of them.
        pairs: over all pairs of articles.
        b_cubed: B-Cubed, the mean over articles.
        between_languages: over pairs of articles in different languages.
    """

    labelled: int
    missing: int
    found: int
    truth: int
    pairs: Score
    b_cubed: Score
    between_languages: Score

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "labelled": self.labelled,
            "missing": self.missing,
            "found": self.found,
            "truth": self.truth,
            "b_cubed": self.b_cubed.to_dict(),
            "pairs": self.pairs.to_dict(),
            "between_languages": self.between_languages.to_dict(),
        }


def evaluate(stories: Stories, labels: Mapping[str, str], languages: Mapping[str, str]) -> Evaluation:
    """Score stories against the label of each article id; ``languages`` gives each article's."""
    story_of = {id_: story.id for story in stories.stories for id_ in story.articles}
    ids = sorted(id_ for id_ in labels if id_ in story_of)
    found, truth = [story_of[id_] for id_ in ids], [labels[id_] for id_ in ids]
    return Evaluation(
        labelled=len(ids),
        missing=len(labels) - len(ids),
        found=len(set(found)),
        truth=len(set(truth)),
        pairs=pairwise(found, truth),
        b_cubed=b_cubed(found, truth),
        between_languages=pairwise_between(found, truth, [languages.get(id_, "") for id_ in ids]),
    )
