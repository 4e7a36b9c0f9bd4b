"""Score stories against labels, and find the mistakes that cost most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sada.cluster.evaluation.bootstrap import Intervals, bootstrap_intervals
from sada.cluster.evaluation.metrics import Score, VMeasure, b_cubed, pairwise, pairwise_between, v_measure
from sada.cluster.stories.stories import Stories

_EXAMPLES = 3  # parts of a scatter


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of stories against labels, over the labelled articles that are in a story.

    >>> scores = evaluate(find_stories(articles[:2]), {"ar-091": "weather", "ar-096": "column", "xx": "lost"}, {})
    >>> scores.labelled, scores.missing, scores.pairs.f1
    (2, 1, 1.0)

    Attributes:
        labelled: number of articles that were scored.
        missing: number of labelled articles in no story.
        found, truth: number of groups of these articles by stories, and by labels.
        pairs: score over all pairs of articles.
        b_cubed: B-Cubed score, the mean over articles.
        between_languages: score over pairs of articles in different languages.
        v_measure: homogeneity, completeness and their harmonic mean.
        intervals: 95 % intervals of the F1 of each score, and of V.
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
        """Return plain values, ready for JSON; each score has its ``interval``, [low, high]."""
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
    """A group of articles that the other grouping has in several parts.

    >>> scatter = worst_splits(find_stories(articles), {"en-001": "ferry", "en-121": "ferry", "en-061": "ferry"}, 1)[0]
    >>> scatter.name, scatter.size, scatter.pairs
    ('ferry', 3, 2)

    Attributes:
        name: the label of a split; the id of the story of a merge.
        size: number of labelled articles in the group.
        pairs: number of pairs of them that are in different parts.
        parts: ids of the articles by part, the largest first: by story for a split, by label for a merge.
    """

    name: str
    size: int
    pairs: int
    parts: Mapping[str, tuple[str, ...]]

    def examples(self) -> dict[str, str]:
        """Return the first article of each of the three largest parts, by the name of the part."""
        return {part: articles[0] for part, articles in list(self.parts.items())[:_EXAMPLES]}


def evaluate(stories: Stories, labels: Mapping[str, str], languages: Mapping[str, str]) -> Evaluation:
    """Score stories against labels.

    >>> labels = {"en-001": "ferry", "en-121": "ferry", "fr-001": "ferry", "en-061": "water"}
    >>> round(evaluate(find_stories(articles), labels, {"fr-001": "fr"}).b_cubed.f1, 2)
    1.0

    Args:
        stories: the stories to score.
        labels: the true group of articles, by id of the article.
        languages: language of articles by id; articles without one count as one language.
    """
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
    """Return the labels whose articles are in several stories, those with most missed pairs first; ``most`` at most.

    >>> labels = {"en-001": "ferry", "en-121": "ferry", "en-061": "ferry"}
    >>> [split.examples() for split in worst_splits(find_stories(articles), labels, 1)]
    [{'s9f70c6b6e0': 'en-001', 's62a36a197c': 'en-061'}]
    """
    return _worst([(labels[id_], story, id_) for id_, story in _story_of(stories, labels).items()], most)


def worst_merges(stories: Stories, labels: Mapping[str, str], most: int) -> list[Scatter]:
    """Return the stories with several labels, those with most wrong pairs first; ``most`` at most.

    >>> labels = {"en-001": "ferry", "en-121": "fog"}
    >>> worst_merges(find_stories(articles), labels, 1)[0].examples()
    {'ferry': 'en-001', 'fog': 'en-121'}
    """
    return _worst([(story, labels[id_], id_) for id_, story in _story_of(stories, labels).items()], most)


def _story_of(stories: Stories, labels: Mapping[str, str]) -> dict[str, str]:
    """Return the story of each labelled article that has one, in order of ids."""
    story_of = {id_: story.id for story in stories.stories for id_ in story.articles}
    return {id_: story_of[id_] for id_ in sorted(labels) if id_ in story_of}


def _worst(rows: Iterable[tuple[str, str, str]], most: int) -> list[Scatter]:
    """Return the groups with several parts, from rows (group, part, article); ties are in order of names."""
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
