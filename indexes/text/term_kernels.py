"""Compiled loops that cut texts into terms: stems of words, character 4-grams, numbers.

As in :mod:`sada.indexes.text.token_kernels`, each has one explicit signature, is cached on disk and releases the GIL.
"""

from __future__ import annotations

import numpy as np
from numba import types

from sada.indexes.compiled import i64_rows, i64s, kernel, read_u16s, u8s, u64s
from sada.indexes.spelling.letters import SIGN
from sada.indexes.text.folding import DIGIT, SPACELESS
from sada.indexes.text.token_kernels import fold_table, hash_letters, split_tokens, token_buffers, with_room

_STEM_LETTERS = 6
_GRAM = 4
_LEAST_LETTERS = 2
_EDGE, _PLUS, _HASH = map(ord, "_+#")


def _affixes(*words: str) -> np.ndarray:
    """A look-up table, uint8 with one axis a letter: 1 at the codes of the letters of each affix."""
    table = np.zeros((16,) * len(words[0]), np.uint8)
    for word in words:
        table[tuple(_LETTERS.index(letter) + 1 for letter in word)] = 1
    return table


# Folded spellings. Whether a word has an affix cannot be predicted, so affixes are looked up without a branch.
_LETTERS = "الوفبكهتنيم"
_CODES = np.zeros(256, np.uint8)  # of U+06xx
_CODES[[ord(letter) & 0xFF for letter in _LETTERS]] = np.arange(1, len(_LETTERS) + 1)
_PREFIXES = _affixes("وال", "فال", "بال", "كال", "ولل")
_SHORT_PREFIXES = _affixes("لل", "ال")
_PARTICLES = _affixes("و", "ف", "ب", "ل", "ك")
_SUFFIXES = _affixes("ها", "ات", "ون", "ين", "ان", "وا", "يه", "ته", "هم")
_SHORT_SUFFIXES = _affixes("ه", "ي")


@kernel()
def _code(letter):
    """The code of an Arabic letter that is part of affixes; 0 for all other letters."""
    return np.int64(_CODES[letter & 0xFF]) * np.int64(letter >> 8 == 6)


@kernel()
def _stem(letters, start, end):
    """The hash of the stem of a word of two letters or more."""
    if not 0x0600 <= letters[start] <= 0x06FF:
        return hash_letters(letters, start, min(end, start + _STEM_LETTERS))
    size = end - start
    first, second, third = _code(letters[start]), _code(letters[start + 1]), _code(letters[min(start + 2, end - 1)])
    start += max(
        3 * np.int64(_PREFIXES[first, second, third]) * np.int64(size >= 6),
        2 * np.int64(_SHORT_PREFIXES[first, second]) * np.int64(size >= 5),
        np.int64(_PARTICLES[first]) * np.int64(size >= 5),
    )
    size = end - start
    before, last = _code(letters[end - 2]), _code(letters[end - 1])
    end -= max(
        2 * np.int64(_SUFFIXES[before, last]) * np.int64(size >= 5),
        np.int64(_SHORT_SUFFIXES[last]) * np.int64(size >= 4),
    )
    return hash_letters(letters, start, end)


@kernel()
def _without_signs(letters, start, end):
    """Where a word ends without the + or # at its end: "canal+" is found as "canal", "c++" has no other name."""
    while end > start and (letters[end - 1] == _PLUS or letters[end - 1] == _HASH):
        end -= 1
    return end


@kernel()
def _word_grams(letters, start, end, out, filled):
    """Write the 4-grams of ``_word_``; returns how many terms there are now."""
    marked = np.empty(end - start + 2, np.int32)
    marked[0] = marked[-1] = _EDGE
    marked[1:-1] = letters[start:end]
    for first in range(max(marked.size - _GRAM + 1, 1)):
        out[filled] = hash_letters(marked, first, min(first + _GRAM, marked.size))
        filled += 1
    return filled


@kernel(types.Tuple((u64s, u8s))(read_u16s, i64s, types.int64, types.int64, fold_table, i64s, types.boolean, i64_rows))
def find_terms(data, offsets, start, stop, table, limits, as_grams, sizes):
    """The terms of the texts ``start`` to ``stop`` of a column, and their kinds, up to the last of ``limits``.

    Writes to ``sizes`` (limits, texts) how many terms each text has up to each limit; these must rise strictly.
    """
    letters, ends, kinds, hashes = token_buffers(data, offsets, start, stop, table)
    out, out_kinds = np.empty(0, np.uint64), np.empty(0, np.uint8)
    filled = np.int64(0)
    for row in range(start, stop):
        before = filled
        count = split_tokens(data, offsets[row], offsets[row + 1], table, letters, ends, kinds, hashes)
        most = ends[count - 1] if count else np.int64(0)  # a token has no more terms than letters
        out, out_kinds = with_room(out, filled, most), with_room(out_kinds, filled, most)
        counted, within = np.int64(0), 0  # words, and limits that were reached
        for token in range(count):
            if kinds[token] == SIGN:
                continue
            if counted == limits[within]:
                sizes[within, row] = filled - before
                within += 1
                if within == limits.size:
                    break
            counted += 1
            begin, end = ends[token - 1] if token else np.int64(0), ends[token]
            first = filled
            if kinds[token] == SPACELESS:
                if token + 1 < count and kinds[token + 1] == SPACELESS:
                    out[filled] = hash_letters(letters, begin, ends[token + 1])
                    filled += 1
            elif kinds[token] == DIGIT:
                out[filled] = hashes[token]
                filled += 1
            elif as_grams:
                filled = _word_grams(letters, begin, end, out, filled)
            elif end - begin >= _LEAST_LETTERS:
                bare = _without_signs(letters, begin, end)
                out[filled] = _stem(letters, begin, bare) if bare - begin >= _LEAST_LETTERS else hashes[token]
                filled += 1
            for place in range(first, filled):
                out_kinds[place] = kinds[token]
        sizes[within:, row] = filled - before
    return out[:filled].copy(), out_kinds[:filled].copy()
