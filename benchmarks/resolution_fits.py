"""Choose the resolutions at which scored pairs are cut into stories, inside the training sets."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from fragment_fits import Judged, cut, fit_fragments, scored
from scorer_fits import (
    PACES,
    at_paces,
    fit_regimes,
    fit_second_pass,
    measured_against,
    unrelated,
    unused_by,
    with_weights,
)
from story_sets import HEADLINES_SHARE, Labelled, headlines, more_triples, story_set

from sada.cluster.evaluation.metrics import b_cubed, pairwise
from sada.cluster.scoring.pair_scorer import StorySet
from sada.indexes.article import Article

TITLES = (0.25, 0.3, 0.35, 0.4)
FRAGMENTS = (0.35, 0.4, 0.45, 0.5)
TEXTS = tuple(round(0.15 + 0.025 * step, 3) for step in range(11))
THINNED = (1, 3)
"""How many articles an event has at most in the copies of the headlines that resolutions are also chosen by.

Many collections have few reports of an event; these headlines have hundreds of some.
"""
NEARLY = 0.006
SINGLES = (0.0, 0.6, 0.9)
"""The shares of the events of triples that have one article, in the collections that choose the resolution of texts."""
NEARLY_OF_TEXTS = 0.003
Prepared = tuple[StorySet, list[str]]


def with_singles(articles: list[Article], labels: list[str], share: float) -> Labelled:
    """The articles, where a share of the events has the first article alone."""
    events = np.unique(labels)
    single = set(np.random.default_rng(0).permutation(events)[: round(share * len(events))].tolist())
    seen = Counter[str]()
    kept = []
    for at, label in enumerate(labels):
        seen[label] += 1
        if seen[label] == 1 or label not in single:
            kept.append(at)
    return [articles[at] for at in kept], [labels[at] for at in kept]


def thinned(articles: list[Article], labels: list[str], most: int) -> Labelled:
    """The first articles of each event."""
    seen, kept = Counter[str](), []
    for at, label in enumerate(labels):
        seen[label] += 1
        if seen[label] <= most:
            kept.append(at)
    return [articles[at] for at in kept], [labels[at] for at in kept]


def early_part(data: Path) -> int:
    """How many of the training headlines, in time order, are the first part."""
    return int(HEADLINES_SHARE * len(headlines(data)[0][0]))


class Halves(NamedTuple):
    """The training headlines in two parts: what is fitted on the first, at all paces, is judged on the second.

    The second is there at all paces, and thinned.
    """

    early: list[StorySet]
    early_labels: list[str]
    late: list[Prepared]
    spreads: list[tuple[float, float]]

    @classmethod
    def of(cls, data: Path, name: str) -> Halves:
        """Weights fitted on the first part are those of both."""
        (articles, clusters), at = headlines(data)[0], early_part(data)
        first = story_set(articles[:at], name)
        spreads = unrelated(first, name)
        early = at_paces(measured_against(first, name, spreads))
        rest = articles[at:], clusters[at:]
        late = [(one, rest[1]) for one in at_paces(measured_against(story_set(rest[0], name), name, spreads))]
        for some, labels in (thinned(*rest, most) for most in THINNED):
            late.append((measured_against(story_set(some, name), name, spreads), labels))
        weights = fit_regimes(early, [clusters[:at]] * len(PACES), unused_by(spreads))
        weights |= fit_second_pass(articles[:at], clusters[:at], name, spreads)
        early = [with_weights(one, weights) for one in early]
        return cls(early, clusters[:at], [(with_weights(one, weights), labels) for one, labels in late], spreads)

    def judged(self, titles: float) -> tuple[dict[str, float], list[Judged]]:
        """What fragments say of the first part, and the fragments of the second, at a resolution of titles."""
        early = [Judged(one, scored(one), titles) for one in self.early]
        return fit_fragments(early, self.early_labels), [Judged(one, scored(one), titles) for one, _ in self.late]

    def qualities(self) -> dict[tuple[float, float], tuple[float, float]]:
        """How good the stories of the second part are, by the resolutions of titles and fragments.

        F1 by B-Cubed is the mean of all its versions; that by pairs of those that are not thinned.
        """
        found = {}
        for titles in TITLES:
            learned, judged = self.judged(titles)
            for joining in FRAGMENTS:
                stories = [one.joined(learned, joining) for one in judged]
                each = np.array([_quality(some, own) for some, (_, own) in zip(stories, self.late, strict=True)])
                found[titles, joining] = float(each[:, 0].mean()), float(each[: len(PACES), 1].mean())
        return found


def choose_titles(quality: dict[tuple[float, float], tuple[float, float]]) -> tuple[float, float]:
    """Resolutions for titles and fragments, chosen by how good stories are with each.

    Pairs of headlines hang on a few stories of hundreds, so B-Cubed comes first: of what is nearly the best by it, the
    best by pairs.
    """
    least = max(by_articles for by_articles, _ in quality.values()) - NEARLY
    return max(quality, key=lambda both: (quality[both][0] >= least, quality[both][1]))


def weights_of_texts(
    name: str, texts: list[Prepared], spreads: list[tuple[float, float]]
) -> dict[str, dict[str, float]]:
    """The weights that the full texts of the training sets give."""
    fitting = [measured_against(some, name, spreads) for some, _ in texts]
    return fit_regimes(fitting, [some for _, some in texts], unused_by(spreads))


def choose_texts(data: Path, name: str, texts: list[Prepared], spreads: list[tuple[float, float]]) -> float:
    """The resolution of texts: the highest of those with nearly the best B-Cubed on triples that nothing is fitted on.

    It is the mean of collections with more and fewer single articles. Lower ones join more that is alike.
    """
    others, weights = more_triples(data), weights_of_texts(name, texts, spreads)
    quality = dict.fromkeys(TEXTS, 0.0)
    for share in SINGLES:
        articles, labels = with_singles(*others, share)
        one = with_weights(measured_against(story_set(articles, name), name, spreads), weights)
        pairs_of = scored(one)
        for texts in TEXTS:
            quality[texts] += b_cubed(cut(pairs_of, len(labels), texts).tolist(), labels).f1
    least = max(quality.values()) - len(SINGLES) * NEARLY_OF_TEXTS
    return max(texts for texts, one in quality.items() if one >= least)


def choose_resolutions(data: Path, name: str, texts: list[Prepared]) -> dict[str, float]:
    """Resolutions for titles, fragments and texts, chosen inside the training sets.

    What is fitted on one part is judged on another, titles at all paces.
    """
    halves = Halves.of(data, name)
    titles, joining = choose_titles(halves.qualities())
    return {"titles": titles, "fragments": joining, "texts": choose_texts(data, name, texts, halves.spreads)}


def _quality(stories: list[int], labels: list[str]) -> tuple[float, float]:
    """F1 by B-Cubed and by pairs."""
    return b_cubed(stories, labels).f1, pairwise(stories, labels).f1
