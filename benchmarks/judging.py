"""What a list of pairs is worth: recall of what was planted, and precision by exact Jaccard of a sample."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from peers.common import body, rows, shingles

NEAR = 0.75  # a reported pair counts as true from here: tokenisers differ by .02 at the edge, estimates by more
CONTAINED = 0.8
SAMPLE = 20_000
Pair = tuple[str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """Pairs of copies, and links between articles of which one holds the other."""

    pairs: list[Pair]
    links: list[Pair] = field(default_factory=list)


def of_peer(written: Path) -> Found:
    """The pairs that a peer wrote."""
    return Found([(a, b) for a, b in map(orjson.loads, written.open("rb"))])


def of_sada(report: Path) -> Found:
    """Every copy with its kept article, and what is attached, of the report of ``sada dedup``."""
    pairs, links = [], []
    for group in rows(str(report)):
        pairs += [(group["kept"], member["id"]) for member in group["members"][1:]]
        links += [(link["id"], link["to"]) for link in group["attached"]]
    return Found(pairs, links)


class Groups:
    """Which articles are connected by pairs."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._parents: dict[str, str] = {}
        for a, b in pairs:
            self._parents[self.of(a)] = self.of(b)

    def of(self, id_: str) -> str:
        """The one that stands for all that are connected with this one."""
        while (parent := self._parents.get(id_, id_)) != id_:
            self._parents[id_] = id_ = self._parents.get(parent, parent)
        return id_


def recall(found: Found, truth: list[Row], jaccard: float) -> float | None:
    """Share of planted pairs of at least that Jaccard whose ends are connected."""
    groups = Groups(found.pairs)
    return _share(groups.of(row["id"]) == groups.of(row["of"]) for row in truth if row["jaccard"] >= jaccard)


def containment_recall(found: Found, truth: list[Row], jaccard: float) -> float | None:
    """Share of what :func:`contained` gives that is connected, or linked."""
    groups = Groups(found.pairs)
    linked = {frozenset((groups.of(a), groups.of(b))) for a, b in found.links}
    ends = [frozenset((groups.of(row["id"]), groups.of(row["of"]))) for row in contained(truth, jaccard)]
    return _share(len(pair) == 1 or pair in linked for pair in ends)


def contained(truth: list[Row], jaccard: float) -> list[Row]:
    """What was planted with less Jaccard but high containment."""
    return [row for row in truth if row["containment"] >= CONTAINED and row["jaccard"] < jaccard]


def precision(found: Found, articles: Path) -> float | None:
    """Share of a sample of the reported pairs whose exact Jaccard is at least :data:`NEAR`."""
    sample = random.Random(0).sample(found.pairs, min(SAMPLE, len(found.pairs)))
    needed = {id_ for pair in sample for id_ in pair}
    texts = {row["id"]: body(row) for row in rows(str(articles)) if row["id"] in needed}
    return _share(jaccard(shingles(texts[a]), shingles(texts[b])) >= NEAR for a, b in sample)


def jaccard(one: set[str], other: set[str]) -> float:
    """Of two sets; 0 for two empty ones."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _share(answers: Iterable[bool]) -> float | None:
    """Share of those that are true; None if there are none to share."""
    counted = list(answers)
    return round(sum(counted) / len(counted), 4) if counted else None
