"""Batches: which texts are drawn how often, and with what targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from benchmarks.train_encoder.examples import MADE, PIVOT, TAUGHT, Examples
from benchmarks.train_encoder.sources import SELDOM, SELDOM_WEIGHT, SOURCES, is_word_list, leads_of
from benchmarks.train_encoder.student import Lesson
from sada.indexes.encoders.encoder import unit_rows

SMALL_LANGUAGES = 0.6
"""A language is drawn as often as its weighted texts are many, to this power."""
PIVOT_WEIGHT = 0.5
MADE_WEIGHT = 1.0
LEAD_WEIGHT = 2.0
TAUGHT_WEIGHT = 2.0
WHOLE_SENTENCE = 12  # pieces; a shorter one is drawn less
OWN_TEACHER = "use"
"""The teacher that also reads sentences which are no pivots."""
JOINED, TOGETHER = 0.15, 3
"""The share of a batch's texts that are sentences of one language put one after another, and how many of them."""


@dataclass(frozen=True)
class Pieces:
    """The pieces of all texts: those of text i are ``ids[starts[i]:starts[i + 1]]``."""

    ids: np.ndarray
    starts: np.ndarray

    def of(self, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same of some texts, in their order."""
        sizes = self.starts[texts + 1] - self.starts[texts]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        places = np.arange(starts[-1]) + np.repeat(self.starts[texts] - starts[:-1], sizes)
        return self.ids[places], starts


def weights_of(examples: Examples, sizes: np.ndarray) -> np.ndarray:
    """(examples,): how much each counts, whose text has so many pieces."""
    by_source = {source.folder: source.weight for source in SOURCES} | {PIVOT: PIVOT_WEIGHT}
    by_source |= dict.fromkeys(MADE, MADE_WEIGHT)
    by_source |= {leads_of(source.folder): source.weight * LEAD_WEIGHT for source in SOURCES if source.order}
    weights = np.array([by_source[source] for source in examples.source])
    weights[np.isin(examples.language, list(SELDOM))] *= SELDOM_WEIGHT
    weights[np.isin(examples.language, TAUGHT)] *= TAUGHT_WEIGHT
    sentence = np.array([not is_word_list(source) for source in examples.source])
    return np.where(sentence, weights * np.minimum(sizes / WHOLE_SENTENCE, 1), weights)


def balance(languages: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(examples,) probabilities: ``weights``, but small languages are not drowned."""
    totals = np.bincount(languages, weights)
    drawn = weights * totals[languages] ** (SMALL_LANGUAGES - 1)
    return drawn / drawn.sum()


class Lessons:
    """Draws batches.

    Args:
        pieces: of all texts.
        texts, pivots, languages: (examples,) int64, of each example the text, the number of its pivot, its language.
        chances: (examples,) how often each is drawn.
        targets: by teacher, (pivots, dimension) float16; a row of zeros where the teacher was not asked. A batch has
            only pivots that the same teachers read.
        own: (n, dimension) float16, what ``OWN_TEACHER`` gives some texts themselves; it stands before the pivot's.
        own_rows: (examples,) int64, the row of each example's text in ``own``, or -1.
        seed: of the draw; the same gives the same batches.
    """

    def __init__(
        self,
        pieces: Pieces,
        texts: np.ndarray,
        pivots: np.ndarray,
        languages: np.ndarray,
        chances: np.ndarray,
        targets: Mapping[str, np.ndarray],
        own: np.ndarray,
        own_rows: np.ndarray,
        seed: int = 0,
    ) -> None:
        self._pieces, self._targets, self._own = pieces, targets, own
        order = np.argsort(pivots, kind="stable")
        self._texts, self._pivots, self._languages = texts[order], pivots[order], languages[order]
        self._own_rows = own_rows[order]
        self._first = np.searchsorted(self._pivots, np.arange(len(next(iter(targets.values()))) + 1))
        asked = np.stack([target.any(axis=1) for target in targets.values()], 1)
        kinds = asked[self._pivots] @ (1 << np.arange(len(targets)))
        self._kinds = [(kind, np.flatnonzero(kinds == kind)) for kind in np.unique(kinds) if kind]
        self._cumulated = [np.cumsum(chances[order][rows]) for _, rows in self._kinds]
        self._seed = seed

    def draw(self, step: int, size: int) -> Lesson:
        """The batch of a step: ``size`` texts, two for each of ``size // 2`` pivots, or of two where one is alone."""
        random = np.random.default_rng([self._seed, step])
        shares = np.array([cumulated[-1] for cumulated in self._cumulated])
        group = int(random.choice(len(shares), p=shares / shares.sum()))
        joined = int(size // 2 * JOINED)
        single = size // 2 - joined
        first = self._some(group, single + TOGETHER * joined, random)
        # In the order of their languages, so that most rows of the first kind are joined of one.
        first[single:] = first[single:][np.argsort(self._languages[first[single:]], kind="stable")]
        examples = np.concatenate([first, self._others(first, self._some(group, len(first), random), random)])
        begins = np.concatenate([np.arange(single), single + TOGETHER * np.arange(joined)])
        begins = np.concatenate([begins, len(first) + begins])
        ids, offsets = self._pieces.of(self._texts[examples])
        targets = {
            name: torch.from_numpy(self._heard(name, examples, np.diff(offsets), begins))
            for place, name in enumerate(self._targets)
            if self._kinds[group][0] >> place & 1
        }
        return Lesson(
            torch.from_numpy(ids.astype(np.int64)),
            torch.from_numpy(offsets[[*begins, len(examples)]]),
            targets,
        )

    def _some(self, group: int, count: int, random: np.random.Generator) -> np.ndarray:
        """Examples drawn by their chances."""
        rows, cumulated = self._kinds[group][1], self._cumulated[group]
        drawn = np.searchsorted(cumulated, random.random(count) * cumulated[-1])
        return rows[np.minimum(drawn, len(rows) - 1)]

    def _others(self, first: np.ndarray, spare: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """For each example another of its pivot; where there is none, the spare one: a twin would teach nothing."""
        pivots = self._pivots[first]
        starts, counts = self._first[pivots], self._first[pivots + 1] - self._first[pivots]
        steps = 1 + (random.random(len(first)) * (counts - 1)).astype(np.int64)
        return np.where(counts > 1, starts + (first - starts + steps) % counts, spare)

    def _heard(self, name: str, rows: np.ndarray, sizes: np.ndarray, begins: np.ndarray) -> np.ndarray:
        """Float32 unit targets of examples, joined from each of ``begins`` to the next."""
        found = self._targets[name][self._pivots[rows]].astype(np.float32)
        if name == OWN_TEACHER:
            own = self._own_rows[rows]
            found[own >= 0] = self._own[own[own >= 0]]
        # In a longer text a teacher hears the longer sentence more, though less than it is longer.
        return unit_rows(np.add.reduceat(found * np.sqrt(sizes)[:, None], begins))
