"""Words and character 4-grams of many texts as hashes, for lexical similarity.

A word is cut to a stem: Arabic words lose one article or particle in front and one ending (after Larkey, Ballesteros
and Connell's light stemmer, 2002), all others keep their first six letters. In spaceless scripts two letters in a row
stand for a word. Numbers are kept whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit, types

from sada.indexes import unicode_table
from sada.indexes.kernels import MOST_LETTERS, fold_table, hash_letters, i32s, i64s, jit, split_tokens, u8s
from sada.indexes.minhash import column, run_chunks
from sada.indexes.unicode_table import DIGIT, SPACELESS

_STEM_LETTERS = 6
_GRAM = 4
_LEAST_LETTERS = 2
_EDGE = ord("_")
affix_table = types.Array(types.int32, 2, "C", readonly=True)


def _affixes(*words: str) -> np.ndarray:
    """int32 (n, 4): the letters of short affixes, 0 after their end."""
    table = np.zeros((len(words), 4), np.int32)
    for row, word in enumerate(words):
        table[row, : len(word)] = [ord(letter) for letter in word]
    return table


# Folded spellings, the longest first.
_PREFIXES = _affixes("وال", "فال", "بال", "كال", "ولل", "لل", "ال")
_PARTICLES = _affixes("و", "ف", "ب", "ل", "ك")
_SUFFIXES = _affixes("ها", "ات", "ون", "ين", "ان", "وا", "يه", "ته", "هم", "ه", "ي")


class Occurrences(NamedTuple):
    """Terms of n texts: text i has ``terms[bounds[i]:bounds[i + 1]]`` (uint64, with repeats, in order).

    ``kinds`` (uint8) is the kind of each term's first letter, so that numbers can be told from words.
    """

    bounds: np.ndarray
    terms: np.ndarray
    kinds: np.ndarray


def words(texts: Sequence[str], limit: int, threads: int = 0) -> Occurrences:
    """The stems of the first ``limit`` words (or spaceless letters) of each text."""
    return _run(texts, limit, False, threads)


def grams(texts: Sequence[str], threads: int = 0) -> Occurrences:
    """The character 4-grams of each word with its edges marked; of spaceless scripts, two letters in a row."""
    return _run(texts, 1 << 40, True, threads)


def _run(texts: Sequence[str], limit: int, as_grams: bool, threads: int) -> Occurrences:
    data, offsets = column(texts)
    table = tuple(unicode_table.load())
    sizes = np.zeros(len(texts), np.int64)

    def work(start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        room = int(offsets[stop] - offsets[start]) * MOST_LETTERS
        terms, kinds = np.empty(room, np.uint64), np.empty(room, np.uint8)
        filled = _terms(data, offsets, start, stop, table, limit, as_grams, terms, kinds, sizes)
        return terms[:filled].copy(), kinds[:filled].copy()

    parts = run_chunks(work, offsets, threads) or [(np.zeros(0, np.uint64), np.zeros(0, np.uint8))]
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    return Occurrences(bounds, np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]))


@njit(types.int64(affix_table, i32s, types.int64, types.int64, types.boolean), **jit)
def _affix_length(affixes, letters, start, end, at_end):  # noqa: ANN001, ANN202
    """How many letters of ``letters[start:end]`` the first fitting affix takes, 0 for none."""
    for row in range(affixes.shape[0]):
        size = 0
        while size < 4 and affixes[row, size] != 0:
            size += 1
        if end - start - size < (3 if size > 1 or at_end else 4):
            continue
        first = end - size if at_end else start
        fits = True
        for position in range(size):
            fits &= letters[first + position] == affixes[row, position]
        if fits:
            return np.int64(size)
    return np.int64(0)


@njit(types.uint64(i32s, types.int64, types.int64), **jit)
def _stem(letters, start, end):  # noqa: ANN001, ANN202
    """The hash of a word's stem."""
    if not 0x0600 <= letters[start] <= 0x06FF:
        return hash_letters(letters, start, min(end, start + _STEM_LETTERS))
    cut = _affix_length(_PREFIXES, letters, start, end, False)
    if cut == 0:
        cut = _affix_length(_PARTICLES, letters, start, end, False)
    start += cut
    return hash_letters(letters, start, end - _affix_length(_SUFFIXES, letters, start, end, True))


@njit(types.int64(i32s, types.int64, types.int64, types.uint64[::1], types.int64), **jit)
def _word_grams(letters, start, end, out, filled):  # noqa: ANN001, ANN202
    """Write the 4-grams of ``_word_``; returns how many terms there are now."""
    marked = np.empty(end - start + 2, np.int32)
    marked[0] = marked[-1] = _EDGE
    marked[1:-1] = letters[start:end]
    for first in range(max(marked.size - _GRAM + 1, 1)):
        out[filled] = hash_letters(marked, first, min(first + _GRAM, marked.size))
        filled += 1
    return filled


@njit(
    types.int64(u8s, i64s, types.int64, types.int64, fold_table, types.int64, types.boolean,
                types.uint64[::1], types.uint8[::1], i64s),
    **jit,
)  # fmt: skip
def _terms(data, offsets, start, stop, table, limit, as_grams, out, out_kinds, sizes):  # noqa: ANN001, ANN202
    longest = np.int64(0)
    for row in range(start, stop):
        longest = max(longest, offsets[row + 1] - offsets[row])
    letters, ends = np.empty(longest * MOST_LETTERS, np.int32), np.empty(longest * MOST_LETTERS, np.int64)
    kinds = np.empty(longest * MOST_LETTERS, np.uint8)
    filled = np.int64(0)
    for row in range(start, stop):
        before = filled
        count = split_tokens(data, offsets[row], offsets[row + 1], table, letters, ends, kinds)
        for token in range(min(count, limit)):
            begin, end = ends[token - 1] if token else np.int64(0), ends[token]
            first = filled
            if kinds[token] == SPACELESS:
                if token + 1 < count and kinds[token + 1] == SPACELESS:
                    out[filled] = hash_letters(letters, begin, ends[token + 1])
                    filled += 1
            elif kinds[token] == DIGIT:
                out[filled] = hash_letters(letters, begin, end)
                filled += 1
            elif as_grams:
                filled = _word_grams(letters, begin, end, out, filled)
            elif end - begin >= _LEAST_LETTERS:
                out[filled] = _stem(letters, begin, end)
                filled += 1
            out_kinds[first:filled] = kinds[token]
        sizes[row] = filled - before
    return filled
