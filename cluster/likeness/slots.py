"""Pairs of two news from one template, judged once each."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sada.cluster.likeness.pairs import TEXT, Pairs
from sada.cluster.likeness.templates import ComparedTexts, filled_templates
from sada.cluster.likeness.texts import Texts
from sada.indexes.minhash.lsh import code_pairs
from sada.indexes.minhash.sketches import ShingleSets
from sada.indexes.ragged import is_among

_SAMPLED = 2000  # articles in which words are counted; those of the lowest keys, whatever their order


class FilledSlots:
    """Tells which pairs of articles are two news from one template.

    Args:
        sets: the shingles of n articles.
        texts: their texts.
    """

    def __init__(self, sets: ShingleSets, texts: Texts) -> None:
        self._sets, self._texts = sets, texts
        self._known: dict[bool, tuple[np.ndarray, np.ndarray]] = {}

    def explain(self, pairs: Pairs) -> np.ndarray:
        """Whether each pair differs by what fills the slots of a template: bool (m,).

        Of pairs that are alike by their texts alone, the titles do not count.
        """
        filled = np.zeros(len(pairs), bool)
        by_text = pairs.grounds == TEXT
        for alone in (False, True):
            some = np.flatnonzero(by_text == alone)
            if len(some):
                filled[some] = self._judged(pairs.left[some], pairs.right[some], alone)
        return filled

    def _judged(self, left: np.ndarray, right: np.ndarray, alone: bool) -> np.ndarray:
        codes = code_pairs(left, right)
        known, verdicts = self._known.get(alone, (np.zeros(0, np.uint64), np.zeros(0, bool)))
        new, first = np.unique(codes, return_index=True)
        fresh = ~is_among(new, known)
        if fresh.any():
            new, first = new[fresh], first[fresh]
            known = np.concatenate([known, new])
            verdicts = np.concatenate([verdicts, self._compared(left[first], right[first], alone)])
            order = np.argsort(known)
            known, verdicts = self._known[alone] = known[order], verdicts[order]
        return verdicts[np.searchsorted(known, codes)]

    def _compared(self, left: np.ndarray, right: np.ndarray, alone: bool) -> np.ndarray:
        rows, places = np.unique(np.concatenate([left, right]), return_inverse=True)
        found = self._texts.fetch(rows)
        bodies = [one.text_bytes if alone else one.body for one in found]
        titles = [0 if alone else one.title_units for one in found]
        texts = self._words.with_texts(bodies, titles)
        return filled_templates(texts, places[: len(left)], places[len(left) :])

    @cached_property
    def _words(self) -> ComparedTexts:
        """A sample of the articles, in which words are counted."""
        keys = self._sets.keys
        rows = np.flatnonzero(keys)
        sample = rows[np.argsort(keys[rows], kind="stable")[:_SAMPLED]]
        found = self._texts.fetch(np.sort(sample))
        return ComparedTexts.of([one.body for one in found], [one.title_units for one in found])
