"""Splits texts into subwords by the unigram language model, over folded letters.

A text is folded as in :mod:`sada.indexes.text.tokens` and cut into chunks
(:func:`sada.indexes.subwords.chunks.chunks`). Each chunk is split into those subwords of a vocabulary whose scores,
logarithms of probabilities, have the greatest sum. A letter that no subword covers is left out at a cost. Of equal
splits, the one with the longer last subword is taken.

Source: Kudo, "Subword Regularization", ACL 2018.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sada.indexes.ragged import bounds_of, column, concatenated, run_chunks
from sada.indexes.text import folding

LONGEST_PIECE = 24
"""Most letters of a subword."""
_UNKNOWN = np.float32(-10)
_SLOTS = 1.5  # of the hash table for each prefix, at least
UNITS_SHIFT = 4  # a thread takes a sixteenth (2^-4) of the code units at a time that it takes elsewhere


def join_subwords(subwords: Sequence[str]) -> tuple[str, np.ndarray]:
    """Join V subwords: their letters one after the other, and where each ends, int64 (V,) in code points."""
    return "".join(subwords), np.cumsum(np.fromiter(map(len, subwords), np.int64, len(subwords)))


class Vocabulary:
    """A vocabulary of subwords with their scores, as the kernel looks them up.

    Args:
        pieces: V distinct folded subwords of 1 to 24 code points, in any order.
        scores: (V,), logarithms of their probabilities, used as float32.

    Raises:
        ValueError: if a subword is empty, too long or there twice, or the numbers of subwords and scores differ.
    """

    def __init__(self, pieces: Sequence[str], scores: np.ndarray) -> None:
        self._enter(*join_subwords(pieces), scores)

    @classmethod
    def joined(cls, letters: str, ends: np.ndarray, scores: np.ndarray) -> Vocabulary:
        """The vocabulary of subwords that :func:`join_subwords` joined."""
        vocabulary = cls.__new__(cls)
        vocabulary._enter(letters, ends, scores)
        return vocabulary

    def _enter(self, letters: str, ends: np.ndarray, scores: np.ndarray) -> None:
        from sada.indexes.subwords import unigram_kernels

        scores = np.ascontiguousarray(scores, np.float32)
        if scores.shape != ends.shape or not np.isfinite(scores).all():
            raise ValueError(f"{len(ends)} pieces need as many finite scores")
        sizes = np.diff(ends, prepend=0)
        wrong = np.flatnonzero((sizes < 1) | (sizes > LONGEST_PIECE))
        if len(wrong):
            raise ValueError(f"piece {wrong[0]} has {sizes[wrong[0]]} letters: 1 to {LONGEST_PIECE} are allowed")
        points = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), "<i4")
        bits = max(int(unigram_kernels.most_prefixes(points, ends) * _SLOTS), 1).bit_length()
        self._shift = np.uint64(64 - bits)
        self._prefixes = np.zeros(1 << bits, unigram_kernels.PREFIX)
        self._prefixes["piece"] = unigram_kernels.EMPTY
        twice = unigram_kernels.fill_prefixes(points, ends, scores, self._shift, self._prefixes)
        if twice >= 0:
            raise ValueError(f"piece {twice}, {letters[ends[twice] - sizes[twice] : ends[twice]]!r}, is there twice")
        self._unknown = scores.min(initial=0) + _UNKNOWN
        self._count = len(ends)

    def __len__(self) -> int:
        return self._count

    def split(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Split each text into subwords.

        Args:
            texts: n texts; broken surrogates count as separators.

        Returns:
            ``ids``, int32, the numbers of the subwords of all texts, one text after the other, and ``starts``, int64
            (n + 1,): those of text i are ``ids[starts[i]:starts[i + 1]]``.
        """
        data, offsets = column(texts)
        sizes = np.zeros(len(texts), np.int64)

        def work(start: int, stop: int) -> np.ndarray:
            return self.split_column(data, offsets, start, stop, sizes)

        parts = run_chunks(work, offsets << UNITS_SHIFT)
        return concatenated(parts, np.int32), bounds_of(sizes)

    def split_column(
        self, data: np.ndarray, offsets: np.ndarray, start: int, stop: int, sizes: np.ndarray
    ) -> np.ndarray:
        """int32: the subwords of the texts ``start`` to ``stop`` of a column; writes how many each has to ``sizes``."""
        from sada.indexes.subwords.unigram_kernels import find_subwords

        table = folding.letter_table()
        return find_subwords(data, offsets, start, stop, table, self._prefixes, self._shift, self._unknown, sizes)

    def split_letters(self, texts: Sequence[str], other: int) -> tuple[np.ndarray, np.ndarray]:
        """Split texts as they are: no letter is folded, and a subword may hold any.

        Args:
            texts: n texts without surrogates.
            other: the number that is written for a letter that no subword covers.

        Returns:
            as :meth:`split`.
        """
        from sada.indexes.subwords.unigram_kernels import split_letters

        letters = np.frombuffer("".join(texts).encode("utf-32-le"), "<i4")
        offsets, sizes = bounds_of(list(map(len, texts))), np.zeros(len(texts), np.int64)

        def work(start: int, stop: int) -> np.ndarray:
            return split_letters(
                letters, offsets, start, stop, self._prefixes, self._shift, self._unknown, np.int32(other), sizes
            )

        parts = run_chunks(work, offsets << UNITS_SHIFT)
        return concatenated(parts, np.int32), bounds_of(sizes)
