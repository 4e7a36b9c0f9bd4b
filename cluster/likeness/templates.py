"""Tell two news made from one template from two versions of one report: either way nearly all words are the same.

A template is filled with names and figures: another person's obituary, tomorrow's exchange rates. Readers want both.
An edit mends a word, adds or drops some, or changes the headline, the byline or the date: one of the two is enough.

No word list of a language is used. What counts is where words stand and how many other texts have them: a name that is
replaced stands in the title and in the text, or at several places of the text, and few other texts have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sada.cluster.likeness import template_kernels as kernels
from sada.cluster.likeness import word_kernels
from sada.cluster.likeness.alignment_kernels import MOST_CHANGES
from sada.indexes.ragged import bounds_of, joined, run_chunks, unique
from sada.indexes.text import folding

LEAST_EVIDENCE = 0.8
_PAIRS_PER_TEXT = 4  # with more of them it is cheaper to count the tokens of all texts first
_MOST_COUNTED = 8192  # texts in which words are counted; more of them change a share little
# The evidence of each column of the differences: of a template if above 0, of an edit if below.
_WEIGHTS = {
    kernels.FIGURES: 1.0,
    kernels.TITLED_FIGURES: 0.4,
    kernels.TITLED: 3.0,
    kernels.REPEATED: 1.25,
    kernels.SINGLE: 0.3,
    kernels.EDITS: -0.25,
    kernels.RESPELT: -0.1,
}


@dataclass(frozen=True, slots=True)
class ComparedTexts:
    """The texts of n articles, and in how many of them each word is.

    Attributes:
        data: uint16, all texts in UTF-16, one after the other.
        offsets: int64 (n + 1,). Row i is ``data[offsets[i]:offsets[i + 1]]``, a title, a line end, and a text.
        titles: int64 (n,), how many code units the title of each row has; 0 for none.
        counts: uint32, by a hash of a word, how many of the texts that were counted have it.
        counted: how many texts were counted.
    """

    data: np.ndarray
    offsets: np.ndarray
    titles: np.ndarray
    counts: np.ndarray
    counted: int

    @classmethod
    def of(cls, bodies: Sequence[bytes], titles: Sequence[int]) -> ComparedTexts:
        """Take texts that begin with their title, and count in how many of them each word is.

        The more texts there are beside the pairs in question, the better names are told from common words.

        Args:
            bodies: n texts in UTF-16 (little-endian), as :func:`~sada.indexes.ragged.joined` takes them.
            titles: n numbers of UTF-16 code units, of which the title consists.
        """
        data, offsets = joined(bodies)
        counts, step = np.zeros(word_kernels.BUCKETS, np.uint32), len(bodies) // _MOST_COUNTED + 1
        word_kernels.count_texts(data, offsets, step, folding.kernel_table(), counts)
        return cls(data, offsets, np.array(titles, np.int64), counts, -(-len(bodies) // step))

    def with_texts(self, bodies: Sequence[bytes], titles: Sequence[int]) -> ComparedTexts:
        """Other texts, beside the words that were counted in these."""
        data, offsets = joined(bodies)
        return replace(self, data=data, offsets=offsets, titles=np.array(titles, np.int64))

    def __len__(self) -> int:
        return len(self.titles)


def filled_templates(texts: ComparedTexts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Judge pairs of texts that are near-duplicates: which are two news from one template? bool (m,).

    Two texts are aligned (Myers 1986). A difference that replaces some words by others fills a slot if both sides have
    figures, or words that the other text lacks and that few of ``texts`` have. Evidence of a template are such
    differences: figures, unless they stand in the first or last words where dates and clock times do; words that the
    title has, too; words at several places. Evidence of an edit are words that were only added or dropped, common words
    in place of others, and spellings. One figure alone, in texts that are else equal, is a template: a toll of 5 is
    other news than one of 3. One name at one place is none: it may as well be a synonym. Two names are one, each at one
    place, in texts that are else equal.

    The weights were chosen on planted pairs (``benchmarks/templates.py``) and on the near-duplicates of an archive, for
    pairs with a Jaccard of at least .8.

    Args:
        texts: of n articles.
        left: int64 (m,), the row of one text of each pair; it is faster if equal ones follow one another.
        right: int64 (m,), the row of the other text.
    """
    found = differences(texts, left, right)
    evidence = sum(weight * found[:, column] for column, weight in _WEIGHTS.items())
    return np.asarray(evidence >= LEAST_EVIDENCE)


def differences(texts: ComparedTexts, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Sum up how the two texts of each pair differ.

    Returns:
        float32 (m, columns), see :mod:`sada.cluster.likeness.template_kernels`; rows of -1 for texts too far apart.
    """
    left, right = (np.ascontiguousarray(rows, np.int64) for rows in (left, right))
    most = kernels.room(texts.data, texts.offsets, folding.kernel_table())  # once: long texts are read for it
    used = unique(np.concatenate([left, right]))
    if len(left) > _PAIRS_PER_TEXT * len(used):
        found = np.full((len(left), kernels.COLUMNS), -1, np.float32)
        near = np.flatnonzero(~_of_other_lengths(_token_counts(texts, used, most), left, right))
        found[near] = _aligned(texts, left[near], right[near], most)
        return found
    return _aligned(texts, left, right, most)


def _token_counts(texts: ComparedTexts, rows: np.ndarray, most: tuple[int, int]) -> np.ndarray:
    """int64 (n, 2): how many tokens the title of each of some rows has, and the title with its text."""
    out = np.zeros((len(texts), 2), np.int64)

    def work(start: int, stop: int) -> None:
        kernels.token_counts(
            texts.data, texts.offsets, texts.titles, most, folding.kernel_table(), rows, start, stop, out
        )

    run_chunks(work, bounds_of(np.diff(texts.offsets)[rows]))
    return out


def _of_other_lengths(tokens: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Tell the pairs, bool (m,), that no alignment can find, as one text has too many tokens more than the other."""
    bodies, wholes = tokens[:, 1] - tokens[:, 0], tokens[:, 1]
    titled = np.minimum(bodies[left], bodies[right]) < kernels.LEAST_BODY
    more = np.where(titled, wholes[left] - wholes[right], bodies[left] - bodies[right])
    return np.asarray(np.abs(more) > MOST_CHANGES)


def _aligned(texts: ComparedTexts, left: np.ndarray, right: np.ndarray, most: tuple[int, int]) -> np.ndarray:
    out = np.empty((len(left), kernels.COLUMNS), np.float32)

    def work(start: int, stop: int) -> None:
        kernels.differences(
            texts.data,
            texts.offsets,
            texts.titles,
            most,
            folding.kernel_table(),
            texts.counts,
            texts.counted,
            left,
            right,
            start,
            stop,
            out,
        )

    run_chunks(work, bounds_of(np.diff(texts.offsets)[right]))
    return out
