"""Terms: the words or character 4-grams of many texts as hashes, for lexical similarity.

A word is cut to its stem: Arabic words lose one article or particle at the front and one ending (after the light
stemmer of Larkey, Ballesteros and Connell, 2002), all others keep their first six letters. In scripts without spaces
two letters in a row are a term. Numbers are not cut. Signs are no terms; + and # after a single letter stay ("C++").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sada.indexes.ragged import bounds_of, column, concatenated, run_chunks, spans
from sada.indexes.text import folding

ALL = 1 << 40
"""More words than any text has."""

TITLE_TIMES = 2
"""How many times a word of the title counts for BM25, in an article and in a query."""


class Occurrences(NamedTuple):
    """The terms of n texts: text i has ``terms[bounds[i]:bounds[i + 1]]`` (uint64, with repeats, in order).

    ``kinds`` (uint8) is the kind of each term's first letter, so that numbers can be told from words.
    """

    bounds: np.ndarray
    terms: np.ndarray
    kinds: np.ndarray


def words(texts: Sequence[str], limit: int = ALL) -> Occurrences:
    """The stems of the first ``limit`` words (or letters of scripts without spaces) of each text."""
    return _run(texts, (limit,), False)[0]


def first_words(texts: Sequence[str], limits: Sequence[int]) -> list[Occurrences]:
    """What :func:`words` gives for each of several limits, which rise strictly; the texts are read once."""
    return _run(texts, limits, False)


def grams(texts: Sequence[str]) -> Occurrences:
    """The character 4-grams of each word with its edges marked; in scripts without spaces, two letters in a row."""
    return _run(texts, (ALL,), True)[0]


def _run(texts: Sequence[str], limits: Sequence[int], as_grams: bool) -> list[Occurrences]:
    from sada.indexes.text.term_kernels import find_terms

    data, offsets = column(texts)
    table = folding.kernel_table()
    sizes = np.zeros((len(limits), len(texts)), np.int64)

    def work(start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        return find_terms(data, offsets, start, stop, table, np.array(limits, np.int64), as_grams, sizes)

    parts = run_chunks(work, offsets)
    terms, kinds = (
        concatenated((part[0] for part in parts), np.uint64),
        concatenated((part[1] for part in parts), np.uint8),
    )
    found = Occurrences(bounds_of(sizes[-1]), terms, kinds)
    return [*(_first(found, some) for some in sizes[:-1]), found]


def _first(found: Occurrences, sizes: np.ndarray) -> Occurrences:
    """Select the first terms of each text, as many as ``sizes`` (int64 (n,)) says."""
    at = spans(found.bounds[:-1], found.bounds[:-1] + sizes)
    return Occurrences(bounds_of(sizes), found.terms[at], found.kinds[at])
