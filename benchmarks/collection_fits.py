"""How far log-odds of full texts are shifted in collections of all kinds; writes ``results/collection_fits.json``.

    python benchmarks/collection_fits.py DATA

Collections are drawn from labelled sets of full texts: of 60, 300, 1,000 and all articles, in which none to all events
have one article alone. For each the stories are found at many shifts. The constants of
:mod:`sada.cluster.scoring.collection` are those with the best mean B-Cubed over the collections of the sets that the
scorer is fitted on, rounded; of the other sets nothing is fitted, and the table says what they gain.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from reported_sets import sets
from resolution_fits import with_singles
from results import save
from story_sets import Labelled, more_triples, story_set, training_sets

from sada.cluster.evaluation.metrics import b_cubed
from sada.cluster.scoring import collection
from sada.cluster.scoring.collection import Mates
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.stories.average_link import average_link
from sada.cluster.stories.merge_fragments import join_fragments

ENCODER = "e5-short"
SIZES = (60, 300, 1000, 10**9)
SINGLES = (0.0, 0.3, 0.6, 0.8, 0.9, 1.0)
SHIFTS = np.arange(-1.5, 1.51, 0.5)
FITTED = ("roundups", "triples, fitted on", "triples, resolutions chosen by")
MATES, CROWDS = np.arange(0, 4.1, 0.25), np.arange(-1.0, 0.01, 0.1)


class Collection(NamedTuple):
    """What shows of a collection without labels, and B-Cubed of its stories at each of ``SHIFTS``."""

    name: str
    articles: int
    singles: float
    mates: Mates
    crowd: float
    curve: list[float]

    def at(self, shift: float) -> float:
        """B-Cubed at a shift, between those tried."""
        return float(np.interp(shift, SHIFTS, self.curve))


def text_sets(data: Path) -> Iterator[tuple[str, Labelled]]:
    """The sets that are fitted on, then the others."""
    yield from zip(FITTED, [*training_sets(data)[1:], more_triples(data)], strict=True)
    for name, articles, labels, _ in sets(data)[1:]:
        yield name, (articles, [labels[article.id] for article in articles])


def drawn(found: Labelled) -> Iterator[tuple[float, Labelled]]:
    """Collections of whole events in random order, with the share of events that have one article."""
    events = np.random.default_rng(1).permutation(np.unique(found[1])).tolist()
    of_event = defaultdict(list)
    for article, event in zip(*found, strict=True):
        of_event[event].append(article)
    for share, size in product(SINGLES, SIZES):
        some = with_singles(*_listed(of_event, events), share)
        kept = defaultdict(list)
        for article, event in zip(*some, strict=True):
            if sum(map(len, kept.values())) < size or event in kept:
                kept[event].append(article)
        if len(some[0]) > size or size == SIZES[-1]:
            yield share, _listed(kept, list(kept))


def _listed(of_event: dict[str, list], events: list[str]) -> Labelled:
    articles = [article for event in events for article in of_event[event]]
    return articles, [event for event in events for _ in of_event[event]]


def measured(name: str, share: float, prepared: StorySet, labels: list[str]) -> Collection:
    """Find the stories of a collection at each shift."""
    rows = np.arange(len(prepared))
    left, right = prepared.blocked_pairs()
    features = prepared.features(left, right)
    probability = prepared.of_features(left, right, features)
    curve = []
    for shift in SHIFTS:
        moved = replace(prepared, shift=float(shift))
        chances = moved.of_features(left, right, features)
        cut = average_link(len(rows), left, right, chances, moved.resolutions(rows))
        curve.append(b_cubed(join_fragments(moved, rows, cut, left, right, chances).tolist(), labels).f1)
    mates = Mates.of(rows, left, right, probability)
    return Collection(name, len(rows), share, mates, collection.crowd(prepared.times), curve)


def best_constants(found: list[Collection]) -> tuple[float, float]:
    """The weights of mates and crowd with the best mean B-Cubed."""

    def quality(both: tuple[float, float]) -> float:
        return float(np.mean([one.at(collection.shift(one.mates, one.crowd, one.articles, *both)) for one in found]))

    return max(product(MATES.tolist(), CROWDS.round(1).tolist()), key=quality)


def main() -> None:
    """Draw the collections, fit on some, and say what all gain."""
    found = [
        measured(name, share, story_set(some[0], ENCODER), some[1])
        for name, labelled in text_sets(Path(sys.argv[1]))
        for share, some in drawn(labelled)
    ]
    print("best constants:", best_constants([one for one in found if one.name in FITTED]))
    rows = []
    for name in dict.fromkeys(one.name for one in found):
        for share in SINGLES:
            some = [one for one in found if (one.name, one.singles) == (name, share)]
            gained = [one.at(collection.shift(one.mates, one.crowd, one.articles)) for one in some]
            row = {"set": name, "events of one article": f"at least {share:.0%}", "collections": len(some)}
            row |= {"without a shift": round(float(np.mean([one.at(0) for one in some])), 3)}
            row |= {"as it is": round(float(np.mean(gained)), 3)}
            rows.append(row | {"best shift": round(float(np.mean([max(one.curve) for one in some])), 3)})
    note = "Mean B-Cubed F1 of collections of 60, 300, 1,000 and all articles. The first three sets are fitted on."
    save("collection_fits", "Full texts: AllSides roundups and triples, a day of Saudi newspapers, BASIL", note, rows)


if __name__ == "__main__":
    main()
