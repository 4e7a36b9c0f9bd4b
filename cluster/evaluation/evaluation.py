"""Scores of stories against labels, and the mistakes that cost most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sada.cluster.evaluation.bootstrap import Intervals, bootstrap_intervals
from sada.cluster.evaluation.metrics import Score, VMeasure, b_cubed, pairwise, pairwise_between, v_measure
from sada.cluster.stories.stories import Stories

_EXAMPLES = 3


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
        v_measure: homogeneity, completeness and their harmonic mean.
        intervals: how sure the F1 of each score is, and V.
    """

    labelled: int
    missing: int
    found: int
    truth: int
    pairs: Score
    b_cubed: Score
    between_languages: Score
    v_measure: VMeasure
    intervals: Intervals

    def to_dict(self) -> dict[str, Any]:
        """As plain values; each score holds its ``interval``, [low, high]."""
        return {
            "labelled": self.labelled,
            "missing": self.missing,
            "found": self.found,
            "truth": self.truth,
            "b_cubed": self.b_cubed.to_dict() | {"interval": list(self.intervals.b_cubed)},
            "pairs": self.pairs.to_dict() | {"interval": list(self.intervals.pairs)},
            "between_languages": self.between_languages.to_dict()
            | {"interval": list(self.intervals.between_languages)},
            "v_measure": self.v_measure.to_dict() | {"interval": list(self.intervals.v_measure)},
        }


@dataclass(frozen=True, slots=True)
class Scatter:
    """A group of articles that the other grouping does not keep together.

    Attributes:
        name: the label of a split, the id of the story of a merge.
        size: how many labelled articles it has.
        pairs: how many pairs of them the other grouping has apart.
        parts: the articles by the story (of a split) or the label (of a merge) that has them: the largest part first.
    """

    name: str
    size: int
    pairs: int
    parts: Mapping[str, tuple[str, ...]]

    def examples(self) -> dict[str, str]:
        """The first article of each of the largest parts, by the part's name: three at most."""
        return {part: articles[0] for part, articles in list(self.parts.items())[:_EXAMPLES]}


def evaluate(stories: Stories, labels: Mapping[str, str], languages: Mapping[str, str]) -> Evaluation:
    """Score stories against the label of each article id; ``languages`` gives each article's."""
    story_of = _story_of(stories, labels)
    found, truth = list(story_of.values()), [labels[id_] for id_ in story_of]
    kinds = [languages.get(id_, "") for id_ in story_of]
    return Evaluation(
        labelled=len(found),
        missing=len(labels) - len(found),
        found=len(set(found)),
        truth=len(set(truth)),
        pairs=pairwise(found, truth),
        b_cubed=b_cubed(found, truth),
        between_languages=pairwise_between(found, truth, kinds),
        v_measure=v_measure(found, truth),
        intervals=bootstrap_intervals(found, truth, kinds),
    )


def worst_splits(stories: Stories, labels: Mapping[str, str], most: int) -> list[Scatter]:
    """The labels whose articles are in several stories, those that miss the most pairs first; ``most`` at most."""
    return _worst([(labels[id_], story, id_) for id_, story in _story_of(stories, labels).items()], most)


def worst_merges(stories: Stories, labels: Mapping[str, str], most: int) -> list[Scatter]:
    """The stories that mix several labels, those with the most wrong pairs first; ``most`` at most."""
    return _worst([(story, labels[id_], id_) for id_, story in _story_of(stories, labels).items()], most)


def _story_of(stories: Stories, labels: Mapping[str, str]) -> dict[str, str]:
    """The story of each labelled article that has one, in order of ids."""
    story_of = {id_: story.id for story in stories.stories for id_ in story.articles}
    return {id_: story_of[id_] for id_ in sorted(labels) if id_ in story_of}


def _worst(rows: Iterable[tuple[str, str, str]], most: int) -> list[Scatter]:
    """Groups with several parts, from (group, part, article); equals stand in order of their names."""
    groups: dict[str, dict[str, list[str]]] = {}
    for group, part, id_ in rows:
        groups.setdefault(group, {}).setdefault(part, []).append(id_)
    found = [_scatter(name, parts) for name, parts in groups.items() if len(parts) > 1]
    return sorted(found, key=lambda scatter: (-scatter.pairs, scatter.name))[:most]


def _scatter(name: str, parts: Mapping[str, list[str]]) -> Scatter:
    size = sum(map(len, parts.values()))
    apart = (size * size - sum(len(articles) ** 2 for articles in parts.values())) // 2
    largest = sorted(parts.items(), key=lambda part: (-len(part[1]), part[0]))
    return Scatter(name, size, apart, {part: tuple(articles) for part, articles in largest})
