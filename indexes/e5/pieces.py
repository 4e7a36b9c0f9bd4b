"""Texts as the model reads them: the numbers of subwords, in windows of at most 512."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from sada.indexes.e5.weights import WeightFile
from sada.indexes.subwords.unigram import Vocabulary

_SPACES = re.compile(" {2,}")
_NO_LETTER = "\udfff"  # in the place of a subword that stands for no letters
_WORD_START = "\u2581"


class Splitter:
    """Splits texts into subwords, as SentencePiece does with the model of XLM-RoBERTa.

    Source: Kudo, "Subword Regularization", ACL 2018; Conneau et al., "Unsupervised Cross-lingual Representation
    Learning at Scale", ACL 2020.

    Args:
        weights: where the subwords are.

    Attributes:
        unknown: the number that letters have which no subword has.
    """

    def __init__(self, weights: WeightFile) -> None:
        self._vocabulary = Vocabulary.joined(*_without(weights, weights.unknown), weights.scores)
        self._becomes = {letter: "".join(map(chr, others)) for letter, others in weights.becomes.items()}
        self._marks = np.array([weights.start], np.int32), np.array([weights.end], np.int32)
        self.unknown, self._most = weights.unknown, weights.longest - 2

    def windows(
        self, texts: Sequence[str], prefix: str = "", most: int | None = None
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Split texts into subwords, and these into windows, each between the marks of a start and an end.

        Args:
            texts: n texts without surrogates.
            prefix: what is read before each.
            most: how many subwords are read, marks and prefix among them; at most 512. None for all.

        Returns:
            m windows, int32, of at most 512 subwords, and int64 (m,): the text that each is of, ascending.
        """
        ids, bounds = self._vocabulary.split_letters([self._written(prefix + text) for text in texts], self.unknown)
        first, last = self._marks
        found, owners = [], []
        for row, (start, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
            stop = end if most is None else min(end, start + most - 2)
            for at in range(start, stop, self._most):
                found.append(np.concatenate([first, ids[at : min(at + self._most, stop)], last]))
                owners.append(row)
        return found, np.array(owners, np.int64)

    def _written(self, text: str) -> str:
        normal = _SPACES.sub(" ", text.translate(self._becomes))
        return _WORD_START + normal.replace(" ", _WORD_START)


def _without(weights: WeightFile, number: int) -> tuple[str, np.ndarray]:
    """The letters and ends of all subwords, one of which is made one that no text has."""
    start, end = (int(weights.ends[at]) if at >= 0 else 0 for at in (number - 1, number))
    ends = weights.ends.copy()
    ends[number:] += len(_NO_LETTER) - (end - start)
    return weights.letters[:start] + _NO_LETTER + weights.letters[end:], ends
