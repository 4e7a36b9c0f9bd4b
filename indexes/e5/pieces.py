"""Texts as the model reads them: the numbers of subwords, in windows of at most 512."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sada.indexes.e5.weights import WeightFile
from sada.indexes.subwords.unigram import Vocabulary

_SPACES = re.compile(" {2,}")
_NO_LETTER = "\udfff"  # in the place of a subword that stands for no letters
_WORD_START = "\u2581"
# Scripts of which a few single letters are subwords, and no word: Syriac, N'Ko, Tibetan, Canadian syllabics, Mongolian,
# Bopomofo, Phags-pa, Cham and Gothic.
_NO_WORDS = re.compile(
    "[\u0700-\u074f\u07c0-\u07ff\u0f00-\u0fff\u1400-\u167f\u1800-\u18af\u3100-\u312f\ua840-\ua87f\uaa00-\uaa5f\U00010330-\U0001034f]"
)
_READABLE = 2  # of so many letters of a text at least one must be known to the model


class Windows(NamedTuple):
    """Texts in windows of subwords.

    Attributes:
        ids: m windows, int32, of at most 512 subwords.
        owners: int64 (m,), the text that each is of, ascending.
        readable: bool (n,), the texts that are not in letters that the model does not know for the most part.
    """

    ids: list[np.ndarray]
    owners: np.ndarray
    readable: np.ndarray


class Splitter:
    """Splits texts into subwords, as SentencePiece does with the model of XLM-RoBERTa.

    Source: Kudo, "Subword Regularization", ACL 2018; Conneau et al., "Unsupervised Cross-lingual Representation
    Learning at Scale", ACL 2020.

    Args:
        weights: where the subwords are.
    """

    def __init__(self, weights: WeightFile) -> None:
        self._vocabulary = Vocabulary.joined(*_without(weights, weights.unknown), weights.scores)
        self._becomes = {letter: "".join(map(chr, others)) for letter, others in weights.becomes.items()}
        self._marks = np.array([weights.start], np.int32), np.array([weights.end], np.int32)
        self._unknown, self._most = weights.unknown, weights.longest - 2
        self._letters = _letters_of(weights)
        self._letters[weights.unknown] = 1
        self._unread = np.zeros(len(weights.ends), bool)
        places = [found.start() for found in _NO_WORDS.finditer(weights.letters)]
        self._unread[np.searchsorted(weights.ends, places, "right")] = True
        self._unread[weights.unknown] = True

    def windows(self, texts: Sequence[str], prefix: str = "", most: int | None = None) -> Windows:
        """Split texts into subwords, and these into windows, each between the marks of a start and an end.

        Args:
            texts: n texts without surrogates.
            prefix: what is read before each.
            most: how many subwords are read, marks and prefix among them; at most 512. Letters that the model does not
                know are passed over then. None for all.
        """
        ids, bounds = self._vocabulary.split_letters([self._written(prefix + text) for text in texts], self._unknown)
        first, last = self._marks
        found, owners, readable = [], [], []
        for row, (start, stop) in enumerate(pairwise(bounds.tolist())):
            of_text = ids[start:stop]
            unread, letters = self._unread[of_text], self._letters[of_text]
            readable.append(_READABLE * int(letters[unread].sum()) <= int(letters.sum()))
            if most is not None:
                of_text = of_text[~unread][: most - 2]
            for at in range(0, len(of_text), self._most):
                found.append(np.concatenate([first, of_text[at : at + self._most], last]))
                owners.append(row)
        return Windows(found, np.array(owners, np.int64), np.array(readable, bool))

    def _written(self, text: str) -> str:
        normal = _SPACES.sub(" ", text.translate(self._becomes))
        return _WORD_START + normal.replace(" ", _WORD_START)


def _letters_of(weights: WeightFile) -> np.ndarray:
    """int64 (subwords,): how many letters each has, without the mark of a word's start."""
    letters = np.frombuffer(weights.letters.encode("utf-32-le"), np.uint32)
    ends = np.asarray(weights.ends, np.int64)
    return np.diff(np.append(0, np.cumsum(letters != ord(_WORD_START)))[ends], prepend=0)


def _without(weights: WeightFile, number: int) -> tuple[str, np.ndarray]:
    """The letters and ends of all subwords, one of which is made one that no text has."""
    start, end = (int(weights.ends[at]) if at >= 0 else 0 for at in (number - 1, number))
    ends = weights.ends.copy()
    ends[number:] += len(_NO_LETTER) - (end - start)
    return weights.letters[:start] + _NO_LETTER + weights.letters[end:], ends
