"""Which stage of finding stories loses most, by making each perfect in turn; writes ``results/story_stages.json``.

    python benchmarks/story_stages.py DATA

The sets are those of ``stories.py``, with the default encoder. A stage is made perfect by the labels: candidates by all
true pairs, with the scores that they get; the scorer by the truth of candidate pairs, of all or of one kind;
the cut by the best of many resolutions.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from reported_sets import sets
from results import save

from sada.cluster.evaluation.metrics import b_cubed, pairwise
from sada.cluster.scoring.pair_scorer import StorySet
from sada.cluster.scoring.second_pass import log_odds, logistic, neighbourhoods
from sada.cluster.stories.average_link import average_link
from sada.cluster.stories.merge_fragments import join_fragments
from sada.cluster.stories.stories import story_set
from sada.indexes import NewsIndex
from sada.indexes.article import Article
from sada.indexes.ragged import unique

RESOLUTIONS = np.arange(0.1, 0.75, 0.05).round(2)
SIZES = ((1, 1), (2, 3), (4, 9), (10, 10**9))


@dataclass(frozen=True)
class Scored:
    """A labelled set with its candidate pairs, their probabilities and which of them are true."""

    prepared: StorySet
    events: np.ndarray
    left: np.ndarray
    right: np.ndarray
    probability: np.ndarray

    @classmethod
    def of(cls, articles: list[Article], labels: dict[str, str]) -> Scored:
        """Score the candidates as :func:`~sada.cluster.find_stories` does, copies among them."""
        with tempfile.TemporaryDirectory() as folder, NewsIndex.create(Path(folder) / "a.sada") as index:
            index.add(articles)
            prepared = story_set(index)
            events = np.unique([labels[id_] for id_ in index.snapshot.columns.ids], return_inverse=True)[1]
        left, right = prepared.blocked_pairs()
        prepared, _, probability = prepared.looked_at(np.arange(len(prepared)), left, right)
        return cls(prepared, events, left, right, probability)

    @property
    def same(self) -> np.ndarray:
        """Bool (pairs,): which are of one event."""
        return self.events[self.left] == self.events[self.right]

    def told(self, which: np.ndarray) -> Scored:
        """The set with the truth in place of the probability of some pairs (bool)."""
        return replace(self, probability=np.where(which, self.same, self.probability).astype(np.float64))

    def complete(self) -> Scored:
        """The set with every true pair among its candidates, scored."""
        rows = np.arange(len(self.events))
        members = [rows[self.events == event] for event in unique(self.events)]
        pairs = [np.stack(np.triu_indices(len(some), 1)) for some in members]
        every = np.concatenate([some[at] for some, at in zip(members, pairs, strict=True)], axis=1)
        codes = unique(np.concatenate([self.left << 32 | self.right, every[0] << 32 | every[1]]))
        left, right = codes >> 32, codes & (1 << 32) - 1
        first = self.prepared.probability(left, right)
        shared = neighbourhoods(len(rows), left, right, first)
        again = logistic(self.prepared.second_look(left, right).again(log_odds(first), shared))
        return replace(self, left=left, right=right, probability=again)

    def stories(self, resolution: float | None = None) -> list[int]:
        """The stories, at the resolutions that ship or at another one."""
        rows = np.arange(len(self.events))
        needed = self.prepared.resolutions(rows) if resolution is None else np.full(len(rows), resolution)
        cut = average_link(len(rows), self.left, self.right, self.probability, needed)
        return join_fragments(self.prepared, rows, cut, self.left, self.right, self.probability).tolist()


def stages(one: Scored) -> Iterator[tuple[str, list[int]]]:
    """The stories with each stage made perfect."""
    truth, same = one.events.tolist(), one.same
    two = one.prepared.in_two_languages(one.left, one.right)
    yield "as it is", one.stories()
    yield "candidates: all true pairs", one.complete().stories()
    yield "scorer: all candidates", one.told(np.ones(len(same), bool)).stories()
    yield "scorer: no false pair likely", one.told(~same).stories()
    yield "scorer: no true pair unlikely", one.told(same).stories()
    if two.any():
        yield "scorer: pairs of one language", one.told(~two).stories()
        yield "scorer: pairs of two languages", one.told(two).stories()
    yield "cut: best resolution", max(map(one.stories, RESOLUTIONS), key=lambda found: b_cubed(found, truth).f1)


def row_of(name: str, stage: str, found: list[int], truth: list[int]) -> dict[str, Any]:
    """Scores of some stories, and B-Cubed of the articles of events of each size."""
    sizes = np.bincount(truth)[truth]
    row = {"set": name, "made perfect": stage, "B-Cubed F1": round(b_cubed(found, truth).f1, 3)}
    row["pairs F1"] = round(pairwise(found, truth).f1, 3)
    for least, most in SIZES:
        inside = np.flatnonzero((sizes >= least) & (sizes <= most))
        label = f"{least}" if least == most else f"{least} to {most}" if most < 10**9 else f"{least} and more"
        row[f"events of {label}"] = round(_of_articles(found, truth, inside), 3) if len(inside) else ""
    return row


def _of_articles(found: list[int], truth: list[int], rows: np.ndarray) -> float:
    """F1 of the mean precision and recall of some articles among all (B-Cubed: Bagga and Baldwin, 1998)."""
    stories, events = np.array(found), np.array(truth)
    together = [np.count_nonzero((stories == stories[row]) & (events == events[row])) for row in rows]
    precision = np.mean(together / np.bincount(stories)[stories[rows]])
    recall = np.mean(together / np.bincount(events)[events[rows]])
    return float(2 * precision * recall / (precision + recall))


def main() -> None:
    """Make each stage perfect on every set."""
    rows = []
    for name, articles, labels, _ in sets(Path(sys.argv[1])):
        one = Scored.of(articles, labels)
        rows += [row_of(name, stage, found, one.events.tolist()) for stage, found in stages(one)]
        print(*rows, sep="\n", flush=True)
    note = (
        "B-Cubed F1 of all articles, and of the articles of events of each size. Copies are scored like other articles."
    )
    save("story_stages", "The sets of stories", note, rows)


if __name__ == "__main__":
    main()
